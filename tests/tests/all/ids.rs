//! Ids: a caller's are its own affair and come back as they went; a server sees numbers that are never used twice.

use std::collections::HashSet;

use doorward_tests::agent::{assert_echoed, call, message, notification};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::upstream::Taken;
use doorward_tests::world::{self, META};
use doorward_tests::{Agent, Connection, Exchange, Gateway, Record, Upstream, Wrap, until};
use serde_json::{Value, json};

/// Every kind of id, twice each, as an agent may write it.
const IDS: [&str; 16] = [
    "1",
    "1",
    "\"1\"",
    "\"1\"",
    "0",
    "-1",
    "1.5",
    "1.50",
    "1e2",
    "9007199254740991",
    "\"\"",
    "\"a b\"",
    "\"é😀\"",
    "\"\\\"\"",
    "\"\\n\"",
    "\"null\"",
];

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::lenient()).await;
    (upstream, gateway)
}

fn text_of_call(id: &str, number: usize, more: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"echo","arguments":{{"n":{number}}}{more}}}}}"#
    )
}

#[tokio::test]
async fn requests_of_one_id_get_each_its_answer_in_whatever_order() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        let meta = if agent.is_modern() { format!(",{META}") } else { String::new() };
        let mut connections = Vec::new();
        for (number, id) in IDS.iter().enumerate() {
            let post = agent.post_call("echo", text_of_call(id, number, &meta));
            connections.push(agent.begin(&post).await);
        }
        let mut exchanges = Vec::new();
        for _ in IDS {
            exchanges.push(calls.next().await);
        }
        let seen: HashSet<u64> = exchanges.iter().map(|exchange| exchange.id().as_u64().unwrap()).collect();
        assert_eq!(seen.len(), IDS.len(), "no number twice");
        exchanges.reverse();
        for exchange in exchanges {
            exchange.usual().await;
        }
        for (number, (id, mut connection)) in IDS.iter().zip(connections).enumerate() {
            let response = connection.response().await;
            assert_echoed(&response.answer(), &json!({ "n": number }));
            let begins = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":"#);
            assert!(response.text().contains(&begins), "{id}: {}", response.text());
        }
    }
}

#[tokio::test]
async fn on_stdio_requests_of_one_id_get_each_its_answer() {
    let mut wrap = Wrap::start(&json!({ "version": "1", "default": "allow" })).opened(world::LEGACY).await;
    for (number, id) in [json!(1), json!("1"), json!(1), json!("x"), json!(1)].into_iter().enumerate() {
        wrap.send(&call(id, "hold", json!({ "n": number }))).await;
    }
    let held = wrap.record.until_seen("tools/call", 5).await;
    let numbers: HashSet<u64> = held.iter().map(|message| message["id"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 5);
    wrap.send(&notification("notifications/release", json!({}))).await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        let answer = wrap.next().await;
        answers.push((answer["result"]["structuredContent"]["n"].as_u64().unwrap(), answer["id"].clone()));
    }
    answers.sort_by_key(|(number, _)| *number);
    let ids: Vec<Value> = answers.into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [json!(1), json!("1"), json!(1), json!("x"), json!(1)]);
}

/// Sends a call that wants progress under this token, and yields it at both ends.
async fn with_progress(agent: &Agent, calls: &mut Taken, token: &Value) -> (Connection, Exchange) {
    let mut ask = call(json!(1), "echo", json!({}));
    ask["params"]["_meta"] = json!({ "progressToken": token, "x-kept": [1] });
    let post = agent.request(&ask);
    tokio::join!(agent.begin(&post), calls.next())
}

#[tokio::test]
async fn progress_comes_back_under_the_callers_token() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        let token = json!("mine");
        // Two calls at once, under one token.
        let (first, exchange) = with_progress(&agent, &mut calls, &token).await;
        let (second, other) = with_progress(&agent, &mut calls, &token).await;
        let mut ends = Vec::new();
        for (connection, exchange) in [(first, exchange), (second, other)] {
            let meta = exchange.seen.message["params"]["_meta"].clone();
            assert_eq!(meta["x-kept"], json!([1]));
            assert!(meta["progressToken"].is_u64(), "{meta}");
            let id = exchange.id();
            let (events, stream) = tokio::join!(connection.events(), exchange.stream());
            ends.push((events, stream, meta["progressToken"].clone(), id));
        }
        assert_ne!(ends[0].2, ends[1].2);
        for (place, (events, stream, number, id)) in ends.iter_mut().enumerate().rev() {
            let progress = |token: &Value| {
                notification("notifications/progress", json!({ "progressToken": token, "progress": place }))
            };
            // Progress of nothing that was asked for is nobody's.
            for strange in [json!(99999), json!("mine"), Value::Null] {
                stream.message(&progress(&strange)).await;
            }
            stream.message(&progress(number)).await;
            assert_eq!(events.message().await, progress(&token));
            stream.message(&json!({ "jsonrpc": "2.0", "id": id, "result": world::echo(&json!({})) })).await;
            assert_echoed(&events.message().await, &json!({}));
        }
    }
}

