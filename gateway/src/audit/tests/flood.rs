use std::collections::HashSet;
use std::sync::Arc;

use super::super::flood::{Cap, Refusals};
use super::*;

fn refusals() -> Refusals {
    Refusals::new(Arc::from("w"), Cap { per_second: 20, burst: 100 })
}

/// How many of `count` refusals at `millis` are written in full.
fn full(refusals: &mut Refusals, about: &About, count: usize, millis: u64) -> usize {
    let (time, now) = (Timestamp::from_millis(millis), Duration::from_millis(millis));
    let one = |_: &usize| refusals.count(&about.caller, &about.server, &about.refusal, time, now).is_none();
    (0..count).filter(one).count()
}

fn named(rule: usize) -> About {
    About { refusal: Refusal { rule: format!("rule-{rule}").into(), ..About::new().refusal }, ..About::new() }
}

#[test]
fn a_burst_is_written_in_full_and_then_so_many_a_second() {
    let mut refusals = refusals();
    let about = About::new();
    for (millis, come, written) in
        [(0, 50, 50), (0, 100, 50), (500, 100, 10), (1000, 5, 5), (1000, 100, 5), (100_000, 1000, 100)]
    {
        assert_eq!(full(&mut refusals, &about, come, millis), written, "{come} at {millis} ms");
    }
}

#[test]
fn callers_and_rules_have_caps_of_their_own_and_a_caller_one_over_all() {
    let mut refusals = refusals();
    assert_eq!(full(&mut refusals, &named(0), 1000, 0), 100);
    assert_eq!(full(&mut refusals, &About { caller: Caller::new("other"), ..named(0) }, 1000, 0), 100);
    assert_eq!(full(&mut refusals, &named(1), 1000, 0), 100);
    let more: usize = (2..20).map(|rule| full(&mut refusals, &named(rule), 1000, 0)).sum();
    assert_eq!(more, 300, "500 in all for one caller");
}

#[test]
fn counts_say_how_many_and_when() {
    let mut refusals = refusals();
    let about = About::new();
    full(&mut refusals, &about, 101, 1000);
    let id = |refusals: &mut Refusals, millis| {
        let (time, now) = (Timestamp::from_millis(millis), Duration::from_millis(1000));
        refusals.count(&about.caller, &about.server, &about.refusal, time, now).unwrap()
    };
    let told = id(&mut refusals, 1700);
    assert_eq!(id(&mut refusals, 1900), told, "all of one count have one id");
    let summaries = refusals.drain(Duration::from_millis(1000));
    let [summary] = &summaries[..] else { panic!("{summaries:?}") };
    assert_eq!((summary.count, summary.verdict, &summary.id), (3, "deny", &told));
    assert_eq!((summary.first.as_millis(), summary.last.as_millis()), (1000, 1900));
    assert_eq!(refusals.drain(Duration::from_millis(1000)), []);
    assert_ne!(id(&mut refusals, 2000), told);
}

#[test]
fn tables_are_bounded_and_nothing_goes_uncounted() {
    let mut refusals = refusals();
    let (mut come, mut written) = (0, 0);
    for caller in 0..1000 {
        for rule in 0..100 {
            let about = About { caller: Caller::new(format!("caller-{caller}")), ..named(rule) };
            written += full(&mut refusals, &about, 10, 0);
            come += 10;
        }
    }
    let summaries = refusals.drain(Duration::ZERO);
    assert!(summaries.len() <= 257 * 33, "{}", summaries.len());
    assert_eq!(written as u64 + summaries.iter().map(|summary| summary.count).sum::<u64>(), come);
    assert!(written <= 257 * 500, "{written}");
    let quiet = Duration::from_secs(60);
    assert_eq!(refusals.drain(quiet), []);
    assert_eq!(full(&mut refusals, &named(0), 1000, 60_000), 100, "whoever was quiet is forgotten");
}

#[tokio::test]
async fn a_flood_of_refusals_is_summarised_and_allowed_calls_are_not() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    let mut told = HashSet::new();
    for millis in 0..5000 {
        told.insert(audit.decide(&about.refused(millis)).await.unwrap());
        if millis % 5 == 0 {
            audit.decide(&about.allowed(millis)).await.unwrap();
        }
    }
    audit.close().await.unwrap();
    assert_ok(&folder.dir());
    let decisions = of_kind(&folder.dir(), "decision");
    let (allowed, refused): (Vec<_>, Vec<_>) =
        decisions.iter().partition(|entry| entry.text("verdict") == Some("allow"));
    assert_eq!(allowed.len(), 1000);
    let summaries = of_kind(&folder.dir(), "refusals");
    let [summary] = &summaries[..] else { panic!("{summaries:?}") };
    let counted = summary.get("count").and_then(Value::as_u64).unwrap();
    assert_eq!(refused.len() as u64 + counted, 5000);
    assert!((100..2000).contains(&refused.len()), "{}", refused.len());
    assert!(told.iter().any(|id| summary.text("record") == Some(id.as_str())));
    assert_eq!(told.len(), refused.len() + 1);
    assert_eq!(summary.text("rule"), Some("tools.backgroundExecute.plugins[0]"));
    assert_eq!((summary.text("caller"), summary.text("server")), (Some("ci"), Some("mcp-ssh")));
}

/// The count of a flood comes while the flood goes on, and not only at the end.
#[tokio::test]
async fn counts_are_recorded_from_time_to_time() {
    let folder = Folder::new();
    let config = Config { summary_every: Duration::from_millis(20), refusal_burst: 1, ..folder.config() };
    let (audit, _) = Audit::open(&config).unwrap();
    let about = About::new();
    let deadline = Stopwatch::start();
    while of_kind(&folder.dir(), "refusals").len() < 3 {
        audit.decide(&about.refused(1)).await.unwrap();
        assert!(deadline.elapsed() < Duration::from_secs(20));
    }
    audit.close().await.unwrap();
    assert_ok(&folder.dir());
}
