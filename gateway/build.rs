//! Builds the first-party plugins for Wasm, so that they are inside the program, and takes in the SDK for those who write others.
//!
//! Cargo runs cargo here: in a target directory of its own, because the outer one holds the lock on the other, and without
//! the flags of the outer build, which are for another machine.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a build script is told by its environment")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-wasip2";

/// What the outer build means for itself.
const FOR_THE_OUTER: [&str; 12] = [
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_TARGET_DIR",
    "CARGO_UNSTABLE_BUILD_STD",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "__CARGO_DEFAULT_LIB_METADATA",
];

/// Whatever the profile of the outer build: the component, and so its digest, is the same.
const PROFILE: [&str; 6] = [
    "profile.release.codegen-units=1",
    "profile.release.debug=false",
    "profile.release.lto=\"fat\"",
    "profile.release.opt-level=3",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=true",
];

fn main() {
    let Err(error) = embed() else { return };
    for line in error.lines() {
        println!("cargo::error={line}");
    }
}

/// Builds the plugins, and writes the tables that `plugins::first_party` includes.
fn embed() -> Result<(), String> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let gateway = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = gateway.parent().ok_or("the gateway stands at the root of the file system")?;
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    for path in ["Cargo.lock", "plugin-sdk", "plugins", "wit"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    // Documentation is built without a network and without the Wasm target.
    let plugins = if env::var_os("DOCS_RS").is_some() { Vec::new() } else { names(&root.join("plugins"))? };
    if !plugins.is_empty() {
        build(root, &out, &plugins)?;
    }
    let names: String = plugins.iter().map(|plugin| format!("{plugin:?}, ")).collect();
    let bytes: String = plugins
        .iter()
        .map(|plugin| format!("({plugin:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{plugin}.wasm\"))), "))
        .collect();
    let tables = format!("const NAMES: &[&str] = &[{names}];\nconst COMPONENTS: &[(&str, &[u8])] = &[{bytes}];\n");
    fs::write(out.join("first_party.rs"), tables).map_err(|error| format!("writing first_party.rs: {error}"))?;
    fs::write(out.join("sdk.rs"), sdk(root)?).map_err(|error| format!("writing sdk.rs: {error}"))
}

/// The table that `cli::plugin::sdk` includes: the contract, and the SDK without its tests.
fn sdk(root: &Path) -> Result<String, String> {
    let mut files = vec![root.join("wit/doorward-plugin.wit"), root.join("plugin-sdk/Cargo.toml")];
    let mut folders = vec![root.join("plugin-sdk/src")];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| format!("reading {}: {error}", folder.display());
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            match path.file_name().and_then(|name| name.to_str()) {
                Some("tests" | "tests.rs") => {}
                _ if path.is_dir() => folders.push(path),
                _ => files.push(path),
            }
        }
    }
    files.sort();
    let row = |path: &PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        format!("({name:?}, include_str!({:?})), ", path.to_string_lossy())
    };
    Ok(format!("const FILES: &[(&str, &str)] = &[{}];\n", files.iter().map(row).collect::<String>()))
}

/// The crates beneath `plugins/`, each of which is called like its folder.
fn names(plugins: &Path) -> Result<Vec<String>, String> {
    let unreadable = |error| format!("reading {}: {error}", plugins.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(plugins).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Builds the plugins, and copies them to `out`.
fn build(root: &Path, out: &Path, plugins: &[String]) -> Result<(), String> {
    if !has_target()? {
        return Err(format!("rustup target add {TARGET}"));
    }
    let target = shared_target(out);
    for plugin in plugins {
        build_one(root, &target, plugin)?;
        let built = target.join(TARGET).join("release").join(format!("{}.wasm", plugin.replace('-', "_")));
        fs::copy(&built, out.join(format!("{plugin}.wasm")))
            .map_err(|error| format!("copying {}: {error}", built.display()))?;
    }
    Ok(())
}

/// Each by itself: of plugins that are built together cargo would give each the features of all, and one that uses the
/// rules of another would be two components at once.
fn build_one(root: &Path, target: &Path, plugin: &str) -> Result<(), String> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.current_dir(root).args(["build", "--quiet", "--locked", "--lib", "--release", "--target", TARGET]);
    cargo.arg("--target-dir").arg(target);
    cargo.args(PROFILE.iter().flat_map(|line| ["--config", *line]));
    cargo.args(["--package", plugin]);
    for variable in FOR_THE_OUTER {
        cargo.env_remove(variable);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", same_paths(root).join("\x1f"));
    let output = cargo.output().map_err(|error| format!("cargo did not start: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{plugin} did not build\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Whether the standard library for the target is there.
fn has_target() -> Result<bool, String> {
    let output = Command::new(variable("RUSTC")?).args(["--print", "target-libdir", "--target", TARGET]).output();
    let output = output.map_err(|error| format!("rustc did not start: {error}"))?;
    Ok(output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// A folder beside the profiles of the outer build, so that they and the linters share one build of the plugins.
fn shared_target(out: &Path) -> PathBuf {
    let outer = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    outer.unwrap_or(out).join("first-party")
}

/// Flags that keep the places of this machine out of the components, and so their digests the same everywhere.
fn same_paths(root: &Path) -> Vec<String> {
    let cargo =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let root = format!("--remap-path-prefix={}=.", root.display());
    let cargo = cargo.map(|cargo| format!("--remap-path-prefix={}=cargo", cargo.display()));
    [root].into_iter().chain(cargo).collect()
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set `{name}`"))
}
