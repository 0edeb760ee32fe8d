//! Conditions: a path and a test of what it leads to, and how conditions make others.
//!
//! A path that leads to many values makes a condition of each of them. A rule is read as its strictest: what is required
//! is required of every one, what is denied is denied of any one, and under `not` it is the other way round.

use std::fmt;
use std::ops::ControlFlow;

use crate::json::commented::{Kind, Node, Report, nearest};

use super::operator::{Operator, Test, plain};
use super::path::{Binding, Found, Path};
use super::scope::Scope;
use super::tally::Tally;
use super::truth::Truth;

/// How deep conditions may stand in conditions.
const DEEPEST: usize = 16;

/// What can hold of a call.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// What a path leads to passes a test.
    Test { path: Path, operator: Operator, test: Test },
    /// What a path leads to compares with what another path leads to.
    Compare { path: Path, operator: Operator, with: Path },
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// The conditions must hold.
    Require,
    /// The conditions must not hold.
    DenyIf,
    /// Where the conditions hold a person is asked.
    ApproveIf,
}

/// How a condition is read: in a rule of which sense, and under how many `not`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    sense: Sense,
    negated: bool,
}

impl Reading {
    pub(super) fn of(sense: Sense) -> Self {
        Self { sense, negated: false }
    }

    pub(super) fn negated(self) -> Self {
        Self { negated: !self.negated, ..self }
    }

    /// What it means that a path leads nowhere. Of facts only what was remembered is known.
    pub(super) fn missing(self, path: &Path) -> Truth {
        match self.sense {
            _ if path.asks_for_facts() => Truth::Unknown,
            Sense::Require => Truth::Unknown,
            Sense::DenyIf | Sense::ApproveIf => Truth::False,
        }
    }

    /// The truth of a test for one thing that a path leads to.
    pub(super) fn of_one(self, path: &Path, test: &Test, found: Found<'_>, scope: &Scope<'_>) -> Truth {
        match (found, test) {
            (Found::Value(value), test) => test.holds(value, scope),
            (Found::Missing, Test::Exists(wanted)) => (!wanted).into(),
            (Found::Missing, _) => self.missing(path),
            (Found::Unknown, _) => Truth::Unknown,
        }
    }

    /// The truth of all that a path leads to.
    pub(super) fn of_many(self, path: &Path, scope: &Scope<'_>, mut one: impl FnMut(Found<'_>) -> Truth) -> Truth {
        let every = (self.sense == Sense::Require) != self.negated;
        let (mut truth, settled) = if every { (Truth::True, Truth::False) } else { (Truth::False, Truth::True) };
        let _seen = path.visit(scope, &mut |found| {
            let this = one(found);
            truth = if every { truth.and(this) } else { truth.or(this) };
            if truth == settled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        truth
    }
}

impl Condition {
    /// Reads a condition of any kind.
    pub(super) fn read(node: &Node, binding: Binding, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        Self::read_within(node, DEEPEST, binding, tally, report)
    }

    fn read_within(
        node: &Node,
        depth: usize,
        binding: Binding,
        tally: &mut Tally,
        report: &mut Report,
    ) -> Option<Self> {
        let Some(depth) = depth.checked_sub(1) else {
            let help = format!("conditions nest up to {DEEPEST} deep; write several rules");
            report.error(node.span.clone(), "this condition stands too deep", Some(help));
            return None;
        };
        tally.condition(node, report)?;
        let has = |name: &str| match &node.kind {
            Kind::Object(entries) => entries.iter().any(|entry| entry.name == name),
            _ => false,
        };
        let mut read = |node: &Node, report: &mut Report| Self::read_within(node, depth, binding, tally, report);
        if has("all_of") {
            return read_group(node, "all_of", report, &mut read).map(Self::All);
        }
        if has("any_of") {
            return read_group(node, "any_of", report, &mut read).map(Self::Any);
        }
        if has("not") {
            let mut fields = report.fields(node)?;
            let inner = fields.need("not", report).and_then(|node| read(node, report));
            fields.finish(report);
            return inner.map(|inner| Self::Not(Box::new(inner)));
        }
        Self::read_test(node, binding, tally, report)
    }

    fn read_test(node: &Node, binding: Binding, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let path = fields.need("path", report).and_then(|node| Path::read(node, binding, report));
        let operator = fields.need("op", report).and_then(|node| Operator::read(node, report));
        let (value, from) = (fields.get("value"), fields.get("value_from"));
        if let (None, None, Some(operator)) = (value, from, operator)
            && operator != Operator::Exists
        {
            fields.need("value", report);
        }
        fields.finish(report);
        let (path, operator) = (path?, operator?);
        tally.path(&path);
        let Some(from) = from else {
            let test = Test::read(operator, value, tally, report)?;
            check_words(&path, value, report)?;
            return Some(Self::Test { path, operator, test });
        };
        if value.is_some() {
            let help = "keep one of them".to_owned();
            report.error(from.span.clone(), "a condition has a `value` or a `value_from`", Some(help));
            return None;
        }
        let with = Path::read(from, binding, report)?;
        tally.path(&with);
        if with.is_many() {
            let help = "compare with one value: with a list by `in`, or bind `each` with `for_each`".to_owned();
            report.error(from.span.clone(), format!("`{with}` may lead to many values"), Some(help));
            return None;
        }
        if !plain::compares(operator) {
            let help = format!("write a `value`; `value_from` goes with {}", plain::names());
            let message = format!("`{}` takes no value from a call", operator.name());
            report.error(from.span.clone(), message, Some(help));
            return None;
        }
        Some(Self::Compare { path, operator, with })
    }

    /// Whether it holds.
    pub(super) fn holds(&self, scope: &Scope<'_>, reading: Reading) -> Truth {
        match self {
            Self::Test { path, test, .. } => {
                reading.of_many(path, scope, |found| reading.of_one(path, test, found, scope))
            }
            Self::Compare { path, operator, with } => reading.of_many(path, scope, |found| {
                reading.of_many(with, scope, |other| match (found, other) {
                    (Found::Value(value), Found::Value(other)) => plain::holds_from(*operator, value, other, scope),
                    (Found::Unknown, _) | (_, Found::Unknown) => Truth::Unknown,
                    (Found::Missing, _) => reading.missing(path),
                    (_, Found::Missing) => reading.missing(with),
                })
            }),
            Self::All(conditions) => all(conditions, scope, reading),
            Self::Any(conditions) => {
                let mut truth = Truth::False;
                for condition in conditions {
                    truth = truth.or(condition.holds(scope, reading));
                    if truth == Truth::True {
                        break;
                    }
                }
                truth
            }
            Self::Not(condition) => condition.holds(scope, reading.negated()).not(),
        }
    }

    /// Shows every comparison in it, in the order of writing, with how it is read there.
    pub(super) fn comparisons<'c>(&'c self, reading: Reading, see: &mut dyn FnMut(&'c Self, Reading)) {
        match self {
            Self::Test { .. } | Self::Compare { .. } => see(self, reading),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|condition| condition.comparisons(reading, see));
            }
            Self::Not(condition) => condition.comparisons(reading.negated(), see),
        }
    }

    /// Whether it reads something that was left out of a recorded call.
    pub(super) fn meets_mark(&self, scope: &Scope<'_>) -> bool {
        match self {
            Self::Test { path, .. } => path.meets_mark(scope),
            Self::Compare { path, with, .. } => path.meets_mark(scope) || with.meets_mark(scope),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().any(|condition| condition.meets_mark(scope))
            }
            Self::Not(condition) => condition.meets_mark(scope),
        }
    }

    /// The end of a rule's id: `args.interval-gte`.
    pub(super) fn id(&self) -> String {
        let joined = |conditions: &[Self], by: &str| conditions.iter().map(Self::id).collect::<Vec<_>>().join(by);
        match self {
            Self::Test { path, operator, .. } | Self::Compare { path, operator, .. } => {
                format!("{path}-{}", operator.name())
            }
            Self::All(conditions) => format!("all_of({})", joined(conditions, "+")),
            Self::Any(conditions) => format!("any_of({})", joined(conditions, "+")),
            Self::Not(condition) => format!("not({})", condition.id()),
        }
    }
}

