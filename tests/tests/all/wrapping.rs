//! `doorward wrap`: what an MCP client starts in the place of a server.

use doorward_tests::agent::{assert_denied, assert_echoed, assert_unavailable, call, message, notification};
use doorward_tests::process::{stdio_peer, until_gone};
use doorward_tests::world::{self, LEGACY, MODERN};
use doorward_tests::{Record, Wrap};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

fn names(list: &Value) -> Vec<&str> {
    list["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_legacy_client_is_served_from_its_handshake_to_its_end() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", LEGACY] {
        let mut wrap = Wrap::start(&world::strict()).opened(version).await;
        assert_eq!(names(&wrap.ask("tools/list", json!({})).await), ["echo"]);
        assert_echoed(&wrap.call("echo", json!({ "n": 1 })).await, &json!({ "n": 1 }));
        assert_denied(&wrap.call("danger", json!({})).await, "/tools/danger/action");
        assert_eq!(wrap.call("secret", json!({})).await["error"]["message"], "Unknown tool: secret");
        assert_echoed(&wrap.call("echo", json!({ "n": 2 })).await, &json!({ "n": 2 }));
        assert_eq!(wrap.ask("resources/read", json!({ "uri": "file:///a" })).await["error"]["code"], -31001);
        wrap.close();
        assert_eq!(wrap.ended().await.code(), Some(0), "{}", wrap.process.log());
        assert_eq!(wrap.record.messages("tools/call").len(), 2);
        assert!(wrap.record.text().ends_with("eof\n"));
        until_gone(&wrap.record.pids()).await;
    }
}

#[tokio::test]
async fn a_modern_client_needs_no_handshake() {
    let mut wrap = Wrap::start(&world::strict());
    let modern = |mut params: Value| {
        params["_meta"] = world::modern_meta();
        params
    };
    let discovered = wrap.ask("server/discover", modern(json!({}))).await;
    assert_eq!(discovered["result"]["supportedVersions"], json!([MODERN]));
    let list = wrap.ask("tools/list", modern(json!({}))).await;
    assert_eq!((names(&list), &list["result"]["cacheScope"]), (vec!["echo"], &json!("private")));
    assert_echoed(&wrap.call_modern("echo", json!({ "n": 1 })).await, &json!({ "n": 1 }));
    let denied = wrap.call_modern("danger", json!({})).await;
    assert_denied(&denied, "/tools/danger/action");
    assert_eq!(denied["result"]["resultType"], "complete");
    assert_eq!(wrap.call_modern("secret", json!({})).await["error"]["message"], "Unknown tool: secret");
    wrap.close();
    assert_eq!(wrap.ended().await.code(), Some(0));
    assert_eq!(wrap.record.messages("tools/call").len(), 1);
    assert!(wrap.record.messages("initialize").is_empty());
}

#[tokio::test]
async fn a_line_of_any_kind_is_survived() {
    let mut wrap = Wrap::start(&allow()).opened(LEGACY).await;
    for (line, code) in [
        (b"not JSON".to_vec(), -32700),
        (b"\xff\xfe".to_vec(), -32700),
        (vec![b'x'; 5 << 20], -32700),
        (b"null".to_vec(), -32600),
        (b"{}".to_vec(), -32600),
        (br#"{"jsonrpc":"2.0","id":7,"method":1}"#.to_vec(), -32600),
    ] {
        wrap.send_line(line).await;
        assert_eq!(wrap.next().await["error"]["code"], code);
    }
    wrap.send_bytes(b"\n\r\n  \n").await;
    wrap.send_bytes(format!("{}\r\n", call(json!(1), "echo", json!({ "crlf": true }))).as_bytes()).await;
    let answer = wrap.next().await;
    assert_echoed(&answer, &json!({ "crlf": true }));
    assert_eq!(wrap.record.messages("tools/call").len(), 1);
}

/// Has calls in flight when the gateway is told to end, and lets the server answer them only then.
async fn drained(mut wrap: Wrap, end: impl AsyncFnOnce(&mut Wrap)) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("go on");
    for id in 1..4 {
        wrap.send(&call(json!(id), "wait", json!({ "file": file, "id": id }))).await;
    }
    wrap.record.until_seen("tools/call", 1).await;
    end(&mut wrap).await;
    assert!(!wrap.process.has_ended(), "{}", wrap.process.log());
    std::fs::write(&file, "").unwrap();
    let answers = wrap.rest().await;
    assert_eq!(wrap.ended().await.code(), Some(0), "{}", wrap.process.log());
    until_gone(&[wrap.record.pids(), wrap.record.grandchildren()].concat()).await;
    assert_eq!(answers.len(), 3, "{answers:?}");
    for answer in answers {
        assert_echoed(&answer, &json!({ "file": file, "id": answer["id"] }));
    }
}

#[tokio::test]
async fn what_was_asked_for_is_answered_after_stdin_is_closed() {
    drained(Wrap::start(&allow()).opened(LEGACY).await, async |wrap| wrap.close()).await;
}

#[tokio::test]
async fn what_was_asked_for_is_answered_after_a_signal_to_stop() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let wrap = Wrap::start_peer(Some(&allow()), &["--grandchild"]).opened(LEGACY).await;
        drained(wrap, async |wrap| {
            wrap.process.signal(signal);
            wrap.process.line("stopping: calls in flight are waited for").await;
        })
        .await;
    }
}

