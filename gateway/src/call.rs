//! What passes the door: who asks, what of, and the proof that it may.
//!
//! A [`Call`] is immutable once made; a [`Permit`] is the only thing that sends one, and only a [`Mint`] makes Permits.
//! Whatever else goes to a server is an [`Errand`], and there are no others. This room judges nothing and sends nothing.

mod errand;
mod permit;
mod verdict;

use std::fmt;
use std::sync::Arc;

use crate::json::{Object, Value};
use crate::secret::Digest;

pub use errand::{Errand, List};
pub use permit::{Mint, Permit};
pub use verdict::{Refusal, RefusalKind, Ruling, Verdict};

/// Who asks, as the transport proved it: the name of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Caller(Arc<str>);

/// What a server is called in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerName(Arc<str>);

/// What a call is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A tool, by its exact name.
    Tool(String),
    /// A resource, by its address.
    Resource(String),
    /// A prompt, by its name.
    Prompt(String),
    /// A request of the server to the client, by its method.
    ServerRequest(String),
    /// Any other method.
    Method(String),
}

/// One thing that a caller wants of one server.
#[derive(Clone, Debug)]
pub struct Call {
    caller: Caller,
    server: ServerName,
    target: Target,
    method: String,
    params: Option<Object>,
    extra: Object,
    arguments: Option<Document>,
    /// The arguments as the agent sent them, where others go.
    asked: Option<Document>,
    pin: Option<Digest>,
    id: Option<Arc<str>>,
    round: u64,
}

/// A JSON value with its canonical bytes and their digest: what is judged is what is sent.
#[derive(Clone, Debug)]
pub struct Document {
    bytes: Arc<[u8]>,
    digest: Digest,
}

impl Call {
    /// Makes a call. Its `arguments` are made canonical here, once.
    pub fn new(
        caller: Caller,
        server: ServerName,
        target: Target,
        method: String,
        params: Option<Object>,
        extra: Object,
    ) -> Self {
        let arguments = params.as_ref().and_then(|params| params.get("arguments")).map(Document::new);
        Self { caller, server, target, method, params, extra, arguments, asked: None, pin: None, id: None, round: 0 }
    }

    /// Gives the call an id, by which counters and plugins know it, and says how many rounds came before. A further round
    /// of a call that needed more input has the id of the first: it is the same call.
    #[must_use]
    pub fn in_round(self, id: impl Into<Arc<str>>, round: u64) -> Self {
        Self { id: Some(id.into()), round, ..self }
    }

    /// Notes the pin of the tool that is called.
    #[must_use]
    pub fn of_pinned(self, pin: Option<Digest>) -> Self {
        Self { pin, ..self }
    }

    /// The pin that the tool's definition matches; `None` where it is not pinned.
    pub fn pin(&self) -> Option<Digest> {
        self.pin
    }

    /// The id, where the call was given one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// How many rounds of the same call came before.
    pub fn round(&self) -> u64 {
        self.round
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Which server.
    pub fn server(&self) -> &ServerName {
        &self.server
    }

    /// What it is about.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The method, in MCP's words.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The parameters.
    pub fn params(&self) -> Option<&Object> {
        self.params.as_ref()
    }

    /// Members of the envelope that JSON-RPC does not know.
    pub fn extra(&self) -> &Object {
        &self.extra
    }

    /// The arguments as members, where they are an object.
    pub fn arguments(&self) -> Option<&Object> {
        self.params.as_ref()?.object("arguments")
    }

    /// The same call with other arguments; only tools and prompts have any.
    #[must_use]
    pub fn patched(&self, arguments: Object) -> Option<Self> {
        if !matches!(self.target, Target::Tool(_) | Target::Prompt(_)) {
            return None;
        }
        let mut params = self.params.clone()?;
        params.insert("arguments", arguments);
        let asked = self.asked.clone().or_else(|| self.arguments.clone());
        let arguments = params.get("arguments").map(Document::new);
        Some(Self { params: Some(params), arguments, asked, ..self.clone() })
    }

    /// The canonical arguments as the agent sent them.
    pub fn asked(&self) -> Option<&Document> {
        self.asked.as_ref().or(self.arguments.as_ref())
    }

    /// Whether it has other arguments than the agent sent.
    pub fn is_patched(&self) -> bool {
        self.asked.is_some()
    }

    /// The canonical arguments: the bytes that are judged, recorded and sent.
    pub fn document(&self) -> Option<&Document> {
        self.arguments.as_ref()
    }
}

impl Document {
    /// Makes a value canonical.
    pub fn new(value: &Value) -> Self {
        let bytes: Arc<[u8]> = value.to_bytes().into();
        Self { digest: Digest::of(&bytes), bytes }
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The SHA-256 of the canonical bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

impl Target {
    /// The kind, for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Tool(_) => "tool",
            Self::Resource(_) => "resource",
            Self::Prompt(_) => "prompt",
            Self::ServerRequest(_) => "server_request",
            Self::Method(_) => "method",
        }
    }

    /// The name within its kind.
    pub fn name(&self) -> &str {
        match self {
            Self::Tool(name)
            | Self::Resource(name)
            | Self::Prompt(name)
            | Self::ServerRequest(name)
            | Self::Method(name) => name,
        }
    }
}

impl Caller {
    /// A caller called `name`.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ServerName {
    /// A server called `name`.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Target {
    /// For logs and reasons: on one line, no longer than a line, and without what an address may carry in its query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 100;
        let name = match self {
            Self::Resource(uri) => uri.split(['?', '#']).next().unwrap_or_default(),
            _ => self.name(),
        };
        let cut = if name.chars().nth(LONGEST).is_some() { "…" } else { "" };
        let name: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
        write!(f, "{} `{name}{cut}`", self.kind().replace('_', " "))
    }
}
