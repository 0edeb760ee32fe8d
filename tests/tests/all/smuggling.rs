//! What two readers could read differently is refused, and nothing of it reaches a server; what is allowed arrives as
//! it was judged.

use doorward_tests::agent::{assert_denied, assert_echoed, call, header, message};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::upstream::arguments_of;
use doorward_tests::world::{self, META};
use doorward_tests::{Agent, Connection, Gateway, Request, Response, Upstream, Wrap};
use serde_json::{Value, json};

use super::hostile::{self, CANARY};

/// A gateway that allows what it can, in front of a server that records.
async fn lenient() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::lenient()).await;
    (upstream, gateway)
}

#[tokio::test]
async fn nothing_of_an_ambiguous_message_reaches_a_server_over_http() {
    let (upstream, gateway) = lenient().await;
    let mut wrong = Vec::new();
    for agent in Agent::both(&gateway).await {
        for hostile in hostile::messages(agent.is_modern()) {
            let response = agent.send(&agent.post_call(hostile.tool(), hostile.text.clone())).await;
            if response.code() != Some(hostile.code) {
                wrong.push(format!("{}: {}", hostile.why, response.text()));
            }
        }
        assert_echoed(&agent.call("echo", json!({ "still": "served" })).await, &json!({ "still": "served" }));
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(!upstream.saw(CANARY));
}

#[tokio::test]
async fn nothing_of_an_ambiguous_message_reaches_a_server_on_stdio() {
    let mut wrap = Wrap::start(&world::lenient()).opened(world::LEGACY).await;
    let mut wrong = Vec::new();
    for hostile in hostile::messages(false).into_iter().chain(hostile::messages(true)) {
        wrap.send_line(hostile.text).await;
        let answer = wrap.next().await;
        if answer["error"]["code"] != hostile.code {
            wrong.push(format!("{}: {answer}", hostile.why));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_echoed(&wrap.call("echo", json!({ "still": "served" })).await, &json!({ "still": "served" }));
    wrap.close();
    assert!(wrap.ended().await.success());
    assert!(!wrap.record.text().contains(CANARY));
}

/// A reader that takes strings for texts that end at a NUL sees the protocol's name.
#[tokio::test]
async fn a_member_that_goes_on_behind_a_nul_is_ambiguous() {
    let (upstream, gateway) = lenient().await;
    for agent in Agent::both(&gateway).await {
        let meta = if agent.is_modern() { format!(",{META}") } else { String::new() };
        for name in [r"name\u0000", r"name\u0000x", r"arguments\u0000"] {
            let text = call_text(r#"{"c":"CANARY"}"#, &format!(r#","{name}":"danger"{meta}"#));
            let response = agent.send(&agent.post_call("echo", text)).await;
            assert_eq!(response.code(), Some(-32600), "{name}: {}", response.text());
        }
    }
    assert!(!upstream.saw(CANARY));
}

#[tokio::test]
async fn a_call_without_an_id_is_still_a_call() {
    let (upstream, gateway) = lenient().await;
    for agent in Agent::both(&gateway).await {
        for text in hostile::notifications() {
            let response = agent.send(&agent.post_call("danger", text.clone())).await;
            assert!(response.body.is_empty() || response.status == 400, "{}", response.text());
            agent.call("echo", json!({})).await;
            assert!(!upstream.saw(CANARY), "{text} came through");
        }
    }
    let mut wrap = Wrap::start(&world::lenient()).opened(world::LEGACY).await;
    for text in hostile::notifications() {
        wrap.send_line(text.clone()).await;
        wrap.call("echo", json!({})).await;
        assert!(!wrap.record.text().contains(CANARY), "{text} came through");
    }
}

#[tokio::test]
async fn a_batch_is_no_way_around_the_policy() {
    let one = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"danger","arguments":{"c":"CANARY"}}}"#;
    let ping = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;
    let (upstream, gateway) = lenient().await;
    let batches = [format!("[{one}]"), format!("[{ping},{one}]"), format!("[[{one}]]"), format!(" [{one},{one}]")];
    let batching = Agent::modern(&gateway).speaking(world::BATCHING).opened().await;
    for agent in Agent::both(&gateway).await.into_iter().chain([batching]) {
        for batch in &batches {
            let response = agent.send(&agent.post_call("danger", batch.as_str())).await;
            let allowed = |answer: &Value| answer["id"] == 1 && answer["result"]["isError"] != true;
            assert!(response.status == 400 || !response.messages().iter().any(allowed), "{batch}: {}", response.text());
        }
    }
    assert!(!upstream.saw(CANARY));
    for version in [world::LEGACY, world::BATCHING] {
        let mut wrap = Wrap::start(&world::lenient()).opened(version).await;
        for batch in &batches {
            wrap.send_line(batch.as_str()).await;
        }
        wrap.ask("ping", json!({})).await;
        wrap.close();
        assert!(wrap.ended().await.success());
        assert!(!wrap.record.text().contains(CANARY), "{version}");
    }
}

#[tokio::test]
async fn a_message_that_is_framed_or_split_over_lines_goes_nowhere() {
    let message = call(json!(1), "danger", json!({ "c": CANARY })).to_string();
    let allowed = call(json!(2), "echo", json!({ "c": CANARY })).to_string();
    let (head, tail) = message.split_at(message.len() / 2);
    let pretty = serde_json::to_string_pretty(&call(json!(3), "echo", json!({ "c": CANARY }))).unwrap();
    let length = message.len();
    let mut wrap = Wrap::start(&world::lenient()).opened(world::LEGACY).await;
    for lines in [
        format!("Content-Length: {length}\r\n\r\n{message}"),
        format!("Content-Length: {length}\n\n{message}"),
        format!("{head}\n{tail}"),
        format!("{allowed}\r{message}"),
        format!("{allowed}\u{0}{message}"),
        pretty,
    ] {
        wrap.send_line(lines.clone()).await;
        wrap.ask("ping", json!({})).await;
        assert!(!wrap.record.text().contains(CANARY), "{lines} came through");
    }
}

#[tokio::test]
async fn a_name_that_is_almost_a_tools_name_is_no_tools_name() {
    let (upstream, gateway) = lenient().await;
    let names = ["DANGER", "Danger", " danger", "danger ", "dange\u{200b}r", "ｄanger", "danger\u{0}", "danger\n", ""];
    for agent in Agent::both(&gateway).await {
        for name in names {
            let answer = agent.call(name, json!({ "c": CANARY })).await;
            assert_eq!(answer["error"]["code"], -32602, "{name:?}: {answer}");
            assert_eq!(answer["error"]["message"], format!("Unknown tool: {name}"));
        }
    }
    assert!(!upstream.saw(CANARY));
}

#[tokio::test]
async fn a_method_that_is_almost_a_call_is_judged_as_what_it_is() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::strict()).await;
    for agent in Agent::both(&gateway).await {
        for method in
            ["Tools/Call", "tools/call ", "tools/call\u{0}", "tools//call", "ping\u{0}", "Ping", "tools/list "]
        {
            let post =
                agent.request(&message(json!(1), method, json!({ "name": "echo", "arguments": { "c": CANARY } })));
            let response = agent.send(&post.with("Mcp-Method", header(method))).await;
            assert_eq!(response.code(), Some(-31001), "{method:?}: {}", response.text());
        }
    }
    assert!(!upstream.saw(CANARY));
}