#[tokio::test]
async fn on_stdio_progress_comes_back_under_the_callers_token() {
    let mut wrap = Wrap::start(&json!({ "version": "1", "default": "allow" })).opened(world::LEGACY).await;
    for (id, token) in [(json!(1), json!("a")), (json!(2), json!(7))] {
        let mut ask = call(id, "progress", json!({ "steps": 3 }));
        ask["params"]["_meta"] = json!({ "progressToken": token });
        wrap.send(&ask).await;
    }
    for token in [json!("a"), json!(7)] {
        for step in 1..=3 {
            let progress = wrap.find(|message| message["params"]["progressToken"] == token).await;
            assert_eq!(progress["params"]["progress"], step, "in order");
        }
    }
    for id in [json!(1), json!(2)] {
        assert_echoed(&wrap.answer(&id).await, &json!({ "steps": 3 }));
    }
}

#[tokio::test]
async fn a_call_that_is_taken_back_is_taken_back_at_the_server() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let mut begun = Vec::new();
    for id in [json!(1), json!("1")] {
        let post = agent.request(&call(id, "echo", json!({})));
        begun.push(tokio::join!(agent.begin(&post), calls.next()));
    }
    for strange in [json!(2), json!(1.5), Value::Null] {
        let taken_back = notification("notifications/cancelled", json!({ "requestId": strange }));
        assert_eq!(agent.send(&agent.request(&taken_back)).await.status, 202);
    }
    assert!(upstream.seen_of("notifications/cancelled").is_empty());
    let number = begun[1].1.id();
    let taken_back = notification("notifications/cancelled", json!({ "requestId": "1", "reason": "no more", "x": 1 }));
    assert_eq!(agent.send(&agent.request(&taken_back)).await.status, 202);
    let seen = upstream.until_seen("notifications/cancelled", 1).await;
    assert_eq!(seen[0].message["params"], json!({ "requestId": number, "reason": "no more", "x": 1 }));
    // The other one goes on, and is answered.
    let (mut connection, exchange) = begun.remove(0);
    exchange.usual().await;
    assert_echoed(&connection.response().await.answer(), &json!({}));
    // What was taken back is answered no more, and not told twice.
    let (mut connection, exchange) = begun.remove(0);
    exchange.usual().await;
    let response = connection.response().await;
    assert!(!response.text().contains("result"), "{}", response.text());
    agent.ask("ping", json!({})).await;
    assert_eq!(upstream.seen_of("notifications/cancelled").len(), 1);
}

#[tokio::test]
async fn on_stdio_a_call_that_is_taken_back_is_taken_back_at_the_server() {
    let mut wrap = Wrap::start(&json!({ "version": "1", "default": "allow" })).opened(world::LEGACY).await;
    for id in [json!(1), json!("1")] {
        wrap.send(&call(id, "hold", json!({}))).await;
    }
    let held = wrap.record.until_seen("tools/call", 2).await;
    wrap.send(&notification("notifications/cancelled", json!({ "requestId": 1 }))).await;
    let cancelled = wrap.record.until_seen("notifications/cancelled", 1).await;
    let meant = cancelled[0]["params"]["requestId"].clone();
    assert!(held.iter().any(|message| message["id"] == meant));
    wrap.send(&notification("notifications/release", json!({}))).await;
    assert_echoed(&wrap.answer(&json!("1")).await, &json!({}));
    // Nothing more comes for the one that was taken back.
    wrap.ask("ping", json!({})).await;
    wrap.close();
    assert_eq!(wrap.line().await, None);
}

