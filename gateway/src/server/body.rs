//! Response bodies: whole, or a stream of events that stays awake.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::gate::{Passage, Passed};
use crate::mcp::{Answer, Message, sse};
use crate::upstreams::Event;

use super::answer::Question;

/// How often a stream without events says that it is still there.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The body of a response.
pub enum Reply {
    /// All of it.
    Whole(Option<Bytes>),
    /// Events as they come.
    Events(Box<Events>),
}

/// Events of one or several requests, as they come.
pub struct Events {
    /// What was let through before the stream was begun.
    first: Option<Passed>,
    passages: Vec<(Passage, Option<Question>)>,
    alive: Interval,
    stop: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Events {
    /// A stream of what the gate lets through for one request, or with no question of what a server says unasked.
    pub(super) fn new(passage: Passage, question: Option<Question>) -> Self {
        Self::merge(vec![(passage, question)])
    }

    /// A stream of several, each in its own order.
    pub(super) fn merge(passages: Vec<(Passage, Option<Question>)>) -> Self {
        let mut alive = interval(KEEP_ALIVE);
        alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        alive.reset();
        Self { first: None, passages, alive, stop: None }
    }

    /// Begins with what has come already.
    pub(super) fn beginning_with(self, first: Option<Passed>) -> Self {
        Self { first, ..self }
    }

    /// Ends the stream when the gateway stops: nothing is owed on it.
    pub(super) fn until(self, stop: WaitForCancellationFutureOwned) -> Self {
        Self { stop: Some(Box::pin(stop)), ..self }
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(stop) = &mut self.stop
            && stop.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(None);
        }
        if let Some(first) = self.first.take() {
            let question = self.passages.first().and_then(|(_, question)| question.as_ref());
            if let Some(bytes) = bytes_of(first, question) {
                return Poll::Ready(Some(bytes));
            }
        }
        let mut place = 0;
        while let Some((passage, question)) = self.passages.get_mut(place) {
            match passage.poll_recv(cx) {
                Poll::Ready(Some(passed)) => {
                    if let Some(bytes) = bytes_of(*passed, question.as_ref()) {
                        self.alive.reset();
                        return Poll::Ready(Some(bytes));
                    }
                }
                Poll::Ready(None) => drop(self.passages.swap_remove(place)),
                Poll::Pending => place += 1,
            }
        }
        if self.passages.is_empty() {
            return Poll::Ready(None);
        }
        match self.alive.poll_tick(cx) {
            Poll::Ready(_) => Poll::Ready(Some(sse::Frame::keep_alive().to_bytes().into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Events(events) => events.next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self {
            Self::Whole(bytes) => {
                hyper::body::SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Events(_) => hyper::body::SizeHint::default(),
        }
    }
}

fn bytes_of(passed: Passed, question: Option<&Question>) -> Option<Bytes> {
    let event = match (passed, question) {
        (Passed::Opened { .. } | Passed::Withdrawn, _) => return None,
        (Passed::Event(event), _) => event,
        (Passed::Refused(refusal), Some(question)) => event_of(question.refused(&refusal)),
        (Passed::Failed(failure), Some(question)) => event_of(question.failed(&failure)),
        (Passed::Refused(_) | Passed::Failed(_), None) => return None,
    };
    let Event { mut frame, message, .. } = event;
    if let Some(message) = message {
        // Canonical JSON is text: it is written from strings.
        frame.data = String::from_utf8(message.to_bytes()).ok();
        frame.event.get_or_insert_with(|| "message".to_owned());
    }
    (frame != sse::Frame::default()).then(|| frame.to_bytes().into())
}

fn event_of(answer: Answer) -> Event {
    Event::of(Message::Answer(answer))
}
