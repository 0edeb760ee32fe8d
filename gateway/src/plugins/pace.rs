//! Whether a component's next call is worth a moment on the thread that serves others too.
//!
//! One that took longer costs the others that moment, so after it some calls go apart at once: more and more of them where
//! it happens again, fewer where it does not. A busy machine makes a quick plugin look slow now and then.

use std::sync::atomic::{AtomicU32, Ordering};

/// The most calls that go apart before a moment is tried again.
const MOST: u32 = 256;

/// How quick a component has been lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// How many of the next calls go apart at once.
    apart: AtomicU32,
    /// How many did so last time, less the calls since that took a moment only.
    before: AtomicU32,
}

impl Pace {
    /// Whether the next call gets a moment first.
    pub(super) fn is_worth_a_moment(&self) -> bool {
        self.apart.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }

    /// A call took a moment only.
    pub(super) fn was_quick(&self) {
        if self.before.load(Ordering::Relaxed) > 0 {
            let _none_left =
                self.before.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| before.checked_sub(1));
        }
    }

    /// A moment was not enough.
    pub(super) fn was_slow(&self) {
        let next = |before: u32| Some(before.saturating_mul(4).clamp(1, MOST));
        let before = self.before.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_default();
        self.apart.store(next(before).unwrap_or(MOST), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the next `calls` get a moment, where each of them is slow.
    fn moments(pace: &Pace, calls: u32) -> usize {
        let slow = |_: &u32| {
            let worth = pace.is_worth_a_moment();
            if worth {
                pace.was_slow();
            }
            worth
        };
        (0..calls).filter(slow).count()
    }

    #[test]
    fn who_is_always_slow_is_hardly_ever_tried() {
        let pace = Pace::default();
        assert_eq!(moments(&pace, 1 + 1 + 1 + 4 + 1 + 16 + 1 + 64 + 1 + 256), 5);
        assert_eq!(moments(&pace, 2570), 10);
    }

    #[test]
    fn who_is_slow_once_is_soon_trusted_again() {
        let pace = Pace::default();
        assert_eq!(moments(&pace, 2), 1);
        for _ in 0..10 {
            assert!(pace.is_worth_a_moment());
            pace.was_quick();
        }
        assert_eq!(moments(&pace, 3), 2);
    }

    #[test]
    fn who_is_slow_every_other_time_is_not_trusted() {
        let pace = Pace::default();
        let mut moments = 0;
        for call in 0..10_000 {
            if pace.is_worth_a_moment() {
                moments += 1;
                if call % 2 == 0 { pace.was_slow() } else { pace.was_quick() }
            }
        }
        assert!(moments < 200, "{moments}");
    }
}
