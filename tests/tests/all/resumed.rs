//! An answer that an agent of the legacy era comes back for is looked at by plugins like one that comes at once, as often as it
//! comes back.

use doorward_tests::agent::{call, message, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::guests::guests;
use doorward_tests::http::Events;
use doorward_tests::upstream::{Outgoing, Taken};
use doorward_tests::{Agent, Gateway, Upstream, world};
use serde_json::{Value, json};

async fn gateway(upstream: &Upstream, deed: &str) -> Gateway {
    let uses = json!({
        "use": "watcher", "config": { "result": deed }, "grants": ["memory"], "budget": { "deadline_ms": 5000 },
    });
    let policy = json!({ "version": "1", "default": "allow", "tools": { "echo": { "plugins": [uses] } } });
    let component = guests().await.join("guest_watcher.wasm");
    Gateway::start(&with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "watcher": { "path": component } } }),
    ))
    .await
}

/// The answer to a call, with a secret in it.
fn telling(id: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": world::echo(&json!({ "a": "a secret" })) })
}

/// Calls a tool, of which the server begins to stream.
async fn begun(agent: &Agent, calls: &mut Taken, tool: &str) -> (Events, Outgoing, Value) {
    let post = agent.request(&call(json!("mine"), tool, json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
    let id = exchange.id();
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.text("id: first\ndata:\n\n").await;
    events.next().await.unwrap();
    (events, stream, id)
}

/// Comes back for what came after the first event. What the server then says first is always passed on.
async fn resumed(agent: &Agent, streams: &mut Taken, said: &[Value]) -> Vec<Value> {
    let resume = agent.visit("GET").with("Accept", "text/event-stream").with("Last-Event-ID", "first");
    let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    let last = message(Value::Null, "notifications/message", json!({ "level": "info", "data": "the last" }));
    let last = with(json!({}), json!({ "jsonrpc": "2.0", "method": last["method"], "params": last["params"] }));
    for message in said.iter().chain([&last]) {
        stream.message(message).await;
    }
    let mut passed = Vec::new();
    loop {
        match events.message().await {
            message if message == last => return passed,
            message => passed.push(message),
        }
    }
}

fn told(answer: &Value) -> &Value {
    assert_eq!(answer["id"], "mine", "{answer}");
    &answer["result"]["structuredContent"]
}

#[tokio::test]
async fn an_answer_is_redacted_as_often_as_an_agent_comes_back_for_it() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, "redact").await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (mut events, stream, id) = begun(&agent, &mut calls, "echo").await;
    stream.end().await;
    assert_eq!(events.next().await, None);
    for _ in 0..3 {
        let passed = resumed(&agent, &mut streams, &[telling(&id)]).await;
        assert_eq!(told(&passed[0]), &json!({ "a": "[redacted]" }));
    }
    // Also where it had the answer, and pretends that it had not.
    let (mut events, mut stream, id) = begun(&agent, &mut calls, "echo").await;
    stream.message(&telling(&id)).await;
    assert_eq!(told(&events.message().await), &json!({ "a": "[redacted]" }));
    assert_eq!(events.next().await, None);
    let passed = resumed(&agent, &mut streams, &[telling(&id)]).await;
    assert_eq!(told(&passed[0]), &json!({ "a": "[redacted]" }));
}

#[tokio::test]
async fn calls_of_one_id_are_told_apart() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, "redact").await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (_events, stream, id) = begun(&agent, &mut calls, "echo").await;
    stream.end().await;
    // The answer to another call of the same id is there at once.
    let (mut events, mut stream, other) = begun(&agent, &mut calls, "danger").await;
    stream.message(&telling(&other)).await;
    assert_eq!(told(&events.message().await), &json!({ "a": "a secret" }), "no plugin looks at it");
    let passed = resumed(&agent, &mut streams, &[telling(&other), telling(&id)]).await;
    assert_eq!(told(&passed[0]), &json!({ "a": "a secret" }));
    assert_eq!(told(&passed[1]), &json!({ "a": "[redacted]" }));
}

#[tokio::test]
async fn an_answer_that_is_refused_is_not_had_by_coming_back() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, "refuse").await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (mut events, stream, id) = begun(&agent, &mut calls, "echo").await;
    stream.end().await;
    assert_eq!(events.next().await, None);
    for _ in 0..2 {
        assert!(resumed(&agent, &mut streams, &[telling(&id)]).await.is_empty());
    }
    let (mut events, mut stream, id) = begun(&agent, &mut calls, "echo").await;
    stream.message(&telling(&id)).await;
    assert!(text(&events.message().await).contains("(reply.bad)"));
    assert!(resumed(&agent, &mut streams, &[telling(&id)]).await.is_empty());
}

#[tokio::test]
async fn what_can_not_be_told_any_more_is_not_passed_on() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream, "redact").await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (mut events, mut stream, first) = begun(&agent, &mut calls, "echo").await;
    stream.message(&telling(&first)).await;
    events.message().await;
    let (mut events, mut stream, unwatched) = begun(&agent, &mut calls, "danger").await;
    stream.message(&telling(&unwatched)).await;
    events.message().await;
    let post = agent.request(&call(json!("other"), "echo", json!({})));
    for _ in 0..40 {
        let (response, ()) = tokio::join!(agent.send(&post), async { calls.next().await.usual().await });
        assert_eq!(response.status, 200);
    }
    let passed = resumed(&agent, &mut streams, &[telling(&first), telling(&unwatched)]).await;
    assert_eq!(passed.len(), 1, "{passed:?}");
    assert_eq!(told(&passed[0]), &json!({ "a": "a secret" }), "no plugin looks at it");
}
