//! Somebody's first plugin, from nothing to a call that it refuses, by what the guide says: one story a language.

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

/// Builds the plugin, tries its cases, and uses it by the policy that lies beside it: a call is refused in these words, and
/// another passes.
async fn build_and_use(author: &Author, says: &str) {
    let built = author.fine(&["build", "known-hosts"]).await;
    assert!(built.starts_with("known-hosts/known-hosts.wasm: known-hosts 0.1.0, call-hook, "), "{built}");
    let digest = built.trim().rsplit(' ').next().unwrap();
    assert_eq!(author.fine(&["test", "known-hosts"]).await, "6 cases, 0 failed\n");

    let upstream = Upstream::start().await;
    let policy: Value = serde_json::from_str(&author.read("known-hosts/policy.json")).unwrap();
    let plugin = json!({ "path": author.path("known-hosts/known-hosts.wasm"), "sha256": digest });
    let config = with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "known-hosts": plugin } }),
    );
    author.write("doorward.json", &with(config.clone(), json!({ "version": "1" })).to_string());
    let checked = author.doorward(&["check"]).await;
    assert_eq!(checked.status, Some(0), "{}", checked.stderr);
    // What was compiled to be checked need not be compiled again.
    let state = author.path("state");
    let gateway = Gateway::start_with(&config, &[("XDG_STATE_HOME", state.to_str().unwrap())], &[]).await;
    let mut lists = upstream.take("tools/list");
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        loop {
            lists.next().await.result(world::listed(&["connect"])).await;
        }
    });
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

/// Builds a plugin that fails at the first case that is refused, and sees its own words of that among what fails.
async fn fails_with(author: &Author, words: &[&str]) {
    author.fine(&["build", "known-hosts"]).await;
    let failed = author.plugin(&["test", "known-hosts"]).await;
    assert_eq!(failed.status, Some(1), "{}", failed.stdout);
    let always =
        ["FAIL  known-hosts/cases/hosts.json:", "- code: host.unknown\n      + code: plugin.trap", "6 cases, 1 failed"];
    for told in always.iter().chain(words) {
        assert!(failed.stdout.contains(told), "{told}:\n{}", failed.stdout);
    }
}

/// The number of the line of a file in which a text stands.
fn line_of(author: &Author, file: &str, text: &str) -> usize {
    1 + author.read(file).lines().position(|line| line.contains(text)).unwrap()
}

