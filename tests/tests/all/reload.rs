//! A configuration read anew, while everything goes on: what it takes away ends at once, and nothing else does.

use doorward_tests::agent::{assert_denied, assert_echoed, assert_unavailable, call};
use doorward_tests::gateway::{anonymous, grant, peer, token, with};
use doorward_tests::process::{is_alive, until_gone};
use doorward_tests::{Agent, Gateway, Record, Upstream, until, world};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

/// An agent of each era with a call in flight each, and the processes that serve them.
struct Busy {
    modern: Agent,
    legacy: Agent,
    pids: Vec<i32>,
}

async fn busy(gateway: &Gateway, grant: &str, record: &Record) -> Busy {
    let before = record.pids().len();
    let modern = Agent::modern(gateway).with_token(&token(grant));
    let legacy = modern.clone().speaking(world::LEGACY).opened().await;
    assert_echoed(&modern.call("echo", json!({})).await, &json!({}));
    let pids = record.pids().split_off(before);
    assert_eq!(pids.len(), 2);
    Busy { modern, legacy, pids }
}

async fn taken_away(next: impl Fn(&Value) -> Value) {
    let record = Record::new();
    let server = with(peer(&record, &[]), json!({ "policy": allow() }));
    let config = json!({
        "servers": { "s": server, "t": server },
        "grants": [grant("goes", json!({ "s": {} })), grant("stays", json!({ "t": {} }))],
    });
    let gateway = Gateway::start(&config).await;
    let goes = busy(&gateway, "goes", &record).await;
    let stays = Agent::modern(&gateway).with_token(&token("stays")).at("t");
    let stays_too = stays.clone().speaking(world::LEGACY).opened().await;
    assert_echoed(&stays.call("echo", json!({})).await, &json!({}));

    let mut streams = [goes.legacy.listen().await, stays_too.listen().await];
    let calls = record.messages("tools/call").len();
    let mut in_flight = Vec::new();
    for agent in [&goes.modern, &goes.legacy] {
        in_flight.push(agent.begin(&agent.request(&call(json!(1), "hold", json!({})))).await);
    }
    record.until_seen("tools/call", calls + 2).await;
    gateway.enact(&next(&config)).await;

    for mut connection in in_flight {
        assert_unavailable(&connection.response().await.answer());
    }
    assert_eq!(streams[0].next().await, None, "its stream ends");
    until_gone(&goes.pids).await;
    for agent in [goes.modern, goes.legacy] {
        let status = agent.send(&agent.request(&call(json!(1), "echo", json!({})))).await.status;
        assert!(matches!(status, 401 | 404), "{status}");
    }
    // Whoever stays notices nothing.
    assert_echoed(&stays.call("echo", json!({})).await, &json!({}));
    assert_echoed(&stays_too.call("echo", json!({})).await, &json!({}));
    assert_eq!(record.pids().len(), 4, "no other process was started");
    assert!(record.pids().iter().filter(|pid| is_alive(**pid)).count() == 2);
}

#[tokio::test]
async fn a_grant_that_is_taken_away_ends_its_streams_sessions_calls_and_processes() {
    taken_away(|config| with(config.clone(), json!({ "grants": [config["grants"][1]] }))).await;
}

#[tokio::test]
async fn a_server_that_is_taken_away_ends_its_streams_sessions_calls_and_processes() {
    taken_away(|config| {
        let mut config = with(config.clone(), json!({ "grants": [grant("goes", json!({})), config["grants"][1]] }));
        config["servers"].as_object_mut().unwrap().remove("s");
        config
    })
    .await;
}

