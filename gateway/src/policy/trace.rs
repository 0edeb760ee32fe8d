//! Every rule that has a say in a call, with what it comes to: for people who ask why.

use std::collections::BTreeSet;

use crate::call::{Call, Ruling, Target, Verdict};

use super::case::{Case, SCHEMA, STRANGER};
use super::judge::labels;
use super::rule::Rule;
use super::scope::Scope;
use super::truth::Truth;
use super::{Circumstances, Listing, Policy};

/// One step of a judgement, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: String,
    /// What its conditions come to; `None` for a rule without conditions.
    pub truth: Option<Truth>,
    /// What the rule says to the call.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Whether it counts: what is not enforced is recorded, and lets pass.
    pub enforced: bool,
    /// What it compares, in the order of writing.
    pub comparisons: Vec<Comparison>,
}

/// One comparison of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What it says.
    pub text: String,
    /// What it comes to: several truths where the rule speaks of many values, none where of no value.
    pub truths: BTreeSet<Truth>,
}

/// Every rule that has a say in a call, with what it comes to. Unlike [`judge`](super::judge) it does not stop at a no.
pub fn trace<'p>(
    policies: impl IntoIterator<Item = &'p Policy, IntoIter: Clone>,
    call: &Call,
    circumstances: &Circumstances<'_>,
) -> Vec<Step> {
    let policies = policies.into_iter();
    let case = Case::new(call, circumstances);
    let labels = labels(policies.clone(), call.target());
    let mut steps = Vec::new();
    for policy in policies {
        policy.trace(&case, &labels, &mut steps);
    }
    steps
}

impl Policy {
    fn trace(&self, case: &Case<'_>, labels: &[&str], steps: &mut Vec<Step>) {
        let target = case.call.target();
        let entry = self.entry(target);
        let (base, enforced) = self.base(target, entry);
        steps.push(step(base, None, enforced));
        self.trace_arguments(case, steps);
        let scope = case.scope(&self.zone);
        for (rules, enforced) in self.rules_of(target) {
            steps.extend(rules.conditions().map(|rule| of_rule(rule, &scope, enforced && rule.enforce)));
        }
        for flow in &self.flows {
            if let Some(objection) = flow.objection(labels, case.circumstances.session) {
                steps.push(step(objection, Some(Truth::True), self.enforce));
            }
        }
    }

    fn trace_arguments(&self, case: &Case<'_>, steps: &mut Vec<Step>) {
        let target = case.call.target();
        let entry = self.entry(target);
        let enforced = self.enforces(entry);
        let (known, schema) = self.asks_of_arguments(target, entry);
        let unasked = matches!(case.circumstances.listing, Listing::Unasked);
        let asked = [(known, STRANGER, case.stranger()), (schema, SCHEMA, case.misfit())];
        for (_, rule, objection) in asked.into_iter().filter(|(asked, ..)| *asked && matches!(target, Target::Tool(_)))
        {
            let (truth, reason) = match unasked {
                true => (Truth::Unknown, "no schema of the tool is known here; at a call the server is asked for it"),
                false => (Truth::True, "as the tool's schema says"),
            };
            let passes = Ruling { verdict: Verdict::Allow, rule: rule.into(), reason: reason.into(), remedy: None };
            steps.push(match objection {
                Some(objection) => step(objection.clone(), Some(Truth::False), enforced),
                None => step(passes, Some(truth), enforced),
            });
        }
    }
}

fn of_rule(rule: &Rule, scope: &Scope<'_>, enforced: bool) -> Step {
    let truth = rule.holds(scope);
    let verdict = rule.verdict(truth);
    let reason = if verdict == Verdict::Allow { rule.remedy() } else { rule.reason() };
    let comparisons = rule.survey(scope);
    Step { rule: rule.id.clone(), truth: Some(truth), verdict, reason, enforced, comparisons }
}

fn step(ruling: Ruling, truth: Option<Truth>, enforced: bool) -> Step {
    let Ruling { verdict, rule, reason, .. } = ruling;
    let (rule, reason) = (rule.into_owned(), reason.into_owned());
    Step { rule, truth, verdict, reason, enforced, comparisons: Vec::new() }
}
