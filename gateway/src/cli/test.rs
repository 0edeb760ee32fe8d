//! `doorward test`: calls, and what should become of them, tried by the code that decides in `run`.

mod coverage;
mod difference;
mod suite;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::app::{Furnished, brief_host};
use crate::call::{Caller, ServerName};
use crate::config::{self, Environment};
use crate::gate::{Known, Law};
use crate::identity::ANONYMOUS;
use crate::json::Value;
use crate::json::commented::{Finding, Report, Severity, Source};
use crate::plugins::Host;

use super::report::junit::{self, Case as Shown};
use super::{Outcome, rehearsal, report, runtime};
use coverage::Coverage;
use suite::{Case, Expectation, Origin, Suite};
use trial::Trial;

/// How case files are called.
const SUFFIX: &str = ".test.json";
/// How deep folders are searched, and how many files are taken.
const DEPTH: usize = 16;
const FILES: usize = 10_000;

/// How results are printed.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// JUnit XML, for build servers
    Junit,
}

/// A case that was tried.
struct Tried {
    file: String,
    line: usize,
    name: String,
    expect: Expectation,
    trial: Result<Trial, String>,
}

impl Tried {
    fn passed(&self) -> bool {
        self.trial.as_ref().is_ok_and(|trial| trial.differences.is_empty())
    }

    /// Whether a tool is called of which nothing is known.
    fn knows_no_schema(&self) -> bool {
        self.trial.as_ref().is_ok_and(|trial| matches!(trial.explanation.known, Known::Nothing))
    }

    /// What is wrong, with the whole decision below it.
    fn failure(&self) -> Option<String> {
        let trial = match &self.trial {
            Ok(trial) if trial.differences.is_empty() => return None,
            Ok(trial) => trial,
            Err(why) => return Some(why.clone()),
        };
        let (differences, decision) = (trial.differences.join("\n"), difference::of(&self.expect, &trial.explanation));
        Some(format!("{differences}\n\n{decision}"))
    }
}

/// What came of cases.
pub struct Trials {
    tried: Vec<Tried>,
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
        Format::Junit => println!("{}", junit::suite("doorward test", &shown(tried))?),
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
        sound && self.tried.iter().all(Tried::passed)
    }

    /// What is wrong: files that cannot be read, cases that failed, and rules that none has shown at work.
    pub fn complaints(&self) -> Vec<String> {
        let unread = self.findings.iter().map(report::line);
        let failed = self.tried.iter().filter_map(|case| Some(format!("{}: {}", case.name, case.failure()?)));
        unread.chain(failed).chain(self.coverage.unseen().map(|rule| format!("never at work: {}", rule.id))).collect()
    }
}

async fn try_all(suite: &Suite, law: &Law, tried: &mut Vec<Tried>, coverage: &mut Coverage) {
    let server = ServerName::new(suite.server.as_str());
    for case in &suite.cases {
        let caller = caller_of(case);
        if let Some(seat) = law.seat(&caller, &server) {
            coverage.expect(seat.policies());
        }
        let trial = trial::run(case, law, &caller, &server).await.map_err(|error| error.to_string());
        if let Ok(trial) = &trial {
            trial.history.iter().chain([&trial.explanation]).for_each(|explanation| coverage.saw(explanation));
        }
        let (line, _) = suite.source.place(case.span.start);
        let (file, name, expect) = (suite.source.name.to_string(), case.name.clone(), case.expect.clone());
        tried.push(Tried { file, line, name, expect, trial });
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

fn print_text(tried: &[Tried], coverage: &Coverage) {
    for case in tried {
        match case.failure() {
            None => println!("ok    {}:{}: {}", case.file, case.line, case.name),
            Some(failure) => {
                println!("FAIL  {}:{}: {}", case.file, case.line, case.name);
                for line in failure.trim_end().lines() {
                    println!("      {line}");
                }
            }
        }
    }
    let failed = tried.iter().filter(|case| !case.passed()).count();
    println!("\n{} cases, {failed} failed", tried.len());
    print!("{coverage}");
    let unknown = tried.iter().filter(|case| case.knows_no_schema()).count();
    if unknown > 0 {
        println!("{unknown} cases were held against no schema: no tool of theirs is pinned, and they have no `schema`");
    }
}

fn as_json(tried: &[Tried], coverage: &Coverage) -> Value {
    let cases = tried.iter().map(|case| {
        Value::from([
            ("file", case.file.as_str().into()),
            ("line", (case.line as u64).into()),
            ("name", case.name.as_str().into()),
            ("passed", case.passed().into()),
            ("schema", (!case.knows_no_schema()).into()),
            ("failure", case.failure().map_or(Value::Null, Value::from)),
        ])
    });
    Value::from([("cases", cases.collect::<Vec<_>>().into()), ("coverage", coverage.to_json())])
}

fn shown(tried: &[Tried]) -> Vec<Shown> {
    let shown =
        |case: &Tried| Shown { class: case.file.clone(), name: case.name.clone(), failure: case.failure(), note: None };
    tried.iter().map(shown).collect()
}
