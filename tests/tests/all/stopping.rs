//! Asked to stop, the gateway finishes what is in hand, keeps nobody waiting for the rest, and leaves nothing behind.

use doorward_tests::agent::{assert_echoed, call, notification};
use doorward_tests::gateway::{anonymous, peer, with};
use doorward_tests::process::until_gone;
use doorward_tests::{Agent, Connection, Gateway, Record, Upstream, until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

#[tokio::test]
async fn calls_in_flight_are_answered_before_the_end() {
    let upstream = Upstream::start().await;
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut gateway = Gateway::in_front_of(&upstream, allow()).await;
        let mut calls = upstream.take("tools/call");
        let mut waiting = Vec::new();
        for agent in Agent::both(&gateway).await {
            let post = agent.request(&call(json!(1), "echo", json!({ "n": 1 })));
            waiting.push(tokio::join!(agent.begin(&post), calls.next()));
        }
        gateway.process.signal(signal);
        gateway.until_closed().await;
        until("operators to be told", async || (gateway.visit("/readyz").await.status == 503).then_some(())).await;
        assert_eq!(gateway.visit("/livez").await.status, 200);
        for (mut connection, exchange) in waiting {
            exchange.usual().await;
            assert_echoed(&connection.response().await.answer(), &json!({ "n": 1 }));
        }
        assert_eq!(gateway.process.ended().await.code(), Some(0), "{}", gateway.process.log());
    }
    assert_eq!(upstream.sessions(), 0, "the servers are told");
}

#[tokio::test]
async fn calls_on_stdio_are_answered_before_the_end_and_no_process_stays() {
    let record = Record::new();
    let mut gateway = Gateway::in_front_of_peer(&record, &["--grandchild"], allow()).await;
    let agents = Agent::both(&gateway).await;
    let mut held = Vec::new();
    for agent in &agents {
        held.push(agent.begin(&agent.request(&call(json!(1), "hold", json!({ "n": 1 })))).await);
    }
    record.until_seen("tools/call", 2).await;
    // Requests that were begun before come through.
    let release =
        |agent: &Agent| agent.request(&notification("notifications/release", json!({}))).with("Expect", "100-continue");
    let mut releases = Vec::new();
    for agent in &agents {
        let mut connection = Connection::open(gateway.address).await;
        connection.send(&release(agent).head_bytes()).await;
        connection.until_asked_for_body().await;
        releases.push(connection);
    }
    gateway.process.signal(Signal::SIGTERM);
    gateway.until_closed().await;
    for (agent, mut connection) in agents.iter().zip(releases) {
        let whole = release(agent);
        let body = whole.to_bytes().split_off(whole.head_bytes().len());
        connection.send(&body).await;
        assert_eq!(connection.response().await.status, 202);
    }
    for mut connection in held {
        assert_echoed(&connection.response().await.answer(), &json!({ "n": 1 }));
    }
    assert_eq!(gateway.process.ended().await.code(), Some(0), "{}", gateway.process.log());
    until_gone(&[record.pids(), record.grandchildren()].concat()).await;
}

#[tokio::test]
async fn whoever_only_listens_keeps_nobody_from_stopping() {
    let record = Record::new();
    let mut gateway = Gateway::in_front_of_peer(&record, &[], allow()).await;
    let [modern, legacy] = Agent::both(&gateway).await;
    let mut stream = legacy.listen().await;
    let listen = doorward_tests::agent::message(json!(1), "subscriptions/listen", json!({}));
    let _subscription = modern.begin(&modern.request(&listen)).await;
    record.until_seen("subscriptions/listen", 1).await;
    // A connection that waits for its next request, and one that has begun to make one.
    let mut idle = Connection::open(gateway.address).await;
    idle.send(&modern.request(&call(json!(1), "echo", json!({}))).to_bytes()).await;
    assert_eq!(idle.response().await.status, 200);
    gateway.stopped().await;
    assert_eq!(stream.next().await, None);
    assert!(idle.closed().await.is_empty());
    until_gone(&record.pids()).await;
}

#[tokio::test]
async fn a_call_without_end_is_cut_off() {
    let record = Record::new();
    let server = with(peer(&record, &[]), json!({ "policy": allow() }));
    let config = with(anonymous(server), json!({ "limits": { "drain": "300ms" } }));
    let mut gateway = Gateway::start(&config).await;
    for agent in Agent::both(&gateway).await {
        let calls = record.messages("tools/call").len();
        let connection = agent.begin(&agent.request(&call(json!(1), "never", json!({})))).await;
        record.until_seen("tools/call", calls + 1).await;
        // Nobody may be there to be answered.
        drop(connection);
    }
    let agent = Agent::legacy(&gateway).await;
    let calls = record.messages("tools/call").len();
    let _waits = agent.begin(&agent.request(&call(json!(1), "never", json!({})))).await;
    record.until_seen("tools/call", calls + 1).await;
    gateway.stopped().await;
    until_gone(&record.pids()).await;
}

/// Takes the time that a program has to end by itself, and to end when it is asked to.
#[tokio::test]
async fn a_program_that_does_not_end_by_itself_is_ended() {
    let record = Record::new();
    let mut gateway = Gateway::in_front_of_peer(&record, &["--stubborn", "--grandchild"], allow()).await;
    for agent in Agent::both(&gateway).await {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    }
    gateway.stopped().await;
    until_gone(&[record.pids(), record.grandchildren()].concat()).await;
}

/// Takes the time that a server has to be told that a session is over.
#[tokio::test]
async fn a_server_that_does_not_hear_of_the_end_keeps_nobody_from_stopping() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": allow(), "limits": { "idle": "1s" } }));
    let mut gateway = Gateway::start(&anonymous(server.clone())).await;
    let _deaf = upstream.take("DELETE");
    let _left = Agent::legacy(&gateway).await;
    gateway.until_gauge("sessions", 1).await;
    gateway.until_gauge("sessions", 0).await;
    // The idle session's server does not answer; everything else goes on.
    gateway.enact(&anonymous(server)).await;
    assert_echoed(&Agent::modern(&gateway).call("echo", json!({})).await, &json!({}));
    gateway.stopped().await;
}
