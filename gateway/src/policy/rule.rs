//! Rules: conditions that hold together, what they mean for a call, and what is said then.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::ControlFlow;

use crate::call::{Ruling, Verdict};
use crate::json::commented::{Node, Report, Span};

use super::codes::UNENFORCED;
use super::condition::{Condition, Reading, Sense, all};
use super::path::{Binding, Found, Path};
use super::scope::Scope;
use super::tally::Tally;
use super::trace::Comparison;
use super::truth::Truth;

/// How many conditions a rule has at its top, and the longest id.
const CONDITIONS: usize = 256;
const ID: usize = 200;

/// A rule of conditions.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) sense: Sense,
    /// Whether it is more than looked at.
    pub(super) enforce: bool,
    pub(super) for_each: Option<Path>,
    pub(super) conditions: Vec<Condition>,
    /// Where it stands.
    pub(super) span: Span,
    told: Option<String>,
}

impl Rule {
    /// Reads an element of `require`, `deny_if` or `approve_if`.
    pub(super) fn read(node: &Node, sense: Sense, owner: &str, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let bound = fields.get("for_each");
        let binding = if bound.is_some() { Binding::Each } else { Binding::Nothing };
        let conditions = fields.need("conditions", report);
        let conditions = conditions.and_then(|node| read_conditions(node, binding, tally, report));
        let told = [Some("on_deny"), (sense == Sense::ApproveIf).then_some("on_ask")];
        let told = told.into_iter().flatten().find_map(|name| fields.get(name));
        let told = told.map_or(Some(None), |node| report.text(node).map(|text| Some(text.to_owned())));
        let enforce = read_enforce(fields.get("enforce"), report);
        fields.finish(report);
        let for_each = bound.map_or(Some(None), |node| read_bound(node, report).map(Some));
        let (conditions, for_each) = (conditions?, for_each?);
        for_each.iter().for_each(|path| tally.path(path));
        let ids: Vec<String> = conditions.iter().map(Condition::id).collect();
        let each = for_each.as_ref().map(|path| format!("{path}:")).unwrap_or_default();
        let what = format!("{each}{}", ids.join("+"));
        let cut = if what.chars().nth(ID).is_some() { "…" } else { "" };
        let what: String = what.chars().take(ID).collect();
        let id = format!("{owner}/{}/{what}{cut}", sense.key());
        let span = node.span.clone();
        Some(Self { id, sense, enforce: enforce?, for_each, conditions, span, told: told? })
    }

