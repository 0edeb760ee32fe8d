//! What a configuration lets pass that another did not: places that are new, and policies that are wider.

use std::collections::HashSet;

use crate::json::commented::{Finding, Severity, Source, Span};
use crate::pins::{Pins, digest_of};
use crate::policy::WIDENS;
use crate::policy::analysis::{Revision, Widening, widenings};

use super::{Config, LoadedPolicy, SeatEntry, ServerEntry};

/// How much is told.
const TOLD: usize = 1000;

/// What is found so far.
struct Comparison<'c> {
    old: &'c Config,
    new: &'c Config,
    findings: Vec<Finding>,
    /// The policies that were compared, by their digests.
    compared: HashSet<String>,
    servers: HashSet<&'c str>,
}

/// Everything by which calls may pass under `new` that did not under `old`.
pub fn widened(old: &Config, new: &Config) -> Vec<Finding> {
    let mut comparison =
        Comparison { old, new, findings: Vec::new(), compared: HashSet::new(), servers: HashSet::new() };
    for seat in &new.seats {
        comparison.compare_seat(seat);
    }
    comparison.compare_plugins();
    comparison.findings
}

impl<'c> Comparison<'c> {
    fn compare_seat(&mut self, seat: &'c SeatEntry) {
        let Some(server) = self.new.server_of(seat).filter(|server| !server.policies.is_empty()) else { return };
        let (caller, name) = (&seat.caller, &seat.server);
        let before = self.old.seats.iter().find(|before| before.caller == *caller && before.server == *name);
        let was = self.old.server_of(seat);
        if was.is_none() && self.servers.insert(name.as_str()) {
            self.tell_config(&seat.span, format!("calls at the server `{name}` may pass now: it is new"));
        }
        let (Some(before), Some(was)) = (before, was) else {
            let message = format!("calls of `{caller}` at the server `{name}` may pass now: there was no such grant");
            return self.tell_config(&seat.span, message);
        };
        if self.servers.insert(name.as_str()) {
            self.compare_servers(seat, was, server);
        }
        if before.groups.iter().ne(seat.groups.iter()) {
            let message = format!("calls of `{caller}` at the server `{name}` may pass now: it is in other groups");
            self.tell_config(&seat.span, message);
        }
        if was.policies.is_empty() {
            let message = format!("calls at the server `{name}` may pass now: without a policy none did");
            return self.tell_config(&seat.span, message);
        }
        let layers = |config: &'c Config, server: &'c ServerEntry, seat: &'c SeatEntry| -> Vec<&'c LoadedPolicy> {
            config.policies.iter().chain(&server.policies).chain(&seat.policies).collect()
        };
        let (old, new) = (layers(self.old, was, before), layers(self.new, server, seat));
        self.compare_layers(&old, &new, seat);
    }

    /// All policies must allow a call: each that did before must still do so, or be followed by one that is as tight.
    fn compare_layers(&mut self, old: &[&'c LoadedPolicy], new: &[&'c LoadedPolicy], seat: &SeatEntry) {
        let mut rest: Vec<&LoadedPolicy> = new.to_vec();
        let mut changed: Vec<&LoadedPolicy> = Vec::new();
        for layer in old {
            match rest.iter().position(|other| other.policy.digest() == layer.policy.digest()) {
                Some(place) => drop(rest.remove(place)),
                None => changed.push(layer),
            }
        }
        for (place, layer) in changed.iter().enumerate() {
            let left = changed.len() - place;
            let named = rest.iter().position(|other| other.source.name == layer.source.name);
            let next = named.or((!rest.is_empty()).then_some(0)).map(|place| rest.remove(place));
            match next {
                Some(next) => self.compare_policies(layer, next),
                None => {
                    let names: Vec<String> = changed
                        .iter()
                        .skip(changed.len() - left)
                        .map(|layer| format!("`{}`", layer.source.name))
                        .collect();
                    let (caller, server) = (&seat.caller, &seat.server);
                    let message = format!(
                        "calls of `{caller}` at the server `{server}` may pass now: the policy {} no longer applies",
                        names.join(", ")
                    );
                    return self.tell_config(&seat.span, message);
                }
            }
        }
    }

    fn compare_policies(&mut self, old: &LoadedPolicy, new: &LoadedPolicy) {
        if !self.compared.insert(format!("{} {} {}", old.policy.digest(), new.source.name, new.policy.digest())) {
            return;
        }
        let pins: Vec<&Pins> = [self.old, self.new]
            .into_iter()
            .flat_map(|config| &config.servers)
            .filter_map(ServerEntry::approved)
            .collect();
        let tools: HashSet<&str> = pins.into_iter().flat_map(Pins::tools).collect();
        let before = Revision { policy: &old.policy, source: &old.source };
        let after = Revision { policy: &new.policy, source: &new.source };
        for Widening { calls, why, span } in widenings(before, after, tools) {
            self.tell(new.source.clone(), span, format!("{calls} may pass now: {why}"));
        }
    }

    /// Whether a server is another one, or takes other definitions of its tools.
    fn compare_servers(&mut self, seat: &SeatEntry, old: &ServerEntry, new: &ServerEntry) {
        let name = &seat.server;
        if old.upstream.address != new.upstream.address {
            self.tell_config(&seat.span, format!("calls at the server `{name}` may pass now: it is another server"));
        }
        let (Some(before), Some(after)) = (old.approved(), new.approved()) else { return };
        for tool in before.tools() {
            let why = if !after.has(tool) {
                "it is no longer pinned"
            } else if after
                .definitions(tool)
                .any(|one| !before.definitions(tool).any(|other| digest_of(other) == digest_of(one)))
            {
                "another definition of it is pinned"
            } else {
                continue;
            };
            self.tell_config(
                &seat.span,
                format!("calls of the tool `{tool}` at the server `{name}` may pass now: {why}"),
            );
        }
    }

    fn compare_plugins(&mut self) {
        let used: HashSet<&str> =
            self.new.policies().flat_map(|loaded| loaded.policy.plugins()).map(|plugin| &*plugin.name).collect();
        let mut names: Vec<&String> = self.new.components.keys().filter(|name| used.contains(name.as_str())).collect();
        names.sort_unstable();
        for name in names {
            let (before, after) = (self.old.components.get(name), self.new.components.get(name));
            if before.is_some_and(|before| Some(before) != after) {
                self.tell_config(&(0..1), format!("calls that the plugin `{name}` judges may pass now: it is another"));
            }
        }
    }

    fn tell_config(&mut self, span: &Span, message: String) {
        self.tell(self.new.source.clone(), span.clone(), message);
    }

    fn tell(&mut self, source: Source, span: Span, message: String) {
        if self.findings.len() < TOLD {
            let help = Some("look whether this is meant; tighten it if it is not".to_owned());
            self.findings.push(Finding { code: WIDENS, severity: Severity::Error, source, span, message, help });
        }
    }
}
