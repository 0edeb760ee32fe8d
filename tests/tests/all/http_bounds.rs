//! What a request over HTTP may cost and must look like, before anybody asks what it says.

use std::time::Duration;

use doorward_tests::agent::{assert_echoed, call, notification};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Connection, Gateway, Request, Upstream, until, world};
use serde_json::{Value, json};
use tokio::time::timeout;

/// A gateway with these settings beside its server.
async fn gateway_with(more: Value) -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": world::lenient() }));
    let gateway = Gateway::start(&with(anonymous(server), more)).await;
    (upstream, gateway)
}

async fn gateway() -> (Upstream, Gateway) {
    gateway_with(json!({})).await
}

/// A call whose message has exactly so many bytes.
fn call_of(length: usize) -> String {
    let of = |padding: usize| call(json!(1), "echo", json!({ "p": "p".repeat(padding) })).to_string();
    of(length - of(0).len())
}

#[tokio::test]
async fn a_body_has_a_bound() {
    let (upstream, gateway) = gateway_with(json!({ "servers": { "s": { "limits": { "body": "1KiB" } } } })).await;
    let agent = Agent::legacy(&gateway).await;
    assert_eq!(agent.send(&agent.post(call_of(1024))).await.status, 200);
    let too_long = call_of(1025);
    let chunked = format!("{:x}\r\n{too_long}\r\n0\r\n\r\n", too_long.len());
    let before = upstream.seen().len();
    for post in [agent.post(too_long), agent.post(chunked).also("Transfer-Encoding", "chunked")] {
        let response = agent.send(&post).await;
        assert_eq!((response.status, response.code()), (413, Some(-32600)));
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn a_body_that_is_announced_too_long_is_not_waited_for() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let before = upstream.seen().len();
    let mut connection = Connection::open(gateway.address).await;
    connection.send(&agent.post("").with("Content-Length", "100000000").to_bytes()).await;
    assert_eq!(connection.response().await.status, 413);
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let (upstream, gateway) = gateway_with(json!({ "limits": { "body_time": "200ms" } })).await;
    let agent = Agent::legacy(&gateway).await;
    let body = call_of(200);
    let before = upstream.seen().len();
    for sent in ["", &body[..100]] {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&agent.post(sent).with("Content-Length", "200").to_bytes()).await;
        let response = connection.response().await;
        assert_eq!((response.status, response.code()), (408, Some(-32700)));
        assert!(connection.closed().await.is_empty());
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn a_header_has_a_bound() {
    let (_upstream, gateway) = gateway_with(json!({ "limits": { "header": "8KiB" } })).await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    assert_eq!(agent.send(&ask.clone().also("X-Long", "x".repeat(4000))).await.status, 200);
    let many = (0..100).fold(ask.clone(), |request, number| request.also(&format!("X-{number}"), "x"));
    for request in [ask.clone().also("X-Long", "x".repeat(20_000)), many] {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&request.to_bytes()).await;
        let response = connection.try_response().await;
        assert!(response.is_none_or(|response| response.status == 431));
    }
}

#[tokio::test]
async fn a_header_that_does_not_come_is_not_waited_for() {
    let (_upstream, gateway) = gateway_with(json!({ "limits": { "header_time": "200ms" } })).await;
    let whole = Agent::modern(&gateway).request(&call(json!(1), "echo", json!({}))).to_bytes();
    let mut connection = Connection::open(gateway.address).await;
    connection.send(&whole[..40]).await;
    connection.closed().await;
    // A connection that has been served does not stay for ever either.
    let mut connection = Connection::open(gateway.address).await;
    connection.send(&whole).await;
    assert_eq!(connection.response().await.status, 200);
    assert!(connection.closed().await.is_empty());
}

#[tokio::test]
async fn so_many_connections_and_no_more() {
    let (_upstream, gateway) = gateway_with(json!({ "limits": { "connections": 2 } })).await;
    let request = Agent::modern(&gateway).request(&call(json!(1), "echo", json!({}))).to_bytes();
    let (mut first, mut second) = (Connection::open(gateway.address).await, Connection::open(gateway.address).await);
    for connection in [&mut first, &mut second] {
        connection.send(&request).await;
        assert_eq!(connection.response().await.status, 200);
    }
    let mut third = Connection::open(gateway.address).await;
    third.send(&request).await;
    assert!(timeout(Duration::from_millis(200), third.response()).await.is_err(), "the third has to wait");
    drop(first);
    assert_eq!(third.response().await.status, 200);
}

#[tokio::test]
async fn a_body_is_json_in_the_clear() {
    let (upstream, gateway) = gateway().await;
    for agent in Agent::both(&gateway).await {
        let ask = agent.request(&call(json!(1), "echo", json!({})));
        for kind in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
        ] {
            assert_eq!(agent.send(&ask.clone().with("Content-Type", kind)).await.status, 200, "{kind}");
        }
        let before = upstream.seen().len();
        for kind in [
            "text/plain",
            "text/json",
            "application/jsonp",
            "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1",
            "application/json; boundary=x",
            "application/x-www-form-urlencoded",
            "application/json, text/plain",
            "",
        ] {
            assert_eq!(agent.send(&ask.clone().with("Content-Type", kind)).await.status, 415, "{kind}");
        }
        assert_eq!(agent.send(&ask.clone().without("Content-Type")).await.status, 415);
        for coding in ["gzip", "br", "identity", ""] {
            assert_eq!(agent.send(&ask.clone().with("Content-Encoding", coding)).await.status, 415, "{coding}");
        }
        assert_eq!(upstream.seen().len(), before);
    }
}

