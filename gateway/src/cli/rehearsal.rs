//! Calls that are judged and never sent: policies in force over servers that are nowhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Uri};
use tokio_util::task::TaskTracker;

use crate::app::load_plugins;
use crate::call::{Call, Caller, ServerName, Target};
use crate::config::{Components, LoadedPolicy};
use crate::gate::Law;
use crate::json::commented::Finding;
use crate::json::{Object, Value};
use crate::plugins::Host;
use crate::upstreams::{Address, Config, Limits, Server};

/// A law under which each of these callers has a place at its server, under all of these policies.
pub(super) async fn law(
    policies: &[LoadedPolicy],
    seats: impl Iterator<Item = (Caller, ServerName)>,
    host: &Host,
) -> Result<Law, Vec<Finding>> {
    let plugins = load_plugins(host, &Components::new(), policies.iter()).await?;
    let mut law = Law::default();
    for (caller, server) in seats {
        let policies = policies.iter().map(|loaded| Arc::clone(&loaded.policy)).collect();
        law.admit((caller, None), Server::new(nowhere(server), TaskTracker::new()), policies, Arc::clone(&plugins));
    }
    Ok(law)
}

/// A call of a tool.
pub(super) fn call(caller: &Caller, server: &ServerName, tool: &str, arguments: &Value) -> Arc<Call> {
    let params = Object::from([("name", tool.into()), ("arguments", arguments.clone())]);
    let (caller, server, target) = (caller.clone(), server.clone(), Target::Tool(tool.to_owned()));
    Arc::new(Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new()))
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
