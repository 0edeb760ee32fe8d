//! On what terms a plugin is used: what it is granted, what it may use up, and what its failure means.

use crate::json::commented::{Fields, Node, Report};

/// The most memory that any plugin may have, in MiB.
pub const MOST_MEMORY_MIB: u64 = 256;

/// What an operator says of a plugin, beside its settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Whether it is granted a memory of conversations.
    pub memory: bool,
    /// What it may use.
    pub budget: Budget,
}

/// What is written of what a plugin may use; the rest is as for any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Budget {
    /// How long it may take for a question, in milliseconds.
    pub deadline_ms: Option<u64>,
    /// How much memory an instance may have, in MiB.
    pub memory_mib: Option<u64>,
    /// How often an instance may ask the gateway something.
    pub host_calls: Option<u64>,
    /// How many lines of its log are kept, of each question.
    pub log_lines: Option<u64>,
    /// How many questions that take longer than a moment it is asked at once.
    pub concurrent: Option<u64>,
    /// After how many failures in a row it rests; 0 is never.
    pub breaker_failures: Option<u64>,
    /// How long it rests, in milliseconds.
    pub breaker_rest_ms: Option<u64>,
}

/// What the failure of a plugin means for what it would judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// It is refused.
    #[default]
    Deny,
    /// It is as if the plugin had no objection.
    Allow,
}

impl Terms {
    /// Reads `grants` and `budget`.
    pub fn read(fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let memory = match fields.get("grants") {
            Some(node) => read_grants(node, report),
            None => Some(false),
        };
        let budget = fields.get("budget").map_or(Some(Budget::default()), |node| Budget::read(node, report));
        Some(Self { memory: memory?, budget: budget? })
    }

    /// What either grants; and of the budgets, what this says, and where it says nothing, what `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { memory: self.memory || other.memory, budget: self.budget.or(other.budget) }
    }
}

impl Budget {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let mut read = |name: &'static str, least: u64, most: u64| match fields.get(name) {
            Some(node) => read_number(node, (least, most), report).map(Some),
            None => Some(None),
        };
        let budget = (
            read("deadline_ms", 1, 5_000),
            read("memory_mib", 1, MOST_MEMORY_MIB),
            read("host_calls", 1, 10_000_000),
            read("log_lines", 0, 256),
            read("concurrent", 1, 64),
            read("breaker_failures", 0, 1_000_000),
            read("breaker_rest_ms", 1, 3_600_000),
        );
        fields.finish(report);
        Some(Self {
            deadline_ms: budget.0?,
            memory_mib: budget.1?,
            host_calls: budget.2?,
            log_lines: budget.3?,
            concurrent: budget.4?,
            breaker_failures: budget.5?,
            breaker_rest_ms: budget.6?,
        })
    }

    fn or(self, other: Self) -> Self {
        Self {
            deadline_ms: self.deadline_ms.or(other.deadline_ms),
            memory_mib: self.memory_mib.or(other.memory_mib),
            host_calls: self.host_calls.or(other.host_calls),
            log_lines: self.log_lines.or(other.log_lines),
            concurrent: self.concurrent.or(other.concurrent),
            breaker_failures: self.breaker_failures.or(other.breaker_failures),
            breaker_rest_ms: self.breaker_rest_ms.or(other.breaker_rest_ms),
        }
    }
}

impl OnFailure {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        report.one_of(node, &[("deny", Self::Deny), ("allow", Self::Allow)])
    }
}

fn read_grants(node: &Node, report: &mut Report) -> Option<bool> {
    let read: Vec<Option<()>> =
        report.elements(node)?.iter().map(|element| report.one_of(element, &[("memory", ())])).collect();
    let granted: Option<Vec<()>> = read.into_iter().collect();
    granted.map(|granted| !granted.is_empty())
}

fn read_number(node: &Node, (least, most): (u64, u64), report: &mut Report) -> Option<u64> {
    let number = report.count(node)?;
    if (least..=most).contains(&number) {
        return Some(number);
    }
    let help = Some(format!("a number from {least} to {most}"));
    report.error(node.span.clone(), format!("`{number}` is more or less than any plugin may have"), help);
    None
}
