//! Whatever a server does, each call ends in time, and nobody gets what is another's.

use std::time::{Duration, Instant};

use doorward_tests::agent::{assert_echoed, assert_unavailable, call, notification};
use doorward_tests::gateway::{anonymous, peer, with};
use doorward_tests::upstream::Taken;
use doorward_tests::{Agent, Exchange, Gateway, Record, Response, Upstream, until, within, world};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What a call has in these tests, and what the machine may add to it.
const DEADLINE: &str = "400ms";
const LATEST: Duration = Duration::from_millis(1400);

/// What no agent may ever see.
const FOREIGN: &str = "FOREIGN";

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

fn impatient(server: Value) -> Value {
    with(server, json!({ "timeout": DEADLINE, "limits": { "reply": "64KiB" } }))
}

async fn gateway() -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::with_server(impatient(upstream.server()), allow()).await;
    (upstream, gateway)
}

/// What a server does after it has sent what it sends.
#[derive(Clone, Copy)]
enum Then {
    Hold,
    HalfClose,
    Reset,
}

/// Everything that a server may send instead of an answer to the request of this id.
fn faults(id: &Value) -> Vec<(&'static str, String, Then)> {
    use Then::{HalfClose, Hold, Reset};
    let message = |id: &Value| json!({ "jsonrpc": "2.0", "id": id, "result": { "x": FOREIGN } }).to_string();
    let own = message(id);
    let json = |body: &str| whole("200 OK", "application/json", body);
    let events = |body: &str| whole("200 OK", "text/event-stream", body);
    let open = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    let number = id.as_u64().unwrap();
    vec![
        ("nothing", String::new(), Hold),
        ("nothing, and closes", String::new(), HalfClose),
        ("nothing, and resets", String::new(), Reset),
        ("half a status line", "HTTP/1.1 20".to_owned(), Hold),
        ("half a status line, and closes", "HTTP/1.1 20".to_owned(), HalfClose),
        ("no HTTP", format!("{own}\r\n\r\n"), Hold),
        ("a status of no kind", "HTTP/1.1 999999 x\r\n\r\n".to_owned(), Hold),
        ("a header without end", format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(1 << 20)), Hold),
        (
            "a head alone",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n".to_owned(),
            Hold,
        ),
        ("half a body", json(&own)[..json(&own).len() - 5].to_owned(), Hold),
        ("half a body, and closes", json(&own)[..json(&own).len() - 5].to_owned(), HalfClose),
        ("half a body, and resets", json(&own)[..json(&own).len() - 5].to_owned(), Reset),
        (
            "a chunk of a strange size",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
            Hold,
        ),
        ("no body", json(""), Hold),
        ("no JSON", json("<html>FOREIGN</html>"), Hold),
        ("another type", whole("200 OK", "text/html", &own), Hold),
        ("no type", format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{own}", own.len()), Hold),
        ("a compressed body", json("\u{1f}\u{8b}\u{8}"), Hold),
        ("another answer's id", json(&message(&json!(number + 1))), Hold),
        ("an earlier answer's id", json(&message(&json!(number - 1))), Hold),
        ("no id", json(&message(&Value::Null)), Hold),
        ("the agent's own id", json(&message(&json!("mine"))), Hold),
        ("the id as a fraction", json(&message(&json!(number as f64 + 0.5))), Hold),
        ("two answers", json(&format!("{own}{own}")), Hold),
        ("two answers in an array", json(&format!("[{own},{own}]")), Hold),
        ("an answer and an error", json(&own.replace("\"result\"", "\"error\":{},\"result\"")), Hold),
        ("the result twice", json(&own.replace("\"result\"", "\"result\":{},\"result\"")), Hold),
        ("an answer with `Result`", json(&own.replace("\"result\"", "\"Result\":{},\"result\"")), Hold),
        (
            "a request instead of an answer",
            json(&json!({ "jsonrpc": "2.0", "id": id, "method": "ping" }).to_string()),
            Hold,
        ),
        ("a byte order mark", json(&format!("\u{feff}{own}")), Hold),
        ("half of a surrogate pair", json(&own.replace(FOREIGN, "FOREIGN\\ud800")), Hold),
        ("too much", json(&own.replace(FOREIGN, &"FOREIGN".repeat(20_000))), Hold),
        ("more than it announces", json(&own).replace("Content-Length: ", "Content-Length: 9"), Hold),
        ("accepted", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned(), Hold),
        ("no content", "HTTP/1.1 204 No Content\r\n\r\n".to_owned(), Hold),
        ("a server error", whole("500 Oops", "text/plain", "FOREIGN"), Hold),
        ("a server error in JSON", whole("503 Oops", "application/json", "{\"x\":\"FOREIGN\"}"), Hold),
        (
            "a demand for a token",
            whole("401 Who", "text/plain", "")
                .replace("\r\n\r\n", "\r\nWWW-Authenticate: Bearer x=\"FOREIGN\"\r\n\r\n"),
            Hold,
        ),
        ("a refusal", whole("403 No", "text/html", "FOREIGN"), Hold),
        (
            "a switch of protocols",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: FOREIGN\r\nConnection: Upgrade\r\n\r\n".to_owned(),
            Hold,
        ),
        ("an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n".to_owned(), Hold),
        ("a stream without events", open.to_owned(), Hold),
        ("a stream without events, and closes", open.to_owned(), HalfClose),
        ("a stream that ends without an answer", events(": bye\n\n"), Hold),
        ("a stream that breaks off", format!("{open}data: {}", &own[..10]), HalfClose),
        ("a stream that is reset", format!("{open}data: {}", &own[..10]), Reset),
        ("an event without JSON", events("data: FOREIGN\n\n"), Hold),
        ("an event that is too long", format!("{open}data: {}\n\n", FOREIGN.repeat(20_000)), Hold),
        ("a line without end", format!("{open}data: {}", FOREIGN.repeat(20_000)), Hold),
        ("an event with another answer's id", events(&format!("data: {}\n\n", message(&json!(number + 1)))), Hold),
        ("an event with no id", events(&format!("data: {}\n\n", message(&Value::Null))), Hold),
        ("an event with two answers", events(&format!("data: [{own},{own}]\n\n")), Hold),
    ]
}

