//! The examples do what their cases say, every rule of them is at work in one, and the calls that break naive policies
//! are among them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_types, reason = "case files are read as others would read them")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use doorward::cli::Trials;
use doorward::config::Environment;

/// What a server of the examples lets an agent do that a rule on one plain argument misses.
struct Shape {
    /// What it is.
    what: &'static str,
    /// The example in which it is met.
    example: &'static str,
    /// A case that is refused, and one that passes.
    refused: &'static str,
    passes: &'static str,
}

/// A row of the table.
const fn shape(what: &'static str, example: &'static str, refused: &'static str, passes: &'static str) -> Shape {
    Shape { what, example, refused, passes }
}

const SHAPES: [Shape; 21] = [
    shape(
        "a call that repeats itself",
        "mcp-ssh",
        "nothing negative: it repeats without a pause",
        "a status every five seconds",
    ),
    shape(
        "a call that is many",
        "mcp-ssh-orchestrator",
        "a tag counts as its hosts: ten times twelve are enough for an hour",
        "nine times are not",
    ),
    shape(
        "a word that the server rewrites",
        "mcp-ssh",
        "no sudo within quotes, where the server puts the password too",
        "quotes stay quotes",
    ),
    shape("keys that are typed in pieces", "mcp-ssh", "no keys are typed", "a look at the disks"),
    shape(
        "a second line under a pattern of one",
        "mcp-ssh-orchestrator",
        "no second command behind a newline",
        "a backtick in single quotes is a text",
    ),
    shape("files of this machine", "mcp-ssh", "nothing is written over", "a log comes in"),
    shape(
        "a file that is read as a key",
        "ssh-mcp",
        "no other file is read as a key",
        "an agent connects to a host of the domain, by a key of its folder",
    ),
    shape("ports of this machine", "mcp-ssh", "no port of this machine is opened", "and tunnels, which nobody opens"),
    shape("all that others started", "mcp-ssh", "those of others go on", "a task is stopped"),
    shape("a task by an empty name", "mcp-ssh-orchestrator", "no task is not all tasks", "a task is cancelled"),
    shape(
        "every command of a session",
        "ssh-mcp",
        "not again and again: it ends what others began",
        "a command is cancelled",
    ),
    shape("an array of objects", "mcp-ssh", "not with one among them from elsewhere", "several files go"),
    shape("many in one call", "mcp-ssh", "nor more than ten", "several files go"),
    shape(
        "what is absent has a default",
        "mcp-ssh",
        "where to must be said: the server would take the downloads of its user",
        "a log comes in",
    ),
    shape("numbers", "mcp-ssh", "nothing that a double cannot hold", "written as another number that is the same"),
    shape("texts that look like others", "mcp-ssh", "no name in pieces", "quotes stay quotes"),
    shape(
        "tools that do the same",
        "mcp-ssh-orchestrator",
        "also without waiting, by the same rule",
        "the same without waiting",
    ),
    shape("several calls", "ssh-mcp", "a session stays where it is", "a look at a log"),
    shape(
        "credentials in arguments",
        "ssh-mcp",
        "no key in the call",
        "an agent connects to a host of the domain, by a key of its folder",
    ),
    shape(
        "an option in the place of a value",
        "ssh-mcp",
        "no option in the place of a host",
        "an address of the network",
    ),
    shape("addresses in other spellings", "ssh-mcp", "none in one number", "the same address written in IPv6"),
];

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The verdicts that the cases of an example expect, by their names.
fn expected(example: &Path) -> BTreeMap<String, String> {
    let mut expected = BTreeMap::new();
    let files = fs::read_dir(example).unwrap().map(|entry| entry.unwrap().path());
    for file in files.filter(|file| file.to_string_lossy().ends_with(".test.json")) {
        let suite: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for case in suite.get("cases").and_then(serde_json::Value::as_array).unwrap() {
            let text = |pointer: &str| case.pointer(pointer).and_then(serde_json::Value::as_str);
            let (name, verdict) = (text("/name").unwrap(), text("/expect").or(text("/expect/verdict")).unwrap());
            let before = expected.insert(name.to_owned(), verdict.to_owned());
            assert_eq!(before, None, "{}: two cases are called `{name}`", file.display());
        }
    }
    expected
}

#[test]
fn the_cases_of_every_example_pass_and_show_every_rule_at_work() {
    for example in examples() {
        let trials = Trials::of(std::slice::from_ref(&example), &Environment::new([])).unwrap();
        assert_eq!(trials.complaints(), Vec::<String>::new(), "{}", example.display());
        assert!(trials.passed(), "{}", example.display());
    }
}

#[test]
fn what_breaks_naive_policies_is_refused_and_what_is_like_it_passes() {
    let cases: BTreeMap<String, BTreeMap<String, String>> = examples()
        .into_iter()
        .map(|example| (example.file_name().unwrap().to_string_lossy().into_owned(), expected(&example)))
        .collect();
    for Shape { what, example, refused, passes } in SHAPES {
        let verdict = |case: &str| cases.get(example)?.get(case).map(String::as_str);
        assert!(matches!(verdict(refused), Some("deny" | "ask")), "{what}: `{refused}` in {example}");
        assert_eq!(verdict(passes), Some("allow"), "{what}: `{passes}` in {example}");
    }
}
