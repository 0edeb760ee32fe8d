//! `doorward test`: calls, and what should become of them, tried by the code that decides in `run`.

mod coverage;
mod difference;
mod suite;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::app::{Furnished, brief_host};
use crate::call::{Caller, ServerName};
use crate::config::{self, Environment};
use crate::gate::{Known, Law};
use crate::identity::ANONYMOUS;
use crate::json::Value;
use crate::json::commented::{Finding, Report, Severity, Source};
use crate::plugins::{Hook, Host};
use crate::policy::{PluginUse, Policy};

use super::report::tried::{self, Format, Tried};
use super::{Outcome, rehearsal, report, runtime};
use coverage::Coverage;
use suite::{Case, Expectation, Origin, Suite};
use trial::{Trial, Untried};

/// How case files are called.
const SUFFIX: &str = ".test.json";
/// How deep folders are searched, and how many files are taken.
const DEPTH: usize = 16;
const FILES: usize = 10_000;

/// A case that was tried under its law.
struct Judged {
    tried: Tried,
    /// Whether a tool is called of which nothing is known.
    knows_no_schema: bool,
}

impl Judged {
    fn new(suite: &Suite, case: &Case, trial: &Result<Trial, Untried>) -> Self {
        let (line, _) = suite.source.place(case.span.start);
        let (file, name) = (suite.source.name.to_string(), case.name.clone());
        let failure = match trial {
            Ok(trial) => failure(&case.expect, trial),
            Err(why) => Some(why.to_string()),
        };
        let known = trial.as_ref().map(|trial| &trial.explanation.known);
        Self { tried: Tried { file, line, name, failure }, knows_no_schema: matches!(known, Ok(Known::Nothing)) }
    }
}

/// What is wrong, with the whole decision below it.
fn failure(expect: &Expectation, trial: &Trial) -> Option<String> {
    let differs = !trial.differences.is_empty();
    differs.then(|| format!("{}\n\n{}", trial.differences.join("\n"), difference::of(expect, &trial.explanation)))
}

/// What came of cases.
pub struct Trials {
    tried: Vec<Judged>,
    coverage: Coverage,
    findings: Vec<Finding>,
}

/// Tries every case of the files, and of those in the folders. Exit status 1 if one fails.
pub(super) fn test(paths: &[PathBuf], environment: &Environment, format: Format, color: bool) -> Result<Outcome> {
    let trials = Trials::of(paths, environment)?;
    let Trials { tried, coverage, findings } = &trials;
    report::print(findings, color);
    match format {
        Format::Text => print_text(tried, coverage),
        Format::Json => println!("{}", String::from_utf8_lossy(&as_json(tried, coverage).to_bytes())),
        Format::Junit => println!("{}", tried::junit("doorward test", tried.iter().map(|case| &case.tried))?),
    }
    Ok(if trials.passed() { Outcome::Fine } else { Outcome::Findings })
}

impl Trials {
    /// Tries every case of the files, and of those in the folders.
    pub fn of(paths: &[PathBuf], environment: &Environment) -> Result<Self> {
        let files = find(paths)?;
        runtime()?.block_on(async {
            let host = brief_host(environment)?;
            let (mut tried, mut coverage, mut findings) = (Vec::new(), Coverage::default(), Vec::new());
            for file in &files {
                match load(file, environment, &host).await? {
                    Ok((suite, law)) => try_all(&suite, &law, &mut tried, &mut coverage).await,
                    Err(found) => findings.extend(found),
                }
            }
            Ok(Self { tried, coverage, findings })
        })
    }

    /// Whether every file could be read, and every case came out as it says.
    pub fn passed(&self) -> bool {
        let sound = self.findings.iter().all(|finding| finding.severity < Severity::Error);
        sound && self.tried.iter().all(|case| case.tried.failure.is_none())
    }

    /// What is wrong: files that cannot be read, cases that failed, and rules that none has shown at work.
    pub fn complaints(&self) -> Vec<String> {
        let unread = self.findings.iter().map(report::line);
        let failed = self.tried.iter().map(|case| &case.tried);
        let failed = failed.filter_map(|case| Some(format!("{}: {}", case.name, case.failure.as_ref()?)));
        unread.chain(failed).chain(self.coverage.unseen().map(|rule| format!("never at work: {}", rule.id))).collect()
    }
}

