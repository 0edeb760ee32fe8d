//! Plugins that misbehave: the components that `tests/guests` makes.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long a build of all of them may take.
const BUILD: Duration = Duration::from_secs(150);

/// What the outer build means for itself.
const FOR_THE_OUTER: [&str; 5] =
    ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"];

/// The folder of the components, which are built first. The unit tests of the gateway share it.
pub async fn guests() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = root.join("target/guests");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root.join("tests/guests")).stdin(Stdio::null()).kill_on_drop(true);
    cargo.args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip2", "--target-dir"]).arg(&target);
    for outer in FOR_THE_OUTER {
        cargo.env_remove(outer);
    }
    let built = timeout(BUILD, cargo.output()).await.expect("the guests are built in time").expect("cargo starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("wasm32-wasip2/release")
}

/// The component of this name in the folder.
pub fn guest(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("guest_{name}.wasm"))).unwrap()
}
