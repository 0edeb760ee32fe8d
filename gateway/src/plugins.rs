//! Validators in a sandbox: components that are lent a call and say what they think of it.
//!
//! A plugin has no ambient capability. It gets a fresh instance for every call, a deadline, a memory, and a handle to the
//! arguments; whatever else it does than answer in time and in form is a Deny, with a code that begins with `plugin.`. A
//! [`Host`] compiles each component once; a [`Plugin`] is a component with the settings that a policy gives it. This room
//! knows the contract in `wit/`, and nothing of policies, of the gate, or of where components come from.

mod anatomy;
mod baseline;
mod component;
mod contract;
mod document;
mod engine;
mod failure;
mod fault;
mod finding;
mod first_party;
mod house;
mod lines;
mod memory;
mod pace;
mod plugin;
mod sandbox;
mod ticker;
mod witness;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::available_parallelism;
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::secret::Digest;
use house::{House, Loaded};
use witness::Witness;

pub use anatomy::Anatomy;
pub use component::Description;
pub use fault::LoadFault;
pub use finding::Finding;
pub use first_party::{FIRST_PARTY, first_party};
pub use plugin::{Context, Opinion, Plugin, Reviewed};
pub use witness::{Place, Seen};

/// How much machine code is kept for components that no snapshot uses any more, in KiB.
const KEPT: u64 = 256 << 10;

/// How long a component that does not load is not tried again, and how many of them are remembered.
const REFUSED_FOR: Duration = Duration::from_secs(5);
const REFUSED: u64 = 64;

/// What runs plugins: one a process.
pub struct Host {
    house: Arc<House>,
    loaded: Cache<Digest, Arc<Loaded>>,
    refused: Cache<Digest, Arc<Vec<LoadFault>>>,
    compiler: Arc<Semaphore>,
    compiled: Arc<AtomicU64>,
}

/// What a plugin may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take for a call, and how long a call waits for its turn.
    pub deadline: Duration,
    /// How much memory an instance may have, in bytes.
    pub memory: usize,
    /// How big a component may be, in bytes.
    pub component: usize,
    /// How many calls of one component that take longer than a moment run at once.
    pub concurrent: usize,
}

/// No plugin can run in this process.
#[derive(Debug, thiserror::Error)]
pub enum HostFailure {
    /// The engine does not start, for instance because the address space is limited.
    #[error("the plugin engine did not start: allow the process more address space")]
    Engine(#[source] wasmtime::Error),
    /// The thread that ends plugins does not start.
    #[error("the thread that ends plugins did not start")]
    Ticker(#[source] io::Error),
}

impl Default for Limits {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        // One core stays free of any one plugin, so that one which spins is not felt by the others.
        let concurrent = cores.saturating_sub(1).max(1);
        Self { deadline: Duration::from_millis(50), memory: 64 << 20, component: 32 << 20, concurrent }
    }
}

impl Host {
    /// Starts the engine.
    pub fn new(limits: Limits) -> Result<Self, HostFailure> {
        Self::build(limits, Witness::Absent)
    }

    /// Starts the engine for somebody who writes plugins: what they write, and where they fall, is seen.
    pub fn for_authors(limits: Limits) -> Result<Self, HostFailure> {
        Self::build(limits, Witness::Present(Mutex::default()))
    }

    fn build(limits: Limits, witness: Witness) -> Result<Self, HostFailure> {
        let loaded = Cache::builder().max_capacity(KEPT).weigher(|_, loaded: &Arc<Loaded>| loaded.weight()).build();
        let refused = Cache::builder().max_capacity(REFUSED).time_to_live(REFUSED_FOR).build();
        Ok(Self {
            house: Arc::new(House::build(limits, witness)?),
            loaded,
            refused,
            compiler: Arc::new(Semaphore::new(1)),
            compiled: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Makes a plugin of a component and of settings, one JSON text; all that is wrong with them is found at once.
    ///
    /// A component is compiled once, however many ask for it, and off the threads that serve calls. When the future is
    /// dropped, a compilation that has begun ends by itself, and no other begins meanwhile.
    pub async fn load(&self, name: &str, component: &[u8], settings: &[u8]) -> Result<Arc<Plugin>, Vec<LoadFault>> {
        self.measure(component)?;
        let settings = str::from_utf8(settings)
            .map_err(|_| vec![LoadFault::of("plugin.settings", "its settings are not UTF-8")])?;
        let loaded = self.compiled(component).await.map_err(|faults| (*faults).clone())?;
        let plugin = Plugin { name: name.into(), settings: settings.into(), loaded, house: Arc::clone(&self.house) };
        spawn_blocking(move || plugin.configure().map(|()| Arc::new(plugin))).await.map_err(|_| stopping())?
    }

    /// Takes a component apart, without settings. Where it does not fit the contract, all reasons are told.
    pub async fn examine(&self, component: &[u8]) -> Result<Anatomy, Vec<LoadFault>> {
        self.measure(component)?;
        let loaded = self.compiled(component).await.map_err(|faults| (*faults).clone())?;
        Ok(Anatomy::of(&loaded))
    }

    /// What was seen of the plugins since the last time; nothing where the host is not for authors.
    pub fn seen(&self) -> Seen {
        self.house.witness.ask()
    }

    /// How many components have been compiled, or tried to be, since the start.
    pub fn compilations(&self) -> u64 {
        self.compiled.load(Ordering::Relaxed)
    }

    fn measure(&self, component: &[u8]) -> Result<(), Vec<LoadFault>> {
        let longest = self.house.limits.component;
        if component.len() <= longest {
            return Ok(());
        }
        let reason = format!("it has {} bytes, and a component may have {longest}", component.len());
        Err(vec![LoadFault::of("plugin.size", reason)])
    }

    async fn compiled(&self, bytes: &[u8]) -> Result<Arc<Loaded>, Arc<Vec<LoadFault>>> {
        let digest = Digest::of(bytes);
        if let Some(faults) = self.refused.get(&digest).await {
            return Err(faults);
        }
        let compile = async {
            let compiled = self.compile(digest, bytes.into()).await;
            if let Err(faults) = &compiled {
                self.refused.insert(digest, Arc::new(faults.clone())).await;
            }
            compiled
        };
        self.loaded.try_get_with(digest, compile).await
    }

    async fn compile(&self, digest: Digest, bytes: Box<[u8]>) -> Result<Arc<Loaded>, Vec<LoadFault>> {
        let Ok(turn) = Arc::clone(&self.compiler).acquire_owned().await else { return Err(stopping()) };
        let (house, compiled) = (Arc::clone(&self.house), Arc::clone(&self.compiled));
        let work = move || {
            compiled.fetch_add(1, Ordering::Relaxed);
            let loaded = house.load(digest, &bytes).map(Arc::new);
            // Held until here, also where nobody waits any more.
            drop(turn);
            loaded
        };
        spawn_blocking(work).await.map_err(|_| stopping())?
    }
}

/// The runtime ends while a plugin is loaded.
fn stopping() -> Vec<LoadFault> {
    vec![LoadFault::of("plugin.stopped", "the gateway stops")]
}

#[cfg(test)]
mod tests;
