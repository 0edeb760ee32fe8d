//! Streams: an event is passed on when it comes, with all that it came with, and a stream that broke off can be resumed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_tests::agent::{assert_echoed, call, message, notification};
use doorward_tests::gateway::with;
use doorward_tests::http::Events;
use doorward_tests::sse::Frame;
use doorward_tests::upstream::{Outgoing, Taken};
use doorward_tests::{Agent, Connection, Gateway, Record, Upstream, world};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::timeout;

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, allow()).await;
    (upstream, gateway)
}

/// Calls a tool, and opens the stream of its reply at both ends.
async fn stream_of_call(agent: &Agent, calls: &mut Taken) -> (Events, Outgoing, Value) {
    let post = agent.request(&call(json!("mine"), "echo", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
    let id = exchange.id();
    let (events, stream) = tokio::join!(connection.events(), exchange.stream());
    (events, stream, id)
}

fn log_line(number: usize) -> Value {
    notification("notifications/message", json!({ "level": "info", "data": number }))
}

fn done(id: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": world::echo(&json!({ "done": true })) })
}

#[tokio::test]
async fn events_are_passed_on_one_by_one() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
        assert_eq!(events.head.get("x-accel-buffering"), Some("no"));
        assert_eq!(events.head.get("cache-control"), Some("no-cache"));
        // The next one is sent only when the one before it has come.
        for number in 0..5 {
            stream.message(&log_line(number)).await;
            assert_eq!(events.message().await, log_line(number));
        }
        stream.message(&done(&id)).await;
        let answer = events.message().await;
        assert_eq!(answer["id"], "mine");
        assert_echoed(&answer, &json!({ "done": true }));
        assert_eq!(events.next().await, None, "the stream ends with the answer, even if the server's does not");
    }
}

#[tokio::test]
async fn a_frame_is_passed_on_with_all_that_it_came_with() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let text = |text: &str| Some(text.to_owned());
    for agent in Agent::both(&gateway).await {
        let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
        for (sent, comes) in [
            (
                "id: 0\nretry: 50\ndata:\n\n",
                Frame { id: text("0"), retry: text("50"), data: text(""), ..Frame::default() },
            ),
            ("retry: 7\n\n", Frame { retry: text("7"), ..Frame::default() }),
            ("id: a b/ü\n\n", Frame { id: text("a b/ü"), ..Frame::default() }),
            (": a comment\n\n", Frame { comments: vec!["a comment".to_owned()], ..Frame::default() }),
            (":\n\n", Frame { comments: vec![String::new()], ..Frame::default() }),
        ] {
            stream.text(sent).await;
            assert_eq!(events.next().await, Some(comes), "{sent}");
        }
        let line = log_line(1);
        stream.text(&format!("id: 9\nretry: 1\nevent: message\ndata: {line}\n\n")).await;
        let frame = events.next().await.unwrap();
        assert_eq!(
            (frame.id.as_deref(), frame.retry.as_deref(), frame.event.as_deref()),
            (Some("9"), Some("1"), Some("message"))
        );
        assert_eq!(frame.message(), Some(line));
        stream.message(&done(&id)).await;
        assert_echoed(&events.message().await, &json!({ "done": true }));
    }
}

#[tokio::test]
async fn a_stream_is_read_however_it_is_written() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    let line = log_line(1).to_string();
    let (head, tail) = line.split_at(line.find(':').unwrap() + 1);
    let stretched = format!("{head}\n{tail}");
    for sent in [
        format!("\u{feff}data: {line}\n\n"),
        format!("data:{line}\r\n\r\n"),
        format!("data: {line}\r\r"),
        format!("data: {}\n\n", stretched.replace('\n', "\ndata: ")),
        format!("data: {}\r\n\r\n", stretched.replace('\n', "\r\ndata:")),
        format!("unknown: x\ndata: {line}\nunknown\n\n"),
    ] {
        stream.text(&sent).await;
        assert_eq!(events.message().await, log_line(1), "{sent:?}");
    }
    for byte in format!("event: message\r\ndata: {line}\r\n\r\n").chars() {
        stream.text(&byte.to_string()).await;
    }
    assert_eq!(events.message().await, log_line(1));
    stream.message(&done(&id)).await;
    assert_echoed(&events.message().await, &json!({ "done": true }));
}

