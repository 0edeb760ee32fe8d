//! `doorward plugin test`: a plugin's cases, tried in the sandbox that it runs in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::json::Value;
use crate::json::commented::{Finding, Report, Source};
use crate::plugins::{Host, Limits};

use super::super::report::tried::{self, Format, Tried};
use super::super::{Outcome, report, runtime};
use super::cases::{Case, Cases};
use super::trial::{self, Trial};
use super::{Component, as_text, component, print_faults, seen};

/// Where cases are, beside the component.
const CASES: &str = "cases";

/// How long a plugin has for a case: long enough on a busy machine for whatever ends at all.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many bytes are compiled to try a plugin as it runs too, where nobody says: for each settings the component is compiled once
/// more, which for one that holds an interpreter takes longer than all of its cases.
const QUICK: usize = 2 << 20;

/// When the cases are tried also as the gateway runs the plugin: begun where it had read its settings.
#[derive(Clone, Copy, ValueEnum)]
pub(in crate::cli) enum AsRun {
    /// Where it is quick
    Auto,
    /// Whatever it takes
    Always,
    /// Not now
    Never,
}

impl AsRun {
    fn is_meant(self, component: &[u8], suites: &[Cases]) -> bool {
        let cases = suites.iter().flat_map(|suite| &suite.cases);
        let settings: BTreeSet<&[u8]> = cases.map(|case| &*case.settings).collect();
        match self {
            Self::Auto => component.len().saturating_mul(settings.len() + 1) <= QUICK,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Tries every case of the plugin that is meant. Exit status 1 if one fails.
pub(super) fn test(meant: &Path, cases: Option<&Path>, as_run: AsRun, format: Format, color: bool) -> Result<Outcome> {
    let component = component(meant)?;
    let folder = folder(&component, cases)?;
    let (suites, findings) = read(&folder)?;
    if !findings.is_empty() {
        report::print(&findings, color);
        return Ok(Outcome::Findings);
    }
    let work = try_all(&component.name, &component.bytes, &suites, as_run);
    let Some(tried) = runtime()?.block_on(work)? else { return Ok(Outcome::Findings) };
    match format {
        Format::Text => print_text(&tried),
        Format::Json => println!("{}", as_text(&as_json(&tried))),
        Format::Junit => println!("{}", tried::junit("doorward plugin test", tried.iter())?),
    }
    Ok(if tried.iter().all(|case| case.failure.is_none()) { Outcome::Fine } else { Outcome::Findings })
}

/// Where the cases of a component are.
pub(super) fn folder(component: &Component, cases: Option<&Path>) -> Result<PathBuf> {
    match (cases, &component.folder) {
        (Some(cases), _) => Ok(cases.to_owned()),
        (None, Some(folder)) => Ok(folder.join(CASES)),
        (None, None) => bail!("`{}` is inside the program: name its cases with `--cases DIR`", component.name),
    }
}

/// Reads all case files of a folder, by name.
pub(super) fn read(folder: &Path) -> Result<(Vec<Cases>, Vec<Finding>)> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the cases in `{}`", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    let mut paths: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    paths.sort();
    if paths.is_empty() {
        bail!("there are no cases in `{}`: write one like `{}/first.json`", folder.display(), folder.display());
    }
    let (mut suites, mut findings) = (Vec::new(), Vec::new());
    for path in paths {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let mut report = Report::new(Source::new(path.display().to_string(), text));
        suites.extend(Cases::read(&mut report));
        findings.extend(report.into_findings());
    }
    Ok((suites, findings))
}

/// Tries every case in the sandbox, with an eye on the plugin. Where the component does not load at all, that is told once.
/// Where they are also tried by a host like that of the gateway, and the plugin says something else there, the case fails.
async fn try_all(name: &str, component: &[u8], suites: &[Cases], as_run: AsRun) -> Result<Option<Vec<Tried>>> {
    let gateway = if as_run.is_meant(component, suites) { Some(Host::new(limits())?) } else { None };
    let host = Host::for_authors(limits())?;
    if let Err(faults) = host.examine(component).await {
        print_faults(name, &faults, &host.seen());
        return Ok(None);
    }
    let mut tried = Vec::new();
    for suite in suites {
        for case in &suite.cases {
            let mut trial = trial::run(&host, name, component, case).await;
            if let Some(gateway) = &gateway {
                trial.hold_against(&trial::run(gateway, name, component, case).await);
            }
            let (file, line) = (suite.source.name.to_string(), line(suite, case));
            tried.push(Tried { file, line, name: case.name.clone(), failure: failure(trial) });
        }
    }
    Ok(Some(tried))
}

/// What is wrong, and what was seen of the plugin.
fn failure(trial: Trial) -> Option<String> {
    if trial.differences.is_empty() {
        return None;
    }
    let mut lines = trial.differences;
    lines.push(String::new());
    lines.extend(trial.said.iter().map(|said| format!("said    {said}")));
    lines.extend(seen::in_lines(&trial.seen));
    Some(lines.join("\n"))
}

fn limits() -> Limits {
    Limits { deadline: PATIENCE, failures: 0, ..Limits::default() }
}

fn line(suite: &Cases, case: &Case) -> usize {
    suite.source.place(case.span.start).0
}

fn print_text(tried: &[Tried]) {
    for case in tried.iter().filter(|case| case.failure.is_some()) {
        case.print_failure();
        println!();
    }
    println!("{}", tried::totals(tried.iter()));
}

fn as_json(tried: &[Tried]) -> Value {
    let cases = tried.iter().map(|case| Value::from(case.to_json()));
    Value::from([("cases", cases.collect::<Vec<_>>().into())])
}
