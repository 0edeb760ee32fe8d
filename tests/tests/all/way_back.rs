//! What a server wants of an agent is judged like what an agent wants of a server.

use doorward_tests::agent::{assert_denied, assert_echoed, call, notification};
use doorward_tests::gateway::{anonymous, grant, token, with};
use doorward_tests::upstream::{Outgoing, Taken};
use doorward_tests::{Agent, Gateway, Upstream, Wrap, world};
use serde_json::{Value, json};

/// What servers of the legacy era ask for.
const WANTED: [&str; 4] = ["sampling/createMessage", "elicitation/create", "roots/list", "vendor/anything"];

async fn gateway(policy: Value) -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    (upstream, gateway)
}

fn wanted(id: Value, method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": { "x-unknown": [1.0] } })
}

/// A policy that allows `echo` and nothing else.
fn deny() -> Value {
    json!({ "version": "1", "default": "deny", "tools": { "echo": {} } })
}

async fn stream_of_call(agent: &Agent, calls: &mut Taken) -> (doorward_tests::http::Events, Outgoing, Value) {
    let ask = agent.request(&call(json!("mine"), "echo", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&ask), calls.next());
    let id = exchange.id();
    let (events, stream) = tokio::join!(connection.events(), exchange.stream());
    (events, stream, id)
}

#[tokio::test]
async fn a_servers_request_passes_where_the_default_lets_it() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut answers) = (upstream.take("tools/call"), upstream.take("answer"));
    let (mut events, mut stream, number) = stream_of_call(&agent, &mut calls).await;
    for (id, method) in [json!(0), json!("a"), json!("0"), json!(-1)].into_iter().zip(WANTED) {
        stream.message(&wanted(id.clone(), method)).await;
        assert_eq!(events.message().await, wanted(id.clone(), method), "it comes as it was sent");
        let answer = json!({ "jsonrpc": "2.0", "id": id, "result": { "x": [1] } });
        let post = agent.request(&answer);
        let (response, exchange) = tokio::join!(agent.send(&post), async {
            let exchange = answers.next().await;
            let message = exchange.seen.message.clone();
            exchange.respond("202 Accepted", "text/plain", b"").await;
            message
        });
        assert_eq!((response.status, exchange), (202, answer));
    }
    stream.message(&json!({ "jsonrpc": "2.0", "id": number, "result": world::echo(&json!({})) })).await;
    let answer = events.message().await;
    assert_eq!(answer["id"], "mine");
    assert_echoed(&answer, &json!({}));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_servers_request_is_answered_by_the_gateway_where_the_policy_denies_it() {
    let (upstream, gateway) = gateway(deny()).await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut answers) = (upstream.take("tools/call"), upstream.take("answer"));
    let (mut events, mut stream, number) = stream_of_call(&agent, &mut calls).await;
    for method in WANTED {
        stream.message(&wanted(json!(7), method)).await;
        let exchange = answers.next().await;
        let declined = exchange.seen.message.clone();
        assert_eq!((&declined["id"], &declined["error"]["code"]), (&json!(7), &json!(-31001)), "{declined}");
        let reason = format!("refused by (default deny): the policy does not allow the server request `{method}`");
        assert_eq!(declined["error"]["message"], reason);
        exchange.respond("202 Accepted", "text/plain", b"").await;
    }
    // A ping asks for nothing.
    stream.message(&wanted(json!(8), "ping")).await;
    assert_eq!(events.message().await["method"], "ping");
    stream.message(&json!({ "jsonrpc": "2.0", "id": number, "result": world::echo(&json!({})) })).await;
    assert_echoed(&events.message().await, &json!({}));
    // Nobody can answer what was never asked of them.
    agent.send(&agent.request(&json!({ "jsonrpc": "2.0", "id": 7, "result": { "forged": true } }))).await;
    agent.ask("ping", json!({})).await;
    assert!(!upstream.saw("forged"));
}

#[tokio::test]
async fn an_answer_goes_to_the_server_once() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let (mut events, mut stream, _number) = stream_of_call(&agent, &mut calls).await;
    stream.message(&wanted(json!(1), "roots/list")).await;
    events.message().await;
    for id in [json!("1"), json!(2), json!(1), json!(1), json!(1.0)] {
        let answer = json!({ "jsonrpc": "2.0", "id": id, "result": {} });
        assert_eq!(agent.send(&agent.request(&answer)).await.status, 202);
    }
    assert_eq!(upstream.seen_of("answer").len(), 1);
}

#[tokio::test]
async fn a_request_that_comes_unasked_is_judged_too() {
    for (policy, passes) in [(world::lenient(), true), (deny(), false)] {
        let (upstream, gateway) = gateway(policy).await;
        let agent = Agent::legacy(&gateway).await;
        let (mut streams, mut answers) = (upstream.take("GET"), upstream.take("answer"));
        let (mut events, mut stream) = tokio::join!(agent.listen(), async { streams.next().await.stream().await });
        stream.message(&wanted(json!(1), "sampling/createMessage")).await;
        if passes {
            assert_eq!(events.message().await["method"], "sampling/createMessage");
        } else {
            assert_eq!(answers.next().await.seen.message["error"]["code"], -31001);
        }
        stream.message(&notification("notifications/message", json!({ "level": "info", "data": "x" }))).await;
        assert_eq!(events.message().await["method"], "notifications/message");
    }
}

