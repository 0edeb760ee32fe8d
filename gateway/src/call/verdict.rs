//! What is decided, and how a no is reasoned.

use std::borrow::Cow;
use std::time::Duration;

/// The decision about a call. Verdicts combine by the maximum, so that whoever judges later can only tighten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It may pass.
    Allow,
    /// A person must say.
    Ask,
    /// It may not.
    Deny,
}

/// A verdict and the rule that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The decision.
    pub verdict: Verdict,
    /// Which rule decided, as a path into the policy or a word in parentheses.
    pub rule: Cow<'static, str>,
    /// Why, in the policy's words.
    pub reason: Cow<'static, str>,
    /// What would be allowed.
    pub remedy: Option<Cow<'static, str>>,
}

/// A reasoned no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of no.
    pub kind: RefusalKind,
    /// Which rule decided.
    pub rule: Cow<'static, str>,
    /// Why.
    pub reason: Cow<'static, str>,
    /// What would be allowed.
    pub remedy: Option<Cow<'static, str>>,
    /// The record of the decision, once there is one.
    pub record: Option<String>,
}

/// What kind of no it is; it decides how the agent is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The name is not known, or is hidden: the agent cannot tell which.
    Unknown,
    /// The policy says no.
    Denied,
    /// Not now.
    RateLimited {
        /// When it may be tried again.
        retry_after: Duration,
    },
    /// A person has been asked.
    Pending,
    /// The way is closed: the server is down, too slow or too busy.
    Unavailable,
    /// The request does not have the form that its method asks for.
    Malformed,
    /// A header and the body say different things.
    HeaderMismatch,
}

impl Verdict {
    /// The word for logs, metrics and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

impl Refusal {
    /// The word for logs, metrics and records.
    pub fn verdict(&self) -> &'static str {
        match self.kind {
            RefusalKind::Unknown | RefusalKind::Denied | RefusalKind::Malformed | RefusalKind::HeaderMismatch => "deny",
            RefusalKind::RateLimited { .. } => "limit",
            RefusalKind::Pending => "ask",
            RefusalKind::Unavailable => "unavailable",
        }
    }

    /// The way to the server is closed.
    pub fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: RefusalKind::Unavailable,
            rule: "(unavailable)".into(),
            reason: reason.into(),
            remedy: None,
            record: None,
        }
    }

    /// The request does not have the form that its method asks for.
    pub fn malformed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: RefusalKind::Malformed,
            rule: "(malformed)".into(),
            reason: reason.into(),
            remedy: None,
            record: None,
        }
    }

    /// A name that is not known, or that must look as if it were not.
    pub fn unknown(rule: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: RefusalKind::Unknown,
            rule: rule.into(),
            reason: "no such name".into(),
            remedy: None,
            record: None,
        }
    }
}

impl From<Ruling> for Refusal {
    /// A ruling that is not a yes. An Ask that nobody can settle is a no that waits.
    fn from(ruling: Ruling) -> Self {
        let kind = match ruling.verdict {
            Verdict::Ask => RefusalKind::Pending,
            Verdict::Allow | Verdict::Deny => RefusalKind::Denied,
        };
        Self { kind, rule: ruling.rule, reason: ruling.reason, remedy: ruling.remedy, record: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Allow, Ask, Deny};

    #[test]
    fn verdicts_only_tighten() {
        for (first, second, both) in [(Allow, Ask, Ask), (Ask, Deny, Deny), (Deny, Allow, Deny), (Allow, Allow, Allow)]
        {
            assert_eq!(first.max(second), both);
            assert_eq!(second.max(first), both);
        }
    }
}
