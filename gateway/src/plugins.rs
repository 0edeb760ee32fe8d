//! Validators in a sandbox: components that are lent a call and say what they think of it.
//!
//! A plugin has no ambient capability. It gets a fresh instance for every question, a deadline, bytes to work in, and a handle
//! to the document; whatever else it does than answer in time and in form is a Deny, with a code that begins with `plugin.`.
//! A [`Host`] compiles each component once, and has it read its settings once; a [`Plugin`] is a component with the settings
//! that a policy gives it. Its hooks: [`Plugin::check`] judges a call, [`Plugin::inspect`] a reply, [`Plugin::filter`] what a
//! server lists. This room knows the contract in `wit/` and the terms of a policy, and nothing
//! of its rules, of the gate, or of where components come from.

mod allowance;
mod anatomy;
mod baseline;
mod breaker;
mod bulk;
mod component;
mod contract;
mod document;
mod engine;
mod failure;
mod fault;
mod finding;
mod first_party;
mod house;
mod inspect;
mod limits;
mod lines;
mod loading;
mod memory;
mod native;
mod pace;
mod patches;
mod plugin;
mod refusals;
mod review;
mod sandbox;
mod shelf;
mod snapshot;
mod standing;
mod ticker;
mod witness;

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use moka::future::Cache;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::clock::Stopwatch;
use crate::policy::Terms;
use crate::secret::Digest;
use contract::{Contract, SPOKEN};
use house::{Begins, House};
use loading::{Loaded, Raw};
use refusals::Refusals;
use witness::Witness;

pub use anatomy::Anatomy;
pub use component::Description;
pub use contract::Hook;
pub use fault::LoadFault;
pub use finding::Finding;
pub use first_party::{FIRST_PARTY, first_party};
pub use inspect::{Answered, Curation, Filtered, Inspected, Inspection, Reader};
pub use limits::Limits;
pub use memory::{Draft, Memory, Turn};
pub use patches::Patches;
pub use plugin::Plugin;
pub use review::{Context, Opinion, Reviewed};
pub use shelf::{Shelf, ShelfFailure};
pub use witness::{Place, Seen};

/// How much machine code is kept for components that no law uses any more, in KiB.
const KEPT: u64 = 256 << 10;

/// A component with its settings, by their digests.
type Pair = (Digest, Digest);

/// What runs plugins: one a process.
pub struct Host {
    house: Arc<House>,
    loaded: Cache<Pair, Arc<Loaded>>,
    raw: Cache<Digest, Arc<Raw>>,
    refused: Refusals<Pair>,
    unfit: Refusals<Digest>,
    compiler: Arc<Semaphore>,
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

impl Host {
    /// Starts the engine.
    pub fn new(limits: Limits) -> Result<Self, HostFailure> {
        Self::build(SPOKEN, limits, Witness::Absent, None, Begins::AtSnapshots)
    }

    /// Starts the engine, and keeps the machine code that is made on a shelf.
    pub fn with_shelf(limits: Limits, shelf: Shelf) -> Result<Self, HostFailure> {
        Self::build(SPOKEN, limits, Witness::Absent, Some(shelf), Begins::AtSnapshots)
    }

    /// Starts the engine for a few questions, for which it does not pay to make snapshots.
    pub fn for_a_few(limits: Limits, shelf: Option<Shelf>) -> Result<Self, HostFailure> {
        Self::build(SPOKEN, limits, Witness::Absent, shelf, Begins::AtSettings)
    }

    /// Starts the engine for somebody who writes plugins: what they write, and where they fall, is seen. There are no
    /// snapshots, in which places are others.
    pub fn for_authors(limits: Limits) -> Result<Self, HostFailure> {
        Self::build(SPOKEN, limits, Witness::Present(Mutex::default()), None, Begins::AtSettings)
    }

    fn build(
        spoken: &'static [&'static dyn Contract],
        limits: Limits,
        witness: Witness,
        shelf: Option<Shelf>,
        begins: Begins,
    ) -> Result<Self, HostFailure> {
        let loaded = Cache::builder().max_capacity(KEPT).weigher(|_, loaded: &Arc<Loaded>| loaded.weight());
        let raw = Cache::builder().max_capacity(KEPT).weigher(|_, raw: &Arc<Raw>| raw.weight());
        Ok(Self {
            house: Arc::new(House::build(limits, spoken, witness, shelf, begins)?),
            loaded: loaded.build(),
            raw: raw.build(),
            refused: Refusals::new(),
            unfit: Refusals::new(),
            compiler: Arc::new(Semaphore::new(1)),
        })
    }

    /// Makes a plugin of a component and of settings, on the terms that are any plugin's.
    pub async fn load(&self, name: &str, component: &[u8], settings: &[u8]) -> Result<Arc<Plugin>, Vec<LoadFault>> {
        self.load_on(&Terms::default(), name, component, settings).await
    }