fn whole(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Calls a tool, lets the server do what it does, and checks that the answer comes in time.
async fn call_during(agent: &Agent, calls: &mut Taken, why: &str, misbehave: impl AsyncFnOnce(Exchange)) -> Response {
    let post = agent.request(&call(json!("mine"), "echo", json!({})));
    let begun = Instant::now();
    let respond = async {
        let response = agent.send(&post).await;
        (response, begun.elapsed())
    };
    let serve = async {
        misbehave(calls.next().await).await;
        std::future::pending().await
    };
    let (response, took) = within(format_args!("the answer of a server that sends {why}"), async {
        tokio::select! {
            answered = respond => answered,
            never = serve => never,
        }
    })
    .await;
    assert!(took < LATEST, "{why}: it took {took:?}");
    assert!(!response.text().contains(FOREIGN), "{why}: {}", response.text());
    assert_eq!(response.status, 200, "{why}: {}", response.text());
    response
}

async fn send(mut exchange: Exchange, bytes: &str, then: Then) {
    exchange.raw(bytes.as_bytes()).await;
    match then {
        Then::Hold => exchange.closed().await,
        Then::HalfClose => exchange.half_close().await,
        Then::Reset => return exchange.reset(),
    }
    std::future::pending().await
}

/// Takes half a minute at most: every fault that only a deadline ends takes that long.
#[tokio::test]
async fn a_call_ends_in_time_whatever_the_server_sends() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        for case in 0..faults(&json!(1)).len() {
            let why = faults(&json!(1))[case].0;
            let response = call_during(&agent, &mut calls, why, async |exchange| {
                let (_, bytes, then) = faults(&exchange.id()).swap_remove(case);
                send(exchange, &bytes, then).await;
            })
            .await;
            assert_eq!(response.answer()["id"], "mine", "{why}");
            assert_unavailable(&response.answer());
        }
        // And afterwards all is well, as soon as broken connections are out of the way.
        until("a server that is itself again", async || {
            let response = call_during(&agent, &mut calls, "an answer", async |exchange| exchange.usual().await).await;
            response.answer()["result"]["structuredContent"].is_object().then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_call_ends_in_time_however_slowly_the_server_sends() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        for (why, kind, piece) in [
            ("an answer byte by byte", "application/json", " "),
            ("a stream byte by byte", "text/event-stream", ":"),
            ("comments without end", "text/event-stream", ": x\n\n"),
            (
                "events without end",
                "text/event-stream",
                "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n",
            ),
        ] {
            let response = call_during(&agent, &mut calls, why, async |mut exchange| {
                exchange.raw(format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n").as_bytes()).await;
                let mut pace = tokio::time::interval(Duration::from_millis(20));
                while exchange.try_raw(piece.as_bytes()).await {
                    pace.tick().await;
                }
            })
            .await;
            assert_unavailable(&response.answer());
        }
    }
}

/// However fast the server sends, and whether or not the agent reads.
#[tokio::test]
async fn a_flood_ends_in_time() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let event = format!("data: {}\n\n", notification("notifications/x", json!({ "x": "x".repeat(8000) })));
    for agent in Agent::both(&gateway).await {
        for reads in [true, false] {
            let post = agent.request(&call(json!(1), "echo", json!({})));
            let (connection, exchange) = tokio::join!(agent.begin(&post), calls.next());
            let mut stream = exchange.stream().await;
            let begun = Instant::now();
            let flood = async { while stream.try_text(&event).await {} };
            if reads {
                let mut events = connection.events().await;
                let (frames, ()) = tokio::join!(events.rest(), flood);
                assert_unavailable(&frames.last().unwrap().message().unwrap());
            } else {
                within("the gateway to give up", flood).await;
                drop(connection);
            }
            assert!(begun.elapsed() < LATEST, "{:?}, reads: {reads}", begun.elapsed());
        }
    }
}

/// Answers what is small, and of what is large reads only the beginning.
async fn reads_little(socket: TcpListener) {
    let mut held = Vec::new();
    loop {
        let (mut stream, _) = socket.accept().await.unwrap();
        let mut buffer = vec![0; 64 << 10];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let Some((_, body)) = text.split_once("\r\n\r\n") else { break };
            let Ok(message) = serde_json::from_str::<Value>(body) else { break };
            let answer = world::answer(&message).unwrap().to_string();
            let answer = whole("200 OK", "application/json", &answer).replace("Connection: close\r\n", "");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        held.push(stream);
    }
}

#[tokio::test]
async fn a_call_ends_in_time_where_the_server_does_not_read_it() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", socket.local_addr().unwrap());
    let mut serving = JoinSet::new();
    serving.spawn(reads_little(socket));
    let server = json!({ "url": url, "timeout": "2s", "limits": { "body": "32MiB" } });
    let gateway = Gateway::with_server(server, allow()).await;
    let agent = Agent::modern(&gateway);
    let call = agent.request(&call(json!("mine"), "echo", json!({ "x": "x".repeat(24 << 20) })));
    let answer = agent.send(&call).await.answer();
    assert_eq!(answer["id"], "mine");
    assert_unavailable(&answer);
    assert!(answer.to_string().contains("did not answer within 2 s"), "{answer}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (upstream, gateway) = gateway().await;
    let elsewhere = Upstream::start().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
            for body in ["", "an answer"] {
                let response = call_during(&agent, &mut calls, status, async |mut exchange| {
                    let answer = json!({ "jsonrpc": "2.0", "id": exchange.id(), "error": { "code": -32603, "message": "moved" } });
                    let body = if body.is_empty() { String::new() } else { answer.to_string() };
                    let location = format!("\r\nLocation: http://{}/mcp\r\n\r\n", elsewhere.address);
                    let whole = whole(status, "application/json", &body).replacen("\r\n\r\n", &location, 1);
                    exchange.raw(whole.as_bytes()).await;
                    exchange.closed().await;
                })
                .await;
                let answer = response.answer();
                assert!(answer["result"]["isError"] == true || answer["error"].is_object(), "{answer}");
                assert_eq!(response.header("location"), None);
            }
        }
    }
    assert!(elsewhere.seen().is_empty());
}

