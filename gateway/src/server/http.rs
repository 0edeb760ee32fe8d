//! Streamable HTTP, of every revision: from a request's first header to the answer.

mod response;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::call::{Refusal, ServerName};
use crate::gate::{Asked, Gate, Party, Passage, Passed};
use crate::identity::Tokens;
use crate::json::Value;
use crate::listener::Guard;
use crate::mcp::sse::Frame;
use crate::mcp::{self, Answer, Era, Message, code, header, method};
use crate::upstreams::{Event, Failure};

use super::agreement::{self, Disagreement};
use super::answer::Question;
use super::batch;
use super::body::{Events, KEEP_ALIVE, Reply};
use super::sessions::{Full, Sessions};

use response::{
    accepted, answered, empty, fault, json, method_not_allowed, not_found, refused, resource_metadata,
    session_not_found, stream, unauthorized, version_mismatch,
};
use visit::{Visit, accepts, check_framing, read_body};

/// What the door needs to know.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Who is known.
    pub tokens: Tokens,
    /// For which hosts, from which pages.
    pub guard: Guard,
    /// How long a request's body may take to arrive.
    pub body_time: Duration,
}

/// The door for agents over HTTP.
pub struct Door {
    gate: Arc<Gate>,
    config: ArcSwap<Config>,
    sessions: Sessions,
    stop: CancellationToken,
}

impl Door {
    /// A door in front of a gate. Streams on which nothing is owed end with `stop`.
    pub fn new(gate: Arc<Gate>, config: Config, stop: CancellationToken) -> Self {
        Self { gate, config: ArcSwap::from_pointee(config), sessions: Sessions::default(), stop }
    }

    /// Goes on under another configuration.
    pub fn configure(&self, config: Config) {
        self.config.store(Arc::new(config));
    }

    /// Answers one HTTP request.
    pub async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Reply> {
        match self.enter(request).await {
            Ok(response) | Err(response) => response,
        }
    }

    /// Closes sessions that have ended or been idle for too long, and says so to their servers.
    pub fn reap(&self) {
        for party in self.sessions.reap() {
            self.gate.farewell(&party);
        }
        self.gate.reap();
    }

    /// Closes every session.
    pub fn close(&self) {
        for party in self.sessions.clear() {
            self.gate.farewell(&party);
        }
    }

    /// How many sessions a server has.
    pub fn sessions(&self, server: &ServerName) -> u64 {
        self.sessions.count(server)
    }

    async fn enter(&self, request: Request<Incoming>) -> Result<Response<Reply>, Response<Reply>> {
        let config = self.config.load_full();
        // A request line may name a host too, and then it is that one which counts for other readers.
        let named = request.uri().authority().is_none_or(|named| config.guard.admits_host(named.as_str()));
        if !named || !config.guard.admits(request.headers()) {
            return Err(fault(StatusCode::FORBIDDEN, code::INVALID_REQUEST, "this Host or Origin may not come here"));
        }
        let path = request.uri().path();
        if let Some(resource) = path.strip_prefix("/.well-known/oauth-protected-resource")
            && (resource.is_empty() || resource.starts_with("/mcp/"))
        {
            return Ok(resource_metadata(request.headers(), resource));
        }
        let Some(server) = path.strip_prefix("/mcp/").filter(|name| !name.is_empty()) else { return Err(not_found()) };
        let server = ServerName::new(server);
        check_framing(&request)?;
        let authorization = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let caller = config.tokens.identify(authorization).map_err(|_| unauthorized(request.headers(), &server))?;
        let seat = self.gate.seat(&caller, &server).ok_or_else(not_found)?;
        let (parts, body) = request.into_parts();
        let visit = Visit { caller, seat, headers: parts.headers };
        match parts.method {
            Method::POST => self.post(&visit, body, config.body_time).await,
            Method::GET if visit.era() == Era::Legacy => self.listen(&visit).await,
            Method::DELETE if visit.era() == Era::Legacy => self.delete(&visit).await,
            _ if visit.era() == Era::Modern => Err(method_not_allowed("POST")),
            _ => Err(method_not_allowed("GET, POST, DELETE")),
        }
    }

