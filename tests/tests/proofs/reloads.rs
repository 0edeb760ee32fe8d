//! A policy that is written anew while agents call: whole or not at all, and no call notices.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Gateway, Upstream, until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::home::Home;
use crate::killed::option_env_at_run;

const CALLERS: usize = 8;
const BROKEN: [&str; 4] =
    ["", "{", r#"{"version":"1"}"#, r#"{"version":"1","default":"allow","tools":{"echo":{"actoin":"deny"}}}"#];

/// Allows `echo`, and says of `danger` which version this is.
fn version(number: usize) -> Value {
    let danger = json!({ "action": "deny", "reason": format!("version {number}") });
    json!({ "version": "1", "default": "deny", "tools": { "echo": {}, "danger": danger } })
}

fn config(upstream: &Upstream, policy: &Path) -> Value {
    anonymous(with(upstream.server(), json!({ "policy": policy })))
}

/// Puts a text in a file's place, at once.
fn replace(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    fs::write(&draft, text).unwrap();
    fs::rename(draft, path).unwrap();
}

/// Waits until this version is in force.
async fn until_says(agent: &Agent, number: usize) {
    until(format!("version {number} to be in force"), async || {
        let refused = agent.call("danger", json!({})).await;
        assert_denied(&refused, "/tools/danger/action");
        text(&refused).ends_with(&format!("version {number}")).then_some(())
    })
    .await;
}

/// Puts a broken text in the file's place, and waits until the gateway has said that it keeps what it has.
async fn refused(gateway: &Gateway, path: &Path, broken: &str) {
    const STAYS: &str = "the configuration in force stays";
    let before = gateway.process.count(STAYS);
    replace(path, broken);
    gateway.process.signal(Signal::SIGHUP);
    until(STAYS, async || (gateway.process.count(STAYS) > before).then_some(())).await;
}

#[tokio::test]
async fn a_policy_written_anew_again_and_again_fails_no_call() {
    let rewrites = option_env_at_run("PROOF_RELOADS").unwrap_or(100);
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, TempDir::new().unwrap());
    let path = folder.path().join("policy.json");
    replace(&path, &version(0).to_string());
    let mut gateway = home.gateway(&config(&upstream, &path)).await;
    let (done, stop) = watch::channel(false);
    let mut callers = JoinSet::new();
    for agent in Agent::both(&gateway).await.iter().cycle().take(CALLERS) {
        let (agent, stop) = (agent.clone(), stop.clone());
        callers.spawn(async move {
            let mut calls = 0;
            while !*stop.borrow() {
                assert_echoed(&agent.call("echo", json!({ "n": calls })).await, &json!({ "n": calls }));
                calls += 1;
            }
            calls
        });
    }
    let (agent, mut sound, mut last) = (Agent::modern(&gateway), 0, 0);
    for number in 1..=rewrites {
        if number % 10 == 0 {
            refused(&gateway, &path, BROKEN[number / 10 % BROKEN.len()]).await;
        } else {
            replace(&path, &version(number % 2).to_string());
            gateway.process.signal(Signal::SIGHUP);
            (sound, last) = (sound + 1, number % 2);
        }
        until_says(&agent, last).await;
    }
    done.send_replace(true);
    let calls: usize = callers.join_all().await.into_iter().sum();
    println!("{rewrites} rewrites, {sound} of them sound, under {calls} calls: none failed");
    assert!(calls > CALLERS);
    assert_eq!(upstream.seen_of("tools/call").len(), calls);
    gateway.stopped().await;

    let entries = home.entries();
    let of_kind = |kind: &'static str| entries.iter().filter(move |entry| entry["kind"] == kind);
    let revision = |entry: &Value| entry["policy"].as_str().expect("a revision").to_owned();
    let enacted = of_kind("reload").filter(|entry| entry["status"] == "enacted");
    let revisions: HashSet<String> = enacted.clone().map(revision).collect();
    assert_eq!(revisions.len(), 2, "two policies took turns");
    assert!(enacted.count() >= sound);
    let decided: Vec<String> = of_kind("decision").map(revision).collect();
    let named: HashSet<&String> = decided.iter().collect();
    assert!(decided.len() >= calls, "each call has a decision");
    assert_eq!(named.len(), 2, "each decision names the revision of its moment");
    home.verified().await;
}

#[tokio::test]
async fn a_configuration_that_was_kept_is_recorded_with_the_reason() {
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, TempDir::new().unwrap());
    let path = folder.path().join("policy.json");
    replace(&path, &version(0).to_string());
    let mut gateway = home.gateway(&config(&upstream, &path)).await;
    refused(&gateway, &path, BROKEN[3]).await;
    gateway.stopped().await;
    let entries = home.tail().await;
    let kept = entries.iter().find(|entry| entry["kind"] == "reload" && entry["status"] == "kept");
    assert!(kept.is_some_and(|kept| kept["reason"].is_string() && kept["policy"].is_string()), "{entries:?}");
}

#[tokio::test]
async fn a_changed_file_is_seen_without_a_signal_and_the_last_one_counts() {
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, TempDir::new().unwrap());
    let path = folder.path().join("policy.json");
    replace(&path, &version(0).to_string());
    let gateway = home.gateway(&config(&upstream, &path)).await;
    let agent = Agent::modern(&gateway);
    until_says(&agent, 0).await;
    let mut written = 0;
    for _ in 0..5 {
        for _ in 0..20 {
            written += 1;
            replace(&path, &version(written).to_string());
            let _a_call_goes_by = agent.call("echo", json!({})).await;
        }
        until_says(&agent, written).await;
    }
}
