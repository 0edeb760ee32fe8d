//! What a gateway needs before it can decide anything: the record, the counters, and the plugins that its policies name.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio_util::task::TaskTracker;

use crate::audit::Audit;
use crate::config::{Components, Environment, Keep, LoadedPolicy};
use crate::gate::{Gate, Law, Plugins, Rooms};
use crate::json::commented::{Code, Finding, Severity};
use crate::plugins::{FIRST_PARTY, Host, Limits, LoadFault, Shelf, first_party};
use crate::policy::PluginUse;
use crate::secret::Key;
use crate::state::Store;
use crate::telemetry::Metrics;
use crate::upstreams::connector;

/// A plugin that cannot be had, or that does not take its settings.
pub(crate) const REFUSED: Code =
    Code { name: "plugin.refused", about: "The plugin cannot be loaded, or does not take its settings." };

/// The record and the counters, open.
pub(crate) struct Kept {
    pub(crate) audit: Arc<Audit>,
    pub(crate) store: Arc<Store>,
}

impl Kept {
    /// Opens both. What an earlier process left unfinished in the record is repaired, and told.
    pub(crate) fn open(keep: &Keep) -> Result<Self> {
        let (audit, repairs) = Audit::open(&keep.audit).context("decisions cannot be recorded, so no call can pass")?;
        for repair in repairs {
            tracing::warn!(file = %repair.file.display(), cut = repair.cut, "a record that broke off was repaired");
        }
        let store = Store::open(&keep.counters).context("limits cannot be counted, so no call can pass")?;
        Ok(Self { audit: Arc::new(audit), store: Arc::new(store) })
    }
}

/// A host for plugins, with the gateway's limits, for a few questions.
pub(crate) fn host() -> Result<Host> {
    Ok(Host::for_a_few(Limits::default(), None)?)
}

/// The same, which finds the machine code of plugins that a gateway has kept, and keeps what it makes.
pub(crate) fn brief_host(environment: &Environment) -> Result<Host> {
    Ok(Host::for_a_few(Limits::default(), shelf(environment))?)
}

/// A host for plugins that are asked again and again.
pub(crate) fn lasting_host(environment: &Environment) -> Result<Host> {
    match shelf(environment) {
        Some(shelf) => Ok(Host::with_shelf(Limits::default(), shelf)?),
        None => Ok(Host::new(Limits::default())?),
    }
}

/// Where the machine code of plugins is kept for the next start.
fn shelf(environment: &Environment) -> Option<Shelf> {
    Some(Shelf::at(&Keep::of_user(environment)?.code))
}

/// A gate with the one mint.
pub(crate) fn gate(law: Law, kept: &Kept, metrics: Arc<Metrics>, tasks: TaskTracker) -> Result<Arc<Gate>> {
    let rooms = Rooms {
        connector: connector().context("the system's certificates cannot be used")?,
        seal: Key::random()?,
        audit: Arc::clone(&kept.audit),
        store: Arc::clone(&kept.store),
        metrics,
        tasks,
    };
    Ok(Arc::new(Gate::new(super::mint(), law, rooms)))
}

/// Loads every plugin that the policies name, with the settings that they give it. All that is wrong is told at once,
/// where the policy names the plugin.
pub(crate) async fn load_plugins<'p>(
    host: &Host,
    components: &Components,
    policies: impl Iterator<Item = &'p LoadedPolicy>,
) -> Result<Arc<Plugins>, Vec<Finding>> {
    let (mut plugins, mut findings) = (Plugins::new(), Vec::new());
    for LoadedPolicy { policy, source } in policies {
        for wanted in policy.plugins() {
            if plugins.contains_key(&wanted.key) {
                continue;
            }
            match load(host, components, wanted).await {
                Ok(plugin) => drop(plugins.insert(wanted.key, plugin)),
                Err(faults) => findings.extend(faults.into_iter().map(|fault| Finding {
                    code: REFUSED,
                    severity: Severity::Error,
                    source: source.clone(),
                    span: wanted.span.clone(),
                    message: sentence(&wanted.name, &fault),
                    help: fault.remediation,
                })),
            }
        }
    }
    host.settle().await;
    if findings.is_empty() { Ok(Arc::new(plugins)) } else { Err(findings) }
}

async fn load(
    host: &Host,
    components: &Components,
    wanted: &PluginUse,
) -> Result<Arc<crate::plugins::Plugin>, Vec<LoadFault>> {
    let own = components.get(&*wanted.name);
    let Some(component) = own.map(|own| &*own.bytes).or_else(|| first_party(&wanted.name)) else {
        let known: Vec<&str> = FIRST_PARTY.iter().copied().chain(components.keys().map(String::as_str)).collect();
        let mut fault = LoadFault::missing(&wanted.name);
        if let Some(near) = crate::json::commented::nearest(&wanted.name, &known) {
            fault.remediation = Some(format!("did you mean `{near}`?"));
        }
        return Err(vec![fault]);
    };
    let terms = own.map_or(wanted.terms, |own| wanted.terms.or(own.terms));
    host.load_on(&terms, &wanted.name, component, &wanted.config).await
}

fn sentence(name: &str, fault: &LoadFault) -> String {
    let place = fault.pointer.as_deref().map(|pointer| format!(" at `config{pointer}`")).unwrap_or_default();
    format!("plugin `{name}`{place}: {}", fault.reason)
}
