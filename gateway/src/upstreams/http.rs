//! A conversation with a Streamable HTTP endpoint. Every request is built from scratch: nothing of the agent's headers
//! goes on.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::mcp::{Message, header};

use super::Failure;
use super::ledger::{Ledger, Ticket};
use super::reply::{self, Form, Reply, Source, Stream};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// How connections are made: TLS where the URL says so.
pub type Connector = HttpsConnector<HttpConnector>;

/// A connector that trusts what the operating system trusts.
pub fn connector() -> Result<Connector, rustls::Error> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    let tls = hyper_rustls::HttpsConnectorBuilder::new().try_with_platform_verifier()?;
    Ok(tls.https_or_http().enable_http1().wrap_connector(tcp))
}

pub(super) struct Conversation {
    /// One pool of connections for each conversation: what a server sends too much on a connection can never be taken
    /// for an answer to another caller.
    client: Client<Connector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    session: OnceLock<HeaderValue>,
    version: OnceLock<HeaderValue>,
    limit: usize,
}

impl Conversation {
    pub(super) fn new(connector: Connector, uri: Uri, headers: HeaderMap, limit: usize) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // A tool call is never sent twice.
            .retry_canceled_requests(false)
            .build(connector);
        Self { client, uri, headers, session: OnceLock::new(), version: OnceLock::new(), limit }
    }

    /// From now on requests say this version, as the handshake agreed.
    pub(super) fn agree_on(&self, version: &str) {
        if let Ok(version) = HeaderValue::from_str(version) {
            let _first_wins = self.version.set(version);
        }
    }

    /// Posts the handshake's request; the session that the answer names is the conversation's from now on.
    pub(super) async fn greet(&self, body: Vec<u8>, ticket: Ticket, ledger: &Arc<Ledger>) -> Result<Reply, Failure> {
        let response = self.deliver(body, Vec::new()).await?;
        if let Some(session) = response.headers().get(header::SESSION_ID) {
            let _first_wins = self.session.set(session.clone());
        }
        self.reply(response, ticket, ledger).await
    }

    /// Posts a request.
    pub(super) async fn ask(
        &self,
        body: Vec<u8>,
        own_headers: Vec<(HeaderName, HeaderValue)>,
        ticket: Ticket,
        ledger: &Arc<Ledger>,
    ) -> Result<Reply, Failure> {
        let response = self.deliver(body, own_headers).await?;
        self.reply(response, ticket, ledger).await
    }

    /// Posts what is owed no answer.
    pub(super) async fn tell(&self, body: Vec<u8>, own_headers: Vec<(HeaderName, HeaderValue)>) -> Result<(), Failure> {
        match self.deliver(body, own_headers).await?.status() {
            StatusCode::NOT_FOUND if self.session.get().is_some() => Err(Failure::SessionLost),
            status if status.is_success() => Ok(()),
            status => Err(Failure::Status(status.as_u16())),
        }
    }

    async fn deliver(
        &self,
        body: Vec<u8>,
        own_headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = self.request(Method::POST, Full::new(body.into()));
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        for (name, value) in own_headers {
            request.headers_mut().insert(name, value);
        }
        self.send(request).await
    }

    async fn reply(
        &self,
        response: Response<Incoming>,
        ticket: Ticket,
        ledger: &Arc<Ledger>,
    ) -> Result<Reply, Failure> {
        let status = response.status();
        if status == StatusCode::NOT_FOUND && self.session.get().is_some() {
            return Err(Failure::SessionLost);
        }
        let refused = (!status.is_success()).then_some(status.as_u16());
        let source = match content_type(&response) {
            Some("text/event-stream") if refused.is_none() => {
                let number = Some(ticket.number());
                Source::Stream(Box::new(self.stream(response, ledger, number)))
            }
            Some("application/json") => {
                let bytes = self.collect(response).await?;
                self.answer(&bytes, ticket.number(), refused, ledger)?
            }
            _ => return Err(Failure::Status(status.as_u16())),
        };
        Ok(Reply { ticket: Some(ticket), status: refused, source })
    }

    /// Opens the stream of what the server says unasked, or goes on with one that broke off.
    pub(super) async fn listen(&self, last_event: Option<&str>, ledger: &Arc<Ledger>) -> Result<Reply, Failure> {
        let mut request = self.request(Method::GET, Full::default());
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(id) = last_event.and_then(|id| HeaderValue::from_str(id).ok()) {
            request.headers_mut().insert(header::LAST_EVENT_ID, id);
        }
        let response = self.send(request).await?;
        match (response.status(), content_type(&response)) {
            (StatusCode::OK, Some("text/event-stream")) => {
                let stream = Box::new(self.stream(response, ledger, None));
                Ok(Reply { ticket: None, status: None, source: Source::Stream(stream) })
            }
            // Servers without this stream answer 404 as well as 405; whether the session is lost, a request will tell.
            (status, _) => Err(Failure::Status(status.as_u16())),
        }
    }

    /// Ends the session, where there is one.
    pub(super) async fn farewell(&self) -> Result<(), Failure> {
        if self.session.get().is_some() {
            self.send(self.request(Method::DELETE, Full::default())).await?;
        }
        Ok(())
    }

    fn stream(&self, response: Response<Incoming>, ledger: &Arc<Ledger>, number: Option<u64>) -> Stream {
        Stream::new(response.into_body(), Arc::clone(ledger), number, self.form(), self.limit)
    }

    fn form(&self) -> Form {
        Form::agreed_on(self.version.get().and_then(|version| version.to_str().ok()))
    }

    fn request(&self, method: Method, body: Full<Bytes>) -> Request<Full<Bytes>> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        for (name, value) in [(header::SESSION_ID, &self.session), (header::PROTOCOL_VERSION, &self.version)] {
            if let Some(value) = value.get() {
                request.headers_mut().insert(name, value.clone());
            }
        }
        request
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failure> {
        self.client.request(request).await.map_err(|error| match error.is_connect() {
            true => Failure::Unconnected(error.into()),
            false => Failure::Unreachable(error.into()),
        })
    }

    async fn collect(&self, response: Response<Incoming>) -> Result<Bytes, Failure> {
        match Limited::new(response.into_body(), self.limit).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Failure::TooLarge(self.limit)),
            Err(error) => Err(Failure::Unreachable(error)),
        }
    }

    /// The message of a JSON answer, or the messages of a batch, of which one is the answer. A refusal may leave out the
    /// id: it is about this request all the same.
    fn answer(&self, bytes: &[u8], number: u64, refused: Option<u16>, ledger: &Ledger) -> Result<Source, Failure> {
        let form = if refused.is_some() { Form::Single } else { self.form() };
        let mut messages = match (reply::read(bytes, form, self.limit), refused) {
            (Ok(messages), _) => messages,
            (Err(_), Some(status)) => return Err(Failure::Status(status)),
            (Err(failure), None) => return Err(failure),
        };
        if let (Some(Message::Answer(answer)), Some(_)) = (messages.back_mut(), refused) {
            answer.id = Some(number.into());
        }
        let is_other = |message: &Message, owner| matches!(message, Message::Answer(_)) && owner != Some(number);
        let own = messages.into_iter().filter_map(|message| ledger.inbound(message));
        let own = own.filter(|(message, owner)| !is_other(message, *owner)).map(|(message, _)| message);
        let own: VecDeque<Message> = own.collect();
        match own.back() {
            Some(Message::Answer(_)) => Ok(Source::Whole(own)),
            _ => Err(Failure::Garbage("the answer is for another request".to_owned())),
        }
    }
}

fn content_type(response: &Response<Incoming>) -> Option<&str> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}