#[tokio::test]
async fn on_stdio_a_servers_request_is_judged_too() {
    for (policy, passes) in [
        (json!({ "version": "1", "default": "allow" }), true),
        (json!({ "version": "1", "default": "deny", "tools": { "ask": {} } }), false),
    ] {
        let mut wrap = Wrap::start(&policy).opened(world::LEGACY).await;
        for method in WANTED {
            wrap.send(&call(json!(method), "ask", json!({ "method": method, "params": { "x": 1 } }))).await;
            if passes {
                let request = wrap.find(|message| message["method"] == method).await;
                assert_eq!(request["params"], json!({ "x": 1 }));
                wrap.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "answered": true } })).await;
            }
            let told = wrap.answer(&json!(method)).await["result"]["structuredContent"].clone();
            if passes {
                assert_eq!(told["result"], json!({ "answered": true }));
            } else {
                assert_eq!(told["error"]["code"], -31001, "{told}");
            }
        }
    }
}

/// A result of the modern era that asks for more input.
fn input_required(state: &str, methods: &[&str]) -> Value {
    let requests: serde_json::Map<_, _> =
        methods.iter().map(|method| ((*method).to_owned(), json!({ "method": method, "params": {} }))).collect();
    json!({ "resultType": "input_required", "inputRequests": requests, "requestState": state })
}

/// Calls a tool, and answers the call as the server.
async fn round(agent: &Agent, calls: &mut Taken, params: Value, result: Value) -> (Value, Value) {
    let (answer, asked) = tokio::join!(agent.ask("tools/call", params), async {
        let exchange = calls.next().await;
        let asked = exchange.seen.message["params"].clone();
        exchange.result(result).await;
        asked
    });
    (answer, asked)
}

#[tokio::test]
async fn a_result_that_asks_for_more_is_judged() {
    let (upstream, gateway) = gateway(deny()).await;
    let agent = Agent::modern(&gateway);
    let mut calls = upstream.take("tools/call");
    let params = json!({ "name": "echo", "arguments": {} });
    for methods in [&WANTED[..1], &WANTED[1..2], &["ping", "roots/list"]] {
        let (answer, _) = round(&agent, &mut calls, params.clone(), input_required("s", methods)).await;
        assert_denied(&answer, "(default deny)");
        assert_eq!(answer["result"]["resultType"], "complete");
    }
    // In another form than the protocol's nobody knows what is asked for.
    for requests in [
        json!([{ "method": "sampling/createMessage", "params": {} }]),
        json!("sampling/createMessage"),
        json!({ "a": ["sampling/createMessage"] }),
        json!({ "a": { "Method": "sampling/createMessage" } }),
        json!({ "a": { "method": ["sampling/createMessage"] } }),
    ] {
        let result = json!({ "resultType": "input_required", "inputRequests": requests });
        let (answer, _) = round(&agent, &mut calls, params.clone(), result).await;
        assert_eq!(answer["result"]["isError"], true, "{requests}: {answer}");
        assert!(!answer.to_string().contains("inputRequests"));
    }
    let (answer, _) = round(&agent, &mut calls, params, input_required("s", &["ping"])).await;
    assert_eq!(answer["result"]["inputRequests"]["ping"]["method"], "ping");
}

#[tokio::test]
async fn a_servers_state_goes_out_sealed_and_comes_back_as_it_was() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    let agent = Agent::modern(&gateway);
    let mut calls = upstream.take("tools/call");
    let first = json!({ "name": "echo", "arguments": { "n": 1.0 } });
    let (answer, asked) =
        round(&agent, &mut calls, first.clone(), input_required("the server's own state", &["elicitation/create"]))
            .await;
    assert_eq!(asked["requestState"], Value::Null);
    let sealed = answer["result"]["requestState"].as_str().unwrap().to_owned();
    assert!(!sealed.contains("the server's own state"));
    assert_eq!(answer["result"]["inputRequests"]["elicitation/create"]["method"], "elicitation/create");

    let again = |state: &str| {
        with(
            first.clone(),
            json!({ "requestState": state, "inputResponses": { "elicitation/create": { "action": "accept" } } }),
        )
    };
    let (answer, asked) = round(&agent, &mut calls, again(&sealed), input_required("another state", &[])).await;
    assert_eq!(asked["requestState"], "the server's own state");
    assert_eq!(asked["inputResponses"], json!({ "elicitation/create": { "action": "accept" } }));
    let second = answer["result"]["requestState"].as_str().unwrap().to_owned();
    assert_ne!(second, sealed);
    let (answer, asked) = round(&agent, &mut calls, again(&second), world::echo(&json!({ "done": true }))).await;
    assert_eq!(asked["requestState"], "another state");
    assert_echoed(&answer, &json!({ "done": true }));
}