/// What a client may take for a message, and the gateway cannot judge, is not passed on.
#[tokio::test]
async fn only_messages_are_passed_on_as_messages() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    let hidden = message(json!(1), "sampling/createMessage", json!({ "c": "CANARY" }));
    stream.text(&format!("event: endpoint\ndata: {hidden}\n\n")).await;
    stream.text(&format!("event: Message\ndata: {hidden}\n\n")).await;
    stream.message(&done(&id)).await;
    for frame in events.rest().await {
        assert!(!format!("{frame:?}").contains("CANARY"), "{frame:?}");
    }
}

#[tokio::test]
async fn a_stream_that_broke_off_is_resumed() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    stream.text("id: first\nretry: 10\ndata:\n\n").await;
    assert_eq!(events.next().await.unwrap().id.as_deref(), Some("first"));
    stream.end().await;
    assert_eq!(events.next().await, None, "no answer is made up");

    let resume = agent.visit("GET").with("Accept", "text/event-stream").with("Last-Event-ID", "first");
    let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
    assert_eq!(exchange.seen.header("last-event-id"), Some("first"));
    assert!(exchange.seen.header("mcp-session-id").is_some());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.message(&log_line(2)).await;
    stream.text(&format!("id: last\ndata: {}\n\n", done(&id))).await;
    assert_eq!(events.message().await, log_line(2));
    let frame = events.next().await.unwrap();
    assert_eq!(frame.id.as_deref(), Some("last"));
    assert_eq!(frame.message().unwrap()["id"], "mine");
    assert_echoed(&frame.message().unwrap(), &json!({ "done": true }));
    // Who lost it again gets it again.
    let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.message(&done(&id)).await;
    assert_eq!(events.message().await["id"], "mine");
}

/// An answer that comes later is inspected like one that comes at once, and so is what comes with it.
#[tokio::test]
async fn what_comes_on_a_resumed_stream_is_inspected_again() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::strict()).await;
    let agent = Agent::legacy(&gateway).await;
    let (mut lists, mut streams) = (upstream.take("tools/list"), upstream.take("GET"));
    let post = agent.request(&message(json!("mine"), "tools/list", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&post), lists.next());
    let asked = exchange.seen.message.clone();
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.text("id: first\ndata:\n\n").await;
    events.next().await.unwrap();
    stream.end().await;
    assert_eq!(events.next().await, None);

    let resume = agent.visit("GET").with("Accept", "text/event-stream").with("Last-Event-ID", "first");
    let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.message(&message(json!("wanted"), "sampling/createMessage", json!({}))).await;
    stream.message(&world::respond(&asked, world::listed(&world::TOOLS))).await;
    let list = events.message().await;
    assert_eq!(list["id"], "mine", "what the policy denies is kept back: {list}");
    let names = list["result"]["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["echo"]);
    let declined = upstream.until_seen("answer", 1).await;
    assert_eq!((&declined[0].message["id"], declined[0].message["error"].is_object()), (&json!("wanted"), true));
}

#[tokio::test]
async fn an_agent_that_hung_up_resumes() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let (mut calls, mut streams) = (upstream.take("tools/call"), upstream.take("GET"));
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    stream.text(&format!("id: 1\ndata: {}\n\n", log_line(1))).await;
    events.message().await;
    drop(events);
    // The server keeps what comes as soon as it sees that nobody reads.
    stream.closed().await;
    let resume = agent.visit("GET").with("Accept", "text/event-stream").with("Last-Event-ID", "1");
    let (connection, exchange) = tokio::join!(agent.begin(&resume), streams.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.message(&done(&id)).await;
    let answer = events.message().await;
    assert_eq!(answer["id"], "mine");
    assert_echoed(&answer, &json!({ "done": true }));
    assert!(upstream.seen_of("notifications/cancelled").is_empty());
}

