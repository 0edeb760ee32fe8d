//! The gateway's side of the contract in `wit/`: generated bindings, one module a supported version.

/// Version 0.1.
pub(super) mod v0_1 {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "validator",
        imports: { default: trappable },
        with: { "doorward:plugin/document.json": crate::plugins::document::Handle },
    });
}
