//! `doorward explain`.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use crate::app::{Furnished, host};
use crate::call::{Call, Caller, ServerName, Target, Verdict};
use crate::config::{self, Environment};
use crate::gate::{Explanation, Scene, explain};
use crate::identity::ANONYMOUS;
use crate::json::{Limits, Object, Value, scan};
use crate::state::Store;

use super::{Format, Outcome, report, runtime};

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
    let (name, arguments) = read_call(question.call)?;
    let (caller, server) = (Caller::new(question.grant.unwrap_or(ANONYMOUS)), ServerName::new(question.server));
    runtime()?.block_on(async {
        let store = Store::open(&config.keep.counters).context("limits cannot be looked at")?;
        let furnished = match Furnished::new(config, &host()?).await {
            Ok(furnished) => furnished,
            Err(findings) => {
                report::print(&findings, color);
                return Ok(Outcome::Findings);
            }
        };
        let Some(seat) = furnished.law().seat(&caller, &server) else {
            bail!("`{caller}` has no access to a server `{server}`; name a grant with `--grant NAME`");
        };
        let params = Object::from([("name", name.as_str().into()), ("arguments", arguments)]);
        let target = Target::Tool(name);
        let call = Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new());
        let explanation = explain(&seat, &Scene::new(&store), &Arc::new(call)).await;
        match format {
            Format::Text => print!("{}", as_text(&explanation)),
            Format::Json => println!("{}", String::from_utf8_lossy(&as_json(&explanation).to_bytes())),
        }
        Ok(if explanation.passes() { Outcome::Fine } else { Outcome::Findings })
    })
}

/// Reads `{"name": TOOL, "arguments": {…}}`, or a whole `tools/call` request, from a file or from stdin.
fn read_call(path: &Path) -> Result<(String, Value)> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("cannot read stdin")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    }
    let value = scan(&bytes, &Limits::request(4 << 20)).with_context(|| format!("`{}` is no call", path.display()))?;
    let members = value.as_object().context("a call is a JSON object")?;
    let members = members.object("params").unwrap_or(members);
    let help = "write `{\"name\": TOOL, \"arguments\": {…}}`, or a whole `tools/call` request";
    let name = members.text("name").context(help)?.to_owned();
    Ok((name, members.get("arguments").cloned().unwrap_or_else(|| Object::new().into())))
}

/// The whole decision, step by step.
pub(super) fn as_text(explanation: &Explanation) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let mark = |verdict| if verdict == Verdict::Allow { "pass" } else { "STOP" };
    for step in &explanation.steps {
        let truth = step.truth.map(|truth| format!(" ({truth})")).unwrap_or_default();
        let (mark, enforced) = if step.enforced { (mark(step.verdict), "") } else { ("look", ", not enforced") };
        let _infallible = writeln!(out, "{mark}  {}{truth}{enforced}: {}", step.rule, step.reason);
    }
    for plugin in &explanation.plugins {
        let (ruling, us) = (&plugin.ruling, plugin.took.as_micros());
        let _infallible = writeln!(out, "{}  {} ({us} µs): {}", mark(ruling.verdict), ruling.rule, ruling.reason);
        if let Some(remedy) = &ruling.remedy {
            let _infallible = writeln!(out, "      allowed instead: {remedy}");
        }
    }
    for limit in &explanation.limits {
        let (mark, wait) = match (limit.within, limit.retry_after) {
            (true, _) => ("pass", String::new()),
            (false, Some(wait)) => ("STOP", format!(", again in {} s", wait.as_secs_f64())),
            (false, None) => ("STOP", String::new()),
        };
        let _infallible = writeln!(out, "{mark}  {}: {}{wait}", limit.rule, limit.sentence);
    }
    let verdict = if explanation.passes() { "allowed" } else { "refused" };
    let _infallible = writeln!(out, "\n{verdict} by {}: {}", explanation.ruling.rule, explanation.ruling.reason);
    out
}

fn as_json(explanation: &Explanation) -> Value {
    let verdict = |verdict: Verdict| Value::from(verdict.as_str());
    let steps = explanation.steps.iter().map(|step| {
        let truth = step.truth.map_or(Value::Null, |truth| truth.to_string().into());
        Value::from([
            ("rule", step.rule.as_str().into()),
            ("value", truth),
            ("verdict", verdict(step.verdict)),
            ("reason", step.reason.as_str().into()),
            ("enforced", step.enforced.into()),
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
        Value::from([("rule", limit.rule.as_str().into()), ("within", limit.within.into()), ("retryAfterMs", wait)])
    });
    Value::from([
        ("allowed", explanation.passes().into()),
        ("rule", explanation.ruling.rule.as_ref().into()),
        ("reason", explanation.ruling.reason.as_ref().into()),
        ("rules", steps.collect::<Vec<_>>().into()),
        ("plugins", plugins.collect::<Vec<_>>().into()),
        ("limits", limits.collect::<Vec<_>>().into()),
    ])
}
