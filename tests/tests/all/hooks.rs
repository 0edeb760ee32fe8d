//! Plugins have a say in calls, replies and lists: what they change is judged and seen as they change it, what they refuse or
//! hide does not pass, and what they remember is what was sent.

use std::path::Path;

use doorward_tests::agent::{assert_denied, assert_echoed, call, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::guests::guests;
use doorward_tests::{Agent, Gateway, Upstream, world};
use serde_json::{Value, json};

/// How a policy uses the plugin, with these settings.
fn watcher(settings: Value) -> Value {
    // Where the machine is busy, the 50 ms of any plugin may be too short once.
    json!({ "use": "watcher", "config": settings, "grants": ["memory"], "budget": { "deadline_ms": 5000 } })
}

/// A policy that sends every tool and resource through these plugins.
fn policy(plugins: Value) -> Value {
    json!({
        "version": "1", "default": "deny", "all_tools": { "plugins": plugins },
        "tools": { "*": {} }, "resources": { "**": { "plugins": plugins } }, "prompts": { "*": { "plugins": plugins } },
    })
}

async fn gateway(upstream: &Upstream, policy: Value) -> Gateway {
    Gateway::start(&config(upstream, &guests().await, policy)).await
}

fn config(upstream: &Upstream, folder: &Path, policy: Value) -> Value {
    let component = |name: &str| json!({ "path": folder.join(format!("guest_{name}.wasm")) });
    with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "watcher": component("watcher"), "hostile": component("hostile") } }),
    )
}

#[tokio::test]
async fn replies_are_redacted_whatever_brings_them() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, policy(json!([watcher(json!({ "result": "redact" }))]))).await;
    for agent in Agent::both(&gateway).await {
        let answer = agent.call("echo", json!({ "a": "secret", "b": 1 })).await;
        assert_eq!(answer["result"]["content"][0]["text"], "[redacted]", "{answer}");
        assert_eq!(answer["result"]["structuredContent"], json!({ "a": "[redacted]", "b": 1 }));
        assert_eq!(answer["result"]["x-unknown"], json!({ "kept": true }), "all else stays");
        assert_echoed(&agent.call("echo", json!({ "a": "public" })).await, &json!({ "a": "public" }));
    }
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        let post = agent.request(&call(json!("mine"), "echo", json!({})));
        let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
        let id = exchange.id();
        let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
        let progress = json!({
            "jsonrpc": "2.0", "method": "notifications/message", "params": { "level": "info", "data": "a secret" },
        });
        stream.message(&progress).await;
        assert_eq!(events.message().await, progress, "what is said on the way passes as it comes");
        let result = world::echo(&json!({ "a": "a secret" }));
        stream.message(&json!({ "jsonrpc": "2.0", "id": id, "result": result })).await;
        assert_eq!(events.message().await["result"]["structuredContent"], json!({ "a": "[redacted]" }));
    }
    let mut reads = upstream.take("resources/read");
    let agent = Agent::modern(&gateway);
    let (answer, ()) = tokio::join!(agent.ask("resources/read", json!({ "uri": "file:///a" })), async {
        reads.next().await.result(json!({ "contents": [{ "uri": "file:///a", "text": "a secret" }] })).await;
    });
    assert_eq!(answer["result"]["contents"][0]["text"], "[redacted]", "{answer}");
}

#[tokio::test]
async fn an_error_of_the_server_is_looked_at_too() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, policy(json!([watcher(json!({ "result": "redact" }))]))).await;
    let mut calls = upstream.take("tools/call");
    let agent = Agent::modern(&gateway);
    let (answer, ()) = tokio::join!(agent.call("echo", json!({})), async {
        let exchange = calls.next().await;
        let error = json!({ "code": -32000, "message": "the secret is 42" });
        let answer = json!({ "jsonrpc": "2.0", "id": exchange.id(), "error": error });
        exchange.answer(answer).await;
    });
    assert_eq!(answer["error"]["message"], "[redacted]", "{answer}");
}