/// Whether conditions hold together.
pub(super) fn all(conditions: &[Condition], scope: &Scope<'_>, reading: Reading) -> Truth {
    let mut truth = Truth::True;
    for condition in conditions {
        truth = truth.and(condition.holds(scope, reading));
        if truth == Truth::False {
            break;
        }
    }
    truth
}

fn read_group(
    node: &Node,
    name: &'static str,
    report: &mut Report,
    read: &mut dyn FnMut(&Node, &mut Report) -> Option<Condition>,
) -> Option<Vec<Condition>> {
    let mut fields = report.fields(node)?;
    let group = fields.need(name, report);
    fields.finish(report);
    let group = group?;
    let elements = report.elements(group)?;
    if elements.is_empty() {
        let help = "name at least one condition".to_owned();
        report.error(group.span.clone(), format!("`{name}` of nothing says nothing"), Some(help));
        return None;
    }
    let read: Vec<Option<Condition>> = elements.iter().map(|node| read(node, report)).collect();
    read.into_iter().collect()
}

/// A word that a path never leads to is a slip of the pen.
fn check_words(path: &Path, value: Option<&Node>, report: &mut Report) -> Option<()> {
    let (Some(words), Some(value)) = (path.words(), value) else { return Some(()) };
    let elements = match &value.kind {
        Kind::Array(elements) => elements.as_slice(),
        _ => std::slice::from_ref(value),
    };
    for element in elements {
        if let Kind::Text(text) = &element.kind
            && !words.contains(&text.as_str())
        {
            let help = nearest(text, words).map(|near| format!("did you mean `{near}`?"));
            report.error(element.span.clone(), format!("`{path}` is never `{text}`"), help);
            return None;
        }
    }
    Some(())
}

impl fmt::Display for Condition {
    /// As people say it: `args.interval` is 5000 or more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |conditions: &[Self], by: &str| {
            let parts = conditions.iter().map(|condition| match condition {
                Self::All(_) | Self::Any(_) => format!("({condition})"),
                _ => condition.to_string(),
            });
            parts.collect::<Vec<_>>().join(by)
        };
        match self {
            Self::Test { path, operator, test } => {
                write!(f, "`{path}` ")?;
                test.describe(*operator, f)
            }
            Self::Compare { path, operator, with } => {
                write!(f, "`{path}` ")?;
                plain::describe(*operator, &format!("`{with}`"), f)
            }
            Self::All(conditions) => f.write_str(&joined(conditions, " and ")),
            Self::Any(conditions) => f.write_str(&joined(conditions, " or ")),
            Self::Not(condition) => write!(f, "it is not so that {condition}"),
        }
    }
}

#[cfg(test)]
mod tests;
