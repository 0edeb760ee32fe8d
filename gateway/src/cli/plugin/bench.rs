//! `doorward plugin bench`: what a call of a plugin costs on this machine.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::call::Call;
use crate::clock::Stopwatch;
use crate::json::Value;
use crate::plugins::{Host, Limits, Plugin, Shelf};
use crate::policy::Terms;

use super::super::{Format, Outcome, report, runtime};
use super::cases::{Asked, Case};
use super::inspect::as_size;
use super::{Component, as_text, component, host, print_faults, test, trial};

/// How many times each thing is done, and for how long at most.
const TIMES: usize = 2_000;
const AT_MOST: Duration = Duration::from_secs(5);

/// The same where there are many cases; and how long a question may take where it is to be told all the same: of many cases,
/// and where the settings are read first.
const TIMES_OF_EACH: usize = 200;
const AT_MOST_OF_EACH: Duration = Duration::from_millis(500);
const DEADLINE_OF_EACH: Duration = Duration::from_secs(2);

/// How many instances are to stand at once, where there is room for so many.
const STANDING: usize = 1_000;

/// What was measured.
struct Figures {
    case: String,
    size: usize,
    /// Until it can be called: compiled, its settings read, the snapshot taken and compiled.
    load: Duration,
    /// The same after the next start, when the machine code is on the shelf.
    again: Option<Duration>,
    snapshot: bool,
    /// The most memory that an instance took, in bytes.
    memory: usize,
    /// Instances that have answered a call and are still there, where the system tells what they take up.
    standing: Option<Standing>,
    /// A fresh instance made and thrown away.
    floor: Sorted,
    /// A call as the gateway makes it.
    call: Sorted,
    /// A call by an instance that reads its settings first, where that is asked for.
    without: Option<Sorted>,
}

/// How many instances stood at once, and how much memory each had to itself, in bytes.
struct Standing {
    count: usize,
    each: u64,
}

/// Times, the shortest first.
struct Sorted(Vec<Duration>);

/// How often something is done.
#[derive(Clone, Copy)]
struct Often {
    times: usize,
    at_most: Duration,
}

/// Which cases are measured.
pub(super) enum Which {
    /// The first that has a call or a reply, or the one of this name.
    One(Option<String>),
    /// All that have one.
    Each,
}

/// Measures the plugin that is meant, with the calls, the replies and the settings of cases.
pub(super) fn bench(meant: &Path, cases: Option<&Path>, which: &Which, format: Format, color: bool) -> Result<Outcome> {
    let component = component(meant)?;
    let folder = test::folder(&component, cases)?;
    let (suites, findings) = test::read(&folder)?;
    if !findings.is_empty() {
        report::print(&findings, color);
        return Ok(Outcome::Findings);
    }
    let all = suites.into_iter().flat_map(|suite| suite.cases);
    let mut asked = all.filter(|case| matches!(case.asked, Asked::Call(_) | Asked::Reply(..)));
    let chosen: Vec<Case> = match which {
        Which::One(name) => {
            asked.find(|case| name.as_ref().is_none_or(|name| case.name == *name)).into_iter().collect()
        }
        Which::Each => asked.collect(),
    };
    if chosen.is_empty() {
        bail!("there is no such case with a call or a reply in `{}`: name one with `--case NAME`", folder.display());
    }
    let Some(figures) = runtime()?.block_on(measure(&component, &chosen, which))? else { return Ok(Outcome::Findings) };
    match (format, which, figures.as_slice()) {
        (Format::Text, Which::One(_), figures) => figures.iter().for_each(print),
        (Format::Text, Which::Each, figures) => figures.iter().for_each(print_line),
        (Format::Json, Which::One(_), [figures]) => println!("{}", as_text(&as_json(figures))),
        (Format::Json, _, figures) => println!("{}", as_text(&Value::Array(figures.iter().map(as_json).collect()))),
    }
    Ok(Outcome::Fine)
}

/// Loads the plugin as the gateway does, and asks it; where it is one case, again without a snapshot. There is nothing where
/// it does not load.
async fn measure(component: &Component, cases: &[Case], which: &Which) -> Result<Option<Vec<Figures>>> {
    let (often, limits) = match which {
        Which::One(_) => (Often { times: TIMES, at_most: AT_MOST }, Limits::default()),
        Which::Each => (
            Often { times: TIMES_OF_EACH, at_most: AT_MOST_OF_EACH },
            Limits { deadline: DEADLINE_OF_EACH, ..Limits::default() },
        ),
    };
    let folder = tempfile::tempdir().context("there is no folder in which machine code can be kept meanwhile")?;
    let shelf = || Shelf::at(&folder.path().join("shelf"));
    let (quick, slow) =
        (Host::with_shelf(limits, shelf())?, Host::for_a_few(Limits { deadline: DEADLINE_OF_EACH, ..limits }, None)?);
    let mut all = Vec::new();
    for case in cases {
        // Where it does not load, the host for authors has seen why.
        if let Which::One(_) = which
            && loaded(&host()?, component, case).await.is_none()
        {
            return Ok(None);
        }
        let watch = Stopwatch::start();
        let Some(plugin) = loaded(&quick, component, case).await else { return Ok(None) };
        let (load, mut memory) = (watch.elapsed(), 0);
        let call = asked(&plugin, case, often, &mut memory).await?;
        let (mut again, mut without, mut standing) = (None, None, None);
        if let Which::One(_) = which {
            let next = Host::with_shelf(limits, shelf())?;
            let watch = Stopwatch::start();
            let Some(_) = loaded(&next, component, case).await else { return Ok(None) };
            again = Some(watch.elapsed());
            let Some(other) = loaded(&slow, component, case).await else { return Ok(None) };
            without = Some(asked(&other, case, often, &mut memory).await?);
            standing = stand(&plugin, case);
        }
        let watch = Stopwatch::start();
        let mut floor = Vec::with_capacity(often.times);
        while floor.len() < often.times && watch.elapsed() < often.at_most {
            floor.push(plugin.floor());
        }
        let (size, snapshot, case) = (component.bytes.len(), plugin.is_snapshot(), case.name.clone());
        let floor = Sorted::of(floor);
        all.push(Figures { case, size, load, again, snapshot, memory, standing, floor, call, without });
    }
    Ok(Some(all))
}

