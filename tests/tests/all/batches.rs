//! Batches: one revision has them, and there every element is judged as if it came alone.

use std::collections::HashMap;

use doorward_tests::agent::{assert_denied, assert_echoed, call, message, notification};
use doorward_tests::world::{self, BATCHING};
use doorward_tests::{Agent, Gateway, Response, Upstream, Wrap};
use serde_json::{Value, json};

/// A batch whose elements come to different ends.
fn mixed() -> Value {
    json!([
        call(json!(1), "echo", json!({ "n": 1 })),
        call(json!("1"), "danger", json!({})),
        notification("notifications/initialized", json!({})),
        call(json!(2), "secret", json!({})),
        message(json!(3), "ping", json!({})),
        call(json!(4), "echo", json!({ "n": 4 })),
    ])
}

fn check_mixed(answers: &[Value]) {
    let answers: HashMap<String, &Value> = answers.iter().map(|answer| (answer["id"].to_string(), answer)).collect();
    assert_eq!(answers.len(), 5, "each request is answered, and nothing else: {answers:?}");
    assert_echoed(answers["1"], &json!({ "n": 1 }));
    assert_denied(answers["\"1\""], "/tools/danger/action");
    assert_eq!(answers["2"]["error"]["message"], "Unknown tool: secret");
    assert_eq!(answers["3"]["result"], json!({}));
    assert_echoed(answers["4"], &json!({ "n": 4 }));
}

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::lenient()).await;
    (upstream, gateway)
}

async fn post(agent: &Agent, batch: &Value) -> Response {
    agent.send(&agent.post(batch.to_string())).await
}

#[tokio::test]
async fn a_batch_is_judged_element_by_element() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway).speaking(BATCHING).opened().await;
    let response = post(&agent, &mixed()).await;
    assert_eq!(response.status, 200);
    check_mixed(&response.messages());
    assert_eq!(upstream.seen_of("tools/call").len(), 2, "only what is allowed arrives");
    assert!(upstream.seen().iter().all(|seen| !seen.body.starts_with(b"[")), "no batch goes on");
    let quiet = json!([notification("notifications/initialized", json!({}))]);
    let response = post(&agent, &quiet).await;
    assert_eq!((response.status, response.body.len()), (202, 0));
}

#[tokio::test]
async fn a_batch_has_1_to_50_elements_and_opens_nothing() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway).speaking(BATCHING).opened().await;
    let pings = |count: u32| (0..count).map(|id| message(json!(id), "ping", json!({}))).collect::<Value>();
    let response = post(&agent, &pings(50)).await;
    assert_eq!(response.messages().len(), 50);
    let before = upstream.seen().len();
    let ping = message(json!(1), "ping", json!({}));
    for batch in [
        json!([]),
        pings(51),
        json!([ping, agent.hello()]),
        json!([agent.hello()]),
        json!([ping, 1]),
        json!([ping, [ping]]),
        json!([ping, { "jsonrpc": "2.0", "id": 2, "method": "ping", "Method": "x" }]),
    ] {
        let response = post(&agent, &batch).await;
        assert_eq!((response.status, response.code()), (400, Some(-32600)), "{batch}");
    }
    assert_eq!(upstream.seen().len(), before, "nothing of a refused batch goes on");
    assert_eq!(upstream.sessions(), 1);
}

#[tokio::test]
async fn other_revisions_have_no_batches() {
    let (upstream, gateway) = gateway().await;
    let modern = Agent::modern(&gateway);
    let mut agents = vec![modern.clone()];
    for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
        agents.push(modern.clone().speaking(version).opened().await);
    }
    let before = upstream.seen().len();
    for agent in &agents {
        let response = post(agent, &mixed()).await;
        assert_eq!((response.status, response.code()), (400, Some(-32600)), "{}", response.text());
    }
    // What a header says does not change what was agreed on.
    let newest = agents.pop().unwrap();
    let claim = newest.post(mixed().to_string()).with("Mcp-Protocol-Version", BATCHING);
    assert_eq!(newest.send(&claim).await.status, 400);
    let without_session = modern.speaking(BATCHING);
    assert_eq!(post(&without_session, &mixed()).await.status, 400);
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn on_stdio_a_batch_is_answered_on_one_line() {
    let mut wrap = Wrap::start(&world::lenient()).opened(BATCHING).await;
    wrap.send(&mixed()).await;
    let Value::Array(answers) = wrap.find(Value::is_array).await else { panic!("no batch") };
    check_mixed(&answers);
    assert_eq!(wrap.record.messages("tools/call").len(), 2);

    wrap.send(&json!([message(json!(1), "ping", json!({})), { "jsonrpc": "2.0", "id": 2, "method": "initialize" }]))
        .await;
    let answers = wrap.find(Value::is_array).await;
    let refused = answers.as_array().unwrap().iter().find(|answer| answer["id"] == 2).unwrap();
    assert_eq!(refused["error"]["code"], -32600, "{answers}");
    for batch in [json!([]), (0..51).map(|id| message(json!(id), "ping", json!({}))).collect::<Value>()] {
        wrap.send(&batch).await;
        assert_eq!(wrap.next().await["error"]["code"], -32600);
    }
    assert_eq!(wrap.record.messages("initialize").len(), 1);
}

#[tokio::test]
async fn on_stdio_other_revisions_have_no_batches() {
    let mut wrap = Wrap::start(&world::lenient()).opened(world::LEGACY).await;
    wrap.send(&mixed()).await;
    let refused = wrap.next().await;
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&Value::Null, &json!(-32600)));
    assert_echoed(&wrap.call("echo", json!({})).await, &json!({}));
    assert_eq!(wrap.record.messages("tools/call").len(), 1);
}