#[tokio::test]
async fn a_place_that_is_taken_away_ends_its_streams_sessions_calls_and_processes() {
    taken_away(|config| {
        with(config.clone(), json!({ "grants": [grant("goes", json!({ "t": {} })), config["grants"][1]] }))
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_another_now_ends_what_the_old_one_had() {
    let (old, new) = (Upstream::start().await, Upstream::start().await);
    let config = |upstream: &Upstream| anonymous(with(upstream.server(), json!({ "policy": allow() })));
    let gateway = Gateway::start(&config(&old)).await;
    let [modern, legacy] = Agent::both(&gateway).await;
    assert_echoed(&modern.call("echo", json!({})).await, &json!({}));
    gateway.enact(&config(&new)).await;
    let before = old.seen_of("tools/call").len();
    assert_eq!(legacy.send(&legacy.request(&call(json!(1), "echo", json!({})))).await.status, 404);
    assert_echoed(&modern.call("echo", json!({})).await, &json!({}));
    assert_eq!((old.seen_of("tools/call").len(), new.seen_of("tools/call").len()), (before, 1));
}

#[tokio::test]
async fn a_changed_policy_applies_to_the_next_call() {
    let upstream = Upstream::start().await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("policy.json");
    let write = |policy: Value| std::fs::write(&path, policy.to_string()).unwrap();
    write(allow());
    let config = anonymous(with(upstream.server(), json!({ "policy": path })));
    let gateway = Gateway::start(&config).await;
    let agents = Agent::both(&gateway).await;
    for agent in &agents {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    }
    write(json!({ "version": "1", "default": "deny", "hide": ["region"] }));
    gateway.enact(&config).await;
    let calls = upstream.seen_of("tools/call").len();
    for agent in &agents {
        assert_denied(&agent.call("echo", json!({})).await, "(default deny)");
        assert_eq!(agent.call("region", json!({})).await["error"]["code"], -32602);
        assert_eq!(agent.ask("tools/list", json!({})).await["result"]["tools"], json!([]));
    }
    assert_eq!(upstream.seen_of("tools/call").len(), calls);
    write(allow());
    gateway.enact(&config).await;
    for agent in &agents {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    }
    assert_eq!(upstream.seen_of("initialize").len(), 1, "the session went on all the time");
}

#[tokio::test]
async fn a_broken_configuration_changes_nothing() {
    let upstream = Upstream::start().await;
    let config = anonymous(with(upstream.server(), json!({ "policy": world::lenient() })));
    let mut gateway = Gateway::start(&config).await;
    let agents = Agent::both(&gateway).await;
    let broken = with(config.clone(), json!({ "servers": { "s": { "policy": { "defualt": "deny" } } }, "grunts": [] }));
    gateway.reload(&broken);
    gateway.process.line("errors found; nothing was started or changed").await;
    assert!(gateway.process.log().contains("unknown key `grunts`"));
    std::fs::remove_file(gateway.folder().join("doorward.json")).unwrap();
    gateway.process.signal(nix::sys::signal::Signal::SIGHUP);
    gateway.process.line("the configuration in force stays").await;
    for agent in &agents {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
        assert_denied(&agent.call("danger", json!({})).await, "/tools/danger/action");
    }
    gateway.enact(&with(config, json!({ "servers": { "s": { "policy": { "default": "deny" } } } }))).await;
    assert_eq!(agents[0].ask("ping", json!({})).await["result"]["resultType"], "complete");
    assert_denied(&agents[0].call("region", json!({})).await, "(default deny)");
}

#[tokio::test]
async fn reloads_under_load_fail_nothing() {
    let upstream = Upstream::start().await;
    let config = anonymous(with(upstream.server(), json!({ "policy": world::lenient() })));
    let gateway = Gateway::start(&config).await;
    let mut callers = JoinSet::new();
    for agent in Agent::both(&gateway).await {
        callers.spawn(async move {
            for number in 0..100 {
                assert_echoed(&agent.call("echo", json!({ "n": number })).await, &json!({ "n": number }));
                assert_denied(&agent.call("danger", json!({})).await, "/tools/danger/action");
            }
        });
    }
    while !callers.is_empty() {
        gateway.enact(&config).await;
        while let Some(done) = callers.try_join_next() {
            done.unwrap();
        }
    }
    until("the calls to arrive", async || (upstream.seen_of("tools/call").len() == 200).then_some(())).await;
}
