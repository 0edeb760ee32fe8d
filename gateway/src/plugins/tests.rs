//! The host with plugins that behave and with plugins that do not.

mod bombs;
mod containment;
mod figures;
mod guards;
mod hooks;
mod hostile;
mod loading;
mod mutants;
mod remembering;
mod shell_guard;
mod snapshots;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::*;
use crate::call::{Call, Caller, ServerName, Target};
use crate::clock::Timestamp;
use crate::json;
use crate::policy::Hints;

/// A plugin that misbehaves; `tests/guests` has them.
fn guest(name: &str) -> Vec<u8> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    std::fs::read(BUILT.get_or_init(build_guests).join(format!("guest_{name}.wasm"))).unwrap()
}

#[expect(clippy::disallowed_types, reason = "the guests are cargo's to build")]
fn build_guests() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = root.join("target/guests");
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.current_dir(root.join("tests/guests"));
    cargo.args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip2", "--target-dir"]).arg(&target);
    for outer in
        ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"]
    {
        cargo.env_remove(outer);
    }
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("wasm32-wasip2/release")
}

/// A host that waits long, so that no test depends on how busy the machine is.
fn host() -> Host {
    Host::new(Limits { deadline: Duration::from_secs(60), ..Limits::default() }).unwrap()
}

/// A host as it is by default.
fn hasty() -> Host {
    Host::new(Limits::default()).unwrap()
}

/// The plugin with every hook, which remembers.
async fn watcher(host: &Host, settings: &str) -> Arc<Plugin> {
    let terms = Terms { memory: true, ..Terms::default() };
    host.load_on(&terms, "watcher", &guest("watcher"), settings.as_bytes()).await.unwrap()
}

/// An object, from its text.
fn object(text: &str) -> Arc<json::Object> {
    let value = json::scan(text.as_bytes(), &json::Limits::reply(1 << 20)).unwrap();
    Arc::new(value.as_object().unwrap().clone())
}

/// A call of `backgroundExecute` with these arguments.
fn call(arguments: &str) -> Arc<Call> {
    let arguments = json::scan(arguments.as_bytes(), &json::Limits::request(1 << 20)).unwrap();
    let params = json::Object::from([("name", "backgroundExecute".into()), ("arguments", arguments)]);
    let target = Target::Tool("backgroundExecute".to_owned());
    let (caller, server) = (Caller::new("ci"), ServerName::new("mcp-ssh"));
    Arc::new(Call::new(caller, server, target, "tools/call".to_owned(), Some(params), json::Object::new()))
}

fn context() -> Context {
    let now = Timestamp::from_millis(1_790_000_000_123);
    let (call_id, groups) = ("c-1".to_owned(), vec!["ops".to_owned()]);
    Context { call_id, hints: Hints::default(), groups, client: None, facts: vec![], now }
}

/// What `plugin` says of a call that runs `uptime`.
async fn asked(plugin: &Plugin) -> Reviewed {
    plugin.check(&call(r#"{"command":"uptime"}"#), context()).await
}

/// The code and the reason of what is no yes.
fn said(reviewed: &Reviewed) -> (&str, &str) {
    reviewed.finding().map_or(("", ""), |finding| (&finding.code, &finding.reason))
}