#[tokio::test]
async fn a_reply_that_is_refused_is_a_refusal_and_recorded() {
    let upstream = Upstream::start().await;
    let uses = |deed: &str| policy(json!([watcher(json!({ "result": deed }))]));
    let mut gateway = gateway(&upstream, uses("refuse")).await;
    for agent in Agent::both(&gateway).await {
        let answer = agent.call("echo", json!({ "a": "canary" })).await;
        assert_denied(&answer, "/all_tools/plugins/watcher");
        assert!(text(&answer).contains("not fit to be seen (reply.bad)"), "{answer}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
        assert!(answer["result"]["_meta"]["doorward/decision"]["record"].is_string(), "{answer}");
    }
    let folder = guests().await;
    gateway.enact(&config(&upstream, &folder, uses("panic"))).await;
    let answer = Agent::modern(&gateway).call("echo", json!({})).await;
    assert!(text(&answer).contains("(plugin.trap)"), "a plugin that fails refuses: {answer}");
    assert_eq!(upstream.seen_of("tools/call").len(), 3, "they were sent all the same");
    gateway.stopped().await;
    let completions = gateway.recorded("completion");
    let reasons: Vec<&Value> = completions.iter().map(|completion| &completion["reason"]).collect();
    assert_eq!(reasons, [&json!("reply.bad"), &json!("reply.bad"), &json!("plugin.trap")]);
    for completion in &completions {
        assert_eq!((&completion["upstream"]["status"], &completion["verdict"]), (&json!("refused"), &json!("deny")));
        assert_eq!(
            (&completion["plugins"][0]["name"], &completion["plugins"][0]["verdict"]),
            (&json!("watcher"), &json!("deny"))
        );
    }
}

#[tokio::test]
async fn what_plugins_hide_is_neither_listed_nor_callable_and_the_rest_is_described_as_they_say() {
    let upstream = Upstream::start().await;
    let uses = json!([watcher(json!({ "list": "hide" })), watcher(json!({ "list": "rewrite" }))]);
    let gateway = gateway(&upstream, policy(uses)).await;
    for agent in Agent::both(&gateway).await {
        let listed = agent.ask("tools/list", json!({})).await;
        let tools = listed["result"]["tools"].as_array().unwrap();
        let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["echo", "secret", "region"]);
        for tool in tools {
            let described = tool["description"].as_str().unwrap();
            assert!(described.starts_with("Tool { server: "), "{tool}");
            assert!(tool["inputSchema"].is_object(), "all else stays: {tool}");
        }
        let hidden = agent.call("danger", json!({})).await;
        assert_eq!(hidden["error"], json!({ "code": -32602, "message": "Unknown tool: danger" }));
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
        let listed = agent.ask("prompts/list", json!({})).await;
        let described = listed["result"]["prompts"][0]["description"].as_str().unwrap();
        assert!(described.starts_with("Prompt { server: "), "{listed}");
    }
}

#[tokio::test]
async fn a_plugin_that_fails_hides_and_the_call_says_why() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, policy(json!([watcher(json!({ "list": "rename" }))]))).await;
    let agent = Agent::modern(&gateway);
    assert_eq!(agent.ask("tools/list", json!({})).await["result"]["tools"], json!([]));
    let answer = agent.call("echo", json!({})).await;
    assert_denied(&answer, "/all_tools/plugins/watcher");
    assert!(text(&answer).contains("(plugin.verdict)"), "{answer}");
}

#[tokio::test]
async fn a_call_that_is_changed_is_judged_from_the_start_and_sent_as_judged() {
    let upstream = Upstream::start().await;
    let mut law = policy(json!([watcher(json!({ "call": "upper" }))]));
    law["all_tools"]["deny_if"] =
        json!([{ "conditions": [{ "path": "args.text", "op": "eq", "value": "NO" }], "on_deny": "it says no" }]);
    let mut gateway = gateway(&upstream, law).await;
    for agent in Agent::both(&gateway).await {
        let answer = agent.call("echo", json!({ "text": "yes", "n": 1.50 })).await;
        assert_eq!(answer["result"]["structuredContent"], json!({ "text": "YES", "n": 1.50 }), "{answer}");
        let refused = agent.call("echo", json!({ "text": "no" })).await;
        assert!(text(&refused).contains("it says no"), "{refused}");
    }
    assert_eq!(upstream.seen_of("tools/call").len(), 2);
    gateway.stopped().await;
    let decisions = gateway.recorded("decision");
    assert_eq!(decisions.len(), 4);
    for decision in &decisions {
        assert!(decision["asked_digest"].is_string(), "{decision}");
        assert_ne!(decision["asked_digest"], decision["args_digest"], "{decision}");
    }
}

#[tokio::test]
async fn changes_that_never_settle_or_lead_nowhere_are_refusals() {
    let upstream = Upstream::start().await;
    let cases = [
        ("echo", ["allow", "grow"], "plugin.unsettled"),
        ("danger", ["allow", "nowhere"], "plugin.patch"),
        ("secret", ["allow", "whole"], "plugin.patch"),
        // What comes first judges what comes later makes of it.
        ("region", ["short", "grow"], "text.long"),
    ];
    let plugins = |deeds: [&str; 2]| json!(deeds.map(|deed| watcher(json!({ "call": deed }))));
    let tools: Value = cases.iter().map(|(tool, deeds, _)| (*tool, json!({ "plugins": plugins(*deeds) }))).collect();
    let gateway = gateway(&upstream, json!({ "version": "1", "default": "deny", "tools": tools })).await;
    for (tool, _, code) in cases {
        let answer = Agent::modern(&gateway).call(tool, json!({ "text": "ab" })).await;
        assert!(text(&answer).contains(&format!("({code}")), "{tool}: {answer}");
    }
    assert!(upstream.seen_of("tools/call").is_empty());
}

