//! What all plugins of a process share: the engine, the ticker that ends them, the places to run in.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::sync::Semaphore;
use wasmtime::{Engine, Store};

use super::allowance::Allowance;
use super::component::Sockets;
use super::contract::Contract;
use super::engine::{self, PLACES};
use super::failure::{TIMEOUT, failure};
use super::finding::Finding;
use super::memory::Desk;
use super::sandbox::Sandbox;
use super::shelf::Shelf;
use super::ticker::Ticker;
use super::witness::Witness;
use super::{HostFailure, Limits};

/// The house. Plugins hold it, so it stands as long as one of them is in use.
pub(super) struct House {
    pub(super) limits: Limits,
    pub(super) places: Semaphore,
    /// Places for what takes longer than a moment, over all plugins: fewer than there are cores, so that whoever runs long leaves
    /// one to the others.
    pub(super) apart: Semaphore,
    pub(super) engine: Engine,
    pub(super) sockets: Sockets,
    pub(super) ticker: Ticker,
    pub(super) witness: Witness,
    pub(super) shelf: Option<Shelf>,
    pub(super) begins: Begins,
    /// How many times machine code was made.
    pub(super) compiled: AtomicU64,
}

/// How long a plugin may take for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// A moment, and by the clock at most so long. What does not end in it is as if it had never begun.
    Moment(Duration),
    /// So long. What does not end in it has failed.
    Whole(Duration),
}

/// Where questions begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// Where the plugin had read its settings: it costs a compilation for each settings, once.
    AtSnapshots,
    /// At the settings, which are read every time.
    AtSettings,
}

/// What came of a run, and what the plugin left.
pub(super) struct Ran<T> {
    pub(super) told: Result<T, Finding>,
    /// How much memory it took, in bytes.
    pub(super) taken: usize,
    pub(super) desk: Option<Desk>,
}

impl House {
    pub(super) fn build(
        limits: Limits,
        spoken: &'static [&'static dyn Contract],
        witness: Witness,
        shelf: Option<Shelf>,
        begins: Begins,
    ) -> Result<Self, HostFailure> {
        let engine = engine::start(&witness).map_err(HostFailure::Engine)?;
        let sockets = Sockets::new(&engine, spoken).map_err(HostFailure::Engine)?;
        let ticker = Ticker::start(&engine).map_err(HostFailure::Ticker)?;
        let (places, apart) = (Semaphore::new(PLACES), Semaphore::new(limits.concurrent));
        Ok(Self { limits, places, apart, engine, sockets, ticker, witness, shelf, begins, compiled: AtomicU64::new(0) })
    }

    /// Runs `work` in a fresh store, for at most `time`. The plugin's lines are written, unless it begins again, and the store
    /// is gone, when this returns.
    pub(super) fn run<T>(
        &self,
        plugin: &str,
        limits: &Limits,
        time: Time,
        work: impl FnOnce(&mut Store<Sandbox>) -> wasmtime::Result<T>,
    ) -> Ran<T> {
        let allowance = Allowance::begin(time);
        let _ticking = self.ticker.tick();
        let mut store = Sandbox::open(&self.engine, limits, allowance);
        let result = work(&mut store);
        let Sandbox { lines, taken, desk, .. } = store.into_data();
        let lines = lines.ended();
        let told = result.map_err(|error| (failure(&error, limits.memory, allowance.deadline()), error));
        let begins_again = allowance.is_moment() && matches!(&told, Err((finding, _)) if finding.code == TIMEOUT);
        if !begins_again {
            self.witness.tell(lines.kept(), told.as_ref().err().map(|(_, error)| error), taken);
            lines.flush(plugin);
        }
        let told = told.map_err(|(finding, error)| {
            tracing::debug!(plugin, error = format!("{error:#}"), "a plugin was stopped");
            finding
        });
        Ran { told, taken, desk }
    }
}
