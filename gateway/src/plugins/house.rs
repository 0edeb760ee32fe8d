//! What all plugins of a process share: the engine, the ticker that ends them, the places to run in.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{Engine, Store};

use super::component::{self, Description};
use super::contract::v0_1::ValidatorPre;
use super::engine::{self, PLACES};
use super::failure::{TIMEOUT, contained, failure};
use super::fault::LoadFault;
use super::finding::Finding;
use super::pace::Pace;
use super::plugin::AT_LOAD;
use super::sandbox::Sandbox;
use super::ticker::Ticker;
use super::witness::Witness;
use super::{HostFailure, Limits};
use crate::secret::Digest;

/// How long a plugin may hold up the thread that it was called on, which serves others too.
const MOMENT: Duration = Duration::from_millis(1);

/// The house. Plugins hold it, so it stands as long as one of them is in use.
pub(super) struct House {
    pub(super) limits: Limits,
    pub(super) places: Semaphore,
    engine: Engine,
    linker: Linker<Sandbox>,
    pub(super) ticker: Ticker,
    pub(super) witness: Witness,
}

/// A component, compiled and fit to run.
pub(super) struct Loaded {
    pub(super) digest: Digest,
    pub(super) pre: ValidatorPre<Sandbox>,
    pub(super) description: Description,
    pub(super) places: Semaphore,
    pub(super) pace: Pace,
}

/// How long a plugin may take for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// A moment. What does not end in it is as if it had never begun.
    Moment,
    /// So long. What does not end in it has failed.
    Whole(Duration),
}

impl House {
    pub(super) fn build(limits: Limits, witness: Witness) -> Result<Self, HostFailure> {
        let engine = engine::start(limits.memory, &witness).map_err(HostFailure::Engine)?;
        let linker = component::linker(&engine).map_err(HostFailure::Engine)?;
        let ticker = Ticker::start(&engine).map_err(HostFailure::Ticker)?;
        Ok(Self { limits, places: Semaphore::new(PLACES), engine, linker, ticker, witness })
    }

    /// Compiles a component and asks it what it is. Takes from milliseconds to seconds.
    pub(super) fn load(&self, digest: Digest, bytes: &[u8]) -> Result<Loaded, Vec<LoadFault>> {
        let failed = |finding: Finding| vec![LoadFault::from(finding)];
        let pre = contained(|| Ok(component::compile(&self.engine, &self.linker, bytes))).map_err(failed)??;
        let exports: BTreeSet<_> = component::exports(&self.engine, &pre.instance_pre().component().component_type());
        let told =
            contained(|| self.run(&digest.to_string(), Time::Whole(AT_LOAD), |store| component::describe(store, &pre)));
        let description = Description::read(told.map_err(failed)?, &exports).map_err(|fault| vec![fault])?;
        Ok(Loaded { digest, pre, description, places: Semaphore::new(self.limits.concurrent), pace: Pace::default() })
    }

    /// Runs `work` in a fresh store, for at most `time`. The plugin's lines are written, unless it begins again, and the store
    /// is gone, when this returns.
    pub(super) fn run<T>(
        &self,
        plugin: &str,
        time: Time,
        work: impl FnOnce(&mut Store<Sandbox>) -> wasmtime::Result<T>,
    ) -> Result<T, Finding> {
        let deadline = match time {
            Time::Moment => MOMENT,
            Time::Whole(deadline) => deadline,
        };
        let _ticking = self.ticker.tick();
        let mut store = Sandbox::open(&self.engine, self.limits.memory, deadline);
        let result = work(&mut store);
        let sandbox = store.into_data();
        let (used, lines) = (self.limits.memory.saturating_sub(sandbox.left()), sandbox.lines.ended());
        let result = result.map_err(|error| (failure(&error, self.limits.memory, deadline), error));
        if matches!(&result, Err((finding, _)) if time == Time::Moment && finding.code == TIMEOUT) {
            return result.map_err(|(finding, _)| finding);
        }
        self.witness.tell(lines.kept(), result.as_ref().err().map(|(_, error)| error), used);
        lines.flush(plugin);
        result.map_err(|(finding, error)| {
            tracing::debug!(plugin, error = format!("{error:#}"), "a plugin was stopped");
            finding
        })
    }
}

impl Loaded {
    /// What its machine code takes up, in KiB.
    pub(super) fn weight(&self) -> u32 {
        let range = self.pre.instance_pre().component().image_range();
        let bytes = (range.end as usize).saturating_sub(range.start as usize);
        u32::try_from(bytes >> 10).unwrap_or(u32::MAX)
    }
}
