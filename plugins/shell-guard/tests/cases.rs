//! Runs `cases/*.json`: settings, a call, and what must become of it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Finding, Validator, Verdict};
use serde::Deserialize;
use serde_json::value::RawValue;
use shell_guard::ShellGuard;
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
    /// The arguments of the call.
    call: Option<Box<RawValue>>,
    verdict: Expected,
    /// The code of the finding.
    code: Option<String>,
    /// The place that the finding names.
    pointer: Option<String>,
    /// What stands in the reason or the remediation.
    text: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Expected {
    Allow,
    Deny,
    /// The settings are refused.
    Invalid,
}

#[test]
fn every_case_is_decided_as_it_says() {
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("the file is read");
        let file: File = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (index, case) in file.cases.iter().enumerate() {
            let settings = case.settings.as_ref().unwrap_or(&file.settings);
            if let Err(told) = check(settings.get(), case) {
                wrong.push(format!("{} case {index}: {told}", path.display()));
            }
        }
        count += file.cases.len();
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{} cases are decided otherwise:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 700);
}

fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = std::fs::read_dir(directory).expect("the cases are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry is read").path()).collect();
    paths.sort();
    paths
}

fn check(settings: &str, case: &Case) -> Result<(), String> {
    let guard = match ShellGuard::from_json(settings) {
        Ok(guard) => guard,
        Err(findings) if case.verdict == Expected::Invalid => {
            return match findings.iter().any(|finding| is_expected(finding, case)) {
                true => Ok(()),
                false => Err(format!("{settings}: {findings:?}")),
            };
        }
        Err(findings) => return Err(format!("{settings}: {findings:?}")),
    };
    let call = case.call.as_ref().ok_or_else(|| format!("{settings}: the settings were taken"))?.get();
    let document = Document::parse(call).map_err(|error| error.to_string())?;
    match guard.check_call(&Call::of_tool("ssh", "execute"), &document) {
        Verdict::Allow if case.verdict == Expected::Allow => Ok(()),
        Verdict::Deny(finding) if case.verdict == Expected::Deny && is_expected(&finding, case) => Ok(()),
        verdict => Err(format!("{call}: {verdict:?}")),
    }
}

fn is_expected(finding: &Finding, case: &Case) -> bool {
    let told = format!("{} {}", finding.reason, finding.remediation.as_deref().unwrap_or_default());
    // The contract bounds both.
    assert!(told.len() < 1024, "{} bytes: {told}", told.len());
    case.code.as_ref().is_none_or(|code| *code == finding.code)
        && case.pointer.as_ref().is_none_or(|pointer| Some(pointer) == finding.pointer.as_ref())
        && case.text.as_ref().is_none_or(|text| told.contains(text))
}
