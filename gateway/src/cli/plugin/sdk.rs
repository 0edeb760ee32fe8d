//! What plugins are written against, for folders outside this repository: the build script makes the table.

include!(concat!(env!("OUT_DIR"), "/sdk.rs"));

/// The SDK is not on a registry, so it comes along in this folder of a new plugin.
const VENDOR: &str = "vendor";

/// Sections of the SDK's manifest that mean something in its own repository only.
const AT_HOME: [&str; 2] = ["[dev-dependencies]", "[lints]"];

/// The files of the SDK for Rust, and the contract beside it, with their places in a new plugin.
pub(super) fn vendored() -> impl Iterator<Item = (String, String)> {
    FILES.iter().map(|(name, text)| {
        let text = if name.ends_with("Cargo.toml") { elsewhere(text) } else { (*text).to_owned() };
        (format!("{VENDOR}/{}", name.replace("plugin-sdk/", "doorward-plugin/")), text)
    })
}

/// The contract, with its place in a new plugin of another language: beneath the plugin's own world.
pub(super) fn contract() -> impl Iterator<Item = (String, String)> {
    let contract = FILES.iter().filter_map(|(name, text)| Some((name.strip_prefix("wit/")?, *text)));
    contract.map(|(name, text)| (format!("wit/deps/{name}"), text.to_owned()))
}

/// A manifest without what it has at home only.
fn elsewhere(manifest: &str) -> String {
    let mut out = String::new();
    let mut kept = true;
    for line in manifest.lines() {
        if line.starts_with('[') {
            kept = !AT_HOME.contains(&line);
        }
        if kept {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