#[tokio::test]
async fn a_newcomer_writes_a_plugin_in_rust() {
    let (author, source) = (Author::new(), "known-hosts/src/lib.rs");
    author.fine(&["new", "known-hosts"]).await;
    // The very crates that this machine has.
    std::fs::copy(root().join("Cargo.lock"), author.path("known-hosts/Cargo.lock")).unwrap();
    let guide = std::fs::read_to_string(root().join("docs/plugins.md")).unwrap();
    assert!(guide.contains(&author.read(source)), "the guide shows another plugin");

    author.edit(source, "`{host}` is not a known host", "`{host}` is not ours");
    let manifest = author.path("known-hosts/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    let tested = author.run(cargo.args(["test", "--quiet", "--manifest-path"]).arg(manifest)).await;
    assert_eq!(tested.status, Some(0), "{}{}", tested.stdout, tested.stderr);
    build_and_use(&author, "`db-1` is not ours").await;

    author.edit(
        source,
        "    if settings.hosts.contains",
        "    assert!(host != \"db-1\");\n    if settings.hosts.contains",
    );
    let line = line_of(&author, source, "assert!(host");
    let place = author.path(source).canonicalize().unwrap();
    let (panic, place) =
        (format!("panicked at src/lib.rs:{line}:"), format!("in      check_call ({}:{line})", place.display()));
    fails_with(&author, &[&panic, "assertion failed: host != \"db-1\"", &place]).await;
}

#[tokio::test]
async fn a_newcomer_writes_a_plugin_in_javascript() {
    let (author, source) = (Author::new(), "known-hosts/src/plugin.js");
    author.fine(&["new", "known-hosts", "--lang", "js"]).await;
    author.equip("js/node_modules", "known-hosts/node_modules");
    author.edit(source, "is not a known host", "is not ours");
    for tool in ["npm test", "node_modules/.bin/tsc"] {
        let ended = author.run(Command::new("sh").args(["-c", &format!("cd known-hosts && {tool}")])).await;
        assert_eq!(ended.status, Some(0), "{tool}: {}{}", ended.stdout, ended.stderr);
    }
    build_and_use(&author, "`db-1` is not ours").await;

    author.edit(
        source,
        "    if (settings.hosts.incl",
        "    if (host.val === \"db-1\") host.none();\n    if (settings.hosts.incl",
    );
    let place = format!("checkCall@src/plugin.js:{}:", line_of(&author, source, "host.none"));
    fails_with(&author, &["warn    TypeError: host.none is not a function", &place]).await;
}

/// The plugin that is built is the same as in JavaScript, and `ask-on-production` is built of this.
#[tokio::test]
async fn a_newcomer_begins_a_plugin_in_typescript() {
    let (author, source) = (Author::new(), "known-hosts/src/plugin.ts");
    author.fine(&["new", "known-hosts", "--lang", "ts"]).await;
    author.equip("js/node_modules", "known-hosts/node_modules");
    let tested = author.run(Command::new("npm").args(["test", "--prefix", "known-hosts"])).await;
    assert_eq!(tested.status, Some(0), "{}{}", tested.stdout, tested.stderr);
    author.edit(source, "settings.hosts.includes", "settings.hots.includes");
    let mistaken = author.plugin(&["build", "known-hosts"]).await;
    assert_eq!(mistaken.status, Some(3));
    let place = format!("src/plugin.ts({},", line_of(&author, source, "settings.hots"));
    assert!(mistaken.stderr.contains(&place), "{place}: {}", mistaken.stderr);
}

#[tokio::test]
async fn what_is_built_with_npm_is_pinned() {
    let manifest = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let pinned = manifest(&std::fs::read_to_string(root().join("tests/peers/authors/package.json")).unwrap());
    for language in ["js", "ts"] {
        let author = Author::new();
        author.fine(&["new", "known-hosts", "--lang", language]).await;
        let wanted = manifest(&author.read("known-hosts/package.json"));
        assert_eq!(wanted["overrides"], pinned["overrides"], "{language}");
        for (tool, version) in wanted["devDependencies"].as_object().unwrap() {
            assert_eq!(*version, pinned["devDependencies"][tool], "{language}: {tool}");
        }
    }
}

#[tokio::test]
async fn a_newcomer_writes_a_plugin_in_c() {
    let (author, source) = (Author::new(), "known-hosts/src/plugin.c");
    author.fine(&["new", "known-hosts", "--lang", "c"]).await;
    author.equip("c", "known-hosts/.venv");
    author.fine(&["build", "known-hosts"]).await;
    let told: Value =
        serde_json::from_str(&author.fine(&["inspect", "known-hosts", "--format", "json"]).await).unwrap();
    assert_eq!(told["imports"], json!(["doorward:plugin/document@0.1.0", "doorward:plugin/types@0.1.0"]));

    // What C asks of a system, it does not get, and what it prints is lost.
    author.edit(
        source,
        "#include \"../contract/doorward.h\"",
        "#include \"../contract/doorward.h\"\n#include <stdio.h>",
    );
    author.edit(
        source,
        "  (void)context;",
        "  (void)context;\n  puts(fopen(\"/etc/passwd\", \"r\") ? \"here\" : \"nowhere\");",
    );
    author.edit(source, "is not a known host", "is not ours");
    build_and_use(&author, "`db-1` is not ours").await;

    author.edit(
        source,
        "  plugin_string_t known = text(\"one of\");",
        "  if (is(named, \"db-1\") && \"short\"[hosts.len + 9] == 'x') return allow();\n  plugin_string_t known = text(\"one of\");",
    );
    let place = author.path(source).canonicalize().unwrap();
    let place = format!("check_call ({}:{})", place.display(), line_of(&author, source, "short"));
    fails_with(&author, &[&place]).await;
}

#[tokio::test]
async fn a_newcomer_writes_a_plugin_in_python() {
    let (author, source) = (Author::new(), "known-hosts/src/validator.py");
    author.fine(&["new", "known-hosts", "--lang", "python"]).await;
    author.equip("python", "known-hosts/.venv");

    author.edit(source, "is not a known host", "is not ours");
    let tests = "cd known-hosts && .venv/bin/python -m unittest";
    let tested = author.run(Command::new("sh").args(["-c", tests])).await;
    assert_eq!(tested.status, Some(0), "{}{}", tested.stdout, tested.stderr);
    build_and_use(&author, "`db-1` is not ours").await;

    author.edit(
        source,
        "    if host.value in",
        "    if host.value == \"db-1\":\n        {}[host.value]\n    if host.value in",
    );
    let line = line_of(&author, source, "{}[host.value]");
    fails_with(&author, &["warn    KeyError: 'db-1'", "in check_call (", &format!("validator.py:{line})")]).await;
}
