//! Killed at any moment: no call reached the server without a decision in the record, and the record stays whole.

use std::fs::OpenOptions;
use std::io::Write as _;

use doorward_tests::agent::{assert_echoed, call};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::process::until_gone;
use doorward_tests::{Agent, Connection, Gateway, Record, Upstream, until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::home::Home;
use crate::pipe::Pipe;

const CALLERS: usize = 16;

/// How often the gateway is killed: `PROOF_KILLS`, or what fits into a run of all tests.
fn rounds() -> usize {
    option_env_at_run("PROOF_KILLS").unwrap_or(20)
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration but the environment")]
pub(crate) fn option_env_at_run(name: &str) -> Option<usize> {
    Some(std::env::var(name).ok()?.parse().expect("a number"))
}

fn config(upstream: &Upstream) -> Value {
    anonymous(with(
        upstream.server(),
        json!({ "policy": { "version": "1", "default": "deny", "tools": { "echo": {} } } }),
    ))
}

/// A number below `bound`, of randomness.
fn random(bound: usize) -> usize {
    let mut bytes = [0; 2];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    usize::from(u16::from_ne_bytes(bytes)) % bound
}

/// Calls, each time with other arguments, until the gateway is gone.
async fn load(gateway: &Gateway, round: usize) -> JoinSet<usize> {
    let agent = Agent::modern(gateway);
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let mut connection = Connection::open(gateway.address).await;
        let agent = agent.clone();
        callers.spawn(async move {
            for number in 0.. {
                let message = call(json!(1), "echo", json!({ "unique": format!("{round}-{caller}-{number}") }));
                connection.send(&agent.request(&message).to_bytes()).await;
                if connection.try_response().await.is_none() {
                    return number;
                }
            }
            0
        });
    }
    callers
}

#[tokio::test]
async fn every_call_that_reached_the_server_has_a_decision_wherever_the_gateway_was_killed() {
    let (home, rounds) = (Home::new(), rounds());
    let (mut reached, mut answered) = (0, 0);
    for round in 0..rounds {
        let upstream = Upstream::start().await;
        let mut gateway = home.gateway(&config(&upstream)).await;
        if round > 0 {
            gateway.process.line("a record that broke off was repaired").await;
            if round % 5 == 0 {
                home.verified().await;
            }
        }
        let callers = load(&gateway, round).await;
        let enough = random(120);
        until("calls at the server", async || (upstream.seen_of("tools/call").len() >= enough).then_some(())).await;
        gateway.process.signal(Signal::SIGKILL);
        gateway.process.ended().await;
        answered += callers.join_all().await.into_iter().sum::<usize>();
        let allowed = home.allowed(&home.journals().split_off(round));
        for seen in upstream.seen_of("tools/call") {
            reached += 1;
            let arguments = seen.arguments();
            assert!(allowed.contains(&home.digest(&arguments)), "round {round}: no decision of {arguments}");
        }
    }
    println!("{rounds} kills: {reached} calls reached the server, {answered} were answered, none without a decision");
    assert!(reached >= answered && answered > 0);
    let upstream = Upstream::start().await;
    home.gateway(&config(&upstream)).await.stopped().await;
    home.verified().await;
}

#[tokio::test]
async fn every_call_that_reached_a_wrapped_server_has_a_decision_wherever_the_gateway_was_killed() {
    let policy = json!({ "version": "1", "default": "deny", "tools": { "echo": {} } });
    let (home, rounds) = (Home::new(), rounds());
    let (mut reached, mut answered) = (0, 0);
    for round in 0..rounds {
        // One that is killed early enough has no file.
        let (before, record) = (home.journals().len(), Record::new());
        let mut pipe = Pipe::modern(&home, &policy, &record);
        let mut numbers = 0..;
        let mut next = || {
            let number: usize = numbers.next().expect("there are enough numbers");
            (json!(number), json!({ "unique": format!("{round}-{number}") }))
        };
        for (id, arguments) in std::iter::repeat_with(&mut next).take(CALLERS) {
            pipe.begin(&id, "echo", &arguments).await;
        }
        for _ in 0..random(120) {
            pipe.next().await;
            answered += 1;
            let (id, arguments) = next();
            pipe.begin(&id, "echo", &arguments).await;
        }
        pipe.process.signal(Signal::SIGKILL);
        pipe.process.ended().await;
        until_gone(&record.pids()).await;
        let allowed = home.allowed(&home.journals().split_off(before));
        for seen in record.messages("tools/call") {
            reached += 1;
            let arguments = seen["params"]["arguments"].to_string();
            assert!(allowed.contains(&home.digest(&arguments)), "round {round}: no decision of {arguments}");
        }
    }
    println!("{rounds} kills: {reached} calls reached the program, {answered} were answered, none without a decision");
    assert!(reached >= answered && answered > 0);
    let upstream = Upstream::start().await;
    home.gateway(&config(&upstream)).await.stopped().await;
    home.verified().await;
}

#[tokio::test]
async fn a_torn_line_is_cut_off_at_the_next_start_and_told() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut gateway = home.gateway(&config(&upstream)).await;
    assert_echoed(&Agent::modern(&gateway).call("echo", json!({})).await, &json!({}));
    gateway.process.signal(Signal::SIGKILL);
    gateway.process.ended().await;
    let torn = home.journals().pop().unwrap();
    let whole = std::fs::read(&torn).unwrap();
    let half = &whole[..40];
    OpenOptions::new().append(true).open(&torn).unwrap().write_all(half).unwrap();
    let verify = ["audit", "verify", "--dir", home.audit().to_str().unwrap()].map(str::to_owned);
    let found = home.run(&verify.each_ref().map(String::as_str)).await;
    assert_eq!(found.status, Some(1), "a torn line is found: {}{}", found.stdout, found.stderr);

    let mut gateway = home.gateway(&config(&upstream)).await;
    let told = gateway.process.line("a record that broke off was repaired").await;
    assert!(told.contains("cut=40"), "{told}");
    assert!(told.contains(torn.file_name().unwrap().to_str().unwrap()), "{told}");
    assert_eq!(std::fs::read(&torn).unwrap(), whole);
    assert_echoed(&Agent::modern(&gateway).call("echo", json!({})).await, &json!({}));
    let entries = home.tail().await;
    let repair = entries.iter().find(|entry| entry["kind"] == "repair").expect("a repair is recorded");
    assert_eq!((&repair["cut"], &repair["size"]), (&json!(40), &json!(whole.len())), "{repair}");
    gateway.stopped().await;
    home.verified().await;
}
