//! One conversation with one server, on behalf of one caller.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::call::{Call, Errand, Permit};
use crate::clock::Stopwatch;
use crate::json::Object;
use crate::mcp::message::write;
use crate::mcp::{Answer, Id, MODERN, Message, Outcome, code, header, meta, method, mirror};
use crate::secret::random_number;

use super::catalog::{Catalogs, Found};
use super::http::{Connector, Conversation as Http};
use super::ledger::Ledger;
use super::reply::{Reply, Source};
use super::{Address, Failure, Server, child};

/// How long the handshake may take to agree on a version.
const HANDSHAKE: Duration = Duration::from_secs(60);

/// One conversation with one server, on behalf of one caller.
pub struct Link {
    server: Arc<Server>,
    way: Way,
    ledger: Arc<Ledger>,
    pub(super) catalogs: Catalogs,
    /// Lets one request at a time ask for a list.
    pub(super) listing: Semaphore,
    version: Arc<OnceLock<String>>,
    end: CancellationToken,
    busy: AtomicUsize,
    age: Stopwatch,
    quiet: Mutex<Stopwatch>,
}

enum Way {
    Http(Box<Http>),
    Child(child::Conversation),
}

/// A message that is to go.
struct Letter<'l> {
    method: &'l str,
    params: Option<&'l Object>,
    /// The bytes that stand in for parameters.
    splices: &'l [(&'l str, &'l [u8])],
    extra: &'l Object,
    own_headers: Vec<(HeaderName, HeaderValue)>,
}

/// Marks a link as in use for as long as it lives.
pub struct Busy<'l>(&'l Link);

/// The id under which the caller waits; `None` for a notification.
pub type Tag = Option<Id>;

impl Link {
    /// Opens a conversation; a program is started now. It ends with `end`.
    pub fn open(server: &Arc<Server>, connector: &Connector, end: CancellationToken) -> Result<Self, Failure> {
        let first = random_number().map_err(|_| Failure::Busy("conversations wait for random numbers"))?;
        let ledger = Arc::new(Ledger::after(first));
        let version = Arc::default();
        let way = match &server.config().address {
            Address::Http { uri, headers } => {
                let limit = server.config().limits.reply;
                Way::Http(Box::new(Http::new(connector.clone(), uri.clone(), headers.clone(), limit)))
            }
            Address::Child(program) => Way::Child(child::Conversation::start(
                server,
                program,
                Arc::clone(&ledger),
                Arc::clone(&version),
                end.clone(),
            )?),
        };
        Ok(Self {
            server: Arc::clone(server),
            way,
            ledger,
            catalogs: Catalogs::default(),
            listing: Semaphore::new(1),
            version,
            end,
            busy: AtomicUsize::new(0),
            age: Stopwatch::start(),
            quiet: Mutex::new(Stopwatch::start()),
        })
    }

    /// Sends the call that a Permit proves, as it was judged. Its number here is told before anything goes, so that whoever
    /// looks at the answer knows it whenever it comes.
    pub async fn forward(&self, permit: Permit, tag: Tag, told: impl FnOnce(u64)) -> Result<Reply, Failure> {
        let call = permit.redeem();
        let splices = splices_of(&call);
        let own_headers = self.modern_headers(call.method(), call.params(), call.arguments());
        let (method, params, extra) = (call.method(), call.params(), call.extra());
        self.send(Letter { method, params, splices: &splices, extra, own_headers }, tag, told).await
    }

