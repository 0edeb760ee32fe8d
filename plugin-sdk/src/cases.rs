//! Runs a plugin's cases: files that say, for settings and a call, what must become of it.
//!
//! A file has `about`, `settings` and `cases`. A case has a `call` (the arguments), a `verdict` (`allow`, `deny`, or
//! `invalid` where the settings are refused), and may have `settings` of its own and name the `code`, the `pointer` and a
//! part of the `text` of the finding.

use crate::{Call, Document, Finding, Validator, Verdict};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What the cases have in common, for the reader.
    #[serde(rename = "about")]
    _about: String,
    /// The settings of the cases that have none of their own.
    settings: Box<RawValue>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    settings: Option<Box<RawValue>>,
    call: Option<Box<RawValue>>,
    verdict: Expected,
    code: Option<String>,
    pointer: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Expected {
    Allow,
    Deny,
    Invalid,
}

/// Runs the cases of all files in the directory: how many there are, or what is decided otherwise, a line each.
pub fn run<V: Validator>(directory: &Path) -> Result<usize, String> {
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in files(directory)? {
        let shown = path.display();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{shown}: {error}"))?;
        let file: File = serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
        for (index, case) in file.cases.iter().enumerate() {
            let settings = case.settings.as_ref().unwrap_or(&file.settings);
            if let Err(told) = check::<V>(settings.get(), case) {
                wrong.push(format!("{shown} case {index}: {told}"));
            }
        }
        count += file.cases.len();
    }
    if wrong.is_empty() { Ok(count) } else { Err(wrong.join("\n")) }
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("{}: {error}", directory.display());
    let entries = std::fs::read_dir(directory).map_err(unreadable)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

fn check<V: Validator>(settings: &str, case: &Case) -> Result<(), String> {
    let plugin = match V::from_json(settings) {
        Ok(plugin) => plugin,
        Err(findings) if case.verdict == Expected::Invalid && findings.iter().any(|found| is_expected(found, case)) => {
            return Ok(());
        }
        Err(findings) => return Err(format!("{settings}: {findings:?}")),
    };
    let call = case.call.as_ref().ok_or_else(|| format!("{settings}: the settings were taken"))?.get();
    let document = Document::parse(call).map_err(|error| error.to_string())?;
    match plugin.check_call(&Call::of_tool("server", "tool"), &document) {
        Verdict::Allow if case.verdict == Expected::Allow => Ok(()),
        Verdict::Deny(finding) if case.verdict == Expected::Deny && is_expected(&finding, case) => Ok(()),
        verdict => Err(format!("{call}: {verdict:?}")),
    }
}

fn is_expected(finding: &Finding, case: &Case) -> bool {
    /// The contract's bound on a sentence, in bytes.
    const LONGEST: usize = 1024;
    let remedy = finding.remediation.as_deref().unwrap_or_default();
    finding.reason.len() <= LONGEST
        && remedy.len() <= LONGEST
        && case.code.as_ref().is_none_or(|code| *code == finding.code)
        && case.pointer.as_ref().is_none_or(|pointer| Some(pointer) == finding.pointer.as_ref())
        && case.text.as_ref().is_none_or(|text| format!("{} {remedy}", finding.reason).contains(text))
}
