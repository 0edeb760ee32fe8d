//! What ends a plugin that does not end by itself: a thread that moves the engine's epoch on, a step a millisecond, while
//! a plugin runs. It sleeps while none does.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

use crate::clock::Stopwatch;

/// One step of the epoch.
const TICK: Duration = Duration::from_millis(1);

/// How many steps the thread goes on without a plugin running: waking it costs more than a step.
const LINGER: u32 = 100;

/// The thread. It ends when this is dropped.
pub(super) struct Ticker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// As long as this lives, the epoch moves.
pub(super) struct Ticking<'a>(&'a Shared);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    woken: Condvar,
}

#[derive(Default)]
struct State {
    running: u32,
    asleep: bool,
    stopped: bool,
}

impl Ticker {
    /// Starts the thread.
    pub(super) fn start(engine: &Engine) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let thread = {
            let (shared, engine) = (Arc::clone(&shared), engine.weak());
            Builder::new().name("plugin-epoch".to_owned()).spawn(move || shared.tick(&engine))?
        };
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Has the epoch move.
    pub(super) fn tick(&self) -> Ticking<'_> {
        let mut state = self.shared.lock();
        state.running += 1;
        if state.asleep {
            state.asleep = false;
            self.shared.woken.notify_one();
        }
        Ticking(&self.shared)
    }
}

#[cfg(test)]
impl Ticker {
    pub(super) fn is_asleep(&self) -> bool {
        self.shared.lock().asleep
    }
}

/// How many steps lead to a deadline: never too early, at most one step late.
pub(super) fn ticks(deadline: Duration) -> u64 {
    u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.woken.notify_one();
        // It wakes at once, so this does not wait.
        let _panicked = self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self, engine: &EngineWeak) {
        let mut idle = 0;
        let mut state = self.lock();
        while !state.stopped {
            if state.running == 0 && idle >= LINGER {
                state.asleep = true;
                state = self.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
                idle = 0;
                continue;
            }
            idle = if state.running == 0 { idle + 1 } else { 0 };
            let slept = Stopwatch::start();
            state = self.woken.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
            let Some(engine) = engine.upgrade() else { return };
            // Where the machine is so busy that this thread comes late, it makes up for it.
            for _ in 0..slept.elapsed().as_millis().clamp(1, 20) {
                engine.increment_epoch();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_early() {
        assert_eq!(ticks(Duration::from_millis(50)), 51);
        assert_eq!(ticks(Duration::MAX), u64::MAX);
    }

    #[test]
    fn the_thread_sleeps_while_nothing_runs_and_ends_with_its_owner() {
        let engine = Engine::default();
        let ticker = Ticker::start(&engine).unwrap();
        while !ticker.is_asleep() {
            std::thread::yield_now();
        }
        let ticking = ticker.tick();
        assert!(!ticker.is_asleep());
        drop(ticking);
        while !ticker.is_asleep() {
            std::thread::yield_now();
        }
        // It waits for the thread.
        drop(ticker);
    }
}
