//! What is known around a call when it is judged: of its caller, of the tool as its server lists it, of the session, and
//! the time. The law asks nobody; whoever judges says it.

use std::collections::{BTreeSet, HashMap};

use crate::clock::Timestamp;
use crate::json::{Object, Value};

use super::Definition;

/// What is known around a call.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'c> {
    /// The groups of the caller.
    pub groups: &'c [String],
    /// What the caller's token claims, once it was verified.
    pub claims: Option<&'c Object>,
    /// The tool that is called.
    pub listing: Listing<'c>,
    /// What the session did before.
    pub session: &'c Session,
    /// The time of the judgement.
    pub now: Timestamp,
}

/// What the server says of the tool that is called.
#[derive(Clone, Copy, Debug)]
pub enum Listing<'c> {
    /// The tool as the server lists it.
    Listed(&'c Definition),
    /// The server lists no such tool.
    Unlisted,
    /// Nobody asked the server: arguments are judged by the policy alone. For looking at a policy, never for a call.
    Unasked,
}

/// What a session did before: the labels of what it called, and the facts that were remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    labels: BTreeSet<String>,
    facts: HashMap<String, HashMap<String, Fact>>,
}

/// What is remembered under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// This.
    Known(Value),
    /// Two values that contradict each other, so that nothing can be told.
    Disputed,
}

impl<'c> Circumstances<'c> {
    /// Of a caller without groups, at a server that nobody asked. For looking at a policy, never for a call.
    pub fn unasked(session: &'c Session, now: Timestamp) -> Self {
        Self { groups: &[], claims: None, listing: Listing::Unasked, session, now }
    }
}

impl Session {
    /// Notes that something with this label was called.
    pub fn mark(&mut self, label: impl Into<String>) {
        self.labels.insert(label.into());
    }

    /// The labels, in their order.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    /// Whether something with this label was called.
    pub fn is_marked(&self, label: &str) -> bool {
        self.labels.contains(label)
    }

    /// Remembers a fact under a key. A second value that differs makes it disputed, for good.
    pub fn remember(&mut self, name: impl Into<String>, key: impl Into<String>, value: Value) {
        let facts = self.facts.entry(name.into()).or_default();
        facts.entry(key.into()).and_modify(|fact| fact.compare(&value)).or_insert(Fact::Known(value));
    }

    /// What is remembered under a name, by key.
    pub fn facts(&self, name: &str) -> Option<&HashMap<String, Fact>> {
        self.facts.get(name)
    }
}

impl Fact {
    fn compare(&mut self, value: &Value) {
        if !matches!(self, Self::Known(known) if known == value) {
            *self = Self::Disputed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_value_that_differs_makes_a_fact_disputed_for_good() {
        let mut session = Session::default();
        session.remember("host", "c1", "a".into());
        session.remember("host", "c1", "a".into());
        assert_eq!(session.facts("host").unwrap().get("c1"), Some(&Fact::Known("a".into())));
        session.remember("host", "c1", "b".into());
        session.remember("host", "c1", "a".into());
        assert_eq!(session.facts("host").unwrap().get("c1"), Some(&Fact::Disputed));
    }
}
