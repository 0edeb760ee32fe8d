//! From bytes to a plugin that can be run: what it must be, import and export, and what it says of itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmtime::Engine;
use wasmtime::component::types::{Component as Shape, ComponentItem};
use wasmtime::component::{Component, InstancePre, Linker};

use super::baseline;
use super::bulk;
use super::contract::words::types::Description as Told;
use super::contract::{Contract, Hook, Hooks};
use super::fault::LoadFault;
use super::finding::shown;
use super::sandbox::Sandbox;

/// The contract's package.
const PACKAGE: &str = "doorward:plugin/";

/// The interfaces of the contract that are there to be imported; the last has to be granted.
const OURS: [&str; 4] = ["doorward:plugin/document", "doorward:plugin/log", "doorward:plugin/types", MEMORY];
const MEMORY: &str = "doorward:plugin/memory";

/// The interface that every plugin exports.
const LIFECYCLE: &str = "lifecycle";

/// The longest name, version and summary, in bytes; and the most tools.
const WORDS: usize = 256;
const TOOLS: usize = 64;

/// The most reasons that are told why a component does not fit.
const FAULTS: usize = 100;

/// What a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// The tools that it is made for, as `SERVER/TOOL` globs.
    pub tools: Vec<String>,
    /// A JSON Schema of its settings.
    pub settings_schema: Option<String>,
}

/// The versions of the contract that are spoken, and everything that a plugin of any of them may import.
pub(super) struct Sockets {
    spoken: &'static [&'static dyn Contract],
    linker: Linker<Sandbox>,
}

/// A component that fits.
#[derive(Clone)]
pub(super) struct Fitted {
    pub(super) pre: InstancePre<Sandbox>,
    pub(super) hooks: Arc<dyn Hooks>,
    /// Whether it imports a memory.
    pub(super) remembers: bool,
}

/// Looks at a component before it is compiled: whether it is one, and no more of it than can be compiled.
pub(super) fn look_at(bytes: &[u8]) -> Result<(), LoadFault> {
    is_component(bytes)?;
    bulk::hold(bytes)
}

/// Compiles a component. Takes from milliseconds to seconds.
pub(super) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadFault> {
    Component::from_binary(engine, bytes)
        .map_err(|error| LoadFault::of("plugin.invalid", format!("it does not compile: {}", cause(&error))))
}

impl Sockets {
    /// What is linked.
    pub(super) fn new(engine: &Engine, spoken: &'static [&'static dyn Contract]) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        for contract in spoken {
            contract.link(&mut linker)?;
        }
        baseline::link(&mut linker)?;
        Ok(Self { spoken, linker })
    }

    /// Fits a component to the version of the contract that it is built for.
    pub(super) fn fit(&self, engine: &Engine, component: &Component) -> Result<Fitted, Vec<LoadFault>> {
        let shape = component.component_type();
        let contract = self.contract_of(&shape, engine)?;
        // The names are right: what is still wrong is a function that is not there, or is another.
        let pre = self.linker.instantiate_pre(component).map_err(|error| {
            let reason = format!("it imports what the contract does not have: {}", cause(&error));
            vec![LoadFault::of("plugin.import", reason)]
        })?;
        let hooks = contract.fit(&pre).map_err(|error| {
            let reason = format!("it does not export what the contract asks: {}", cause(&error));
            vec![LoadFault::of("plugin.export", reason)]
        })?;
        let remembers = shape.imports(engine).any(|(name, _)| interface_of(name) == MEMORY);
        Ok(Fitted { pre, hooks: hooks.into(), remembers })
    }

    /// The version that a component is built for; or everything by which it does not fit, as far as names tell.
    fn contract_of(&self, shape: &Shape, engine: &Engine) -> Result<&'static dyn Contract, Vec<LoadFault>> {
        let mut faults = Vec::new();
        let (mut strange, mut lines) = (BTreeSet::new(), BTreeSet::new());
        for (name, item) in shape.imports(engine) {
            let known = OURS.contains(&interface_of(name)) || baseline::INTERFACES.contains(&interface_of(name));
            match (ours(name), item.ty) {
                (Some((_, version)), _) if self.line(version).is_none() => {
                    strange.insert(version.to_owned());
                }
                (_, ComponentItem::ComponentInstance(_)) if known => {}
                _ => faults.push(
                    LoadFault::of(
                        "plugin.import",
                        format!("it imports `{}`, which no plugin gets", shown(name, WORDS)),
                    )
                    .with("a plugin has no files, no network and no other plugins: leave out what needs them"),
                ),
            }
        }
        let mut exported = BTreeSet::new();
        for (name, _) in shape.exports(engine) {
            let Some((interface, version)) = ours(name) else { continue };
            match self.line(version) {
                Some(contract) => {
                    lines.insert(contract.line());
                    exported.insert(interface);
                }
                None => drop(strange.insert(version.to_owned())),
            }
        }
        let spoken: Vec<&str> = self.spoken.iter().map(|contract| contract.line()).collect();
        let newest = spoken.last().copied().unwrap_or_default();
        for version in &strange {
            let found = shown(version, WORDS);
            faults.push(
                LoadFault::of("plugin.version", format!("it is built for version `{found}` of the contract")).with(
                    format!("this gateway speaks {}: build the plugin with the SDK of that version", spoken.join(", ")),
                ),
            );
        }
        if strange.is_empty() {
            if !Hook::ALL.iter().any(|hook| exported.contains(hook.interface())) {
                let [call, others @ ..] = Hook::ALL.map(Hook::interface);
                let reason = format!("it does not export `{PACKAGE}{call}@{newest}`, `{}`", others.join("` or `"));
                faults.push(LoadFault::of("plugin.export", reason));
            }
            if !exported.contains(LIFECYCLE) {
                let reason = format!("it does not export `{PACKAGE}{LIFECYCLE}@{newest}`");
                faults.push(LoadFault::of("plugin.export", reason));
            }
        }
        if lines.len() > 1 {
            faults.push(LoadFault::of("plugin.version", "it exports hooks of several versions of the contract"));
        }
        match lines.first().and_then(|line| self.spoken.iter().find(|contract| contract.line() == *line)) {
            Some(contract) if faults.is_empty() => Ok(*contract),
            _ => {
                faults.truncate(FAULTS);
                Err(faults)
            }
        }
    }

    /// The version of the contract that a component of this version speaks.
    fn line(&self, version: &str) -> Option<&'static dyn Contract> {
        self.spoken.iter().copied().find(|contract| is_of_line(version, contract.line()))
    }
}

