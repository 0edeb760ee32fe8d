//! The thread that writes: whatever waits goes out in one write, and whoever waits is told together.
//!
//! A decision that cannot be written is told so at once. Other entries are kept, up to a bound, and go out first when
//! writing works again, behind a `gap` entry that says how much is missing.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::clock::{Stopwatch, Timestamp};

use super::entry;
use super::flood::Refusals;
use super::inbox::Inbox;
use super::journal::Journal;
use super::line::{Entry, Members, Rfc3339};
use super::{AuditError, RecordId};

/// How many entries are kept for the time when writing works again.
const KEPT: usize = 1024;
/// The longest reason of a gap, in bytes.
const REASON: usize = 1024;

/// What the thread is asked for.
pub(super) enum Order {
    /// Write this and say when it is durable.
    Decide {
        /// The entry.
        entry: Entry,
        /// Whom to tell.
        answer: oneshot::Sender<Result<RecordId, AuditError>>,
        /// Its place in the queue.
        place: OwnedSemaphorePermit,
    },
    /// Write this, now or later.
    Keep {
        /// The entry.
        entry: Entry,
        /// Its place in the queue.
        place: OwnedSemaphorePermit,
    },
    /// Write what is waiting and end.
    Close {
        /// Whom to tell.
        answer: oneshot::Sender<Result<(), AuditError>>,
    },
}

impl Order {
    /// Whether somebody waits for it.
    pub(super) fn is_urgent(&self) -> bool {
        !matches!(self, Self::Keep { .. })
    }
}

/// The thread's whole state.
pub(super) struct Writer {
    journal: Journal,
    inbox: Inbox,
    refusals: Arc<Mutex<Refusals>>,
    fault: Arc<Mutex<Option<Arc<io::Error>>>>,
    since: Stopwatch,
    summary_every: Duration,
    kept: VecDeque<Entry>,
    gap: Option<Gap>,
}

/// Entries that are missing.
struct Gap {
    since: Timestamp,
    refused: u64,
    lost: u64,
    cause: Arc<io::Error>,
}

/// A decision that waits for its line.
struct Waiting {
    entry: Entry,
    answer: oneshot::Sender<Result<RecordId, AuditError>>,
    _place: OwnedSemaphorePermit,
}

impl Writer {
    /// A writer for `journal` that takes its orders from `inbox`. `since` is the beginning of the time of `refusals`.
    pub(super) fn new(
        journal: Journal,
        inbox: Inbox,
        refusals: Arc<Mutex<Refusals>>,
        fault: Arc<Mutex<Option<Arc<io::Error>>>>,
        since: Stopwatch,
        summary_every: Duration,
    ) -> Self {
        let summary_every = summary_every.max(Duration::from_millis(10));
        Self { journal, inbox, refusals, fault, since, summary_every, kept: VecDeque::new(), gap: None }
    }

    /// Writes until it is closed, or until nobody is left who could give orders.
    pub(super) fn run(mut self) {
        let mut summarised = Stopwatch::start();
        let mut orders = Vec::new();
        loop {
            let left = self.summary_every.saturating_sub(summarised.elapsed());
            let more = self.inbox.take(left, &mut orders);
            let (waiting, close) = self.group(orders.drain(..));
            if summarised.elapsed() >= self.summary_every {
                self.summarise();
                summarised = Stopwatch::start();
            }
            self.commit(waiting);
            if close.is_some() || !more {
                return self.end(close);
            }
        }
    }

    /// Sorts orders: decisions are returned, other entries set aside. What comes after the last order is not heard.
    fn group(
        &mut self,
        orders: impl Iterator<Item = Order>,
    ) -> (Vec<Waiting>, Option<oneshot::Sender<Result<(), AuditError>>>) {
        let mut waiting = Vec::new();
        for order in orders {
            match order {
                // Whoever has given up does not send the call either: its decision would only mislead.
                Order::Decide { answer, .. } if answer.is_closed() => {}
                Order::Decide { entry, answer, place } => waiting.push(Waiting { entry, answer, _place: place }),
                Order::Keep { entry, place } => {
                    self.kept.push_back(entry);
                    drop(place);
                }
                Order::Close { answer } => return (waiting, Some(answer)),
            }
        }
        (waiting, None)
    }

    /// Writes everything that there is to write, at once.
    fn commit(&mut self, waiting: Vec<Waiting>) {
        if waiting.is_empty() && self.kept.is_empty() && self.gap.is_none() {
            return;
        }
        let gap = self.gap.as_ref().map(of_gap);
        let before = u64::from(gap.is_some()) + self.kept.len() as u64;
        let entries: Vec<&Entry> =
            gap.iter().chain(&self.kept).chain(waiting.iter().map(|waiting| &waiting.entry)).collect();
        match self.journal.append(&entries) {
            Ok(first) => {
                self.kept.clear();
                if let Some(gap) = self.gap.take() {
                    tracing::warn!(refused = gap.refused, lost = gap.lost, "decisions are recorded again");
                    *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                for (waiting, seq) in waiting.into_iter().zip(first + before..) {
                    let _gone = waiting.answer.send(Ok(self.journal.record(seq)));
                }
            }
            Err(cause) => self.fail(cause, waiting),
        }
    }

    /// Tells who waits, and keeps what can be written later: at most [`KEPT`] entries, the newest.
    fn fail(&mut self, cause: io::Error, waiting: Vec<Waiting>) {
        let cause = Arc::new(cause);
        if self.gap.is_none() {
            tracing::error!(%cause, "decisions cannot be recorded: calls are refused until they can");
        }
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&cause));
        let none = Gap { since: Timestamp::now(), refused: 0, lost: 0, cause: Arc::clone(&cause) };
        let gap = self.gap.get_or_insert(none);
        gap.refused += waiting.len() as u64;
        for waiting in waiting {
            let _gone = waiting.answer.send(Err(AuditError::Unrecorded(Arc::clone(&cause))));
        }
        while self.kept.len() > KEPT {
            self.kept.pop_front();
            gap.lost += 1;
        }
    }

    fn summarise(&mut self) {
        let now = Timestamp::now();
        let counted = self.refusals.lock().unwrap_or_else(PoisonError::into_inner).drain(self.since.elapsed());
        self.kept.extend(counted.iter().map(|summary| entry::of_summary(now, summary)));
    }

    fn end(mut self, close: Option<oneshot::Sender<Result<(), AuditError>>>) {
        self.summarise();
        self.commit(Vec::new());
        let ended = match self.gap {
            Some(Gap { cause, .. }) => Err(cause),
            None => self.journal.finish().map_err(Arc::new),
        };
        if let Err(cause) = &ended {
            tracing::error!(%cause, "the record could not be closed");
        }
        if let Some(answer) = close {
            let _gone = answer.send(ended.map_err(AuditError::Unrecorded));
        }
    }
}

fn of_gap(gap: &Gap) -> Entry {
    let mut members = Members::default();
    members.text("since", &Rfc3339(gap.since).to_string(), REASON);
    members.number("refused", gap.refused).number("lost", gap.lost).text("reason", &gap.cause.to_string(), REASON);
    Entry::new(Timestamp::now(), "gap", members)
}