#[tokio::test]
async fn what_a_server_says_unasked_comes_on_the_stream_for_it() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut streams = upstream.take("GET");
    let (mut events, mut stream) = tokio::join!(agent.listen(), async { streams.next().await.stream().await });
    for number in 0..3 {
        stream.text(&format!("id: {number}\ndata: {}\n\n", log_line(number))).await;
        let frame = events.next().await.unwrap();
        assert_eq!((frame.message(), frame.id), (Some(log_line(number)), Some(number.to_string())));
    }
    // An answer that nobody waits for is nobody's.
    stream.message(&done(&json!(77))).await;
    stream.message(&log_line(3)).await;
    assert_eq!(events.message().await, log_line(3));
    stream.end().await;
    assert_eq!(events.next().await, None);
    drop(streams);
    let (upstream, gateway) = self::gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let response = agent.send(&agent.visit("GET").with("Accept", "text/event-stream")).await;
    assert_eq!((response.status, response.header("allow")), (405, Some("POST, DELETE")), "a server may have none");
    drop(upstream);
}

#[tokio::test]
async fn an_agent_that_listens_no_more_is_listened_for_no_more() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut streams = upstream.take("GET");
    let (events, mut stream) = tokio::join!(agent.listen(), async { streams.next().await.stream().await });
    drop(events);
    stream.closed().await;
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
}

#[tokio::test]
async fn what_a_program_says_unasked_waits_for_somebody_to_listen() {
    let record = Record::new();
    let gateway = Gateway::in_front_of_peer(&record, &[], allow()).await;
    let agent = Agent::legacy(&gateway).await;
    let announce = |number: usize| {
        agent.request(&notification("notifications/announce", json!({ "level": "info", "data": number })))
    };
    for number in 0..3 {
        agent.send(&announce(number)).await;
    }
    // No request is in hand, along which they could go.
    record.until_seen("notifications/announce", 3).await;
    let mut events = agent.listen().await;
    for number in 0..3 {
        assert_eq!(events.message().await, log_line(number));
    }
    agent.send(&announce(3)).await;
    assert_eq!(events.message().await, log_line(3));
}

#[tokio::test]
async fn what_a_program_asks_goes_along_with_the_call_in_hand() {
    let record = Record::new();
    let gateway = Gateway::in_front_of_peer(&record, &[], allow()).await;
    let agent = Agent::legacy(&gateway).await;
    let ask = call(json!(1), "ask", json!({ "method": "roots/list", "params": {} }));
    let mut events = agent.begin(&agent.request(&ask)).await.events().await;
    let request = events.message().await;
    assert_eq!(request["method"], "roots/list");
    let answer = json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "roots": [] } });
    assert_eq!(agent.send(&agent.request(&answer)).await.status, 202);
    assert_eq!(events.message().await["result"]["structuredContent"]["result"], json!({ "roots": [] }));
}

#[tokio::test]
async fn a_large_reply_is_not_waited_for() {
    const EVENTS: usize = 80;
    const SIZE: usize = 64 << 10;
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let agent = Agent::modern(&gateway);
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    let part = |number: usize| {
        let data = format!("{number:04}{}", "d".repeat(SIZE));
        notification("notifications/message", json!({ "level": "info", "data": data }))
    };
    stream.message(&part(0)).await;
    assert_eq!(events.message().await, part(0), "the first is there before the second is sent");
    let send = async {
        for number in 1..EVENTS {
            stream.message(&part(number)).await;
        }
        stream.message(&done(&id)).await;
    };
    let read = async {
        for number in 1..EVENTS {
            assert_eq!(events.message().await, part(number));
        }
        assert_echoed(&events.message().await, &json!({ "done": true }));
    };
    tokio::join!(send, read);
}

