//! The hostile suite: whatever a plugin does, it is a refusal with its code, nothing of it stays, and others are served.

use tokio_util::task::TaskTracker;

use super::*;
use crate::call::Verdict;

/// What the plugin does when it is asked, and the code with which the call is refused.
const DEEDS: [(&str, &str); 44] = [
    ("allocate", "plugin.memory"),
    ("grow", "plugin.memory"),
    ("grow-at-once", "plugin.memory"),
    ("handles", "plugin.memory"),
    ("recurse", "plugin.trap"),
    ("big-frames", "plugin.trap"),
    ("trap", "plugin.trap"),
    ("unreachable", "plugin.trap"),
    ("bounds", "plugin.trap"),
    ("truncate", "plugin.trap"),
    ("divide", "plugin.trap"),
    ("strange-call", "plugin.trap"),
    ("null-call", "plugin.trap"),
    ("panic", "plugin.trap"),
    ("twice-panic", "plugin.trap"),
    ("exit", "plugin.trap"),
    ("exit-7", "plugin.trap"),
    ("forged", "plugin.verdict"),
    ("dropped", "plugin.verdict"),
    ("huge", "plugin.verdict"),
    ("long", "plugin.verdict"),
    ("spoof", "plugin.verdict"),
    ("utf8", "plugin.verdict"),
    ("bad-code", "plugin.verdict"),
    ("no-code", "plugin.verdict"),
    ("no-reason", "plugin.verdict"),
    ("bad-pointer", "plugin.verdict"),
    ("bad-escape", "plugin.verdict"),
    ("long-remedy", "plugin.verdict"),
    ("bad-patch", "plugin.verdict"),
    ("no-patch", "plugin.verdict"),
    ("many-patches", "plugin.verdict"),
    ("huge-patch", "plugin.verdict"),
    ("no-json", "plugin.verdict"),
    ("two-json", "plugin.verdict"),
    ("twice-named", "plugin.verdict"),
    ("half-letter", "plugin.verdict"),
    ("long-number", "plugin.verdict"),
    ("deep-patch", "plugin.verdict"),
    ("huge-log", "plugin.verdict"),
    ("million-lines", "plugin.calls"),
    ("million-questions", "plugin.calls"),
    ("million-pointers", "plugin.verdict"),
    ("long-pointer", "plugin.verdict"),
];

/// What it finds where there is nothing to find.
const NOTHING: [(&str, &str); 3] = [("thread", "Unsupported"), ("deep-pointer", "nothing is there"), ("remember", "0")];

/// What is not loaded, and the code that is given.
const AT_LOAD: [(&str, &str, &str); 14] = [
    ("hostile", "configure-spin", "plugin.timeout"),
    ("hostile", "configure-panic", "plugin.trap"),
    ("hostile", "configure-exit", "plugin.trap"),
    ("hostile", "configure-allocate", "plugin.memory"),
    ("hostile", "configure-flood", "plugin.calls"),
    ("hostile", "configure-refuse", "plugin.settings"),
    ("hostile", "configure-silent", "plugin.settings"),
    ("hostile", "configure-utf8", "plugin.verdict"),
    ("hostile", "configure-many", "plugin.verdict"),
    ("eager", "", "plugin.timeout"),
    ("liar", "", "plugin.description"),
    ("foreign", "", "plugin.import"),
    ("socket", "", "plugin.import"),
    ("newer", "", "plugin.version"),
];

/// A host whose plugins do not rest, and take their time.
fn patient() -> Host {
    Host::new(Limits { deadline: Duration::from_secs(60), failures: 0, ..Limits::default() }).unwrap()
}

/// The plugin that does what the call tells it.
async fn obedient(host: &Host) -> Arc<Plugin> {
    host.load("hostile", &guest("hostile"), b"\"as-told\"").await.unwrap()
}

