//! The program as a whole: wired from a configuration, run until it is asked to stop, and drained.
//!
//! This is the only place that makes a [`Mint`], and the gate gets it.

mod furnish;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admin::Desk;
use crate::audit::Note;
use crate::call::{Mint, ServerName};
use crate::clock::Timestamp;
use crate::config::{Config, LoadedPolicy, widened};
use crate::gate::{Gate, Law, Plugins};
use crate::json::commented::Finding;
use crate::listener::Listener;
use crate::plugins::Host;
use crate::server::Door;
use crate::telemetry::Metrics;
use crate::upstreams::Server;

pub(crate) use furnish::{Kept, REFUSED, brief_host, gate, host, lasting_host, load_plugins};

/// How often idle conversations are looked for.
const REAP: Duration = Duration::from_secs(1);
/// How many of the calls that a reload lets pass are named.
const NAMED: usize = 3;
/// How long servers' programs have to end.
const FAREWELL: Duration = Duration::from_secs(10);

/// A gateway that listens.
pub struct App {
    gate: Arc<Gate>,
    door: Arc<Door>,
    metrics: Arc<Metrics>,
    agents: Listener,
    operators: Listener,
    tasks: Tasks,
    stop: CancellationToken,
    config: Config,
    kept: Kept,
}

/// Every task of the program is in one of these, and is waited for at the end.
#[derive(Clone, Default)]
struct Tasks {
    connections: TaskTracker,
    calls: TaskTracker,
    programs: TaskTracker,
}

impl App {
    /// Binds the sockets and puts the law of the configuration in force.
    pub async fn bind(Furnished { config, plugins }: Furnished) -> Result<Self> {
        let bind = async |listener: &crate::listener::Config| {
            let address = listener.address;
            Listener::bind(listener.clone())
                .await
                .with_context(|| format!("cannot listen on {address}; is another program there? choose another port"))
        };
        let (agents, operators) = (bind(&config.listen).await?, bind(&config.admin).await?);
        let (tasks, stop) = (Tasks::default(), CancellationToken::new());
        let metrics = Arc::new(Metrics::default());
        let kept = Kept::open(&config.keep)?;
        let law = law_of(&config, &plugins, &Law::default(), &tasks.programs);
        let gate = gate(law, &kept, Arc::clone(&metrics), tasks.calls.clone())?;
        let door = Arc::new(Door::new(Arc::clone(&gate), config.door.clone(), stop.clone()));
        Ok(Self { gate, door, metrics, agents, operators, tasks, stop, config, kept })
    }

    /// Where agents connect.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.agents.address()?)
    }

    /// Where operators connect.
    pub fn admin_address(&self) -> Result<SocketAddr> {
        Ok(self.operators.address()?)
    }

    /// Serves until `ask_to_stop` resolves, then drains. Whatever `reload` yields meanwhile is put in force.
    pub async fn run(
        self,
        ask_to_stop: impl Future<Output = ()>,
        mut reload: impl AsyncFnMut() -> Option<Furnished>,
    ) -> Result<()> {
        let Self { gate, door, metrics, agents, operators, tasks, stop, mut config, kept } = self;
        let listening = TaskTracker::new();
        let desk = Desk::new(Arc::clone(&metrics), Arc::clone(&kept.audit), config.door.guard.clone(), stop.clone());
        let operators_done = CancellationToken::new();
        let for_agents = Arc::clone(&door);
        listening.spawn(agents.serve(
            move |request| Arc::clone(&for_agents).serve(request),
            stop.clone(),
            tasks.connections.clone(),
        ));
        // Operators can look until the very end.
        let admin_tasks = TaskTracker::new();
        listening.spawn(operators.serve(
            move |request| desk.clone().serve(request),
            operators_done.clone(),
            admin_tasks.clone(),
        ));

        let mut ask_to_stop = std::pin::pin!(ask_to_stop);
        let mut tick = interval(REAP);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut ask_to_stop => break,
                _ = tick.tick() => {
                    door.reap();
                    show_open(&gate, &door, &metrics);
                }
                next = reload() => {
                    let Some(Furnished { config: next, plugins }) = next else {
                        let policy = gate.law().revision();
                        note(&kept, &Note::Kept { policy, reason: "the new configuration has errors" }).await;
                        continue;
                    };
                    if next.listen != config.listen || next.admin != config.admin {
                        tracing::warn!("`listen`, `admin` and `limits` of connections change with the next start");
                    }
                    if next.keep != config.keep {
                        tracing::warn!("`audit` changes with the next start");
                    }
                    gate.enact(law_of(&next, &plugins, &gate.law(), &tasks.programs));
                    door.configure(next.door.clone());
                    // Large policies take seconds to be compared: what the new ones refuse is refused meanwhile.
                    let widened = widened(&config, &next);
                    config = next;
                    let first: Vec<&str> = widened.iter().take(NAMED).map(|found| found.message.as_str()).collect();
                    if !first.is_empty() {
                        let (count, first) = (widened.len(), first.join("; "));
                        tracing::warn!(count, first, "the new configuration lets calls pass that did not before");
                    }
                    let policy = gate.law().revision();
                    note(&kept, &Note::Reloaded { policy, widened: widened.len(), first: &first }).await;
                    tracing::info!("the new configuration is in force");
                },
            }
        }

        tracing::info!("stopping: calls in flight are waited for");
        stop.cancel();
        tasks.connections.close();
        tasks.calls.close();
        let in_flight = async {
            tasks.connections.wait().await;
            tasks.calls.wait().await;
        };
        if timeout(config.drain, in_flight).await.is_err() {
            tracing::warn!(after = ?config.drain, "calls in flight were cut off");
        }
        door.close();
        gate.enact(Law::default());
        let _in_time = timeout(FAREWELL, tasks.calls.wait()).await;
        tasks.programs.close();
        if timeout(FAREWELL, tasks.programs.wait()).await.is_err() {
            tracing::warn!("programs of servers did not end in time");
        }
        if let Err(error) = kept.audit.close().await {
            tracing::error!(%error, "the record could not be closed");
        }
        let _closed = kept.store.close().await;
        operators_done.cancel();
        listening.close();
        let _in_time = timeout(FAREWELL, listening.wait()).await;
        Ok(())
    }
}