async fn try_all(suite: &Suite, law: &Law, tried: &mut Vec<Judged>, coverage: &mut Coverage) {
    let server = ServerName::new(suite.server.as_str());
    for case in &suite.cases {
        let caller = caller_of(case);
        if let Some(seat) = law.seat(&caller, &server) {
            coverage.expect(seat.policies());
            // What looks at replies alone stops no call, and no reply comes here.
            let plugins = seat.policies().flat_map(Policy::plugins);
            let looks_back = |wanted: &&PluginUse| seat.plugin(wanted).is_some_and(|plugin| !plugin.has(Hook::Call));
            plugins.filter(looks_back).for_each(|wanted| coverage.spare(&wanted.rule));
        }
        let trial = trial::run(case, law, &caller, &server).await;
        if let Ok(trial) = &trial {
            trial.history.iter().chain([&trial.explanation]).for_each(|explanation| coverage.saw(explanation));
        }
        tried.push(Judged::new(suite, case, &trial));
    }
}

/// Reads a case file and makes the law that it names.
async fn load(file: &Path, environment: &Environment, host: &Host) -> Result<Result<(Suite, Law), Vec<Finding>>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut report = Report::new(Source::new(file.display().to_string(), text));
    let suite = Suite::read(file, &mut report);
    let findings = report.into_findings();
    let Some(suite) = suite.filter(|_| findings.iter().all(|finding| finding.severity < Severity::Error)) else {
        return Ok(Err(findings));
    };
    let law = match &suite.law {
        Origin::Policies(policies) => {
            let server = ServerName::new(suite.server.as_str());
            let seats = suite.cases.iter().map(|case| (caller_of(case), server.clone()));
            match rehearsal::law(policies, seats, host).await {
                Ok(law) => law,
                Err(findings) => return Ok(Err(findings)),
            }
        }
        Origin::Config(path) => {
            let loaded = config::load(path, environment)?;
            let Some(config) = loaded.config else { return Ok(Err(loaded.findings)) };
            match Furnished::new(config, host).await {
                Ok(furnished) => furnished.law(),
                Err(findings) => return Ok(Err(findings)),
            }
        }
    };
    Ok(Ok((suite, law)))
}

fn caller_of(case: &Case) -> Caller {
    Caller::new(case.caller.as_deref().unwrap_or(ANONYMOUS))
}

/// The case files that are named, and those below the folders that are named.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            search(path, DEPTH, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        bail!("there is no file called NAME{SUFFIX} below {}", places.join(", "));
    }
    Ok(files)
}

fn search(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut entries: Vec<_> = entries.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        let passed_over = name.starts_with('.') || ["target", "node_modules"].contains(&name.as_str());
        if kind.is_dir() && !passed_over && depth > 0 {
            search(&entry.path(), depth - 1, files)?;
        } else if kind.is_file() && name.ends_with(SUFFIX) {
            anyhow::ensure!(files.len() < FILES, "there are more than {FILES} case files; name folders further down");
            files.push(entry.path());
        }
    }
    Ok(())
}

fn print_text(tried: &[Judged], coverage: &Coverage) {
    for Judged { tried, .. } in tried {
        match tried.failure {
            None => println!("ok    {}:{}: {}", tried.file, tried.line, tried.name),
            Some(_) => tried.print_failure(),
        }
    }
    println!("\n{}", tried::totals(tried.iter().map(|case| &case.tried)));
    print!("{coverage}");
    let unknown = tried.iter().filter(|case| case.knows_no_schema).count();
    if unknown > 0 {
        println!("{unknown} cases were held against no schema: no tool of theirs is pinned, and they have no `schema`");
    }
}

fn as_json(tried: &[Judged], coverage: &Coverage) -> Value {
    let cases = tried.iter().map(|case| {
        let mut told = case.tried.to_json();
        told.insert("schema", !case.knows_no_schema);
        Value::from(told)
    });
    Value::from([("cases", cases.collect::<Vec<_>>().into()), ("coverage", coverage.to_json())])
}
