//! `doorward check`.

mod arguments;
mod policies;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::app::{REFUSED, brief_host, load_plugins};
use crate::config::{self, Environment};
use crate::json::commented::{self, Code, Finding, Severity};
use crate::policy;

use super::report::junit::Case;
use super::{Outcome, report, runtime};

/// How findings are printed.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// JUnit XML, for build servers
    Junit,
}

/// Reads the configuration, the policies and the plugins as `run` would, and tells everything that was found.
/// With another configuration, also what may pass that did not there.
pub(super) fn check(
    path: &Path,
    against: Option<&Path>,
    environment: &Environment,
    format: Format,
    color: bool,
) -> anyhow::Result<Outcome> {
    let loaded = config::load(path, environment).context("write one, or name another with `--config FILE`")?;
    // Pins may not be there yet.
    let files: Vec<PathBuf> = loaded.files.into_iter().filter(|file| file.exists()).collect();
    let mut findings = loaded.findings;
    if let Some(config) = &loaded.config {
        let places = policies::places(config);
        let of_plugins = async {
            let plugins = load_plugins(&brief_host(environment)?, &config.components, config.policies()).await;
            anyhow::Ok(match plugins {
                Ok(plugins) => arguments::examine(&places, &plugins).await,
                Err(found) => found,
            })
        };
        findings.extend(runtime()?.block_on(of_plugins)?);
        findings.extend(policies::examine(config, &places));
        if let Some(against) = against {
            let before = config::load(against, environment).context("name the configuration as it was")?;
            let Some(before) = before.config else {
                report::print(&before.findings, color);
                anyhow::bail!("`{}` cannot be compared with: it has errors", against.display());
            };
            findings.extend(config::widened(&before, config));
        }
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match format {
        Format::Json => println!("{}", report::json(&findings)),
        Format::Sarif => println!("{}", report::sarif::log(&findings, &codes())),
        Format::Junit => println!("{}", report::junit::suite("doorward check", &cases(&files, &findings))?),
        Format::Text => {
            report::print(&findings, color);
            if errors == 0 {
                let files = files.len();
                println!("{} is sound: {files} file{} read", path.display(), if files == 1 { "" } else { "s" });
            }
        }
    }
    Ok(if errors == 0 { Outcome::Fine } else { Outcome::Findings })
}

/// Every kind of finding that there is.
fn codes() -> Vec<Code> {
    commented::CODES.into_iter().chain(policy::CODES).chain([REFUSED, arguments::UNNAMED]).collect()
}

/// Every file is a case; its errors make it fail.
fn cases(files: &[PathBuf], findings: &[Finding]) -> Vec<Case> {
    let case = |file: &PathBuf| {
        let name = file.display().to_string();
        let told = |severity: Severity| {
            let lines = findings
                .iter()
                .filter(|finding| finding.severity == severity && *finding.source.name == *name)
                .map(report::line);
            let lines: Vec<String> = lines.collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        };
        let (failure, note) = (told(Severity::Error), told(Severity::Warning));
        Case { class: "check".to_owned(), name: name.clone(), failure, note }
    };
    files.iter().map(case).collect()
}
