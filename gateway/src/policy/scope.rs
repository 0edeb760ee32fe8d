//! What the conditions of one rule can see, and how much work they may cause.

use std::cell::Cell;

use jiff::tz::TimeZone;

use crate::call::{Call, Target};
use crate::json::{Object, Value};

use super::Circumstances;

/// How much work one judgement may cause: about the looks at a value, or at 16 bytes of text. What is beyond that cannot
/// be told.
const WORK: u64 = 8_000_000;
const BYTES: usize = 16;

/// What can be seen.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) call: &'s Call,
    pub(super) circumstances: &'s Circumstances<'s>,
    pub(super) zone: &'s TimeZone,
    /// What `each` is, within a rule with `for_each`.
    pub(super) each: Option<&'s Value>,
    left: &'s Cell<u64>,
}

impl<'s> Scope<'s> {
    /// What can be seen of a call. `left` is shared by all rules that judge it.
    pub(super) fn new(
        call: &'s Call,
        circumstances: &'s Circumstances<'s>,
        zone: &'s TimeZone,
        left: &'s Cell<u64>,
    ) -> Self {
        Self { call, circumstances, zone, each: None, left }
    }

    /// The same, and `each` is a value.
    pub(super) fn with_each<'v>(&self, value: &'v Value) -> Scope<'v>
    where
        's: 'v,
    {
        Scope { each: Some(value), ..*self }
    }

    /// All the work that one judgement may cause.
    pub(super) fn budget() -> Cell<u64> {
        Cell::new(WORK)
    }

    /// What `args` is: the arguments of a tool, the parameters of anything else.
    pub(super) fn arguments(&self) -> Option<&'s Object> {
        match self.call.target() {
            Target::Tool(_) => self.call.arguments(),
            _ => self.call.params(),
        }
    }

    /// Whether there is still time to look at so many bytes.
    pub(super) fn afford(&self, bytes: usize) -> bool {
        let work = 1 + u64::try_from(bytes / BYTES).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(work);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }
}