    async fn post(&self, visit: &Visit, body: Incoming, time: Duration) -> Result<Response<Reply>, Response<Reply>> {
        visit.check_content()?;
        let value = read_body(body, visit.seat.server().config().limits.body, time).await?;
        let era = visit.era();
        let value = match value {
            Value::Array(elements) if era == Era::Legacy => return self.batch(visit, elements).await,
            value => value,
        };
        let message = Message::read(value).map_err(|malformed| {
            let status = if era == Era::Modern { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            json(status, &Answer::error(malformed.id, code::INVALID_REQUEST, &malformed.reason, None))
        })?;
        match (era, message) {
            (Era::Modern, Message::Request(request)) => self.modern(visit, request).await,
            (Era::Modern, Message::Notification(notification)) => self.modern_notification(visit, notification).await,
            (Era::Modern, Message::Answer(_)) => {
                Err(fault(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "an answer cannot be posted"))
            }
            (Era::Legacy, Message::Request(request)) if is_modern(&request) => Err(version_mismatch(request.id)),
            (Era::Legacy, Message::Request(request)) if request.method == method::INITIALIZE => {
                self.initialize(visit, request).await
            }
            (Era::Legacy, message) => {
                let (id, party) = self.session(visit)?;
                self.legacy(&id, party, message).await
            }
        }
    }

    async fn modern(&self, visit: &Visit, request: mcp::Request) -> Result<Response<Reply>, Response<Reply>> {
        let disagrees = |fault: Disagreement| {
            let answer = Answer::error(Some(request.id.clone()), fault.code, &fault.message, fault.data);
            json(StatusCode::from_u16(code::modern_status(fault.code)).unwrap_or(StatusCode::BAD_REQUEST), &answer)
        };
        agreement::check(&request, &visit.headers).map_err(disagrees)?;
        let question = Question::of(&request, Era::Modern);
        let link = match self.gate.link(&visit.seat) {
            Ok(link) => link,
            Err(failure) => return Ok(json(StatusCode::OK, &question.failed(&failure))),
        };
        let party = Party::new(Arc::clone(&visit.seat), link, Era::Modern);
        let listens = request.method == method::LISTEN;
        let asked = Asked { party, request, mirrored: Some(visit.mirrored()) };
        let passage = self.gate.request(asked);
        Ok(self.answer(passage, question, listens).await)
    }

    async fn modern_notification(
        &self,
        visit: &Visit,
        notification: mcp::Notification,
    ) -> Result<Response<Reply>, Response<Reply>> {
        let version = visit.text(header::PROTOCOL_VERSION).unwrap_or_default();
        if !mcp::MODERN.contains(&version) {
            let fault = agreement::unsupported(version);
            let answer = Answer::error(None, fault.code, &fault.message, fault.data);
            return Err(json(StatusCode::BAD_REQUEST, &answer));
        }
        // A modern client takes a request back by closing its stream; an id alone could be another client's.
        if notification.method != method::CANCELLED
            && let Ok(link) = self.gate.link(&visit.seat)
        {
            let party = Party::new(Arc::clone(&visit.seat), link, Era::Modern);
            log_failure(self.gate.notify(&party, notification).await);
        }
        Ok(accepted())
    }

    /// Opens a session. It is there from the start, so that the limit holds, and goes again if the handshake fails.
    async fn initialize(&self, visit: &Visit, request: mcp::Request) -> Result<Response<Reply>, Response<Reply>> {
        let question = Question::of(&request, Era::Legacy);
        let server = visit.seat.server();
        let refused = |reason: String| json(StatusCode::OK, &question.refused(&Refusal::unavailable(reason)));
        if !self.sessions.has_room(server.name(), server.config().limits.sessions) {
            return Ok(refused(Full::TooMany.to_string()));
        }
        let link = match self.gate.open(&visit.seat) {
            Ok(link) => link,
            Err(failure) => return Ok(json(StatusCode::OK, &question.failed(&failure))),
        };
        let party = Party::new(Arc::clone(&visit.seat), link, Era::Legacy);
        let id = match self.sessions.open(&party) {
            Ok(id) => id,
            Err(full) => {
                party.link.close();
                return Ok(refused(full.to_string()));
            }
        };
        let mut passage = self.gate.request(Asked { party, request, mirrored: None });
        let mut beginning = begin(&mut passage).await;
        if beginning.taken && beginning.first.is_none() {
            // A stream: its first event is waited for all the same, since it tells whether there is a session.
            beginning.first = next(&mut passage).await;
        }
        let agreed = match &beginning.first {
            Some(Passed::Event(Event { message: Some(Message::Answer(answer)), .. })) => answer.members().is_some(),
            _ => beginning.taken,
        };
        let mut response = self.respond(beginning, passage, question, false);
        if !agreed {
            self.forget(&id);
        } else if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(header::SESSION_ID, id);
        }
        Ok(response)
    }

