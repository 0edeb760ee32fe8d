//! Sessions and the programs behind them: each lives as long as it is used, and leaves nothing behind.

use std::collections::HashSet;

use doorward_tests::agent::{assert_echoed, assert_unavailable, call, message, notification};
use doorward_tests::gateway::{anonymous, grant, peer, token, with};
use doorward_tests::process::{is_alive, until_gone};
use doorward_tests::{Agent, Gateway, Record, Upstream, until, world};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

async fn gateway(arguments: &[&str], limits: Value) -> (Record, Gateway) {
    let record = Record::new();
    let gateway = Gateway::with_server(with(peer(&record, arguments), json!({ "limits": limits })), allow()).await;
    (record, gateway)
}

/// Takes a few seconds: programs are looked for once a second.
#[tokio::test]
async fn sessions_that_are_left_leave_no_process() {
    let (record, gateway) = gateway(&[], json!({ "idle": "1s" })).await;
    let mut agents = Vec::new();
    for _ in 0..33 {
        agents.push(Agent::legacy(&gateway).await);
    }
    let modern = Agent::modern(&gateway);
    modern.call("echo", json!({})).await;
    // An open stream is no traffic.
    let mut stream = agents[0].listen().await;
    assert_eq!(record.pids().len(), 34);
    until_gone(&record.pids()).await;
    gateway.until_gauge("children", 0).await;
    gateway.until_gauge("sessions", 0).await;
    assert_eq!(stream.next().await, None);
    for agent in &agents {
        assert_eq!(agent.send(&agent.request(&call(json!(1), "echo", json!({})))).await.status, 404);
    }
    assert_echoed(&modern.call("echo", json!({})).await, &json!({}));
    assert_eq!(record.pids().len(), 35, "the modern era goes on with another one");
}

#[tokio::test]
async fn a_session_in_use_is_not_idle() {
    let (record, gateway) = gateway(&[], json!({ "idle": "1s" })).await;
    let agent = Agent::legacy(&gateway).await;
    let mut held = agent.begin(&agent.request(&call(json!(1), "hold", json!({ "x": 1 })))).await;
    record.until_seen("tools/call", 1).await;
    // Another one comes and is reaped meanwhile.
    let other = Agent::legacy(&gateway).await;
    until_gone(&record.pids()[1..]).await;
    assert_eq!(other.send(&other.request(&message(json!(1), "ping", json!({})))).await.status, 404);
    assert_eq!(agent.send(&agent.request(&notification("notifications/release", json!({})))).await.status, 202);
    assert_echoed(&held.response().await.answer(), &json!({ "x": 1 }));
}

#[tokio::test]
async fn each_legacy_session_has_its_process_and_modern_agents_of_one_grant_share_one() {
    let record = Record::new();
    let server = with(peer(&record, &[]), json!({ "policy": allow() }));
    let grants = ["a", "b"].map(|name| grant(name, json!({ "s": {} })));
    let gateway = Gateway::start(&json!({ "servers": { "s": server }, "grants": grants })).await;
    let agent = |name: &str| Agent::modern(&gateway).with_token(&token(name));
    for (name, processes) in [("a", 1), ("a", 1), ("b", 2), ("a", 2)] {
        assert_echoed(&agent(name).call("echo", json!({})).await, &json!({}));
        assert_eq!(record.pids().len(), processes);
    }
    for processes in 3..6 {
        let legacy = agent("a").speaking(world::LEGACY).opened().await;
        assert_echoed(&legacy.call("echo", json!({})).await, &json!({}));
        assert_eq!(record.pids().len(), processes);
    }
    assert!(record.pids().iter().all(|pid| is_alive(*pid)));
}

#[tokio::test]
async fn a_session_that_is_ended_ends_its_process() {
    let (record, gateway) = gateway(&["--grandchild"], json!({})).await;
    let agent = Agent::legacy(&gateway).await;
    let stays = Agent::legacy(&gateway).await;
    assert_eq!(agent.send(&agent.visit("DELETE")).await.status, 200);
    until_gone(&[record.pids()[0], record.grandchildren()[0]]).await;
    assert_eq!(agent.send(&agent.request(&message(json!(1), "ping", json!({})))).await.status, 404);
    assert_echoed(&stays.call("echo", json!({})).await, &json!({}));
    assert!(is_alive(record.grandchildren()[1]));
}

