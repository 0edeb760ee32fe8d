//! A modern request says some things twice, in its headers and in its body. Both say the same, or nobody hears it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_tests::agent::{assert_echoed, call, message, notification};
use doorward_tests::gateway::with;
use doorward_tests::world::{self, CAPABILITIES_KEY, VERSION_KEY};
use doorward_tests::{Agent, Gateway, Upstream};
use serde_json::{Value, json};

const HEADER_MISMATCH: Option<i64> = Some(-32020);
const INVALID_PARAMS: Option<i64> = Some(-32602);
const UNSUPPORTED_VERSION: Option<i64> = Some(-32022);

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    // What an argument may be is not asked here: headers carry also what the schema would not let pass.
    let policy = with(world::lenient(), json!({ "arguments": { "schema": "ignore" } }));
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    (upstream, gateway)
}

fn base64(text: &str) -> String {
    format!("=?base64?{}?=", STANDARD.encode(text))
}

#[tokio::test]
async fn headers_say_what_the_body_says() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({ "a": 1 })));
    assert_echoed(&agent.send(&ask.clone().with("Mcp-Name", base64("echo"))).await.answer(), &json!({ "a": 1 }));
    let before = upstream.seen().len();
    for (name, value) in [
        ("Mcp-Name", "danger".to_owned()),
        ("Mcp-Name", "Echo".to_owned()),
        ("Mcp-Name", String::new()),
        ("Mcp-Name", base64("danger")),
        ("Mcp-Name", base64("echo").replace("?=", "")),
        ("Mcp-Name", "=?base64?ZWNob?=".to_owned()),
        ("Mcp-Name", "=?base64?ZWN obw==?=".to_owned()),
        ("Mcp-Name", "=?base64?/w==?=".to_owned()),
        ("Mcp-Method", "tools/list".to_owned()),
        ("Mcp-Method", "Tools/Call".to_owned()),
        ("Mcp-Method", String::new()),
    ] {
        let response = agent.send(&ask.clone().with(name, value.clone())).await;
        assert_eq!((response.status, response.code()), (400, HEADER_MISMATCH), "{name}: {value}");
        assert_eq!(response.json()["id"], 1);
    }
    for name in ["Mcp-Name", "Mcp-Method"] {
        let response = agent.send(&ask.clone().without(name)).await;
        assert_eq!((response.status, response.code()), (400, HEADER_MISMATCH), "no {name}");
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn what_names_a_resource_or_a_prompt_is_said_twice_too() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    for (method, key, value) in [("resources/read", "uri", "file:///é"), ("prompts/get", "name", "greet")] {
        let ask = agent.request(&message(json!(1), method, json!({ key: value })));
        assert_eq!(agent.send(&ask).await.status, 200);
        let seen = upstream.seen_of(method);
        assert_eq!(seen[0].header("mcp-name"), Some(doorward_tests::agent::header(value).as_str()));
        for request in [ask.clone().with("Mcp-Name", "other"), ask.without("Mcp-Name")] {
            let response = agent.send(&request).await;
            assert_eq!((response.status, response.code()), (400, HEADER_MISMATCH), "{method}");
        }
        assert_eq!(upstream.seen_of(method).len(), 1);
    }
}