async fn told(plugin: &Plugin, deed: &str) -> Reviewed {
    plugin.check(&call(&format!(r#"{{"command":"{deed}"}}"#)), context()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_a_refusal_with_its_code_and_the_next_call_is_served() {
    let host = patient();
    let plugin = obedient(&host).await;
    for (deed, code) in DEEDS {
        let reviewed = told(&plugin, deed).await;
        assert_eq!((said(&reviewed).0, reviewed.verdict()), (code, Verdict::Deny), "{deed}: {reviewed:?}");
        assert_eq!(told(&plugin, "allow").await.opinion, Opinion::Allow, "after {deed}");
    }
    for (deed, nothing) in NOTHING {
        assert!(said(&told(&plugin, deed).await).1.contains(nothing), "{deed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_misbehaves_at_load_is_not_loaded_and_the_code_says_how() {
    let host = patient();
    for (component, deed, code) in AT_LOAD {
        let settings = format!("{deed:?}");
        let faults = host.load(component, &guest(component), settings.as_bytes()).await.unwrap_err();
        assert_eq!(faults[0].code, code, "{component} {deed}: {faults:?}");
    }
    assert_eq!(told(&*obedient(&host).await, "allow").await.opinion, Opinion::Allow);
}

/// A component in a component in a component, so deep.
fn nested(depth: usize) -> Vec<u8> {
    let header = b"\0asm\x0d\0\x01\0".to_vec();
    (0..depth).fold(header.clone(), |inner, _| {
        let mut outer = header.clone();
        outer.push(4);
        let mut length = inner.len();
        while length >= 128 {
            outer.push((length as u8) | 128);
            length >>= 7;
        }
        outer.push(length as u8);
        outer.extend(inner);
        outer
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_plugin_are_refused_whatever_they_are() {
    let host = patient();
    let whole = guest("hostile");
    for depth in [1, 50, 5_000] {
        let faults = host.load("nested", &nested(depth), b"{}").await.unwrap_err();
        assert!(["plugin.export", "plugin.complex"].contains(&&*faults[0].code), "{depth}: {faults:?}");
    }
    for size in [0, 1, 8, 9, 100, 1000, whole.len() / 3, whole.len() - 1] {
        assert!(host.load("cut", &whole[..size], b"{}").await.is_err(), "{size}");
    }
    // A byte here and there: most are refused, and none is a panic.
    for place in (0..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[place] ^= 0x55;
        let _whatever = host.load("changed", &changed, b"\"allow\"").await;
    }
    assert_eq!(told(&*obedient(&host).await, "allow").await.opinion, Opinion::Allow);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_hostile_calls_leave_nothing_behind() {
    /// The memory of this process, in bytes.
    fn resident() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }
    let quick = ["panic", "bounds", "spoof", "utf8", "long", "forged", "bad-patch", "many-patches", "exit", "dropped"];
    let host = patient();
    let plugin = obedient(&host).await;
    let some = async |calls: usize| {
        for number in 0..calls {
            let deed = if number % 500 == 0 { "allocate" } else { quick[number % quick.len()] };
            assert_eq!(told(&plugin, deed).await.verdict(), Verdict::Deny, "{deed}");
        }
    };
    some(1_000).await;
    let before = resident();
    some(10_000).await;
    let grown = resident().saturating_sub(before);
    println!("{} KiB more after 10,000 hostile calls", grown >> 10);
    assert!(grown <= 16 << 20, "{} KiB", grown >> 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_that_never_end_share_the_places_of_those_that_take_long() {
    let limits = Limits { patience: Duration::from_secs(60), concurrent: 1, failures: 0, ..Limits::default() };
    let host = Host::new(limits).unwrap();
    let good = obedient(&host).await;
    let tasks = TaskTracker::new();
    let mut spinning = Vec::new();
    for number in 0..8 {
        let plugin = host.load(&format!("spinning-{number}"), &guest("hostile"), b"\"spin\"").await.unwrap();
        for _ in 0..2 {
            let plugin = Arc::clone(&plugin);
            spinning.push(tasks.spawn(async move { asked(&plugin).await }));
        }
    }
    // One of them at most runs longer than a moment, whenever one looks; and who needs a moment only waits for none.
    let mut served = 0;
    while !spinning.iter().all(tokio::task::JoinHandle::is_finished) {
        assert!(host.house.apart.available_permits() <= 1);
        served += usize::from(told(&good, "allow").await.opinion == Opinion::Allow);
    }
    assert!(served > 0, "nobody was served while they ran");
    for task in spinning {
        assert_eq!(said(&task.await.unwrap()).0, "plugin.timeout");
    }
}
