//! Whatever a plugin does, it ends as a Deny with its code, and the next plugin answers.

use std::time::Duration;

use tokio_util::task::TaskTracker;

use super::*;
use crate::call::Verdict;

/// Loads the hostile plugin for a deed.
async fn hostile(host: &Host, deed: &str) -> Arc<Plugin> {
    host.load("hostile", &guest("hostile"), format!("{deed:?}").as_bytes()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misdeed_is_a_refusal_with_its_code() {
    let host = host();
    let good = hostile(&host, "allow").await;
    for (deed, code, reason) in [
        ("allocate", "plugin.memory", "64 MiB"),
        ("recurse", "plugin.trap", "ran out of stack"),
        ("trap", "plugin.trap", "panicked"),
        ("bounds", "plugin.trap", "out of bounds"),
        ("panic", "plugin.trap", "panicked"),
        ("exit", "plugin.trap", "`exit`"),
        ("huge", "plugin.verdict", "too many"),
        ("long", "plugin.verdict", "longer than 1 KiB"),
        ("spoof", "plugin.verdict", "is for the gateway"),
        ("utf8", "plugin.verdict", "no answer"),
        ("bad-patch", "plugin.verdict", "pointer"),
        ("handles", "plugin.memory", "64 MiB"),
    ] {
        let reviewed = asked(&*hostile(&host, deed).await).await;
        let said = said(&reviewed);
        assert!(said.0 == code && said.1.contains(reason), "{deed}: {said:?}");
        assert_eq!(reviewed.verdict(), Verdict::Deny, "{deed}");
        assert_eq!(asked(&good).await.opinion, Opinion::Allow, "after {deed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_end_is_ended() {
    let host = hasty();
    let good = hostile(&host, "allow").await;
    for deed in ["spin", "select", "strings"] {
        let reviewed = asked(&*hostile(&host, deed).await).await;
        assert_eq!(said(&reviewed), ("plugin.timeout", "the plugin gave no verdict within 50 ms"), "{deed}");
        assert_eq!(reviewed.verdict(), Verdict::Deny, "{deed}");
        assert!(reviewed.took >= Duration::from_millis(50), "{deed} was ended after {:?}", reviewed.took);
        // Where the machine is busy, 50 ms may be too short for anybody once.
        while asked(&good).await.opinion != Opinion::Allow {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_longer_than_a_moment_is_heard_too() {
    let host = host();
    let plugin = hostile(&host, "toil").await;
    for call in 0..3 {
        assert_eq!(said(&asked(&plugin).await), ("toil", "1249999975000000"), "call {call}");
    }
    assert!(!plugin.pace.is_worth_a_moment(), "others on its thread would wait for it again and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_passed_on_and_shown_safely() {
    let host = host();
    let denied = asked(&*hostile(&host, "deny").await).await;
    assert_eq!((denied.verdict(), said(&denied)), (Verdict::Deny, ("no", "because")));

    let asks = asked(&*hostile(&host, "ask").await).await;
    assert_eq!(asks.verdict(), Verdict::Ask);
    assert_eq!(asks.finding().unwrap().pointer.as_deref(), Some("/command"));

    let hidden = asked(&*hostile(&host, "hidden").await).await;
    assert_eq!(said(&hidden), ("hidden", r"\u{202e}\u{1b}[2J\u{200b}x\u{e0041}\n[doorward] allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_lines_is_cut_and_harms_nothing() {
    assert_eq!(asked(&*hostile(&host(), "log").await).await.opinion, Opinion::Allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_from_one_call_to_the_next() {
    let host = host();
    for (deed, same) in [("remember", "0"), ("stale", "0")] {
        let plugin = hostile(&host, deed).await;
        for call in 0..20 {
            assert_eq!(said(&asked(&plugin).await).1, same, "{deed}, call {call}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_world_does_not_show_through() {
    let host = host();
    let plugin = hostile(&host, "world").await;
    let first = asked(&plugin).await;
    let (_, told) = said(&first);
    assert!(told.starts_with("env 0 args 0 wall Ok(1790000000123) passed 0ns"), "{told}");
    assert!(told.ends_with("stdin Ok(0)"), "{told}");
    assert_eq!(asked(&plugin).await.opinion, first.opinion);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_sees_the_call_as_it_was_judged() {
    let host = host();
    let plugin = hostile(&host, "document").await;
    let call = call(r#"{ "command":"uptime", "n":1.50, "deep":[{"é":null}] }"#);
    let sent = String::from_utf8(call.document().unwrap().bytes().to_vec()).unwrap();
    assert_eq!(said(&plugin.check(&call, context()).await).1, sent);

    let told = asked(&*hostile(&host, "context").await).await;
    let (_, told) = said(&told);
    for part in ["c-1", "mcp-ssh", "backgroundExecute", "\"ci\"", "ops", "1790000000123"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_spins_takes_its_own_places_only() {
    let host = Host::new(Limits { concurrent: 1, patience: Duration::from_millis(50), ..Limits::default() }).unwrap();
    let spinning = hostile(&host, "spin").await;
    let tasks = TaskTracker::new();
    let calls = (0..16).map(|_| {
        let plugin = Arc::clone(&spinning);
        tasks.spawn(async move { asked(&plugin).await })
    });
    let reviews = futures_util::future::try_join_all(calls).await.unwrap();
    let codes: Vec<_> = reviews.iter().map(|reviewed| said(reviewed).0).collect();
    assert!(codes.iter().all(|code| ["plugin.timeout", "plugin.busy"].contains(code)), "{codes:?}");
    assert!(codes.contains(&"plugin.timeout") && codes.contains(&"plugin.busy"), "{codes:?}");
}

#[tokio::test]
async fn a_runtime_of_one_thread_will_do() {
    let host = host();
    assert_eq!(asked(&*hostile(&host, "allow").await).await.opinion, Opinion::Allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_end_in_time_also_after_the_ticker_slept_and_the_host_went() {
    let host = hasty();
    let spinning = hostile(&host, "spin").await;
    while !host.house.ticker.is_asleep() {
        tokio::task::yield_now().await;
    }
    assert_eq!(said(&asked(&spinning).await).0, "plugin.timeout");
    drop(host);
    assert_eq!(said(&asked(&spinning).await).0, "plugin.timeout");
}
