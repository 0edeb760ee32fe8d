//! The configuration: what was written becomes what is meant.
//!
//! `doorward.json` and the policies that it names are read as a whole: every error at once, with its place, or a
//! [`Config`] in which nothing is open. Only this room reads files and the environment for it.

mod environment;
mod grants;
mod keep;
mod plugins;
mod policies;
mod read;
mod schema;
mod servers;
mod units;
mod widening;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Caller, ServerName};
use crate::json::commented::{Finding, Severity, Source, Span};
use crate::pins::Pins;
use crate::secret::Digest;
use crate::{listener, server, upstreams};

pub use environment::Environment;
pub use keep::Keep;
pub use plugins::{Component, Components};
pub use policies::{LoadedPins, LoadedPolicy, pins_beside, read_pins, read_policy};
pub use schema::schema;
pub use servers::inherited_environment;
pub use widening::widened;

/// What is meant by a configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where agents connect.
    pub listen: listener::Config,
    /// Where operators connect.
    pub admin: listener::Config,
    /// Who is let in, and from where.
    pub door: server::Config,
    /// How long calls in flight have when the gateway stops.
    pub drain: Duration,
    /// What stands above the policies of all servers.
    pub policies: Vec<LoadedPolicy>,
    /// The servers, each with its policies.
    pub servers: Vec<ServerEntry>,
    /// Who may use which server, each with what narrows the server's policies.
    pub seats: Vec<SeatEntry>,
    /// The user's own plugins.
    pub components: Components,
    /// Where decisions are recorded and calls are counted.
    pub keep: Keep,
    /// What it was read from.
    pub source: Source,
}

/// A server as it is meant.
#[derive(Clone, Debug)]
pub struct ServerEntry {
    /// How to reach it.
    pub upstream: upstreams::Config,
    /// What is allowed there: all of them must allow, and without any, nothing is.
    pub policies: Vec<LoadedPolicy>,
    /// The definitions of its tools that were approved; without a policy there are none.
    pub pins: Option<LoadedPins>,
}

/// One caller's place at one server.
#[derive(Clone, Debug)]
pub struct SeatEntry {
    /// Who.
    pub caller: Caller,
    /// The digest of the caller's token.
    pub proof: Option<Digest>,
    /// The groups that the caller is in.
    pub groups: Arc<[String]>,
    /// Where.
    pub server: ServerName,
    /// What narrows the server's policies.
    pub policies: Vec<LoadedPolicy>,
    /// Where it stands.
    pub span: Span,
}

/// A configuration and what is doubtful about it, or what is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration; `None` if there is any error.
    pub config: Option<Config>,
    /// Errors and warnings, in the order of the file.
    pub findings: Vec<Finding>,
    /// Every file that was read or should have been: when one changes, so does the configuration.
    pub files: Vec<PathBuf>,
}

impl Config {
    /// Every policy, with its text.
    pub fn policies(&self) -> impl Iterator<Item = &LoadedPolicy> {
        let servers = self.servers.iter().flat_map(|server| &server.policies);
        self.policies.iter().chain(servers).chain(self.seats.iter().flat_map(|seat| &seat.policies))
    }

    /// The server at which a place is.
    pub fn server_of(&self, seat: &SeatEntry) -> Option<&ServerEntry> {
        self.servers.iter().find(|server| server.upstream.name == seat.server)
    }
}

impl ServerEntry {
    /// The definitions of its tools that were approved.
    pub fn approved(&self) -> Option<&Pins> {
        self.pins.as_ref().map(|loaded| &*loaded.pins)
    }
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`: {cause}", path.display())]
pub struct Unreadable {
    path: PathBuf,
    cause: std::io::Error,
}

/// Reads a configuration file and all that it names.
pub fn load(path: &Path, environment: &Environment) -> Result<Loaded, Unreadable> {
    let text = read_file(path)?;
    Ok(load_text(&path.display().to_string(), &text, environment))
}

/// Reads a configuration that is no file: `name` stands for its path.
pub fn load_text(name: &str, text: &str, environment: &Environment) -> Loaded {
    let (config, findings, files) = read::read(Path::new(name), text, environment);
    let sound = findings.iter().all(|finding| finding.severity < Severity::Error);
    Loaded { config: config.filter(|_| sound), findings, files }
}

fn read_file(path: &Path) -> Result<String, Unreadable> {
    std::fs::read_to_string(path).map_err(|cause| Unreadable { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests;
