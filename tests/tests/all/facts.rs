//! Facts of a session: what the answer to one call told decides about the next, in that session and in no other.

use doorward_tests::agent::{assert_denied, assert_echoed, call, text};
use doorward_tests::gateway::{anonymous, grant, peer, token, with};
use doorward_tests::guests::{guest, guests};
use doorward_tests::world::{self, LEGACY};
use doorward_tests::{Agent, Gateway, Record, Upstream, Wrap};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The rule by which a connection is used.
const RULE: &str = "/tools/danger/require/session.facts.host[args.id]-starts_with";

/// `echo` stands for a tool that connects, for its result is what it is given; `danger` uses a connection.
fn policy() -> Value {
    let memo = json!({
        "fact": "host", "key": "result.structuredContent.id", "value": "args.host",
        "when": [{ "path": "result.structuredContent.ok", "op": "eq", "value": true }],
    });
    let test = json!({ "path": "session.facts.host[args.id]", "op": "starts_with", "value": "test" });
    json!({
        "version": "1", "default": "deny", "aliases": { "echo": ["secret"] },
        "tools": { "echo": { "remember": [memo] }, "danger": { "require": [{ "conditions": [test] }] } },
    })
}

fn connection(id: &str, host: &str) -> Value {
    json!({ "id": id, "host": host, "ok": true })
}

async fn connect(agent: &Agent, id: &str, host: &str) {
    let connection = connection(id, host);
    assert_echoed(&agent.call("echo", connection.clone()).await, &connection);
}

/// Whether a connection may be used, and by which rule not.
async fn assert_used(agent: &Agent, id: &str, allowed: bool) {
    let answer = agent.call("danger", json!({ "id": id })).await;
    if allowed {
        assert_echoed(&answer, &json!({ "id": id }));
    } else {
        assert_denied(&answer, RULE);
    }
}

#[tokio::test]
async fn a_connection_is_used_for_the_host_that_it_was_opened_to() {
    let (upstream, record) = (Upstream::start().await, Record::new());
    for server in [upstream.server(), peer(&record, &[])] {
        let gateway = Gateway::with_server(server, policy()).await;
        for agent in Agent::both(&gateway).await {
            assert_used(&agent, "c1", false).await;
            connect(&agent, "c1", "test1").await;
            connect(&agent, "c2", "prod").await;
            assert_used(&agent, "c1", true).await;
            assert_used(&agent, "c2", false).await;
            assert_used(&agent, "c3", false).await;
            // A sibling connects as well.
            assert_echoed(&agent.call("secret", connection("c3", "test2")).await, &connection("c3", "test2"));
            assert_used(&agent, "c3", true).await;
            // What did not succeed, or does not say so, opened nothing.
            for ok in [json!(false), json!("true"), json!(null)] {
                agent.call("echo", json!({ "id": "c4", "host": "test4", "ok": ok })).await;
            }
            agent.call("echo", json!({ "id": "c4", "host": "test4" })).await;
            assert_used(&agent, "c4", false).await;
        }
    }
}

#[tokio::test]
async fn a_wrapped_server_is_remembered_too() {
    for (mut wrap, modern) in Wrap::both(&policy()).await.into_iter().zip([true, false]) {
        for (tool, arguments, passes) in [
            ("danger", json!({ "id": "c1" }), false),
            ("echo", connection("c1", "test1"), true),
            ("danger", json!({ "id": "c1" }), true),
            ("echo", connection("c1", "test2"), true),
            ("danger", json!({ "id": "c1" }), false),
        ] {
            let answer = match modern {
                true => wrap.call_modern(tool, arguments.clone()).await,
                false => wrap.call(tool, arguments.clone()).await,
            };
            if passes { assert_echoed(&answer, &arguments) } else { assert_denied(&answer, RULE) }
        }
    }
}

#[tokio::test]
async fn two_hosts_under_one_id_are_none_for_good() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, policy()).await;
    for agent in Agent::both(&gateway).await {
        connect(&agent, "c1", "test1").await;
        connect(&agent, "c1", "test1").await;
        assert_used(&agent, "c1", true).await;
        connect(&agent, "c1", "test2").await;
        assert_used(&agent, "c1", false).await;
        connect(&agent, "c1", "test1").await;
        assert_used(&agent, "c1", false).await;
        // It succeeded for whatever, so what it is for is not known any more.
        connect(&agent, "c2", "test1").await;
        agent.call("echo", json!({ "id": "c2", "ok": true })).await;
        assert_used(&agent, "c2", false).await;
    }
}