    /// Runs an errand.
    pub async fn run(&self, errand: Errand, tag: Tag) -> Result<Reply, Failure> {
        match errand {
            Errand::Greet { method, params } => self.ask(method, params.as_ref(), tag).await,
            Errand::Ping { params } => self.ask(method::PING, params.as_ref(), tag).await,
            Errand::List { list, params } => self.ask(list.method(), params.as_ref(), tag).await,
            Errand::Initialized { params } => self.ask(method::INITIALIZED, params.as_ref(), None).await,
            Errand::RootsChanged { params } => self.ask(method::ROOTS_CHANGED, params.as_ref(), None).await,
            Errand::Progress { params } => self.ask(method::PROGRESS, Some(&params), None).await,
            Errand::Cancel { params } => {
                for params in self.ledger.cancellations(&params) {
                    self.ask(method::CANCELLED, Some(&params), None).await?;
                }
                Ok(Reply::nothing())
            }
            Errand::Answer { id, outcome } => {
                let Ok(id) = Id::try_from(&id) else { return Ok(Reply::nothing()) };
                if !self.ledger.settle_asked(&id) {
                    return Ok(Reply::nothing());
                }
                let outcome = outcome.map_or_else(Outcome::Error, Outcome::Result);
                self.answer(&Answer { id: Some(id), outcome, extra: Object::new() }).await
            }
            Errand::Decline { id, reason } => {
                self.answer(&Answer::error(Id::try_from(&id).ok(), code::DENIED, &reason, None)).await
            }
            Errand::Listen { last_event } => match &self.way {
                Way::Http(http) => http.listen(last_event.as_deref(), &self.ledger).await,
                Way::Child(child) => Ok(Reply { ticket: None, status: None, source: Source::Unasked(child.unasked()) }),
            },
            Errand::Farewell => {
                if let Way::Http(http) = &self.way {
                    http.farewell().await?;
                }
                Ok(Reply::nothing())
            }
        }
    }

    /// The handshake agreed on this version.
    pub fn agree_on(&self, version: &str) {
        let _first_wins = self.version.set(version.to_owned());
        if let Way::Http(http) = &self.way {
            http.agree_on(version);
        }
    }

    /// There will be no handshake: what does not say its version itself is of the newest.
    pub fn stand_alone(&self) {
        if let (Way::Http(http), Some(newest)) = (&self.way, MODERN.last()) {
            http.agree_on(newest);
        }
    }

    /// The version that the handshake agreed on, once it has.
    pub fn version(&self) -> Option<&str> {
        self.version.get().map(String::as_str)
    }

    /// The client is shown a request of the server, for the sake of the request `owner`: its answer will be passed on.
    pub fn ask_client(&self, id: &Id, owner: Option<u64>) {
        self.ledger.ask_client(id, owner);
    }

    /// Tells the server of the requests that nobody waits for any more.
    pub async fn tell_abandoned(&self) {
        for number in self.ledger.take_abandoned() {
            let params = Object::from([("requestId", number.into()), ("reason", "nobody waits for it".into())]);
            let _ended = self.ask(method::CANCELLED, Some(&params), None).await;
        }
    }

    /// Whether nothing more can be sent.
    pub fn has_ended(&self) -> bool {
        self.end.is_cancelled()
            || match &self.way {
                Way::Http(_) => false,
                Way::Child(child) => child.has_ended(),
            }
    }

    /// Ends the conversation without a word; a program is ended.
    pub fn close(&self) {
        self.end.cancel();
    }

    /// Resolves when the conversation has been ended from this side.
    pub fn end(&self) -> &CancellationToken {
        &self.end
    }

    /// Resolves when the conversation has ended, from either side.
    pub async fn ended(&self) {
        match &self.way {
            Way::Http(_) => self.end.cancelled().await,
            Way::Child(child) => tokio::select! {
                () = self.end.cancelled() => {}
                () = child.ended() => {}
            },
        }
    }

