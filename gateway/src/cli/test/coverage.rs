//! Which rules the cases have shown at work: a rule that can stop a call must have stopped one, and each of its conditions
//! must have held and not held.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::call::Verdict;
use crate::gate::Explanation;
use crate::json::Value;
use crate::policy::{Comparison, Policy, RuleId, Truth};

/// For every rule of the policies, what it was seen to do.
#[derive(Default)]
pub(super) struct Coverage {
    rules: BTreeMap<RuleId, Seen>,
}

#[derive(Clone, Default)]
struct Seen {
    passing: bool,
    stopping: bool,
    /// What each of its conditions was seen to come to, in their order.
    truths: Vec<BTreeSet<Truth>>,
}

impl Seen {
    fn shows(&self, rule: &RuleId) -> bool {
        self.stopping || (!rule.stops && self.passing)
    }
}

impl Coverage {
    /// The rules of these policies are there to be seen.
    pub(super) fn expect<'p>(&mut self, policies: impl Iterator<Item = &'p Policy>) {
        for rule in policies.flat_map(Policy::rule_ids) {
            let truths = vec![BTreeSet::new(); rule.comparisons.len()];
            self.rules.entry(rule).or_insert(Seen { truths, ..Seen::default() });
        }
    }

    /// The rule can be seen in no case.
    pub(super) fn spare(&mut self, rule: &str) {
        self.rules.retain(|known, _| known.id != rule);
    }

    /// What a case showed.
    pub(super) fn saw(&mut self, explanation: &Explanation) {
        for step in &explanation.steps {
            self.note(&step.rule, step.verdict, &step.comparisons);
        }
        for plugin in &explanation.plugins {
            self.note(&plugin.ruling.rule, plugin.ruling.verdict, &[]);
        }
        for limit in &explanation.limits {
            self.note(&limit.rule, if limit.within { Verdict::Allow } else { Verdict::Deny }, &[]);
        }
    }

    /// The rules that were not seen to do what they are for.
    pub(super) fn unseen(&self) -> impl Iterator<Item = &RuleId> {
        self.rules.iter().filter(|(rule, seen)| !seen.shows(rule)).map(|(rule, _)| rule)
    }

    /// Every rule, and what it was seen to do.
    pub(super) fn to_json(&self) -> Value {
        let rules = self.rules.iter().map(|(rule, seen)| {
            let conditions = rule.comparisons.iter().zip(&seen.truths).map(|(text, truths)| {
                let held = |truth| Value::from(truths.contains(&truth));
                Value::from([
                    ("says", text.as_str().into()),
                    ("true", held(Truth::True)),
                    ("false", held(Truth::False)),
                    ("unknown", held(Truth::Unknown)),
                ])
            });
            Value::from([
                ("rule", rule.id.as_str().into()),
                ("passed", seen.passing.into()),
                ("stopped", seen.stopping.into()),
                ("shown", seen.shows(rule).into()),
                ("conditions", conditions.collect::<Vec<_>>().into()),
            ])
        });
        Value::from(rules.collect::<Vec<_>>())
    }

    /// The conditions of all rules, each with what it was not seen to come to.
    fn conditions(&self) -> impl Iterator<Item = (&RuleId, &str, Vec<Truth>)> {
        self.rules.iter().flat_map(|(rule, seen)| {
            rule.comparisons.iter().zip(&seen.truths).map(move |(text, truths)| {
                let missing = [Truth::True, Truth::False].into_iter().filter(|truth| !truths.contains(truth));
                (rule, text.as_str(), missing.collect())
            })
        })
    }

    fn note(&mut self, rule: &str, verdict: Verdict, comparisons: &[Comparison]) {
        for (known, seen) in &mut self.rules {
            if known.id == rule {
                for (truths, comparison) in seen.truths.iter_mut().zip(comparisons) {
                    truths.extend(&comparison.truths);
                }
                match verdict {
                    Verdict::Allow => seen.passing = true,
                    Verdict::Ask | Verdict::Deny => seen.stopping = true,
                }
            }
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unseen: Vec<&RuleId> = self.unseen().collect();
        let (all, shown) = (self.rules.len(), self.rules.len() - unseen.len());
        writeln!(f, "{shown} of {all} rules were seen at work")?;
        for rule in unseen {
            let what = if rule.stops { "never stopped a call" } else { "was never asked" };
            writeln!(f, "{what}: {}", rule.id)?;
        }
        let (all, open) = (self.conditions().count(), self.conditions().filter(|(.., missing)| !missing.is_empty()));
        let open: Vec<(&RuleId, &str, Vec<Truth>)> = open.collect();
        if all > 0 {
            writeln!(f, "{} of {all} conditions were seen to hold and not to hold", all - open.len())?;
        }
        for (rule, text, missing) in open {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            writeln!(f, "never {}: {text}, in {}", missing.join(" or "), rule.id)?;
        }
        Ok(())
    }
}
