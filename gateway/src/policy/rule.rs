//! `require` and `deny_if`: conditions that must all hold, and what is said when a rule denies.

use crate::json::Object;
use crate::json::commented::{Node, Report};

use super::condition::{Condition, Missing, Truth};

/// A rule of conditions.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) sense: Sense,
    conditions: Vec<Condition>,
    on_deny: Option<String>,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// The conditions must hold.
    Require,
    /// The conditions must not hold.
    DenyIf,
}

impl Rule {
    /// Reads an element of `require` or `deny_if`.
    pub(super) fn read(node: &Node, sense: Sense, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let conditions = fields.need("conditions", report).and_then(|node| {
            let elements = report.elements(node)?;
            if elements.is_empty() {
                let help = "name at least one condition".to_owned();
                report.error(node.span.clone(), "a rule without conditions says nothing", Some(help));
                return None;
            }
            let read: Vec<Option<Condition>> = elements.iter().map(|node| Condition::read(node, report)).collect();
            read.into_iter().collect::<Option<Vec<Condition>>>()
        });
        let on_deny = fields.get("on_deny").and_then(|node| report.text(node)).map(str::to_owned);
        fields.finish(report);
        let conditions = conditions?;
        let ids: Vec<String> = conditions.iter().map(Condition::id).collect();
        let id = format!("{owner}/{}/{}", sense.key(), ids.join("+"));
        Some(Self { id, sense, conditions, on_deny })
    }

    /// Whether the conditions hold together.
    pub(super) fn holds(&self, arguments: Option<&Object>) -> Truth {
        let missing = match self.sense {
            Sense::Require => Missing::Unknown,
            Sense::DenyIf => Missing::False,
        };
        self.conditions.iter().fold(Truth::True, |truth, condition| truth.and(condition.holds(arguments, missing)))
    }

    /// Whether a call may pass for which the conditions hold like this.
    pub(super) fn lets_pass(&self, truth: Truth) -> bool {
        match self.sense {
            Sense::Require => truth == Truth::True,
            Sense::DenyIf => truth == Truth::False,
        }
    }

    pub(super) fn reason(&self) -> String {
        self.on_deny.clone().unwrap_or_else(|| match self.sense {
            Sense::Require => "the arguments are not as the policy requires".to_owned(),
            Sense::DenyIf => "the policy denies such arguments".to_owned(),
        })
    }

    /// What would be allowed.
    pub(super) fn remedy(&self) -> String {
        let conditions: Vec<String> = self.conditions.iter().map(ToString::to_string).collect();
        let joined = conditions.join(" and ");
        match self.sense {
            Sense::Require => format!("a call in which {joined}"),
            Sense::DenyIf => format!("a call in which it is not so that {joined}"),
        }
    }
}

impl Sense {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Require => "require",
            Self::DenyIf => "deny_if",
        }
    }
}
