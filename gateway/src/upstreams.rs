//! The servers behind the door: HTTP endpoints and child processes, and one [`Link`] for each conversation with one.
//!
//! A link belongs to one caller. It sends what a [`Permit`](crate::call::Permit) proves and the errands of
//! [`Errand`](crate::call::Errand), under request ids of its own, and yields what comes back with the caller's ids.
//! It judges nothing, and knows neither policies nor agents' connections.

mod catalog;
mod child;
mod http;
mod ledger;
mod link;
mod listing;
mod process;
mod reply;
mod shared;
mod survey;
mod watch;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::http::{HeaderMap, Uri};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use crate::call::ServerName;
use crate::mcp::method;
use crate::secret::Digest;

use watch::Watch;

pub use catalog::{Template, Tool};
pub use http::{Connector, connector};
pub use link::{Link, Tag};
pub use reply::{Event, Reply};
pub use shared::Shared;
pub use survey::survey;

/// How to reach one server, and what it may cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What it is called.
    pub name: ServerName,
    /// Where it is.
    pub address: Address,
    /// How long a call may take.
    pub timeout: Duration,
    /// How long a call of one tool may take, where that differs.
    pub tool_timeouts: HashMap<String, Duration>,
    /// What it may cost.
    pub limits: Limits,
}

/// Where a server is.
#[derive(Clone, Debug, PartialEq)]
pub enum Address {
    /// A Streamable HTTP endpoint.
    Http {
        /// Its URL.
        uri: Uri,
        /// What is sent with every request.
        headers: HeaderMap,
    },
    /// A program that speaks on stdin and stdout.
    Child(Program),
}

/// A program that speaks MCP on stdin and stdout.
#[derive(Clone, PartialEq, Eq)]
pub struct Program {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Where it runs.
    pub cwd: Option<PathBuf>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
}

/// What a server may cost. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest request body.
    pub body: usize,
    /// The largest message of the server.
    pub reply: usize,
    /// How many calls may be in flight.
    pub calls: usize,
    /// How many legacy sessions may be open.
    pub sessions: usize,
    /// How many child processes may run.
    pub children: usize,
    /// How long a session or a child may go without traffic.
    pub idle: Duration,
}

/// A server that calls can be sent to.
#[derive(Debug)]
pub struct Server {
    config: Config,
    calls: Arc<Semaphore>,
    subscriptions: Arc<Semaphore>,
    children: Arc<Semaphore>,
    running: AtomicU64,
    noise: AtomicU64,
    watch: Watch,
    tasks: TaskTracker,
}

/// Why nothing, or no more, came back. The text is public and names no secret; the cause stays in the log.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The connection broke.
    #[error("the connection to the server broke")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No connection, so that nothing was sent.
    #[error("the server cannot be reached")]
    Unconnected(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The program does not start.
    #[error("the server's program cannot be started")]
    Spawn(#[source] std::io::Error),
    /// The connection or the program ended.
    #[error("the server ended the conversation before it answered")]
    Ended,
    /// Too slow.
    #[error("the server did not answer within {}", Seconds(.0))]
    Timeout(Duration),
    /// What came back is no message.
    #[error("the server's answer is not a valid message")]
    Garbage(String),
    /// What came back is larger than [`Limits::reply`].
    #[error("the server's answer is larger than {0} bytes")]
    TooLarge(usize),
    /// It does not say which tools it has.
    #[error("the server does not list its tools")]
    Unlisted,
    /// An HTTP status that says nothing in MCP.
    #[error("the server answered with HTTP status {0}")]
    Status(u16),
    /// The server does not know the session any more.
    #[error("the server has ended the session")]
    SessionLost,
    /// A bound of the gateway is reached.
    #[error("too many {0}")]
    Busy(&'static str),
    /// The grant was revoked, or the server taken out of the configuration.
    #[error("access to this server has ended")]
    Revoked,
}

impl Failure {
    /// Whether it is certain that the server got nothing.
    pub fn sent_nothing(&self) -> bool {
        matches!(self, Self::Unconnected(_) | Self::Spawn(_) | Self::Busy(_))
    }
}

impl std::fmt::Debug for Program {
    /// Arguments and environment may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("command", &self.command).finish_non_exhaustive()
    }
}

struct Seconds<'a>(&'a Duration);

impl std::fmt::Display for Seconds<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 4 << 20, reply: 16 << 20, calls: 256, sessions: 256, children: 64, idle: Duration::from_secs(600) }
    }
}

impl Server {
    /// A server; no connection is made yet.
    pub fn new(config: Config, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self {
            calls: Arc::new(Semaphore::new(config.limits.calls)),
            subscriptions: Arc::new(Semaphore::new(config.limits.calls)),
            children: Arc::new(Semaphore::new(config.limits.children)),
            running: AtomicU64::new(0),
            noise: AtomicU64::new(0),
            watch: Watch::default(),
            tasks,
            config,
        })
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What it is called.
    pub fn name(&self) -> &ServerName {
        &self.config.name
    }

    /// How long a call of this tool, or of anything else, may take.
    pub fn timeout(&self, tool: Option<&str>) -> Duration {
        tool.and_then(|tool| self.config.tool_timeouts.get(tool)).copied().unwrap_or(self.config.timeout)
    }

    /// A place among the requests in flight, kept as long as the permit is. Subscriptions, which stay, have their own.
    pub fn place(&self, method: &str) -> Result<OwnedSemaphorePermit, Failure> {
        let places = if method == method::LISTEN { &self.subscriptions } else { &self.calls };
        Arc::clone(places).try_acquire_owned().map_err(|_| Failure::Busy("calls are in flight"))
    }

    /// Notes the definition of a tool that nobody pinned. Whether it is another than the first that was seen, and this is
    /// the first time that it is.
    pub fn watch(&self, tool: &str, digest: Digest) -> bool {
        self.watch.note(tool, digest)
    }

    /// How many child processes run.
    pub fn children(&self) -> u64 {
        self.running.load(Ordering::Relaxed)
    }

    /// How many lines on a child's stdout were no messages.
    pub fn noise(&self) -> u64 {
        self.noise.load(Ordering::Relaxed)
    }
}
