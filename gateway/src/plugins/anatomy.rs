//! What a component is made of: its hooks, what it imports and so may do, how big it is, and what it says of itself.

use wasmtime::Engine;
use wasmtime::component::types::Component as Shape;

use super::component::{self, Description};
use super::loading::Raw;
use crate::secret::Digest;

/// A component, taken apart. It fits the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// The SHA-256 of the component.
    pub digest: Digest,
    /// The version of the contract that it is built for.
    pub contract: String,
    /// The hooks that it has.
    pub hooks: Vec<String>,
    /// Everything that it imports, with versions.
    pub imports: Vec<String>,
    /// What it says of itself.
    pub description: Description,
}

impl Anatomy {
    pub(super) fn of(raw: &Raw) -> Self {
        let component = raw.component();
        let (shape, engine) = (component.component_type(), component.engine());
        Self {
            digest: raw.digest,
            contract: version(engine, &shape),
            hooks: raw.hooks().iter().map(|hook| hook.interface().to_owned()).collect(),
            imports: shape.imports(engine).map(|(name, _)| name.to_owned()).collect(),
            description: raw.description.clone(),
        }
    }
}

/// The version by which a component exports the contract; fitting components have one.
fn version(engine: &Engine, shape: &Shape) -> String {
    let version = |name: &str| component::ours(name).map(|(_, version)| version.to_owned());
    shape.exports(engine).find_map(|(name, _)| version(name)).unwrap_or_default()
}
