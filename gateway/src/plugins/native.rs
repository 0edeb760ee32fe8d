//! The one place that runs machine code which this process did not make itself.

use wasmtime::Engine;
use wasmtime::component::Component;

/// Machine code that this gateway made, on this machine, for this engine: a code under the machine's own key has shown it.
pub(super) struct Authentic(Vec<u8>);

impl Authentic {
    /// Vouches for bytes. Only the shelf does, once their code is right.
    pub(super) fn vouch(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The component.
    #[expect(unsafe_code, reason = "machine code cannot be checked, only be known")]
    pub(super) fn component(&self, engine: &Engine) -> wasmtime::Result<Component> {
        // SAFETY: `deserialize` asks that the bytes come from `Component::serialize`. The shelf writes nothing else, in a folder that
        // is the user's alone, under an HMAC-SHA-256 whose key is the user's alone, over these very bytes in memory and the
        // digest of the component, of its settings and of what the engine is. Wasmtime checks itself whether its own version and
        // settings made them.
        unsafe { Component::deserialize(engine, &self.0) }
    }
}
