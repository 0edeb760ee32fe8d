//! Shadows: rules that never decide anything, since one before them objects whenever they do.

use std::collections::HashMap;

use crate::call::Verdict;
use crate::json::Value;
use crate::json::commented::{Report, Source};
use crate::policy::codes::{RULE_DEAD, RULE_SHADOWED};
use crate::policy::condition::Sense;
use crate::policy::path::Path;
use crate::policy::rule::Rule;

use super::specimen::{single, subject};
use super::trial::{Asked, Trial};
use super::{Notes, Owner};

/// With how many rules before it a rule is compared.
const COMPARED: usize = 64;

/// Rules in the order in which they are heard, to be found by what they speak of.
#[derive(Default)]
pub(super) struct Shelf<'p> {
    by_path: HashMap<&'p str, Vec<Heard<'p>>>,
    by_text: HashMap<Vec<u8>, Heard<'p>>,
    /// Rules whose paths and operators are the same: only these can have the same text.
    alike: HashMap<&'p str, Vec<Heard<'p>>>,
}

/// A rule that is heard.
#[derive(Clone, Copy)]
struct Heard<'p> {
    rule: &'p Rule,
    enforced: bool,
    /// The text that it was read from.
    source: &'p Source,
}

impl<'p> Shelf<'p> {
    /// The rules of an owner.
    pub(super) fn of(owner: Option<Owner<'p>>, source: &'p Source) -> Self {
        let mut shelf = Self::default();
        for heard in owner.iter().flat_map(|owner| heard(*owner, source)) {
            shelf.add(heard);
        }
        shelf
    }

    fn add(&mut self, heard: Heard<'p>) {
        for condition in &heard.rule.conditions {
            if let Some(path) = subject(condition) {
                self.by_path.entry(path.text()).or_default().push(heard);
            }
        }
        let alike = self.alike.entry(likeness(heard.rule)).or_default();
        alike.push(heard);
        // The first of its kind is read only when a second comes.
        let unread = match alike.as_slice() {
            [_] => &[],
            [first, second] => &[*first, *second][..],
            more => more.last().map_or(&[][..], std::slice::from_ref),
        };
        for heard in unread {
            if let Some(text) = text_of(*heard) {
                self.by_text.entry(text).or_insert(*heard);
            }
        }
    }

    /// A rule on the shelf that says the same.
    fn same(&self, heard: Heard<'_>) -> Option<Heard<'p>> {
        match self.alike.get(likeness(heard.rule))?.as_slice() {
            [only] if raw(*only)? == raw(heard)? => Some(*only),
            [only] => (text_of(*only)? == text_of(heard)?).then_some(*only),
            _ => self.by_text.get(&text_of(heard)?).copied(),
        }
    }

    /// Rules on the shelf that speak of something that a rule speaks of, and whether these are all.
    fn near(&self, rule: &Rule) -> (Vec<Heard<'p>>, bool) {
        let mut near: Vec<Heard<'p>> = Vec::new();
        for path in rule.conditions.iter().filter_map(subject) {
            for heard in self.by_path.get(path.text()).into_iter().flatten() {
                if near.len() == COMPARED {
                    return (near, false);
                }
                if !near.iter().any(|known| std::ptr::eq(known.rule, heard.rule)) {
                    near.push(*heard);
                }
            }
        }
        (near, true)
    }
}

/// Finds the rules of an owner that never decide anything. `above` are those that are heard before.
pub(super) fn find(above: Option<&Shelf<'_>>, owner: Owner<'_>, trial: &mut Trial<'_>, notes: &mut Notes<'_>) {
    let mut shelf = Shelf::default();
    let source = notes.source;
    for heard in heard(owner, source) {
        let rule = heard.rule;
        if never_objects(rule, trial) {
            let help = Some("take it out, or mend its conditions".to_owned());
            let message = match rule.sense {
                Sense::Require => "this rule holds of every call",
                Sense::DenyIf | Sense::ApproveIf => "the conditions of this rule never hold together",
            };
            notes.warn(RULE_DEAD, &rule.span, message, help);
            continue;
        }
        let first = above.and_then(|above| coverer(above, heard, trial));
        match first.or_else(|| coverer(&shelf, heard, trial)) {
            Some(first) => {
                let place = notes.place(&first.rule.span);
                let message = format!("this rule never decides: whenever it objects, the one in {place} has objected");
                let help = Some("take it out, or mend one of them".to_owned());
                notes.warn(RULE_SHADOWED, &rule.span, message, help);
            }
            None => shelf.add(heard),
        }
    }
}

/// The rules of an owner, in the order in which they are heard.
fn heard<'p>(owner: Owner<'p>, source: &'p Source) -> impl Iterator<Item = Heard<'p>> {
    owner.rules.conditions().map(move |rule| Heard { rule, enforced: owner.enforced && rule.enforce, source })
}

/// The enforced rules of an owner that no rule of some shelves covers.
pub(super) fn uncovered<'p>(
    owner: Owner<'p>,
    source: &'p Source,
    shelves: &[&Shelf<'_>],
    trial: &mut Trial<'_>,
) -> Vec<&'p Rule> {
    let enforced = heard(owner, source).filter(|heard| heard.enforced);
    let lost = enforced.filter(|heard| !shelves.iter().any(|shelf| coverer(shelf, *heard, trial).is_some()));
    lost.map(|heard| heard.rule).collect()
}

