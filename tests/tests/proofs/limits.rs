//! Limits hold exactly: for callers at once, and for processes at once.

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, grant, token, with};
use doorward_tests::{Agent, Gateway, Record, Upstream, world};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::home::Home;
use crate::pipe::Pipe;

const MAX: usize = 5;
const CALLERS: usize = 64;

fn policy() -> Value {
    let limit = json!({ "counter": "echoes", "window": "minute", "max": MAX, "scope": "grant" });
    json!({ "version": "1", "default": "deny", "tools": { "echo": { "limits": [limit] } } })
}

fn config(upstream: &Upstream) -> Value {
    json!({
        "servers": { "s": with(upstream.server(), json!({ "policy": policy() })) },
        "grants": [grant("a", json!({ "s": {} })), grant("b", json!({ "s": {} }))],
    })
}

/// Checks that a call was refused by this limit of a minute, and that the agent is told when to come again.
pub(crate) fn assert_limited(answer: &Value, rule: &str) {
    let (result, decision) = (&answer["result"], &answer["result"]["_meta"]["doorward/decision"]);
    assert_eq!(result["isError"], true, "{answer}");
    let begins = format!("[doorward] rate limited by rule {rule}: ");
    assert!(text(answer).starts_with(&begins), "{begins} is not how this begins: {answer}");
    assert_eq!((&decision["verdict"], &decision["rule"]), (&json!("limit"), &json!(rule)), "{answer}");
    let wait = decision["retryAfterMs"].as_u64().unwrap_or_default();
    assert!((1..=60_000).contains(&wait), "{answer}");
    assert!(decision["record"].is_string(), "{answer}");
}

/// How many of these answers came from the server; every other must be the limit's.
pub(crate) fn admitted(answers: &[Value]) -> usize {
    let (refused, passed): (Vec<&Value>, Vec<_>) = answers.iter().partition(|it| it["result"]["isError"] == true);
    for answer in refused {
        assert_limited(answer, "/tools/echo/limits/echoes");
    }
    passed.len()
}

/// Calls with so many callers at once, in turn at each gateway and in each era.
async fn rush(gateways: &[&Gateway], name: &str) -> Vec<Value> {
    let mut agents = Vec::new();
    for gateway in gateways {
        let modern = Agent::modern(gateway).with_token(&token(name));
        agents.push(modern.clone().speaking(world::LEGACY).opened().await);
        agents.push(modern);
    }
    let mut callers = JoinSet::new();
    for (number, agent) in agents.iter().cycle().take(CALLERS).enumerate() {
        let agent = agent.clone();
        callers.spawn(async move { agent.call("echo", json!({ "n": number })).await });
    }
    callers.join_all().await
}

#[tokio::test]
async fn of_callers_at_once_exactly_so_many_pass_for_each_grant() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateway = home.gateway(&config(&upstream)).await;
    assert_eq!(admitted(&rush(&[&gateway], "a").await), MAX);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
    assert_eq!(admitted(&rush(&[&gateway], "b").await), MAX, "each grant counts for itself");
    assert_eq!(upstream.seen_of("tools/call").len(), 2 * MAX);
    assert_eq!(home.decisions("allow").await.len(), 2 * MAX);
}

#[tokio::test]
async fn two_gateways_of_one_user_count_together() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateways = [home.gateway(&config(&upstream)).await, home.gateway(&config(&upstream)).await];
    assert_eq!(admitted(&rush(&[&gateways[0], &gateways[1]], "a").await), MAX);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
}

#[tokio::test]
async fn a_limit_outlives_the_process_that_counted() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateway = home.gateway(&config(&upstream)).await;
    assert_eq!(admitted(&rush(&[&gateway], "a").await), MAX);
    drop(gateway);
    let gateway = home.gateway(&config(&upstream)).await;
    assert_eq!(admitted(&rush(&[&gateway], "a").await), 0);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
}

#[tokio::test]
async fn two_wrapped_servers_of_one_user_count_together() {
    let (home, record) = (Home::new(), Record::new());
    let mut pipes = [Pipe::modern(&home, &policy(), &record), Pipe::legacy(&home, &policy(), &record).await];
    for number in 0..CALLERS / 2 {
        for pipe in &mut pipes {
            pipe.begin(&json!(number), "echo", &json!({ "n": number })).await;
        }
    }
    let mut answers = Vec::new();
    for pipe in &mut pipes {
        for _ in 0..CALLERS / 2 {
            answers.push(pipe.next().await);
        }
    }
    assert_eq!(admitted(&answers), MAX);
    assert_eq!(record.messages("tools/call").len(), MAX);
}

