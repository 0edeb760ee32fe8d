//! `doorward replay`: recorded calls under another policy.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};

use crate::app::host;
use crate::audit;
use crate::call::{Caller, Ruling, ServerName, Verdict};
use crate::clock::Timestamp;
use crate::config::{LoadedPolicy, read_policy};
use crate::gate::{Known, Law, Scene, explain, rehearse};
use crate::json::{Limits, Object, Value, scan};
use crate::policy::{self, Circumstances, Session};
use crate::state::Store;

use super::rehearsal::{self, Written, told};
use super::{Format, Outcome, report, runtime};

/// The longest line of a file of calls, in bytes.
const LINE: usize = 4 << 20;

/// Where recorded calls are.
pub(super) enum Recording {
    /// A record of decisions, with the arguments that policies asked for.
    Audit(PathBuf),
    /// JSON Lines of the same members.
    Calls(PathBuf),
}

/// One call as it was recorded.
struct Recorded {
    time: Timestamp,
    caller: Caller,
    groups: Vec<String>,
    server: ServerName,
    tool: String,
    arguments: Value,
    passed: bool,
    rule: String,
}

/// How a verdict changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// It was refused, and would pass.
    Opens,
    /// It passed, and would be refused, or a person be asked.
    Closes,
    /// It is refused as before, for another reason.
    Differs,
}

/// Calls that change alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    change: Change,
    tool: String,
    caller: String,
    was: String,
    now: String,
}

/// What came of it.
#[derive(Default)]
struct Tally {
    calls: u64,
    /// Nothing was known of their tools' schemas.
    without_schema: u64,
    /// Their arguments were not kept.
    without_arguments: u64,
    /// Their arguments were too long to be kept.
    too_long: u64,
    /// A rule reads what was left out of their arguments.
    redacted: u64,
    /// Refusals that were only counted.
    counted: u64,
    groups: BTreeMap<Group, u64>,
}

/// Judges recorded calls in their order by other policies, with limits as of their times. The exit status is 1 if one
/// that was refused would pass.
pub(super) fn replay(recording: &Recording, policies: &[PathBuf], format: Format, color: bool) -> Result<Outcome> {
    let mut loaded = Vec::new();
    for path in policies {
        let (policy, findings) = read_policy(path)?;
        report::print(&findings, color);
        loaded.extend(policy);
    }
    if loaded.len() < policies.len() {
        return Ok(Outcome::Findings);
    }
    let mut tally = Tally::default();
    let mut recorded = match recording {
        Recording::Audit(folder) => of_audit(folder, &mut tally)?,
        Recording::Calls(file) => of_file(file, &mut tally)?,
    };
    if recorded.is_empty() {
        bail!(
            "there is no call with its arguments to replay; policies keep them with `\"record\": {{\"arguments\": true}}`"
        );
    }
    recorded.sort_by_key(|recorded| recorded.time);
    let sound = runtime()?.block_on(judge_all(&recorded, &loaded, &mut tally, color))?;
    match format {
        Format::Text => print_text(&tally),
        Format::Json => println!("{}", String::from_utf8_lossy(&as_json(&tally).to_bytes())),
    }
    let opens = tally.groups.keys().any(|group| group.change == Change::Opens);
    Ok(if sound && !opens { Outcome::Fine } else { Outcome::Findings })
}

