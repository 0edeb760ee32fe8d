//! What is said of a plugin that gave no verdict. All of it ends as a Deny.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::finding::Finding;
use super::sandbox::Stop;

/// What to do about a plugin that fails.
const TELL: &str = "ask the operator of the gateway to look at the plugin";

/// The code of a plugin that was not done in time.
pub(super) const TIMEOUT: &str = "plugin.timeout";

/// Runs `work`, and takes a panic of the gateway's own code for a failure of the plugin.
pub(super) fn contained<T>(work: impl FnOnce() -> Result<T, Finding>) -> Result<T, Finding> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Finding::own_with("plugin.panic", "the gateway itself failed while it ran the plugin", TELL))
    })
}

/// What went wrong when a plugin ran. `memory` and `deadline` are what it had.
pub(super) fn failure(error: &wasmtime::Error, memory: usize, deadline: Duration) -> Finding {
    let memory = || {
        let reason = format!("the plugin needed more than the {} MiB of memory that it may have", memory >> 20);
        Finding::own_with("plugin.memory", reason, TELL)
    };
    let timeout = || {
        let reason = format!("the plugin gave no verdict within {} ms", deadline.as_millis());
        Finding::own_with(TIMEOUT, reason, TELL)
    };
    let trap = |what: &str| Finding::own_with("plugin.trap", format!("the plugin crashed: {what}"), TELL);

    if let Some(stop) = error.downcast_ref::<Stop>() {
        return match stop {
            Stop::Memory | Stop::Handles | Stop::Answer => memory(),
            Stop::Time => timeout(),
            Stop::Calls => {
                Finding::own_with("plugin.calls", "the plugin asked the gateway more often than it may", TELL)
            }
            Stop::Exit => trap("it called `exit`"),
            Stop::Memoryless => trap("it used `memory` where it has none"),
        };
    }
    if let Some(code) = error.downcast_ref::<Trap>() {
        return match code {
            Trap::Interrupt => timeout(),
            Trap::StackOverflow => trap("it ran out of stack"),
            Trap::UnreachableCodeReached => trap("it panicked, or ran into code that must not be reached"),
            other => trap(&other.to_string()),
        };
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return Finding::busy(deadline);
    }
    // What is left is wasmtime's word for a breach of the calling convention, or for an answer beyond the bounds.
    malformed("bytes that are no answer, or too many of them")
}

/// What is said of an answer that does not keep to the contract.
pub(super) fn malformed(what: &str) -> Finding {
    Finding::own_with("plugin.verdict", format!("the plugin answered with {what}"), TELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_code() {
        for (error, code) in [
            (Stop::Memory.into(), "plugin.memory"),
            (Stop::Answer.into(), "plugin.memory"),
            (Stop::Handles.into(), "plugin.memory"),
            (Stop::Time.into(), "plugin.timeout"),
            (Stop::Calls.into(), "plugin.calls"),
            (Stop::Exit.into(), "plugin.trap"),
            (Stop::Memoryless.into(), "plugin.trap"),
            (Trap::Interrupt.into(), "plugin.timeout"),
            (Trap::StackOverflow.into(), "plugin.trap"),
            (Trap::IntegerDivisionByZero.into(), "plugin.trap"),
            (wasmtime::Error::msg("invalid utf-8"), "plugin.verdict"),
        ] {
            assert_eq!(failure(&error, 64 << 20, Duration::from_millis(50)).code, code, "{error:?}");
        }
    }

    #[test]
    fn a_panic_of_the_gateway_is_a_failure_too() {
        let found = contained(|| -> Result<(), Finding> { panic!("a fault in the host") });
        assert_eq!(found.unwrap_err().code, "plugin.panic");
    }
}
