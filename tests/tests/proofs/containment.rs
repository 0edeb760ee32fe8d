//! Plugins that are none, and plugins that misbehave: nothing is put in force that does not fit, each failure is a
//! refusal with its code, and the gateway lives on.

use std::fs;
use std::path::Path;

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::guests::{guest, guests};
use doorward_tests::{Agent, Gateway, Upstream, until, world};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::home::Home;

/// What is no plugin, and the reason that is given.
fn misfits(folder: &Path) -> [(Vec<u8>, &'static str); 7] {
    let whole = guest(folder, "hostile");
    let half = whole[..whole.len() / 2].to_vec();
    [
        (b"\0asm\x01\0\0\0".to_vec(), "it is a core module and no component"),
        (b"#!/bin/sh".to_vec(), "it is not WebAssembly"),
        (Vec::new(), "it is not WebAssembly"),
        (half, "it does not compile: "),
        (guest(folder, "newer"), "it is built for version `0.2.0` of the contract"),
        (guest(folder, "half"), "it does not export `doorward:plugin/call-hook@0.1`"),
        (guest(folder, "foreign"), "it imports `wasi:filesystem/types@0.2"),
    ]
}

/// A configuration in which one tool asks the plugin in `mine.wasm`, and its folder.
struct Files {
    folder: TempDir,
    config: Value,
}

impl Files {
    fn new(upstream: &Upstream) -> Self {
        let folder = TempDir::new().unwrap();
        let uses = json!([{ "use": "mine", "config": { "deed": "allow" } }]);
        let policy = json!({ "version": "1", "default": "deny", "tools": { "echo": { "plugins": uses } } });
        let policy_path = folder.path().join("policy.json");
        fs::write(&policy_path, policy.to_string()).unwrap();
        let config = with(
            anonymous(with(upstream.server(), json!({ "policy": policy_path }))),
            json!({
                "version": "1", "listen": "127.0.0.1:0", "admin": "127.0.0.1:0",
                "plugins": { "mine": { "path": folder.path().join("mine.wasm") } },
            }),
        );
        fs::write(folder.path().join("doorward.json"), config.to_string()).unwrap();
        Self { folder, config }
    }

    /// Puts another component in place, at once.
    fn put(&self, component: &[u8]) {
        let draft = self.folder.path().join("draft");
        fs::write(&draft, component).unwrap();
        fs::rename(draft, self.folder.path().join("mine.wasm")).unwrap();
    }

    /// Runs a command on the configuration, and checks that it ends with 1, the place and the reason.
    async fn assert_refused(&self, home: &Home, command: &str, reason: &str) {
        let config = self.folder.path().join("doorward.json");
        let ended = home.run(&[command, "--config", config.to_str().unwrap()]).await;
        assert_eq!(ended.status, Some(1), "{command}, {reason}: {}", ended.stderr);
        let place = format!("{}:1:", self.folder.path().join("policy.json").display());
        for part in [place.as_str(), "plugin `mine`: ", reason, "found; nothing was started or changed"] {
            assert!(flat(&ended.stderr).contains(&flat(part)), "{command}: {part} is not in {}", ended.stderr);
        }
    }
}

/// What was printed, without the lines and edges of a terminal.
fn flat(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !"│×╭╰─·".contains(*letter)).collect()
}