/// The plugin with the settings of the case; what is wrong with it is told.
async fn loaded(host: &Host, component: &Component, case: &Case) -> Option<Arc<Plugin>> {
    // Whether it may remember is the operator's to say; here it may.
    let terms = Terms { memory: true, ..Terms::default() };
    let loaded = host.load_on(&terms, &component.name, &component.bytes, &case.settings).await;
    loaded.inspect_err(|faults| print_faults(&component.name, faults, &host.seen())).ok()
}

async fn asked(plugin: &Plugin, case: &Case, often: Often, memory: &mut usize) -> Result<Sorted> {
    let Some(call) = call_of(case) else { bail!("the case has neither a call nor a reply") };
    let context = trial::context(&case.scene);
    let reply = match &case.asked {
        Asked::Reply(_, answered, reply) => Some((*answered, Arc::new(reply.clone()))),
        Asked::Call(_) | Asked::Settings | Asked::Item(_) => None,
    };
    let watch = Stopwatch::start();
    let mut took = Vec::with_capacity(often.times);
    while took.len() < often.times && watch.elapsed() < often.at_most {
        let (failure, taken, time) = match &reply {
            Some((answered, reply)) => {
                let inspected = plugin.inspect(&call, &context, (*answered, reply), None).await;
                (inspected.failure().cloned(), inspected.taken, inspected.took)
            }
            None => {
                let reviewed = plugin.check(&call, context.clone()).await;
                (reviewed.failure().cloned(), reviewed.taken, reviewed.took)
            }
        };
        if let Some(failure) = failure {
            bail!(
                "the plugin fails at `{}`: {} ({}); `doorward plugin test` shows where",
                case.name,
                failure.reason,
                failure.code
            );
        }
        *memory = taken.max(*memory);
        took.push(time);
    }
    Ok(Sorted::of(took))
}

/// The call of a case, or that to which it has the reply.
fn call_of(case: &Case) -> Option<Arc<Call>> {
    match &case.asked {
        Asked::Call(document) | Asked::Reply(document, ..) => Some(Arc::new(trial::call(&case.scene, document))),
        Asked::Settings | Asked::Item(_) => None,
    }
}

/// Has many instances answer a call, and looks at what they take up.
fn stand(plugin: &Plugin, case: &Case) -> Option<Standing> {
    let call = call_of(case).filter(|_| matches!(case.asked, Asked::Call(_)))?;
    let before = own_memory()?;
    let (count, after) = plugin.stand(STANDING, &call, &trial::context(&case.scene), |count| (count, own_memory()));
    let each = after?.saturating_sub(before).checked_div(u64::try_from(count).ok()?)?;
    Some(Standing { count, each })
}

/// What this process has in memory and shares with nobody, in bytes, where the system tells. Source: proc(5).
fn own_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?.trim().strip_suffix(" kB")?;
    kib.parse::<u64>().ok().map(|kib| kib << 10)
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
        if let Some(without) = &figures.without {
            row("without the snapshot", without);
        }
    } else {
        row("a call; there is no snapshot", &figures.call);
    }
    if let Some(again) = figures.again {
        println!("ready in {} where its machine code is kept", shown(again));
    }
    if let Some(Standing { count, each }) = figures.standing {
        let each = as_size(usize::try_from(each).unwrap_or(usize::MAX));
        println!("{count} instances that have answered have {each} each to themselves");
    }
    println!("\nthe call or the reply is that of the case `{}`", figures.case);
}

fn print_line(figures: &Figures) {
    let (half, most) = (shown(figures.call.at(500)), shown(figures.call.at(990)));
    println!("p50 {half:>10}   p99 {most:>10}   {}", figures.case);
}

fn as_json(figures: &Figures) -> Value {
    let micros = |time: Duration| Value::from(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    let times = |times: &Sorted| Value::from([("p50_us", micros(times.at(500))), ("p99_us", micros(times.at(990)))]);
    let without = figures.without.as_ref().map_or(Value::Null, times);
    let standing = figures.standing.as_ref().map_or(Value::Null, |Standing { count, each }| {
        Value::from([("count", (*count as u64).into()), ("bytes_each", (*each).into())])
    });
    Value::from([
        ("case", figures.case.as_str().into()),
        ("size", (figures.size as u64).into()),
        ("memory", (figures.memory as u64).into()),
        ("load_us", micros(figures.load)),
        ("load_again_us", figures.again.map_or(Value::Null, micros)),
        ("snapshot", figures.snapshot.into()),
        ("standing", standing),
        ("instance", times(&figures.floor)),
        ("call", times(&figures.call)),
        ("call_without_snapshot", without),
    ])
}

fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..10_000 => format!("{micros} µs"),
        micros => format!("{} ms", micros / 1000),
    }
}
