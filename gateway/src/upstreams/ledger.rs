//! Who asked what: ids of our own towards the server, and the way back from them.
//!
//! Real hosts send `id: 1` for everything, and servers lose the slower of two answers to one id; so every request goes
//! out under a number that was never used before on its link, and so does its progress token.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::json::{Object, Value};
use crate::mcp::{Id, Message, Notification, meta, method};

/// How many answered requests are remembered, for a client that fetches an answer a second time.
const REMEMBERED: usize = 1024;

/// How many requests of the server may wait for the client.
const ASKED: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    last: u64,
    issued: HashMap<u64, Issued>,
    answered: VecDeque<u64>,
    asked: HashSet<Id>,
}

#[derive(Debug)]
struct Issued {
    id: Id,
    token: Option<Value>,
    answered: bool,
}

impl Ledger {
    /// A number for a request, and its `_meta` with that number for a progress token if it has one.
    pub(super) fn issue(&self, id: Id, params: Option<&Object>) -> (u64, Option<Object>) {
        let token = params.and_then(meta::progress_token).cloned();
        self.with(|book| {
            book.last += 1;
            let number = book.last;
            let meta = token.as_ref().and_then(|_| {
                let mut meta = params.and_then(meta::of)?.clone();
                meta.insert(meta::PROGRESS_TOKEN, number);
                Some(meta)
            });
            book.issued.insert(number, Issued { id, token, answered: false });
            (number, meta)
        })
    }

    /// A message of the server with the caller's ids, and the request that it belongs to. A message that answers
    /// nothing, or reports on nothing, is nobody's and is dropped.
    pub(super) fn inbound(&self, mut message: Message) -> Option<(Message, Option<u64>)> {
        self.with(|book| {
            let owner = match &mut message {
                Message::Answer(answer) => {
                    let number = number_of(&answer.id.as_ref()?.value())?;
                    answer.id = Some(book.answer(number)?);
                    if let Some(result) = answer.members_mut() {
                        book.rewrite_subscription(result);
                    }
                    Some(number)
                }
                Message::Notification(notification) => book.own(notification)?,
                Message::Request(request) => {
                    if book.asked.len() < ASKED {
                        book.asked.insert(request.id.clone());
                    }
                    None
                }
            };
            Some((message, owner))
        })
    }

    /// Whether the server is waiting for this answer; it waits no longer.
    pub(super) fn settle_asked(&self, id: &Value) -> bool {
        Id::try_from(id).is_ok_and(|id| self.with(|book| book.asked.remove(&id)))
    }

    pub(super) fn waits_for_client(&self) -> bool {
        self.with(|book| !book.asked.is_empty())
    }

    /// The parameters of a cancellation, once for each open request that the caller can mean.
    pub(super) fn cancellations(&self, params: &Object) -> Vec<Object> {
        let Some(id) = params.get("requestId").and_then(|id| Id::try_from(id).ok()) else { return Vec::new() };
        let mut open: Vec<u64> = self.with(|book| {
            let open = book.issued.iter().filter(|(_, issued)| issued.id == id && !issued.answered);
            open.map(|(number, _)| *number).collect()
        });
        open.sort_unstable();
        let rewritten = |number: u64| {
            let mut params = params.clone();
            params.insert("requestId", number);
            params
        };
        open.into_iter().map(rewritten).collect()
    }