#[tokio::test]
async fn what_is_remembered_is_what_was_sent_in_this_conversation() {
    let upstream = Upstream::start().await;
    let mut law = policy(json!([watcher(json!({ "call": "keys" }))]));
    law["all_tools"]["limits"] = json!([{ "counter": "keys", "window": "day", "max": 3 }]);
    let gateway = gateway(&upstream, law).await;
    let (agent, other) = (Agent::legacy(&gateway).await, Agent::legacy(&gateway).await);
    let sent = async |agent: &Agent, key: &str| {
        let answer = agent.call("echo", json!({ "key": key })).await;
        answer["result"]["isError"] != true
    };
    assert!(sent(&agent, "r").await);
    assert!(!sent(&agent, "m").await, "the keys come to what is refused");
    // What was refused was not typed: with it, the next key would be.
    assert!(sent(&agent, "x").await);
    assert!(sent(&other, "m").await, "another conversation has other keys");
    // Over the limit, nothing is sent, and nothing is remembered.
    assert!(!sent(&other, "q").await);
    assert_eq!(upstream.seen_of("tools/call").len(), 3);
}

#[tokio::test]
async fn a_plugin_that_may_fail_lets_calls_pass_and_the_record_says_so() {
    let upstream = Upstream::start().await;
    let mut uses = watcher(json!({ "call": "fall", "result": "fall", "list": "fall" }));
    uses["on_failure"] = json!("allow");
    let mut gateway = gateway(&upstream, policy(json!([uses]))).await;
    let agent = Agent::modern(&gateway);
    assert_eq!(agent.ask("tools/list", json!({})).await["result"]["tools"].as_array().unwrap().len(), 4);
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    gateway.stopped().await;
    assert!(gateway.process.log().contains("`on_failure` lets it pass"), "{}", gateway.process.log());
    for kind in ["decision", "completion"] {
        let line = gateway.recorded(kind).remove(0);
        let review = &line["plugins"][0];
        assert_eq!((&review["verdict"], &review["failed"]), (&json!("allow"), &json!("plugin.trap")), "{line}");
    }
}

#[tokio::test]
async fn a_plugin_that_fails_again_and_again_rests() {
    let upstream = Upstream::start().await;
    let uses = json!([{
        "use": "hostile", "config": { "deed": "panic" },
        "budget": { "deadline_ms": 5000, "breaker_failures": 3, "breaker_rest_ms": 3_600_000 },
    }]);
    let gateway = gateway(&upstream, policy(uses)).await;
    let agent = Agent::modern(&gateway);
    for code in ["plugin.trap", "plugin.trap", "plugin.trap", "plugin.rests", "plugin.rests"] {
        let answer = agent.call("echo", json!({})).await;
        assert!(text(&answer).contains(&format!("({code})")), "{code}: {answer}");
    }
    assert!(gateway.process.log().contains("it rests"), "{}", gateway.process.log());
    let metrics = gateway.visit("/metrics").await.text();
    assert!(metrics.contains(r#"doorward_plugin_failures_total{plugin="hostile",code="plugin.rests"} 2"#), "{metrics}");
    assert!(metrics.contains(r#"doorward_plugin_memory_bytes{plugin="hostile"} "#), "{metrics}");
}

#[tokio::test]
async fn what_is_not_granted_or_too_much_is_an_error_at_start() {
    let (upstream, folder) = (Upstream::start().await, guests().await);
    let gateway = gateway(&upstream, policy(json!([]))).await;
    for (uses, reason) in [
        (json!({ "use": "watcher" }), "which it is not granted"),
        (json!({ "use": "watcher", "grants": ["files"] }), "files"),
        (
            json!({ "use": "watcher", "grants": ["memory"], "budget": { "deadline_ms": 60_000 } }),
            "more or less than any plugin",
        ),
        (json!({ "use": "hostile", "on_failure": "ignore" }), "ignore"),
    ] {
        gateway.reload(&config(&upstream, &folder, policy(json!([uses]))));
        doorward_tests::until(format!("`{reason}` to be told"), async || {
            gateway.process.log().contains(reason).then_some(())
        })
        .await;
    }
    assert!(gateway.process.log().contains("the configuration in force stays"));
}