#[tokio::test]
async fn sessions_and_processes_have_a_bound() {
    for limits in [json!({ "sessions": 2 }), json!({ "children": 2 })] {
        let (record, gateway) = gateway(&[], limits.clone()).await;
        let first = Agent::legacy(&gateway).await;
        let _second = Agent::legacy(&gateway).await;
        let more = Agent::modern(&gateway).speaking(world::LEGACY);
        let response = more.send(&more.request(&more.hello())).await;
        assert_eq!((response.status, response.code()), (200, Some(-32603)), "{limits}: {}", response.text());
        assert!(response.text().contains("too many"), "{}", response.text());
        assert_eq!(response.header("mcp-session-id"), None);
        assert_eq!(record.pids().len(), 2);
        // Whoever leaves makes room.
        first.send(&first.visit("DELETE")).await;
        until("room", async || {
            let response = more.send(&more.request(&more.hello())).await;
            response.header("mcp-session-id").is_some().then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_handshake_that_fails_opens_no_session() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "timeout": "300ms" }));
    let gateway = Gateway::with_server(server, allow()).await;
    let agent = Agent::modern(&gateway).speaking(world::LEGACY);
    let mut hellos = upstream.take("initialize");
    for case in 0..4 {
        let hello = agent.request(&agent.hello());
        let (response, ()) = tokio::join!(agent.send(&hello), async {
            let mut exchange = hellos.next().await;
            let id = exchange.id();
            let error = json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32602, "message": "no" } });
            match case {
                0 => exchange.answer(error).await,
                1 => exchange.respond("400 Bad Request", "application/json", error.to_string().as_bytes()).await,
                2 => exchange.respond("500 Oops", "text/plain", b"").await,
                _ => exchange.closed().await,
            }
        });
        assert_eq!((response.status, response.header("mcp-session-id")), (200, None), "{}", response.text());
        assert!(response.json()["error"].is_object());
    }
    gateway.until_gauge("sessions", 0).await;
}

#[tokio::test]
async fn a_handshake_that_fails_leaves_no_process() {
    let (record, gateway) = gateway(&["--hold", "initialize"], json!({})).await;
    let agent = Agent::modern(&gateway).speaking(world::LEGACY);
    let connection = agent.begin(&agent.request(&agent.hello())).await;
    record.until_seen("initialize", 1).await;
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(record.pids()[0]), Signal::SIGKILL).unwrap();
    let mut connection = connection;
    let response = connection.response().await;
    assert_eq!(response.answer()["error"]["code"], -32603, "{}", response.text());
    gateway.until_gauge("sessions", 0).await;
    gateway.until_gauge("children", 0).await;
}

#[tokio::test]
async fn a_server_that_prints_to_stdout_is_understood_all_the_same() {
    let (_record, gateway) = gateway(&["--noise"], json!({})).await;
    for agent in Agent::both(&gateway).await {
        for number in 0..5 {
            assert_echoed(&agent.call("echo", json!({ "n": number })).await, &json!({ "n": number }));
        }
    }
    until("the noise to be counted", async || (gateway.gauge("noise_lines").await >= 20).then_some(())).await;
}

#[tokio::test]
async fn a_server_that_floods_stderr_is_not_held_up() {
    let (_record, gateway) = gateway(&["--stderr", "4000000"], json!({})).await;
    for agent in Agent::both(&gateway).await {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    }
}

#[tokio::test]
async fn a_program_that_dies_leaves_nobody_waiting() {
    let (record, gateway) = gateway(&[], json!({})).await;
    for agent in Agent::both(&gateway).await {
        let calls = record.messages("tools/call").len();
        let mut waiting = Vec::new();
        for id in 0..5 {
            waiting.push(agent.begin(&agent.request(&call(json!(id), "hold", json!({})))).await);
        }
        record.until_seen("tools/call", calls + 5).await;
        waiting.push(agent.begin(&agent.request(&call(json!(5), "die", json!({})))).await);
        for (id, mut connection) in waiting.into_iter().enumerate() {
            let answer = connection.response().await.answer();
            assert_eq!(answer["id"], id);
            assert_unavailable(&answer);
        }
        let ask = agent.request(&call(json!(1), "echo", json!({ "again": true })));
        if agent.is_modern() {
            assert_echoed(&agent.send(&ask).await.answer(), &json!({ "again": true }));
        } else {
            assert_eq!(agent.send(&ask).await.status, 404);
        }
    }
    assert_eq!(record.pids().len(), 3, "the modern era goes on with another one");
}

/// What a program started may hold its stdout open.
#[tokio::test]
async fn a_program_that_dies_takes_along_what_it_started() {
    let (record, gateway) = gateway(&["--grandchild"], json!({})).await;
    let agent = Agent::legacy(&gateway).await;
    let mut waiting = agent.begin(&agent.request(&call(json!(1), "die", json!({})))).await;
    assert_unavailable(&waiting.response().await.answer());
    until_gone(&record.grandchildren()).await;
    assert_eq!(agent.send(&agent.request(&message(json!(1), "ping", json!({})))).await.status, 404);
}