/// What a server's status says is between it and the gateway; an agent would take it for the gateway's own.
#[tokio::test]
async fn a_servers_status_is_not_the_gateways() {
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    for agent in Agent::both(&gateway).await {
        for status in
            ["401 Unauthorized", "403 Forbidden", "405 Method Not Allowed", "429 Too Many", "500 Oops", "503 Oops"]
        {
            let response = call_during(&agent, &mut calls, status, async |mut exchange| {
                let error =
                    json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32001, "message": "a server's own" } });
                exchange.raw(whole(status, "application/json", &error.to_string()).as_bytes()).await;
                exchange.closed().await;
            })
            .await;
            assert_eq!(response.answer()["error"]["message"], "a server's own", "{status}");
            assert_eq!(response.header("www-authenticate"), None);
        }
    }
}

#[tokio::test]
async fn a_tool_is_not_called_where_the_list_of_tools_cannot_be_read() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::with_server(impatient(upstream.server()), world::lenient()).await;
    let mut lists = upstream.take("tools/list");
    for agent in Agent::both(&gateway).await {
        for case in 0..5 {
            let (answer, ()) = tokio::join!(agent.call("echo", json!({})), async {
                let mut exchange = lists.next().await;
                let id = exchange.id();
                match case {
                    0 => exchange.respond("200 OK", "application/json", b"[]").await,
                    1 => exchange.respond("500 Oops", "text/plain", b"").await,
                    2 => {
                        exchange
                            .answer(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32603, "message": "x" } }))
                            .await
                    }
                    3 => exchange.reset(),
                    _ => exchange.closed().await,
                }
            });
            assert_unavailable(&answer);
        }
    }
    assert!(upstream.seen_of("tools/call").is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_as_unavailable() {
    let gone = {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        socket.local_addr().unwrap()
    };
    let gateway = Gateway::with_server(json!({ "url": format!("http://{gone}/mcp") }), allow()).await;
    let modern = Agent::modern(&gateway);
    let answer = modern.call("echo", json!({})).await;
    assert_unavailable(&answer);
    assert!(!answer.to_string().contains(&gone.port().to_string()), "where it is, is not told");
    let other = modern.ask("resources/list", json!({})).await;
    assert_eq!(other["error"]["code"], -32603);
    let legacy = modern.speaking(world::LEGACY);
    let response = legacy.send(&legacy.request(&legacy.hello())).await;
    assert_eq!((response.status, response.code()), (200, Some(-32603)));
}

#[tokio::test]
async fn on_stdio_a_call_ends_in_time_whatever_the_server_says() {
    let record = Record::new();
    let gateway = Gateway::with_server(impatient(peer(&record, &[])), allow()).await;
    for agent in Agent::both(&gateway).await {
        for (tool, answers) in
            [("never", false), ("wrong", false), ("garbled", false), ("huge", false), ("twice", true)]
        {
            let begun = Instant::now();
            let answer = agent.call(tool, json!({ "bytes": 100_000 })).await;
            assert!(begun.elapsed() < LATEST, "{tool}: {:?}", begun.elapsed());
            if answers {
                assert_echoed(&answer, &json!({ "bytes": 100_000 }));
            } else {
                assert_unavailable(&answer);
            }
            assert_echoed(&agent.call("echo", json!({ "after": tool })).await, &json!({ "after": tool }));
        }
    }
}

/// Each with programs of its own, because after it they do nothing else.
#[tokio::test]
async fn on_stdio_a_call_ends_in_time_however_the_server_goes_on() {
    for tool in ["drip", "chatter", "mute"] {
        let record = Record::new();
        let gateway = Gateway::with_server(impatient(peer(&record, &[])), allow()).await;
        for agent in Agent::both(&gateway).await {
            assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
            let post = agent.request(&call(json!("mine"), tool, json!({ "x": FOREIGN })));
            let begun = Instant::now();
            let response = agent.send(&post).await;
            assert!(begun.elapsed() < LATEST, "{tool}: {:?}", begun.elapsed());
            let answer = response.messages().pop().unwrap();
            assert_eq!(answer["id"], "mine");
            assert_unavailable(&answer);
            assert!(!response.text().contains(FOREIGN), "{tool}: {}", response.text());
        }
    }
}

#[tokio::test]
async fn a_program_that_reads_no_more_holds_nobody_up() {
    let record = Record::new();
    let server = impatient(peer(&record, &["--deaf", "notifications/deaf"]));
    let gateway = Gateway::with_server(server, allow()).await;
    for agent in Agent::both(&gateway).await {
        assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
        agent.send(&agent.request(&notification("notifications/deaf", json!({})))).await;
        let begun = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..200 {
            let agent = agent.clone();
            calls.spawn(async move { agent.call("echo", json!({ "x": "x".repeat(4000) })).await });
        }
        for answer in calls.join_all().await {
            assert_unavailable(&answer);
        }
        assert!(begun.elapsed() < LATEST + LATEST, "{:?}", begun.elapsed());
    }
}

/// A request of the server stops the clock of the call that it is for, and no other's.
#[tokio::test]
async fn a_servers_request_that_nobody_answers_stops_no_other_calls_clock() {
    let record = Record::new();
    let gateway = Gateway::with_server(impatient(peer(&record, &[])), allow()).await;
    let agent = Agent::legacy(&gateway).await;
    let ask = call(json!(1), "ask", json!({ "method": "roots/list", "params": {} }));
    let mut asked = agent.begin(&agent.request(&ask)).await.events().await;
    assert_eq!(asked.message().await["method"], "roots/list");
    let begun = Instant::now();
    assert_unavailable(&agent.call("never", json!({})).await);
    assert!(begun.elapsed() < LATEST, "{:?}", begun.elapsed());

    let (upstream, gateway) = self::gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut streams = upstream.take("GET");
    let (mut events, mut unasked) = tokio::join!(agent.listen(), async { streams.next().await.stream().await });
    unasked.message(&json!({ "jsonrpc": "2.0", "id": 1, "method": "roots/list" })).await;
    assert_eq!(events.message().await["method"], "roots/list");
    let mut calls = upstream.take("tools/call");
    let response = call_during(&agent, &mut calls, "nothing", async |mut exchange| exchange.closed().await).await;
    assert_unavailable(&response.answer());
}

/// Takes five seconds: so long a server may take to accept what is owed no answer.
#[tokio::test]
async fn what_a_server_does_not_accept_holds_nobody_up() {
    let (upstream, gateway) = gateway().await;
    let agent = Agent::legacy(&gateway).await;
    let mut calls = upstream.take("tools/call");
    let _deaf =
        ["notifications/roots/list_changed", "notifications/vendor", "answer"].map(|method| upstream.take(method));
    let ask = agent.request(&call(json!(1), "echo", json!({})));
    let (connection, exchange) = tokio::join!(agent.begin(&ask), calls.next());
    let (mut events, mut stream) = tokio::join!(connection.events(), exchange.stream());
    stream.message(&json!({ "jsonrpc": "2.0", "id": 1, "method": "roots/list" })).await;
    events.message().await;
    let mut posts = JoinSet::new();
    for message in [
        notification("notifications/roots/list_changed", json!({})),
        notification("notifications/vendor", json!({})),
        json!({ "jsonrpc": "2.0", "id": 1, "result": { "roots": [] } }),
    ] {
        let (agent, post) = (agent.clone(), agent.request(&message));
        posts.spawn(async move { agent.send(&post).await.status });
    }
    for status in posts.join_all().await {
        assert_eq!(status, 202);
    }
}

/// A server that mixes everything up, under many callers at once.
#[tokio::test]
async fn nobody_gets_what_is_anothers() {
    const CALLS: usize = 200;
    let (upstream, gateway) = gateway().await;
    let mut calls = upstream.take("tools/call");
    let mut agents = Agent::both(&gateway).await.to_vec();
    agents.push(Agent::legacy(&gateway).await);
    let mut callers = JoinSet::new();
    for (place, agent) in agents.into_iter().enumerate() {
        callers.spawn(async move {
            let mut served = 0;
            for batch in 0..CALLS / 10 {
                let mut calls = JoinSet::new();
                for number in 0..10 {
                    let arguments = json!({ "own": format!("{place}-{batch}-{number}") });
                    let (agent, post) = (agent.clone(), agent.request(&call(json!(1), "echo", arguments.clone())));
                    calls.spawn(async move { (agent.send(&post).await.answer(), arguments) });
                }
                for (answer, arguments) in calls.join_all().await {
                    if answer["result"]["isError"] == true {
                        assert_unavailable(&answer);
                    } else {
                        assert_echoed(&answer, &arguments);
                        served += 1;
                    }
                }
            }
            served
        });
    }
    let serve = async {
        let mut ways = JoinSet::new();
        let mut last = json!({ "jsonrpc": "2.0", "id": 1, "result": world::echo(&json!({ "own": "nobody's" })) });
        for number in 0.. {
            let exchange = calls.next().await;
            let own = world::answer(&exchange.seen.message).unwrap();
            ways.spawn(confuse(exchange, number, std::mem::replace(&mut last, own)));
        }
    };
    let served: usize = tokio::select! {
        served = callers.join_all() => served.into_iter().sum(),
        () = serve => 0,
    };
    assert!(served > CALLS, "{served} calls were served");
}

/// Answers a request in one of many ways, with another request's answer at hand.
async fn confuse(mut exchange: Exchange, number: usize, other: Value) {
    let own = world::answer(&exchange.seen.message).unwrap();
    match number % 7 {
        0 => exchange.answer(other).await,
        1 => {
            let mut stream = exchange.stream().await;
            for answer in [&other, &own, &other] {
                stream.message(answer).await;
            }
            stream.end().await;
        }
        2 => {
            // More than was asked for, on a connection that may be used again.
            let two = whole("200 OK", "application/json", &own.to_string())
                + &whole("200 OK", "application/json", &other.to_string());
            exchange.raw(two.as_bytes()).await;
            exchange.closed().await;
        }
        3 => exchange.reset(),
        4 => {
            let mut own_id = other;
            own_id["id"] = json!(exchange.id().as_u64().unwrap() + 1);
            exchange.answer(own_id).await;
        }
        _ => exchange.answer(own).await,
    }
}

#[tokio::test]
async fn on_stdio_nobody_gets_what_is_anothers() {
    const CALLS: usize = 200;
    let record = Record::new();
    let gateway = Gateway::with_server(impatient(peer(&record, &["--noise"])), allow()).await;
    let mut agents = Agent::both(&gateway).await.to_vec();
    agents.push(Agent::legacy(&gateway).await);
    let mut calls = JoinSet::new();
    for (place, agent) in agents.into_iter().enumerate() {
        for number in 0..CALLS / 3 {
            let tool = ["echo", "twice", "echo", "wrong", "progress"][number % 5];
            let arguments = json!({ "own": format!("{place}-{number}"), "steps": 3 });
            let (agent, post) = (agent.clone(), agent.request(&call(json!(1), tool, arguments.clone())));
            calls.spawn(async move { (agent.send(&post).await.answer(), tool, arguments) });
        }
    }
    for (answer, tool, arguments) in calls.join_all().await {
        if tool == "wrong" {
            assert_unavailable(&answer);
        } else {
            assert_echoed(&answer, &arguments);
        }
    }
}

#[tokio::test]
async fn a_tool_may_have_a_time_of_its_own() {
    let record = Record::new();
    let more = json!({ "timeout": "10m", "tools": { "never": { "timeout": "200ms" } } });
    let gateway = Gateway::start(&anonymous(with(peer(&record, &[]), with(more, json!({ "policy": allow() }))))).await;
    let agent = Agent::modern(&gateway);
    let begun = Instant::now();
    let answer = agent.call("never", json!({})).await;
    assert_unavailable(&answer);
    assert!(answer.to_string().contains("did not answer within 0.2 s"), "{answer}");
    assert!(begun.elapsed() < LATEST);
    let cancelled = record.until_seen("notifications/cancelled", 1).await;
    assert_eq!(cancelled[0]["params"]["requestId"], record.messages("tools/call")[0]["id"], "the server is told");
}
