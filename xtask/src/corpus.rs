//! Holds shell-guard against a corpus of commands: how many of which class it lets through, and which it should not.
//!
//! It is the plugin's own code, built for this machine instead of for the sandbox. Whether the figures are good
//! enough is for the reader to say: the task fails only where the corpus cannot be read.

use anyhow::{Context as _, Result, bail};
use doorward_plugin::{Call, Document, Finding, Validator as _, Verdict};
use serde_json::{Value, json};
use shell_guard::ShellGuard;
use std::collections::BTreeMap;
use std::path::Path;

const USAGE: &str = "type `cargo xtask corpus FILE.jsonl [--profile NAME] [--settings FILE.json] [--refused]`";

/// What is asked for.
struct Question {
    file: String,
    profile: String,
    /// Settings of the plugin besides the profile and the arguments.
    settings: Option<String>,
    /// Whether the benign rows that were refused are printed, with the reason.
    shows_refused: bool,
}

/// One line of the corpus; other members are ignored.
struct Row {
    input: String,
    label: String,
    class: String,
}

#[derive(Default)]
struct Tally {
    allowed: usize,
    refused: usize,
}

/// Reads the corpus and prints what becomes of it.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let question = Question::read(arguments)?;
    let rows = rows(Path::new(&question.file))?;
    let guard = guard(&question)?;
    let mut classes: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    let mut slipped = Vec::new();
    let mut refused = Vec::new();
    for row in &rows {
        let tally = classes.entry((&row.label, &row.class)).or_default();
        match refusal(&guard, &row.input)? {
            None => {
                tally.allowed += 1;
                slipped.extend((row.label == "malicious").then_some(row));
            }
            Some(finding) => {
                tally.refused += 1;
                refused.extend((row.label == "benign").then_some((row, finding)));
            }
        }
    }
    print_classes(&classes);
    if question.shows_refused {
        println!("\nbenign, and refused: {}", refused.len());
        for (row, finding) in refused {
            println!("  {}  {}  {}: {}", row.class, json!(row.input), finding.code, finding.reason);
        }
    }
    println!("\nmalicious, and allowed: {}", slipped.len());
    for row in slipped {
        println!("  {}  {}", row.class, json!(row.input));
    }
    Ok(())
}

impl Question {
    fn read(arguments: &[String]) -> Result<Self> {
        let (mut file, mut profile, mut settings, mut shows_refused) =
            (None, "readonly-diagnostics".to_owned(), None, false);
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--profile" => profile = arguments.next().context("`--profile` lacks its name")?.clone(),
                "--settings" => settings = Some(arguments.next().context("`--settings` lacks its file")?.clone()),
                "--refused" => shows_refused = true,
                flag if flag.starts_with('-') => bail!("`{flag}` is not an option: {USAGE}"),
                path if file.is_none() => file = Some(path.to_owned()),
                path => bail!("`{path}` is one file too many: {USAGE}"),
            }
        }
        Ok(Self { file: file.context(USAGE)?, profile, settings, shows_refused })
    }
}

fn rows(file: &Path) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let place = || format!("line {} of `{}`", index + 1, file.display());
            let value: Value = serde_json::from_str(line).with_context(place)?;
            let member = |name: &str| {
                let text = value.get(name).and_then(Value::as_str);
                text.map(str::to_owned).with_context(|| format!("{}: `{name}` is not a string", place()))
            };
            Ok(Row { input: member("input")?, label: member("label")?, class: member("class")? })
        })
        .collect()
}

fn guard(question: &Question) -> Result<ShellGuard> {
    let mut settings = match &question.settings {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{file}`"))?;
            serde_json::from_str(&text).with_context(|| format!("`{file}` is not an object of settings"))?
        }
        None => serde_json::Map::new(),
    };
    settings.insert("profile".to_owned(), json!(question.profile));
    settings.insert("arguments".to_owned(), json!(["/command"]));
    let settings = Value::Object(settings);
    ShellGuard::from_json(&settings.to_string()).map_err(|findings| {
        let reasons: Vec<_> = findings.iter().map(sentence).collect();
        anyhow::anyhow!(reasons.join("\n"))
    })
}

fn refusal(guard: &ShellGuard, command: &str) -> Result<Option<Finding>> {
    let arguments = json!({ "command": command }).to_string();
    let document = Document::parse(&arguments).context("a command does not make a document")?;
    Ok(match guard.check_call(&Call::of_tool("corpus", "run"), &document) {
        Verdict::Allow | Verdict::Modify(_) => None,
        Verdict::Deny(finding) | Verdict::Ask(finding) => Some(finding),
    })
}

fn print_classes(classes: &BTreeMap<(&str, &str), Tally>) {
    let width = classes.keys().map(|(_, class)| class.len()).max().unwrap_or_default().max(5);
    let line = |label: &str, class: &str, tally: &Tally| {
        let total = tally.allowed + tally.refused;
        let share = 100.0 * tally.allowed as f64 / total.max(1) as f64;
        println!("{label:9}  {class:width$}  {total:6}  {:7}  {:7}  {share:6.2} %", tally.allowed, tally.refused);
    };
    println!("{:9}  {:width$}  {:>6}  {:>7}  {:>7}  allowed", "label", "class", "rows", "allowed", "refused");
    let mut labels: BTreeMap<&str, Tally> = BTreeMap::new();
    for ((label, class), tally) in classes {
        line(label, class, tally);
        let sum = labels.entry(label).or_default();
        sum.allowed += tally.allowed;
        sum.refused += tally.refused;
    }
    for (label, tally) in &labels {
        line(label, "all", tally);
    }
}

fn sentence(finding: &Finding) -> String {
    let remedy = finding.remediation.as_deref().map(|remedy| format!(": {remedy}")).unwrap_or_default();
    format!("{}{remedy}", finding.reason)
}