async fn judge_all(recorded: &[Recorded], policies: &[LoadedPolicy], tally: &mut Tally, color: bool) -> Result<bool> {
    let seats = recorded.iter().map(|one| (one.caller.clone(), one.server.clone()));
    let law = match rehearsal::law(policies, seats, &host()?).await {
        Ok(law) => law,
        Err(findings) => {
            report::print(&findings, color);
            return Ok(false);
        }
    };
    let time = Arc::new(AtomicU64::new(0));
    let store = Store::in_memory_with(told(&time))?;
    let (mut pasts, mut tools): (HashMap<&Caller, Session>, Tools<'_>) = (HashMap::new(), HashMap::new());
    for one in recorded {
        time.store(one.time.as_millis(), Ordering::Relaxed);
        match judge(one, &law, &store, pasts.entry(&one.caller).or_default(), &mut tools).await {
            Some(ruling) => tally.note(one, &ruling),
            None => {
                tally.redacted += 1;
                continue;
            }
        }
        let known = tools.get(&(&one.server, one.tool.as_str()));
        tally.without_schema += u64::from(matches!(known, Some(Known::Nothing)));
    }
    store.close().await?;
    Ok(true)
}

/// What is known of each tool at each server.
type Tools<'r> = HashMap<(&'r ServerName, &'r str), Known>;

/// What becomes of a call, unless something was left out of it that a rule reads.
async fn judge<'r>(
    one: &'r Recorded,
    law: &Law,
    store: &Store,
    past: &mut Session,
    tools: &mut Tools<'r>,
) -> Option<Ruling> {
    let seat = law.seat(&one.caller, &one.server)?;
    let written = Written::of_tool(&one.tool, &one.arguments);
    let call = written.call(&one.caller, &one.server);
    let circumstances = Circumstances { groups: &one.groups, ..Circumstances::unasked(past, one.time) };
    let mut hidden = policy::reads_what_is_redacted(seat.policies(), &call, &circumstances);
    let tool = tools.entry((&one.server, &one.tool)).or_insert_with(|| seat.known(written.target())).clone();
    let (before, groups) = (std::mem::take(past), Some(one.groups.clone()));
    let mut scene = Scene { past: before, groups, tool: Some(tool), ..Scene::at(store, one.time) };
    let ruling = explain(&seat, &scene, &call).await.ruling;
    // A mark is not as the schema says where what it stands for may be.
    hidden |= ruling.rule == policy::SCHEMA && policy::holds_mark(&one.arguments);
    let ruling = (!hidden).then_some(ruling);
    // What cannot be judged is taken to have counted as it did.
    if ruling.as_ref().map_or(one.passed, |ruling| ruling.verdict == Verdict::Allow) {
        let _as_explained = rehearse(&seat, &mut scene, &call).await;
    }
    *past = scene.past;
    ruling
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let elements = value.and_then(Value::as_array).unwrap_or_default();
    elements.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Tally {
    fn note(&mut self, one: &Recorded, ruling: &Ruling) {
        self.calls += 1;
        let passes = ruling.verdict == Verdict::Allow;
        let change = match (one.passed, passes) {
            (false, true) => Change::Opens,
            (true, false) => Change::Closes,
            (false, false) if one.rule != ruling.rule => Change::Differs,
            _ => return,
        };
        let (tool, caller) = (one.tool.clone(), one.caller.to_string());
        let group = Group { change, tool, caller, was: one.rule.clone(), now: ruling.rule.to_string() };
        *self.groups.entry(group).or_default() += 1;
    }

    /// Takes an entry of the record, if it is a call whose arguments were kept.
    fn read(&mut self, entry: &Object) -> Option<Recorded> {
        // What found the way closed says nothing of the policy.
        let closed = entry.text("verdict") == Some("unavailable");
        if entry.text("kind") == Some("refusals") && !closed {
            self.counted += entry.get("count").and_then(Value::as_u64).unwrap_or_default();
        }
        if closed || entry.text("kind").is_some_and(|kind| kind != "decision") {
            return None;
        }
        let tool = entry.text("tool")?.to_owned();
        let Some(arguments) = entry.get("arguments") else {
            let place = match entry.get("arguments_left_out") {
                Some(_) => &mut self.too_long,
                None => &mut self.without_arguments,
            };
            *place += 1;
            return None;
        };
        let time = entry.text("time").and_then(|time| time.parse::<jiff::Timestamp>().ok());
        let millis = time.and_then(|time| u64::try_from(time.as_millisecond()).ok()).unwrap_or_default();
        Some(Recorded {
            time: Timestamp::from_millis(millis),
            caller: Caller::new(entry.text("caller").unwrap_or("anonymous")),
            groups: texts(entry.get("groups")),
            server: ServerName::new(entry.text("server").unwrap_or("server")),
            tool,
            arguments: arguments.clone(),
            passed: entry.text("verdict") == Some(Verdict::Allow.as_str()),
            rule: entry.text("rule").unwrap_or_default().to_owned(),
        })
    }
}

/// The newest entries of a record, as many as can be asked for.
fn of_audit(folder: &Path, tally: &mut Tally) -> Result<Vec<Recorded>> {
    let lines = audit::tail(folder, usize::MAX)?;
    Ok(lines.iter().filter_map(|line| tally.read(line.entry())).collect())
}

fn of_file(path: &Path, tally: &mut Tally) -> Result<Vec<Recorded>> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut recorded = Vec::new();
    for (place, line) in BufReader::new(file).lines().enumerate() {
        let what = || format!("`{}`, line {}", path.display(), place + 1);
        let line = line.with_context(what)?;
        if line.trim().is_empty() {
            continue;
        }
        let value = scan(line.as_bytes(), &Limits::request(LINE)).with_context(what)?;
        let entry = value.as_object().with_context(|| format!("{} is no object", what()))?;
        recorded.extend(tally.read(entry));
    }
    Ok(recorded)
}

fn print_text(tally: &Tally) {
    let headings = [
        (Change::Opens, "were refused and would pass"),
        (Change::Closes, "passed and would be refused"),
        (Change::Differs, "are refused for another reason"),
    ];
    for (change, heading) in headings {
        let groups: Vec<_> = tally.groups.iter().filter(|(group, _)| group.change == change).collect();
        let count: u64 = groups.iter().map(|(_, count)| **count).sum();
        if count == 0 {
            continue;
        }
        println!("{count} {heading}:");
        for (Group { tool, caller, was, now, .. }, count) in groups {
            println!("  {count:>6}  {tool}  by {caller}  {was} -> {now}");
        }
    }
    let same = tally.calls - tally.groups.values().sum::<u64>();
    println!("{} calls replayed, {same} as they were", tally.calls);
    for (count, what) in [
        (
            tally.without_schema,
            "of them were held against no schema: there are no pins of their tools beside the policy",
        ),
        (tally.without_arguments, "calls more were recorded without their arguments"),
        (tally.too_long, "calls more had arguments too long to be recorded"),
        (tally.redacted, "calls more cannot be replayed: a rule reads what was redacted in them"),
        (tally.counted, "refusals more were only counted"),
    ] {
        if count > 0 {
            println!("{count} {what}");
        }
    }
}

fn as_json(tally: &Tally) -> Value {
    let groups = tally.groups.iter().map(|(group, count)| {
        let change = match group.change {
            Change::Opens => "opens",
            Change::Closes => "closes",
            Change::Differs => "differs",
        };
        Value::from([
            ("change", change.into()),
            ("tool", group.tool.as_str().into()),
            ("caller", group.caller.as_str().into()),
            ("was", group.was.as_str().into()),
            ("now", group.now.as_str().into()),
            ("calls", (*count).into()),
        ])
    });
    Value::from([
        ("calls", tally.calls.into()),
        ("without_schema", tally.without_schema.into()),
        ("without_arguments", tally.without_arguments.into()),
        ("too_long", tally.too_long.into()),
        ("redacted", tally.redacted.into()),
        ("counted", tally.counted.into()),
        ("changes", groups.collect::<Vec<_>>().into()),
    ])
}
