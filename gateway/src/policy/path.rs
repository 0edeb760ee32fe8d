//! Paths: where a condition finds its values. `args.files[*].localPath` is every `localPath` there.
//!
//! A path never fails: it yields values, or that there is none, or that it cannot be told, because a step leads into
//! something of another type. It borrows what it finds; only what has to be made (a length, a time) is made.

mod read;
mod redact;
mod root;

use std::fmt;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;

use crate::call::Call;
use crate::clock::Timestamp;
use crate::json::commented::Span;
use crate::json::{Limits, Value, scan};

use super::scope::{Scope, Work};
use super::{Circumstances, Session};

pub(super) use read::Binding;
pub use redact::holds_mark;

pub(super) use root::Root;
use root::WEEKDAYS;

/// What nested JSON text may cost.
const NESTED: Limits = Limits::request(1 << 20);

/// A way to values.
#[derive(Clone, Debug)]
pub(super) struct Path {
    text: String,
    root: Root,
    steps: Vec<Step>,
    /// Where it stands; a path within another stands nowhere.
    span: Span,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'v> {
    /// A value.
    Value(&'v Value),
    /// Nothing is there.
    Missing,
    /// It cannot be told what is there.
    Unknown,
}

/// Whoever looks at what a path leads to, and may have seen enough.
pub(super) type See<'s> = dyn FnMut(Found<'_>) -> ControlFlow<()> + 's;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `.name`, `["name"]`: a member.
    Member(String),
    /// `[0]`: an element.
    Element(usize),
    /// `[*]`: every element, or the value of every member.
    All,
    /// `[keys]`: the name of every member.
    Keys,
    /// `[length]`: the number of elements, members or characters.
    Length,
    /// `[json]`: what the text says as JSON.
    Json,
    /// `[args.id]`: what is remembered under the value of another path.
    Key(Box<Path>),
}

/// Two are the same if they are written alike, wherever they stand.
impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Path {}

impl Path {
    /// How it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// What it begins with.
    pub(super) fn root(&self) -> &Root {
        &self.root
    }

    /// Its steps.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it may lead to more than one value.
    pub(super) fn is_many(&self) -> bool {
        let many = |step: &Step| matches!(step, Step::All | Step::Keys);
        self.steps.iter().any(|step| many(step) || matches!(step, Step::Key(key) if key.is_many()))
    }

    /// The words that it may lead to, where there are no others.
    pub(super) fn words(&self) -> Option<&'static [&'static str]> {
        self.root.is_weekday().then_some(&WEEKDAYS)
    }

    /// Whether it, or a path in it, leads to the labels of what was called before.
    pub(super) fn asks_for_labels(&self) -> bool {
        self.speaks_of(&Root::SessionLabels)
    }

    /// Whether it leads to facts of the session: what is missing there is not known, rather than not there.
    pub(super) fn asks_for_facts(&self) -> bool {
        matches!(self.root, Root::SessionFacts(_))
    }

    /// Whether it leads to a part of the arguments.
    pub(super) fn is_of_arguments(&self) -> bool {
        self.root == Root::Args && !self.steps.is_empty()
    }

    /// Whether it, or a path in it, leads to claims of the caller's token.
    fn asks_for_claims(&self) -> bool {
        self.speaks_of(&Root::CallerClaims)
    }

    /// Whether it, or a path in it, begins with this.
    fn speaks_of(&self, root: &Root) -> bool {
        let within = |step: &Step| matches!(step, Step::Key(path) if path.speaks_of(root));
        self.root == *root || self.steps.iter().any(within)
    }

    /// Shows everything that a path of arguments leads to, where nothing is known but the call.
    pub(super) fn visit_arguments(&self, call: &Call, see: &mut See<'_>) {
        let _seen = with_nothing_but(call, |scope| self.visit(scope, see));
    }

    /// Whether something that it leads to is left out of a call, as a record shows that.
    pub(super) fn is_left_out_of(&self, shown: &Call) -> bool {
        with_nothing_but(shown, |scope| self.meets_mark(scope))
    }

    /// Shows everything that it leads to, until enough was seen.
    pub(super) fn visit(&self, scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
        self.root.visit(&self.steps, scope, see)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn with_nothing_but<T>(call: &Call, look: impl FnOnce(&Scope<'_>) -> T) -> T {
    let (session, work) = (Session::default(), Work::default());
    let circumstances = Circumstances::unasked(&session, Timestamp::from_millis(0));
    look(&Scope::new(call, &circumstances, &TimeZone::UTC, &work))
}

/// Goes on from a value.
fn walk(value: &Value, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    let Some((step, rest)) = steps.split_first() else { return see(Found::Value(value)) };
    match (step, value) {
        (Step::Member(name), Value::Object(members)) => match members.get(name) {
            Some(value) => walk(value, rest, scope, see),
            None => see(Found::Missing),
        },
        (Step::Element(place), Value::Array(elements)) => match elements.get(*place) {
            Some(value) => walk(value, rest, scope, see),
            None => see(Found::Missing),
        },
        (Step::All, Value::Array(elements)) => {
            elements.iter().try_for_each(|value| walk_one_of_many(value, rest, scope, see))
        }
        (Step::All, Value::Object(members)) => {
            members.iter().try_for_each(|(_, value)| walk_one_of_many(value, rest, scope, see))
        }
        (Step::Keys, Value::Object(members)) => {
            members.names().try_for_each(|name| walk_one_of_many(&name.into(), rest, scope, see))
        }
        (Step::Length, value) => match length(value) {
            Some(length) => walk(&length.into(), rest, scope, see),
            None => see(Found::Unknown),
        },
        (Step::Json, Value::String(text)) if scope.afford(text.len()) => match scan(text.as_bytes(), &NESTED) {
            Ok(value) => walk(&value, rest, scope, see),
            Err(_) => see(Found::Unknown),
        },
        _ => see(Found::Unknown),
    }
}

fn walk_one_of_many(value: &Value, rest: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    if !scope.afford(1) {
        see(Found::Unknown)?;
        return ControlFlow::Break(());
    }
    walk(value, rest, scope, see)
}

/// The number of elements, of members, or of characters.
pub(super) fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.chars().count(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    u64::try_from(length).ok()
}

#[cfg(test)]
mod tests;
