//! Where a message comes from, and the conversation that it belongs to.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::json::Object;
use crate::mcp::{Era, Id, meta, method};
use crate::secret::{Digest, random_id};
use crate::upstreams::Link;

use super::Seat;
use super::awaited::Watches;
use super::memory::Memory;

/// The longest name of a client program that is kept, in bytes.
const CLIENT: usize = 256;

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
    /// What the client program calls itself, once it has.
    client: Arc<OnceLock<Arc<str>>>,
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
        let (client, watches, open) = Default::default();
        Self { seat, link, era, session, client, memory, watches, open }
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
        let client = match era {
            Era::Legacy => Arc::clone(&self.client),
            // There each request says it for itself.
            Era::Modern => Arc::default(),
        };
        Self { era, client, ..self.clone() }
    }

    /// Keeps what the client program calls itself: in the handshake of a legacy session, in each request of the modern era.
    /// What it says first stays.
    pub(super) fn introduce(&self, method: &str, params: Option<&Object>) {
        let name = params.and_then(|params| match self.era {
            Era::Legacy if method == method::INITIALIZE => params.object("clientInfo")?.text("name"),
            Era::Legacy => None,
            Era::Modern => meta::client(params),
        });
        if let Some(name) = name {
            let _first = self.client.set(on_one_line(name).into());
        }
    }

    /// What the client program calls itself. Nothing proves it.
    pub(super) fn client(&self) -> Option<Arc<str>> {
        self.client.get().cloned()
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

/// As much of a name as is kept, and nothing in it that moves a cursor.
fn on_one_line(name: &str) -> String {
    let mut kept = String::new();
    for letter in name.chars() {
        let shown: String = if letter.is_control() { letter.escape_debug().collect() } else { letter.into() };
        if kept.len() + shown.len() > CLIENT {
            break;
        }
        kept.push_str(&shown);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_client_is_short_and_on_one_line() {
        for (name, kept) in [
            ("Claude \"Desktop\"", "Claude \"Desktop\"".to_owned()),
            ("a\nb\u{1b}[2J\0", "a\\nb\\u{1b}[2J\\0".to_owned()),
            (&"é".repeat(200), "é".repeat(CLIENT / 2)),
            (&"\u{1b}".repeat(200), "\\u{1b}".repeat(CLIENT / 6)),
            ("", String::new()),
        ] {
            assert_eq!(on_one_line(name), kept, "{name:?}");
        }
    }
}