    /// Marks the link as in use.
    pub fn busy(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self)
    }

    /// Whether there has been no traffic for as long as the server's configuration allows.
    pub fn is_idle(&self) -> bool {
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        self.busy.load(Ordering::Relaxed) == 0 && quiet >= self.server.config().limits.idle
    }

    /// Whether the handshake should have agreed on a version by now, and has not.
    pub fn never_agreed(&self) -> bool {
        self.version.get().is_none() && self.age.elapsed() > HANDSHAKE && self.busy.load(Ordering::Relaxed) == 0
    }

    /// Notes traffic.
    pub fn touch(&self) {
        *self.quiet.lock().unwrap_or_else(PoisonError::into_inner) = Stopwatch::start();
    }

    async fn ask(&self, method: &str, params: Option<&Object>, tag: Tag) -> Result<Reply, Failure> {
        let own_headers = self.modern_headers(method, params, None);
        let letter = Letter { method, params, splices: &[], extra: &Object::new(), own_headers };
        self.send(letter, tag, |_| {}).await
    }

    async fn send(&self, letter: Letter<'_>, tag: Tag, told: impl FnOnce(u64)) -> Result<Reply, Failure> {
        let Letter { method, params, splices, extra, own_headers } = letter;
        self.touch();
        let Some(id) = tag else {
            let line = write(None, method, params, splices, extra);
            match &self.way {
                Way::Http(http) => http.tell(line, own_headers).await?,
                Way::Child(child) => child.send(line).await?,
            }
            return Ok(Reply::nothing());
        };
        let modern_http = matches!(self.way, Way::Http(_)) && params.and_then(meta::version).is_some();
        let (ticket, meta) = self.ledger.issue(id, params, !modern_http);
        told(ticket.number());
        let meta = meta.map(|meta| meta.to_bytes());
        let mut splices = splices.to_vec();
        if let Some(meta) = &meta {
            splices.push(("_meta", meta));
        }
        let line = write(Some(&ticket.number().into()), method, params, &splices, extra);
        match &self.way {
            Way::Http(http) if method == method::INITIALIZE => http.greet(line, ticket, &self.ledger).await,
            Way::Http(http) => http.ask(line, own_headers, ticket, &self.ledger).await,
            Way::Child(child) => {
                let source = child.request(ticket.number(), line, method == method::LISTEN).await?;
                Ok(Reply { ticket: Some(ticket), status: None, source })
            }
        }
    }

    async fn answer(&self, answer: &Answer) -> Result<Reply, Failure> {
        self.touch();
        let line = answer.to_bytes();
        match &self.way {
            Way::Http(http) => http.tell(line, Vec::new()).await?,
            Way::Child(child) => child.send(line).await?,
        }
        Ok(Reply::nothing())
    }

    /// The headers that a modern request carries over HTTP, made from its body.
    fn modern_headers(
        &self,
        method: &str,
        params: Option<&Object>,
        arguments: Option<&Object>,
    ) -> Vec<(HeaderName, HeaderValue)> {
        let (Way::Http(_), Some(params)) = (&self.way, params) else { return Vec::new() };
        let Some(version) = meta::version(params) else { return Vec::new() };
        let mut headers = vec![
            (HeaderName::from_static(header::PROTOCOL_VERSION), version.to_owned()),
            (HeaderName::from_static(header::METHOD), header::encode(method)),
        ];
        if let Some(subject) = method::subject(method, params) {
            headers.push((HeaderName::from_static(header::NAME), header::encode(subject)));
        }
        if let (Some(arguments), Some(name)) = (arguments, params.text("name"))
            && let Found::Item(tool) = self.catalogs.tools.find(name)
        {
            let named = |(name, value)| Some((HeaderName::try_from(name).ok()?, value));
            headers.extend(mirror::headers(&tool.mirrored, arguments).into_iter().filter_map(named));
        }
        headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
        self.0.touch();
    }
}

impl Reply {
    fn nothing() -> Self {
        Self { ticket: None, status: None, source: Source::Nothing }
    }
}

/// The bytes of the call that were judged, in place of what they were made from.
fn splices_of(call: &Call) -> Vec<(&str, &[u8])> {
    call.document().map(|document| ("arguments", document.bytes())).into_iter().collect()
}

/// The answer at the end of a reply.
pub(super) async fn answer_of(reply: &mut Reply) -> Result<Answer, Failure> {
    while let Some(event) = reply.next().await {
        if let Some(Message::Answer(answer)) = event?.message {
            return Ok(answer);
        }
    }
    Err(Failure::Ended)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::call::{Caller, Document, ServerName, Target};
    use crate::json::{Limits, Value, scan};
    use crate::secret::Digest;

    proptest! {
        #[test]
        fn the_digest_decided_on_is_the_digest_sent(text in r#"[ -~é\\n]{0,40}"#, number in any::<i32>()) {
            let arguments = Value::from([("command", text.into()), ("n", i64::from(number).into())]);
            let meta = Value::from([("progressToken", "theirs".into())]);
            let params = Object::from([("name", "x".into()), ("arguments", arguments), ("_meta", meta)]);
            let (caller, server, target) = (Caller::new("c"), ServerName::new("s"), Target::Tool("x".to_owned()));
            let call = Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new());
            let decided = call.document().map(Document::digest);

            let mut splices = splices_of(&call);
            splices.push(("_meta", b"{}"));
            let sent = write(Some(&7u64.into()), call.method(), call.params(), &splices, call.extra());
            let read = scan(&sent, &Limits::request(1 << 20)).ok();
            let envelope = read.as_ref().and_then(Value::as_object);
            let arguments = envelope.and_then(|envelope| envelope.object("params")?.get("arguments"));
            prop_assert_eq!(arguments.map(|value| Digest::of(&value.to_bytes())), decided);
        }
    }
}
