//! How a counter counts: what is used of it now, how long until there is room, and until when an entry counts.
//!
//! An entry that was made at `t` counts in a sliding window `w` until, and not at, `t + w`. From a bucket it flows out
//! evenly, which is reckoned in fractions so that no rounding is left over. In a calendar's window it counts for as long
//! as the wall clock is within it.

use std::time::Duration;

use crate::clock::Calendar;

use super::Charge;
use super::time::Moment;

/// How a counter counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// In no stretch of this length, to the millisecond, rounded up, is more used than the maximum.
    Sliding(Duration),
    /// A bucket holds so much, and what is missing flows back evenly: the maximum within a window of this length.
    TokenBucket {
        /// The window.
        window: Duration,
        /// What a full bucket holds.
        burst: u64,
    },
    /// In no second, minute, hour or day of a calendar is more used than the maximum. The wall clock says which it is.
    Calendar(Calendar),
}

/// The longest window, about 146 million years: times and windows add up within 64 bits.
const LONGEST: i64 = i64::MAX / 2;

/// The most that SQLite counts to: a larger maximum means this one, and a larger cost uses all of it.
pub(super) const MOST: u64 = i64::MAX as u64;

/// An algorithm, as rows name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sliding,
    TokenBucket,
    Calendar,
}

/// What tells a counter from others of its name and scope, as its row says it. Each algorithm leaves to others what it
/// has no use for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) kind: Kind,
    pub(super) window_ms: i64,
    /// What flows back into a bucket within a window.
    pub(super) rate: i64,
    pub(super) zone: &'a str,
    /// Where a calendar's window begins by the wall clock, and where it ends.
    pub(super) begins_ms: i64,
    pub(super) ends_ms: i64,
}

/// How much of a counter is used, as its row says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) used: i64,
    pub(super) part: i64,
    pub(super) at_ms: i64,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Sliding, Self::TokenBucket, Self::Calendar];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sliding => "sliding",
            Self::TokenBucket => "token_bucket",
            Self::Calendar => "calendar",
        }
    }

    /// The schema has no other words.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Charge {
    /// The counter that it counts in at a moment.
    pub(super) fn key(&self, now: Moment) -> Key<'_> {
        match &self.algorithm {
            Algorithm::Sliding(window) => Key::plain(Kind::Sliding, millis(*window)),
            Algorithm::TokenBucket { window, .. } => {
                Key { rate: whole(self.max), ..Key::plain(Kind::TokenBucket, millis(*window)) }
            }
            Algorithm::Calendar(calendar) => {
                let window = calendar.window(now.wall);
                let (begins_ms, ends_ms) = (whole(window.start.as_millis()), whole(window.end.as_millis()));
                let zone = calendar.zone();
                Key { zone, begins_ms, ends_ms, ..Key::plain(Kind::Calendar, calendar.unit().millis()) }
            }
        }
    }

    /// The most that may be used at one moment.
    pub(super) fn ceiling(&self) -> u64 {
        match self.algorithm {
            Algorithm::TokenBucket { burst, .. } => burst,
            Algorithm::Sliding(_) | Algorithm::Calendar(_) => self.max,
        }
    }
}

impl Key<'_> {
    pub(super) fn plain(kind: Kind, window_ms: i64) -> Self {
        Self { kind, window_ms, rate: 0, zone: "", begins_ms: 0, ends_ms: 0 }
    }

    /// Into how many parts a millionth is divided, so that whole parts flow back in a millisecond.
    pub(super) fn scale(&self) -> u128 {
        if self.kind == Kind::TokenBucket { positive(self.window_ms) } else { 1 }
    }

    /// How much is used at a moment, in parts.
    pub(super) fn used(&self, level: Level, now: Moment) -> u128 {
        let then = positive(level.used) * self.scale() + positive(level.part);
        then.saturating_sub(self.flown(level.at_ms, now))
    }

    /// The level at which so many parts are used.
    pub(super) fn level(&self, parts: u128, now: Moment) -> Level {
        let narrow = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
        let (used, part) = (narrow(parts / self.scale()), narrow(parts % self.scale()));
        Level { used, part, at_ms: now.logical_ms }
    }

    /// How much of an entry is left to be given back, in parts. What flowed back meanwhile is not, so that in no stretch
    /// of time more is used than without the entry.
    pub(super) fn left(&self, at_ms: i64, cost: i64, now: Moment) -> u128 {
        (positive(cost) * self.scale()).saturating_sub(self.flown(at_ms, now))
    }

    /// How long until a bucket or a calendar's window has room for so many parts more. `None` is never. In a sliding
    /// window it depends on the entries.
    pub(super) fn wait(&self, surplus: u128, now: Moment) -> Option<i64> {
        if self.kind == Kind::TokenBucket {
            self.flow(surplus)
        } else {
            Some(self.ends_ms.saturating_sub(whole(now.wall.as_millis())))
        }
    }

    /// Until when an entry counts that is made now.
    pub(super) fn ends(&self, cost: u64, now: Moment) -> i64 {
        let stretch = if self.kind == Kind::TokenBucket {
            self.flow(u128::from(cost.min(MOST)) * self.scale()).unwrap_or(LONGEST)
        } else {
            // The wall clock may be set back into a calendar's window: what was used of it is known for as long as it is.
            self.window_ms.max(self.ends_ms.saturating_sub(self.begins_ms))
        };
        now.logical_ms.saturating_add(stretch)
    }

    /// Until when a counter counts in which so many parts are used.
    pub(super) fn dies(&self, parts: u128, now: Moment) -> i64 {
        if self.kind == Kind::TokenBucket {
            return now.logical_ms.saturating_add(self.flow(parts).unwrap_or(LONGEST));
        }
        self.ends(0, now)
    }

    /// What has flowed back since.
    fn flown(&self, since_ms: i64, now: Moment) -> u128 {
        if self.kind == Kind::TokenBucket {
            positive(now.logical_ms.saturating_sub(since_ms)) * positive(self.rate)
        } else {
            0
        }
    }

    /// How many milliseconds it takes until so many parts have flowed back.
    fn flow(&self, parts: u128) -> Option<i64> {
        let rate = positive(self.rate);
        (rate > 0).then(|| i64::try_from(parts.div_ceil(rate)).unwrap_or(LONGEST).min(LONGEST))
    }
}

/// A window in milliseconds, rounded up so that it is never shorter than asked for.
fn millis(window: Duration) -> i64 {
    let millis = window.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(LONGEST).clamp(1, LONGEST)
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn positive(number: i64) -> u128 {
    u128::try_from(number).unwrap_or_default()
}
