//! What plugins are told of a call beside its arguments: what the server says of the tool, and what the client program calls
//! itself. It is told in time, recorded, and can be supposed where nothing is called.

use doorward_tests::gateway::{anonymous, with};
use doorward_tests::guests::guests;
use doorward_tests::process::run;
use doorward_tests::{Agent, Gateway, Upstream, world};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The member of `_meta` by which a modern client says what it is called.
const CLIENT: &str = "io.modelcontextprotocol/clientInfo";

async fn config(upstream: &Upstream, settings: Value) -> Value {
    let watcher =
        json!({ "use": "watcher", "config": settings, "grants": ["memory"], "budget": { "deadline_ms": 5000 } });
    let policy = json!({
        "version": "1", "default": "deny", "tools": { "*": { "plugins": [watcher] } },
        "resources": { "**": { "plugins": [watcher] } },
    });
    with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "watcher": { "path": guests().await.join("guest_watcher.wasm") } } }),
    )
}

/// Has the server say this of its tools.
fn annotate(upstream: &Upstream, annotations: Vec<(&'static str, Value)>) -> JoinSet<()> {
    let (mut lists, mut answering) = (upstream.take("tools/list"), JoinSet::new());
    answering.spawn(async move {
        while let Some(exchange) = lists.whenever().await {
            let mut list = world::listed(&world::TOOLS);
            for tool in list["tools"].as_array_mut().unwrap() {
                let said = annotations.iter().find(|(name, _)| tool["name"] == *name);
                if let Some((_, said)) = said {
                    tool["annotations"] = said.clone();
                }
            }
            exchange.result(list).await;
        }
    });
    answering
}

fn hints() -> Vec<(&'static str, Value)> {
    vec![
        ("echo", json!({ "title": "x", "readOnlyHint": true, "openWorldHint": false, "more": 1 })),
        ("danger", json!({ "readOnlyHint": "true", "destructiveHint": true })),
        ("secret", json!(["readOnlyHint"])),
    ]
}

/// What becomes of a call by a client of this name.
async fn called(agent: &Agent, tool: &str, client: &str) -> String {
    let meta = json!({ CLIENT: { "name": client, "version": "1" } });
    agent.ask("tools/call", json!({ "name": tool, "arguments": {}, "_meta": meta })).await.to_string()
}

#[tokio::test]
async fn what_the_server_says_of_its_tool_is_told_to_plugins_and_recorded() {
    let upstream = Upstream::start().await;
    let _answering = annotate(&upstream, hints());
    let mut gateway = Gateway::start(&config(&upstream, json!({ "call": "reads", "result": "told" })).await).await;
    for agent in Agent::both(&gateway).await {
        let told = called(&agent, "echo", "x").await;
        assert!(
            told.contains("read_only: Some(true), destructive: None, idempotent: None, open_world: Some(false)"),
            "{told}"
        );
        let refused = called(&agent, "danger", "x").await;
        assert!(
            refused.contains("read_only: None, destructive: Some(true)"),
            "what is no boolean is no hint: {refused}"
        );
        for (method, params) in [
            ("tools/call", json!({ "name": "secret" })),
            ("tools/call", json!({ "name": "region" })),
            ("resources/read", json!({ "uri": "file:///a" })),
        ] {
            let refused = agent.ask(method, params).await.to_string();
            assert!(refused.contains("read_only: None, destructive: None, idempotent: None"), "{refused}");
        }
    }
    gateway.stopped().await;
    let decisions = gateway.recorded("decision");
    assert_eq!(decisions.len(), 10);
    for decision in decisions {
        let annotations = match decision["tool"].as_str() {
            Some("echo") => json!({ "readOnlyHint": true, "openWorldHint": false }),
            Some("danger") => json!({ "destructiveHint": true }),
            _ => Value::Null,
        };
        assert_eq!(decision["annotations"], annotations, "{decision}");
    }
}

#[tokio::test]
async fn what_the_client_program_calls_itself_is_told_to_plugins_and_recorded() {
    let upstream = Upstream::start().await;
    let mut gateway = Gateway::start(&config(&upstream, json!({ "call": "agent", "result": "told" })).await).await;
    let (modern, legacy) = (Agent::modern(&gateway), Agent::legacy(&gateway).await);
    for (agent, client, part) in [
        (&modern, "agent", r#"Some(\"agent\")"#),
        // Each request of the modern era says it for itself.
        (&modern, "other", r#"Some(\"other\")"#),
        (&modern, "a\n\u{1b}[2J", r#"Some(\"a\\\\n\\\\u{1b}[2J\")"#),
        // A session keeps to what its handshake said.
        (&legacy, "other", r#"Some(\"agent\")"#),
    ] {
        let told = called(agent, "echo", client).await;
        assert!(told.contains(part), "{client}: {told}");
        assert_eq!(told.contains("client.unknown"), !part.contains("agent"), "{told}");
    }
    let (long, kept) = ("x".repeat(10_000), "x".repeat(256));
    let told = called(&modern, "echo", &long).await;
    assert!(told.contains(&format!("{kept}\\\"")) && !told.contains(&format!("{kept}x")), "{told}");
    let unnamed = modern.call("echo", json!({})).await.to_string();
    assert!(unnamed.contains("`None`") || unnamed.contains("None (client.unknown)"), "{unnamed}");
    gateway.stopped().await;
    let recorded: Vec<Value> =
        gateway.recorded("decision").into_iter().map(|decision| decision["client"].clone()).collect();
    let expected = ["agent", "other", "a\\n\\u{1b}[2J", "agent", &kept].map(Value::from);
    assert_eq!(recorded, [expected.as_slice(), &[Value::Null]].concat());
}

#[tokio::test]
async fn both_can_be_supposed_where_nothing_is_called() {
    let upstream = Upstream::start().await;
    for (settings, supposed, verdict, code) in [
        ("reads", json!({ "annotations": { "readOnlyHint": true } }), "allow", ""),
        ("reads", json!({ "annotations": { "readOnlyHint": 1 } }), "deny", "tool.writes"),
        ("reads", json!({}), "deny", "tool.writes"),
        ("agent", json!({ "client": "agent" }), "allow", ""),
        ("agent", json!({ "client": "other" }), "deny", "client.unknown"),
        ("agent", json!({}), "deny", "client.unknown"),
    ] {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let write = |name: &str, content: &Value| std::fs::write(path(name), content.to_string()).unwrap();
        let usual = json!({ "version": "1", "listen": "127.0.0.1:0" });
        write("doorward.json", &with(usual, config(&upstream, json!({ "call": settings })).await));
        let call = json!({ "name": "echo", "arguments": {} });
        let expect = json!({ "verdict": verdict, "reason": code });
        let case = with(json!({ "name": "one", "call": call, "expect": expect }), supposed.clone());
        write("a.test.json", &json!({ "version": "1", "config": "doorward.json", "server": "s", "cases": [case] }));
        let tested = run(&["test", &path("a.test.json")]).await;
        assert_eq!(tested.status, Some(0), "{supposed}: {}{}", tested.stdout, tested.stderr);

        write("call.json", &with(call, supposed.clone()));
        let (config, call) = (path("doorward.json"), path("call.json"));
        let explained = run(&["explain", "--config", &config, "--server", "s", "--call", &call]).await;
        assert_eq!(explained.status, Some(i32::from(verdict == "deny")), "{supposed}: {}", explained.stdout);
        assert!(explained.stdout.contains(code), "{}", explained.stdout);
    }
    assert!(upstream.seen().is_empty());
}
