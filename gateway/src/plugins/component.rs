//! From bytes to a plugin that can be run: what it must be, import and export, and what it says of itself.

use std::collections::BTreeSet;

use wasmtime::component::types::{Component as Shape, ComponentItem};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Store};

use super::baseline;
use super::contract::v0_1::doorward::plugin::types::Description as Told;
use super::contract::v0_1::{Validator, ValidatorPre};
use super::fault::LoadFault;
use super::finding::shown;
use super::sandbox::Sandbox;

/// The contract's package, and the versions of it that are spoken here.
const PACKAGE: &str = "doorward:plugin/";
const SUPPORTED: &str = "0.1";

/// The interfaces of the contract that are there to be imported.
const OURS: [&str; 3] = ["doorward:plugin/document", "doorward:plugin/log", "doorward:plugin/types"];

/// The interfaces that a plugin exports.
const LIFECYCLE: &str = "lifecycle";
const CALL_HOOK: &str = "call-hook";

/// The longest name, version and summary, in bytes; and the most tools.
const WORDS: usize = 256;
const TOOLS: usize = 64;

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

/// Links everything that a plugin may import.
pub(super) fn linker(engine: &Engine) -> wasmtime::Result<Linker<Sandbox>> {
    let mut linker = Linker::new(engine);
    Validator::add_to_linker::<_, HasSelf<_>>(&mut linker, |sandbox| sandbox)?;
    baseline::link(&mut linker)?;
    Ok(linker)
}

/// Compiles a component and fits it to the contract. Takes from milliseconds to seconds.
pub(super) fn compile(
    engine: &Engine,
    linker: &Linker<Sandbox>,
    bytes: &[u8],
) -> Result<ValidatorPre<Sandbox>, Vec<LoadFault>> {
    is_component(bytes).map_err(|fault| vec![fault])?;
    let component = Component::from_binary(engine, bytes)
        .map_err(|error| vec![LoadFault::of("plugin.invalid", format!("it does not compile: {}", cause(&error)))])?;
    let faults = misfits(&component.component_type(), engine);
    if !faults.is_empty() {
        return Err(faults);
    }
    // The names are right: what is still wrong is a function that is not there, or is another.
    let linked = linker.instantiate_pre(&component).map_err(|error| {
        vec![LoadFault::of("plugin.import", format!("it imports what the contract does not have: {}", cause(&error)))]
    })?;
    ValidatorPre::new(linked).map_err(|error| {
        vec![LoadFault::of("plugin.export", format!("it does not export what the contract asks: {}", cause(&error)))]
    })
}

/// Asks a plugin what it is.
pub(super) fn describe(store: &mut Store<Sandbox>, pre: &ValidatorPre<Sandbox>) -> wasmtime::Result<Told> {
    pre.instantiate(&mut *store)?.doorward_plugin_lifecycle().call_describe(store)
}

impl Description {
    /// Takes what a plugin says of itself if it holds; `exports` are the hooks that it has.
    pub(super) fn read(told: Told, exports: &BTreeSet<String>) -> Result<Self, LoadFault> {
        if told.name.is_empty() || told.tools.len() > TOOLS {
            let reason = format!("it describes itself without a name, or with more than {TOOLS} tools");
            return Err(LoadFault::of("plugin.description", reason));
        }
        if let Some(hook) = told.hooks.iter().find(|hook| !exports.contains(*hook)) {
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

/// The interfaces of the contract that a component exports, less package and version.
pub(super) fn exports(engine: &Engine, shape: &Shape) -> BTreeSet<String> {
    shape.exports(engine).filter_map(|(name, _)| ours(name)).map(|(interface, _)| interface.to_owned()).collect()
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

/// Everything by which a component does not fit, as far as names tell.
fn misfits(shape: &Shape, engine: &Engine) -> Vec<LoadFault> {
    let imports = shape.imports(engine).map(|(name, item)| (name, item.ty));
    let exports = shape.exports(engine).map(|(name, item)| (name, item.ty));
    let mut versions = BTreeSet::new();
    let mut faults = Vec::new();
    for (name, item) in imports {
        let (interface, _) = name.split_once('@').unwrap_or((name, ""));
        let known = OURS.contains(&interface) || baseline::INTERFACES.contains(&interface);
        match (ours(name), item) {
            (Some((_, version)), _) if !is_supported(version) => {
                versions.insert(version.to_owned());
            }
            (_, ComponentItem::ComponentInstance(_)) if known => {}
            _ => faults.push(
                LoadFault::of("plugin.import", format!("it imports `{}`, which no plugin gets", shown(name, WORDS)))
                    .with("a plugin has no files, no network and no other plugins: leave out what needs them"),
            ),
        }
    }
    let mut missing = BTreeSet::from([LIFECYCLE, CALL_HOOK]);
    for (name, _) in exports {
        let Some((interface, version)) = ours(name) else { continue };
        if is_supported(version) {
            missing.remove(interface);
        } else {
            versions.insert(version.to_owned());
        }
    }
    for version in &versions {
        let found = shown(version, WORDS);
        faults.push(
            LoadFault::of("plugin.version", format!("it is built for version `{found}` of the contract"))
                .with(format!("this gateway speaks {SUPPORTED}: build the plugin with the SDK of that version")),
        );
    }
    if versions.is_empty() {
        faults.extend(missing.into_iter().map(|interface| {
            LoadFault::of("plugin.export", format!("it does not export `{PACKAGE}{interface}@{SUPPORTED}`"))
        }));
    }
    faults
}

/// The interface and the version, if a name is one of the contract's.
pub(super) fn ours(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_prefix(PACKAGE)?;
    Some(name.split_once('@').unwrap_or((name, "")))
}

fn is_supported(version: &str) -> bool {
    version.strip_prefix(SUPPORTED).is_some_and(|patch| {
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
            assert_eq!(is_supported(version), spoken, "{version}");
        }
        assert!(!is_supported("0.1.0-rc.1") && !is_supported("0.1") && !is_supported("1.0.1"));
    }

    #[test]
    fn only_components_are_components() {
        assert_eq!(is_component(b"\0asm\x0d\0\x01\0rest"), Ok(()));
        for bytes in [&b"\0asm\x01\0\0\0"[..], b"#!/bin/sh", b""] {
            assert_eq!(is_component(bytes).map_err(|fault| fault.code), Err("plugin.no-component".into()));
        }
    }
}
