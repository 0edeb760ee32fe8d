//! What is found of policies once they are read: of each for itself, and of tools that none of them names.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::call::ServerName;
use crate::config::{Config, LoadedPolicy, ServerEntry};
use crate::json::Object;
use crate::json::commented::{Finding, Severity};
use crate::policy::analysis::{self, Surroundings};
use crate::policy::{Policy, TOOL_UNNAMED};
use crate::risk::classify;
use crate::secret::Digest;

/// A policy, wherever it stands, with the servers where it applies.
pub(super) struct Place<'c> {
    pub(super) loaded: &'c LoadedPolicy,
    servers: Vec<&'c ServerEntry>,
}

impl<'c> Place<'c> {
    /// The tools whose definition is pinned: server, name and each definition.
    pub(super) fn tools(&self) -> impl Iterator<Item = (&'c ServerName, &'c str, &'c Object)> {
        let of_server = |server: &&'c ServerEntry| server.approved().map(|pins| (&server.upstream.name, pins));
        self.servers.iter().filter_map(of_server).flat_map(|(server, pins)| {
            pins.tools().flat_map(move |tool| pins.definitions(tool).map(move |definition| (server, tool, definition)))
        })
    }
}

/// Looks at every policy once.
pub(super) fn examine(config: &Config, places: &[Place<'_>]) -> Vec<Finding> {
    let mut counters: HashMap<&str, usize> = HashMap::new();
    for place in places {
        let own: HashSet<&str> = place.loaded.policy.counters().collect();
        own.into_iter().for_each(|counter| *counters.entry(counter).or_default() += 1);
    }
    let mut findings = Vec::new();
    for place in places {
        let loaded = place.loaded;
        let own: HashSet<&str> = loaded.policy.counters().collect();
        let elsewhere = |counter: &&str| counters.get(counter).is_some_and(|count| *count > 1);
        let around = Surroundings { tools: tools_of(place), counters: own.into_iter().filter(elsewhere).collect() };
        findings.extend(analysis::findings(&loaded.policy, &loaded.source, &around));
    }
    for server in &config.servers {
        findings.extend(unnamed(config, server));
    }
    findings
}

/// Every policy, each once, though several may name its file.
pub(super) fn places(config: &Config) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    let mut known: HashMap<(&str, Digest), usize> = HashMap::new();
    let above = config.policies.iter().map(|loaded| (loaded, None));
    let own = config.servers.iter().flat_map(|server| server.policies.iter().map(move |loaded| (loaded, Some(server))));
    let seats = config.seats.iter().flat_map(|seat| {
        let server = config.server_of(seat);
        seat.policies.iter().map(move |loaded| (loaded, server))
    });
    for (loaded, server) in above.chain(own).chain(seats) {
        let servers: Vec<&ServerEntry> = match server {
            Some(server) => vec![server],
            None => config.servers.iter().collect(),
        };
        let key = (&*loaded.source.name, loaded.policy.digest());
        match known.get(&key).and_then(|place| places.get_mut(*place)) {
            Some(place) => {
                let is_new = |server: &&ServerEntry| !place.servers.iter().any(|known| std::ptr::eq(*known, *server));
                let new: Vec<&ServerEntry> = servers.into_iter().filter(is_new).collect();
                place.servers.extend(new);
            }
            None => {
                known.insert(key, places.len());
                places.push(Place { loaded, servers });
            }
        }
    }
    places
}

fn tools_of<'c>(place: &Place<'c>) -> BTreeMap<&'c str, Vec<&'c Object>> {
    let mut tools: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for (_, tool, definition) in place.tools() {
        tools.entry(tool).or_default().push(definition);
    }
    tools
}

/// The tools of a server that somebody may call though no rule names them.
fn unnamed(config: &Config, server: &ServerEntry) -> Vec<Finding> {
    let (Some(loaded), Some(last)) = (&server.pins, server.policies.last()) else { return Vec::new() };
    let common: Vec<&Policy> = config.policies.iter().chain(&server.policies).map(|loaded| &*loaded.policy).collect();
    let mut names: Vec<&str> = analysis::unnamed(&common, loaded.pins.tools());
    // Of what every grant's own policies name nothing is left open.
    let seats = config.seats.iter().filter(|seat| seat.server == server.upstream.name);
    let mut open: HashSet<&str> = HashSet::new();
    for seat in seats {
        let own: Vec<&Policy> = seat.policies.iter().map(|loaded| &*loaded.policy).collect();
        if own.is_empty() {
            open.extend(&names);
            break;
        }
        open.extend(analysis::unnamed(&own, names.iter().copied()));
    }
    names.retain(|name| open.contains(name));
    let of_tool = |name: &str| {
        let risk = loaded.pins.definitions(name).map(classify).max_by_key(|risk| (risk.class, risk.severity));
        let risk = risk.map(|risk| format!(": {}, {}", risk.class.as_str(), risk.severity.as_str()));
        let message = format!("no rule names `{name}`, so everybody may call it{}", risk.unwrap_or_default());
        let help = format!("add `\"{name}\": {{…}}` to `tools`, or write `\"default\": \"deny\"`");
        let (source, span) = (last.source.clone(), last.policy.default_place());
        Finding { code: TOOL_UNNAMED, severity: Severity::Warning, source, span, message, help: Some(help) }
    };
    names.into_iter().map(of_tool).collect()
}
