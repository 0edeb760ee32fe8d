//! What the conditions of one rule can see, and how much work they may cause.

use std::cell::{Cell, RefCell};

use jiff::tz::TimeZone;

use crate::call::{Call, Target};
use crate::json::{Object, Value};

use super::facts::Recall;
use super::path::Path;
use super::{Circumstances, Recalled};

/// How much work one judgement may cause: about the looks at a value, or at 16 bytes of text. What is beyond that cannot
/// be told.
const WORK: u64 = 8_000_000;
const BYTES: usize = 16;
/// How many facts a judgement names, and how much of a key.
const NAMED: usize = 16;
const KEY: usize = 256;

/// What can be seen.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) call: &'s Call,
    pub(super) circumstances: &'s Circumstances<'s>,
    pub(super) zone: &'s TimeZone,
    /// What `each` is, within a rule with `for_each`.
    pub(super) each: Option<&'s Value>,
    /// What `result` is, where something is to be remembered of it.
    pub(super) result: Option<&'s Object>,
    work: &'s Work,
}

/// What one judgement costs, and which facts it turned on: of all rules that take part in it.
#[derive(Debug)]
pub(super) struct Work {
    left: Cell<u64>,
    /// Each with the path to its key.
    recalled: RefCell<Vec<(Recalled, Option<Path>)>>,
}

impl<'s> Scope<'s> {
    /// What can be seen of a call. `work` is shared by all rules that judge it.
    pub(super) fn new(
        call: &'s Call,
        circumstances: &'s Circumstances<'s>,
        zone: &'s TimeZone,
        work: &'s Work,
    ) -> Self {
        Self { call, circumstances, zone, each: None, result: None, work }
    }

    /// The same, and `result` is what came of the call.
    pub(super) fn with_result(self, result: &'s Object) -> Self {
        Self { result: Some(result), ..self }
    }

    /// The same, and `each` is a value.
    pub(super) fn with_each<'v>(&self, value: &'v Value) -> Scope<'v>
    where
        's: 'v,
    {
        Scope { each: Some(value), ..*self }
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
        let left = self.work.left.get().checked_sub(work);
        self.work.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Notes that a rule looked for a fact, and what it found.
    pub(super) fn note(&self, name: &str, key: &str, by: Option<&Path>, recall: Recall<'_>) {
        let mut recalled = self.work.recalled.borrow_mut();
        let key = key.get(..key.floor_char_boundary(KEY)).unwrap_or_default();
        if recalled.len() >= NAMED || recalled.iter().any(|(known, _)| known.name == name && known.key == key) {
            return;
        }
        let (value, private) = match recall {
            Recall::Known { value, private } => (Some(value.clone()), private),
            Recall::Nothing | Recall::Unknown => (None, false),
        };
        let fact = Recalled { name: name.to_owned(), key: key.to_owned(), value, private };
        recalled.push((fact, by.cloned()));
    }
}

impl Work {
    /// The facts that rules looked for, each once; the first of them, where there are many. `shown` is the call as
    /// records show it, which is asked for only where there are any.
    pub(super) fn recalled(self, shown: impl FnOnce() -> Option<Call>) -> Vec<Recalled> {
        let recalled = self.recalled.into_inner();
        let Some(shown) = (!recalled.is_empty()).then(shown).flatten() else {
            return recalled.into_iter().map(|(fact, _)| fact).collect();
        };
        let hide = |(fact, by): (Recalled, Option<Path>)| {
            let private = fact.private || by.is_some_and(|by| by.is_left_out_of(&shown));
            Recalled { private, ..fact }
        };
        recalled.into_iter().map(hide).collect()
    }
}

impl Default for Work {
    fn default() -> Self {
        Self { left: Cell::new(WORK), recalled: RefCell::default() }
    }
}
