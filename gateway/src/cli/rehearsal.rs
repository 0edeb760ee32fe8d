//! Calls that are judged and never sent: policies in force over servers that are nowhere.

mod written;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{HeaderMap, Uri};
use tokio_util::task::TaskTracker;

use crate::app::load_plugins;
use crate::call::{Caller, ServerName};
use crate::clock::Timestamp;
use crate::config::{Components, LoadedPolicy, pins_beside, read_pins};
use crate::gate::Law;
use crate::json::commented::{Code, Finding, Severity};
use crate::pins::Pins;
use crate::plugins::Host;
use crate::state::{Boot, Reading, Steady};
use crate::upstreams::{Address, Config, Limits, Server};

pub(super) use written::{Setting, Written, read_now};

/// A law under which each of these callers has a place at its server, under all of these policies. The tools are pinned
/// as they are beside the first of them.
pub(super) async fn law(
    policies: &[LoadedPolicy],
    seats: impl Iterator<Item = (Caller, ServerName)>,
    host: &Host,
) -> Result<Law, Vec<Finding>> {
    let plugins = load_plugins(host, &Components::new(), policies.iter()).await?;
    let pins = Arc::new(policies.first().map_or(Ok(Pins::default()), pins_of)?);
    let mut law = Law::default();
    let mut servers: HashMap<ServerName, Arc<Server>> = HashMap::new();
    for (caller, name) in seats {
        let policies = policies.iter().map(|loaded| Arc::clone(&loaded.policy)).collect();
        let server = servers.entry(name.clone()).or_insert_with(|| Server::new(nowhere(name), TaskTracker::new()));
        law.admit((caller, None), Arc::clone(server), policies, Arc::clone(&plugins));
    }
    servers.keys().for_each(|server| law.pin(server, &pins));
    Ok(law)
}

/// A clock that shows what it is told.
pub(super) fn told(time: &Arc<AtomicU64>) -> Steady {
    let time = Arc::clone(time);
    Steady::Told(Arc::new(move || {
        let millis = time.load(Ordering::Relaxed);
        Reading { boot: Some(Boot { id: "rehearsal".into(), millis }), wall: Timestamp::from_millis(millis) }
    }))
}

/// A file that is there and cannot be read.
const UNREADABLE: Code = Code { name: "file.unreadable", about: "A file cannot be read." };

/// The pins beside a policy.
fn pins_of(policy: &LoadedPolicy) -> Result<Pins, Vec<Finding>> {
    let source = &policy.source;
    let (pins, findings) = read_pins(&pins_beside(Path::new(&*source.name))).map_err(|unreadable| {
        let (source, message) = (source.clone(), unreadable.to_string());
        let (code, severity) = (UNREADABLE, Severity::Error);
        vec![Finding { code, severity, source, span: 0..0, message, help: None }]
    })?;
    if findings.is_empty() { Ok(pins) } else { Err(findings) }
}

/// A server that is never connected to.
fn nowhere(name: ServerName) -> Config {
    Config {
        name,
        address: Address::Http { uri: Uri::from_static("http://nowhere.invalid"), headers: HeaderMap::new() },
        timeout: Duration::from_secs(1),
        tool_timeouts: HashMap::new(),
        limits: Limits::default(),
    }
}