#[tokio::test]
async fn an_idle_gateway_stops_at_once() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut wrap = Wrap::start(&allow()).opened(LEGACY).await;
        wrap.process.signal(signal);
        assert_eq!(wrap.ended().await.code(), Some(0));
        until_gone(&wrap.record.pids()).await;
    }
    let mut wrap = Wrap::start(&allow());
    wrap.close();
    assert_eq!(wrap.ended().await.code(), Some(0));
}

#[tokio::test]
async fn a_gateway_that_is_killed_leaves_no_server_behind() {
    let mut wrap = Wrap::start(&allow()).opened(LEGACY).await;
    wrap.process.signal(Signal::SIGKILL);
    wrap.ended().await;
    until_gone(&wrap.record.pids()).await;
}

#[tokio::test]
async fn a_server_that_ends_ends_the_gateway_and_leaves_nobody_waiting() {
    let mut wrap = Wrap::start(&allow()).opened(LEGACY).await;
    for id in 1..4 {
        wrap.send(&call(json!(id), "hold", json!({}))).await;
    }
    wrap.record.until_seen("tools/call", 3).await;
    wrap.send(&call(json!(4), "die", json!({}))).await;
    let answers = wrap.rest().await;
    assert_eq!(answers.len(), 4, "{answers:?}");
    answers.iter().for_each(assert_unavailable);
    assert_eq!(wrap.ended().await.code(), Some(3));
    assert!(wrap.process.log().contains("the server ended the conversation"), "{}", wrap.process.log());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let mut wrap = Wrap::start_command(Some(&allow().to_string()), &["/no/such/program", "argument"], Record::new());
    assert_eq!(wrap.line().await, None, "nothing but messages comes on stdout");
    assert_eq!(wrap.ended().await.code(), Some(3));
    let log = wrap.process.log();
    assert!(log.contains("error: `/no/such/program` cannot be started: "), "{log}");
}

#[tokio::test]
async fn without_a_policy_everything_is_refused() {
    let mut wrap = Wrap::start_peer(None, &[]).opened(LEGACY).await;
    assert_eq!(wrap.ask("tools/list", json!({})).await["result"]["tools"], json!([]));
    assert_denied(&wrap.call("echo", json!({})).await, "(no policy)");
    assert_denied(&wrap.call_modern("echo", json!({})).await, "(no policy)");
    assert_eq!(wrap.ask("prompts/get", json!({ "name": "greet" })).await["error"]["code"], -31001);
    assert!(wrap.record.messages("tools/call").is_empty() && wrap.record.messages("prompts/get").is_empty());
    assert!(wrap.process.log().contains("no policy: every call is refused"), "{}", wrap.process.log());
}

#[tokio::test]
async fn a_policy_with_mistakes_starts_nothing_and_names_them_all() {
    let peer = stdio_peer();
    for (policy, places) in [
        (
            "{\n  \"version\": \"1\",\n  \"defualt\": \"deny\",\n  \"tools\": { \"a\": { \"acton\": \"deny\" } }\n}",
            vec![
                "policy.json:3:3: unknown key `defualt`",
                "did you mean `default`?",
                ":4:21: unknown key `acton`",
                "`default` is missing",
            ],
        ),
        ("{\n  \"version\": \"2\", \"default\": \"deny\"\n}", vec!["policy.json:2:14: "]),
        ("{ \"version\": \"1\", \"default\": \"maybe\" }", vec!["policy.json:1:30: "]),
        ("{\n  \"version\": \"1\"\n  \"default\": \"deny\"\n}", vec!["policy.json:", "no valid JSON"]),
        ("", vec!["the file is empty"]),
    ] {
        let record = Record::new();
        let path = record.path().to_str().unwrap().to_owned();
        let mut wrap = Wrap::start_command(Some(policy), &[peer.to_str().unwrap(), "--record", &path], record);
        assert_eq!(wrap.ended().await.code(), Some(1), "{policy}");
        let log = wrap.process.log();
        for place in places {
            assert!(log.contains(place), "{place}\nis missing in\n{log}");
        }
        assert!(wrap.record.text().is_empty(), "nothing was started");
    }
}

#[tokio::test]
async fn a_server_gets_the_environment_that_the_client_gave() {
    let mut wrap = Wrap::start(&allow()).opened(LEGACY).await;
    let answer = wrap.call("environment", json!({})).await;
    assert_eq!(answer["result"]["structuredContent"]["NO_COLOR"], "1");
    assert!(answer["result"]["structuredContent"]["PATH"].is_string());
}

#[tokio::test]
async fn what_a_server_says_unasked_reaches_the_client() {
    let mut wrap = Wrap::start_peer(Some(&allow()), &["--noise"]).opened(LEGACY).await;
    for number in 0..3 {
        let params = json!({ "level": "info", "data": number });
        wrap.send(&notification("notifications/announce", params.clone())).await;
        assert_eq!(wrap.next().await, notification("notifications/message", params));
    }
    wrap.send(&message(json!(1), "subscriptions/none", json!({}))).await;
    assert_eq!(wrap.answer(&json!(1)).await["error"]["code"], -32601);
}