/// A rule of a shelf that objects whenever this one does, and as strictly.
fn coverer<'p>(shelf: &Shelf<'p>, heard: Heard<'_>, trial: &mut Trial<'_>) -> Option<Heard<'p>> {
    let counts = |before: &Heard<'_>| {
        let strict = |rule: &Rule| if rule.sense == Sense::ApproveIf { Verdict::Ask } else { Verdict::Deny };
        before.enforced >= heard.enforced && strict(before.rule) >= strict(heard.rule)
    };
    if let Some(same) = shelf.same(heard).filter(counts) {
        return Some(same);
    }
    let (near, all) = shelf.near(heard.rule);
    let found = near.into_iter().filter(counts).find(|before| covers(before.rule, heard.rule, trial));
    if found.is_none() && !all {
        trial.leave_out();
    }
    found
}

/// Whether `a` objects whenever `b` does.
pub(super) fn covers(a: &Rule, b: &Rule, trial: &mut Trial<'_>) -> bool {
    let bound = |rule: &Rule| rule.for_each.as_ref().map(|path| path.text().to_owned());
    let requires = |rule: &Rule| rule.sense == Sense::Require;
    if bound(a) != bound(b) || (a.for_each.is_some() && requires(a) != requires(b)) {
        return false;
    }
    // What is required objects if one condition does; what is denied objects if all do. Of many values each condition
    // may mean another.
    let (of_a, of_b) = (Asked::all_of(a), Asked::all_of(b));
    match (requires(a), requires(b)) {
        (false, false) => of_a.iter().all(|one| {
            let Some(path) = subject(one.condition) else { return false };
            let others = speaking(&of_b, path);
            match path.is_many() {
                true => others.iter().any(|other| implies(path, &[*other], &[*one], trial)),
                false => implies(path, &others, &[*one], trial),
            }
        }),
        (true, false) => of_b.iter().any(|one| {
            let Some(path) = subject(one.condition) else { return false };
            let others = speaking(&of_a, path);
            match path.is_many() {
                true => others.iter().any(|other| implies(path, &[*one], &[*other], trial)),
                false => implies(path, &speaking(&of_b, path), &others, trial),
            }
        }),
        (true, true) => of_b.iter().all(|one| {
            let Some(path) = subject(one.condition) else { return false };
            let others = speaking(&of_a, path);
            match path.is_many() {
                true => others.iter().any(|other| implies(path, &[*one], &[*other], trial)),
                false => implies(path, &[*one], &others, trial),
            }
        }),
        (false, true) => of_b.iter().all(|one| {
            let Some(path) = subject(one.condition) else { return false };
            let others = speaking(&of_a, path);
            others.len() == of_a.len() && others.iter().all(|other| implies(path, &[*one], &[*other], trial))
        }),
    }
}

/// Those that speak of one path alone.
fn speaking<'r>(all: &[Asked<'r>], path: &Path) -> Vec<Asked<'r>> {
    let speaks = |asked: &&Asked<'_>| subject(asked.condition).is_some_and(|own| own.text() == path.text());
    all.iter().filter(speaks).copied().collect()
}

/// Whether one of `a` objects wherever all of `b` do. All of them speak of one path.
fn implies(path: &Path, b: &[Asked<'_>], a: &[Asked<'_>], trial: &mut Trial<'_>) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let implied = |objections: &[bool]| {
        let (b_objections, a_objections) = objections.split_at(b.len().min(objections.len()));
        !b_objections.iter().all(|objects| *objects) || a_objections.iter().any(|objects| *objects)
    };
    trial.every(path, &[b, a].concat(), implied).unwrap_or(false)
}

/// Whether a rule never objects to anything.
fn never_objects(rule: &Rule, trial: &mut Trial<'_>) -> bool {
    if rule.for_each.is_some() {
        return false;
    }
    let all = Asked::all_of(rule);
    match rule.sense {
        Sense::Require => all.iter().all(|asked| {
            let Some(path) = single(asked.condition) else { return false };
            trial.every(path, &[*asked], |objections| !objections.contains(&true)).unwrap_or(false)
        }),
        Sense::DenyIf | Sense::ApproveIf => all.iter().any(|asked| {
            let Some(path) = single(asked.condition) else { return false };
            trial.every(path, &speaking(&all, path), |objections| objections.contains(&false)).unwrap_or(false)
        }),
    }
}

/// What rules that say the same have in common: sense, paths and operators.
fn likeness(rule: &Rule) -> &str {
    let from = rule.id.find(&format!("/{}/", rule.sense.key())).unwrap_or_default();
    let id = rule.id.get(from..).unwrap_or(&rule.id);
    match id.rsplit_once('#') {
        Some((id, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => id,
        _ => id,
    }
}

/// A rule as it is written.
fn raw(heard: Heard<'_>) -> Option<&str> {
    heard.source.text.get(heard.rule.span.clone())
}

/// What a rule asks, written one way.
fn text_of(heard: Heard<'_>) -> Option<Vec<u8>> {
    let Value::Object(mut members) = Report::new(Source::new("", raw(heard)?)).parse()?.to_value() else { return None };
    for name in ["on_deny", "on_ask", "enforce"] {
        members.remove(name);
    }
    Some([heard.rule.sense.key().as_bytes(), &members.sorted().to_bytes()].concat())
}
