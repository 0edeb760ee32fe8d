//! The names of all rules of a policy, for whoever counts which of them are used.

use super::{Decision, Policy, Rules};

/// The name of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId {
    /// Its place in the policy, as decisions name it.
    pub id: String,
    /// Whether it can stop a call.
    pub stops: bool,
}

impl Policy {
    /// The names of all rules that can have a say: every tool's entry, condition rule, plugin and limit.
    pub fn rule_ids(&self) -> Vec<RuleId> {
        let mut ids: Vec<RuleId> = self.all_tools.ids().collect();
        for tool in self.tools.values() {
            ids.push(match tool.action {
                Decision::Allow => RuleId { id: tool.id.clone(), stops: false },
                Decision::Deny => RuleId { id: format!("{}/action", tool.id), stops: true },
            });
            ids.extend(tool.rules.ids());
        }
        ids
    }
}

impl Rules {
    fn ids(&self) -> impl Iterator<Item = RuleId> {
        let rules = self.require.iter().chain(&self.deny_if).map(|rule| rule.id.clone());
        let limits = self.limits.iter().map(|limit| limit.rule.to_string());
        let plugins = self.plugins.iter().map(|plugin| plugin.rule.to_string());
        rules.chain(limits).chain(plugins).map(|id| RuleId { id, stops: true })
    }
}
