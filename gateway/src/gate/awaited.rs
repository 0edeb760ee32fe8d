//! Answers that plugins look at and that may come on another stream: an agent of the legacy era may hang up and come back, also
//! for what it had already. Whenever an answer comes, it is known who looks at it, or it does not pass.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::watch::Watch;

/// How many calls of one conversation may be under way whose answers are watched for.
const OPEN: usize = 1024;
/// How many are still watched for that were answered, and how large each may be, in bytes.
const ENDED: usize = 32;
const SIZE: usize = 32 << 10;
/// Of how many more it is known that somebody looked at their answers. A link forgets its requests before that.
const FORGOTTEN: usize = 4096;

/// The calls of a conversation whose answers are watched for, by the numbers under which they went to the server.
#[derive(Default)]
pub(super) struct Watches(Mutex<Awaited>);

/// Each list has the oldest first.
#[derive(Default)]
struct Awaited {
    open: VecDeque<(u64, Arc<Watch>)>,
    ended: VecDeque<(u64, Arc<Watch>)>,
    forgotten: VecDeque<u64>,
    /// Of what went out up to this number it cannot be told whether somebody looks at it.
    lost: u64,
}

/// What is known of an answer that comes on a stream of its own.
pub(super) enum Known {
    /// Nobody looks at it.
    Unwatched,
    /// These do.
    Watched(Arc<Watch>),
    /// It cannot be told any more.
    Forgotten,
}

impl Watches {
    /// Watches for the answer to a request.
    pub(super) fn begin(&self, number: u64, watch: &Arc<Watch>) {
        let mut awaited = self.awaited();
        awaited.open.push_back((number, Arc::clone(watch)));
        if awaited.open.len() > OPEN
            && let Some((oldest, _)) = awaited.open.pop_front()
        {
            awaited.forget(oldest);
        }
    }

    /// The request is over. Its answer may come again.
    pub(super) fn end(&self, watch: &Arc<Watch>) {
        let mut awaited = self.awaited();
        let place = awaited.open.iter().position(|(_, known)| Arc::ptr_eq(known, watch));
        let Some((number, watch)) = place.and_then(|place| awaited.open.remove(place)) else { return };
        if watch.size() > SIZE {
            return awaited.forget(number);
        }
        awaited.ended.push_back((number, watch));
        if awaited.ended.len() > ENDED
            && let Some((oldest, _)) = awaited.ended.pop_front()
        {
            awaited.forget(oldest);
        }
    }

    /// Who looks at the answer to this request.
    pub(super) fn find(&self, number: Option<u64>) -> Known {
        let Some(number) = number else { return Known::Unwatched };
        let awaited = self.awaited();
        let found = awaited.open.iter().chain(&awaited.ended).find(|(known, _)| *known == number);
        match found {
            Some((_, watch)) => Known::Watched(Arc::clone(watch)),
            None if number <= awaited.lost || awaited.forgotten.contains(&number) => Known::Forgotten,
            None => Known::Unwatched,
        }
    }

    fn awaited(&self) -> MutexGuard<'_, Awaited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaited {
    fn forget(&mut self, number: u64) {
        self.forgotten.push_back(number);
        if self.forgotten.len() > FORGOTTEN
            && let Some(oldest) = self.forgotten.pop_front()
        {
            self.lost = self.lost.max(oldest);
        }
    }
}
