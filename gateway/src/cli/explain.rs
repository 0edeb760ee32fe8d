//! `doorward explain`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::app::{Furnished, brief_host};
use crate::call::{Caller, Ruling, ServerName, Verdict};
use crate::clock::Timestamp;
use crate::config::{self, Environment};
use crate::gate::{Explanation, Known, Scene, explain};
use crate::identity::ANONYMOUS;
use crate::json::commented::Report;
use crate::json::{Object, Value};
use crate::policy::{Comparison, Truth};
use crate::state::Store;

use super::rehearsal::{Setting, Written};
use super::{Format, Outcome, file, report, runtime};

/// What is to be explained.
pub(super) struct Question<'q> {
    pub(super) config: &'q Path,
    pub(super) server: &'q str,
    pub(super) call: &'q Path,
    pub(super) grant: Option<&'q str>,
}

/// Shows what would become of a call. Nothing is forwarded, charged or recorded. The exit status is 1 if it is refused.
pub(super) fn run(question: &Question<'_>, environment: &Environment, format: Format, color: bool) -> Result<Outcome> {
    let loaded = config::load(question.config, environment).context("name a configuration with `--config FILE`")?;
    let Some(config) = loaded.config else {
        report::print(&loaded.findings, color);
        return Ok(Outcome::Findings);
    };
    let (written, setting) = read_call(question.call, color)?;
    let (caller, server) = (Caller::new(question.grant.unwrap_or(ANONYMOUS)), ServerName::new(question.server));
    runtime()?.block_on(async {
        let store = Store::open(&config.keep.counters).context("limits cannot be looked at")?;
        let furnished = match Furnished::new(config, &brief_host(environment)?).await {
            Ok(furnished) => furnished,
            Err(findings) => {
                report::print(&findings, color);
                return Ok(Outcome::Findings);
            }
        };
        let Some(seat) = furnished.law().seat(&caller, &server) else {
            bail!("`{caller}` has no access to a server `{server}`; name a grant with `--grant NAME`");
        };
        let mut scene = Scene::at(&store, setting.now.unwrap_or_else(Timestamp::now));
        setting.suppose(&seat, written.target(), &mut scene);
        let explanation = explain(&seat, &scene, &written.call(&caller, &server)).await;
        match format {
            Format::Text => print!("{}", as_text(&explanation)),
            Format::Json => println!("{}", String::from_utf8_lossy(&as_json(&explanation).to_bytes())),
        }
        Ok(if explanation.passes() { Outcome::Fine } else { Outcome::Findings })
    })
}

/// Reads a call, as in cases of `doorward test` or as a whole request, with what is supposed around it.
fn read_call(path: &Path, color: bool) -> Result<(Written, Setting)> {
    let mut report = Report::new(file::read(path)?);
    let read = report.parse().and_then(|node| {
        let mut fields = report.fields(&node)?;
        // What else a whole request has.
        fields.get("jsonrpc");
        fields.get("id");
        let (call, setting) = (Written::read(&mut fields, &mut report), Setting::read(&mut fields, &mut report));
        fields.finish(&mut report);
        call.zip(setting).filter(|_| !report.has_errors())
    });
    report::print(&report.into_findings(), color);
    read.with_context(|| format!("`{}` is no call", path.display()))
}

/// One line of an explanation for people, with the lines that belong to it.
pub(super) struct Line {
    /// The rule of which it speaks, if it speaks of one.
    pub(super) rule: Option<String>,
    /// Whether the rule stops the call.
    pub(super) stops: bool,
    /// What it says.
    pub(super) text: String,
}

/// The whole decision, step by step.
pub(super) fn as_text(explanation: &Explanation) -> String {
    as_lines(explanation).into_iter().fold(String::new(), |text, line| text + &line.text + "\n")
}

