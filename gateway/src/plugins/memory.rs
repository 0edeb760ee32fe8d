//! What a plugin remembers between the calls of a conversation. Nothing is granted one yet, so that a component which
//! imports it is refused when it is loaded, and nothing here is reached.

use super::contract::v0_1::doorward::plugin::memory::{Full, Host};
use super::sandbox::{Sandbox, Stop};

impl Host for Sandbox {
    fn get(&mut self, _: String) -> wasmtime::Result<Option<Vec<u8>>> {
        Err(Stop::Memoryless.into())
    }

    fn set(&mut self, _: String, _: Vec<u8>) -> wasmtime::Result<Result<(), Full>> {
        Err(Stop::Memoryless.into())
    }

    fn delete(&mut self, _: String) -> wasmtime::Result<()> {
        Err(Stop::Memoryless.into())
    }
}
