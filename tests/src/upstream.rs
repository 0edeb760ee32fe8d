//! A server over HTTP that records every byte that reached it.
//!
//! By itself it answers as [`world`] does. A test that wants to play the server takes a method over, and then answers
//! each such request by hand, with whatever bytes it likes.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::wait::{until, within};
use crate::wire::{Head, Wire};
use crate::world;

/// A server that records.
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
    _accepting: JoinSet<()>,
}

/// A request as it reached the server.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its first line and header lines.
    pub head: Head,
    /// Its body.
    pub body: Vec<u8>,
    /// The message in it.
    pub message: Value,
}

/// The requests that a test answers by hand.
pub struct Taken {
    exchanges: mpsc::UnboundedReceiver<Exchange>,
}

/// A request that waits for the test to answer it.
pub struct Exchange {
    /// What is asked.
    pub seen: Seen,
    wire: Wire,
    back: oneshot::Sender<Wire>,
}

/// A stream of events, as the test sends it.
pub struct Outgoing {
    wire: Wire,
}

#[derive(Default)]
struct State {
    seen: Mutex<Vec<Seen>>,
    takers: Mutex<HashMap<String, mpsc::UnboundedSender<Exchange>>>,
    sessions: Mutex<HashSet<String>>,
    opened: AtomicUsize,
}

impl Upstream {
    /// Starts a server.
    pub async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let state = Arc::new(State::default());
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(socket, Arc::clone(&state)));
        Self { address, state, _accepting: accepting }
    }

    /// Its entry in a configuration.
    pub fn server(&self) -> Value {
        json!({ "url": format!("http://{}/mcp", self.address) })
    }

    /// From now on the test answers the requests of this method. `GET` and `DELETE` stand for themselves, and `answer`
    /// for the client's answers to requests of the server.
    pub fn take(&self, method: &str) -> Taken {
        let (taker, exchanges) = mpsc::unbounded_channel();
        self.state.takers.lock().unwrap().insert(method.to_owned(), taker);
        Taken { exchanges }
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// The requests of a method so far.
    pub fn seen_of(&self, method: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.method() == method).collect()
    }

    /// Waits until so many requests of a method have come.
    pub async fn until_seen(&self, method: &str, count: usize) -> Vec<Seen> {
        let what = format!("{count} times `{method}` at the server");
        until(what, async || {
            let seen = self.seen_of(method);
            (seen.len() >= count).then_some(seen)
        })
        .await
    }

    /// Whether these bytes came, in a head or in a body.
    pub fn saw(&self, part: &str) -> bool {
        let holds = |bytes: &[u8]| bytes.windows(part.len()).any(|window| window == part.as_bytes());
        self.seen().iter().any(|seen| holds(&seen.head.raw) || holds(&seen.body))
    }

    /// Forgets its sessions, as a server does that was started anew.
    pub fn forget_sessions(&self) {
        self.state.sessions.lock().unwrap().clear();
    }

    /// How many sessions are open.
    pub fn sessions(&self) -> usize {
        self.state.sessions.lock().unwrap().len()
    }
}

impl Taken {
    /// The next request.
    pub async fn next(&mut self) -> Exchange {
        within("a request at the server", self.exchanges.recv()).await.expect("the server runs")
    }

    /// The next request, however long it takes to come; `None` when the server is gone.
    pub async fn whenever(&mut self) -> Option<Exchange> {
        self.exchanges.recv().await
    }
}

impl Seen {
    /// The method of the message, or of the HTTP request.
    pub fn method(&self) -> &str {
        let http = self.head.first.split(' ').next().unwrap_or_default();
        match (http, self.message["method"].as_str()) {
            ("POST", Some(method)) => method,
            ("POST", None) => "answer",
            (http, _) => http,
        }
    }

    /// A header that must be there once or not at all.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} came more than once");
        value
    }

    /// The bytes of `params.arguments`.
    pub fn arguments(&self) -> String {
        arguments_of(&self.body)
    }
}

/// The bytes of `params.arguments` in a message.
pub fn arguments_of(message: &[u8]) -> String {
    let part = |text: &str, name: &str| {
        let members: HashMap<String, Box<RawValue>> = serde_json::from_str(text).expect("an object");
        members.get(name).unwrap_or_else(|| panic!("no {name}")).get().to_owned()
    };
    part(&part(str::from_utf8(message).unwrap(), "params"), "arguments")
}

impl Exchange {
    /// The request's id, which is the gateway's own.
    pub fn id(&self) -> Value {
        self.seen.message["id"].clone()
    }

    /// The arguments of the tool.
    pub fn arguments(&self) -> &Value {
        &self.seen.message["params"]["arguments"]
    }

    /// Answers as the server would have by itself.
    pub async fn usual(self) {
        let answer = world::answer(&self.seen.message).unwrap();
        self.answer(answer).await;
    }