/// The same, line by line.
pub(super) fn as_lines(explanation: &Explanation) -> Vec<Line> {
    let mut lines: Vec<Line> = told_of_tool(&explanation.known).map(plain).into_iter().collect();
    let mark = |stops| if stops { "STOP" } else { "pass" };
    let of_rule = |rule: &str, stops, text: String| Line { rule: Some(rule.to_owned()), stops, text };
    for step in &explanation.steps {
        let stops = step.enforced && step.verdict > Verdict::Allow;
        let truth = step.truth.map(|truth| format!(" ({truth})")).unwrap_or_default();
        let (mark, enforced) = if step.enforced { (mark(stops), "") } else { ("look", ", not enforced") };
        lines.push(of_rule(&step.rule, stops, format!("{mark}  {}{truth}{enforced}: {}", step.rule, step.reason)));
        // One comparison says what its rule says.
        for Comparison { text, truths } in step.comparisons.iter().filter(|_| step.comparisons.len() > 1) {
            lines.push(plain(format!("      {}: {text}", words_of(truths))));
        }
    }
    for plugin in &explanation.plugins {
        let (ruling, us) = (&plugin.ruling, plugin.took.as_micros());
        let stops = ruling.verdict > Verdict::Allow;
        lines.push(of_rule(
            &ruling.rule,
            stops,
            format!("{}  {} ({us} µs): {}", mark(stops), ruling.rule, ruling.reason),
        ));
        if let Some(remedy) = &ruling.remedy {
            lines.push(plain(format!("      allowed instead: {remedy}")));
        }
    }
    for limit in &explanation.limits {
        let wait = match (limit.within, limit.retry_after) {
            (false, Some(wait)) => format!(", again in {} s", wait.as_secs_f64()),
            _ => String::new(),
        };
        let (mark, standing) = (mark(!limit.within), &limit.standing);
        let text = format!("{mark}  {}: {}{wait}; {standing}", limit.rule, limit.sentence);
        lines.push(of_rule(&limit.rule, !limit.within, text));
    }
    for fact in &explanation.recalled {
        let value = fact.value.as_ref().map(|value| String::from_utf8_lossy(&value.to_bytes()).into_owned());
        let value = value.unwrap_or_else(|| "unknown".to_owned());
        lines.push(plain(format!("fact  {}[{}]: {value}", fact.name, fact.key.escape_debug())));
    }
    let verdict = if explanation.passes() { "allowed" } else { "refused" };
    let Ruling { rule, reason, .. } = &explanation.ruling;
    lines.push(plain(format!("\n{verdict} by {rule}: {reason}")));
    lines
}

fn plain(text: String) -> Line {
    Line { rule: None, stops: false, text }
}

/// What is known of the tool; nothing of what is no tool.
fn told_of_tool(known: &Known) -> Option<String> {
    Some(match known {
        Known::NoTool => return None,
        Known::Nothing => {
            "tool  it is not pinned, so no schema is known here; at a call the server is asked".to_owned()
        }
        Known::Pinned(_, digest) => format!("tool  as it is pinned, {digest}"),
        Known::Supposed(_) => "tool  as it is supposed to be".to_owned(),
    })
}

fn words_of(truths: &BTreeSet<Truth>) -> String {
    if truths.is_empty() {
        return "of nothing".to_owned();
    }
    truths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn as_json(explanation: &Explanation) -> Value {
    let comparison = |comparison: &Comparison| {
        let values: Vec<Value> = comparison.truths.iter().map(|truth| truth.to_string().into()).collect();
        Value::from([("says", comparison.text.as_str().into()), ("values", values.into())])
    };
    let (schema, pin) = match &explanation.known {
        Known::NoTool => (Value::Null, Value::Null),
        Known::Nothing => ("unknown".into(), Value::Null),
        Known::Pinned(_, digest) => ("pinned".into(), digest.to_string().into()),
        Known::Supposed(_) => ("supposed".into(), Value::Null),
    };
    let verdict = |verdict: Verdict| Value::from(verdict.as_str());
    let steps = explanation.steps.iter().map(|step| {
        let truth = step.truth.map_or(Value::Null, |truth| truth.to_string().into());
        Value::from([
            ("rule", step.rule.as_str().into()),
            ("value", truth),
            ("verdict", verdict(step.verdict)),
            ("reason", step.reason.as_str().into()),
            ("enforced", step.enforced.into()),
            ("conditions", step.comparisons.iter().map(comparison).collect::<Vec<_>>().into()),
        ])
    });
    let plugins = explanation.plugins.iter().map(|plugin| {
        Value::from([
            ("name", plugin.name.as_str().into()),
            ("verdict", verdict(plugin.ruling.verdict)),
            ("reason", plugin.ruling.reason.as_ref().into()),
            ("us", u64::try_from(plugin.took.as_micros()).unwrap_or(u64::MAX).into()),
        ])
    });
    let limits = explanation.limits.iter().map(|limit| {
        let wait =
            limit.retry_after.map_or(Value::Null, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).into());
        Value::from([
            ("rule", limit.rule.as_str().into()),
            ("within", limit.within.into()),
            ("standing", limit.standing.as_str().into()),
            ("retryAfterMs", wait),
        ])
    });
    let facts = explanation.recalled.iter().map(|fact| {
        let mut members = Object::from([("name", fact.name.as_str().into()), ("key", fact.key.as_str().into())]);
        fact.value.iter().for_each(|value| members.insert("value", value.clone()));
        Value::from(members)
    });
    Value::from([
        ("allowed", explanation.passes().into()),
        ("rule", explanation.ruling.rule.as_ref().into()),
        ("reason", explanation.ruling.reason.as_ref().into()),
        ("schema", schema),
        ("pin", pin),
        ("rules", steps.collect::<Vec<_>>().into()),
        ("plugins", plugins.collect::<Vec<_>>().into()),
        ("limits", limits.collect::<Vec<_>>().into()),
        ("facts", facts.collect::<Vec<_>>().into()),
    ])
}