#[tokio::test]
async fn a_legacy_agent_that_hangs_up_leaves_its_call_alone() {
    let (record, gateway) = gateway(&[], json!({})).await;
    let agent = Agent::legacy(&gateway).await;
    let connection = agent.begin(&agent.request(&call(json!(1), "hold", json!({})))).await;
    record.until_seen("tools/call", 1).await;
    drop(connection);
    for _ in 0..3 {
        agent.ask("ping", json!({})).await;
    }
    agent.send(&agent.request(&notification("notifications/release", json!({})))).await;
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    assert!(record.messages("notifications/cancelled").is_empty());
}

#[tokio::test]
async fn a_legacy_agent_that_hangs_up_leaves_its_call_over_http_alone() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, allow()).await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let post = agent.request(&call(json!(1), "echo", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
    drop(connection);
    agent.ask("ping", json!({})).await;
    let mut stream = exchange.stream().await;
    for _ in 0..20 {
        assert!(stream.try_text(": still there\n\n").await, "the gateway reads on");
        agent.ask("ping", json!({})).await;
    }
    assert!(upstream.seen_of("notifications/cancelled").is_empty());
}

#[tokio::test]
async fn a_modern_agent_that_hangs_up_takes_its_call_back() {
    let (record, gateway) = gateway(&[], json!({})).await;
    let agent = Agent::modern(&gateway);
    let connection = agent.begin(&agent.request(&call(json!("mine"), "hold", json!({})))).await;
    let held = record.until_seen("tools/call", 1).await;
    drop(connection);
    let cancelled = record.until_seen("notifications/cancelled", 1).await;
    assert_eq!(cancelled[0]["params"]["requestId"], held[0]["id"]);
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
}

/// Whatever the server has sent by then: nothing, its headers, or some events.
#[tokio::test]
async fn a_modern_agent_that_hangs_up_takes_its_call_over_http_back() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, allow()).await;
    let agent = Agent::modern(&gateway);
    let mut calls = upstream.take("tools/call");
    for sent in ["", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"jsonrpc\""] {
        let post = agent.request(&call(json!(1), "echo", json!({})));
        let (connection, mut exchange) = tokio::join!(agent.begin(&post), calls.next());
        exchange.raw(sent.as_bytes()).await;
        agent.ask("ping", json!({})).await;
        drop(connection);
        exchange.closed().await;
    }
    let post = agent.request(&call(json!(1), "echo", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.text(": one\n\n").await;
    events.next().await.unwrap();
    drop(events);
    stream.closed().await;
    assert!(upstream.seen_of("notifications/cancelled").is_empty(), "the connection says it");
}

#[tokio::test]
async fn a_program_gets_only_the_environment_that_it_was_given() {
    const ALLOWED: [&str; 11] =
        ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ"];
    let record = Record::new();
    let given = json!({ "KEY": "${SECRET_OF_A}", "HOME": "/nowhere", "MODE": "${UNSET:-safe}" });
    let server = with(peer(&record, &[]), json!({ "env": given, "policy": allow() }));
    let environment = [("SECRET_OF_A", "a"), ("SECRET_OF_B", "b"), ("LANG", "C.UTF-8"), ("LD_PRELOAD", "")];
    let gateway = Gateway::start_with(&anonymous(server), &environment, &[]).await;
    let answer = Agent::modern(&gateway).call("environment", json!({})).await;
    let Value::Object(variables) = &answer["result"]["structuredContent"] else { panic!("{answer}") };
    assert_eq!(
        (&variables["KEY"], &variables["HOME"], &variables["MODE"]),
        (&json!("a"), &json!("/nowhere"), &json!("safe"))
    );
    assert_eq!(variables["LANG"], "C.UTF-8");
    let names: HashSet<&str> = variables.keys().map(String::as_str).collect();
    let strange: Vec<&&str> =
        names.iter().filter(|name| !ALLOWED.contains(name) && !["KEY", "MODE"].contains(name)).collect();
    assert_eq!(strange, Vec::<&&str>::new());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told_as_unavailable() {
    let server = json!({ "command": "/no/such/program" });
    let gateway = Gateway::with_server(server, allow()).await;
    let modern = Agent::modern(&gateway);
    assert_unavailable(&modern.call("echo", json!({})).await);
    let legacy = modern.speaking(world::LEGACY);
    let response = legacy.send(&legacy.request(&legacy.hello())).await;
    assert_eq!((response.status, response.code(), response.header("mcp-session-id")), (200, Some(-32603), None));
}
