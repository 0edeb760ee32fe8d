//! Where the contract is repeated: in C for plugins in C, and beside the examples that have a folder of their own.
//!
//! `wit/doorward-plugin.wit` is the source. `cargo xtask contract` writes what follows from it, and a test tells when it was
//! not typed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wit_bindgen_c::{Enabled, Opts};
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

const CONTRACT: &str = "wit/doorward-plugin.wit";

/// The world of a new plugin.
const WORLD: &str = "gateway/src/cli/plugin/templates/world.wit";

/// Where the bindings for C are kept.
const FOR_C: [&str; 2] = ["gateway/src/cli/plugin/templates/c", "plugins/plain-text/contract"];

/// The interfaces that are called by their short names in C.
const SHORT: [&str; 5] = ["types", "document", "log", "lifecycle", "call-hook"];

/// Writes what follows from the contract, where it is not there already.
pub(crate) fn write(root: &Path) -> Result<()> {
    for (place, text) in stale(root)? {
        fs::write(root.join(&place), text).with_context(|| format!("cannot write `{}`", place.display()))?;
        eprintln!("{}", place.display());
    }
    Ok(())
}

/// The files that say something else than follows from the contract.
fn stale(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let kept = |place: &Path| fs::read_to_string(root.join(place)).ok();
    Ok(all(root)?.into_iter().filter(|(place, text)| kept(place).as_ref() != Some(text)).collect())
}

/// Every file that follows from the contract, with its place beneath the root of the repository.
fn all(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let read = |place: &str| fs::read_to_string(root.join(place)).with_context(|| format!("cannot read `{place}`"));
    let contract = read(CONTRACT)?;
    let mut all = BTreeMap::new();
    for (name, bytes) in in_c(&contract, &read(WORLD)?.replace("{{name}}", "plugin"))?.iter() {
        for folder in FOR_C {
            all.insert(Path::new(folder).join(name), String::from_utf8(bytes.to_vec())?);
        }
    }
    for plugin in fs::read_dir(root.join("plugins"))? {
        let place = Path::new("plugins").join(plugin?.file_name()).join("wit/deps/doorward-plugin.wit");
        if root.join(&place).exists() {
            all.insert(place, contract.clone());
        }
    }
    Ok(all)
}

/// What plugins in C are compiled with.
fn in_c(contract: &str, world: &str) -> Result<Files> {
    let mut resolve = Resolve::default();
    resolve.push_str(CONTRACT, contract)?;
    let package = resolve.push_str(WORLD, world)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    let short = |name: &str| (format!("doorward:plugin/{name}@0.1.0"), name.replace('-', "_"));
    let options = Opts {
        // Handles that were lent are given back when the function ends; those who forget it are not answered.
        autodrop_borrows: Enabled::Yes,
        no_object_file: true,
        rename: SHORT.map(short).into(),
        ..Opts::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_the_contract_is_up_to_date() {
        let stale: Vec<PathBuf> = stale(&crate::root()).unwrap().into_keys().collect();
        assert!(stale.is_empty(), "type `cargo xtask contract`: {stale:?} are not of this contract");
    }
}
