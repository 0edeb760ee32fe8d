//! What callers send in confidence goes where it must, and nowhere else.

use doorward_tests::agent::{call, message};
use doorward_tests::gateway::{grant, peer, token, with};
use doorward_tests::{Agent, Gateway, Record, Upstream, world};
use serde_json::{Value, json};

use crate::home::Home;
use crate::limits::assert_limited;

const COOKIE: &str = "canary-cookie-4b1f";
const KEY: &str = "canary-key-9d02";
const HEADER: &str = "canary-header-77aa";
const ARGUMENT: &str = "canary-argument-c0de";
const CLIENT: &str = "canary-client-51e3";
const CHILD: &str = "canary-child-0f0f";
const NAME: &str = "canary-grant";

fn config(upstream: &Upstream, record: &Record) -> Value {
    let guarded = json!({ "plugins": [{ "use": "shell-guard", "config": { "arguments": ["/command"], "opaque": ["/secret"] } }] });
    let limit = json!({ "counter": "region", "window": "minute", "max": 1, "scope": "session" });
    let policy = json!({
        "version": "1", "default": "deny",
        "tools": {
            "echo": {},
            "danger": guarded,
            "secret": { "deny_if": [{ "conditions": [{ "path": "args.secret", "op": "exists", "value": true }] }] },
            "region": { "limits": [limit] },
        },
    });
    let child = with(peer(record, &[]), json!({ "env": { "API_KEY": CHILD }, "policy": policy }));
    json!({
        "servers": { "s": with(upstream.server(), json!({ "policy": policy })), "t": child },
        "grants": [grant(NAME, json!({ "s": {}, "t": {} }))],
    })
}

/// Sends a message with everything that should stay with the gateway.
async fn send(agent: &Agent, message: &Value) -> String {
    let mut message = message.clone();
    let mut request = agent.request(&message);
    if agent.is_modern() {
        message["params"]["_meta"] = with(
            world::modern_meta(),
            json!({ "io.modelcontextprotocol/clientInfo": { "name": CLIENT, "version": "1" } }),
        );
        request = request.body(message.to_string());
    }
    let request = request
        .with("Cookie", format!("session={COOKIE}"))
        .with("X-Api-Key", KEY)
        .with("X-Canary", HEADER)
        .with("Proxy-Authorization", format!("Basic {KEY}"))
        .with("Forwarded", format!("for={HEADER}"));
    let response = agent.send(&request).await;
    format!("{}{}", String::from_utf8_lossy(&response.head.raw), response.text())
}

/// Goes through what can become of a call; yields all that was told of what did not pass.
async fn all_ways(gateway: &Gateway, server: &str) -> String {
    let secret = json!({ "secret": ARGUMENT });
    let mut told = String::new();
    for modern in [true, false] {
        let agent = Agent::modern(gateway).with_token(&token(NAME)).at(server);
        let agent = if modern { agent } else { agent.speaking(world::LEGACY).opened().await };
        for tool in ["echo", "region"] {
            let answer = send(&agent, &call(json!(1), tool, secret.clone())).await;
            assert!(answer.contains(ARGUMENT), "the agent's own argument comes back: {answer}");
        }
        let limited: Value = agent.call("region", secret.clone()).await;
        if !modern {
            assert_limited(&limited, "/tools/region/limits/region");
        }
        told += &limited.to_string();
        for (tool, arguments) in [
            ("region", secret.clone()),
            ("secret", secret.clone()),
            ("nowhere", secret.clone()),
            ("danger", json!({ "secret": ARGUMENT, "command": "rm -rf /" })),
            ("danger", json!({ "secret": ARGUMENT, "command": format!("df -h; rm {ARGUMENT}") })),
            ("danger", json!({ "other": ARGUMENT, "command": "df -h" })),
            ("danger", json!({ "command": { "secret": ARGUMENT } })),
            ("echo", json!([ARGUMENT])),
        ] {
            told += &send(&agent, &call(json!(2), tool, arguments)).await;
        }
        told += &send(&agent, &message(json!(3), "prompts/get", json!({ "arguments": { "x": ARGUMENT } }))).await;
        told += &send(&agent, &message(json!(4), "completion/complete", json!({ "argument": { "value": ARGUMENT } })))
            .await;
        // Broken off, doubled, and of no form at all.
        for body in [
            format!("{{\"id\":1,\"secret\":\"{ARGUMENT}"),
            format!("{{\"{ARGUMENT}\":1,\"{ARGUMENT}\":2}}"),
            format!("[\"{ARGUMENT}\"]"),
        ] {
            told += &agent.send(&agent.post_call("echo", body)).await.text();
        }
    }
    let stranger = Agent::modern(gateway).with_token(KEY).at(server);
    told += &send(&stranger, &call(json!(1), "echo", secret)).await;
    told
}

fn assert_without(place: &str, bytes: &[u8], canaries: &[&str]) {
    for canary in canaries {
        let text = String::from_utf8_lossy(bytes);
        if let Some(at) = text.find(canary) {
            let around: String = text[..at].chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{canary} stands in {place}, behind {around}");
        }
    }
}

#[tokio::test]
async fn secrets_go_nowhere_but_where_they_must() {
    let (home, upstream, record) = (Home::new(), Upstream::start().await, Record::new());
    let bearer = token(NAME);
    let mut gateway = home.gateway_with(&config(&upstream, &record), &["--log", "trace"]).await;
    let mut told = all_ways(&gateway, "s").await;
    told += &all_ways(&gateway, "t").await;

    let headers = [bearer.as_str(), COOKIE, KEY, HEADER];
    for seen in upstream.seen() {
        assert_without("a head at the server", &seen.head.raw, &headers);
        assert_without("a body at the server", &seen.body, &headers);
    }
    assert_without("what the program read", record.text().as_bytes(), &headers);

    // The record says what plugins were told of the client.
    let everything = [bearer.as_str(), COOKIE, KEY, HEADER, ARGUMENT, CHILD, CLIENT];
    let kept = &everything[..6];
    let metrics = gateway.visit("/metrics").await.text();
    assert!(metrics.contains("doorward_calls"), "{metrics}");
    gateway.stopped().await;
    let log = gateway.process.log();
    assert!(log.contains("TRACE"), "the log says all that it can");
    assert!(!home.tail().await.is_empty());
    for (place, bytes) in [("metrics", metrics.as_bytes()), ("errors", told.as_bytes()), ("the log", log.as_bytes())] {
        assert_without(place, bytes, &everything);
    }
    assert_without("what is kept", &home.bytes(), kept);
}

/// The agent is told which word was refused, and so it must be; the record is read by others, and holds no arguments.
#[tokio::test]
async fn the_word_that_a_plugin_refuses_is_told_to_the_agent_and_not_to_the_record() {
    let (home, upstream, record) = (Home::new(), Upstream::start().await, Record::new());
    let mut gateway = home.gateway_with(&config(&upstream, &record), &["--log", "trace"]).await;
    let agent = Agent::modern(&gateway).with_token(&token(NAME));
    let answer = agent.call("danger", json!({ "command": format!("API_KEY={ARGUMENT} df -h") })).await;
    assert!(answer.to_string().contains("shell.assignment"), "{answer}");
    gateway.stopped().await;
    assert_without("the log", gateway.process.log().as_bytes(), &[ARGUMENT]);
    assert_without("the record", &home.bytes(), &[ARGUMENT]);
}