#[tokio::test]
async fn a_state_opens_for_the_call_that_it_was_made_for_and_no_other() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": world::lenient() }));
    let config = json!({
        "servers": { "s": server, "t": server },
        "grants": [grant("a", json!({ "s": {}, "t": {} })), grant("b", json!({ "s": {} }))],
    });
    let gateway = Gateway::start(&config).await;
    let agent = |name: &str| Agent::modern(&gateway).with_token(&token(name));
    let (mine, theirs) = (agent("a"), agent("b"));
    let mut calls = upstream.take("tools/call");
    let params = json!({ "name": "echo", "arguments": { "n": 1 } });
    let (answer, _) = round(&mine, &mut calls, params.clone(), input_required("own state", &[])).await;
    let sealed = answer["result"]["requestState"].as_str().unwrap().to_owned();
    let mut tampered = sealed.clone().into_bytes();
    let middle = tampered.len() / 2;
    tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    let own = |state: &str| json!({ "requestState": state });
    for (why, agent, params) in [
        ("tampered with", &mine, with(params.clone(), own(&tampered))),
        ("cut short", &mine, with(params.clone(), own(&sealed[..sealed.len() - 4]))),
        ("for other arguments", &mine, with(params.clone(), with(own(&sealed), json!({ "arguments": { "n": 2 } })))),
        ("for another tool", &mine, with(params.clone(), with(own(&sealed), json!({ "name": "region" })))),
        ("of another caller", &theirs, with(params.clone(), own(&sealed))),
        ("of another server", &mine.clone().at("t"), with(params.clone(), own(&sealed))),
        ("that was never sealed", &mine, with(params.clone(), own("own state"))),
    ] {
        let before = (upstream.seen_of("tools/call").len(), gateway.recorded("decision").len());
        let answer = agent.ask("tools/call", params).await;
        assert_eq!(answer["error"]["code"], -32602, "a state {why}: {answer}");
        assert_eq!(upstream.seen_of("tools/call").len(), before.0, "a state {why} came through");
        assert_eq!(gateway.recorded("decision").len(), before.1 + 1, "a state {why} leaves a record");
    }
    let (_, asked) = round(&mine, &mut calls, with(params, own(&sealed)), world::echo(&json!({}))).await;
    assert_eq!(asked["requestState"], "own state");
}

#[tokio::test]
async fn another_round_is_judged_again() {
    let upstream = Upstream::start().await;
    let config = |policy: Value| anonymous(with(upstream.server(), json!({ "policy": policy })));
    let gateway = Gateway::start(&config(world::lenient())).await;
    let agent = Agent::modern(&gateway);
    let mut calls = upstream.take("tools/call");
    let params = json!({ "name": "echo", "arguments": {} });
    let (answer, _) = round(&agent, &mut calls, params.clone(), input_required("state", &[])).await;
    let state = answer["result"]["requestState"].clone();
    gateway.enact(&config(json!({ "version": "1", "default": "deny" }))).await;
    assert_denied(&agent.ask("tools/call", with(params, json!({ "requestState": state }))).await, "(default deny)");
}

/// A limit of one call is enough for a call that asks for more twice, and a state that comes back again pays for nothing.
#[tokio::test]
async fn a_further_round_is_the_same_call_and_counts_once() {
    let limit = json!({ "counter": "few", "window": "hour", "max": 1 });
    let (upstream, gateway) = gateway(with(deny(), json!({ "tools": { "echo": { "limits": [limit] } } }))).await;
    let agent = Agent::modern(&gateway);
    let mut calls = upstream.take("tools/call");
    let first = json!({ "name": "echo", "arguments": { "n": 1 } });
    let again = |state: &Value| with(first.clone(), json!({ "requestState": state }));
    let (answer, _) = round(&agent, &mut calls, first.clone(), input_required("one", &[])).await;
    let one = answer["result"]["requestState"].clone();
    let (answer, asked) = round(&agent, &mut calls, again(&one), input_required("two", &[])).await;
    assert_eq!(asked["requestState"], "one");
    let two = answer["result"]["requestState"].clone();
    let (answer, asked) = round(&agent, &mut calls, again(&two), world::echo(&json!({ "done": true }))).await;
    assert_eq!(asked["requestState"], "two");
    assert_echoed(&answer, &json!({ "done": true }));
    let sent = upstream.seen_of("tools/call").len();
    for params in [again(&one), again(&two), first.clone()] {
        let answer = agent.ask("tools/call", params).await;
        let said = doorward_tests::agent::text(&answer);
        assert!(said.starts_with("[doorward] rate limited by rule /tools/echo/limits/few"), "{answer}");
    }
    assert_eq!(upstream.seen_of("tools/call").len(), sent);
}
