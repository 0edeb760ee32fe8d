//! What comes back: a stream of events that ends with the answer.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;

use crate::json::{Limits, Value, scan};
use crate::mcp::{BATCHING, Era, Message, sse};

use super::Failure;
use super::child::Unasked;
use super::ledger::{Ledger, Ticket};

/// One event: a message, or only a frame that moves a stream on.
#[derive(Debug, Default)]
pub struct Event {
    /// The frame in which it came, without its data.
    pub frame: sse::Frame,
    /// The message, with the caller's ids.
    pub message: Option<Message>,
    /// The number of the request that it answers, on a stream that belongs to no request.
    pub answers: Option<u64>,
}

/// What comes back. Dropping it before the answer abandons the request: a modern HTTP server sees the connection close,
/// any other is told with [`Link::tell_abandoned`](super::Link::tell_abandoned).
pub struct Reply {
    pub(super) ticket: Option<Ticket>,
    pub(super) status: Option<u16>,
    pub(super) source: Source,
}

pub(super) enum Source {
    /// Nothing comes: a notification was accepted.
    Nothing,
    /// What came as a whole: one message, or a batch.
    Whole(VecDeque<Message>),
    /// A stream of events over HTTP.
    Stream(Box<Stream>),
    /// What a child sends for one request.
    Channel(mpsc::Receiver<Result<Event, Failure>>),
    /// What a child says unasked.
    Unasked(Arc<Unasked>),
}

pub(super) struct Stream {
    body: Incoming,
    reader: sse::Reader,
    frames: VecDeque<sse::Frame>,
    /// What came in one frame, as far as it was not asked for yet.
    events: VecDeque<Event>,
    ledger: Arc<Ledger>,
    /// The request whose stream this is; no other request is answered on it.
    number: Option<u64>,
    form: Form,
    limit: usize,
}

/// What a text of the server may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One message.
    Single,
    /// One message, or an array of them: one revision has that.
    Batch,
}

impl Reply {
    /// The next event; `None` after the last. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Event, Failure>> {
        match &mut self.source {
            Source::Nothing => None,
            Source::Whole(messages) => messages.pop_front().map(|message| Ok(Event::of(message))),
            Source::Stream(stream) => stream.next().await,
            Source::Channel(channel) => channel.recv().await,
            Source::Unasked(unasked) => unasked.next().await.map(|message| Ok(Event::of(message))),
        }
    }

    /// Whether the server streams: then every event is passed on as it comes. A program always does; the modern era
    /// leaves it to whoever answers, and there its first message decides.
    pub fn is_stream(&self, era: Era) -> bool {
        match &self.source {
            Source::Stream(_) | Source::Unasked(_) => true,
            Source::Channel(_) => era == Era::Legacy,
            Source::Whole(messages) => messages.len() > 1,
            Source::Nothing => false,
        }
    }

    /// The number of the request, for what the server asks on its behalf.
    pub fn number(&self) -> Option<u64> {
        self.ticket.as_ref().map(Ticket::number)
    }

    /// Whether the server waits for an answer of the client: then a call's time does not run.
    pub fn waits_for_client(&self) -> bool {
        self.ticket.as_ref().is_some_and(Ticket::waits_for_client)
    }

    /// The answer has come, or the rest is left for the client to ask for.
    pub fn settle(self) {
        if let Some(ticket) = self.ticket {
            ticket.settle();
        }
    }

    /// The HTTP status with which the server refused the request, if it did.
    pub fn status(&self) -> Option<u16> {
        self.status
    }
}

impl Event {
    /// An event that carries a message and nothing else.
    pub fn of(message: Message) -> Self {
        Self { message: Some(message), ..Self::default() }
    }
}

impl Stream {
    pub(super) fn new(body: Incoming, ledger: Arc<Ledger>, number: Option<u64>, form: Form, limit: usize) -> Self {
        let reader = sse::Reader::new(limit);
        Self { body, reader, frames: VecDeque::new(), events: VecDeque::new(), ledger, number, form, limit }
    }

    async fn next(&mut self) -> Option<Result<Event, Failure>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            if let Some(frame) = self.frames.pop_front() {
                match self.open(frame) {
                    Ok(events) => self.events = events,
                    Err(failure) => return Some(Err(failure)),
                }
                continue;
            }
            let data: Bytes = match self.body.frame().await? {
                Ok(frame) => frame.into_data().unwrap_or_default(),
                Err(error) => return Some(Err(Failure::Unreachable(error.into()))),
            };
            match self.reader.feed(&data) {
                Ok(frames) => self.frames.extend(frames),
                Err(sse::Fault::TooLong) => return Some(Err(Failure::TooLarge(self.limit))),
                Err(fault @ sse::Fault::NotUtf8) => return Some(Err(Failure::Garbage(fault.to_string()))),
            }
        }
    }

    fn open(&self, mut frame: sse::Frame) -> Result<VecDeque<Event>, Failure> {
        // An empty `data` primes the client and is passed on; an event of a kind that MCP does not know is not.
        let data = match frame.data.take() {
            Some(data) if data.is_empty() => {
                frame.data = Some(data);
                return Ok([Event { frame, ..Event::default() }].into());
            }
            Some(data) if frame.event.as_deref().is_none_or(|event| event == "message") => data,
            _ => return Ok([Event { frame, ..Event::default() }].into()),
        };
        let foreign = |message: &Message, owner| {
            matches!(message, Message::Answer(_)) && self.number.is_some() && owner != self.number
        };
        let own = |message| {
            let message = self.ledger.inbound(message);
            let message = message.filter(|(message, owner)| !foreign(message, *owner));
            let answers = message.as_ref().and_then(|(_, owner)| *owner).filter(|_| self.number.is_none());
            Event { message: message.map(|(message, _)| message), answers, ..Event::default() }
        };
        let messages = read(data.as_bytes(), self.form, self.limit)?;
        let mut events: VecDeque<Event> = messages.into_iter().map(own).collect();
        // Of several the last one moves the stream on: whoever comes back for the rest misses none.
        if let Some(last) = events.back_mut() {
            last.frame = frame;
        }
        Ok(events)
    }
}

impl Form {
    /// What a server may send that agreed on this version.
    pub(super) fn agreed_on(version: Option<&str>) -> Self {
        if version == Some(BATCHING) { Self::Batch } else { Self::Single }
    }
}

/// Reads what a server sent, one message at least. Of a batch the answers come last, because with its answer a request is
/// over.
pub(super) fn read(bytes: &[u8], form: Form, limit: usize) -> Result<VecDeque<Message>, Failure> {
    let value = scan(bytes, &Limits::reply(limit)).map_err(|fault| Failure::Garbage(fault.to_string()))?;
    let elements = match value {
        Value::Array(elements) if form == Form::Batch => elements,
        value => vec![value],
    };
    let messages: Result<Vec<Message>, _> = elements.into_iter().map(Message::read).collect();
    let messages = messages.map_err(|fault| Failure::Garbage(fault.to_string()))?;
    if messages.is_empty() {
        return Err(Failure::Garbage("the batch is empty".to_owned()));
    }
    let (answers, others): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| matches!(message, Message::Answer(_)));
    Ok(others.into_iter().chain(answers).collect())
}
