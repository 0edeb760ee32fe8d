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
    let ledger = Arc::new(Ledger::default());
    let (first, _) = ledger.issue(Id::from(1), None, true);
    let (second, _) = ledger.issue(Id::Text("1".to_owned()), None, true);
    let (third, _) = ledger.issue(Id::from(1), None, true);
    assert_eq!(id_of(ledger.inbound(answer(third.number()))), Some(Id::from(1)));
    assert_eq!(id_of(ledger.inbound(answer(second.number()))), Some(Id::Text("1".to_owned())));
    assert_eq!(id_of(ledger.inbound(answer(first.number()))), Some(Id::from(1)));
    assert_eq!(id_of(ledger.inbound(answer(99))), None);
}

#[test]
fn progress_comes_back_under_the_callers_token() {
    let ledger = Arc::new(Ledger::default());
    let text = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":"mine","k":1}}}"#;
    let Message::Request(request) = message(text) else { panic!("no request") };
    let (ticket, meta) = ledger.issue(request.id, request.params.as_ref(), true);
    let number = ticket.number();
    assert_eq!(meta.map(|meta| meta.to_bytes()), Some(format!(r#"{{"progressToken":{number},"k":1}}"#).into_bytes()));
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
fn a_cancellation_names_our_number_and_is_not_sent_twice() {
    let ledger = Arc::new(Ledger::default());
    let (ticket, _) = ledger.issue(Id::from(5), None, true);
    let params = Object::from([("requestId", 5u64.into()), ("reason", "r".into())]);
    let sent: Vec<_> = ledger.cancellations(&params).iter().map(Object::to_bytes).collect();
    assert_eq!(sent, [format!(r#"{{"requestId":{},"reason":"r"}}"#, ticket.number()).into_bytes()]);
    drop(ticket);
    assert!(ledger.take_abandoned().is_empty());
    assert!(ledger.cancellations(&params).is_empty());
}

#[test]
fn a_dropped_ticket_is_forgotten_and_the_server_is_told_once() {
    let ledger = Arc::new(Ledger::default());
    let (ticket, _) = ledger.issue(Id::from(5), None, true);
    let number = ticket.number();
    drop(ticket);
    assert_eq!(ledger.take_abandoned(), [number]);
    assert!(ledger.take_abandoned().is_empty());
    assert_eq!(id_of(ledger.inbound(answer(number))), None);
    drop(ledger.issue(Id::from(6), None, false));
    assert!(ledger.take_abandoned().is_empty(), "a modern server over HTTP sees the connection close");
}

#[test]
fn only_what_the_client_was_shown_is_answered_and_only_once() {
    let ledger = Arc::new(Ledger::default());
    let (ticket, _) = ledger.issue(Id::from(5), None, true);
    ledger.inbound(message(r#"{"jsonrpc":"2.0","id":0,"method":"roots/list"}"#));
    assert!(!ledger.settle_asked(&Id::from(0)), "it was not let through yet");
    ledger.ask_client(&Id::from(0), Some(ticket.number()));
    assert!(ticket.waits_for_client());
    assert!(!ledger.settle_asked(&Id::Text("0".to_owned())));
    assert!(ledger.settle_asked(&Id::from(0)));
    assert!(!ledger.settle_asked(&Id::from(0)));
    assert!(!ticket.waits_for_client());
}

#[test]
fn what_the_server_asked_ends_with_its_request_or_when_it_is_taken_back() {
    let ledger = Arc::new(Ledger::default());
    let (ticket, _) = ledger.issue(Id::from(5), None, true);
    ledger.ask_client(&Id::from(0), Some(ticket.number()));
    ledger.inbound(message(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}"#));
    assert!(!ticket.waits_for_client());
    ledger.ask_client(&Id::from(1), Some(ticket.number()));
    ticket.settle();
    assert!(!ledger.settle_asked(&Id::from(1)));
}

#[test]
fn ended_requests_are_remembered_up_to_a_bound() {
    let ledger = Arc::new(Ledger::default());
    for _ in 0..REMEMBERED + 10 {
        ledger.issue(Id::from(1), None, true).0.settle();
    }
    assert_eq!(ledger.with(|book| book.issued.len()), REMEMBERED);
    assert_eq!(id_of(ledger.inbound(answer(5))), None);
    assert_eq!(id_of(ledger.inbound(answer(11))), Some(Id::from(1)));
}
