//! Limits that never come to anything, since another one does before, and those that let nothing pass.

use std::collections::{BTreeMap, HashMap};

use crate::policy::Policy;
use crate::policy::codes::{LIMIT_NEVER_BINDS, LIMIT_REFUSES_ALL};
use crate::policy::entry::Rules;
use crate::policy::limit::{Algorithm, Amount, Cost, Limit};

use super::{Notes, Surroundings};

/// How many limits of one entry are compared with each other.
const COMPARED: usize = 64;

/// Finds such limits.
pub(super) fn find(policy: &Policy, around: &Surroundings<'_>, notes: &mut Notes<'_>) {
    for limit in policy.rules().flat_map(|rules| &rules.limits) {
        find_constant(limit, notes);
    }
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for limit in policy.rules().flat_map(|rules| &rules.limits) {
        *uses.entry(&limit.counter).or_default() += 1;
    }
    // What others count under the same name is not known here.
    let alone = |limit: &Limit| uses.get(&*limit.counter) == Some(&1) && !around.counters.contains(&*limit.counter);
    if !policy.enforce {
        return;
    }
    let none = Rules::default();
    find_weaker(&none, &policy.all_tools, &alone, notes);
    for section in policy.sections() {
        for entry in section.entries.iter().filter(|entry| !policy.refuses(entry)) {
            let own = if entry.enforce { &entry.rules } else { &none };
            find_weaker(section.all.unwrap_or(&none), own, &alone, notes);
        }
    }
}

/// A table in which everything is nothing, or too much.
fn find_constant(limit: &Limit, notes: &mut Notes<'_>) {
    let Cost::Table { path, table, default } = &limit.cost else { return };
    let all = |test: &dyn Fn(u64) -> bool| amounts(table, *default).all(|amount| test(amount.millionths()));
    if all(&|amount| amount == 0) && default.is_some() {
        let help = "write how much a call counts as, or leave the limit out".to_owned();
        notes.warn(LIMIT_NEVER_BINDS, &limit.span, "every call counts as 0 here, so this limits nothing", Some(help));
    } else if !path.is_many() && all(&|amount| amount > limit.ceiling()) {
        let help = "write `\"action\": \"deny\"` for a tool that may never be called".to_owned();
        let message = "every call costs more than may count here, so no call can pass";
        notes.warn(LIMIT_REFUSES_ALL, &limit.span, message, Some(help));
    }
}

fn amounts(table: &BTreeMap<String, Amount>, default: Option<Amount>) -> impl Iterator<Item = Amount> {
    table.values().copied().chain(default)
}

/// Limits of an entry that another limit of the same calls reaches first.
fn find_weaker(all: &Rules, own: &Rules, alone: &dyn Fn(&Limit) -> bool, notes: &mut Notes<'_>) {
    let mut told: Vec<&Limit> = Vec::new();
    // Of two that are reached together the first stays.
    for limit in own.limits.iter().take(COMPARED).rev().filter(|limit| alone(limit)) {
        let others = all.limits.iter().take(COMPARED).chain(own.limits.iter().take(COMPARED));
        let mut others = others.filter(|other| other.counter != limit.counter);
        let first =
            others.find(|other| !told.iter().any(|known| std::ptr::eq(*known, *other)) && binds_first(other, limit));
        if let Some(first) = first {
            let place = notes.place(&first.span);
            let message = format!("this limit is never reached: the one in {place} is reached before, or with it");
            let help = "take it out, or make it tighter".to_owned();
            notes.warn(LIMIT_NEVER_BINDS, &limit.span, message, Some(help));
            told.push(limit);
        }
    }
}

/// Whether calls that keep within one limit always keep within the other, where both count the same calls.
pub(super) fn binds_first(first: &Limit, then: &Limit) -> bool {
    if first.scope != then.scope || first.cost != then.cost {
        return false;
    }
    // What repeats counts by the window.
    if matches!(first.cost, Cost::Every { .. }) && first.window != then.window {
        return false;
    }
    let (first_window, then_window) = (first.window.as_millis().max(1), then.window.as_millis().max(1));
    let (first_max, then_max) = (u128::from(first.max), u128::from(then.max));
    match (&first.algorithm, &then.algorithm) {
        (Algorithm::Sliding, Algorithm::Sliding) => {
            then_window.div_ceil(first_window).checked_mul(first_max).is_some_and(|most| most <= then_max)
        }
        (Algorithm::TokenBucket { burst }, Algorithm::Sliding) => {
            // What a full bucket holds, and what flows into it meanwhile; one more, for what is rounded.
            let flows = first_max.saturating_mul(then_window).div_ceil(first_window);
            u128::from(*burst).saturating_add(flows).saturating_add(1) <= then_max
        }
        (Algorithm::Calendar(one), Algorithm::Calendar(other)) => one == other && first_max <= then_max,
        _ => false,
    }
}