    /// Answers with a result.
    pub async fn result(self, result: Value) {
        let answer = world::respond(&self.seen.message, result);
        self.answer(answer).await;
    }

    /// Answers with a message.
    pub async fn answer(self, answer: Value) {
        self.respond("200 OK", "application/json", answer.to_string().as_bytes()).await;
    }

    /// Answers with this status, type and body.
    pub async fn respond(mut self, status: &str, kind: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        let _gone = self.wire.send(&[head.as_bytes(), body].concat()).await;
        let _gone = self.back.send(self.wire);
    }

    /// Answers with a stream of events, and with nothing more on this connection.
    pub async fn stream(mut self) -> Outgoing {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        self.raw(head.as_bytes()).await;
        Outgoing { wire: self.wire }
    }

    /// Sends bytes as they are.
    pub async fn raw(&mut self, bytes: &[u8]) {
        let _gone = self.wire.send(bytes).await;
    }

    /// Sends bytes as they are, and says whether the gateway still takes them.
    pub async fn try_raw(&mut self, bytes: &[u8]) -> bool {
        self.wire.send(bytes).await.is_ok()
    }

    /// Sends nothing more, but reads on.
    pub async fn half_close(&mut self) {
        let _gone = self.wire.half_close().await;
    }

    /// Breaks the connection off.
    pub fn reset(self) {
        self.wire.reset();
    }

    /// Waits until the gateway closes the connection.
    pub async fn closed(&mut self) {
        within("the gateway to close its connection to the server", self.wire.rest()).await;
    }
}

impl Outgoing {
    /// Sends an event with a message.
    pub async fn message(&mut self, message: &Value) {
        self.text(&format!("event: message\ndata: {message}\n\n")).await;
    }

    /// Sends bytes of the stream.
    pub async fn text(&mut self, text: &str) {
        self.try_text(text).await;
    }

    /// Sends bytes of the stream, and says whether the gateway still takes them.
    pub async fn try_text(&mut self, text: &str) -> bool {
        let chunk = format!("{:x}\r\n{text}\r\n", text.len());
        self.wire.send(chunk.as_bytes()).await.is_ok()
    }

    /// Ends the stream.
    pub async fn end(mut self) {
        let _gone = self.wire.send(b"0\r\n\r\n").await;
    }

    /// Waits until the gateway closes the connection.
    pub async fn closed(&mut self) {
        within("the gateway to close its connection to the server", self.wire.rest()).await;
    }
}

async fn accept(socket: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = socket.accept().await.expect("a connection can be accepted");
        connections.spawn(serve(stream, Arc::clone(&state)));
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let _fast = stream.set_nodelay(true);
    let mut wire = Wire::new(stream);
    while let Some(head) = wire.head().await {
        let body = wire.body(&head).await;
        let message = serde_json::from_slice(&body).unwrap_or_default();
        let seen = Seen { head, body, message };
        state.seen.lock().unwrap().push(seen.clone());
        let taker = state.takers.lock().unwrap().get(seen.method()).cloned();
        if let Some(taker) = taker {
            let (back, returned) = oneshot::channel();
            if taker.send(Exchange { seen, wire, back }).is_err() {
                return;
            }
            match returned.await {
                Ok(returned) => wire = returned,
                Err(_) => return,
            }
        } else if wire.send(&state.response(&seen)).await.is_err() {
            return;
        }
    }
}

impl State {
    /// What the server says by itself: what [`world`] says, with sessions where the era has them.
    fn response(&self, seen: &Seen) -> Vec<u8> {
        let modern = seen.header("mcp-protocol-version") == Some(world::MODERN);
        let mut sessions = self.sessions.lock().unwrap();
        let session = seen.header("mcp-session-id");
        let opens = seen.method() == "initialize";
        if !modern && !opens && !session.is_some_and(|session| sessions.contains(session)) {
            return empty("404 Not Found");
        }
        match (seen.method(), world::answer(&seen.message)) {
            ("GET", _) => empty("405 Method Not Allowed"),
            ("DELETE", _) => {
                sessions.remove(session.unwrap_or_default());
                empty("200 OK")
            }
            (_, None) => empty("202 Accepted"),
            (_, Some(answer)) => {
                let mut more = String::new();
                if opens {
                    let id = format!("upstream-{}", self.opened.fetch_add(1, Ordering::Relaxed));
                    more = format!("Mcp-Session-Id: {id}\r\n");
                    sessions.insert(id);
                }
                let unknown = modern && answer["error"]["code"] == -32601;
                let status = if unknown { "404 Not Found" } else { "200 OK" };
                let body = answer.to_string();
                let length = body.len();
                let head = "Content-Type: application/json\r\nContent-Length";
                format!("HTTP/1.1 {status}\r\n{more}{head}: {length}\r\n\r\n{body}").into_bytes()
            }
        }
    }
}

fn empty(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}
