//! No room for another byte, under load: no call passes without a record, and all goes on by itself when there is room.
//!
//! A limit to the size of the process's files stands in for the full disk wherever tests run; where the machine allows
//! a disk to be mounted, a disk is filled.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use doorward_tests::agent::{assert_echoed, assert_unavailable, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Gateway, Record, Upstream, until};
use serde_json::{Value, json};

use crate::home::Home;
use crate::limits::assert_limited;
use crate::load::Load;
use crate::pipe::Pipe;

/// Room for all that a test writes before and after the disk is full.
const DISK: u64 = 32 << 20;

fn policy(max: u64) -> Value {
    let limit = json!({ "counter": "echoes", "window": "minute", "max": max, "scope": "grant" });
    json!({ "version": "1", "default": "deny", "tools": { "echo": { "limits": [limit] } } })
}

fn config(upstream: &Upstream, max: u64) -> Value {
    anonymous(with(upstream.server(), json!({ "policy": policy(max) })))
}

/// A disk, or a loud word that there is none.
async fn disk() -> Option<Home> {
    match Home::on_a_disk_of(DISK).await {
        Ok(home) => Some(home),
        Err(why) => {
            println!("SKIPPED: no disk can be mounted here, neither as root nor in a user namespace: {why}");
            None
        }
    }
}

/// Writes to a file until not another byte finds room.
fn fill(ballast: &Path) {
    let mut file = File::create(ballast).unwrap();
    for chunk in [1 << 16, 1] {
        let full = loop {
            if let Err(error) = file.write_all(&vec![0; chunk]) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }
}

/// Takes the room under load, gives it back, and looks at what reached the server and at what is recorded.
async fn without_room(home: &Home, take: impl FnOnce(&Gateway), give: impl FnOnce(&Gateway)) {
    let upstream = Upstream::start().await;
    let mut gateway = home.gateway(&config(&upstream, 1_000_000)).await;
    let load = Load::on(&gateway).await;
    load.until_passed(100).await;

    take(&gateway);
    load.until_refused(200).await;
    let ready = gateway.visit("/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().starts_with("decisions cannot be recorded: "), "{}", ready.text());
    assert_eq!(gateway.visit("/livez").await.status, 200);

    give(&gateway);
    load.until_passed(100).await;
    until("the gateway to be ready", async || (gateway.visit("/readyz").await.status == 200).then_some(())).await;
    let (passed, refused) = load.stopped().await;
    gateway.stopped().await;

    let seen = upstream.seen_of("tools/call");
    assert_eq!(seen.len(), passed, "what was refused did not reach the server");
    let allowed = home.allowed(&home.journals());
    for seen in seen {
        assert!(allowed.contains(&home.digest(&seen.arguments())), "no decision of {}", seen.arguments());
    }
    let entries = home.entries();
    let gaps: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "gap").collect();
    assert!(!gaps.is_empty() && gaps.iter().all(|gap| gap["lost"] == 0), "{gaps:?}");
    home.verified().await;
    println!("{passed} calls passed and {refused} were refused for want of room; none without a record");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn files_that_may_not_grow_refuse_every_call_until_they_may() {
    let home = Home::new();
    without_room(&home, |gateway| gateway.process.limit_files(Some(1)), |gateway| gateway.process.limit_files(None))
        .await;
}

#[tokio::test]
async fn a_full_disk_refuses_every_call_until_there_is_room() {
    let Some(home) = disk().await else { return };
    let ballast = home.path().join("ballast");
    without_room(&home, |_| fill(&ballast), |_| fs::remove_file(&ballast).unwrap()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_has_reached_the_limit_is_followed_by_another_and_no_call_is_refused() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let policy = json!({ "version": "1", "default": "allow" });
    let mut gateway = home.gateway(&anonymous(with(upstream.server(), json!({ "policy": policy })))).await;
    gateway.process.limit_files(Some(64 << 10));
    let load = Load::on(&gateway).await;
    load.until_passed(500).await;
    let (passed, refused) = load.stopped().await;
    gateway.stopped().await;
    assert_eq!(refused, 0);
    assert!(home.journals().len() > 3, "{passed} calls fill more than {} files", home.journals().len());
    home.verified().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_wrapped_server_waits_for_room_too() {
    let (home, record) = (Home::new(), Record::new());
    let mut pipe = Pipe::modern(&home, &policy(2), &record);
    assert_echoed(&pipe.call("echo", &json!({ "n": 1 })).await, &json!({ "n": 1 }));
    pipe.process.limit_files(Some(1));
    for _ in 0..3 {
        assert_unavailable(&pipe.call("echo", &json!({ "n": 2 })).await);
    }
    assert_eq!(record.messages("tools/call").len(), 1);
    pipe.process.limit_files(None);
    assert_echoed(&pipe.call("echo", &json!({ "n": 3 })).await, &json!({ "n": 3 }));
    assert_limited(&pipe.call("echo", &json!({ "n": 4 })).await, "/tools/echo/limits/echoes");
}

/// The record is on another disk, so that only the counters have no room.
async fn counted(home: &Home, take: impl FnOnce(&Gateway), give: impl FnOnce(&Gateway)) {
    const MAX: usize = 5;
    let (upstream, record) = (Upstream::start().await, Home::new());
    let audit = json!({ "audit": { "dir": record.audit() } });
    let mut gateway = home.gateway(&with(config(&upstream, MAX as u64), audit)).await;
    let agent = Agent::modern(&gateway);
    assert_echoed(&agent.call("echo", json!({ "n": 0 })).await, &json!({ "n": 0 }));
    take(&gateway);
    for number in 0..2 * MAX {
        let refused = agent.call("echo", json!({ "n": number })).await;
        assert_unavailable(&refused);
        assert!(text(&refused).contains("limits cannot be counted at present"), "{refused}");
    }
    assert_eq!(upstream.seen_of("tools/call").len(), 1);
    give(&gateway);
    // What was refused for want of room counted against no limit.
    for number in 1..MAX {
        assert_echoed(&agent.call("echo", json!({ "n": number })).await, &json!({ "n": number }));
    }
    assert_limited(&agent.call("echo", json!({})).await, "/tools/echo/limits/echoes");
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
    gateway.stopped().await;
    record.verified().await;
}

#[tokio::test]
async fn counters_on_a_full_disk_refuse_every_call_until_there_is_room() {
    let Some(home) = disk().await else { return };
    let ballast = home.path().join("ballast");
    counted(&home, |_| fill(&ballast), |_| fs::remove_file(&ballast).unwrap()).await;
}
