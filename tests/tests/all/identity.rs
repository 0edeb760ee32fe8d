//! Who asks is proven by a token and by nothing else; what proves it stays at the gateway.

use doorward_tests::agent::{assert_denied, assert_echoed, call, notification};
use doorward_tests::gateway::{grant, token, with};
use doorward_tests::{Agent, Connection, Gateway, Request, Upstream, world};
use serde_json::{Value, json};

/// Two servers and three grants: `a` may use both, `b` only `s` under a narrower policy, `c` only `t`.
fn config(upstream: &Upstream) -> Value {
    let server = with(upstream.server(), json!({ "policy": world::lenient() }));
    let narrow = json!({ "version": "1", "default": "deny", "tools": { "region": {}, "danger": {}, "secret": {} } });
    json!({
        "servers": { "s": server, "t": server },
        "grants": [
            grant("a", json!({ "s": {}, "t": {} })),
            grant("b", json!({ "s": { "policy": narrow } })),
            grant("c", json!({ "t": {} })),
        ],
    })
}

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    (upstream, gateway)
}

fn agent(gateway: &Gateway, grant: &str) -> Agent {
    Agent::modern(gateway).with_token(&token(grant))
}

#[tokio::test]
async fn a_token_opens_what_its_grant_names() {
    let (upstream, gateway) = gateway().await;
    for (grant, server, status) in [
        ("a", "s", 200),
        ("a", "t", 200),
        ("b", "s", 200),
        ("b", "t", 404),
        ("c", "s", 404),
        ("c", "t", 200),
        ("a", "none", 404),
        ("d", "s", 401),
        ("d", "none", 401),
    ] {
        let agent = agent(&gateway, grant).at(server);
        let before = upstream.seen().len();
        let response = agent.send(&agent.request(&call(json!(1), "region", json!({})))).await;
        assert_eq!(response.status, status, "{grant} at {server}: {}", response.text());
        assert_eq!(upstream.seen().len() > before, status == 200, "{grant} at {server}");
    }
    // A server that is not there and one that is not theirs look the same.
    let bodies = ["none", "s"].map(|server| {
        let agent = agent(&gateway, "c").at(server);
        async move { agent.send(&agent.request(&call(json!(1), "echo", json!({})))).await.body }
    });
    let [absent, foreign] = bodies;
    assert_eq!(absent.await, foreign.await);
}

#[tokio::test]
async fn without_a_token_nobody_is_let_in_and_everybody_is_told_where_to_ask() {
    let (upstream, gateway) = gateway().await;
    let stranger = Agent::modern(&gateway);
    let ask = stranger.request(&call(json!(1), "echo", json!({})));
    let mut attempts = vec![ask.clone()];
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer token-d",
        "Bearer token-a token-b",
        "Basic dG9rZW4tYQ==",
        "token-a",
        "Bearer\ttoken-a",
        "Bearer é",
    ] {
        attempts.push(ask.clone().with("Authorization", value));
    }
    attempts.push(ask.clone().line("POST /mcp/s?access_token=token-a HTTP/1.1"));
    attempts.push(ask.clone().with("Cookie", "token=token-a").with("X-Api-Key", "token-a"));
    attempts.push(stranger.visit("GET").with("Accept", "text/event-stream"));
    attempts.push(stranger.visit("DELETE"));
    attempts.push(stranger.clone().speaking(world::LEGACY).request(&stranger.hello()));
    for attempt in attempts {
        let response = stranger.send(&attempt).await;
        assert_eq!(response.status, 401, "{attempt:?}");
        let metadata = "http://127.0.0.1/.well-known/oauth-protected-resource/mcp/s";
        let challenge = format!("Bearer resource_metadata=\"{metadata}\"");
        assert_eq!(response.header("www-authenticate"), Some(challenge.as_str()));
    }
    assert!(upstream.seen().is_empty());
    let spelled = ask.with("Authorization", "bearer token-a");
    assert_eq!(stranger.send(&spelled).await.status, 200, "the scheme's case does not matter (RFC 9110, section 11.1)");
}