    /// Forgets a request that will not be answered any more.
    pub(super) fn forget(&self, number: u64) {
        self.with(|book| book.issued.remove(&number));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        work(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Book {
    /// The caller's id of an answered request. A second answer is taken too: a client may fetch the first one again.
    fn answer(&mut self, number: u64) -> Option<Id> {
        let issued = self.issued.get_mut(&number)?;
        let id = issued.id.clone();
        if !issued.answered {
            issued.answered = true;
            self.answered.push_back(number);
            if self.answered.len() > REMEMBERED
                && let Some(oldest) = self.answered.pop_front()
            {
                self.issued.remove(&oldest);
            }
        }
        Some(id)
    }

    /// Puts the caller's progress token and subscription into a notification. The outer `None` drops it.
    fn own(&self, notification: &mut Notification) -> Option<Option<u64>> {
        let Some(params) = &mut notification.params else { return Some(None) };
        if notification.method == method::PROGRESS {
            let number = number_of(params.get(meta::PROGRESS_TOKEN)?)?;
            let token = self.issued.get(&number)?.token.clone()?;
            params.insert(meta::PROGRESS_TOKEN, token);
            return Some(Some(number));
        }
        Some(self.rewrite_subscription(params))
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
mod tests {
    use super::*;
    use crate::json::{Limits, scan};
    use crate::mcp::Answer;

    fn message(text: &str) -> Message {
        let value = scan(text.as_bytes(), &Limits::reply(1 << 16)).unwrap();
        Message::read(value).unwrap()
    }

    fn answer(number: u64) -> Message {
        Message::Answer(Answer::result(Id::from(number), Object::new()))
    }

    fn id_of(message: Option<(Message, Option<u64>)>) -> Option<Id> {
        match message?.0 {
            Message::Answer(answer) => answer.id,
            _ => None,
        }
    }

    #[test]
    fn two_requests_of_one_id_get_each_its_answer() {
        let ledger = Ledger::default();
        let (first, _) = ledger.issue(Id::from(1), None);
        let (second, _) = ledger.issue(Id::Text("1".to_owned()), None);
        let (third, _) = ledger.issue(Id::from(1), None);
        assert_eq!(id_of(ledger.inbound(answer(third))), Some(Id::from(1)));
        assert_eq!(id_of(ledger.inbound(answer(second))), Some(Id::Text("1".to_owned())));
        assert_eq!(id_of(ledger.inbound(answer(first))), Some(Id::from(1)));
        assert_eq!(id_of(ledger.inbound(answer(99))), None);
    }

    #[test]
    fn progress_comes_back_under_the_callers_token() {
        let ledger = Ledger::default();
        let Message::Request(request) = message(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":"mine","k":1}}}"#,
        ) else {
            panic!("no request")
        };
        let (number, meta) = ledger.issue(request.id, request.params.as_ref());
        assert_eq!(
            meta.map(|meta| meta.to_bytes()),
            Some(format!(r#"{{"progressToken":{number},"k":1}}"#).into_bytes())
        );
        let progress = |token: &str| {
            let text = format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":1}}}}"#
            );
            ledger.inbound(message(&text))
        };
        let mine = Message::to_bytes(&progress(&number.to_string()).unwrap().0);
        assert!(String::from_utf8(mine).unwrap().contains(r#""progressToken":"mine""#));
        assert_eq!(progress("7777"), None);
    }

    #[test]
    fn a_cancellation_names_our_number() {
        let ledger = Ledger::default();
        let (number, _) = ledger.issue(Id::from(5), None);
        let params = Object::from([("requestId", 5u64.into()), ("reason", "r".into())]);
        let sent: Vec<_> = ledger.cancellations(&params).iter().map(Object::to_bytes).collect();
        assert_eq!(sent, [format!(r#"{{"requestId":{number},"reason":"r"}}"#).into_bytes()]);
        ledger.inbound(answer(number));
        assert!(ledger.cancellations(&params).is_empty());
    }

    #[test]
    fn only_what_the_server_asked_is_answered() {
        let ledger = Ledger::default();
        ledger.inbound(message(r#"{"jsonrpc":"2.0","id":0,"method":"roots/list"}"#));
        assert!(!ledger.settle_asked(&Value::from("0")));
        assert!(ledger.settle_asked(&Value::from(0u64)));
        assert!(!ledger.settle_asked(&Value::from(0u64)));
    }

    #[test]
    fn answered_requests_are_remembered_up_to_a_bound() {
        let ledger = Ledger::default();
        for _ in 0..REMEMBERED + 10 {
            let (number, _) = ledger.issue(Id::from(1), None);
            ledger.inbound(answer(number));
        }
        assert_eq!(ledger.with(|book| book.issued.len()), REMEMBERED);
        assert_eq!(id_of(ledger.inbound(answer(5))), None);
    }
}
