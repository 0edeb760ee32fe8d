//! The `servers` of a configuration.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::call::ServerName;
use crate::json::commented::{Entry, Fields, Node, Report};
use crate::upstreams::{Address, Config as Upstream, Limits, Program};

use super::ServerEntry;
use super::environment::Environment;
use super::policies::{Shelf, pins};
use super::units::{amount, duration, size};

/// How long a call may take where nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The variables that a program inherits; all others it must be given by name.
const INHERITED: [&str; 18] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TERM",
    "TMPDIR",
    "TZ",
    "SystemRoot",
    "SystemDrive",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "TEMP",
    "PATHEXT",
];

/// Headers that a configuration cannot set: they are the protocol's, or the connection's.
const RESERVED: [&str; 9] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "accept", "te", "trailer"];

/// The part of an environment that every server's program gets.
pub fn inherited_environment(environment: &Environment) -> Vec<(String, String)> {
    let mut inherited: Vec<(String, String)> = environment
        .iter()
        .filter(|(name, _)| INHERITED.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    inherited.sort();
    inherited
}

pub(super) fn server(
    entry: &Entry,
    folder: &Path,
    text: &str,
    environment: &Environment,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<ServerEntry> {
    check_name(entry, report);
    let mut fields = report.fields(&entry.node)?;
    let address = address(&mut fields, folder, environment, report);
    let mut shelf = Shelf { folder, text, files };
    let policies = fields.get("policy").map(|node| shelf.read(node, report)).unwrap_or_default();
    let pins = fields.get("policy").and_then(|node| pins(node, &entry.name, folder, files, report));
    let timeout = fields.get("timeout").map_or(Some(TIMEOUT), |node| duration(node, report));
    let limits = fields.get("limits").map_or(Some(Limits::default()), |node| limits(node, report));
    let tool_timeouts = fields.get("tools").map_or(Some(HashMap::new()), |node| tool_timeouts(node, report));
    if fields.get("policy").is_none() {
        let help = Some("add `\"policy\": \"PATH\"`".to_owned());
        report.warn(entry.span.clone(), format!("`{}` has no policy, so every call is refused", entry.name), help);
    }
    fields.finish(report);
    let name = ServerName::new(entry.name.as_str());
    let upstream =
        Upstream { name, address: address?, timeout: timeout?, tool_timeouts: tool_timeouts?, limits: limits? };
    Some(ServerEntry { upstream, policies, pins })
}

/// A name stands in a URL and, before `__`, in the names of tools.
fn check_name(entry: &Entry, report: &mut Report) {
    let name = &entry.name;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) || name.contains("__") || name.starts_with('.') {
        let help = "use up to 64 letters, digits, `-`, `_` and `.`, and no `__`".to_owned();
        report.error(entry.span.clone(), format!("`{name}` is no name for a server"), Some(help));
    }
}

fn address(fields: &mut Fields<'_>, folder: &Path, environment: &Environment, report: &mut Report) -> Option<Address> {
    let (command, url) = (fields.get("command"), fields.get("url"));
    let parts = (fields.get("args"), fields.get("cwd"), fields.get("env"), fields.get("headers"));
    match (command, url, parts) {
        (Some(command), None, (args, cwd, env, None)) => {
            let command = environment.text(command, report)?;
            let args = match args {
                Some(node) => texts(node, environment, report)?,
                None => Vec::new(),
            };
            let cwd = match cwd {
                Some(node) => Some(folder.join(environment.text(node, report)?)),
                None => None,
            };
            let mut all = inherited_environment(environment);
            for entry in env.map(|node| report.entries(node)).unwrap_or(Some(&[]))? {
                all.retain(|(name, _)| *name != entry.name);
                all.push((entry.name.clone(), environment.text(&entry.node, report)?));
            }
            Some(Address::Child(Program { command, args, cwd, env: all }))
        }
        (None, Some(url), (None, None, None, headers)) => {
            let uri = read_url(url, environment, report);
            let headers = headers.map_or(Some(HeaderMap::new()), |node| read_headers(node, environment, report));
            Some(Address::Http { uri: uri?, headers: headers? })
        }
        _ => {
            let help = "write `command` with `args`, `cwd` and `env`, or `url` with `headers`".to_owned();
            report.error(fields.span(), "a server has either a `command` or a `url`", Some(help));
            None
        }
    }
}

fn texts(node: &Node, environment: &Environment, report: &mut Report) -> Option<Vec<String>> {
    report.elements(node)?.iter().map(|element| environment.text(element, report)).collect()
}

fn read_url(node: &Node, environment: &Environment, report: &mut Report) -> Option<Uri> {
    let text = environment.text(node, report)?;
    let uri = text.parse::<Uri>().ok().filter(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|it| !it.as_str().contains('@'))
    });
    if uri.is_none() {
        let help = Some("write `https://HOST/PATH`, without a user name".to_owned());
        report.error(node.span.clone(), "no URL of a server", help);
    }
    uri
}

fn read_headers(node: &Node, environment: &Environment, report: &mut Report) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for entry in report.entries(node)? {
        let value = environment.text(&entry.node, report)?;
        let reserved = entry.name.to_ascii_lowercase();
        if RESERVED.contains(&reserved.as_str()) || reserved.starts_with("mcp-") {
            report.error(entry.span.clone(), format!("the header `{}` is set by the gateway", entry.name), None);
            continue;
        }
        match (HeaderName::try_from(&entry.name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
            (Err(_), _) => report.error(entry.span.clone(), format!("`{}` is no header name", entry.name), None),
            (_, Err(_)) => report.error(entry.node.span.clone(), "no value for a header", None),
        }
    }
    Some(headers)
}

fn limits(node: &Node, report: &mut Report) -> Option<Limits> {
    let mut fields = report.fields(node)?;
    let mut limits = Limits::default();
    for (name, place) in [("body", &mut limits.body), ("reply", &mut limits.reply)] {
        if let Some(found) = fields.get(name).and_then(|node| size(node, report)) {
            *place = found;
        }
    }
    let amounts =
        [("calls", &mut limits.calls), ("sessions", &mut limits.sessions), ("children", &mut limits.children)];
    for (name, place) in amounts {
        if let Some(found) = fields.get(name).and_then(|node| amount(node, report)) {
            *place = found;
        }
    }
    if let Some(found) = fields.get("idle").and_then(|node| duration(node, report)) {
        limits.idle = found;
    }
    fields.finish(report);
    Some(limits)
}

fn tool_timeouts(node: &Node, report: &mut Report) -> Option<HashMap<String, Duration>> {
    let mut timeouts = HashMap::new();
    for entry in report.entries(node)? {
        let mut fields = report.fields(&entry.node)?;
        if let Some(found) = fields.need("timeout", report).and_then(|node| duration(node, report)) {
            timeouts.insert(entry.name.clone(), found);
        }
        fields.finish(report);
    }
    Some(timeouts)
}
