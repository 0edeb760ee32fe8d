//! How much a policy may hold: what it costs to read and to keep has a bound, whoever wrote it.

use crate::json::commented::{Node, Report};

use super::path::Path;

/// How many conditions.
const CONDITIONS: usize = 1_000_000;
/// How many patterns and schemas, each of which is a program of its own.
const PATTERNS: usize = 10_000;

/// What was read of a policy so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    conditions: usize,
    patterns: usize,
    recalls: bool,
}

impl Tally {
    /// Notes what a path speaks of.
    pub(super) fn path(&mut self, path: &Path) {
        self.recalls |= path.asks_for_labels();
    }

    /// Whether a path speaks of what was done before.
    pub(super) fn recalls(&self) -> bool {
        self.recalls
    }

    /// Counts a condition.
    pub(super) fn condition(&mut self, node: &Node, report: &mut Report) -> Option<()> {
        count(&mut self.conditions, CONDITIONS, "conditions", node, report)
    }

    /// Counts a pattern or a schema.
    pub(super) fn pattern(&mut self, node: &Node, report: &mut Report) -> Option<()> {
        count(&mut self.patterns, PATTERNS, "patterns and schemas", node, report)
    }
}

/// Only the first of those too many is an error: the others would say the same.
fn count(so_far: &mut usize, most: usize, what: &str, node: &Node, report: &mut Report) -> Option<()> {
    *so_far += 1;
    if *so_far == most + 1 {
        let help = Some("split the policy, or say more with one rule".to_owned());
        report.error(node.span.clone(), format!("a policy holds up to {most} {what}"), help);
    }
    (*so_far <= most).then_some(())
}