    async fn legacy(&self, id: &str, party: Party, message: Message) -> Result<Response<Reply>, Response<Reply>> {
        match message {
            Message::Request(request) => {
                let question = Question::of(&request, Era::Legacy);
                let asked = Asked { party: party.clone(), request, mirrored: None };
                let passage = self.gate.request(asked);
                let response = self.answer(passage, question, false).await;
                if response.status() == StatusCode::NOT_FOUND {
                    self.forget(id);
                }
                Ok(response)
            }
            Message::Notification(notification) => match self.gate.notify(&party, notification).await {
                Err(Failure::SessionLost) => Err(self.lost(id)),
                done => {
                    log_failure(done);
                    Ok(accepted())
                }
            },
            Message::Answer(answer) => match self.gate.answer(&party, answer).await {
                Err(Failure::SessionLost) => Err(self.lost(id)),
                done => {
                    log_failure(done);
                    Ok(accepted())
                }
            },
        }
    }

    /// A batch is taken apart, and every element judged by itself. The answers come on one stream.
    async fn batch(&self, visit: &Visit, elements: Vec<Value>) -> Result<Response<Reply>, Response<Reply>> {
        let bad = |text: &str| fault(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, text);
        let (id, party) = self.session(visit)?;
        batch::check(elements.len(), party.link.version()).map_err(bad)?;
        let mut messages = Vec::with_capacity(elements.len());
        for element in elements {
            match Message::read(element) {
                Ok(Message::Request(request)) if request.method == method::INITIALIZE => {
                    return Err(bad("`initialize` cannot be part of a batch"));
                }
                Ok(Message::Request(request)) if is_modern(&request) => return Err(version_mismatch(request.id)),
                Ok(message) => messages.push(message),
                Err(malformed) => return Err(bad(&malformed.reason)),
            }
        }
        let mut passages = Vec::new();
        for message in messages {
            match message {
                Message::Request(request) => {
                    let question = Question::of(&request, Era::Legacy);
                    let asked = Asked { party: party.clone(), request, mirrored: None };
                    passages.push((self.gate.request(asked), Some(question)));
                }
                other => {
                    self.legacy(&id, party.clone(), other).await?;
                }
            }
        }
        if passages.is_empty() {
            return Ok(accepted());
        }
        Ok(stream(Events::merge(passages)))
    }

    async fn listen(&self, visit: &Visit) -> Result<Response<Reply>, Response<Reply>> {
        if !accepts(&visit.headers, &["text/event-stream"]) {
            return Err(fault(StatusCode::NOT_ACCEPTABLE, code::INVALID_REQUEST, "accept text/event-stream"));
        }
        let (id, party) = self.session(visit)?;
        let last_event = visit.text(header::LAST_EVENT_ID).map(str::to_owned);
        match self.gate.listen(party, last_event).await {
            Ok(passage) => Ok(stream(Events::new(passage, None).until(self.stop.clone().cancelled_owned()))),
            Err(Failure::SessionLost) => Err(self.lost(&id)),
            Err(Failure::Status(404 | 405)) => Err(method_not_allowed("POST, DELETE")),
            Err(failure) => {
                tracing::warn!(%failure, "a stream could not be opened");
                Err(fault(StatusCode::BAD_GATEWAY, code::INTERNAL_ERROR, &failure.to_string()))
            }
        }
    }

