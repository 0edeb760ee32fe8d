//! What is known around a call when it is judged: of its caller, of the tool as its server lists it, of the session, and
//! the time. The law asks nobody; whoever judges says it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::json::{Object, Value};

use super::{Definition, Facts, Remembered};

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
    facts: Arc<Facts>,
}

/// A fact that a rule looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The name of the fact.
    pub name: String,
    /// The key.
    pub key: String,
    /// What was remembered there; `None` where nothing is known.
    pub value: Option<Value>,
    /// Whether it comes of arguments that a record leaves out, or is found by them.
    pub private: bool,
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

    /// Remembers a fact.
    pub fn remember(&mut self, fact: impl Into<String>, key: impl Into<String>, value: Value) {
        self.learn(Remembered { fact: fact.into(), key: key.into(), value: Some(value), private: false });
    }

    /// Remembers what the answer to a call told.
    pub fn learn(&mut self, told: Remembered) {
        Arc::make_mut(&mut self.facts).remember(told);
    }

    /// The facts.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

impl From<Arc<Facts>> for Session {
    /// A session of which nothing is known but these facts.
    fn from(facts: Arc<Facts>) -> Self {
        Self { labels: BTreeSet::new(), facts }
    }
}
