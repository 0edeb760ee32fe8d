//! The law: what a policy file says, and what follows from it for one call.
//!
//! Pure and synchronous: no I/O, no clock, no randomness; the same policy and call always give the same ruling. Whatever
//! the law does not say, it denies, and what it cannot tell it denies too. It does not know who enforces it.

mod condition;
mod decimal;
mod ids;
mod judge;
mod limit;
mod load;
mod rule;
pub mod schema;

use std::collections::HashMap;
use std::sync::Arc;

use crate::json::commented::Span;
use crate::secret::Digest;

pub use ids::RuleId;
pub use judge::{Judgement, Sight, Step, judge, sight, trace};
pub use limit::{Algorithm, Limit, Scope};
pub use load::load;

use rule::Rule;

/// A policy as it is meant.
#[derive(Clone, Debug)]
pub struct Policy {
    default: Decision,
    hide: Hidden,
    tools: HashMap<String, ToolRule>,
    all_tools: Rules,
    digest: Digest,
}

/// What a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Allow,
    Deny,
}

/// What the policy says of one tool.
#[derive(Clone, Debug)]
struct ToolRule {
    id: String,
    action: Decision,
    reason: Option<String>,
    rules: Rules,
}

/// Rules that add up: those of one tool, and those of all.
#[derive(Clone, Debug, Default)]
struct Rules {
    require: Vec<Rule>,
    deny_if: Vec<Rule>,
    limits: Vec<Limit>,
    plugins: Vec<PluginUse>,
}

/// A plugin that a policy names, and the settings that it gives it.
#[derive(Clone, Debug)]
pub struct PluginUse {
    /// The plugin's name.
    pub name: Arc<str>,
    /// Its settings, as canonical JSON.
    pub config: Arc<[u8]>,
    /// The rule's place in the policy, for records.
    pub rule: Arc<str>,
    /// Where the policy's text names it.
    pub span: Span,
}

/// The tools that an agent must not see.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hidden {
    /// `["*"]`: every tool.
    All,
    /// These.
    Names(Vec<String>),
}

impl Policy {
    /// The digest of the policy's text: the revision that a decision names.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether the policy says nothing but that everything is allowed.
    pub fn lets_everything_pass(&self) -> bool {
        self.default == Decision::Allow
            && self.hide == Hidden::Names(Vec::new())
            && self.tools.is_empty()
            && self.all_tools.is_empty()
    }

    /// Every plugin that the policy names, each as often as it does.
    pub fn plugins(&self) -> impl Iterator<Item = &PluginUse> {
        let rules = std::iter::once(&self.all_tools).chain(self.tools.values().map(|tool| &tool.rules));
        rules.flat_map(|rules| &rules.plugins)
    }
}

impl Rules {
    fn is_empty(&self) -> bool {
        self.require.is_empty() && self.deny_if.is_empty() && self.limits.is_empty() && self.plugins.is_empty()
    }
}

#[cfg(test)]
mod tests;
