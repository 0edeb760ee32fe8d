//! What a call of a plugin costs. `cargo test --release -p doorward figures -- --ignored --nocapture` prints it.

use std::time::Duration;

use super::*;
use crate::clock::Stopwatch;

const CALLS: usize = 5_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn a_call_costs_little() {
    let host = host();
    let component = first_party("shell-guard").unwrap();
    let watch = Stopwatch::start();
    let settings = br#"{"arguments":["/command"]}"#;
    let guard = host.load("shell-guard", component, settings).await.unwrap();
    println!("shell-guard: {} KiB, compiled in {:?}", component.len() >> 10, watch.elapsed());
    let hostile = host.load("small", &guest("hostile"), b"\"allow\"").await.unwrap();
    for (name, plugin) in [("shell-guard", guard), ("small", hostile)] {
        let call = call(r#"{"command":"df -h && journalctl -u sshd --since today | tail -n 50"}"#);
        let mut took = Vec::with_capacity(CALLS);
        for _ in 0..CALLS {
            let reviewed = plugin.check(&call, context()).await;
            assert_eq!(reviewed.opinion, Opinion::Allow);
            took.push(reviewed.took);
        }
        took.sort();
        let at = |part: usize| took[CALLS * part / 1000];
        println!("{name}: p50 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
        assert!(at(500) < Duration::from_millis(10));
    }
}
