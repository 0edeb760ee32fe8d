//! Where a message comes from, and the conversation that it belongs to.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::mcp::{Era, Id};
use crate::secret::{Digest, random_id};
use crate::upstreams::Link;

use super::Seat;
use super::memory::Memory;
use super::watch::Watches;

/// A caller in a conversation with a server. Clones are the same party.
#[derive(Clone)]
pub struct Party {
    /// The caller's place at this server when the conversation began.
    pub seat: Arc<Seat>,
    /// The conversation with the server.
    pub link: Arc<Link>,
    /// How it is held.
    pub era: Era,
    session: Option<Digest>,
    memory: Arc<Memory>,
    pub(super) watches: Arc<Watches>,
    open: Arc<Open>,
}

/// The requests of a party that are under way, by the ids that the agent gave them.
#[derive(Default)]
struct Open(Mutex<Vec<(Id, CancellationToken)>>);

/// A request under way, for as long as this lives.
pub(super) struct Begun {
    open: Arc<Open>,
    withdrawn: CancellationToken,
}

impl Party {
    /// A caller in a conversation.
    pub fn new(seat: Arc<Seat>, link: Arc<Link>, era: Era) -> Self {
        let (session, memory) = match era {
            Era::Legacy => (random_id::<16>().ok().map(|id| Digest::of(id.as_bytes())), Arc::default()),
            Era::Modern => (None, seat.memory(&link)),
        };
        Self { seat, link, era, session, memory, watches: Arc::default(), open: Arc::default() }
    }

    /// Names the legacy session, for records and counters. It is not the id by which the agent knows it.
    pub fn session(&self) -> Option<Digest> {
        self.session
    }

    /// What is remembered: by a legacy session for itself, and by the modern era for the caller's place.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The same party, speaking in another era: on stdio each message says its own.
    #[must_use]
    pub fn in_era(&self, era: Era) -> Self {
        Self { era, ..self.clone() }
    }

    pub(super) fn begin(&self, id: &Id) -> Begun {
        let withdrawn = CancellationToken::new();
        self.open.with(|open| open.push((id.clone(), withdrawn.clone())));
        Begun { open: Arc::clone(&self.open), withdrawn }
    }

    /// The agent takes back its requests of this id, also those that have not gone to the server yet.
    pub(super) fn withdraw(&self, id: &Id) {
        self.open.with(|open| {
            for (_, withdrawn) in open.iter().filter(|(known, _)| known == id) {
                withdrawn.cancel();
            }
        });
    }
}

impl Begun {
    pub(super) async fn withdrawn(&self) {
        self.withdrawn.cancelled().await;
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        // Every token is another: marking ours finds it among requests of the same id.
        self.withdrawn.cancel();
        self.open.with(|open| open.retain(|(_, withdrawn)| !withdrawn.is_cancelled()));
    }
}

impl Open {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<(Id, CancellationToken)>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
