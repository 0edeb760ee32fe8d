//! How Wasm is compiled and run here: no feature that a validator does not need, and a bound on everything.

use std::num::NonZeroUsize;

use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy, WasmBacktraceDetails,
};

use super::witness::Witness;
use crate::policy::MOST_MEMORY_MIB;

/// How many plugin calls run at once, over all plugins. Whoever comes later waits.
pub(super) const PLACES: usize = 64;

/// The most core instances of one plugin: Python's components have 38.
pub(super) const INSTANCES: usize = 100;

/// The most memories, and the most tables, of one plugin.
pub(super) const MEMORIES: usize = 16;

/// The most elements of one table.
const TABLE: usize = 20_000;

/// How much stack a plugin has. Tasks run on threads of 2 MiB.
const STACK: usize = 512 << 10;

/// How many places of a plugin's code an author is shown.
const FRAMES: Option<NonZeroUsize> = NonZeroUsize::new(32);

/// Makes the engine.
pub(super) fn start(witness: &Witness) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    // Winch has had a critical escape from the sandbox.
    config.strategy(Strategy::Cranelift).cranelift_opt_level(OptLevel::Speed);
    config.wasm_component_model(true).concurrency_support(false);
    config.epoch_interruption(true).max_wasm_stack(STACK);
    // A verdict is the same on every machine.
    config.cranelift_nan_canonicalization(true).wasm_relaxed_simd(false);
    config.wasm_memory64(false).wasm_custom_page_sizes(false).wasm_wide_arithmetic(false);
    // A plugin's backtrace is of use to its author only, and costs more than the call.
    match witness {
        Witness::Absent => config.wasm_backtrace_max_frames(None).generate_address_map(false),
        Witness::Present(_) => {
            config.wasm_backtrace_max_frames(FRAMES).wasm_backtrace_details(WasmBacktraceDetails::Enable)
        }
    };
    config.memory_init_cow(true).allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    Engine::new(&config)
}

/// Room for all places. Memories go back to the system after each call, so that the next one finds fresh pages; to wipe them in
/// place is faster only with `pagemap_scan`, which wasmtime still calls an experiment, and what it wipes is a secret.
fn pool() -> PoolingAllocationConfig {
    let all = |each: usize| u32::try_from(PLACES * each).unwrap_or(u32::MAX);
    let one = |each: usize| u32::try_from(each).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(all(1))
        .total_core_instances(all(INSTANCES))
        .total_memories(all(2))
        .total_tables(all(MEMORIES))
        .max_core_instances_per_component(one(INSTANCES))
        .max_memories_per_component(one(MEMORIES))
        .max_tables_per_component(one(MEMORIES))
        .max_memories_per_module(1)
        .max_tables_per_module(4)
        .max_memory_size(usize::try_from(MOST_MEMORY_MIB << 20).unwrap_or(usize::MAX))
        .table_elements(TABLE)
        .table_keep_resident(TABLE * size_of::<usize>());
    pool
}