#[tokio::test]
async fn a_request_whose_end_is_in_doubt_is_not_served() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": world::lenient() }));
    let limits = json!({ "limits": { "body_time": "200ms", "header_time": "200ms" } });
    let gateway = Gateway::start(&with(anonymous(server), limits)).await;
    let agent = Agent::legacy(&gateway).await;
    let body = call(json!(1), "echo", json!({ "c": CANARY })).to_string();
    let post = agent.post(body.as_str());
    let length = body.len();
    let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    let long = format!("{}", length + 10);
    let cases: [(&str, Request); 13] = [
        ("two lengths", post.clone().with("Content-Length", length.to_string()).also("Content-Length", long.as_str())),
        ("two lengths in one header", post.clone().with("Content-Length", format!("{length}, {length}"))),
        ("a length with a sign", post.clone().with("Content-Length", format!("+{length}"))),
        ("a negative length", post.clone().with("Content-Length", "-1")),
        ("a length in hexadecimal", post.clone().with("Content-Length", format!("{length:#x}"))),
        ("a length that is too short", post.clone().with("Content-Length", (length - 1).to_string())),
        ("another coding", post.clone().with("Transfer-Encoding", "gzip, chunked").body(chunked.as_str())),
        ("another coding last", post.clone().with("Transfer-Encoding", "chunked, identity").body(chunked.as_str())),
        (
            "chunks twice",
            post.clone()
                .with("Transfer-Encoding", "chunked")
                .also("Transfer-Encoding", "chunked")
                .body(chunked.as_str()),
        ),
        ("a coding with a tab", post.clone().with("Transfer-Encoding", "\u{b}chunked").body(chunked.as_str())),
        ("a chunk of a strange size", post.clone().with("Transfer-Encoding", "chunked").body(format!("0x{chunked}"))),
        ("a blank before the colon", post.clone().also("Content-Length ", length.to_string())),
        ("a folded header", post.clone().also("X-Folded", "a\r\n b")),
    ];
    for (why, request) in cases {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&request.to_bytes()).await;
        let served = connection.try_response().await.filter(|response| (200..300).contains(&response.status));
        assert!(served.is_none(), "{why}: {:?}", served.map(|response| response.text()));
        assert!(!upstream.saw(CANARY), "{why}");
    }
}