impl Description {
    /// Takes what a plugin says of itself if it holds; `exports` are the hooks that it has.
    pub(super) fn read(told: Told, exported: &BTreeSet<Hook>) -> Result<Self, LoadFault> {
        if told.name.is_empty() || told.tools.len() > TOOLS {
            let reason = format!("it describes itself without a name, or with more than {TOOLS} tools");
            return Err(LoadFault::of("plugin.description", reason));
        }
        if let Some(hook) = told.hooks.iter().find(|hook| !exported.iter().any(|known| known.interface() == **hook)) {
            let reason = format!("it describes a hook `{}` that it does not export", shown(hook, WORDS));
            return Err(LoadFault::of("plugin.description", reason));
        }
        Ok(Self {
            name: shown(&told.name, WORDS),
            version: shown(&told.version, WORDS),
            summary: shown(&told.summary, WORDS),
            tools: told.tools.iter().map(|glob| shown(glob, WORDS)).collect(),
            settings_schema: told.settings_schema,
        })
    }
}

/// The first eight bytes tell components from modules, and from everything else.
fn is_component(bytes: &[u8]) -> Result<(), LoadFault> {
    let what = match bytes {
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => return Ok(()),
        [b'\0', b'a', b's', b'm', ..] => "it is a core module and no component",
        _ => "it is not WebAssembly",
    };
    Err(LoadFault::of("plugin.no-component", what).with("build it for the target `wasm32-wasip2`"))
}

/// The interface and the version, if a name is one of the contract's.
pub(super) fn ours(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_prefix(PACKAGE)?;
    Some(name.split_once('@').unwrap_or((name, "")))
}

/// The name of an interface, less its version.
fn interface_of(name: &str) -> &str {
    name.split_once('@').map_or(name, |(interface, _)| interface)
}

fn is_of_line(version: &str, line: &str) -> bool {
    version.strip_prefix(line).is_some_and(|patch| {
        patch.strip_prefix('.').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Wasmtime's own words, which for a component that does not fit are the only ones.
fn cause(error: &wasmtime::Error) -> String {
    shown(&format!("{error:#}"), 1 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_one_line_are_spoken() {
        for (version, spoken) in [("0.1.0", true), ("0.1.17", true), ("0.2.0", false), ("0.10.0", false), ("", false)] {
            assert_eq!(is_of_line(version, "0.1"), spoken, "{version}");
        }
        for version in ["0.1.0-rc.1", "0.1", "1.0.1"] {
            assert!(!is_of_line(version, "0.1"), "{version}");
        }
    }

    #[test]
    fn only_components_are_components() {
        assert_eq!(is_component(b"\0asm\x0d\0\x01\0rest"), Ok(()));
        for bytes in [&b"\0asm\x01\0\0\0"[..], b"#!/bin/sh", b""] {
            assert_eq!(is_component(bytes).map_err(|fault| fault.code), Err("plugin.no-component".into()));
        }
    }
}
