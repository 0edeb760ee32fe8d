//! One call before the law: what every policy that judges it needs, found out once.

use std::cell::OnceCell;

use jiff::tz::TimeZone;

use crate::call::{Call, Ruling, Target, Verdict};
use crate::json::Object;

use super::definition::Misfit;
use super::scope::{Scope, Work};
use super::{Circumstances, Definition, Listing};

/// The rules of arguments, as records name them.
pub(super) const UNLISTED: &str = "(unlisted)";
pub(super) const STRANGER: &str = "(unknown argument)";
/// The rule by which arguments must be as the tool's schema says.
pub const SCHEMA: &str = "(argument schema)";

/// A call, and what is known around it.
pub(super) struct Case<'c> {
    pub(super) call: &'c Call,
    pub(super) circumstances: &'c Circumstances<'c>,
    pub(super) work: Work,
    stranger: OnceCell<Option<Ruling>>,
    misfit: OnceCell<Option<Ruling>>,
}

impl<'c> Case<'c> {
    pub(super) fn new(call: &'c Call, circumstances: &'c Circumstances<'c>) -> Self {
        Self { call, circumstances, work: Work::default(), stranger: OnceCell::new(), misfit: OnceCell::new() }
    }

    /// What conditions see of it.
    pub(super) fn scope<'s>(&'s self, zone: &'s TimeZone) -> Scope<'s> {
        Scope::new(self.call, self.circumstances, zone, &self.work)
    }

    /// The objection to an argument that the tool does not take.
    pub(super) fn stranger(&self) -> Option<&Ruling> {
        self.stranger.get_or_init(|| self.find_stranger()).as_ref()
    }

    /// The objection to arguments that are not as the tool's schema says.
    pub(super) fn misfit(&self) -> Option<&Ruling> {
        self.misfit.get_or_init(|| self.find_misfit()).as_ref()
    }

    fn find_stranger(&self) -> Option<Ruling> {
        let definition = match self.definition() {
            Ok(definition) => definition?,
            Err(unlisted) => return Some(unlisted),
        };
        let name = definition.stranger(self.call.arguments()?)?;
        let remedy = match definition.nearest(name) {
            Some(near) => format!("the same with `{near}` instead, or without it"),
            None => "the same without it".to_owned(),
        };
        Some(objection(STRANGER, format!("the tool takes no argument `{}`", shown(name)), remedy))
    }

    fn find_misfit(&self) -> Option<Ruling> {
        let definition = match self.definition() {
            Ok(definition) => definition?,
            Err(unlisted) => return Some(unlisted),
        };
        let arguments = self.call.params().and_then(|params| params.get("arguments"));
        let none = Object::new().into();
        Some(match definition.misfit(arguments.unwrap_or(&none))? {
            Misfit::Fault { fault, wanted } => {
                let place =
                    if fault.pointer.is_empty() { "".to_owned() } else { format!(" at `{}`", shown(&fault.pointer)) };
                let reason = format!("the arguments are not as the tool's schema says{place}: `{}`", fault.keyword);
                let remedy = match wanted {
                    Some(wanted) => format!("the same with `{}` {wanted} there", fault.keyword),
                    None => "arguments as the tool's schema says".to_owned(),
                };
                objection(SCHEMA, reason, remedy)
            }
            Misfit::TooMuch => {
                let reason = "the arguments are too large to be held against the tool's schema".to_owned();
                objection(SCHEMA, reason, "the same with less at once".to_owned())
            }
        })
    }

    /// The tool as its server lists it; `None` where nothing is to be held against it.
    fn definition(&self) -> Result<Option<&'c Definition>, Ruling> {
        match (self.call.target(), self.circumstances.listing) {
            (Target::Tool(_), Listing::Listed(definition)) => Ok(Some(definition)),
            (Target::Tool(_), Listing::Unlisted) => {
                let reason = "the server lists no such tool".to_owned();
                Err(objection(UNLISTED, reason, "a tool that the server lists".to_owned()))
            }
            _ => Ok(None),
        }
    }
}

fn objection(rule: &'static str, reason: String, remedy: String) -> Ruling {
    Ruling { verdict: Verdict::Deny, rule: rule.into(), reason: reason.into(), remedy: Some(remedy.into()) }
}

/// What a caller wrote, short and on one line.
fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    let cut = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    text.chars().take(LONGEST).flat_map(char::escape_debug).chain(cut.chars()).collect()
}
