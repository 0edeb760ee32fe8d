//! The names of all rules of a policy, for whoever counts which of them are used.

use crate::call::Verdict;

use super::entry::Rules;
use super::names::Table;
use super::{Entry, Policy};

/// The name of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId {
    /// Its place in the policy, as decisions name it.
    pub id: String,
    /// Whether it can stop a call.
    pub stops: bool,
}

impl Policy {
    /// The names of all rules that can have a say: every entry, condition rule, plugin and limit.
    pub fn rule_ids(&self) -> Vec<RuleId> {
        let mut ids: Vec<RuleId> = self.all_tools.ids().collect();
        let sections = [&self.tools, &self.resources, &self.prompts, &self.server_requests, &self.methods];
        for entry in sections.into_iter().flat_map(Table::iter) {
            ids.push(entry.name());
            ids.extend(entry.rules.ids());
        }
        ids
    }
}

impl Entry {
    fn name(&self) -> RuleId {
        match self.action {
            Verdict::Allow => RuleId { id: self.id.clone(), stops: false },
            Verdict::Ask | Verdict::Deny => RuleId { id: format!("{}/action", self.id), stops: true },
        }
    }
}

impl Rules {
    fn ids(&self) -> impl Iterator<Item = RuleId> {
        let rules = self.conditions().map(|rule| rule.id.clone());
        let limits = self.limits.iter().map(|limit| limit.rule.to_string());
        let plugins = self.plugins.iter().map(|plugin| plugin.rule.to_string());
        rules.chain(limits).chain(plugins).map(|id| RuleId { id, stops: true })
    }
}
