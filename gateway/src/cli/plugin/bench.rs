//! `doorward plugin bench`: what a call of a plugin costs on this machine.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::clock::Stopwatch;
use crate::json::Value;
use crate::plugins::{Host, Limits, Plugin};

use super::super::{Format, Outcome, report, runtime};
use super::cases::{Asked, Case};
use super::inspect::as_size;
use super::{Component, as_text, component, host, print_faults, test, trial};

/// How many times each thing is done, and for how long at most.
const TIMES: usize = 2_000;
const AT_MOST: Duration = Duration::from_secs(5);

/// What was measured.
struct Figures {
    case: String,
    size: usize,
    /// Until it can be called: compiled, its settings read, the snapshot taken and compiled.
    load: Duration,
    snapshot: bool,
    /// The most memory that an instance took, in bytes.
    memory: usize,
    /// A fresh instance made and thrown away.
    floor: Sorted,
    /// A call as the gateway makes it.
    call: Sorted,
    /// A call by an instance that reads its settings first.
    without: Sorted,
}

/// Times, the shortest first.
struct Sorted(Vec<Duration>);

/// Measures the plugin that is meant, with the call and the settings of a case: the first that has a call, or the one of this
/// name.
pub(super) fn bench(
    meant: &Path,
    cases: Option<&Path>,
    name: Option<&str>,
    format: Format,
    color: bool,
) -> Result<Outcome> {
    let component = component(meant)?;
    let folder = test::folder(&component, cases)?;
    let (suites, findings) = test::read(&folder)?;
    if !findings.is_empty() {
        report::print(&findings, color);
        return Ok(Outcome::Findings);
    }
    let mut all = suites.into_iter().flat_map(|suite| suite.cases);
    let case = all.find(|case| matches!(case.asked, Asked::Call(_)) && name.is_none_or(|name| case.name == name));
    let Some(case) = case else {
        bail!("there is no such case with a call in `{}`: name one with `--case NAME`", folder.display());
    };
    match runtime()?.block_on(measure(&component, &case))? {
        Some(figures) => {
            match format {
                Format::Text => print(&figures),
                Format::Json => println!("{}", as_text(&as_json(&figures))),
            }
            Ok(Outcome::Fine)
        }
        None => Ok(Outcome::Findings),
    }
}

/// Loads the plugin as the gateway does, and again without a snapshot, and calls both. There is nothing where it does not load.
async fn measure(component: &Component, case: &Case) -> Result<Option<Figures>> {
    let quick = Host::new(Limits::default())?;
    let watch = Stopwatch::start();
    let plugin = match quick.load(&component.name, &component.bytes, &case.settings).await {
        Ok(plugin) => plugin,
        Err(faults) => {
            print_faults(&component.name, &faults);
            return Ok(None);
        }
    };
    let load = watch.elapsed();
    let slow = host()?;
    let other = match slow.load(&component.name, &component.bytes, &case.settings).await {
        Ok(plugin) => plugin,
        Err(faults) => {
            print_faults(&component.name, &faults);
            return Ok(None);
        }
    };
    let mut memory = 0;
    let call = called(&plugin, case, &mut memory).await?;
    let without = called(&other, case, &mut memory).await?;
    let watch = Stopwatch::start();
    let mut floor = Vec::with_capacity(TIMES);
    while floor.len() < TIMES && watch.elapsed() < AT_MOST {
        floor.push(plugin.floor());
    }
    let (size, snapshot) = (component.bytes.len(), plugin.is_snapshot());
    let case = case.name.clone();
    Ok(Some(Figures { case, size, load, snapshot, memory, floor: Sorted::of(floor), call, without }))
}

async fn called(plugin: &Plugin, case: &Case, memory: &mut usize) -> Result<Sorted> {
    let Asked::Call(document) = &case.asked else { bail!("the case has no call") };
    let call = Arc::new(trial::call(&case.scene, document));
    let watch = Stopwatch::start();
    let mut took = Vec::with_capacity(TIMES);
    while took.len() < TIMES && watch.elapsed() < AT_MOST {
        let reviewed = plugin.check(&call, trial::context(&case.scene)).await;
        if let Some(failure) = reviewed.failure() {
            bail!(
                "the plugin fails at `{}`: {} ({}); `doorward plugin test` shows where",
                case.name,
                failure.reason,
                failure.code
            );
        }
        *memory = reviewed.taken.max(*memory);
        took.push(reviewed.took);
    }
    Ok(Sorted::of(took))
}

impl Sorted {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that so many of a thousand do not exceed.
    fn at(&self, part: usize) -> Duration {
        let place = self.0.len().saturating_sub(1) * part / 1000;
        self.0.get(place).copied().unwrap_or_default()
    }
}

fn print(figures: &Figures) {
    let row = |what: &str, times: &Sorted| {
        println!("{what:34} p50 {:>10}   p99 {:>10}", shown(times.at(500)), shown(times.at(990)));
    };
    println!("{}, {} of memory, ready in {}", as_size(figures.size), as_size(figures.memory), shown(figures.load));
    row("an instance made and thrown away", &figures.floor);
    if figures.snapshot {
        row("a call", &figures.call);
        row("without the snapshot", &figures.without);
    } else {
        row("a call; there is no snapshot", &figures.call);
    }
    println!("\nthe call is that of the case `{}`", figures.case);
}

fn as_json(figures: &Figures) -> Value {
    let micros = |time: Duration| Value::from(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    let times = |times: &Sorted| Value::from([("p50_us", micros(times.at(500))), ("p99_us", micros(times.at(990)))]);
    Value::from([
        ("case", figures.case.as_str().into()),
        ("size", (figures.size as u64).into()),
        ("memory", (figures.memory as u64).into()),
        ("load_us", micros(figures.load)),
        ("snapshot", figures.snapshot.into()),
        ("instance", times(&figures.floor)),
        ("call", times(&figures.call)),
        ("call_without_snapshot", times(&figures.without)),
    ])
}

fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..10_000 => format!("{micros} µs"),
        micros => format!("{} ms", micros / 1000),
    }
}
