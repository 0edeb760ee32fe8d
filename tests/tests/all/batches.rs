//! Batches: one revision has them, and there every element is judged as if it came alone.

use std::collections::HashMap;

use doorward_tests::agent::{assert_denied, assert_echoed, assert_unavailable, call, message, notification};
use doorward_tests::gateway::{peer, with};
use doorward_tests::world::{self, BATCHING};
use doorward_tests::{Agent, Gateway, Record, Response, Upstream, Wrap};
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

/// A batch of a server that answers the request of this id, among other things.
fn batch_of_server(id: &Value) -> Value {
    let answer =
        |id: &Value, own: bool| json!({ "jsonrpc": "2.0", "id": id, "result": world::echo(&json!({ "own": own })) });
    json!([
        notification("notifications/message", json!({ "data": 1 })),
        answer(&json!(id.as_u64().unwrap() + 1), false),
        answer(id, true),
        message(json!("wanted"), "sampling/createMessage", json!({})),
        notification("notifications/message", json!({ "data": 2 })),
    ])
}

/// What the agent is to see of it: not what is another's, and not what the policy denies.
fn check_batch_of_server(messages: &[Value]) {
    let [first, second, answer] = messages else { panic!("{messages:?}") };
    assert_eq!((&first["params"]["data"], &second["params"]["data"]), (&json!(1), &json!(2)));
    assert_eq!(answer["id"], "mine");
    assert_echoed(answer, &json!({ "own": true }));
}

#[tokio::test]
async fn a_servers_batch_is_taken_apart_and_every_element_inspected() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::strict()).await;
    let agent = Agent::modern(&gateway).speaking(BATCHING).opened().await;
    let (mut calls, mut lists) = (upstream.take("tools/call"), upstream.take("tools/list"));
    let list = agent.request(&message(json!("mine"), "tools/list", json!({})));
    let (response, ()) = tokio::join!(agent.send(&list), async {
        let exchange = lists.next().await;
        let answer = world::respond(&exchange.seen.message, world::listed(&world::TOOLS));
        exchange.answer(json!([answer])).await;
    });
    let listed = response.answer();
    assert_eq!((&listed["id"], listed["result"]["tools"].as_array().unwrap().len()), (&json!("mine"), 1), "{listed}");
    let post = agent.request(&call(json!("mine"), "echo", json!({})));
    for streams in [false, true] {
        let serve = async {
            if !streams {
                // Before the first call the gateway itself asks for the list.
                lists.next().await.usual().await;
            }
            let exchange = calls.next().await;
            let batch = batch_of_server(&exchange.id());
            if streams {
                let mut stream = exchange.stream().await;
                stream.text(&format!("id: 7\nevent: message\ndata: {batch}\n\n")).await;
                stream.end().await;
            } else {
                exchange.answer(batch).await;
            }
        };
        let (response, ()) = tokio::join!(agent.send(&post), serve);
        check_batch_of_server(&response.messages());
        // Whoever comes back after that event has seen all of it.
        let ids: Vec<Option<String>> = response.frames().into_iter().map(|frame| frame.id).collect();
        let last = streams.then(|| "7".to_owned());
        assert_eq!(ids.into_iter().filter(Option::is_some).collect::<Vec<_>>(), Vec::from_iter(last.map(Some)));
    }
    let declined = upstream.until_seen("answer", 2).await;
    assert!(declined.iter().all(|seen| seen.message["id"] == "wanted" && seen.message["error"].is_object()));
}

#[tokio::test]
async fn a_servers_batch_that_is_none_is_no_answer() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::lenient()).await;
    let agent = Agent::modern(&gateway).speaking(BATCHING).opened().await;
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    let mut calls = upstream.take("tools/call");
    let post = agent.request(&call(json!("mine"), "echo", json!({})));
    for case in 0..5 {
        let (response, ()) = tokio::join!(agent.send(&post), async {
            let exchange = calls.next().await;
            let own = world::answer(&exchange.seen.message).unwrap();
            let batch = match case {
                0 => json!([]),
                1 => json!([own, 1]),
                2 => json!([[own]]),
                3 => json!([own, { "jsonrpc": "2.0", "id": 2, "method": "ping", "Method": "x" }]),
                _ => json!([notification("notifications/message", json!({}))]),
            };
            exchange.answer(batch).await;
        });
        assert_unavailable(&response.answer());
    }
}

#[tokio::test]
async fn on_stdio_a_servers_batch_is_taken_apart_where_the_revision_has_them() {
    let record = Record::new();
    let server = with(peer(&record, &[]), json!({ "timeout": "400ms" }));
    let gateway = Gateway::with_server(server, json!({ "version": "1", "default": "allow" })).await;
    let agent = Agent::modern(&gateway).speaking(BATCHING).opened().await;
    let response = agent.send(&agent.request(&call(json!("mine"), "batch", json!({ "own": true })))).await;
    let [line, answer] = &response.messages()[..] else { panic!("{}", response.text()) };
    assert_eq!((&line["params"]["data"], &answer["id"]), (&json!(1), &json!("mine")));
    assert_echoed(answer, &json!({ "own": true }));
    for agent in Agent::both(&gateway).await {
        assert_unavailable(&agent.call("batch", json!({})).await);
    }
}
