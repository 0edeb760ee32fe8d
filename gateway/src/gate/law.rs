//! The law in force: who has a place at which server, and under which policies. A reload replaces it as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::call::{Caller, ServerName};
use crate::policy::Policy;
use crate::upstreams::Server;

/// Who has a place at which server.
#[derive(Default)]
pub struct Law {
    seats: HashMap<(Caller, ServerName), Arc<Seat>>,
}

/// One caller's place at one server.
pub struct Seat {
    caller: Caller,
    server: Arc<Server>,
    policies: Vec<Arc<Policy>>,
    gone: CancellationToken,
}

impl Law {
    /// Gives a caller a place. Every one of the policies must allow a call; without any, none passes.
    pub fn admit(&mut self, caller: Caller, server: Arc<Server>, policies: Vec<Arc<Policy>>) {
        let key = (caller.clone(), server.name().clone());
        let seat = Seat { caller, server, policies, gone: CancellationToken::new() };
        self.seats.insert(key, Arc::new(seat));
    }

    /// Makes this the law that follows `old`: who keeps a place at a server that did not change keeps the conversations
    /// there, under the new policies.
    pub fn follow(&mut self, old: &Self) {
        for (key, seat) in &mut self.seats {
            if let Some(before) = old.seats.get(key)
                && Arc::ptr_eq(&before.server, &seat.server)
            {
                *seat = Arc::new(Seat {
                    caller: seat.caller.clone(),
                    server: Arc::clone(&seat.server),
                    policies: seat.policies.clone(),
                    gone: before.gone.clone(),
                });
            }
        }
    }

    /// A caller's place at a server.
    pub fn seat(&self, caller: &Caller, server: &ServerName) -> Option<Arc<Seat>> {
        self.seats.get(&(caller.clone(), server.clone())).cloned()
    }

    /// The servers at which somebody has a place, each once.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        let by_name: HashMap<&ServerName, &Arc<Server>> =
            self.seats.values().map(|seat| (seat.server.name(), &seat.server)).collect();
        by_name.into_values()
    }

    /// Ends the conversations of every seat that has no follower.
    pub(super) fn end_seats_missing_in(&self, next: &Self) {
        for (key, seat) in &self.seats {
            let follows = next.seats.get(key).is_some_and(|after| Arc::ptr_eq(&after.server, &seat.server));
            if !follows {
                seat.gone.cancel();
            }
        }
    }
}

impl Seat {
    /// Who.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// At which server.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Under which policies.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().map(Arc::as_ref)
    }

    /// Resolves when the place is gone.
    pub fn gone(&self) -> &CancellationToken {
        &self.gone
    }
}
