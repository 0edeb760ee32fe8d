//! `doorward.json`, from its first key to its last.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::identity::Tokens;
use crate::json::commented::{Entry, Fields, Finding, Node, Report, Source};
use crate::listener::{self, Guard};
use crate::server;

use super::environment::Environment;
use super::grants::Grants;
use super::policies::Shelf;
use super::units::{amount, duration, size};
use super::{Components, Config, ServerEntry, keep, plugins, servers};

/// What a configuration says of every connection.
struct Bounds {
    connections: usize,
    header: usize,
    header_time: Duration,
    body_time: Duration,
    drain: Duration,
}

pub(super) fn read(path: &Path, text: &str, environment: &Environment) -> (Option<Config>, Vec<Finding>, Vec<PathBuf>) {
    let mut report = Report::new(Source::new(path.display().to_string(), text));
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = vec![path.to_owned()];
    let node = report.parse();
    let config = node.and_then(|node| read_node(&node, folder, text, environment, &mut files, &mut report));
    (config, report.into_findings(), files)
}

fn read_node(
    node: &Node,
    folder: &Path,
    text: &str,
    environment: &Environment,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Config> {
    let mut fields = report.fields(node)?;
    fields.get("$schema");
    let version = fields.need("version", report).and_then(|node| report.one_of(node, &[("1", ())]));
    let listen = address(&mut fields, "listen", 7070, environment, report);
    let admin = address(&mut fields, "admin", 7071, environment, report);
    let bounds = match fields.get("limits") {
        Some(node) => read_bounds(node, report),
        None => Some(Bounds::default()),
    };
    let guard = Guard {
        hosts: read_texts(fields.get("hosts"), environment, report),
        origins: read_texts(fields.get("origins"), environment, report),
    };
    let policies = fields.get("policy").map(|node| Shelf { folder, text, files: &mut *files }.read(node, report));
    let entries: &[Entry] = fields.need("servers", report).and_then(|node| report.entries(node)).unwrap_or_default();
    let servers: Vec<Option<ServerEntry>> =
        entries.iter().map(|entry| servers::server(entry, folder, text, environment, files, report)).collect();
    let names = entries.iter().map(|entry| entry.name.as_str()).collect();
    let components = match fields.get("plugins") {
        Some(node) => plugins::read(node, folder, environment, files, report),
        None => Components::new(),
    };
    let keep = keep::read(fields.get("audit"), folder, environment, report);
    let mut grants = Grants { folder, text, servers: names, tokens: Vec::new(), seats: Vec::new(), files };
    if let Some(node) = fields.get("grants") {
        grants.read(node, report);
    }
    let anonymous = fields.get("anonymous");
    if let Some(node) = anonymous {
        grants.read_anonymous(node, report);
        let everywhere = listen.into_iter().chain(admin).any(|address| !address.ip().is_loopback());
        if everywhere {
            let help = "listen on 127.0.0.1, or give callers tokens with `doorward grant new NAME`".to_owned();
            let message = "`anonymous` is for this machine alone, and a listener is not on loopback";
            report.error(node.span.clone(), message, Some(help));
        }
    }
    if grants.seats.is_empty() {
        let start = fields.span().start;
        let help = "add `grants`, or for this machine alone `\"anonymous\": {\"servers\": {…}}`".to_owned();
        report.warn(start..start + 1, "nobody may use any server", Some(help));
    }
    fields.finish(report);

    version?;
    let bounds = bounds?;
    let listener = |address| listener::Config {
        address,
        connections: bounds.connections,
        header: bounds.header,
        header_time: bounds.header_time,
    };
    let tokens = Tokens::new(grants.tokens, anonymous.is_some());
    Some(Config {
        listen: listener(listen?),
        admin: listener(admin?),
        door: server::Config { tokens, guard, body_time: bounds.body_time },
        drain: bounds.drain,
        policies: policies.unwrap_or_default(),
        servers: servers.into_iter().collect::<Option<_>>()?,
        seats: grants.seats,
        components,
        keep: keep?,
        source: report.source().clone(),
    })
}

fn address(
    fields: &mut Fields<'_>,
    name: &'static str,
    port: u16,
    environment: &Environment,
    report: &mut Report,
) -> Option<SocketAddr> {
    let Some(node) = fields.get(name) else { return Some(SocketAddr::from(([127, 0, 0, 1], port))) };
    let text = environment.text(node, report)?;
    let address = text.replace("localhost", "127.0.0.1").parse().ok();
    if address.is_none() {
        let help = Some(format!("write an address and a port, such as `127.0.0.1:{port}`"));
        report.error(node.span.clone(), format!("`{text}` is no address to listen on"), help);
    }
    address
}

fn read_texts(node: Option<&Node>, environment: &Environment, report: &mut Report) -> Vec<String> {
    let elements = node.and_then(|node| report.elements(node)).unwrap_or_default();
    elements.iter().filter_map(|element| environment.text(element, report)).collect()
}

fn read_bounds(node: &Node, report: &mut Report) -> Option<Bounds> {
    let mut fields = report.fields(node)?;
    let mut bounds = Bounds::default();
    if let Some(found) = fields.get("connections").and_then(|node| amount(node, report)) {
        bounds.connections = found;
    }
    if let Some(found) = fields.get("header").and_then(|node| size(node, report)) {
        bounds.header = found;
    }
    let times =
        [("header_time", &mut bounds.header_time), ("body_time", &mut bounds.body_time), ("drain", &mut bounds.drain)];
    for (name, place) in times {
        if let Some(found) = fields.get(name).and_then(|node| duration(node, report)) {
            *place = found;
        }
    }
    fields.finish(report);
    Some(bounds)
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1024,
            header: 32 << 10,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            drain: Duration::from_secs(30),
        }
    }
}
