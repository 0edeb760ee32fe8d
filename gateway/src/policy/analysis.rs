//! What can be told of a policy before any call comes: rules that never say anything, rules that no call can satisfy, and
//! what another policy would let pass that this one does not.
//!
//! Only what is certain is told. Where conditions speak of one path they are tried on [specimens](specimen), with the code
//! that decides; where that would not be exact nothing is said. Pairs of rules are compared only where they share a path,
//! and never without a bound.

mod absent;
mod contradiction;
mod dead;
mod limits;
mod lone;
mod schema;
mod shadow;
mod specimen;
mod trial;
mod widening;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use crate::call::{Target, Verdict};
use crate::json::Object;
use crate::json::commented::{Code, Finding, Severity, Source, Span};

use super::Policy;
use super::codes::CAPPED;
use super::entry::{Entry, Rules};
use super::names::Table;

use trial::Trial;

pub use absent::wants_absent;
pub use lone::{Lone, lone_strings};
pub use widening::{Revision, Widening, widenings};

/// What is known around a policy when it is looked at.
#[derive(Debug, Default)]
pub struct Surroundings<'s> {
    /// The tools that are known, each with the definitions of it that were approved.
    pub tools: BTreeMap<&'s str, Vec<&'s Object>>,
    /// The counters of the other policies that may judge the same calls.
    pub counters: HashSet<&'s str>,
}

/// What is found of one policy.
struct Notes<'s> {
    source: &'s Source,
    findings: Vec<Finding>,
}

/// An entry, or what holds for all tools, with what is said of its place.
#[derive(Clone, Copy)]
struct Owner<'p> {
    rules: &'p Rules,
    /// Whether its rules are more than looked at.
    enforced: bool,
    /// What it judges, for people.
    judges: &'p str,
}

/// What can be told of a policy. `source` is the text that it was read from.
pub fn findings(policy: &Policy, source: &Source, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut notes = Notes { source, findings: Vec::new() };
    let capped = Trial::with(policy, |trial| {
        dead::find(policy, &mut notes);
        limits::find(policy, around, &mut notes);
        schema::find(policy, around, trial, &mut notes);
        for section in policy.sections() {
            examine(policy, section, trial, &mut notes);
        }
        trial.is_over()
    });
    if capped {
        let help = Some("split the policy, or say more with one rule".to_owned());
        notes.warn(CAPPED, &policy.default_at, "not all rules were compared with each other: there are too many", help);
    }
    notes.findings.sort_by_key(|finding| finding.span.start);
    notes.findings
}

/// Finds the tools of some that every one of the policies allows without a word, for the place where the last says so.
pub fn unnamed<'t>(policies: &[&Policy], tools: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let silent = |policy: &Policy, name: &str| {
        let target = Target::Tool(name.to_owned());
        policy.default == Verdict::Allow && !policy.hides(&target) && policy.entry(&target).is_none()
    };
    tools.filter(|name| !policies.is_empty() && policies.iter().all(|policy| silent(policy, name))).collect()
}

/// Looks for rules of each entry that contradict or cover each other.
fn examine(policy: &Policy, section: Section<'_>, trial: &mut Trial<'_>, notes: &mut Notes<'_>) {
    let all = section.all.map(|rules| Owner { rules, enforced: policy.enforce, judges: "any tool" });
    let common = contradiction::Constraints::of(all);
    let above = shadow::Shelf::of(all, notes.source);
    if let Some(all) = all {
        if contradiction::find(&common, None, all, trial, notes) {
            return;
        }
        shadow::find(None, all, trial, notes);
    }
    for entry in section.entries.iter().filter(|entry| !policy.refuses(entry)) {
        let judges = &entry.name;
        let owner = Owner { rules: &entry.rules, enforced: policy.enforces(Some(entry)), judges };
        let own = contradiction::Constraints::of(Some(owner));
        if !contradiction::find(&own, Some(&common), owner, trial, notes) {
            shadow::find(Some(&above), owner, trial, notes);
        }
    }
}

/// The entries of one kind, and what holds for all of them.
#[derive(Clone, Copy)]
struct Section<'p> {
    entries: &'p Table<Entry>,
    all: Option<&'p Rules>,
}

impl Policy {
    fn sections(&self) -> [Section<'_>; 5] {
        let of = |entries, all| Section { entries, all };
        [
            of(&self.tools, Some(&self.all_tools)),
            of(&self.resources, None),
            of(&self.prompts, None),
            of(&self.server_requests, None),
            of(&self.methods, None),
        ]
    }

    /// Whether an entry refuses whatever it judges, whatever its rules say.
    fn refuses(&self, entry: &Entry) -> bool {
        entry.action == Verdict::Deny && self.enforces(Some(entry))
    }
}

impl Notes<'_> {
    fn warn(&mut self, code: Code, span: &Span, message: impl Into<String>, help: Option<String>) {
        let (source, span, message) = (self.source.clone(), span.clone(), message.into());
        self.findings.push(Finding { code, severity: Severity::Warning, source, span, message, help });
    }

    /// Where something stands, for people.
    fn place(&self, span: &Span) -> String {
        let (line, column) = self.source.place(span.start);
        format!("line {line}, column {column}")
    }
}