#[tokio::test]
async fn who_asks_is_settled_before_the_body_is_read() {
    let (_upstream, gateway) = gateway().await;
    let mut connection = Connection::open(gateway.address).await;
    let post = Agent::modern(&gateway).post("").with("Content-Length", "100");
    connection.send(&post.to_bytes()).await;
    assert_eq!(connection.response().await.status, 401);
}

#[tokio::test]
async fn the_protected_resource_describes_itself() {
    let (_upstream, gateway) = gateway().await;
    let visit = async |path: &str| {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&Request::new("GET", path).with("Host", "localhost:7070").to_bytes()).await;
        connection.response().await
    };
    const PLACE: &str = "/.well-known/oauth-protected-resource";
    for resource in ["/mcp/s", "/mcp/t", ""] {
        let response = visit(&format!("{PLACE}{resource}")).await;
        assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
        assert_eq!(response.json()["resource"], format!("http://localhost:7070{resource}"));
        assert_eq!(response.json()["bearer_methods_supported"], json!(["header"]));
    }
    // Whether a server is there is not told.
    assert_eq!(visit(&format!("{PLACE}/mcp/none")).await.status, 200);
}

/// A document about an address that cannot be this gateway's helps only who wants to mislead.
#[tokio::test]
async fn the_description_is_of_an_address_here() {
    let (_upstream, gateway) = gateway().await;
    for rest in [".evil.example/mcp/s", "x", "@evil.example/"] {
        let mut connection = Connection::open(gateway.address).await;
        let path = format!("/.well-known/oauth-protected-resource{rest}");
        connection.send(&Request::new("GET", &path).with("Host", "localhost").to_bytes()).await;
        let response = connection.response().await;
        assert_eq!(response.status, 404, "{rest}: {}", response.text());
    }
}

#[tokio::test]
async fn the_anonymous_are_let_in_only_where_that_is_written() {
    let upstream = Upstream::start().await;
    let config = with(config(&upstream), json!({ "anonymous": { "servers": { "t": {} } } }));
    let gateway = Gateway::start(&config).await;
    let nobody = Agent::modern(&gateway);
    let ask = nobody.request(&call(json!(1), "echo", json!({})));
    assert_eq!(nobody.send(&ask).await.status, 404, "not at this server");
    assert_echoed(&nobody.clone().at("t").call("echo", json!({})).await, &json!({}));
    // A wrong token is not the same as none.
    for wrong in ["Bearer wrong", "Basic x", "", "anonymous"] {
        let ask = nobody.clone().at("t").request(&call(json!(1), "echo", json!({})));
        assert_eq!(nobody.send(&ask.with("Authorization", wrong)).await.status, 401, "{wrong}");
    }
}

