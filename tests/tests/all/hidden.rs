//! What a plugin hides of a server's resources and prompts cannot be asked for by name either, and looks like what is not there.

use doorward_tests::gateway::{anonymous, with};
use doorward_tests::guests::guests;
use doorward_tests::{Agent, Gateway, Upstream, until};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The names that the plugin hides begin with `danger`.
fn offered() -> [(&'static str, Value); 3] {
    [
        (
            "resources/list",
            json!({ "resources": [{ "uri": "file:///a", "name": "a" }, { "uri": "file:///b", "name": "danger-b" }] }),
        ),
        (
            "resources/templates/list",
            json!({ "resourceTemplates": [
                { "uriTemplate": "file:///t/{x}", "name": "t" },
                { "uriTemplate": "db://{x}", "name": "danger-db" },
                { "uriTemplate": "{scheme}://wide/{x}", "name": "wide" },
                { "uriTemplate": "file:///t/secret-{x}", "name": "danger-t" },
            ] }),
        ),
        ("prompts/list", json!({ "prompts": [{ "name": "greet" }, { "name": "danger" }] })),
    ]
}

/// A server that offers this.
pub(crate) async fn offering(offered: impl IntoIterator<Item = (&'static str, Value)>) -> (Upstream, JoinSet<()>) {
    let (upstream, mut answering) = (Upstream::start().await, JoinSet::new());
    for (method, list) in offered {
        let mut asked = upstream.take(method);
        answering.spawn(async move {
            while let Some(exchange) = asked.whenever().await {
                if list["error"].is_object() {
                    let answer = json!({ "jsonrpc": "2.0", "id": exchange.id(), "error": list["error"] });
                    exchange.answer(answer).await;
                } else {
                    exchange.result(list.clone()).await;
                }
            }
        });
    }
    (upstream, answering)
}

async fn gateway(upstream: &Upstream, deed: &str) -> Gateway {
    let uses = json!({
        "use": "watcher", "config": { "list": deed }, "grants": ["memory"], "budget": { "deadline_ms": 5000 },
    });
    let judged = json!({ "plugins": [uses] });
    let policy = json!({
        "version": "1", "default": "deny", "resources": { "**": judged }, "prompts": { "*": judged },
        "methods": { "completion/complete": {}, "subscriptions/listen": {}, "resources/templates/list": judged },
    });
    let component = guests().await.join("guest_watcher.wasm");
    Gateway::start(&with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "watcher": { "path": component } } }),
    ))
    .await
}

fn completing(kind: &str, member: &str, name: &str) -> Value {
    json!({ "ref": { "type": kind, member: name }, "argument": { "name": "x", "value": "a" } })
}

#[tokio::test]
async fn what_is_hidden_cannot_be_asked_for_and_looks_like_what_is_not_there() {
    let (upstream, _answering) = offering(offered()).await;
    let gateway = gateway(&upstream, "hide").await;
    let (prompt, resource) =
        (|name: &str| completing("ref/prompt", "name", name), |uri: &str| completing("ref/resource", "uri", uri));
    for agent in Agent::both(&gateway).await {
        let code = if agent.is_modern() { -32602 } else { -32002 };
        let unknown = |kind: &str, name: &str| {
            let code = if kind == "resource" { code } else { -32602 };
            json!({ "code": code, "message": format!("Unknown {kind}: {name}") })
        };
        for (method, params, expected) in [
            ("resources/read", json!({ "uri": "file:///a" }), Value::Null),
            ("resources/read", json!({ "uri": "file:///b" }), unknown("resource", "file:///b")),
            ("resources/read", json!({ "uri": "file:///none" }), unknown("resource", "file:///none")),
            // Another spelling of what is hidden is not listed.
            ("resources/read", json!({ "uri": "file:///%62" }), unknown("resource", "file:///%62")),
            ("resources/read", json!({ "uri": "file:///t/1" }), Value::Null),
            ("resources/read", json!({ "uri": "db://users" }), unknown("resource", "db://users")),
            ("resources/read", json!({ "uri": "db://wide/users" }), Value::Null),
            // It may have been made of two, and one is hidden.
            ("resources/read", json!({ "uri": "file:///t/secret-1" }), unknown("resource", "file:///t/secret-1")),
            ("prompts/get", json!({ "name": "greet" }), Value::Null),
            ("prompts/get", json!({ "name": "danger" }), unknown("prompt", "danger")),
            ("prompts/get", json!({ "name": "none" }), unknown("prompt", "none")),
            ("completion/complete", prompt("greet"), Value::Null),
            ("completion/complete", prompt("danger"), unknown("prompt", "danger")),
            ("completion/complete", prompt("none"), unknown("prompt", "none")),
            ("completion/complete", resource("file:///t/{x}"), Value::Null),
            ("completion/complete", resource("db://{x}"), unknown("resource", "db://{x}")),
            ("completion/complete", resource("file:///a"), Value::Null),
            ("completion/complete", resource("file:///b"), unknown("resource", "file:///b")),
        ] {
            let answer = agent.ask(method, params.clone()).await;
            assert_eq!(answer["error"], expected, "{method} {params}: {answer}");
        }
        let odd = agent.ask("completion/complete", json!({ "ref": { "type": "ref/other", "name": "greet" } })).await;
        assert!(odd["error"]["message"].as_str().unwrap().contains("`ref` must name"), "{odd}");
    }
    let sent: Vec<Value> = upstream.seen().into_iter().map(|seen| seen.message["params"].clone()).collect();
    for hidden in ["file:///b", "danger", "db://users", "db://{x}", "file:///none", "file:///t/secret-1"] {
        assert!(!sent.iter().any(|params| params.to_string().contains(&format!("\"{hidden}\""))), "{hidden}");
    }
}

