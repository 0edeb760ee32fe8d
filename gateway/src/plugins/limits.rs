//! What plugins may use: what any of them gets, what an operator may write for one, and how far that goes.

use std::thread::available_parallelism;
use std::time::Duration;

/// What a plugin may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take for a question.
    pub deadline: Duration,
    /// How long a question waits for its turn.
    pub patience: Duration,
    /// How much memory an instance may have, in bytes.
    pub memory: usize,
    /// How big a component may be, in bytes.
    pub component: usize,
    /// How often an instance may ask the gateway something.
    pub calls: u32,
    /// How many lines of its log are kept, of each question.
    pub lines: usize,
    /// How many questions that take longer than a moment it is asked at once.
    pub concurrent: usize,
    /// After how many failures in a row it rests; 0 is never.
    pub failures: u32,
    /// How long it rests.
    pub rest: Duration,
}

/// What an operator writes for one plugin; the rest is as for any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Budget {
    /// `deadline_ms`.
    pub deadline_ms: Option<u64>,
    /// `memory_mib`.
    pub memory_mib: Option<u64>,
    /// `host_calls`.
    pub host_calls: Option<u64>,
    /// `log_lines`.
    pub log_lines: Option<u64>,
    /// `concurrent`.
    pub concurrent: Option<u64>,
    /// `breaker_failures`.
    pub breaker_failures: Option<u64>,
    /// `breaker_rest_ms`.
    pub breaker_rest_ms: Option<u64>,
}

/// The words of a budget, each with the least and the most that may be written.
pub const BUDGETS: [(&str, u64, u64); 7] = [
    ("deadline_ms", 1, 5_000),
    ("memory_mib", 1, MEMORY_MIB),
    ("host_calls", 1, 10_000_000),
    ("log_lines", 0, 256),
    ("concurrent", 1, 64),
    ("breaker_failures", 0, 1_000_000),
    ("breaker_rest_ms", 1, 3_600_000),
];

/// The most memory that any plugin may have, in MiB.
pub(super) const MEMORY_MIB: u64 = 256;

impl Default for Limits {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            deadline: Duration::from_millis(50),
            patience: Duration::from_secs(1),
            memory: 64 << 20,
            component: 32 << 20,
            calls: 100_000,
            lines: 16,
            // One core stays free of any one plugin, so that one which spins is not felt by the others.
            concurrent: cores.saturating_sub(1).max(1),
            failures: 20,
            rest: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// These, as far as a budget does not say otherwise.
    #[must_use]
    pub fn under(self, budget: &Budget) -> Self {
        let millis = |written: Option<u64>, else_: Duration| written.map_or(else_, Duration::from_millis);
        let size = |written: Option<u64>, else_: usize| {
            written.map_or(else_, |number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let count = |written: Option<u64>, else_: u32| {
            written.map_or(else_, |number| u32::try_from(number).unwrap_or(u32::MAX))
        };
        Self {
            deadline: millis(budget.deadline_ms, self.deadline),
            patience: self.patience,
            memory: size(budget.memory_mib.map(|mib| mib.min(MEMORY_MIB) << 20), self.memory),
            component: self.component,
            calls: count(budget.host_calls, self.calls),
            lines: size(budget.log_lines, self.lines),
            concurrent: size(budget.concurrent, self.concurrent),
            failures: count(budget.breaker_failures, self.failures),
            rest: millis(budget.breaker_rest_ms, self.rest),
        }
    }
}

impl Budget {
    /// What this says, and where it says nothing, what `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
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
