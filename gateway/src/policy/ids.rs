//! The names of all rules of a policy, for whoever counts which of them are used.

use crate::call::Verdict;

use super::{Policy, Rules};

/// The name of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId {
    /// Its place in the policy, as decisions name it.
    pub id: String,
    /// Whether it can stop a call.
    pub stops: bool,
    /// What its conditions compare, in the order of writing.
    pub comparisons: Vec<String>,
}

impl RuleId {
    /// Of a rule that can stop a call, and compares nothing.
    fn of(id: String) -> Self {
        Self { id, stops: true, comparisons: Vec::new() }
    }
}

impl Policy {
    /// The names of all rules that can have a say: every entry, condition rule, plugin, limit and flow.
    pub fn rule_ids(&self) -> Vec<RuleId> {
        let mut ids: Vec<RuleId> = self.all_tools.ids().collect();
        for entry in self.entries() {
            ids.push(match entry.action {
                Verdict::Allow => RuleId { id: entry.id.clone(), stops: false, comparisons: Vec::new() },
                Verdict::Ask | Verdict::Deny => RuleId::of(format!("{}/action", entry.id)),
            });
            ids.extend(entry.rules.ids());
        }
        ids.extend(self.flows.iter().map(|flow| RuleId::of(flow.id().to_owned())));
        ids
    }
}

impl Rules {
    fn ids(&self) -> impl Iterator<Item = RuleId> {
        let rules =
            self.conditions().map(|rule| RuleId { comparisons: rule.comparisons(), ..RuleId::of(rule.id.clone()) });
        let limits = self.limits.iter().map(|limit| limit.rule.to_string());
        let plugins = self.plugins.iter().map(|plugin| plugin.rule.to_string());
        rules.chain(limits.chain(plugins).map(RuleId::of))
    }
}