#[tokio::test]
async fn what_one_session_learned_no_other_knows() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": policy() }));
    let places = json!({ "s": {}, "t": {} });
    let config = json!({
        "servers": { "s": server, "t": server }, "grants": [grant("a", places.clone()), grant("b", places)],
    });
    let gateway = Gateway::start(&config).await;
    let modern = |name: &str| Agent::modern(&gateway).with_token(&token(name));
    let legacy = async |name: &str| modern(name).speaking(LEGACY).opened().await;
    let agents = [modern("a"), modern("b"), modern("a").at("t"), legacy("a").await, legacy("a").await];
    for (place, learner) in agents.iter().enumerate() {
        let id = format!("c{place}");
        connect(learner, &id, "test1").await;
        for (other, agent) in agents.iter().enumerate() {
            assert_used(agent, &id, other == place).await;
        }
    }
    // The modern era has no sessions: all agents of a grant share what they learned at a server.
    assert_used(&modern("a"), "c0", true).await;
    // A new session knows nothing, and neither does a gateway that was started anew.
    assert_used(&legacy("a").await, "c3", false).await;
    let restarted = Gateway::start(&config).await;
    assert_used(&Agent::modern(&restarted).with_token(&token("a")), "c0", false).await;
}

#[tokio::test]
async fn a_reload_forgets_nothing_where_the_server_stays() {
    let upstream = Upstream::start().await;
    let server = |more: Value| anonymous(with(with(upstream.server(), json!({ "policy": policy() })), more));
    let gateway = Gateway::start(&server(json!({}))).await;
    let [modern, legacy] = Agent::both(&gateway).await;
    for agent in [&modern, &legacy] {
        connect(agent, "c1", "test1").await;
    }
    gateway.enact(&server(json!({ "policy": { "tools": { "region": {} } } }))).await;
    for agent in [&modern, &legacy] {
        assert_used(agent, "c1", true).await;
        connect(agent, "c2", "test2").await;
        assert_used(agent, "c2", true).await;
    }
    gateway.enact(&server(json!({ "timeout": "20s" }))).await;
    assert_used(&modern, "c1", false).await;
}

/// The next program hands out the same ids for others.
#[tokio::test]
async fn what_a_program_told_ends_with_it() {
    let record = Record::new();
    let mut policy = policy();
    policy["tools"]["die"] = json!({});
    let gateway = Gateway::in_front_of_peer(&record, &[], policy).await;
    let agent = Agent::modern(&gateway);
    connect(&agent, "c1", "test1").await;
    assert_used(&agent, "c1", true).await;
    agent.call("die", json!({})).await;
    assert_used(&agent, "c1", false).await;
    connect(&agent, "c1", "test2").await;
    assert_used(&agent, "c1", true).await;
}

