//! What spares everybody a plugin that fails again and again: it rests, what it would be asked is refused at once, and then
//! it is tried with one question.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Stopwatch;

/// How a plugin has been lately.
#[derive(Debug)]
pub(super) struct Breaker {
    /// How many failures in a row are too many; 0 is never.
    most: u32,
    rest: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Since when it rests.
    resting: Option<Stopwatch>,
    /// Whether the one question that tries it is under way.
    tried: bool,
}

/// What a plugin may be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// As usual.
    Open,
    /// This one question, which shows whether it is well again.
    Trial,
    /// Nothing: it rests.
    Resting,
}

/// What an answer changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// Nothing.
    Same,
    /// It rests from now on.
    Rests,
    /// It is well again.
    Well,
}

impl Breaker {
    pub(super) fn new(most: u32, rest: Duration) -> Self {
        Self { most, rest, state: Mutex::default() }
    }

    /// Whether the plugin may be asked. Who is told `Trial` must tell what came of it.
    pub(super) fn ask(&self) -> Standing {
        self.ask_after(Stopwatch::elapsed)
    }

    /// The same, where `elapsed` tells how long it has rested.
    fn ask_after(&self, elapsed: impl Fn(Stopwatch) -> Duration) -> Standing {
        let mut state = self.state();
        match state.resting {
            None => Standing::Open,
            Some(since) if !state.tried && elapsed(since) >= self.rest => {
                state.tried = true;
                Standing::Trial
            }
            Some(_) => Standing::Resting,
        }
    }

    /// It answered in form, whatever it said.
    pub(super) fn answered(&self) -> Turned {
        let mut state = self.state();
        let rested = state.resting.is_some();
        *state = State::default();
        if rested { Turned::Well } else { Turned::Same }
    }

    /// It failed.
    pub(super) fn failed(&self) -> Turned {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        state.tried = false;
        if self.most == 0 || state.failures < self.most {
            return Turned::Same;
        }
        let rested = state.resting.replace(Stopwatch::start()).is_some();
        if rested { Turned::Same } else { Turned::Rests }
    }

    /// The question was not asked after all.
    pub(super) fn let_be(&self) {
        self.state().tried = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(60);

    fn rested(breaker: &Breaker) -> Standing {
        breaker.ask_after(|_| REST)
    }

    #[test]
    fn too_many_failures_in_a_row_are_a_rest() {
        let breaker = Breaker::new(3, REST);
        assert_eq!([breaker.failed(), breaker.failed(), breaker.answered()], [Turned::Same; 3]);
        assert_eq!([breaker.failed(), breaker.failed()], [Turned::Same; 2]);
        assert_eq!(breaker.ask(), Standing::Open);
        assert_eq!((breaker.failed(), breaker.ask()), (Turned::Rests, Standing::Resting));
    }

    #[test]
    fn one_question_after_the_rest_shows_whether_it_is_well() {
        let breaker = Breaker::new(1, REST);
        assert_eq!((breaker.failed(), breaker.ask()), (Turned::Rests, Standing::Resting));
        assert_eq!([rested(&breaker), rested(&breaker)], [Standing::Trial, Standing::Resting]);
        assert_eq!((breaker.failed(), breaker.ask()), (Turned::Same, Standing::Resting));
        assert_eq!(rested(&breaker), Standing::Trial);
        breaker.let_be();
        assert_eq!(rested(&breaker), Standing::Trial);
        assert_eq!((breaker.answered(), breaker.ask()), (Turned::Well, Standing::Open));
    }

    #[test]
    fn where_no_number_is_too_many_it_never_rests() {
        let breaker = Breaker::new(0, REST);
        assert!((0..1000).all(|_| breaker.failed() == Turned::Same));
        assert_eq!(breaker.ask(), Standing::Open);
    }
}