#[tokio::test]
async fn calls_count_as_what_their_arguments_say_however_they_are_counted() {
    for algorithm in [json!({}), json!({ "algorithm": "token_bucket" })] {
        let (home, upstream) = (Home::new(), Upstream::start().await);
        let limit = json!({ "counter": "spent", "window": "day", "max": 10, "cost": "args.n" });
        let limits = json!({ "limits": [with(limit, algorithm.clone())] });
        let policy = json!({ "version": "1", "default": "deny", "tools": { "echo": limits, "region": limits } });
        let config = anonymous(with(upstream.server(), json!({ "policy": policy })));
        let gateway = home.gateway(&config).await;
        let agent = Agent::modern(&gateway);
        for number in [json!(-5), json!("5"), json!(0.000_000_1), json!([1]), Value::Null] {
            let answer = agent.call("echo", json!({ "n": number })).await;
            assert_denied(&answer, "/tools/echo/limits/spent");
            assert!(text(&answer).contains("cannot be told; allowed instead: a call in which `args.n` is"), "{answer}");
        }
        let never = agent.call("echo", json!({ "n": 10.5 })).await;
        assert_denied(&never, "/tools/echo/limits/spent");
        assert!(text(&never).ends_with("this call counts as 10.5, so it can never pass"), "{never}");
        for (tool, number) in [("echo", 4.75), ("region", 4.75), ("echo", 0.0)] {
            assert!(agent.call(tool, json!({ "n": number })).await["result"]["isError"] != true, "{tool} {number}");
        }
        // What was spent is known to the next process as well.
        drop(gateway);
        let gateway = home.gateway(&config).await;
        let agent = Agent::modern(&gateway);
        let over = agent.call("region", json!({ "n": 0.75 })).await;
        let decision = &over["result"]["_meta"]["doorward/decision"];
        assert_eq!((&decision["verdict"], &decision["rule"]), (&json!("limit"), &json!("/tools/region/limits/spent")));
        assert!(decision["retryAfterMs"].as_u64().unwrap() <= 86_400_000, "{over}");
        assert!(agent.call("echo", json!({ "n": 0.5 })).await["result"]["isError"] != true);
        assert_eq!(home.decisions("allow").await.len(), 4);
    }
}

#[tokio::test]
async fn the_recommended_policies_let_ten_a_minute_pass_and_nothing_else() {
    const TOOLS: [&str; 5] = [
        "stopAllBackgroundTasks",
        "backgroundExecute",
        "ssh_cancel_async_task",
        "ssh_cancel_command",
        "pause_background_task",
    ];
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut lists = upstream.take("tools/list");
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        loop {
            lists.next().await.result(world::listed(&TOOLS)).await;
        }
    });
    let mut servers = json!({});
    for tool in TOOLS {
        let limit = json!({ "counter": format!("{tool}_rate"), "window": "minute", "max": 10, "scope": "grant" });
        let policy = json!({ "version": "1", "default": "deny", "tools": { tool: { "limits": [limit] } } });
        servers[tool] = with(upstream.server(), json!({ "policy": policy }));
    }
    let seats: Value = TOOLS.iter().map(|tool| ((*tool).to_owned(), json!({}))).collect();
    let gateway = home.gateway(&json!({ "servers": servers, "anonymous": { "servers": seats } })).await;
    for (place, tool) in TOOLS.into_iter().enumerate() {
        let agent = Agent::modern(&gateway).at(tool);
        for number in 0..10 {
            let arguments = json!({ "n": number });
            assert_echoed(&agent.call(tool, arguments.clone()).await, &arguments);
        }
        assert_limited(&agent.call(tool, json!({})).await, &format!("/tools/{tool}/limits/{tool}_rate"));
        let other = TOOLS[(place + 1) % TOOLS.len()];
        assert_denied(&agent.call(other, json!({})).await, "(default deny)");
        assert_eq!(upstream.seen_of("tools/call").len(), 10 * (place + 1));
    }
}

#[tokio::test]
async fn a_call_that_a_rule_refuses_counts_against_no_limit() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let require = json!({ "conditions": [{ "path": "args.n", "op": "lt", "value": 100 }], "on_deny": "too much" });
    let policy = with(policy(), json!({ "tools": { "echo": { "require": [require] } } }));
    let gateway = home.gateway(&anonymous(with(upstream.server(), json!({ "policy": policy })))).await;
    let agent = Agent::modern(&gateway);
    for number in 0..MAX {
        let refused = agent.call("echo", json!({ "n": 100 + number })).await;
        assert_denied(&refused, "/tools/echo/require/args.n-lt");
        let arguments = json!({ "n": number });
        assert_echoed(&agent.call("echo", arguments.clone()).await, &arguments);
    }
    assert_limited(&agent.call("echo", json!({ "n": 1 })).await, "/tools/echo/limits/echoes");
}
