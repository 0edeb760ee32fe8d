//! What a call of a plugin costs. `cargo test --release -p doorward figures -- --ignored --nocapture` prints it.

use std::time::Duration;

use super::*;
use crate::clock::Stopwatch;

const CALLS: usize = 5_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn a_call_costs_little() {
    let host = hasty();
    let component = first_party("shell-guard").unwrap();
    let watch = Stopwatch::start();
    let settings = br#"{"arguments":["/command"]}"#;
    let guard = host.load("shell-guard", component, settings).await.unwrap();
    println!("shell-guard: {} KiB, compiled and snapshot in {:?}", component.len() >> 10, watch.elapsed());
    let hostile = host.load("small", &guest("hostile"), b"\"allow\"").await.unwrap();
    let without = {
        let settings = str::from_utf8(settings).unwrap();
        let raw = host.raw(Digest::of(component), component).await.unwrap();
        let house = Arc::clone(&host.house);
        Arc::new(Plugin::new("shell-guard", settings, Arc::new(raw.with(settings)), house, Limits::default()))
    };
    assert!(guard.is_snapshot() && !without.is_snapshot());
    for (name, plugin) in [("shell-guard without a snapshot", without), ("shell-guard", guard), ("small", hostile)] {
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

/// What each guard makes of a call as agents send it, and of the hardest that it takes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn the_hardest_call_of_every_guard_costs_little() {
    let paths = r#"{"paths":[{"arguments":["/p/*"],"within":["/srv"],"access":"write"}]}"#;
    let hosts = r#"{"targets":[{"arguments":["/u/*"],"kind":"url","hosts":["*.example.com"]}]}"#;
    let sql = r#"{"arguments":["/q"],"dialect":"postgres"}"#;
    let host = hasty();
    for (name, settings, arguments) in [
        ("path-guard", paths, r#"{"p":["/srv/app/main.conf"]}"#.to_owned()),
        ("path-guard", paths, format!(r#"{{"p":[{}]}}"#, [r#""/srv/a/b/c""#; 64].join(","))),
        ("net-guard", hosts, r#"{"u":["https://www.example.com/a?b"]}"#.to_owned()),
        ("net-guard", hosts, format!(r#"{{"u":[{}]}}"#, [r#""https://www.example.com/a?b=c""#; 128].join(","))),
        (
            "sql-guard",
            sql,
            r#"{"q":"SELECT a, count(*) FROM t WHERE b = 'x' GROUP BY a ORDER BY 2 DESC LIMIT 5"}"#.to_owned(),
        ),
        ("sql-guard", sql, format!(r#"{{"q":"SELECT {}1"}}"#, "1,".repeat(490))),
        ("sql-guard", sql, format!(r#"{{"q":"SELECT {}1"}}"#, "a+".repeat(490))),
        ("sql-guard", sql, format!(r#"{{"q":"SELECT {}1"}}"#, "upper(a),".repeat(190))),
        ("sql-guard", sql, format!(r#"{{"q":"{}SELECT 1"}}"#, "SELECT 1 UNION ".repeat(300))),
        ("sql-guard", sql, format!(r#"{{"q":"SELECT {}1{}"}}"#, "(".repeat(12), ")".repeat(12))),
    ] {
        let watch = Stopwatch::start();
        let guard = host.load(name, first_party(name).unwrap(), settings.as_bytes()).await.unwrap();
        let loaded = watch.elapsed();
        let call = call(&arguments);
        let mut took = Vec::with_capacity(200);
        for _ in 0..200 {
            let reviewed = guard.check(&call, context()).await;
            assert_eq!(reviewed.opinion, Opinion::Allow, "{arguments}");
            took.push(reviewed.took);
        }
        took.sort();
        let begun = arguments.chars().take(40).collect::<String>();
        println!(
            "{name} (loaded in {loaded:?}): p50 {:?}, p90 {:?} for {} bytes, {begun}",
            took[100],
            took[180],
            arguments.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn replies_are_searched_for_secrets_in_time() {
    let guard = host().load("secret-redact", first_party("secret-redact").unwrap(), b"{}").await.unwrap();
    let line = "2026-11-21T10:00:00Z app[123]: GET /users?page=2 200 token refreshed for bob, see https://wiki/x ";
    for lines in [1, 10, 100, 1000, 8000] {
        let reply = object(&format!(r#"{{"content":[{{"type":"text","text":"{}"}}]}}"#, line.repeat(lines)));
        let mut took: Vec<_> = Vec::new();
        for _ in 0..20 {
            let watch = Stopwatch::start();
            let opinion = guard.inspect(&call("{}"), &context(), (Answered::Result, &reply), None).await.opinion;
            assert_eq!(opinion, Inspection::Pass);
            took.push(watch.elapsed());
        }
        took.sort();
        println!("secret-redact: p50 {:?} for {} KiB", took[10], (line.len() * lines) >> 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn others_do_not_feel_a_plugin_that_spins() {
    let host = hasty();
    let good = host.load("good", &guest("hostile"), b"\"allow\"").await.unwrap();
    // Another component, so that it has places of its own.
    let guard = host.load("shell-guard", first_party("shell-guard").unwrap(), br#"{"arguments":["/command"]}"#);
    let guard = guard.await.unwrap();
    let spinning = host.load("spinning", &guest("hostile"), b"\"spin\"").await.unwrap();
    let quiet = percentile(&guard, 1000).await;
    let tasks = tokio_util::task::TaskTracker::new();
    for _ in 0..4 {
        let spinning = Arc::clone(&spinning);
        tasks.spawn(async move {
            for _ in 0..20 {
                asked(&spinning).await;
            }
        });
    }
    tasks.close();
    let beside = percentile(&guard, 1000).await;
    tasks.wait().await;
    assert_eq!(asked(&good).await.opinion, Opinion::Allow);
    println!("p99 of shell-guard: {quiet:?}, beside a plugin that spins {beside:?}");
}

/// The 99th percentile of `calls` calls, made on a thread that serves others too.
async fn percentile(plugin: &Arc<Plugin>, calls: usize) -> Duration {
    let plugin = Arc::clone(plugin);
    let work = async move {
        let mut took = Vec::with_capacity(calls);
        for _ in 0..calls {
            took.push(asked(&plugin).await.took);
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        took.sort();
        took[calls * 99 / 100]
    };
    tokio_util::task::TaskTracker::new().spawn(work).await.unwrap()
}