/// A configuration, and the plugins that it names.
pub struct Furnished {
    config: Config,
    plugins: Arc<Plugins>,
}

impl Furnished {
    /// Loads the plugins that a configuration names; all that is wrong with them is told at once.
    pub async fn new(config: Config, host: &Host) -> Result<Self, Vec<Finding>> {
        let plugins = load_plugins(host, &config.components, config.policies()).await?;
        Ok(Self { config, plugins })
    }

    /// The law that the configuration lays down, for looking at.
    pub fn law(&self) -> Law {
        law_of(&self.config, &self.plugins, &Law::default(), &TaskTracker::new())
    }

    /// The names of the servers.
    pub fn servers(&self) -> Vec<ServerName> {
        self.config.servers.iter().map(|server| server.upstream.name.clone()).collect()
    }
}

/// A mint. There is one in a process: the gate's.
fn mint() -> Mint {
    Mint::strike()
}

async fn note(kept: &Kept, note: &Note<'_>) {
    if let Err(error) = kept.audit.note(Timestamp::now(), note).await {
        tracing::error!(%error, "a reload could not be recorded");
    }
}

/// The law that a configuration lays down. A server that did not change stays the same server, with its conversations.
fn law_of(config: &Config, plugins: &Arc<Plugins>, old: &Law, programs: &TaskTracker) -> Law {
    let known: HashMap<&ServerName, &Arc<Server>> = old.servers().map(|server| (server.name(), server)).collect();
    let mut servers: HashMap<&ServerName, (Arc<Server>, &[LoadedPolicy])> = HashMap::new();
    for entry in &config.servers {
        let server = match known.get(&entry.upstream.name) {
            Some(server) if *server.config() == entry.upstream => Arc::clone(server),
            _ => Server::new(entry.upstream.clone(), programs.clone()),
        };
        servers.insert(&entry.upstream.name, (server, entry.policies.as_slice()));
    }
    let mut law = Law::default();
    for seat in &config.seats {
        let Some((server, own)) = servers.get(&seat.server) else { continue };
        // What stands above the server's policies and what a grant adds narrow them; where the server has none, nothing
        // is there to narrow.
        let layers = config.policies.iter().chain(*own).chain(&seat.policies);
        let policies = match own {
            [] => Vec::new(),
            _ => layers.map(|layer| Arc::clone(&layer.policy)).collect(),
        };
        let caller = (seat.caller.clone(), seat.proof);
        law.admit(caller, Arc::clone(server), policies, Arc::clone(plugins));
    }
    for seat in config.seats.iter().filter(|seat| !seat.groups.is_empty()) {
        law.group(&seat.caller, &seat.groups);
    }
    for entry in &config.servers {
        if let Some(loaded) = &entry.pins {
            law.pin(&entry.upstream.name, &loaded.pins);
        }
    }
    law.follow(old);
    law
}

fn show_open(gate: &Gate, door: &Door, metrics: &Metrics) {
    for server in gate.law().servers() {
        let sessions = door.sessions(server.name());
        metrics.set_open(server.name().as_str(), sessions, server.children(), server.noise());
    }
}
