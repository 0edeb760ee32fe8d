//! Builds the first-party plugins for Wasm, so that they are inside the program.
//!
//! Cargo runs cargo here: in a target directory of its own, because the outer one holds the lock on the other, and without
//! the flags of the outer build, which are for another machine.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a build script is told by its environment")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The crates beneath `plugins/`.
const PLUGINS: [&str; 1] = ["shell-guard"];

const TARGET: &str = "wasm32-wasip2";

/// What the outer build means for itself.
const FOR_THE_OUTER: [&str; 12] = [
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
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

/// Small and the same wherever it is built, whatever the profile of the outer build.
const PROFILE: [&str; 6] = [
    "profile.release.codegen-units=1",
    "profile.release.debug=false",
    "profile.release.lto=\"fat\"",
    "profile.release.opt-level=3",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=true",
];

fn main() {
    let out = PathBuf::from(variable("OUT_DIR"));
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("..");
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    for path in ["Cargo.lock", "plugin-sdk", "plugins", "wit"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    // Documentation is built without a network and without the Wasm target.
    let plugins = if env::var_os("DOCS_RS").is_some() { Ok(Vec::new()) } else { build(&root, &out) };
    let written = plugins.and_then(|plugins| {
        fs::write(out.join("first_party.rs"), table(&plugins))
            .map_err(|error| format!("writing first_party.rs: {error}"))
    });
    if let Err(error) = written {
        println!("cargo::error={error}");
    }
}

/// Builds all plugins, and copies them to `out`.
fn build(root: &Path, out: &Path) -> Result<Vec<&'static str>, String> {
    if !has_target() {
        return Err(format!("rustup target add {TARGET}"));
    }
    let target = shared_target(out);
    let mut cargo = Command::new(variable("CARGO"));
    cargo.current_dir(root).args(["build", "--quiet", "--locked", "--release", "--target", TARGET]);
    cargo.arg("--target-dir").arg(&target);
    cargo.args(PROFILE.iter().flat_map(|line| ["--config", *line]));
    cargo.args(PLUGINS.iter().flat_map(|plugin| ["--package", *plugin]));
    for variable in FOR_THE_OUTER {
        cargo.env_remove(variable);
    }
    let output = cargo.output().map_err(|error| format!("cargo did not start: {error}"))?;
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return Err("the first-party plugins did not build: see above".to_owned());
    }
    for plugin in PLUGINS {
        let built = target.join(TARGET).join("release").join(format!("{}.wasm", plugin.replace('-', "_")));
        fs::copy(&built, out.join(format!("{plugin}.wasm")))
            .map_err(|error| format!("copying {}: {error}", built.display()))?;
    }
    Ok(PLUGINS.to_vec())
}

/// Whether the standard library for the target is there.
fn has_target() -> bool {
    let mut rustc = Command::new(variable("RUSTC"));
    let output = rustc.args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}

/// A folder beside the profiles of the outer build, so that they and the linters share one build of the plugins.
fn shared_target(out: &Path) -> PathBuf {
    let outer = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    outer.unwrap_or(out).join("first-party")
}

/// The table that `plugins::first_party` includes.
fn table(plugins: &[&str]) -> String {
    let mut table = format!("const COMPONENTS: [(&str, &[u8]); {}] = [\n", plugins.len());
    for plugin in plugins {
        let file = format!("concat!(env!(\"OUT_DIR\"), \"/{plugin}.wasm\")");
        let _infallible = writeln!(table, "    ({plugin:?}, include_bytes!({file})),");
    }
    table + "];\n"
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets `{name}`"))
}
