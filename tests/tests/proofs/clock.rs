//! The clock set back and forth while agents call: no window lets one call more pass than its maximum, and none fewer.
//!
//! A test cannot set the machine's clock. What it does is done to the gateway alone: a library that is loaded before the
//! system's shows another wall time (`tests/clock/clock.c`), and a time namespace has another clock of the boot. That a
//! boot follows another, with the clock set in between, is the business of the tests of `gateway/src/state`, which have
//! clocks of their own in their hands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use doorward_tests::gateway::{anonymous, with};
use doorward_tests::process::{Process, doorward};
use doorward_tests::{Agent, Gateway, Upstream, within};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::home::Home;
use crate::limits::admitted;

const MAX: usize = 5;
/// How far the clock is set, in milliseconds: within the window, past it, and by years.
const SHIFTS: [i64; 7] = [-59_000, 61_000, -3_600_000, 7_200_000, 59_999, -94_608_000_000, 94_608_000_000];

fn config(upstream: &Upstream) -> Value {
    let limit = json!({ "counter": "echoes", "window": "minute", "max": MAX, "scope": "grant" });
    let policy = json!({ "version": "1", "default": "deny", "tools": { "echo": { "limits": [limit] } } });
    anonymous(with(upstream.server(), json!({ "policy": policy })))
}

/// A wall clock that can be set.
struct Clock {
    folder: TempDir,
}

impl Clock {
    /// Builds the library; none where there is no C compiler.
    async fn new() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("clock/clock.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.path().join("clock.so")).arg(source).kill_on_drop(true);
        match within("the C compiler", cc.output()).await {
            Ok(built) => assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr)),
            Err(error) => {
                println!("SKIPPED: no clock can be set without a C compiler: {error}");
                return None;
            }
        }
        let clock = Self { folder };
        clock.set(0);
        Some(clock)
    }

    /// Sets it so many milliseconds forth, or back, of what it is.
    fn set(&self, millis: i64) {
        let draft = self.folder.path().join("draft");
        fs::write(&draft, millis.to_string()).unwrap();
        fs::rename(draft, self.shift()).unwrap();
    }

    fn shift(&self) -> PathBuf {
        self.folder.path().join("shift")
    }

    /// A gateway that lives by this clock.
    async fn gateway(&self, home: &Home, config: &Value) -> Gateway {
        let mut command = Command::new(doorward());
        command.env("LD_PRELOAD", self.folder.path().join("clock.so")).env("CLOCK_SHIFT", self.shift());
        home.gateway_by(command, config).await
    }
}

/// Calls again and again with many callers; the answers.
async fn rush(gateways: &[&Gateway]) -> Vec<Value> {
    let mut callers = JoinSet::new();
    for (number, gateway) in gateways.iter().cycle().take(16).enumerate() {
        let agent = Agent::modern(gateway);
        callers.spawn(async move { agent.call("echo", json!({ "n": number })).await });
    }
    callers.join_all().await
}

/// The years in which the gateway thinks that it decided.
async fn years(home: &Home) -> BTreeSet<String> {
    let year = |entry: &Value| entry["time"].as_str().unwrap().split('-').next().unwrap().to_owned();
    home.entries().iter().map(year).collect()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
async fn a_clock_that_is_set_back_and_forth_opens_no_window_and_closes_none() {
    let Some(clock) = Clock::new().await else { return };
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut gateway = clock.gateway(&home, &config(&upstream)).await;
    let mut passed = 0;
    for shift in SHIFTS {
        clock.set(shift);
        passed += admitted(&rush(&[&gateway]).await);
        assert_eq!(passed, MAX, "after the clock was set by {shift} ms");
    }
    gateway.stopped().await;
    assert!(years(&home).await.len() > 2, "the clock was set: {:?}", years(&home).await);
    home.verified().await;
    // The next process finds the clock elsewhere again, and the count where it was.
    clock.set(1_000_000);
    let gateway = clock.gateway(&home, &config(&upstream)).await;
    assert_eq!(admitted(&rush(&[&gateway]).await), 0);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
async fn gateways_whose_clocks_differ_count_together() {
    let (Some(early), Some(late)) = (Clock::new().await, Clock::new().await) else { return };
    early.set(-3_600_000);
    late.set(3_600_000);
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateways = [
        home.gateway(&config(&upstream)).await,
        early.gateway(&home, &config(&upstream)).await,
        late.gateway(&home, &config(&upstream)).await,
    ];
    let gateways = gateways.each_ref();
    assert_eq!(admitted(&rush(&gateways).await), MAX);
    assert_eq!(admitted(&rush(&gateways).await), 0);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
}

/// A command that becomes the gateway, a day later by the clock of the boot; why not, where that is not allowed.
async fn a_day_later() -> Result<Command, String> {
    const LATER: [&str; 3] = ["--time", "--boottime", "86400"];
    let mut said = String::new();
    for root in [None, Some("--map-root-user")] {
        let mut probe = Process::start(Command::new("unshare").args(root).args(LATER).arg("true"));
        if probe.ended().await.success() {
            let mut command = Command::new("unshare");
            command.args(root).args(LATER).arg(doorward());
            return Ok(command);
        }
        said += &probe.log();
    }
    Err(said)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_gateway_in_a_namespace_with_another_clock_of_the_boot_counts_with_the_others() {
    let later = match a_day_later().await {
        Ok(later) => later,
        Err(why) => return println!("SKIPPED: no time namespace can be made here: {why}"),
    };
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateways = [home.gateway(&config(&upstream)).await, home.gateway_by(later, &config(&upstream)).await];
    let clocks = gateways.each_ref().map(|gateway| fs::read_link(format!("/proc/{}/ns/time", gateway.process.pid())));
    assert_ne!(clocks[0].as_ref().unwrap(), clocks[1].as_ref().unwrap());
    let gateways = gateways.each_ref();
    assert_eq!(admitted(&rush(&gateways).await), MAX);
    assert_eq!(admitted(&rush(&gateways).await), 0);
    assert_eq!(upstream.seen_of("tools/call").len(), MAX);
}
