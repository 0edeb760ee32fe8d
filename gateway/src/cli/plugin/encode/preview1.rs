//! The system that a core module finds where it asks for one: none. There are no files, no arguments and nothing to read, to
//! write or to wait for; the clock stands still, and dice fall alike.
//!
//! The functions are those of WASI preview 1, <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md>. What a
//! plugin prints is lost: its log is an interface of the contract.

use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, MemArg, MemoryType,
    Module, TypeSection, ValType,
};

/// Whom modules ask.
pub(super) const NAME: &str = "wasi_snapshot_preview1";

/// What a function answers; all are numbers of errors, 0 where there is none.
#[derive(Clone, Copy)]
enum Answer {
    /// That all is well, without doing anything.
    Well,
    /// That there is no such file.
    NoFile,
    /// That there is none, in the two places that it was given.
    None,
    /// The time, in the last place that it was given.
    Time,
    /// Nothing ever, as it traps.
    End,
    /// Nothing, as it has no result.
    Silence,
}

/// Where the clock stands, in nanoseconds. Go takes 0 for a broken clock.
const TIME: i64 = 1_000_000;

/// The error of a file that is not there, `badf`.
const NO_FILE: i32 = 8;

/// Each function with the types of its parameters, `i` for 32 bits and `l` for 64.
const FUNCTIONS: [(&str, &str, Answer); 46] = [
    // Not of WASI: Go says so while it allocates, when it must not ask for the time.
    ("adapter_monotonic_clock_set_paused", "i", Answer::Silence),
    ("args_get", "ii", Answer::Well),
    ("args_sizes_get", "ii", Answer::None),
    ("clock_res_get", "ii", Answer::Time),
    ("clock_time_get", "ili", Answer::Time),
    ("environ_get", "ii", Answer::Well),
    ("environ_sizes_get", "ii", Answer::None),
    ("fd_advise", "illi", Answer::NoFile),
    ("fd_allocate", "ill", Answer::NoFile),
    ("fd_close", "i", Answer::NoFile),
    ("fd_datasync", "i", Answer::NoFile),
    ("fd_fdstat_get", "ii", Answer::NoFile),
    ("fd_fdstat_set_flags", "ii", Answer::NoFile),
    ("fd_fdstat_set_rights", "ill", Answer::NoFile),
    ("fd_filestat_get", "ii", Answer::NoFile),
    ("fd_filestat_set_size", "il", Answer::NoFile),
    ("fd_filestat_set_times", "illi", Answer::NoFile),
    ("fd_pread", "iiili", Answer::NoFile),
    ("fd_prestat_dir_name", "iii", Answer::NoFile),
    ("fd_prestat_get", "ii", Answer::NoFile),
    ("fd_pwrite", "iiili", Answer::NoFile),
    ("fd_read", "iiii", Answer::NoFile),
    ("fd_readdir", "iiili", Answer::NoFile),
    ("fd_renumber", "ii", Answer::NoFile),
    ("fd_seek", "ilii", Answer::NoFile),
    ("fd_sync", "i", Answer::NoFile),
    ("fd_tell", "ii", Answer::NoFile),
    ("fd_write", "iiii", Answer::NoFile),
    ("path_create_directory", "iii", Answer::NoFile),
    ("path_filestat_get", "iiiii", Answer::NoFile),
    ("path_filestat_set_times", "iiiilli", Answer::NoFile),
    ("path_link", "iiiiiii", Answer::NoFile),
    ("path_open", "iiiiillii", Answer::NoFile),
    ("path_readlink", "iiiiii", Answer::NoFile),
    ("path_remove_directory", "iii", Answer::NoFile),
    ("path_rename", "iiiiii", Answer::NoFile),
    ("path_symlink", "iiiii", Answer::NoFile),
    ("path_unlink_file", "iii", Answer::NoFile),
    ("poll_oneoff", "iiii", Answer::NoFile),
    ("proc_exit", "i", Answer::End),
    ("random_get", "ii", Answer::Well),
    ("sched_yield", "", Answer::Well),
    ("sock_accept", "iii", Answer::NoFile),
    ("sock_recv", "iiiiii", Answer::NoFile),
    ("sock_send", "iiiii", Answer::NoFile),
    ("sock_shutdown", "ii", Answer::NoFile),
];

/// A module with all of them, for what is linked to it.
pub(super) fn module() -> Vec<u8> {
    let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    for (index, (name, parameters, answer)) in (0..).zip(FUNCTIONS) {
        let result = match answer {
            Answer::End | Answer::Silence => None,
            Answer::Well | Answer::NoFile | Answer::None | Answer::Time => Some(ValType::I32),
        };
        types.ty().function(parameters.bytes().map(value), result);
        functions.function(index);
        exports.export(name, ExportKind::Func, index);
        code.function(&body(parameters, answer));
    }
    let mut imports = ImportSection::new();
    let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("env", "memory", EntityType::Memory(memory));
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

fn value(letter: u8) -> ValType {
    if letter == b'l' { ValType::I64 } else { ValType::I32 }
}

fn body(parameters: &str, answer: Answer) -> Function {
    let mut body = Function::new([]);
    let mut say = body.instructions();
    let place = |align| MemArg { offset: 0, align, memory_index: 0 };
    match answer {
        Answer::Well => say.i32_const(0),
        Answer::NoFile => say.i32_const(NO_FILE),
        Answer::None => {
            say.local_get(0).i32_const(0).i32_store(place(2));
            say.local_get(1).i32_const(0).i32_store(place(2)).i32_const(0)
        }
        Answer::Time => {
            let last = (0..).zip(parameters.bytes()).last().map_or(0, |(index, _)| index);
            say.local_get(last).i64_const(TIME).i64_store(place(3)).i32_const(0)
        }
        Answer::End => say.unreachable(),
        Answer::Silence => &mut say,
    }
    .end();
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_one_that_a_module_can_be_linked_to() {
        let module = wasmtime::Module::validate(&wasmtime::Engine::default(), &module());
        assert!(module.is_ok(), "{module:?}");
        assert!(FUNCTIONS.is_sorted_by_key(|(name, ..)| *name));
    }
}
