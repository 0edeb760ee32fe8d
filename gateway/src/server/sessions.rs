//! Legacy sessions: each is one conversation with one server, bound to the caller who opened it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::call::{Caller, ServerName};
use crate::gate::Party;
use crate::secret::{NoRandomness, random_id};

/// The open sessions.
#[derive(Default)]
pub(super) struct Sessions {
    open: Mutex<HashMap<String, Party>>,
}

/// Why no session was opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Full {
    /// The server has as many as it may have.
    #[error("too many sessions are open")]
    TooMany,
    /// There is no id for it.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Sessions {
    /// Registers a session and gives it its id.
    pub(super) fn open(&self, party: &Party) -> Result<String, Full> {
        let id = random_id::<24>()?;
        let server = party.seat.server();
        self.with(|open| {
            if count(open, server.name()) >= server.config().limits.sessions {
                return Err(Full::TooMany);
            }
            open.insert(id.clone(), party.clone());
            Ok(id)
        })
    }

    /// Whether a server has room for another session.
    pub(super) fn has_room(&self, party_server: &ServerName, limit: usize) -> bool {
        self.with(|open| count(open, party_server) < limit)
    }

    /// The session of this id, if this caller opened it at this server and it has not ended. To anybody else it is as
    /// if it were not there.
    pub(super) fn find(&self, id: &str, caller: &Caller, server: &ServerName) -> Option<Party> {
        let party = self.with(|open| {
            let party = open.get(id)?;
            // Before the lock goes: whoever reaps must not find it idle.
            party.link.touch();
            Some(party.clone())
        })?;
        let theirs = party.seat.caller() == caller && party.seat.server().name() == server;
        (theirs && !party.link.has_ended()).then_some(party)
    }

    /// Takes a session out.
    pub(super) fn close(&self, id: &str) -> Option<Party> {
        self.with(|open| open.remove(id))
    }

    /// Takes out what has ended or been idle for too long.
    pub(super) fn reap(&self) -> Vec<Party> {
        self.with(|open| {
            let is_over = |party: &Party| party.link.has_ended() || party.link.is_idle() || party.link.never_agreed();
            let over: Vec<String> = open.iter().filter(|(_, party)| is_over(party)).map(|(id, _)| id.clone()).collect();
            over.into_iter().filter_map(|id| open.remove(&id)).collect()
        })
    }

    /// Takes all out.
    pub(super) fn clear(&self) -> Vec<Party> {
        self.with(|open| std::mem::take(open).into_values().collect())
    }

    /// How many sessions a server has.
    pub(super) fn count(&self, server: &ServerName) -> u64 {
        self.with(|open| count(open, server) as u64)
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Party>) -> T) -> T {
        work(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn count(open: &HashMap<String, Party>, server: &ServerName) -> usize {
    open.values().filter(|party| party.seat.server().name() == server).count()
}