#[tokio::test]
async fn what_is_no_plugin_starts_nothing_and_the_place_and_the_reason_are_told() {
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, guests().await);
    let files = Files::new(&upstream);
    for (component, reason) in misfits(&folder) {
        files.put(&component);
        files.assert_refused(&home, "check", reason).await;
        files.assert_refused(&home, "run", reason).await;
    }
    files.put(&guest(&folder, "hostile"));
    let config = files.folder.path().join("doorward.json");
    let ended = home.run(&["check", "--config", config.to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn what_is_no_plugin_replaces_none_in_a_gateway_that_runs() {
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, guests().await);
    let files = Files::new(&upstream);
    files.put(&guest(&folder, "hostile"));
    let mut gateway = home.gateway(&files.config).await;
    let agent = Agent::modern(&gateway);
    for (component, reason) in misfits(&folder) {
        let told = || flat(&gateway.process.log()).matches(&flat(reason)).count();
        let before = told();
        files.put(&component);
        gateway.process.signal(Signal::SIGHUP);
        until(format!("`{reason}` to be told"), async || (told() > before).then_some(())).await;
        passes(&agent).await;
    }
    let passed = upstream.seen_of("tools/call").len();
    files.put(&guest(&folder, "hostile"));
    gateway.enact(&files.config).await;
    passes(&agent).await;
    assert!(gateway.process.log().contains("the configuration in force stays"), "{}", gateway.process.log());
    gateway.stopped().await;
    let decisions = home.decisions("allow").await;
    assert_eq!(decisions.len(), passed + 1);
    let (revision, plugin) = (&decisions[0]["policy"], &decisions[0]["plugins"][0]["digest"]);
    assert!(revision.is_string() && plugin.is_string(), "{}", decisions[0]);
    for decision in &decisions {
        assert_eq!((&decision["policy"], &decision["plugins"][0]["digest"]), (revision, plugin), "{decision}");
    }
}

/// Calls until the plugin was in time: where the machine is busy, its 50 ms may be too short once.
async fn passes(agent: &Agent) {
    until("the plugin to allow a call", async || {
        let answer = agent.call("echo", json!({})).await;
        if answer["result"]["isError"] != true {
            assert_echoed(&answer, &json!({}));
            return Some(());
        }
        assert!(text(&answer).contains("(plugin.timeout)") || text(&answer).contains("(plugin.busy)"), "{answer}");
        None
    })
    .await;
}

/// What the plugin does, and the code with which the call is refused.
const MISDEEDS: [(&str, &str); 8] = [
    ("spin", "plugin.timeout"),
    ("allocate", "plugin.memory"),
    ("recurse", "plugin.trap"),
    ("trap", "plugin.trap"),
    ("panic", "plugin.trap"),
    ("exit", "plugin.trap"),
    ("huge", "plugin.verdict"),
    ("spoof", "plugin.verdict"),
];

/// A gateway in which each misdeed is a tool.
async fn gateway_of_misdeeds(home: &Home, upstream: &Upstream, folder: &Path) -> Gateway {
    let names = || MISDEEDS.iter().map(|(deed, _)| *deed).chain(["log", "allow"]);
    let tool = |deed: &str| (deed.to_owned(), json!({ "plugins": [{ "use": "mine", "config": { "deed": deed } }] }));
    let tools: Value = names().map(tool).chain([("echo".to_owned(), json!({}))]).collect();
    let policy = json!({ "version": "1", "default": "deny", "tools": tools });
    let component = folder.join("guest_hostile.wasm");
    let config = with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "mine": { "path": component } } }),
    );
    home.gateway(&config).await
}

/// What operators see counted under this name and these labels.
async fn counted(gateway: &Gateway, begins: &str) -> usize {
    let metrics = gateway.visit("/metrics").await.text();
    let value = metrics.lines().find_map(|line| line.strip_prefix(begins));
    value.unwrap_or_else(|| panic!("{begins} is not in\n{metrics}")).parse().unwrap()
}

#[tokio::test]
async fn whatever_a_plugin_does_is_a_refusal_with_its_code_and_the_gateway_lives_on() {
    let (home, upstream, folder) = (Home::new(), Upstream::start().await, guests().await);
    let mut lists = upstream.take("tools/list");
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        let listed: Vec<&str> = MISDEEDS.iter().map(|(deed, _)| *deed).chain(["log", "allow", "echo"]).collect();
        loop {
            lists.next().await.result(world::listed(&listed)).await;
        }
    });
    let mut gateway = gateway_of_misdeeds(&home, &upstream, &folder).await;
    let agent = Agent::modern(&gateway);
    let mut passed = 0;
    for (deed, code) in MISDEEDS {
        until(format!("{deed} to be refused with {code}"), async || {
            let answer = agent.call(deed, json!({})).await;
            assert_denied(&answer, &format!("/tools/{deed}/plugins/mine"));
            text(&answer).contains(&format!("({code})")).then_some(())
        })
        .await;
        assert_echoed(&agent.call("echo", json!({ "after": deed })).await, &json!({ "after": deed }));
        passed += 1;
    }
    // A flood of lines is cut, and harms nobody.
    until("the plugin to have said enough", async || {
        let answer = agent.call("log", json!({})).await;
        (answer["result"]["isError"] != true).then_some(())
    })
    .await;
    assert_eq!(upstream.seen_of("tools/call").len(), passed + 1, "what was refused did not reach the server");
    for (metric, labels, least) in [
        ("plugin_failures_total", r#"plugin="mine",code="plugin.trap""#, 4),
        ("plugin_failures_total", r#"plugin="mine",code="plugin.timeout""#, 1),
        ("plugin_reviews_total", r#"plugin="mine",verdict="deny""#, MISDEEDS.len()),
        ("plugin_reviews_total", r#"plugin="mine",verdict="allow""#, 1),
        ("plugin_review_seconds_count", r#"plugin="mine""#, MISDEEDS.len() + 1),
    ] {
        let counted = counted(&gateway, &format!("doorward_{metric}{{{labels}}} ")).await;
        assert!(counted >= least, "{metric} of {labels} is {counted}");
    }
    gateway.stopped().await;

    let entries = home.tail().await;
    for (deed, code) in MISDEEDS {
        let refused = entries.iter().find(|entry| entry["tool"] == deed && entry["reason"] == code);
        let refused = refused.unwrap_or_else(|| panic!("no record of {deed} with {code}"));
        assert_eq!((&refused["verdict"], &refused["plugins"][0]["verdict"]), (&json!("deny"), &json!("deny")));
    }
    home.verified().await;
}