#[tokio::test]
async fn a_grants_policy_narrows_the_servers_and_widens_nothing() {
    let (upstream, gateway) = gateway().await;
    let (wide, narrow) = (agent(&gateway, "a"), agent(&gateway, "b"));
    assert_echoed(&wide.call("echo", json!({})).await, &json!({}));
    assert_denied(&narrow.call("echo", json!({})).await, "(default deny)");
    for agent in [&wide, &narrow] {
        assert_echoed(&agent.call("region", json!({})).await, &json!({}));
        assert_denied(&agent.call("danger", json!({})).await, "/tools/danger/action");
        assert_eq!(agent.call("secret", json!({})).await["error"]["message"], "Unknown tool: secret");
    }
    let names = async |agent: &Agent| {
        let answer = agent.ask("tools/list", json!({})).await;
        answer["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].clone()).collect::<Value>()
    };
    assert_eq!(names(&wide).await, json!(["echo", "region"]));
    assert_eq!(names(&narrow).await, json!(["region"]));
    assert_eq!(upstream.seen_of("tools/call").len(), 3);
}

#[tokio::test]
async fn a_grants_policy_is_nothing_where_the_server_has_none() {
    let upstream = Upstream::start().await;
    let allow = json!({ "version": "1", "default": "allow" });
    let config =
        json!({ "servers": { "s": upstream.server() }, "grants": [grant("a", json!({ "s": { "policy": allow } }))] });
    let gateway = Gateway::start(&config).await;
    assert_denied(&agent(&gateway, "a").call("echo", json!({})).await, "(no policy)");
    assert!(upstream.seen_of("tools/call").is_empty());
}

#[tokio::test]
async fn a_session_is_its_callers_alone() {
    let (upstream, gateway) = gateway().await;
    let owner = agent(&gateway, "a").speaking(world::LEGACY).opened().await;
    let session = owner.session.clone().unwrap();
    let before = upstream.seen().len();
    let thief = agent(&gateway, "b").speaking(world::LEGACY).in_session(&session);
    for agent in [thief, owner.clone().at("t")] {
        for request in [
            agent.request(&call(json!(1), "region", json!({}))),
            agent.request(&notification("notifications/initialized", json!({}))),
            agent.visit("GET").with("Accept", "text/event-stream"),
            agent.visit("DELETE"),
        ] {
            assert_eq!(agent.send(&request).await.status, 404);
        }
    }
    assert_eq!(upstream.seen().len(), before);
    assert_echoed(&owner.call("echo", json!({})).await, &json!({}));
}

#[tokio::test]
async fn nothing_of_a_callers_headers_reaches_a_server_or_a_log() {
    const CANARY: &str = "canary-4711";
    const SECRET: &str = "secret-of-the-server";
    let upstream = Upstream::start().await;
    let headers = json!({ "Authorization": "Bearer ${UPSTREAM_TOKEN}", "X-Team": "platform" });
    let server = with(upstream.server(), json!({ "policy": world::lenient(), "headers": headers }));
    let grant =
        with(grant("a", json!({ "s": {} })), json!({ "token_sha256": doorward_tests::gateway::sha256(CANARY) }));
    let config = json!({ "servers": { "s": server }, "grants": [grant] });
    let gateway = Gateway::start_with(&config, &[("UPSTREAM_TOKEN", SECRET)], &["--log", "trace"]).await;
    let dress = |request: Request| {
        let mut request = request;
        for name in ["Cookie", "X-Forwarded-For", "Forwarded", "Proxy-Authorization", "User-Agent", "X-Team", "Referer"]
        {
            request = request.also(name, CANARY);
        }
        for name in
            ["Traceparent", "X-Api-Key", "Mcp-Other", "Mcp-Param-Other", "Via", "TE", "Last-Event-ID", "Priority"]
        {
            request = request.also(name, CANARY);
        }
        request
    };
    let listening = upstream.take("GET");
    let modern = Agent::modern(&gateway).with_token(CANARY);
    let legacy = modern.clone().speaking(world::LEGACY).opened().await;
    let session = legacy.session.clone().unwrap();
    for agent in [&modern, &legacy] {
        for tool in ["echo", "danger", "secret", "none"] {
            let response = agent.send(&dress(agent.request(&call(json!(1), tool, json!({}))))).await;
            assert_eq!(response.status, 200);
            assert!(!response.text().contains(SECRET) && !response.text().contains(CANARY));
        }
        agent.send(&dress(agent.request(&notification("notifications/roots/list_changed", json!({}))))).await;
        agent.send(&dress(agent.post("{}"))).await;
    }
    assert_eq!(legacy.send(&dress(legacy.visit("DELETE"))).await.status, 200);
    drop(listening);
    upstream.until_seen("DELETE", 1).await;
    let wrong = modern.clone().with_token("canary-4711-wrong");
    assert_eq!(wrong.send(&wrong.post("{}")).await.status, 401);

    let seen = upstream.seen();
    assert!(seen.len() > 8);
    for seen in seen {
        assert_eq!(seen.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
        assert_eq!(seen.header("x-team"), Some("platform"));
        let allowed = |name: &str| {
            matches!(name, "host" | "content-type" | "content-length" | "accept" | "authorization" | "x-team")
                || name.starts_with("mcp-")
        };
        for (name, value) in &seen.head.headers {
            assert!(allowed(name), "{name}: {value}");
        }
    }
    assert!(!upstream.saw(CANARY));
    assert!(!upstream.saw(&session), "the gateway's session is not the server's");
    for text in [gateway.process.log(), gateway.visit("/metrics").await.text()] {
        assert!(!text.contains(CANARY) && !text.contains(SECRET) && !text.contains(&session));
    }
}
