//! An HTTP client that sends what it is told, however wrong, and shows what comes back.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::net::TcpStream;

use crate::sse::{self, Frame};
use crate::wait::within;
use crate::wire::{Head, Wire};

/// A request, written as it will go out.
#[derive(Clone, Debug)]
pub struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A whole response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The status line and the header lines.
    pub head: Head,
    /// The body.
    pub body: Vec<u8>,
}

/// A connection to the gateway.
pub struct Connection {
    wire: Wire,
}

/// A response that is read event by event.
pub struct Events {
    /// The status line and the header lines.
    pub head: Head,
    wire: Wire,
    reader: sse::Reader,
    frames: std::collections::VecDeque<Frame>,
}

impl Request {
    /// A request of this method for this path, with a `Host` and nothing else.
    pub fn new(method: &str, path: &str) -> Self {
        let host = ("Host".to_owned(), "127.0.0.1".to_owned());
        Self { line: format!("{method} {path} HTTP/1.1"), headers: vec![host], body: Vec::new() }
    }

    /// Replaces the whole first line.
    #[must_use]
    pub fn line(self, line: impl Into<String>) -> Self {
        Self { line: line.into(), ..self }
    }

    /// Adds a header, beside another of its name.
    #[must_use]
    pub fn also(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).also(name, value)
    }

    /// Takes a header out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Sets the body. Its length is announced unless a header says how it comes.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The head, up to and with its blank line.
    pub fn head_bytes(&self) -> Vec<u8> {
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let framed = ["content-length", "transfer-encoding"]
            .iter()
            .any(|framing| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(framing)));
        if !framed && !self.body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// All of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.head_bytes(), self.body.clone()].concat()
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = within("a connection", TcpStream::connect(address)).await.expect("the gateway listens");
        Self { wire: Wire::new(stream) }
    }

    /// Sends bytes as they are. A gateway that has closed already is no fault: its answer may be there to be read.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _closed = within("room to send", self.wire.send(bytes)).await;
    }

    /// Sends nothing more, but reads on.
    pub async fn half_close(&mut self) {
        let _closed = self.wire.half_close().await;
    }

    /// Waits until the gateway has read a head with `Expect: 100-continue` and asks for the body.
    pub async fn until_asked_for_body(&mut self) {
        let head = within("a word to go on", self.wire.head()).await.expect("the gateway closed");
        assert_eq!(status_of(&head), 100, "{}", String::from_utf8_lossy(&head.raw));
    }

    /// The next response, whole; `None` where the gateway closes without one.
    pub async fn try_response(&mut self) -> Option<Response> {
        within("a response", async {
            let head = self.wire.head().await?;
            let body = self.wire.body(&head).await;
            Some(Response { status: status_of(&head), head, body })
        })
        .await
    }

    /// The next response, whole.
    pub async fn response(&mut self) -> Response {
        self.try_response().await.expect("the gateway closed without a response")
    }

    /// The next response, event by event.
    pub async fn events(mut self) -> Events {
        let head = within("the head of a stream", self.wire.head()).await.expect("the gateway closed");
        assert_eq!(status_of(&head), 200, "{}", String::from_utf8_lossy(&head.raw));
        assert_eq!(head.get("content-type"), Some("text/event-stream"));
        Events { head, wire: self.wire, reader: sse::Reader::default(), frames: std::collections::VecDeque::new() }
    }

    /// Reads, without a deadline, until this has come, and yields all that came.
    pub async fn until(&mut self, part: &str) -> String {
        self.wire.until(part.as_bytes()).await
    }

    /// Waits until the gateway closes, and yields what came before.
    pub async fn closed(&mut self) -> Vec<u8> {
        within("the gateway to close", self.wire.rest()).await
    }
}

impl Response {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.get(name)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    /// The frames of a body that is a stream of events.
    pub fn frames(&self) -> Vec<Frame> {
        sse::Reader::default().feed(&self.body)
    }

    /// The messages that came, in a stream or alone.
    pub fn messages(&self) -> Vec<Value> {
        if self.header("content-type") == Some("text/event-stream") {
            return self.frames().iter().filter_map(Frame::message).collect();
        }
        vec![self.json()]
    }

    /// The answer: the last message that came.
    pub fn answer(&self) -> Value {
        self.messages().pop().expect("no message came")
    }

    /// The code of the JSON-RPC error in it.
    pub fn code(&self) -> Option<i64> {
        self.answer()["error"]["code"].as_i64()
    }
}

impl Events {
    /// The next frame; `None` after the last.
    pub async fn next(&mut self) -> Option<Frame> {
        within("an event", async {
            while self.frames.is_empty() {
                let chunk = self.wire.chunk().await?;
                self.frames.extend(self.reader.feed(&chunk));
            }
            self.frames.pop_front()
        })
        .await
    }

    /// The next message; frames without one are passed over.
    pub async fn message(&mut self) -> Value {
        loop {
            let frame = self.next().await.expect("the stream ended");
            if let Some(message) = frame.message() {
                return message;
            }
        }
    }

    /// Reads to the end.
    pub async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

fn status_of(head: &Head) -> u16 {
    let status = head.first.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status line: {}", head.first))
}