    /// Whether the conditions hold together.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> Truth {
        let reading = Reading::of(self.sense);
        let Some(for_each) = &self.for_each else { return all(&self.conditions, scope, reading) };
        reading.of_many(for_each, scope, |found| match found {
            Found::Value(value) => all(&self.conditions, &scope.with_each(value), reading),
            Found::Missing => reading.missing(for_each),
            Found::Unknown => Truth::Unknown,
        })
    }

    /// What each comparison in the conditions says, in the order of writing.
    pub(super) fn comparisons(&self) -> Vec<String> {
        let mut texts = Vec::new();
        self.compare(&mut |condition, _| texts.push(condition.to_string()));
        texts
    }

    /// What each comparison in the conditions comes to by itself, over all that the rule speaks of. Unlike
    /// [`holds`](Self::holds) it does not stop where the others settle it.
    pub(super) fn survey(&self, scope: &Scope<'_>) -> Vec<Comparison> {
        let mut found = Vec::new();
        self.compare(&mut |condition, _| {
            found.push(Comparison { text: condition.to_string(), truths: BTreeSet::new() });
        });
        let mut survey = |scope: &Scope<'_>| {
            let mut places = found.iter_mut();
            self.compare(&mut |condition, reading| {
                if let Some(place) = places.next() {
                    place.truths.insert(condition.holds(scope, reading));
                }
            });
        };
        let Some(for_each) = &self.for_each else {
            survey(scope);
            return found;
        };
        let _seen = for_each.visit(scope, &mut |bound| {
            if let Found::Value(value) = bound {
                survey(&scope.with_each(value));
            }
            ControlFlow::Continue(())
        });
        found
    }

    fn compare<'r>(&'r self, see: &mut dyn FnMut(&'r Condition, Reading)) {
        self.conditions.iter().for_each(|condition| condition.comparisons(Reading::of(self.sense), see));
    }

    /// Whether a condition reads something that was left out of a recorded call.
    pub(super) fn meets_mark(&self, scope: &Scope<'_>) -> bool {
        let mut any = |scope: &Scope<'_>| self.conditions.iter().any(|condition| condition.meets_mark(scope));
        match &self.for_each {
            Some(for_each) => for_each.any_is_mark_or(scope, &mut any),
            None => any(scope),
        }
    }

    /// What it means for a call that the conditions hold like this.
    pub(super) fn verdict(&self, truth: Truth) -> Verdict {
        match (self.sense, truth) {
            (Sense::Require, Truth::True) | (Sense::DenyIf | Sense::ApproveIf, Truth::False) => Verdict::Allow,
            (Sense::Require | Sense::DenyIf, _) => Verdict::Deny,
            (Sense::ApproveIf, _) => Verdict::Ask,
        }
    }

    /// The rule's ruling, where it has an objection.
    pub(super) fn objection(&self, scope: &Scope<'_>) -> Option<Ruling> {
        let verdict = self.verdict(self.holds(scope));
        (verdict > Verdict::Allow).then(|| Ruling {
            verdict,
            rule: self.id.clone().into(),
            reason: self.reason().into(),
            remedy: Some(self.remedy().into()),
        })
    }

    /// Why it objects.
    pub(super) fn reason(&self) -> String {
        self.told.clone().unwrap_or_else(|| match self.sense {
            Sense::Require => "the call is not as the policy requires".to_owned(),
            Sense::DenyIf => "the policy denies such calls".to_owned(),
            Sense::ApproveIf => "the policy wants a person to approve such calls".to_owned(),
        })
    }

    /// What would be allowed.
    pub(super) fn remedy(&self) -> String {
        match self.sense {
            Sense::Require => format!("a call in which {self}"),
            Sense::DenyIf | Sense::ApproveIf => format!("a call in which it is not so that {self}"),
        }
    }
}

impl Sense {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Require => "require",
            Self::DenyIf => "deny_if",
            Self::ApproveIf => "approve_if",
        }
    }
}

impl fmt::Display for Rule {
    /// What the conditions say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.for_each {
            let quantity = if self.sense == Sense::Require { "every" } else { "one" };
            write!(f, "for {quantity} `{path}` ")?;
        }
        for (place, condition) in self.conditions.iter().enumerate() {
            let and = if place > 0 { " and " } else { "" };
            match condition {
                Condition::Any(_) if self.conditions.len() > 1 => write!(f, "{and}({condition})")?,
                _ => write!(f, "{and}{condition}")?,
            }
        }
        Ok(())
    }
}

/// Reads `enforce`. What is not enforced is said aloud.
pub(super) fn read_enforce(node: Option<&Node>, report: &mut Report) -> Option<bool> {
    let Some(node) = node else { return Some(true) };
    let enforce = report.boolean(node)?;
    if !enforce {
        let help = "take it away to enforce it".to_owned();
        let message = "this is not enforced: what it would deny is recorded, and passes";
        report.warn_of(UNENFORCED, node.span.clone(), message, Some(help));
    }
    Some(enforce)
}

/// Reads conditions that hold together.
pub(super) fn read_conditions(
    node: &Node,
    binding: Binding,
    tally: &mut Tally,
    report: &mut Report,
) -> Option<Vec<Condition>> {
    let elements = report.elements(node)?;
    if elements.is_empty() {
        let help = "name at least one condition".to_owned();
        report.error(node.span.clone(), "a rule without conditions says nothing", Some(help));
        return None;
    }
    if elements.len() > CONDITIONS {
        let help = "write several rules".to_owned();
        report.error(node.span.clone(), format!("a rule has up to {CONDITIONS} conditions"), Some(help));
        return None;
    }
    let read: Vec<Option<Condition>> =
        elements.iter().map(|node| Condition::read(node, binding, tally, report)).collect();
    read.into_iter().collect()
}

/// Reads `for_each`.
fn read_bound(node: &Node, report: &mut Report) -> Option<Path> {
    let path = Path::read(node, Binding::Nothing, report)?;
    if !path.is_many() {
        let help = format!("write `{path}[*]` for every element of it");
        report.error(node.span.clone(), format!("`{path}` leads to one value"), Some(help));
        return None;
    }
    Some(path)
}