    /// Makes a plugin of a component and of settings, one JSON text; all that is wrong with them is found at once.
    ///
    /// A component is compiled once, however many ask for it, and off the threads that serve calls. When the future is
    /// dropped, a compilation that has begun ends by itself, and no other begins meanwhile.
    pub async fn load_on(
        &self,
        terms: &Terms,
        name: &str,
        component: &[u8],
        settings: &[u8],
    ) -> Result<Arc<Plugin>, Vec<LoadFault>> {
        self.measure(component)?;
        let settings = str::from_utf8(settings)
            .map_err(|_| vec![LoadFault::of("plugin.settings", "its settings are not UTF-8")])?;
        let loaded = Box::pin(self.loaded(component, settings)).await.map_err(|faults| (*faults).clone())?;
        if loaded.fitted.remembers && !terms.memory {
            let fault = LoadFault::of("plugin.grant", "it imports `doorward:plugin/memory`, which it is not granted");
            return Err(vec![
                fault.with("write `\"grants\": [\"memory\"]` beside it if it may remember conversations"),
            ]);
        }
        let limits = self.house.limits.under(&terms.budget);
        Ok(Arc::new(Plugin::new(name, settings, loaded, Arc::clone(&self.house), limits)))
    }

    /// Takes a component apart, without settings. Where it does not fit the contract, all reasons are told.
    pub async fn examine(&self, component: &[u8]) -> Result<Anatomy, Vec<LoadFault>> {
        self.measure(component)?;
        let raw = self.raw(Digest::of(component), component).await.map_err(|faults| (*faults).clone())?;
        Ok(Anatomy::of(&raw))
    }

    /// What was seen of the plugins since the last time; nothing where the host is not for authors.
    pub fn seen(&self) -> Seen {
        self.house.witness.ask()
    }

    /// Lets go of what is only needed while plugins are loaded.
    pub async fn settle(&self) {
        self.raw.invalidate_all();
        self.raw.run_pending_tasks().await;
    }

    /// How many times machine code was made since the start.
    pub fn compilations(&self) -> u64 {
        self.house.compiled.load(Ordering::Relaxed)
    }

    fn measure(&self, component: &[u8]) -> Result<(), Vec<LoadFault>> {
        let longest = self.house.limits.component;
        if component.len() <= longest {
            return Ok(());
        }
        let reason = format!("it has {} bytes, and a component may have {longest}", component.len());
        Err(vec![LoadFault::of("plugin.size", reason)])
    }

    async fn loaded(&self, component: &[u8], settings: &str) -> Result<Arc<Loaded>, Arc<Vec<LoadFault>>> {
        let pair = (Digest::of(component), Digest::of(settings.as_bytes()));
        if let Some(faults) = self.refused.of(&pair).await {
            return Err(faults);
        }
        let load = async {
            let watch = Stopwatch::start();
            let loaded = self.make(pair.0, component, settings).await;
            if let Err(faults) = &loaded {
                self.refused.remember(pair, faults, watch.elapsed()).await;
            }
            loaded
        };
        self.loaded.try_get_with(pair, load).await
    }

    async fn make(&self, digest: Digest, component: &[u8], settings: &str) -> Result<Arc<Loaded>, Vec<LoadFault>> {
        let (house, own) = (Arc::clone(&self.house), settings.to_owned());
        if let Some(loaded) = self.apart(move || house.take((digest, &own))).await? {
            return Ok(Arc::new(loaded));
        }
        let raw = self.raw(digest, component).await.map_err(|faults| (*faults).clone())?;
        let (house, own) = (Arc::clone(&self.house), settings.to_owned());
        self.apart(move || house.configure(&raw, &own)).await?.map(Arc::new)
    }

    async fn raw(&self, digest: Digest, component: &[u8]) -> Result<Arc<Raw>, Arc<Vec<LoadFault>>> {
        if let Some(faults) = self.unfit.of(&digest).await {
            return Err(faults);
        }
        let load = async {
            let (house, bytes) = (Arc::clone(&self.house), component.into());
            let watch = Stopwatch::start();
            let raw = self.apart(move || house.load(digest, bytes)).await?;
            if let Err(faults) = &raw {
                self.unfit.remember(digest, faults, watch.elapsed()).await;
            }
            raw.map(Arc::new)
        };
        self.raw.try_get_with(digest, load).await
    }

    /// Does what takes long, one after another.
    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Vec<LoadFault>> {
        let Ok(turn) = Arc::clone(&self.compiler).acquire_owned().await else { return Err(stopping()) };
        let work = move || {
            let done = work();
            // Held until here, also where nobody waits any more.
            drop(turn);
            done
        };
        spawn_blocking(work).await.map_err(|_| stopping())
    }
}

/// The runtime ends while a plugin is loaded.
fn stopping() -> Vec<LoadFault> {
    vec![LoadFault::of("plugin.stopped", "the gateway stops")]
}

#[cfg(test)]
mod tests;