#[tokio::test]
async fn a_call_that_is_taken_back_before_it_went_never_goes() {
    let mut wrap = Wrap::start_peer(Some(&world::lenient()), &["--hold", "tools/list"]).opened(world::LEGACY).await;
    wrap.send(&call(json!(1), "echo", json!({ "c": "CANARY" }))).await;
    wrap.record.until_seen("tools/list", 1).await;
    wrap.send(&notification("notifications/cancelled", json!({ "requestId": 1 }))).await;
    // And one that is taken back with the same breath.
    let ask = call(json!(2), "echo", json!({ "c": "CANARY" }));
    wrap.send_line(format!("{ask}\n{}", notification("notifications/cancelled", json!({ "requestId": 2 })))).await;
    wrap.ask("ping", json!({})).await;
    wrap.send(&notification("notifications/release", json!({}))).await;
    assert_echoed(&wrap.call("echo", json!({})).await, &json!({}));
    assert!(!wrap.record.text().contains("CANARY"));
}

#[tokio::test]
async fn a_call_that_is_taken_back_gives_its_place_back() {
    let record = Record::new();
    let policy = json!({ "version": "1", "default": "allow" });
    let server =
        with(doorward_tests::gateway::peer(&record, &[]), json!({ "policy": policy, "limits": { "calls": 1 } }));
    let gateway = Gateway::start(&anonymous(server)).await;
    let agent = Agent::legacy(&gateway).await;
    let post = agent.request(&call(json!(1), "never", json!({})));
    let _waits = agent.begin(&post).await;
    record.until_seen("tools/call", 1).await;
    let full = agent.send(&agent.request(&message(json!(2), "ping", json!({})))).await.answer();
    assert!(full["error"]["message"].as_str().unwrap().contains("too many calls are in flight"), "{full}");
    agent.send(&agent.request(&notification("notifications/cancelled", json!({ "requestId": 1 })))).await;
    until("a place", async || {
        let answer = agent.send(&agent.request(&call(json!(3), "echo", json!({})))).await.answer();
        answer["result"]["structuredContent"].is_object().then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_nobody_knows_passes_unchanged_in_both_directions() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        let meta = if agent.is_modern() {
            META.replace("\"_meta\":{", "\"_meta\":{\"x-meta\":{\"deep\":[1.0,null]},\"traceparent\":\"00-1\",")
        } else {
            r#""_meta":{"x-meta":{"deep":[1.0,null]},"traceparent":"00-1"}"#.to_owned()
        };
        let text = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"task":{{"ttl":1}},"name":"echo","arguments":{{}},"x-param":[1e0],{meta}}},"x-envelope":{{"a":0.10}}}}"#
        );
        let kind = if agent.is_modern() { r#""resultType":"complete","# } else { "" };
        let result = format!(
            r#"{{{kind}"content":[{{"type":"x-hologram","data":[1.50,1e400,123456789012345678901234567890]}}],"x-result":null,"_meta":{{"x":{{}}}}}}"#
        );
        let post = agent.post_call("echo", text);
        let (response, seen) = tokio::join!(agent.send(&post), async {
            let exchange = calls.next().await;
            let seen = String::from_utf8(exchange.seen.body.clone()).unwrap();
            let body = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result},"x-envelope":[0.0]}}"#, exchange.id());
            exchange.respond("200 OK", "application/json; charset=utf-8", body.as_bytes()).await;
            seen
        });
        for part in [
            r#""task":{"ttl":1}"#,
            r#""x-param":[1e0]"#,
            r#""x-meta":{"deep":[1.0,null]},"traceparent":"00-1""#,
            r#","x-envelope":{"a":0.10}}"#,
        ] {
            assert!(seen.contains(part), "{part} is missing in {seen}");
        }
        assert_eq!(response.text(), format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result},"x-envelope":[0.0]}}"#));
    }
}

#[tokio::test]
async fn a_servers_error_passes_as_it_is() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let error = json!({ "code": -32042, "message": "URL elicitation", "data": { "elicitations": [{ "x": 1 }] } });
    for agent in Agent::both(&gateway).await {
        let post = agent.request(&call(json!("mine"), "echo", json!({})));
        let (response, ()) = tokio::join!(agent.send(&post), async {
            let exchange = calls.next().await;
            let id = exchange.id();
            exchange.answer(json!({ "jsonrpc": "2.0", "id": id, "error": error })).await;
        });
        assert_eq!(response.answer(), json!({ "jsonrpc": "2.0", "id": "mine", "error": error }));
    }
}
