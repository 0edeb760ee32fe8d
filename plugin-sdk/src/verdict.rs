//! What a plugin answers with.

use crate::shell::Refusal;

/// What a plugin says of a call. Verdicts only tighten: the policy, the other plugins and, where asked for, a person
/// speak too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No objection.
    Allow,
    /// The call must not go.
    Deny(Finding),
    /// A person must agree first.
    Ask(Finding),
    /// No objection to the document as patched; it is judged again from the start.
    Modify(Vec<Patch>),
}

/// What a plugin says of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultVerdict {
    /// No objection.
    Pass,
    /// No objection to the reply as patched.
    Redact(Vec<Patch>),
    /// The agent gets a refusal instead.
    Refuse(Finding),
}

/// What a plugin says of an item that a server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListVerdict {
    /// No objection.
    Keep,
    /// The caller must not know of it, and cannot call it.
    Hide,
    /// No objection to the item with other words: descriptions and titles only.
    Rewrite(Vec<Patch>),
}

/// Why something was refused, asked about or found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for programs, for instance `flag.unknown`.
    pub code: String,
    /// One sentence for people: lower case, no full stop, the user's text in backticks, never a secret.
    pub reason: String,
    /// How bad it is.
    pub severity: Severity,
    /// A JSON pointer to the place; absent where the whole is meant.
    pub pointer: Option<String>,
    /// What to do next, or what would be allowed instead.
    pub remediation: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake.
    Warning,
    /// A rule is broken.
    Error,
}

/// One change to the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// A JSON pointer to the value to replace.
    pub pointer: String,
    /// The new value as one JSON text.
    pub value_json: String,
}

impl Finding {
    /// A broken rule, for the whole document.
    pub fn new(code: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { code: code.into(), reason: reason.into(), severity: Severity::Error, pointer: None, remediation: None }
    }

    /// The same finding, at the place that `pointer` names.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same finding, with what would be allowed instead.
    pub fn instead(mut self, remediation: impl Into<String>) -> Self {
        self.remediation = Some(remediation.into());
        self
    }

    /// The same finding, as bad as `severity`.
    pub fn rated(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

impl Patch {
    /// A string in the place of what is at `pointer`.
    pub fn text(pointer: impl Into<String>, text: &str) -> Self {
        // A string can always be written; if it could not, a patch without a value is refused.
        Self { pointer: pointer.into(), value_json: serde_json::to_string(text).unwrap_or_default() }
    }
}

impl From<Refusal> for Finding {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code().as_str(), refusal.to_string()).instead(refusal.code().remedy())
    }
}
