//! Who asked what: ids of our own towards the server, and the way back from them.
//!
//! Real hosts send `id: 1` for everything, and servers lose the slower of two answers to one id; so every request goes
//! out under a number that was never used before on its link, and so does its progress token.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::json::{Object, Value};
use crate::mcp::{Id, Message, Notification, meta, method};

/// How many requests are remembered after their end, for a client that comes back for an answer.
const REMEMBERED: usize = 1024;

/// How many requests of the server may wait for the client.
const ASKED: usize = 256;

/// The requests of one link, in both directions.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    last: u64,
    issued: HashMap<u64, Issued>,
    /// Requests that are over but may be asked for again, oldest first.
    remembered: VecDeque<u64>,
    /// Requests that nobody waits for any more, and of which the server has not been told.
    abandoned: Vec<u64>,
    /// Requests of the server that the client was shown, each with our request that it belongs to.
    asked: HashMap<Id, Option<u64>>,
}

#[derive(Debug)]
struct Issued {
    id: Id,
    token: Option<Value>,
    open: bool,
    /// Whether a server is told when the request is given up; a modern one over HTTP sees its connection close.
    tell: bool,
}

/// A request that is under way. Dropped before it was settled, the request counts as abandoned.
#[derive(Debug)]
pub(super) struct Ticket {
    ledger: Arc<Ledger>,
    number: u64,
    settled: bool,
}

impl Ledger {
    /// A ledger whose numbers begin after `last`. Where each link begins at a random one, an answer that a server sends to
    /// the wrong conversation is nobody's there.
    pub(super) fn after(last: u64) -> Self {
        Self { book: Mutex::new(Book { last, ..Book::default() }) }
    }

    /// A number for a request, and its `_meta` with that number for a progress token if it has one.
    pub(super) fn issue(self: &Arc<Self>, id: Id, params: Option<&Object>, tell: bool) -> (Ticket, Option<Object>) {
        let token = params.and_then(meta::progress_token).cloned();
        let (number, meta) = self.with(|book| {
            book.last += 1;
            let number = book.last;
            let meta = token.as_ref().and_then(|_| {
                let mut meta = params.and_then(meta::of)?.clone();
                meta.insert(meta::PROGRESS_TOKEN, number);
                Some(meta)
            });
            book.issued.insert(number, Issued { id, token, open: true, tell });
            (number, meta)
        });
        (Ticket { ledger: Arc::clone(self), number, settled: false }, meta)
    }

    /// A message of the server with the caller's ids, and the request that it belongs to. A message that answers
    /// nothing, or reports on nothing, is nobody's and is dropped.
    pub(super) fn inbound(&self, mut message: Message) -> Option<(Message, Option<u64>)> {
        self.with(|book| {
            let owner = match &mut message {
                Message::Answer(answer) => {
                    let number = number_of(&answer.id.as_ref()?.value())?;
                    answer.id = Some(book.issued.get(&number)?.id.clone());
                    if let Some(result) = answer.members_mut() {
                        book.rewrite_subscription(result);
                    }
                    Some(number)
                }
                Message::Notification(notification) => book.own(notification)?,
                Message::Request(_) => None,
            };
            Some((message, owner))
        })
    }

    /// The client was shown a request of the server, for the sake of our request `owner`.
    pub(super) fn ask_client(&self, id: &Id, owner: Option<u64>) {
        self.with(|book| {
            if book.asked.len() < ASKED {
                book.asked.insert(id.clone(), owner);
            }
        });
    }

    /// Whether the server is waiting for this answer; it waits no longer.
    pub(super) fn settle_asked(&self, id: &Id) -> bool {
        self.with(|book| book.asked.remove(id).is_some())
    }

    /// Whether our request `number` waits for an answer of the client.
    pub(super) fn waits_for_client(&self, number: u64) -> bool {
        self.with(|book| book.asked.values().any(|owner| *owner == Some(number)))
    }

    /// The parameters of a cancellation, once for each open request that the caller can mean. They count as told.
    pub(super) fn cancellations(&self, params: &Object) -> Vec<Object> {
        let Some(id) = params.get("requestId").and_then(|id| Id::try_from(id).ok()) else { return Vec::new() };
        let mut open = self.with(|book| {
            let meant = book.issued.iter_mut().filter(|(_, issued)| issued.id == id && issued.open);
            let numbers = meant.map(|(number, issued)| {
                issued.tell = false;
                *number
            });
            numbers.collect::<Vec<u64>>()
        });
        open.sort_unstable();
        let rewritten = |number: u64| {
            let mut params = params.clone();
            params.insert("requestId", number);
            params
        };
        open.into_iter().map(rewritten).collect()
    }

    /// The requests of which the server must be told that nobody waits for them any more.
    pub(super) fn take_abandoned(&self) -> Vec<u64> {
        self.with(|book| std::mem::take(&mut book.abandoned))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        work(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ticket {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the request waits for an answer of the client.
    pub(super) fn waits_for_client(&self) -> bool {
        self.ledger.waits_for_client(self.number)
    }

    /// The request is over, or goes on without anybody waiting here; its answer can still be asked for again.
    pub(super) fn settle(mut self) {
        self.settled = true;
        self.ledger.with(|book| book.remember(self.number));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        self.ledger.with(|book| {
            book.asked.retain(|_, owner| *owner != Some(self.number));
            if book.issued.remove(&self.number).is_some_and(|issued| issued.tell) {
                book.abandoned.push(self.number);
            }
        });
    }
}

impl Book {
    fn remember(&mut self, number: u64) {
        let Some(issued) = self.issued.get_mut(&number) else { return };
        issued.open = false;
        self.asked.retain(|_, owner| *owner != Some(number));
        self.remembered.push_back(number);
        if self.remembered.len() > REMEMBERED
            && let Some(oldest) = self.remembered.pop_front()
        {
            self.issued.remove(&oldest);
        }
    }

    /// Puts the caller's progress token and subscription into a notification. The outer `None` drops it.
    fn own(&mut self, notification: &mut Notification) -> Option<Option<u64>> {
        let Some(params) = &mut notification.params else { return Some(None) };
        match notification.method.as_str() {
            method::PROGRESS => {
                let number = number_of(params.get(meta::PROGRESS_TOKEN)?)?;
                let token = self.issued.get(&number)?.token.clone()?;
                params.insert(meta::PROGRESS_TOKEN, token);
                Some(Some(number))
            }
            // The server takes its own request back: nobody needs to answer it.
            method::CANCELLED => {
                let id = params.get("requestId").and_then(|id| Id::try_from(id).ok());
                Some(id.and_then(|id| self.asked.remove(&id)).flatten())
            }
            _ => Some(self.rewrite_subscription(params)),
        }
    }

    fn rewrite_subscription(&self, members: &mut Object) -> Option<u64> {
        let meta = members.get_mut("_meta")?.as_object_mut()?;
        let number = number_of(meta.get(meta::SUBSCRIPTION_ID)?)?;
        let id = self.issued.get(&number)?.id.value();
        meta.insert(meta::SUBSCRIPTION_ID, id);
        Some(number)
    }
}

/// One of our numbers; a server that makes a string of it is understood too.
fn number_of(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

#[cfg(test)]
mod tests;