    async fn delete(&self, visit: &Visit) -> Result<Response<Reply>, Response<Reply>> {
        let (id, party) = self.session(visit)?;
        self.sessions.close(&id);
        self.gate.farewell(&party);
        Ok(empty(StatusCode::OK))
    }

    /// The session that a request names.
    fn session(&self, visit: &Visit) -> Result<(String, Party), Response<Reply>> {
        let Some(id) = visit.text(header::SESSION_ID) else {
            let text = "Bad Request: the header Mcp-Session-Id is missing; begin with `initialize`";
            return Err(fault(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, text));
        };
        let found = self.sessions.find(id, &visit.caller, visit.seat.server().name());
        found.map(|party| (id.to_owned(), party)).ok_or_else(session_not_found)
    }

    fn lost(&self, id: &str) -> Response<Reply> {
        self.forget(id);
        session_not_found()
    }

    fn forget(&self, id: &str) {
        if let Some(party) = self.sessions.close(id) {
            party.link.close();
        }
    }

    async fn answer(&self, mut passage: Passage, question: Question, listens: bool) -> Response<Reply> {
        let beginning = begin(&mut passage).await;
        self.respond(beginning, passage, question, listens)
    }

    /// Answers as the server does: with JSON where the answer comes first, with a stream where something comes before
    /// it or nothing comes for a while.
    fn respond(&self, beginning: Beginning, passage: Passage, question: Question, listens: bool) -> Response<Reply> {
        let Beginning { status, first, .. } = beginning;
        match first {
            Some(Passed::Event(Event { message: Some(Message::Answer(answer)), frame, .. }))
                if frame == Frame::default() =>
            {
                answered(&question, &answer, status)
            }
            Some(Passed::Refused(refusal)) => refused(&question, &refusal),
            Some(Passed::Failed(Failure::SessionLost)) if question.era == Era::Legacy => session_not_found(),
            Some(Passed::Failed(failure)) => json(StatusCode::OK, &question.failed(&failure)),
            first => {
                let events = Events::new(passage, Some(question)).beginning_with(first);
                stream(if listens { events.until(self.stop.clone().cancelled_owned()) } else { events })
            }
        }
    }
}
/// How an answer begins.
struct Beginning {
    /// Whether the server took the request.
    taken: bool,
    /// The HTTP status with which it refused.
    status: Option<u16>,
    /// What was let through first; `None` if the answer is a stream.
    first: Option<Passed>,
}

async fn begin(passage: &mut Passage) -> Beginning {
    match next(passage).await {
        Some(Passed::Opened { stream: true, .. }) => Beginning { taken: true, status: None, first: None },
        Some(Passed::Opened { stream: false, status }) => {
            Beginning { taken: status.is_none(), status, first: next(passage).await }
        }
        first => Beginning { taken: first.is_none(), status: None, first },
    }
}

/// What comes next, if it comes before the agent must be told that something will.
async fn next(passage: &mut Passage) -> Option<Passed> {
    match timeout(KEEP_ALIVE, passage.recv()).await {
        Ok(passed) => Some(passed.map_or(Passed::Failed(Failure::Ended), |passed| *passed)),
        Err(_) => None,
    }
}
fn log_failure(done: Result<(), Failure>) {
    if let Err(failure) = done {
        tracing::warn!(%failure, "a notification was not delivered");
    }
}
fn is_modern(request: &mcp::Request) -> bool {
    request.params.as_ref().is_some_and(|params| mcp::meta::version(params).is_some())
}
