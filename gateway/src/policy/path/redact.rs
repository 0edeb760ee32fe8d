//! Redaction: what a path leads to gives way to a mark, and whether a path leads to such a mark.

use std::ops::ControlFlow;

use crate::json::Value;
use crate::policy::scope::Scope;

use super::root::Root;
use super::{Found, Path, Step};

/// What stands where something was left out.
pub(in crate::policy) const MARK: &str = "[redacted]";

impl Path {
    /// Whether what it leads to can be left out of arguments.
    pub(in crate::policy) fn can_redact(&self) -> bool {
        let leads = |step: &Step| matches!(step, Step::Member(_) | Step::Element(_) | Step::All);
        let begins = matches!(self.steps.first(), Some(Step::Member(_) | Step::All));
        self.root == Root::Args && begins && self.steps.iter().all(leads)
    }

    /// Puts the mark in the place of everything that it leads to, whatever is below it. What is not as the path takes it
    /// may hold the same in another form, and gives way as a whole.
    pub(in crate::policy) fn redact(&self, arguments: &mut Value) {
        redact(arguments, &self.steps);
    }

    /// Whether it leads to a mark, through one, or to something with one in it.
    pub(in crate::policy) fn meets_mark(&self, scope: &Scope<'_>) -> bool {
        match self.root {
            Root::Args => {
                let arguments = scope.arguments().cloned().unwrap_or_default().into();
                meets(&arguments, &self.steps)
            }
            Root::Each => scope.each.is_some_and(|each| meets(each, &self.steps)),
            _ => self.steps.iter().any(|step| matches!(step, Step::Key(path) if path.meets_mark(scope))),
        }
    }

    /// Whether one of the many that it leads to is a mark, or fits.
    pub(in crate::policy) fn any_is_mark_or(
        &self,
        scope: &Scope<'_>,
        fits: &mut dyn FnMut(&Scope<'_>) -> bool,
    ) -> bool {
        self.visit(scope, &mut |found| {
            let hidden = match found {
                Found::Value(value) => is_mark(value) || fits(&scope.with_each(value)),
                Found::Unknown => true,
                Found::Missing => false,
            };
            if hidden { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .is_break()
    }
}

fn redact(value: &mut Value, steps: &[Step]) {
    let Some((step, rest)) = steps.split_first() else {
        *value = MARK.into();
        return;
    };
    match (step, &mut *value) {
        (Step::Member(name), Value::Object(members)) => {
            if let Some(value) = members.get_mut(name) {
                redact(value, rest);
            }
        }
        (Step::Element(place), Value::Array(elements)) => {
            if let Some(value) = elements.get_mut(*place) {
                redact(value, rest);
            }
        }
        (Step::All, Value::Array(elements)) => elements.iter_mut().for_each(|value| redact(value, rest)),
        (Step::All, Value::Object(members)) => members.values_mut().for_each(|value| redact(value, rest)),
        _ => *value = MARK.into(),
    }
}

fn meets(value: &Value, steps: &[Step]) -> bool {
    if is_mark(value) {
        return true;
    }
    let Some((step, rest)) = steps.split_first() else { return holds_mark(value) };
    match (step, value) {
        (Step::Member(name), Value::Object(members)) => members.get(name).is_some_and(|value| meets(value, rest)),
        (Step::Element(place), Value::Array(elements)) => elements.get(*place).is_some_and(|value| meets(value, rest)),
        (Step::All, Value::Array(elements)) => elements.iter().any(|value| meets(value, rest)),
        (Step::All, Value::Object(members)) => members.iter().any(|(_, value)| meets(value, rest)),
        // Names, and how many there are, are kept.
        _ => false,
    }
}

fn is_mark(value: &Value) -> bool {
    value.as_str() == Some(MARK)
}

/// Whether something was left out of a value.
pub fn holds_mark(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(holds_mark),
        Value::Object(members) => members.iter().any(|(_, value)| holds_mark(value)),
        leaf => is_mark(leaf),
    }
}
