//! How long it takes to judge one call, and to load a policy, by what the policy holds. `cargo xtask bench judge` runs it.
//!
//! The call is of a tool with ten rules, and passes all of them: a call that is refused takes less. Finding the tool must
//! not take longer where there are many.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use doorward::call::{Call, Caller, ServerName, Target, Verdict};
use doorward::clock::Timestamp;
use doorward::json::commented::{Report, Source};
use doorward::json::{Limits, Object, Value, scan};
use doorward::policy::{self, Circumstances, Definition, Listing, Policy, Session};

/// How long each figure is taken.
const TIME: Duration = Duration::from_millis(400);
/// How many calls are judged between two looks at the clock.
const CALLS: u32 = 200;

const ARGUMENTS: &str = r#"{"connectionId": "web-1", "command": "df -h /var/log", "interval": 60000,
    "files": [{"localPath": "/srv/a", "size": 1}, {"localPath": "/srv/b/c", "size": 2}], "host": "web-1.example"}"#;

const DEFINITION: &str = r#"{"name": "called", "inputSchema": {"type": "object", "additionalProperties": false,
    "required": ["connectionId", "command"], "properties": {
        "connectionId": {"type": "string"}, "command": {"type": "string", "minLength": 1}, "host": {"type": "string"},
        "interval": {"type": "integer", "minimum": 0}, "files": {"type": "array", "items": {"type": "object",
            "properties": {"localPath": {"type": "string"}, "size": {"type": "integer"}}}}}}}"#;

/// Ten rules of as many kinds.
const TEN: &str = r#""require": [
    {"conditions": [{"path": "args.interval", "op": "gte", "value": 5000}]},
    {"conditions": [{"path": "args.command", "op": "matches", "value": "[ -~]*"}]},
    {"conditions": [{"path": "args.files[*].localPath", "op": "path_within", "value": "/srv"}]},
    {"conditions": [{"path": "args.connectionId", "op": "in", "value": ["web-1", "web-2"]}]}],
  "deny_if": [
    {"conditions": [{"path": "args.command", "op": "contains", "value": "sudo"}]},
    {"conditions": [{"path": "args.command", "op": "regex", "value": "\\brm\\b"}]},
    {"conditions": [{"path": "args.command", "op": "starts_with", "value": "/"}]},
    {"conditions": [{"path": "args.files[*].size", "op": "gt", "value": 1000000}]},
    {"conditions": [{"path": "args.host", "op": "host", "value": "*.internal"}]}],
  "approve_if": [{"conditions": [{"path": "args.interval", "op": "gt", "value": 3600000}]}]"#;

/// One rule of a tool that is not called.
const ONE: &str =
    r#"{"conditions": [{"path": "args.command", "op": "contains", "value": "sudo"}], "on_deny": "no sudo"}"#;

/// A policy to be tried: the tool that is called, and others.
struct Trial {
    name: &'static str,
    others: usize,
    rules: usize,
    /// How the others are called, before and after their number.
    called: (&'static str, &'static str),
}

const TRIALS: [Trial; 6] = [
    Trial { name: "10 rules, 1 tool", others: 0, rules: 0, called: ("", "") },
    Trial { name: "1,000 rules, 100 tools", others: 99, rules: 10, called: ("tool", "") },
    Trial { name: "100,000 rules, 10,000 tools", others: 9_999, rules: 10, called: ("tool", "") },
    Trial { name: "100,000 rules, 100,000 tools", others: 99_990, rules: 1, called: ("tool", "") },
    Trial { name: "9,000 globs that begin unlike", others: 9_000, rules: 1, called: ("tool", "_*") },
    Trial { name: "12 MB", others: 9_999, rules: 11, called: ("tool", "") },
];

fn main() -> Result<()> {
    println!(
        "{:>30} {:>8} {:>9} {:>12} {:>10} {:>12} {:>12}",
        "policy", "MB", "load, ms", "resident, MB", "rules, ns", "+ schema, ns", "no entry, ns"
    );
    for trial in &TRIALS {
        let text = trial.text()?;
        let before = resident()?;
        let begun = worked()?;
        let policy = load(&text)?;
        let load = worked()? - begun;
        let resident = (resident()? - before) / 1e6;
        let (called, unnamed) = (call("called")?, call("nobody_names_it")?);
        let definition = Definition::read(&object(DEFINITION)?);
        let [rules, schema, none] = [
            nanoseconds(&policy, &called, Listing::Unasked, Verdict::Allow)?,
            nanoseconds(&policy, &called, Listing::Listed(&definition), Verdict::Allow)?,
            nanoseconds(&policy, &unnamed, Listing::Unasked, Verdict::Deny)?,
        ];
        let (size, load) = (text.len() as f64 / 1e6, load / 1e6);
        println!(
            "{:>30} {size:>8.1} {load:>9.1} {resident:>12.1} {rules:>10.0} {schema:>12.0} {none:>12.0}",
            trial.name
        );
    }
    Ok(())
}

impl Trial {
    fn text(&self) -> Result<String> {
        let rules = vec![ONE; self.rules].join(",");
        let mut text = String::from(r#"{"version": "1", "default": "deny", "tools": {"#);
        for number in 0..self.others {
            let (before, after) = self.called;
            writeln!(text, "\"{before}{number}{after}\": {{\"deny_if\": [{rules}]}},")?;
        }
        write!(text, "\"called\": {{{TEN}}}}}}}")?;
        Ok(text)
    }
}

fn load(text: &str) -> Result<Policy> {
    let mut report = Report::new(Source::new("policy.json", text));
    let policy = report.parse().and_then(|node| policy::load(&node, text, &mut report));
    let findings = report.into_findings();
    policy.with_context(|| format!("the policy is wrong: {:?}", findings.first().map(|finding| &finding.message)))
}

fn object(text: &str) -> Result<Object> {
    match scan(text.as_bytes(), &Limits::request(text.len()))? {
        Value::Object(members) => Ok(members),
        other => anyhow::bail!("an object is wanted, not {}", other.kind()),
    }
}

fn call(tool: &str) -> Result<Call> {
    let params = Object::from([("name", tool.into()), ("arguments", object(ARGUMENTS)?.into())]);
    let (caller, server, target) = (Caller::new("ci"), ServerName::new("s"), Target::Tool(tool.to_owned()));
    Ok(Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new()))
}

/// How long one judgement takes: the median of many samples.
fn nanoseconds(policy: &Policy, call: &Call, listing: Listing<'_>, verdict: Verdict) -> Result<f64> {
    let session = Session::default();
    let circumstances = Circumstances { listing, ..Circumstances::unasked(&session, Timestamp::now()) };
    let judge = || policy::judge([policy], black_box(call), black_box(&circumstances));
    let ruling = judge().ruling;
    ensure!(ruling.verdict == verdict, "the call is not judged as it should be: {ruling:?}");
    let mut samples = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < TIME {
        let sample = Instant::now();
        for _ in 0..CALLS {
            black_box(judge());
        }
        samples.push(sample.elapsed() / CALLS);
    }
    samples.sort_unstable();
    Ok(samples.get(samples.len() / 2).context("no sample")?.as_nanos() as f64)
}

/// For how long the process has had a processor, in nanoseconds: however busy the machine is. Source: proc(5).
fn worked() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/schedstat").context("work is measured on Linux alone")?;
    Ok(stat.split(' ').next().context("no time")?.parse()?)
}

/// How much memory the process has, in bytes. Source: proc(5).
fn resident() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory is measured on Linux alone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0)
}
