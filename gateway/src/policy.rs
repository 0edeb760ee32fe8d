//! The law: what a policy file says, and what follows from it for one call.
//!
//! Pure and synchronous: no I/O, no clock, no randomness; the same policy and call always give the same ruling. Whatever
//! the law does not say, it denies. It does not know who enforces it.

mod judge;
mod load;

use std::collections::HashMap;

use crate::secret::Digest;

pub use judge::{Sight, judge, sight};
pub use load::load;

/// A policy as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) default: Decision,
    pub(crate) hide: Hidden,
    pub(crate) tools: HashMap<String, ToolRule>,
    pub(crate) digest: Digest,
}

/// What a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// What the policy says of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolRule {
    pub(crate) action: Decision,
    pub(crate) reason: Option<String>,
}

/// The tools that an agent must not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hidden {
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

    /// Whether there is a tool that an agent must not tell from one that is not there.
    pub fn hides_something(&self) -> bool {
        match &self.hide {
            Hidden::All => true,
            Hidden::Names(names) => !names.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests;
