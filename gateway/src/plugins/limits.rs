//! What plugins may use: what any of them gets, and what an operator wrote for one.

use std::thread::available_parallelism;
use std::time::Duration;

use crate::policy::{Budget, MOST_MEMORY_MIB};

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
            memory: size(budget.memory_mib.map(|mib| mib.min(MOST_MEMORY_MIB) << 20), self.memory),
            component: self.component,
            calls: count(budget.host_calls, self.calls),
            lines: size(budget.log_lines, self.lines),
            concurrent: size(budget.concurrent, self.concurrent),
            failures: count(budget.breaker_failures, self.failures),
            rest: millis(budget.breaker_rest_ms, self.rest),
        }
    }
}
