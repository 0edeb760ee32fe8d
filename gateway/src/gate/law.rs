//! The law in force: who has a place at which server, and under which policies. A reload replaces it as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::call::{Caller, ServerName};
use crate::pins::Pins;
use crate::plugins::{Hook, Plugin};
use crate::policy::{PluginKey, PluginUse, Policy};
use crate::secret::Digest;
use crate::upstreams::{Link, Server};

use super::curate::Curated;
use super::memory::{Memory, Shelf};

/// The loaded plugins.
pub type Plugins = HashMap<PluginKey, Arc<Plugin>>;

/// Who has a place at which server.
#[derive(Default)]
pub struct Law {
    seats: HashMap<(Caller, ServerName), Arc<Seat>>,
}

/// One caller's place at one server.
#[derive(Clone)]
pub struct Seat {
    caller: Caller,
    groups: Arc<[String]>,
    server: Arc<Server>,
    policies: Vec<Arc<Policy>>,
    plugins: Arc<Plugins>,
    /// Whether one of the plugins judges what is listed.
    curates: bool,
    pins: Option<Arc<Pins>>,
    revision: Digest,
    /// What proves the caller; another proof is another caller.
    proof: Option<Digest>,
    /// What plugins said of listed items.
    curated: Arc<Curated>,
    gone: CancellationToken,
    /// What the caller's modern calls here have told.
    memory: Arc<Shelf>,
}

impl Law {
    /// Gives a caller a place. Every one of the policies must allow a call; without any, none passes.
    pub fn admit(
        &mut self,
        (caller, proof): (Caller, Option<Digest>),
        server: Arc<Server>,
        policies: Vec<Arc<Policy>>,
        plugins: Arc<Plugins>,
    ) {
        let key = (caller.clone(), server.name().clone());
        let (groups, revision) = (Arc::default(), Digest::of(b""));
        let (gone, memory, curated) = (CancellationToken::new(), Arc::default(), Arc::default());
        let (pins, curates) = (None, policies.iter().any(|policy| curates(policy, &plugins)));
        let seat =
            Seat { caller, groups, server, policies, plugins, curates, pins, revision, proof, curated, gone, memory };
        self.seats.insert(key, Arc::new(seat));
    }

    /// Puts a caller into groups, wherever it has a place.
    pub fn group(&mut self, caller: &Caller, groups: &Arc<[String]>) {
        for seat in self.seats.values_mut().filter(|seat| seat.caller == *caller) {
            Arc::make_mut(seat).groups = Arc::clone(groups);
        }
    }

    /// Pins the tools of a server, for everybody who has a place there.
    pub fn pin(&mut self, server: &ServerName, pins: &Arc<Pins>) {
        for seat in self.seats.values_mut().filter(|seat| seat.server.name() == server) {
            Arc::make_mut(seat).pins = Some(Arc::clone(pins));
        }
    }

    /// Ends the making of the law, so that it follows `old`: who keeps a place at a server that did not change keeps the conversations
    /// there and what they told, under the new policies.
    pub fn follow(&mut self, old: &Self) {
        let revision = self.revision();
        for (key, seat) in &mut self.seats {
            let seat = Arc::make_mut(seat);
            seat.revision = revision;
            if let Some(before) = old.seats.get(key)
                && before.is_followed_by(seat)
            {
                seat.gone = before.gone.clone();
                seat.memory = Arc::clone(&before.memory);
            }
        }
    }

    /// A caller's place at a server.
    pub fn seat(&self, caller: &Caller, server: &ServerName) -> Option<Arc<Seat>> {
        self.seats.get(&(caller.clone(), server.clone())).cloned()
    }

    /// The digest that names the law: of all places, their policies and their plugins. Every decision names it.
    pub fn revision(&self) -> Digest {
        let mut lines: Vec<String> = self.seats.values().map(|seat| seat.line()).collect();
        lines.sort_unstable();
        Digest::of(lines.concat().as_bytes())
    }

    /// The servers at which somebody has a place, each once.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        let by_name: HashMap<&ServerName, &Arc<Server>> =
            self.seats.values().map(|seat| (seat.server.name(), &seat.server)).collect();
        by_name.into_values()
    }

    /// Every policy, as often as it applies somewhere.
    pub(super) fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.seats.values().flat_map(|seat| seat.policies())
    }

    /// Ends the conversations of every seat that has no follower.
    pub(super) fn end_seats_missing_in(&self, next: &Self) {
        for (key, seat) in &self.seats {
            let follows = next.seats.get(key).is_some_and(|after| seat.is_followed_by(after));
            if !follows {
                seat.gone.cancel();
            }
        }
    }
}

impl Seat {
    /// Who.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The groups that the caller is in.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// At which server.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Under which policies.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> + Clone {
        self.policies.iter().map(Arc::as_ref)
    }

    /// A plugin that one of the policies names, with the settings that it names.
    pub fn plugin(&self, wanted: &PluginUse) -> Option<&Arc<Plugin>> {
        self.plugins.get(&wanted.key)
    }

    /// Whether one of the plugins judges what is listed.
    pub(super) fn curates(&self) -> bool {
        self.curates
    }

    /// What plugins said of listed items.
    pub(super) fn curated(&self) -> &Curated {
        &self.curated
    }

    /// The pins of the server's tools, where there are any.
    pub(super) fn pins(&self) -> Option<&Pins> {
        self.pins.as_deref()
    }

    /// The revision of the law: a decision names it.
    pub fn revision(&self) -> Digest {
        self.revision
    }

    fn line(&self) -> String {
        let mut line = format!("{}\n{}\n", self.caller, self.server.name());
        // Names hold no control characters.
        line.extend(self.groups.iter().map(|group| format!("{group}\0")));
        for policy in &self.policies {
            line.push_str(&policy.digest().to_string());
            let plugins = policy.plugins().filter_map(|wanted| self.plugin(wanted));
            line.extend(plugins.map(|plugin| format!("{}{:?}", plugin.digest(), plugin.limits())));
        }
        line.extend(self.pins().map(|pins| format!("\n{}\n", pins.digest())));
        line
    }

    fn is_followed_by(&self, next: &Self) -> bool {
        Arc::ptr_eq(&self.server, &next.server) && self.proof == next.proof
    }

    /// What the caller's modern calls here have told.
    pub(super) fn memory(&self, link: &Arc<Link>) -> Arc<Memory> {
        self.memory.memory(link, &self.server.config().address)
    }

    /// Resolves when the place is gone.
    pub fn gone(&self) -> &CancellationToken {
        &self.gone
    }
}

fn curates(policy: &Policy, plugins: &Plugins) -> bool {
    policy.plugins().any(|wanted| plugins.get(&wanted.key).is_some_and(|plugin| plugin.has(Hook::List)))
}