#[tokio::test]
async fn an_agent_accepts_json_and_events() {
    let (upstream, gateway) = gateway().await;
    for agent in Agent::both(&gateway).await {
        let ask = agent.request(&call(json!(1), "echo", json!({})));
        for accept in [
            "application/json, text/event-stream",
            "text/event-stream;q=0.5,application/json;q=0.9",
            "*/*",
            "application/*, text/*",
        ] {
            assert_eq!(agent.send(&ask.clone().with("Accept", accept)).await.status, 200, "{accept}");
        }
        let two = ask.clone().with("Accept", "application/json").also("Accept", "text/event-stream");
        assert_eq!(agent.send(&two).await.status, 200);
        let before = upstream.seen().len();
        for accept in ["application/json", "text/event-stream", "text/html", "application/jsonx, text/event-stream", ""]
        {
            assert_eq!(agent.send(&ask.clone().with("Accept", accept)).await.status, 406, "{accept}");
        }
        assert_eq!(agent.send(&ask.clone().without("Accept")).await.status, 406);
        if !agent.is_modern() {
            assert_eq!(agent.send(&agent.visit("GET").with("Accept", "application/json")).await.status, 406);
        }
        assert_eq!(upstream.seen().len(), before);
    }
}

#[tokio::test]
async fn each_era_has_its_methods() {
    let (_upstream, gateway) = gateway().await;
    let [modern, legacy] = Agent::both(&gateway).await;
    for (agent, methods, allowed) in [
        (modern, vec!["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "BREW"], "POST"),
        (legacy, vec!["PUT", "PATCH", "OPTIONS", "BREW"], "GET, POST, DELETE"),
    ] {
        for method in methods {
            let response = agent.send(&agent.visit(method).with("Accept", "text/event-stream")).await;
            assert_eq!((response.status, response.header("allow")), (405, Some(allowed)), "{method}");
        }
    }
}

#[tokio::test]
async fn an_address_is_exact() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let before = upstream.seen().len();
    for path in [
        "/",
        "/mcp",
        "/mcp/",
        "/mcp/none",
        "/mcp/s/",
        "/mcp/s/x",
        "/MCP/s",
        "/mcp/%73",
        "//mcp/s",
        "/x/mcp/s",
        "/mcp/S",
        "/mcp/./s",
        "*",
    ] {
        let response = agent.send(&ask.clone().line(format!("POST {path} HTTP/1.1"))).await;
        assert_eq!(response.status, 404, "{path}");
    }
    assert_eq!(upstream.seen().len(), before);
    assert_eq!(agent.send(&ask.line("POST /mcp/s?x=1 HTTP/1.1")).await.status, 200);
    assert_eq!(gateway.visit("/none").await.status, 404);
}

#[tokio::test]
async fn only_plain_http_1_1_is_spoken() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let before = upstream.seen().len();
    for upgrade in ["h2c", "websocket", "HTTP/2.0"] {
        let request = ask.clone().with("Upgrade", upgrade).with("Connection", "Upgrade, HTTP2-Settings");
        assert_eq!(agent.send(&request).await.status, 400, "{upgrade}");
    }
    assert_eq!(agent.send(&ask.clone().line("POST /mcp/s HTTP/1.0")).await.status, 400);
    for line in [
        "PRI * HTTP/2.0",
        "POST /mcp/s HTTP/3.0",
        "POST /mcp/s",
        "CONNECT 127.0.0.1:1 HTTP/1.1",
        "POST  /mcp/s HTTP/1.1",
    ] {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&ask.clone().line(line).to_bytes()).await;
        let response = connection.try_response().await;
        assert!(response.is_none_or(|response| response.status >= 400), "{line}");
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn a_header_that_could_be_read_twice_is_refused() {
    let (upstream, gateway) = gateway().await;
    let [modern, legacy] = Agent::both(&gateway).await;
    let before = upstream.seen().len();
    for agent in [&modern, &legacy] {
        let ask = agent.request(&call(json!(1), "echo", json!({})));
        for (name, value) in [
            ("Content-Type", "application/json"),
            ("Mcp-Protocol-Version", "2025-11-25"),
            ("mcp-protocol-version", "2026-07-28"),
            ("Mcp-Anything", "b"),
            ("Authorization", "Bearer b"),
            ("Last-Event-ID", "b"),
        ] {
            assert_eq!(agent.send(&ask.clone().also(name, value).also(name, value)).await.status, 400, "{name}");
        }
        // The other spelling of the name is the same header.
        for name in ["MCP-PROTOCOL-VERSION", "content-TYPE"] {
            assert_eq!(agent.send(&ask.clone().also(name, "x")).await.status, 400, "{name}");
        }
    }
    let ask = legacy.request(&call(json!(1), "echo", json!({})));
    assert_eq!(legacy.send(&ask.also("Mcp-Session-Id", "x")).await.status, 400);
    let ask = modern.request(&call(json!(1), "echo", json!({})));
    for name in ["Mcp-Name", "Mcp-Method"] {
        assert_eq!(modern.send(&ask.clone().also(name, "echo")).await.status, 400);
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn strangers_hosts_and_pages_are_turned_away_on_both_listeners() {
    let known = json!({ "hosts": ["gate.example"], "origins": ["https://app.example"] });
    let (upstream, gateway) = gateway_with(known).await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let look = Request::new("GET", "/livez");
    let operator = async |request: &Request| {
        let mut connection = Connection::open(gateway.admin).await;
        connection.send(&request.to_bytes()).await;
        connection.response().await.status
    };
    for (host, origin) in [
        ("localhost", None),
        ("127.0.0.1:7070", Some("http://localhost:3000")),
        ("[::1]:7070", Some("http://[::1]:1")),
        ("GATE.example:443", Some("https://app.example")),
    ] {
        let dress = |request: &Request| {
            let request = request.clone().with("Host", host);
            origin.map_or(request.clone(), |origin| request.with("Origin", origin))
        };
        assert_eq!(agent.send(&dress(&ask)).await.status, 200, "{host} {origin:?}");
        assert_eq!(operator(&dress(&look)).await, 200, "{host} {origin:?}");
    }
    let before = upstream.seen().len();
    for (header, value) in [
        ("Host", "evil.example"),
        ("Host", "127.0.0.1.evil.example"),
        ("Host", "localhost.evil.example:7070"),
        ("Host", "gate.example.evil.example"),
        ("Host", "0.0.0.0"),
        ("Host", "127.0.0.2"),
        ("Host", ""),
        ("Origin", "http://evil.example"),
        ("Origin", "https://app.example.evil.example"),
        ("Origin", "http://localhost.evil.example"),
        ("Origin", "null"),
        ("Origin", "http://app.example"),
        ("Origin", ""),
    ] {
        assert_eq!(agent.send(&ask.clone().with(header, value)).await.status, 403, "{header}: {value}");
        assert_eq!(operator(&look.clone().with(header, value)).await, 403, "{header}: {value}");
    }
    for (name, value) in [("Host", "127.0.0.1"), ("Host", "evil.example"), ("Origin", "http://evil.example")] {
        let two = ask.clone().with("Origin", "http://localhost").also(name, value);
        assert_eq!(agent.send(&two).await.status, 403, "two of {name}");
    }
    assert_eq!(agent.send(&ask.clone().without("Host")).await.status, 403);
    assert_eq!(upstream.seen().len(), before);
}

/// An address in the request line takes the place of `Host` (RFC 9112, section 3.2.2).
#[tokio::test]
async fn a_strangers_host_in_the_request_line_is_turned_away_too() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let before = upstream.seen().len();
    for authority in ["evil.example", "evil.example:7070", "127.0.0.1@evil.example"] {
        let response = agent.send(&ask.clone().line(format!("POST http://{authority}/mcp/s HTTP/1.1"))).await;
        assert!(matches!(response.status, 400 | 403), "{authority}: {}", response.text());
    }
    assert_eq!(upstream.seen().len(), before);
}

#[tokio::test]
async fn a_session_is_asked_for_and_must_be_known() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let listen = agent.visit("GET").with("Accept", "text/event-stream");
    let before = upstream.seen().len();
    for request in [ask.clone(), listen.clone(), agent.visit("DELETE")] {
        assert_eq!(agent.send(&request.clone().without("Mcp-Session-Id")).await.status, 400);
        for id in ["unknown", "", "upstream-0", "../s"] {
            assert_eq!(agent.send(&request.clone().with("Mcp-Session-Id", id)).await.status, 404, "{id}");
        }
    }
    assert_eq!(upstream.seen().len(), before);
    // A server's own id is not told, and nobody is asked for a session who begins one.
    assert_ne!(agent.session.as_deref(), Some("upstream-0"));
    assert_eq!(agent.send(&agent.visit("DELETE")).await.status, 200);
    until("the server to be told", async || (upstream.sessions() == 0).then_some(())).await;
    for request in [ask, listen, agent.visit("DELETE")] {
        assert_eq!(agent.send(&request).await.status, 404);
    }
}

#[tokio::test]
async fn a_session_that_the_server_has_lost_is_lost() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    upstream.forget_sessions();
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    assert_eq!(agent.send(&ask).await.status, 404);
    assert_eq!(agent.send(&ask).await.status, 404);
    assert_eq!(upstream.seen_of("tools/list").len(), 1, "the server is not asked again");
    assert_echoed(&Agent::legacy(&gateway).await.call("echo", json!({})).await, &json!({}));
}

#[tokio::test]
async fn what_is_owed_no_answer_gets_none() {
    let (upstream, gateway) = gateway().await;
    let [modern, legacy] = Agent::both(&gateway).await;
    let ready = notification("notifications/initialized", json!({}));
    let answer = json!({ "jsonrpc": "2.0", "id": 1, "result": {} });
    for (agent, message, status) in
        [(&modern, &ready, 202), (&legacy, &ready, 202), (&modern, &answer, 400), (&legacy, &answer, 202)]
    {
        let response = agent.send(&agent.request(message)).await;
        assert_eq!(response.status, status, "{message}");
        assert_eq!(response.body.is_empty(), status == 202);
    }
    assert_eq!(upstream.seen_of("answer").len(), 0, "nobody asked for an answer");
}

#[tokio::test]
async fn the_modern_era_knows_no_sessions() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::modern(&gateway);
    let ask = agent.request(&call(json!(1), "echo", json!({}))).with("Mcp-Session-Id", "unknown");
    let response = agent.send(&ask).await;
    assert_echoed(&response.answer(), &json!({}));
    assert_eq!(response.header("mcp-session-id"), None);
    assert!(upstream.seen().iter().all(|seen| seen.header("mcp-session-id").is_none()));
}
