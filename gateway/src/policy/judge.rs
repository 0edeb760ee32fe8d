//! From the law to a judgement.

use std::borrow::Cow;

use crate::call::{Call, Ruling, Target, Verdict};

use super::condition::Truth;
use super::rule::Rule;
use super::{Decision, Hidden, Limit, PluginUse, Policy, Rules};

/// Whether a name is shown to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is listed, and a call of it is judged.
    Shown,
    /// It is not listed, and a call of it says why it is refused.
    Withheld,
    /// It is as if it were not there.
    Hidden,
}

/// What the law says of a call: its own ruling, who else must review it, and what it counts against.
#[derive(Clone, Debug)]
pub struct Judgement<'p> {
    /// The ruling.
    pub ruling: Ruling,
    /// The plugins that review the call if the ruling is not a no, in the policy's order.
    pub plugins: Vec<&'p PluginUse>,
    /// What the call counts against if it passes.
    pub limits: Vec<&'p Limit>,
}

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
}

/// Judges one call. Every policy must allow it; the first that does not gives the reason. Without any policy the answer
/// is no.
pub fn judge<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> Judgement<'p> {
    let mut judgement: Option<Judgement<'p>> = None;
    for policy in policies {
        let ruling = policy.rule(call);
        let all = judgement.get_or_insert_with(|| Judgement {
            ruling: ruling.clone(),
            plugins: Vec::new(),
            limits: Vec::new(),
        });
        if ruling.verdict > all.ruling.verdict {
            all.ruling = ruling;
        }
        for rules in policy.rules_of(call.target()) {
            all.plugins.extend(&rules.plugins);
            all.limits.extend(&rules.limits);
        }
    }
    judgement.unwrap_or_else(|| Judgement {
        ruling: ruling(Verdict::Deny, "(no policy)", "no policy allows anything here"),
        plugins: Vec::new(),
        limits: Vec::new(),
    })
}

/// Every rule that has a say in a call, with what it comes to. Unlike [`judge`] it does not stop at a no.
pub fn trace<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> Vec<Step> {
    let mut steps = Vec::new();
    for policy in policies {
        let base = policy.base(call.target());
        steps.push(Step {
            rule: base.rule.into_owned(),
            truth: None,
            verdict: base.verdict,
            reason: base.reason.into_owned(),
        });
        for rule in policy.rules_of(call.target()).into_iter().flat_map(Rules::conditions) {
            let truth = rule.holds(call.arguments());
            let passes = rule.lets_pass(truth);
            let verdict = if passes { Verdict::Allow } else { Verdict::Deny };
            let reason = if passes { rule.remedy() } else { rule.reason() };
            steps.push(Step { rule: rule.id.clone(), truth: Some(truth), verdict, reason });
        }
    }
    steps
}

/// What an agent sees of a name. Listed if and only if callable: this asks what [`judge`] asks, but for what depends on
/// arguments and limits.
pub fn sight<'p>(policies: impl IntoIterator<Item = &'p Policy>, target: &Target) -> Sight {
    let mut sight = None;
    for policy in policies {
        // Hidden by one is hidden, whatever another says: else the other's reason would tell that it is there.
        if policy.hides(target) {
            return Sight::Hidden;
        }
        if policy.base(target).verdict == Verdict::Deny {
            sight = Some(Sight::Withheld);
        }
        sight.get_or_insert(Sight::Shown);
    }
    sight.unwrap_or(Sight::Withheld)
}

impl Policy {
    /// The policy's ruling: hide, default and action, then every `require`, then every `deny_if`.
    fn rule(&self, call: &Call) -> Ruling {
        let base = self.base(call.target());
        if base.verdict == Verdict::Deny {
            return base;
        }
        let rules = self.rules_of(call.target());
        let mut conditions = rules.iter().flat_map(|rules| rules.conditions());
        let denies = |rule: &&Rule| !rule.lets_pass(rule.holds(call.arguments()));
        match conditions.find(denies) {
            None => base,
            Some(rule) => Ruling {
                verdict: Verdict::Deny,
                rule: rule.id.clone().into(),
                reason: rule.reason().into(),
                remedy: Some(rule.remedy().into()),
            },
        }
    }

    /// What holds before any argument is looked at.
    fn base(&self, target: &Target) -> Ruling {
        if self.hides(target) {
            return ruling(Verdict::Deny, "(hidden)", "no such name");
        }
        if let Target::Tool(name) = target
            && let Some(tool) = self.tools.get(name)
        {
            return match tool.action {
                Decision::Allow => ruling(Verdict::Allow, tool.id.clone(), "allowed"),
                Decision::Deny => {
                    let reason = tool.reason.clone().unwrap_or_else(|| "the policy denies this tool".to_owned());
                    ruling(Verdict::Deny, format!("{}/action", tool.id), reason)
                }
            };
        }
        match self.default {
            Decision::Allow => ruling(Verdict::Allow, "(default allow)", "allowed"),
            Decision::Deny => {
                let reason = format!("the policy does not allow the {target}");
                ruling(Verdict::Deny, "(default deny)", reason)
            }
        }
    }

    fn hides(&self, target: &Target) -> bool {
        match (target, &self.hide) {
            (Target::Tool(_), Hidden::All) => true,
            (Target::Tool(name), Hidden::Names(names)) => names.contains(name),
            _ => false,
        }
    }

    /// The rules that apply: those of all tools, then the tool's own.
    fn rules_of(&self, target: &Target) -> Vec<&Rules> {
        let Target::Tool(name) = target else { return Vec::new() };
        std::iter::once(&self.all_tools).chain(self.tools.get(name).map(|tool| &tool.rules)).collect()
    }
}

impl Rules {
    fn conditions(&self) -> impl Iterator<Item = &Rule> {
        self.require.iter().chain(&self.deny_if)
    }
}

fn ruling(verdict: Verdict, rule: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Ruling {
    Ruling { verdict, rule: rule.into(), reason: reason.into(), remedy: None }
}
