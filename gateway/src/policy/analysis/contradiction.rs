//! Contradictions: rules of one entry that want what cannot be, so that no call can pass.

use std::collections::HashMap;

use crate::policy::codes::RULE_CONTRADICTION;
use crate::policy::condition::{Condition, Sense};
use crate::policy::path::Path;
use crate::policy::rule::Rule;

use super::specimen::single;
use super::trial::{Asked, Trial};
use super::{Notes, Owner};

/// What rules ask of one path.
struct Place<'p> {
    path: &'p Path,
    constraints: Vec<Constraint<'p>>,
}

/// What one rule asks of it.
#[derive(Clone)]
struct Constraint<'p> {
    rule: &'p Rule,
    /// It passes unless all of these object.
    asked: Vec<Asked<'p>>,
}

/// What rules ask, by path.
#[derive(Default)]
pub(super) struct Constraints<'p> {
    places: Vec<Place<'p>>,
    by_path: HashMap<&'p str, usize>,
}

impl<'p> Constraints<'p> {
    /// What the enforced rules of an owner ask, each of one path that leads to one value.
    pub(super) fn of(owner: Option<Owner<'p>>) -> Self {
        let mut constraints = Self::default();
        let Some(owner) = owner.filter(|owner| owner.enforced) else { return constraints };
        for rule in owner.rules.require.iter().filter(|rule| rule.enforce && rule.for_each.is_none()) {
            rule.conditions.iter().for_each(|condition| constraints.require(rule, condition));
        }
        for rule in owner.rules.deny_if.iter().filter(|rule| rule.enforce && rule.for_each.is_none()) {
            let asked = Asked::all_of(rule);
            let mut paths = asked.iter().map(|asked| single(asked.condition));
            let Some(path) = paths.next().flatten() else { continue };
            if paths.all(|other| other.is_some_and(|other| other.text() == path.text())) {
                constraints.add(path, Constraint { rule, asked });
            }
        }
        constraints
    }

    fn require(&mut self, rule: &'p Rule, condition: &'p Condition) {
        match (single(condition), condition) {
            (Some(path), _) => {
                let asked = vec![Asked { condition, sense: Sense::Require }];
                self.add(path, Constraint { rule, asked });
            }
            (None, Condition::All(conditions)) => {
                conditions.iter().for_each(|condition| self.require(rule, condition));
            }
            (None, _) => {}
        }
    }

    fn add(&mut self, path: &'p Path, constraint: Constraint<'p>) {
        let next = self.places.len();
        let place = *self.by_path.entry(path.text()).or_insert(next);
        match self.places.get_mut(place) {
            Some(place) => place.constraints.push(constraint),
            None => self.places.push(Place { path, constraints: vec![constraint] }),
        }
    }

    fn on(&self, path: &Path) -> &[Constraint<'p>] {
        let place = self.by_path.get(path.text()).and_then(|place| self.places.get(*place));
        place.map_or(&[], |place| place.constraints.as_slice())
    }
}

/// Finds the first rule of an owner with which, and with those before it and `above`, no call can pass. Whether there is one.
pub(super) fn find(
    own: &Constraints<'_>,
    above: Option<&Constraints<'_>>,
    owner: Owner<'_>,
    trial: &mut Trial<'_>,
    notes: &mut Notes<'_>,
) -> bool {
    let mut found = false;
    for place in &own.places {
        let above = above.map_or(&[][..], |above| above.on(place.path));
        let all: Vec<&Constraint<'_>> = above.iter().chain(&place.constraints).collect();
        if passable(place.path, &all, trial) {
            continue;
        }
        found = true;
        let Some(last) = (1..=all.len()).find(|count| !passable(place.path, all.get(..*count).unwrap_or(&[]), trial))
        else {
            continue;
        };
        let Some((culprit, before)) = all.get(..last).and_then(<[_]>::split_last) else { continue };
        let alone = !passable(place.path, &[culprit], trial);
        let partner = before.iter().find(|other| !passable(place.path, &[other, culprit], trial));
        let path = place.path.text();
        let wants = match partner {
            _ if alone => format!("what this rule wants of `{path}` is never so"),
            Some(partner) if std::ptr::eq(partner.rule, culprit.rule) => {
                format!("what this rule wants of `{path}` is never so")
            }
            Some(partner) => {
                let there = notes.place(&partner.rule.span);
                format!("what this rule wants of `{path}` contradicts the one in {there}")
            }
            None => format!("what this rule wants of `{path}` contradicts those before it"),
        };
        let message = format!("{wants}, so no call of {} can pass", owner.judges);
        let help = "take one of them out, or write `\"action\": \"deny\"` if that is meant".to_owned();
        notes.warn(RULE_CONTRADICTION, &culprit.rule.span, message, Some(help));
    }
    found
}

/// Whether something that the path may lead to passes all of them, as far as can be told.
fn passable(path: &Path, all: &[&Constraint<'_>], trial: &mut Trial<'_>) -> bool {
    let asked: Vec<Asked<'_>> = all.iter().flat_map(|constraint| constraint.asked.iter().copied()).collect();
    let stopped = trial.every(path, &asked, |objections| {
        let mut rest = objections;
        all.iter().any(|constraint| {
            let (own, more) = rest.split_at(constraint.asked.len().min(rest.len()));
            rest = more;
            own.iter().all(|objects| *objects)
        })
    });
    !stopped.unwrap_or(false)
}
