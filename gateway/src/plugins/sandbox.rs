//! What one plugin call has: its store, and in it everything that the call may use. It is thrown away with the call.

use std::thread;

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};

use super::Limits;
use super::allowance::Allowance;
use super::document::Lent;
use super::engine::{INSTANCES, MEMORIES};
use super::lines::Lines;
use super::memory::Desk;
use super::ticker::ticks;
use crate::clock::Timestamp;

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
    /// Its memory of the conversation, where it has one.
    pub(super) desk: Option<Desk>,
    /// Whether it was handed something of the system's, a stream for instance, that a snapshot would not hold.
    pub(super) holds: bool,
    /// How much memory it has taken, and how much more it may take, in bytes.
    pub(super) taken: usize,
    left: usize,
    calls: u32,
    allowance: Allowance,
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
    /// It asked the gateway too often.
    #[error("too many questions")]
    Calls,
    /// It ended the process that it took itself for.
    #[error("it called `exit`")]
    Exit,
    /// It used a memory where it has none.
    #[error("it has no memory here")]
    Memoryless,
}

impl Sandbox {
    /// A fresh store that traps once its time is used up, as long as the ticker ticks.
    pub(super) fn open(engine: &Engine, limits: &Limits, allowance: Allowance) -> Store<Self> {
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(HANDLES);
        let sandbox = Self {
            handles,
            lent: Lent::default(),
            lines: Lines::at_most(limits.lines),
            now: Timestamp::from_millis(0),
            dice: 0,
            desk: None,
            holds: false,
            taken: 0,
            left: limits.memory,
            calls: limits.calls,
            allowance,
        };
        let mut store = Store::new(engine, sandbox);
        store.limiter(|sandbox| sandbox);
        store.set_hostcall_fuel(HANDED_OVER);
        store.set_epoch_deadline(if allowance.is_moment() { ticks(allowance.deadline()) } else { 1 });
        store.epoch_deadline_callback(|store| {
            let allowance = store.data().allowance;
            if allowance.is_used_up() {
                return Ok(UpdateDeadline::Interrupt);
            }
            if !allowance.is_moment() {
                // It may take long: whoever waits for this processor goes first.
                thread::yield_now();
            }
            Ok(UpdateDeadline::Continue(1))
        });
        store
    }

    /// Lends documents, at their time.
    pub(super) fn lend(&mut self, lent: Lent, now: Timestamp) {
        self.lent = lent;
        self.now = now;
    }

    /// Counts a question to the gateway.
    pub(super) fn count(&mut self) -> Result<(), Stop> {
        self.calls = self.calls.checked_sub(1).ok_or(Stop::Calls)?;
        Ok(())
    }

    /// Fails once the time is up: for work of the gateway that a plugin may ask for without end.
    pub(super) fn in_time(&self) -> Result<(), Stop> {
        if self.allowance.is_used_up() { Err(Stop::Time) } else { Ok(()) }
    }
}

impl ResourceLimiter for Sandbox {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        self.left = self.left.checked_sub(more).ok_or(Stop::Memory)?;
        self.taken += more;
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
