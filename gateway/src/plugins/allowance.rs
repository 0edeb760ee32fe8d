//! How much time a run of a plugin has: a moment of the thread that it was called on, or so long by the clock.
//!
//! A moment is what the thread had of a processor. On a busy machine a thread may stand still longer than that in the midst of
//! a call that is nearly done; to begin it again apart from others would make the machine busier still.

use std::time::Duration;

use super::house::Time;
use crate::clock::Stopwatch;

/// How long a plugin may hold up the thread that it was called on, which serves others too.
pub(super) const MOMENT: Duration = Duration::from_millis(1);

/// What a run may take, and when it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    time: Time,
    began: Stopwatch,
    /// What the thread had had by then; nothing where the system does not tell, and where it is not asked.
    had: Option<Duration>,
}

impl Allowance {
    /// It begins now, on this thread.
    pub(super) fn begin(time: Time) -> Self {
        let had = match time {
            Time::Moment(_) => own_time(),
            Time::Whole(_) => None,
        };
        Self { time, began: Stopwatch::start(), had }
    }

    /// How long it is: of a moment, how long it is before it is looked at.
    pub(super) fn deadline(&self) -> Duration {
        match self.time {
            Time::Moment(_) => MOMENT,
            Time::Whole(deadline) => deadline,
        }
    }

    /// Whether it is a moment.
    pub(super) fn is_moment(&self) -> bool {
        matches!(self.time, Time::Moment(_))
    }

    /// Whether nothing is left of it. It is asked on the thread on which it began.
    pub(super) fn is_used_up(&self) -> bool {
        let elapsed = self.began.elapsed();
        match self.time {
            Time::Whole(deadline) => elapsed > deadline,
            Time::Moment(_) if elapsed <= MOMENT => false,
            Time::Moment(deadline) if elapsed <= deadline => {
                let had = self.had.zip(own_time()).map(|(before, now)| now.saturating_sub(before));
                had.is_none_or(|had| had > MOMENT)
            }
            Time::Moment(_) => true,
        }
    }
}

/// What this thread has had of a processor, where the system tells.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn own_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn own_time() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn spin(until: impl Fn() -> bool) {
        while !until() {
            std::hint::spin_loop();
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_that_stands_still_uses_up_nothing() {
        let allowance = Allowance::begin(Time::Moment(LONG));
        let watch = Stopwatch::start();
        std::thread::spawn(move || spin(|| watch.elapsed() > MOMENT * 4)).join().unwrap();
        assert!(!allowance.is_used_up());
        spin(|| allowance.is_used_up());
    }

    #[test]
    fn a_moment_ends_with_the_deadline_at_the_latest() {
        let allowance = Allowance::begin(Time::Moment(MOMENT * 2));
        let watch = Stopwatch::start();
        std::thread::spawn(move || spin(|| watch.elapsed() > MOMENT * 4)).join().unwrap();
        assert!(allowance.is_used_up());
    }

    #[test]
    fn by_the_clock_standing_still_counts() {
        let allowance = Allowance::begin(Time::Whole(MOMENT));
        let watch = Stopwatch::start();
        std::thread::spawn(move || spin(|| watch.elapsed() > MOMENT * 4)).join().unwrap();
        assert!(allowance.is_used_up());
        assert!(!Allowance::begin(Time::Whole(LONG)).is_used_up());
    }
}