#[tokio::test]
async fn an_answer_in_prose_on_a_stream_tells_as_much() {
    let upstream = Upstream::start().await;
    let mut policy = policy();
    policy["tools"]["echo"]["remember"] = json!([{
        "fact": "host", "value": "args.host",
        "key": { "path": "result.content[0].text", "capture": "Connected\\.\nconnectionId: ([0-9a-f]+)\n?" },
        "when": [{ "path": "result.content[0].text", "op": "starts_with", "value": "Connected." }],
    }]);
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    let prose = |text: &str| json!({ "content": [{ "type": "text", "text": text }] });
    for agent in Agent::both(&gateway).await {
        for (place, (text, error, known)) in [
            ("Connected.\nconnectionId: {}", false, true),
            ("Connected.\nconnectionId: {}\n", false, true),
            ("Connected.\nconnectionId: {}", true, false),
            ("Not connected.\nconnectionId: {}", false, false),
            ("Connected.\nconnectionId: {}\nconnectionId: {}", false, false),
        ]
        .into_iter()
        .enumerate()
        {
            let mut calls = upstream.take("tools/call");
            let (id, host) = (format!("ab{place}"), json!({ "host": "test1" }));
            let asked = agent.request(&call(json!(1), "echo", host));
            let (connection, exchange) = tokio::join!(agent.begin(&asked), calls.next());
            let message = exchange.seen.message.clone();
            let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
            let mut result = prose(&text.replace("{}", &id));
            if error {
                result["isError"] = json!(true);
            }
            stream.message(&json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": {} })).await;
            stream.message(&world::respond(&message, result)).await;
            events.message().await;
            assert_eq!(events.message().await["id"], 1);
            let used = agent.request(&call(json!(1), "danger", json!({ "id": id })));
            if known {
                let (response, ()) = tokio::join!(agent.send(&used), async { calls.next().await.usual().await });
                assert_echoed(&response.answer(), &json!({ "id": id }));
            } else {
                assert_denied(&agent.send(&used).await.answer(), RULE);
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_fetched_later_tells_as_much() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, policy()).await;
    let agent = Agent::legacy(&gateway).await;
    for (id, hangs_up) in [("c1", false), ("c2", true)] {
        let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
        let asked = agent.request(&call(json!("mine"), "echo", connection(id, "test1")));
        let (connection, exchange) = tokio::join!(agent.begin(&asked), calls.next());
        let message = exchange.seen.message.clone();
        let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
        stream.text("id: first\nretry: 10\ndata:\n\n").await;
        events.next().await.unwrap();
        if hangs_up {
            drop(events);
            stream.closed().await;
        } else {
            stream.end().await;
            assert_eq!(events.next().await, None);
        }
        assert_used(&agent, id, false).await;
        let resume = agent.visit("GET").with("Accept", "text/event-stream").with("Last-Event-ID", "first");
        let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
        let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
        let answer = world::answer(&message).unwrap();
        stream.message(&answer).await;
        assert_eq!(events.message().await["id"], "mine");
        let used = agent.request(&call(json!(1), "danger", json!({ "id": id })));
        let (response, ()) = tokio::join!(agent.send(&used), async { calls.next().await.usual().await });
        assert_echoed(&response.answer(), &json!({ "id": id }));
    }
}

/// Memory holds 64 KiB: what comes after is not known, and what is absent may be what did not fit.
#[tokio::test]
async fn a_memory_that_is_full_says_so_once_and_refuses() {
    let upstream = Upstream::start().await;
    let mut policy = policy();
    let absent = json!({ "path": "session.facts.host[args.id]", "op": "exists", "value": false });
    policy["tools"]["region"] = json!({ "require": [{ "conditions": [absent] }] });
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    for (round, agent) in Agent::both(&gateway).await.into_iter().enumerate() {
        let absent = json!({ "id": "never" });
        assert_echoed(&agent.call("region", absent.clone()).await, &absent);
        let host = format!("test{}", "x".repeat(4000));
        for n in 0..20 {
            connect(&agent, &format!("c{n}"), &host).await;
        }
        assert_used(&agent, "c0", true).await;
        assert_used(&agent, "c19", false).await;
        assert_denied(&agent.call("region", absent).await, "/tools/region/require/session.facts.host[args.id]-exists");
        assert_eq!(gateway.process.count("remembers no more facts"), round + 1, "{}", gateway.process.log());
    }
}

#[tokio::test]
async fn a_record_names_the_facts_that_rules_used() {
    let upstream = Upstream::start().await;
    let mut policy = policy();
    let gateway = Gateway::in_front_of(&upstream, policy.clone()).await;
    let agent = Agent::modern(&gateway);
    connect(&agent, "c1", "test1").await;
    assert_used(&agent, "c1", true).await;
    assert_used(&agent, "c2", false).await;
    let known = json!([{ "name": "host", "key": "c1", "value": "test1" }]);
    assert_eq!(recorded(&gateway), [Value::Null, known, json!([{ "name": "host", "key": "c2" }])]);
    // What is left out of the arguments is left out there too.
    policy["record"] = json!({ "redact": ["args.host"] });
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    let agent = Agent::modern(&gateway);
    connect(&agent, "c1", "test1").await;
    assert_used(&agent, "c1", true).await;
    let left_out = json!([{ "name": "host", "key": "[redacted]", "value": "[redacted]" }]);
    assert_eq!(recorded(&gateway), [Value::Null, left_out]);
}

/// The facts of every decision in the record.
fn recorded(gateway: &Gateway) -> Vec<Value> {
    let folder = gateway.folder().join("state/doorward/audit");
    let mut used = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let lines = std::fs::read_to_string(path).unwrap();
            let entries = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            used.extend(entries.filter(|entry| entry["kind"] == "decision").map(|entry| entry["facts"].clone()));
        }
    }
    used
}

#[tokio::test]
async fn a_plugin_is_told_what_is_known() {
    let (upstream, folder) = (Upstream::start().await, TempDir::new().unwrap());
    let plugin = folder.path().join("hostile.wasm");
    std::fs::write(&plugin, guest(&guests().await, "hostile")).unwrap();
    let mut policy = policy();
    policy["tools"]["region"] = json!({ "plugins": [{ "use": "hostile", "config": { "deed": "context" } }] });
    let config = with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "hostile": { "path": plugin } } }),
    );
    let gateway = Gateway::start(&config).await;
    for agent in Agent::both(&gateway).await {
        for (id, host) in [("c2", "prod"), ("c1", "test1"), ("c3", "a"), ("c3", "b")] {
            connect(&agent, id, host).await;
        }
        let told = text(&agent.call("region", json!({})).await).replace('\\', "");
        let facts = r#"facts: [Fact { name: "host", value-json: "{"c1":"test1","c2":"prod"}" }]"#;
        assert!(told.replace('_', "-").contains(facts), "{told}");
    }
}
