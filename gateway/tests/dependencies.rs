//! What `deny.toml` bans is not part of the build, on any platform.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_types, reason = "the question is cargo's to answer")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The names of all crates that are built, for whatever platform.
fn built() -> Vec<String> {
    let tree = ["tree", "--workspace", "--target", "all", "--prefix", "none", "--locked", "--format", "{p}"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| Some(line.split(' ').next()?.to_owned()))
        .collect()
}

#[test]
fn no_banned_crate_is_built() {
    let bans = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml")).unwrap();
    let banned: Vec<&str> =
        bans.lines().filter_map(|line| line.split_once("{ crate = \"")?.1.split('"').next()).collect();
    assert!(banned.contains(&"ring") && banned.contains(&"openssl"), "{banned:?}");
    let built = built();
    assert!(built.iter().any(|name| name == "aws-lc-rs"), "{} crates", built.len());
    let found: Vec<_> = banned.iter().filter(|name| built.iter().any(|built| built == *name)).collect();
    assert!(found.is_empty(), "deny.toml bans {found:?}, and they are built");
}