#[tokio::test]
async fn what_is_hidden_cannot_be_subscribed_to() {
    let (upstream, _answering) = offering(offered()).await;
    let gateway = gateway(&upstream, "hide").await;
    let (modern, legacy) = (Agent::modern(&gateway), Agent::legacy(&gateway).await);
    for method in ["resources/subscribe", "resources/unsubscribe"] {
        for uri in ["file:///b", "file:///none"] {
            let answer = legacy.ask(method, json!({ "uri": uri })).await;
            assert_eq!(answer["error"], json!({ "code": -32002, "message": format!("Unknown resource: {uri}") }));
        }
    }
    assert_eq!(legacy.ask("resources/subscribe", json!({ "uri": "file:///a" })).await["result"], json!({}));
    let wanted = json!({ "notifications": { "resourceSubscriptions": ["file:///a", "file:///b"] } });
    let answer = modern.ask("subscriptions/listen", wanted).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert!(upstream.seen_of("subscriptions/listen").is_empty());

    // Nor is it told of, where the server tells unasked.
    let mut streams = upstream.take("GET");
    let listen = legacy.visit("GET").with("Accept", "text/event-stream");
    let (connection, exchange) = tokio::join!(legacy.begin(&listen), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    let updated =
        |uri: &str| json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": { "uri": uri } });
    stream.message(&updated("file:///b")).await;
    stream.message(&updated("file:///a")).await;
    assert_eq!(events.message().await, updated("file:///a"));
}

#[tokio::test]
async fn a_list_is_read_once_and_again_when_it_changed() {
    let (upstream, _answering) = offering(offered()).await;
    let gateway = gateway(&upstream, "hide").await;
    let agent = Agent::legacy(&gateway).await;
    let mut streams = upstream.take("GET");
    let listen = agent.visit("GET").with("Accept", "text/event-stream");
    let (connection, exchange) = tokio::join!(agent.begin(&listen), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    for (list, method, params) in [
        ("resources", "resources/read", json!({ "uri": "file:///a" })),
        ("prompts", "prompts/get", json!({ "name": "greet" })),
    ] {
        for _ in 0..3 {
            assert!(agent.ask(method, params.clone()).await["result"].is_object());
        }
        let asked = || upstream.seen_of(&format!("{list}/list")).len();
        assert_eq!(asked(), 1);
        let changed = json!({ "jsonrpc": "2.0", "method": format!("notifications/{list}/list_changed") });
        stream.message(&changed).await;
        assert_eq!(events.message().await, changed);
        agent.ask(method, params).await;
        assert_eq!(asked(), 2);
    }
}

#[tokio::test]
async fn what_cannot_be_judged_is_refused_and_nothing_is_asked_where_no_plugin_judges() {
    let (upstream, _answering) = offering(offered()).await;
    let failing = gateway(&upstream, "rename").await;
    let broken = json!({ "error": { "code": -32000, "message": "not now" } });
    let (unlisted, _answering) = offering(offered().map(|(method, _)| (method, broken.clone()))).await;
    let without_lists = gateway(&unlisted, "hide").await;
    for (gateway, reason) in [(&failing, "(plugin.verdict)"), (&without_lists, "unavailable")] {
        for agent in Agent::both(gateway).await {
            for (method, params) in
                [("resources/read", json!({ "uri": "file:///a" })), ("prompts/get", json!({ "name": "greet" }))]
            {
                let answer = agent.ask(method, params).await;
                assert!(answer["error"]["message"].as_str().unwrap().contains(reason), "{answer}");
            }
        }
    }
    assert!(upstream.seen_of("resources/read").is_empty() && unlisted.seen_of("prompts/get").is_empty());

    let (plain, _answering) = offering(offered()).await;
    let gateway = Gateway::in_front_of(&plain, json!({ "version": "1", "default": "allow" })).await;
    let answer = Agent::modern(&gateway).ask("resources/read", json!({ "uri": "file:///none" })).await;
    assert!(answer["result"].is_object(), "{answer}");
    until("the read at the server", async || plain.saw("file:///none").then_some(())).await;
    assert!(plain.seen_of("resources/list").is_empty());
}
