//! Somebody's first plugin, from nothing to a call that it refuses, by what the guide says.

use std::path::{Path, PathBuf};

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Author, Gateway, Upstream, until, world};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::task::JoinSet;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Uses the component by the policy that lies beside it, and sees it refuse a call in these words, and let another pass.
async fn use_it(author: &Author, says: &str) {
    let upstream = Upstream::start().await;
    let mut lists = upstream.take("tools/list");
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        loop {
            lists.next().await.result(world::listed(&["connect"])).await;
        }
    });
    let policy: Value = serde_json::from_str(&author.read("known-hosts/policy.json")).unwrap();
    let gateway = Gateway::start(&with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "known-hosts": { "path": author.path("known-hosts/known-hosts.wasm") } } }),
    ))
    .await;
    let agent = Agent::modern(&gateway);
    // Where the machine is busy, the 50 ms of a plugin may be too short once.
    let judged = async |arguments: Value| {
        until("the plugin's own word", async || {
            let answer = agent.call("connect", arguments.clone()).await;
            (!text(&answer).contains("(plugin.")).then_some(answer)
        })
        .await
    };
    assert_echoed(&judged(json!({ "host": "web-1" })).await, &json!({ "host": "web-1" }));
    let refused = judged(json!({ "host": "db-1" })).await;
    assert_denied(&refused, "/tools/connect/plugins/known-hosts");
    let says = format!("{says} (host.unknown at /host); allowed instead: one of web-1, web-2");
    assert!(text(&refused).contains(&says), "{refused}");
    assert_eq!(upstream.seen_of("tools/call").len(), 1);
}

#[tokio::test]
async fn a_newcomer_writes_a_plugin_in_rust() {
    let author = Author::new();
    author.fine(&["new", "known-hosts"]).await;
    // The very crates that this machine has.
    std::fs::copy(root().join("Cargo.lock"), author.path("known-hosts/Cargo.lock")).unwrap();
    let guide = std::fs::read_to_string(root().join("docs/plugins.md")).unwrap();
    assert!(guide.contains(&author.read("known-hosts/src/lib.rs")), "the guide shows another plugin");

    author.edit("known-hosts/src/lib.rs", "`{host}` is not a known host", "`{host}` is not ours");
    let manifest = author.path("known-hosts/Cargo.toml");
    let tested =
        author.run(Command::new(env!("CARGO")).args(["test", "--quiet", "--manifest-path"]).arg(manifest)).await;
    assert_eq!(tested.status, Some(0), "{}{}", tested.stdout, tested.stderr);
    let built = author.fine(&["build", "known-hosts"]).await;
    assert!(built.starts_with("known-hosts/known-hosts.wasm: known-hosts 0.1.0, call-hook, "), "{built}");
    assert_eq!(author.fine(&["test", "known-hosts"]).await, "6 cases, 0 failed\n");
    use_it(&author, "`db-1` is not ours").await;

    // A plugin that panics says where.
    author.edit(
        "known-hosts/src/lib.rs",
        "    if settings.hosts.contains",
        "    assert!(host != \"db-1\");\n    if settings.hosts.contains",
    );
    author.fine(&["build", "known-hosts"]).await;
    let failed = author.plugin(&["test", "known-hosts"]).await;
    assert_eq!(failed.status, Some(1), "{}", failed.stdout);
    let line =
        1 + author.read("known-hosts/src/lib.rs").lines().position(|line| line.contains("assert!(host")).unwrap();
    for told in [
        "FAIL  known-hosts/cases/hosts.json:",
        "- code: host.unknown\n      + code: plugin.trap",
        &format!("panicked at src/lib.rs:{line}:"),
        "assertion failed: host != \"db-1\"",
        &format!(
            "in      check_call ({}:{line})",
            author.path("known-hosts/src/lib.rs").canonicalize().unwrap().display()
        ),
        "6 cases, 1 failed",
    ] {
        assert!(failed.stdout.contains(told), "{told}:\n{}", failed.stdout);
    }
}