/// What nobody reads is left with the server: the gateway keeps little of it.
#[tokio::test]
async fn an_agent_that_does_not_read_is_not_read_for() {
    const EVENTS: usize = 1024;
    const SIZE: usize = 64 << 10;
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let agent = Agent::modern(&gateway);
    let (mut events, mut stream, id) = stream_of_call(&agent, &mut calls).await;
    let part = |number: usize| {
        let data = format!("{number:04}{}", "d".repeat(SIZE));
        notification("notifications/message", json!({ "level": "info", "data": data }))
    };
    let (sent, halt) = (AtomicUsize::new(0), Notify::new());
    let send = async {
        for number in 0..EVENTS {
            stream.message(&part(number)).await;
            sent.fetch_add(1, Ordering::Relaxed);
            halt.notify_one();
        }
        stream.message(&done(&id)).await;
    };
    let read = async {
        // What the sockets on the way hold is soon full, and then nothing more is taken.
        while timeout(Duration::from_secs(1), halt.notified()).await.is_ok() {}
        let taken = sent.load(Ordering::Relaxed);
        assert!(taken < EVENTS / 2, "{taken} of {EVENTS} events were taken");
        for number in 0..EVENTS {
            assert_eq!(events.message().await, part(number));
        }
        assert_echoed(&events.message().await, &json!({ "done": true }));
    };
    tokio::join!(send, read);
}

/// Takes 15 seconds and more: a stream that is quiet for so long says that it is still there.
#[tokio::test]
async fn a_quiet_stream_says_that_it_is_still_there() {
    const QUIET: Duration = Duration::from_secs(25);
    let record = Record::new();
    let gateway = Gateway::in_front_of_peer(&record, &[], allow()).await;
    let [modern, legacy] = Agent::both(&gateway).await;
    let begun = Instant::now();
    // A stream of its own, and calls whose answers do not come: one that streams, and one that became a stream.
    let listening = legacy.begin(&legacy.visit("GET").with("Accept", "text/event-stream")).await;
    let calling = legacy.begin(&legacy.request(&call(json!(1), "hold", json!({})))).await;
    let becoming = modern.begin(&modern.request(&call(json!(1), "hold", json!({})))).await;
    let quiet = async |mut connection: Connection, sign: &str| {
        let text = timeout(QUIET, connection.until(sign)).await.expect("it is not quiet for ever");
        assert!(text.contains("text/event-stream"), "{text}");
        connection
    };
    let (_listening, mut calling, mut becoming) =
        tokio::join!(quiet(listening, "keep-alive"), quiet(calling, "keep-alive"), quiet(becoming, "no-cache"));
    let waited = begun.elapsed();
    assert!((Duration::from_secs(14)..QUIET).contains(&waited), "{waited:?}");
    for agent in [&legacy, &modern] {
        agent.send(&agent.request(&notification("notifications/release", json!({})))).await;
    }
    for connection in [&mut calling, &mut becoming] {
        let text = timeout(QUIET, connection.until("structuredContent")).await.expect("the answer comes at last");
        assert!(text.contains("\"id\":1"));
    }
}

#[tokio::test]
async fn a_subscription_stays_and_is_its_callers() {
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "timeout": "300ms" }));
    let gateway = Gateway::with_server(server, allow()).await;
    let agent = Agent::modern(&gateway);
    let mut listens = upstream.take("subscriptions/listen");
    let params = json!({ "notifications": { "toolsListChanged": true } });
    let post = agent.request(&message(json!("mine"), "subscriptions/listen", params.clone()));
    let (connection, exchange) = tokio::join!(agent.begin(&post), listens.next());
    let number = exchange.id();
    assert_eq!(exchange.seen.message["params"]["notifications"], params["notifications"]);
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    let changed = |id: &Value| {
        let meta = json!({ "io.modelcontextprotocol/subscriptionId": id });
        notification("notifications/tools/list_changed", json!({ "_meta": meta }))
    };
    // The time of a call does not run here.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(500) {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    }
    stream.message(&changed(&number)).await;
    assert_eq!(events.message().await, changed(&json!("mine")));
    drop(events);
    stream.closed().await;
}

#[tokio::test]
async fn a_subscription_under_a_policy_that_denies_it_is_refused() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, world::strict()).await;
    let agent = Agent::modern(&gateway);
    let answer = agent.ask("subscriptions/listen", json!({ "notifications": {} })).await;
    assert_eq!(answer["error"]["code"], -31001, "{answer}");
    assert!(upstream.seen_of("subscriptions/listen").is_empty());
}