#[tokio::test]
async fn the_version_is_said_twice_and_known() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let body = |version: Value| {
        let mut message = call(json!(1), "echo", json!({}));
        message["params"]["_meta"] = json!({ VERSION_KEY: version, CAPABILITIES_KEY: {} });
        agent.post_call("echo", message.to_string())
    };
    let before = upstream.seen().len();
    for (request, code) in [
        (body(json!("2026-07-28")).with("Mcp-Protocol-Version", "2027-01-01"), HEADER_MISMATCH),
        (body(json!("2025-11-25")), HEADER_MISMATCH),
        (body(json!("2027-01-01")), HEADER_MISMATCH),
        (body(json!(20260728)), HEADER_MISMATCH),
        (body(json!("2027-01-01")).with("Mcp-Protocol-Version", "2027-01-01"), UNSUPPORTED_VERSION),
        (body(json!("x")).with("Mcp-Protocol-Version", "x"), UNSUPPORTED_VERSION),
        (agent.post_call("echo", call(json!(1), "echo", json!({})).to_string()), INVALID_PARAMS),
    ] {
        let response = agent.send(&request).await;
        assert_eq!((response.status, response.code()), (400, code), "{}", response.text());
        if code == UNSUPPORTED_VERSION {
            let data = &response.json()["error"]["data"];
            assert_eq!(data["supported"], json!(["2026-07-28"]));
            assert!(data["requested"].is_string());
        }
    }
    for missing in [VERSION_KEY, CAPABILITIES_KEY] {
        let mut message = call(json!(1), "echo", json!({}));
        message["params"]["_meta"] = world::modern_meta();
        message["params"]["_meta"].as_object_mut().unwrap().remove(missing);
        let response = agent.send(&agent.post_call("echo", message.to_string())).await;
        assert_eq!((response.status, response.code()), (400, INVALID_PARAMS), "no {missing}");
    }
    let later = notification("notifications/initialized", json!({}));
    let response = agent.send(&agent.request(&later).with("Mcp-Protocol-Version", "2027-01-01")).await;
    assert_eq!((response.status, response.code()), (400, UNSUPPORTED_VERSION));
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn an_era_is_not_entered_by_the_back_door() {
    let (upstream, gateway) = gateway().await;
    let legacy = Agent::legacy(&gateway).await;
    let batching = Agent::modern(&gateway).speaking(world::BATCHING).opened().await;
    let mut modern = call(json!(1), "echo", json!({}));
    modern["params"]["_meta"] = world::modern_meta();
    let before = upstream.seen().len();
    // A modern message in a legacy session, alone or in a batch.
    for (agent, body) in [
        (&legacy, modern.clone()),
        (&batching, modern.clone()),
        (&batching, json!([modern])),
        (&batching, json!([modern, modern])),
    ] {
        let response = agent.send(&agent.post(body.to_string())).await;
        assert!(response.status == 400, "{body}: {}", response.text());
    }
    // A version of nobody's.
    let response = legacy
        .send(&legacy.request(&call(json!(1), "echo", json!({}))).with("Mcp-Protocol-Version", "1999-01-01"))
        .await;
    assert_eq!(response.status, 400, "{}", response.text());
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn arguments_that_travel_in_headers_are_the_bodys() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = |arguments: Value, headers: &[(&str, &str)]| {
        let ask = agent.request(&call(json!(1), "region", arguments));
        headers.iter().fold(ask, |request, (name, value)| request.also(name, *value))
    };
    let (region, count) = ("Mcp-Param-Region", "Mcp-Param-Count");
    for (arguments, headers, sent) in [
        (json!({}), vec![], (None, None)),
        (json!({ "region": "eu" }), vec![(region, "eu")], (Some("eu"), None)),
        (json!({ "region": "eu" }), vec![("mcp-param-region", "=?base64?ZXU=?=")], (Some("eu"), None)),
        (json!({ "region": "eu", "count": 42 }), vec![(region, "eu"), (count, "42")], (Some("eu"), Some("42"))),
        (json!({ "count": 42 }), vec![(count, "42.0")], (None, Some("42"))),
        (json!({ "region": "é" }), vec![(region, "=?base64?w6k=?=")], (Some("=?base64?w6k=?="), None)),
        (json!({ "region": null }), vec![("Mcp-Param-Other", "x")], (None, None)),
    ] {
        assert_echoed(&agent.send(&ask(arguments.clone(), &headers)).await.answer(), &arguments);
        let seen = upstream.seen_of("tools/call").pop().unwrap();
        assert_eq!((seen.header("mcp-param-region"), seen.header("mcp-param-count")), sent, "{arguments}");
        assert_eq!(seen.header("mcp-param-other"), None, "only what the server asked for travels");
        assert_eq!((seen.header("mcp-method"), seen.header("mcp-name")), (Some("tools/call"), Some("region")));
        assert_eq!(seen.header("mcp-protocol-version"), Some(world::MODERN));
    }
    let before = upstream.seen_of("tools/call").len();
    for (arguments, headers) in [
        (json!({ "region": "eu" }), vec![]),
        (json!({ "region": "eu" }), vec![(region, "us")]),
        (json!({ "region": "eu" }), vec![(region, "EU")]),
        (json!({ "region": "eu" }), vec![(region, "eu"), (region, "us")]),
        (json!({ "region": "eu" }), vec![(region, "=?base64?dXM=?=")]),
        (json!({ "region": "eu" }), vec![(region, "=?base64?ZXU?=")]),
        (json!({}), vec![(region, "eu")]),
        (json!({ "count": 42 }), vec![(count, "43")]),
        (json!({ "count": 42 }), vec![(count, "42.5")]),
    ] {
        let response = agent.send(&ask(arguments.clone(), &headers)).await;
        assert_eq!((response.status, response.code()), (400, HEADER_MISMATCH), "{arguments} {headers:?}");
    }
    assert_eq!(upstream.seen_of("tools/call").len(), before);
}

#[tokio::test]
async fn a_notification_says_its_revision_to_the_server_too() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let post = agent.request(&notification("notifications/roots/list_changed", json!({})));
    assert_eq!(agent.send(&post).await.status, 202);
    let seen = upstream.until_seen("notifications/roots/list_changed", 1).await;
    assert_eq!(seen[0].header("mcp-protocol-version"), Some(world::MODERN));
}
