//! Holds the profiles against the corpus of the repository, and prints the figures.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Validator, Verdict};
use serde::Deserialize;
use shell_guard::ShellGuard;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    input: String,
    label: Label,
    class: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Label {
    Benign,
    Malicious,
}

const MALICIOUS: &str = include_str!("../corpus/malicious.jsonl");
const BENIGN: &str = include_str!("../corpus/benign.jsonl");
const OPERATORS: &str = include_str!("../corpus/operators.jsonl");

fn rows(text: &str, label: Label) -> Vec<Row> {
    let rows: Vec<Row> = text.lines().map(|line| serde_json::from_str(line).expect("a row is read")).collect();
    assert!(rows.iter().all(|row| row.label == label), "all rows are {label:?}");
    rows
}

/// The rows that the profile allows, and the share of them in percent.
fn allowed<'a>(profile: &str, rows: &'a [Row]) -> (Vec<&'a Row>, f64) {
    let settings = serde_json::json!({ "profile": profile, "arguments": ["/command"] });
    let guard = ShellGuard::from_json(&settings.to_string()).expect("the settings are right");
    let is_allowed = |row: &&Row| {
        let arguments = serde_json::json!({ "command": row.input }).to_string();
        let document = Document::parse(&arguments).expect("the arguments are JSON");
        guard.check_call(&Call::of_tool("ssh", "execute"), &document) == Verdict::Allow
    };
    let allowed: Vec<_> = rows.iter().filter(is_allowed).collect();
    let share = 100.0 * allowed.len() as f64 / rows.len() as f64;
    println!("{profile}: {} of {} allowed, {share:.2} %", allowed.len(), rows.len());
    (allowed, share)
}

fn texts<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    rows.iter().map(|row| row.input.as_str()).collect()
}

#[test]
fn nothing_malicious_is_allowed() {
    let rows = rows(MALICIOUS, Label::Malicious);
    assert!(rows.len() >= 300);
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *classes.entry(&row.class).or_default() += 1;
    }
    assert_eq!(classes.len(), 12);
    assert!(classes.values().all(|count| *count >= 25), "{classes:?}");
    for profile in ["readonly-diagnostics", "developer", "deny-all"] {
        let (allowed, _) = allowed(profile, &rows);
        assert!(allowed.is_empty(), "{profile}: {:?}", texts(&allowed));
    }
    // Who may restart services may start one that somebody else put there.
    let (allowed, _) = allowed("service-operator", &rows);
    assert_eq!(texts(&allowed), ["systemctl daemon-reload", "systemctl start evil"]);
}

#[test]
fn most_of_what_only_reads_is_allowed() {
    let rows = rows(BENIGN, Label::Benign);
    assert!(rows.len() >= 300);
    let (_, share) = allowed("readonly-diagnostics", &rows);
    assert!(share >= 75.0);
}

#[test]
fn what_operators_type_is_allowed() {
    let rows = rows(OPERATORS, Label::Benign);
    assert!(rows.len() >= 200);
    for profile in ["readonly-diagnostics", "service-operator", "developer"] {
        let (_, share) = allowed(profile, &rows);
        assert!(share >= 95.0, "{profile}");
    }
}
