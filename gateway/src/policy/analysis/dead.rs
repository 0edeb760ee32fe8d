//! Dead entries and rules: what no call ever comes to, or what says nothing beside an action that settles it.

use std::collections::HashMap;

use crate::call::Verdict;
use crate::policy::Policy;
use crate::policy::codes::{ENTRY_DEAD, RULE_DEAD};
use crate::policy::entry::{Entry, Rules};
use crate::policy::names::{Star, covers, is_ambiguous, is_glob};

use super::Notes;

/// With how many globs before it a glob is compared.
const COMPARED: usize = 64;

/// Finds what is dead.
pub(super) fn find(policy: &Policy, notes: &mut Notes<'_>) {
    for entry in policy.tools.iter().filter(|entry| policy.enforce && policy.hide.cover(&entry.name)) {
        let message = format!("`{}` is hidden, so its entry says nothing", entry.name);
        notes.warn(ENTRY_DEAD, &entry.span, message, Some("take it out, or out of `hide`".to_owned()));
    }
    for entry in policy.resources.iter().filter(|entry| !is_glob(&entry.name) && is_ambiguous(&entry.name)) {
        let message = format!("`{}` can be read in several ways, and such addresses are refused", entry.name);
        let help = "write the address without `.` and `..`, and as its server names it".to_owned();
        notes.warn(ENTRY_DEAD, &entry.span, message, Some(help));
    }
    for section in policy.sections() {
        let star = if std::ptr::eq(section.entries, &policy.resources) { Star::Segment } else { Star::Anything };
        find_covered(section.entries.iter(), star, notes);
        section.entries.iter().for_each(|entry| find_settled(policy, entry, notes));
    }
    if policy.enforce && !lets_any_tool_pass(policy) {
        let why = "no tool can be called, so this says nothing";
        tell_all(&policy.all_tools, why, "take it out", notes);
    }
}

/// Globs of which every name is judged by one before them. That has the same beginning, or it would come later.
fn find_covered<'p>(entries: impl Iterator<Item = &'p Entry>, star: Star, notes: &mut Notes<'_>) {
    let mut before: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries.filter(|entry| is_glob(&entry.name)) {
        let beginning = entry.name.split('*').next().unwrap_or_default();
        let before = before.entry(beginning).or_default();
        if let Some(other) = before.iter().find(|other| covers(&other.name, &entry.name, star)) {
            let place = notes.place(&other.span);
            let message = format!("`{}` in {place} applies to every name that this does", other.name);
            let help = "write this one before it, or take it out".to_owned();
            notes.warn(ENTRY_DEAD, &entry.span, message, Some(help));
        } else if before.len() < COMPARED {
            before.push(entry);
        }
    }
}

/// Rules beside an action that settles what they would say.
fn find_settled(policy: &Policy, entry: &Entry, notes: &mut Notes<'_>) {
    if !policy.enforces(Some(entry)) {
        return;
    }
    match entry.action {
        Verdict::Allow => {}
        Verdict::Ask => {
            for rule in entry.rules.approve_if.iter().filter(|rule| rule.enforce) {
                let message = "a person is asked of every call here, so this rule says nothing";
                let help = "take it out, or the action".to_owned();
                notes.warn(RULE_DEAD, &rule.span, message, Some(help));
            }
        }
        Verdict::Deny => {
            let why = format!("every call of `{}` is denied, so this says nothing", entry.name);
            tell_all(&entry.rules, &why, "take it out, or the action", notes);
        }
    }
}

fn tell_all(rules: &Rules, why: &str, help: &str, notes: &mut Notes<'_>) {
    let spans = rules.conditions().map(|rule| &rule.span);
    let spans = spans.chain(rules.limits.iter().map(|limit| &limit.span));
    for span in spans.chain(rules.plugins.iter().map(|plugin| &plugin.span)) {
        notes.warn(RULE_DEAD, span, why, Some(help.to_owned()));
    }
}

/// Whether there is a name of a tool that is not refused whatever the rules say.
fn lets_any_tool_pass(policy: &Policy) -> bool {
    let open = |entry: &Entry| !policy.refuses(entry) && !policy.hide.cover(&entry.name);
    !policy.hide.hold_all() && (policy.default == Verdict::Allow || policy.tools.iter().any(open))
}
