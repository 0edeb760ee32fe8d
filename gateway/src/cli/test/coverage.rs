//! Which rules the cases have shown at work: a rule that can stop a call must have stopped one.

use std::collections::BTreeMap;
use std::fmt;

use crate::call::Verdict;
use crate::gate::Explanation;
use crate::json::Value;
use crate::policy::{Policy, RuleId};

/// For every rule of the policies, what it was seen to do.
#[derive(Default)]
pub(super) struct Coverage {
    rules: BTreeMap<RuleId, Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    passing: bool,
    stopping: bool,
}

impl Seen {
    fn shows(self, rule: &RuleId) -> bool {
        self.stopping || (!rule.stops && self.passing)
    }
}

impl Coverage {
    /// The rules of these policies are there to be seen.
    pub(super) fn expect<'p>(&mut self, policies: impl Iterator<Item = &'p Policy>) {
        for rule in policies.flat_map(Policy::rule_ids) {
            self.rules.entry(rule).or_default();
        }
    }

    /// What a case showed.
    pub(super) fn saw(&mut self, explanation: &Explanation) {
        for step in &explanation.steps {
            self.note(&step.rule, step.verdict);
        }
        for plugin in &explanation.plugins {
            self.note(&plugin.ruling.rule, plugin.ruling.verdict);
        }
        for limit in &explanation.limits {
            self.note(&limit.rule, if limit.within { Verdict::Allow } else { Verdict::Deny });
        }
    }

    /// The rules that were not seen to do what they are for.
    pub(super) fn unseen(&self) -> impl Iterator<Item = &RuleId> {
        self.rules.iter().filter(|(rule, seen)| !seen.shows(rule)).map(|(rule, _)| rule)
    }

    /// Every rule, and what it was seen to do.
    pub(super) fn to_json(&self) -> Value {
        let rules = self.rules.iter().map(|(rule, seen)| {
            Value::from([
                ("rule", rule.id.as_str().into()),
                ("passed", seen.passing.into()),
                ("stopped", seen.stopping.into()),
                ("shown", seen.shows(rule).into()),
            ])
        });
        Value::from(rules.collect::<Vec<_>>())
    }

    fn note(&mut self, rule: &str, verdict: Verdict) {
        for (known, seen) in &mut self.rules {
            if known.id == rule {
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
        Ok(())
    }
}