#[tokio::test]
async fn nothing_is_read_behind_a_request_with_a_length_and_chunks() {
    let (upstream, gateway) = lenient().await;
    let agent = Agent::legacy(&gateway).await;
    let hidden = agent.request(&call(json!(1), "echo", json!({ "c": CANARY }))).to_bytes();
    let post = agent.post([b"2\r\n{}\r\n0\r\n\r\n".as_slice(), &hidden].concat());
    for post in [
        post.clone().also("Content-Length", "2").also("Transfer-Encoding", "chunked"),
        post.clone().also("Transfer-Encoding", "chunked").also("Content-Length", "2"),
    ] {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&post.to_bytes()).await;
        assert_eq!(connection.response().await.code(), Some(-32600));
        assert!(connection.closed().await.is_empty());
    }
    assert!(!upstream.saw(CANARY));
}

#[tokio::test]
async fn what_follows_a_request_is_a_request_of_its_own() {
    let (upstream, gateway) = lenient().await;
    let agent = Agent::legacy(&gateway).await;
    let allowed = agent.request(&call(json!(1), "echo", json!({ "n": 1 })));
    let denied = agent.request(&call(json!(2), "danger", json!({ "c": CANARY })));
    let mut connection = Connection::open(gateway.address).await;
    connection.send(&[allowed.to_bytes(), denied.to_bytes(), allowed.to_bytes()].concat()).await;
    assert_echoed(&connection.response().await.answer(), &json!({ "n": 1 }));
    assert_denied(&connection.response().await.answer(), "/tools/danger/action");
    assert_echoed(&connection.response().await.answer(), &json!({ "n": 1 }));
    assert!(!upstream.saw(CANARY));
}

/// Arguments as an agent may write them, and as they arrive.
const ARGUMENTS: &[(&str, &str)] = &[
    ("{}", "{}"),
    (" { \"a\" :\t1 , \"b\" : [ ] } ", r#"{"a":1,"b":[]}"#),
    (r#"{"z":1,"a":2,"m":3}"#, r#"{"z":1,"a":2,"m":3}"#),
    (r#"{"n":[1.0,1e2,1E+2,-0,-0.0,0.10,9007199254740991]}"#, r#"{"n":[1.0,1e2,1E+2,-0,-0.0,0.10,9007199254740991]}"#),
    (r#"{"s":"\u0041\/\u00e9\ud83d\ude00"}"#, r#"{"s":"A/é😀"}"#),
    (r#"{"s":"\u0000\u001f\u007f\b\f\n\r\t\"\\"}"#, "{\"s\":\"\\u0000\\u001f\u{7f}\\b\\f\\n\\r\\t\\\"\\\\\"}"),
    (r#"{"s":"\u2028\u2029\ufeff"}"#, "{\"s\":\"\u{2028}\u{2029}\u{feff}\"}"),
    (
        r#"{"Name":"danger","name":"danger","method":"ping","ID":1,"":{}}"#,
        r#"{"Name":"danger","name":"danger","method":"ping","ID":1,"":{}}"#,
    ),
    (r#"{"a":null,"b":true,"c":false}"#, r#"{"a":null,"b":true,"c":false}"#),
    (r#"{"__proto__":{"x":1},"constructor":1}"#, r#"{"__proto__":{"x":1},"constructor":1}"#),
];

#[tokio::test]
async fn what_is_allowed_arrives_with_the_same_canonical_arguments() {
    let (upstream, gateway) = lenient().await;
    for agent in Agent::both(&gateway).await {
        let meta = if agent.is_modern() { format!(",{META}") } else { String::new() };
        for (written, arrives) in ARGUMENTS {
            let before = upstream.seen_of("tools/call").len();
            let response: Response = agent.send(&agent.post_call("echo", call_text(written, &meta))).await;
            assert_eq!(
                response.answer()["result"]["structuredContent"],
                serde_json::from_str::<Value>(arrives).unwrap()
            );
            let seen = upstream.seen_of("tools/call");
            assert_eq!(seen.len(), before + 1, "it is sent once");
            assert_eq!(seen[before].arguments(), *arrives);
        }
    }
}

#[tokio::test]
async fn what_is_allowed_arrives_with_the_same_canonical_arguments_on_stdio() {
    for meta in [String::new(), format!(",{META}")] {
        let mut wrap = Wrap::start(&world::lenient());
        for (written, arrives) in ARGUMENTS {
            wrap.send_line(call_text(written, &meta)).await;
            let answer = wrap.answer(&json!(1)).await;
            assert_eq!(answer["result"]["structuredContent"], serde_json::from_str::<Value>(arrives).unwrap());
            let calls: Vec<String> =
                wrap.record.lines().into_iter().filter(|line| line.contains("tools/call")).collect();
            assert_eq!(arguments_of(calls.last().unwrap().as_bytes()), *arrives);
        }
        let calls = wrap.record.messages("tools/call").len();
        assert_eq!(calls, ARGUMENTS.len(), "each is sent once");
    }
}

fn call_text(arguments: &str, meta: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"echo","arguments":{arguments}{meta}}}}}"#
    )
}
