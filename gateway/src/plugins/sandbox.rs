//! What one plugin call has: its store, and in it everything that the call may use. It is thrown away with the call.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store};

use super::document::Lent;
use super::engine::{INSTANCES, MEMORIES};
use super::lines::Lines;
use super::ticker::ticks;
use crate::call::Call;
use crate::clock::{Stopwatch, Timestamp};

/// How much a plugin may hand over in one go, in bytes.
const HANDED_OVER: usize = 1 << 20;

/// How many handles into the document a plugin may hold.
const HANDLES: usize = 10_000;

/// What the world is to a plugin.
pub(super) struct Sandbox {
    pub(super) handles: ResourceTable,
    pub(super) lent: Lent,
    pub(super) lines: Lines,
    pub(super) now: Timestamp,
    pub(super) dice: u64,
    memory: usize,
    deadline: Duration,
    started: Stopwatch,
}

/// Why the gateway stopped a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stop {
    /// It asked for more memory than it may have.
    #[error("more memory than it may have")]
    Memory,
    /// It held too many handles.
    #[error("more than {HANDLES} handles")]
    Handles,
    /// A question whose answer would fill the memory.
    #[error("an answer that is too long")]
    Answer,
    /// Its time was up while the gateway worked for it.
    #[error("no more time")]
    Time,
    /// It ended the process that it took itself for.
    #[error("it called `exit`")]
    Exit,
    /// It used a memory where it has none.
    #[error("it has no memory here")]
    Memoryless,
}

impl Sandbox {
    /// A fresh store that traps after `deadline`, as long as the ticker ticks.
    pub(super) fn open(engine: &Engine, memory: usize, deadline: Duration) -> Store<Self> {
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(HANDLES);
        let sandbox = Self {
            handles,
            lent: Lent::default(),
            lines: Lines::default(),
            now: Timestamp::from_millis(0),
            dice: 0,
            memory,
            deadline,
            started: Stopwatch::start(),
        };
        let mut store = Store::new(engine, sandbox);
        store.limiter(|sandbox| sandbox);
        store.set_hostcall_fuel(HANDED_OVER);
        store.set_epoch_deadline(ticks(deadline));
        store
    }

    /// Lends a call, at its time.
    pub(super) fn lend(&mut self, call: &Arc<Call>, now: Timestamp) {
        self.lent = Lent::of(call);
        self.now = now;
    }

    /// How much more memory it may have, in bytes.
    pub(super) fn left(&self) -> usize {
        self.memory
    }

    /// Fails once the time is up: for work of the gateway that a plugin may ask for without end.
    pub(super) fn in_time(&self) -> Result<(), Stop> {
        if self.started.elapsed() > self.deadline { Err(Stop::Time) } else { Ok(()) }
    }
}

impl ResourceLimiter for Sandbox {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        self.memory = self.memory.checked_sub(more).ok_or(Stop::Memory)?;
        Ok(true)
    }

    /// The pool bounds each table, and [`Self::tables`] how many there are.
    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Stop::Memory.into())
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Stop::Memory.into())
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        MEMORIES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}
