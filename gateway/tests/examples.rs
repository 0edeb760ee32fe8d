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

const SHAPES: [Shape; 66] = [
    shape(
        "a call that repeats itself",
        "mcp-ssh",
        "nothing negative: it repeats without a pause",
        "a status every five seconds",
    ),
    shape(
        "a call that is as many as its tag has hosts",
        "mcp-ssh-orchestrator",
        "a tag counts as its hosts: ten times twelve are enough for an hour",
        "nine times are not",
    ),
    shape(
        "a call that is as many as it says",
        "allcanuse",
        "they count as they are: six times twenty are too many",
        "several pages at once",
    ),
    shape("a range of ports", "allcanuse", "no range of them", "a few ports at once"),
    shape("a batch", "mcp-ssh", "nor more than ten", "several files go"),
    shape(
        "a word that the server rewrites",
        "mcp-ssh",
        "no sudo within quotes, where the server puts the password too",
        "quotes stay quotes",
    ),
    shape("keys that are typed in pieces", "mcp-ssh", "a piece of a line is not", "a line that looks is typed"),
    shape(
        "a second line under a pattern of one",
        "mcp-ssh-orchestrator",
        "no second command behind a newline",
        "a backtick in single quotes is a text",
    ),
    shape("a file of this machine that is written", "mcp-ssh", "nothing is written over", "a log comes in"),
    shape(
        "a file of this machine that is read as a key",
        "ssh-mcp",
        "no other file is read as a key",
        "an agent connects to a host of the domain, by a key of its folder",
    ),
    shape("ports of this machine", "mcp-ssh", "no port of this machine is opened", "and tunnels, which nobody opens"),
    shape("what others started", "mcp-ssh", "those of others go on", "a task is stopped"),
    shape("a task by an empty name", "mcp-ssh-orchestrator", "no task is not all tasks", "a task is cancelled"),
    shape("a task that rests", "allcanuse", "one that is named", "a task rests"),
    shape(
        "every command of a session",
        "ssh-mcp",
        "not again and again: it ends what others began",
        "a command is cancelled",
    ),
    shape("an array of objects", "mcp-ssh", "not with one among them from elsewhere", "several files go"),
    shape("the words of an argv", "allcanuse", "no option that runs something, among others", "a program is compiled"),
    shape("words of an argv in one", "allcanuse", "not two in one", "a program is compiled"),
    shape("a list of paths", "allcanuse", "not with one among them from elsewhere", "several are packed"),
    shape("a text or an object", "allcanuse", "not with a setting more, in either", "an address as an object"),
    shape("JSON in a text", "allcanuse", "nor in the text", "the same address as JSON in a text"),
    shape("JSON in a body", "allcanuse", "nor of two", "a ticket is written"),
    shape("an open object", "allcanuse", "no condition of another kind", "a file is waited for in the background"),
    shape("an open object of any depth", "allcanuse", "however deep", "data is written"),
    shape("a map with names of the caller's", "allcanuse", "no header of others", "a page is read"),
    shape("fields of a form", "allcanuse", "not with fields that it does not have", "a form is sent"),
    shape(
        "an encoding that a sibling chooses",
        "allcanuse",
        "no text in an encoding that hides it",
        "a file is written",
    ),
    shape(
        "bytes in an encoding that a sibling chooses",
        "allcanuse",
        "nothing in another encoding",
        "a picture is written",
    ),
    shape("PowerShell", "allcanuse", "no second language", "a command that looks"),
    shape("C", "allcanuse", "nothing else that C can say", "a sum is done"),
    shape("SQL", "allcanuse", "no other, though it begins alike", "a question is asked"),
    shape("POSIX shell", "allcanuse", "nothing that writes", "a command that looks"),
    shape(
        "a file that is written and then run",
        "allcanuse",
        "nothing that was written is run",
        "what was written is looked at",
    ),
    shape("a command that changes the next", "ssh-mcp", "a session stays where it is", "a look at a log"),
    shape(
        "a call by an id that another call made",
        "mcp-ssh",
        "not where somebody else did",
        "a command runs where the session connected to",
    ),
    shape(
        "what was read, sent on",
        "allcanuse",
        "after files were read a person looks at what is sent",
        "a ticket is written",
    ),
    shape("a default that is wide", "allcanuse", "not all of them by naming none", "variables that say nothing"),
    shape(
        "a default that is everywhere",
        "allcanuse",
        "not everywhere by saying nothing",
        "what looks odd is looked for",
    ),
    shape(
        "a default that writes",
        "mcp-ssh",
        "where to must be said: the server would take the downloads of its user",
        "a log comes in",
    ),
    shape(
        "a number below zero",
        "mcp-ssh",
        "nothing negative: it repeats without a pause",
        "a status every five seconds",
    ),
    shape("a part of a number", "mcp-ssh", "nothing below a millisecond", "once a day"),
    shape("a number without bounds", "mcp-ssh", "nothing beyond all bounds", "once a day"),
    shape("a number as text", "mcp-ssh", "text is none", "a status every five seconds"),
    shape(
        "a number that a double cannot hold",
        "mcp-ssh",
        "nothing that a double cannot hold",
        "written as another number that is the same",
    ),
    shape("a newline", "mcp-ssh", "no second command behind a newline", "a look at the disks"),
    shape("NUL", "mcp-ssh", "none behind a sign that ends texts in C", "a look at the disks"),
    shape("a carriage return", "mcp-ssh", "none behind a carriage return", "a look at the disks"),
    shape("letters that do not show", "mcp-ssh", "nor with a sign between that does not show", "a look at the disks"),
    shape("letters that look like others", "mcp-ssh", "nor in signs that look like it", "a look at the disks"),
    shape("a name in pieces", "mcp-ssh", "no name in pieces", "quotes stay quotes"),
    shape("a blank out of a variable", "mcp-ssh", "no blank out of a variable", "a look at the disks"),
    shape("letters by their numbers", "mcp-ssh", "no name in other letters", "quotes stay quotes"),
    shape("a program out of a pipe", "mcp-ssh", "no program out of a pipe", "a look at the disks"),
    shape("tools that do the same", "allcanuse", "not by another name either", "the same by another name"),
    shape(
        "a key in an argument",
        "ssh-mcp",
        "no key in the call",
        "an agent connects to a host of the domain, by a key of its folder",
    ),
    shape(
        "a password in an argument",
        "mcp-ssh",
        "a password does not travel in a call",
        "an agent connects to a host that is named, as itself",
    ),
    shape("a password in an address", "allcanuse", "no password in its address", "the database that is named"),
    shape("an option in the place of a host", "allcanuse", "no option in its place", "a host is asked for"),
    shape("a program in the place of a name", "allcanuse", "no program but a compiler", "a program is compiled"),
    shape(
        "a deletion that begins like a question",
        "allcanuse",
        "none that deletes and looks as if it read",
        "a question is asked",
    ),
    shape(
        "an explanation that does it",
        "allcanuse",
        "none that explains what it does by doing it",
        "a question is asked",
    ),
    shape("a setting of the database", "allcanuse", "no setting that lets the next one write", "a question is asked"),
    shape("a file as a URL", "allcanuse", "no file of this machine", "a page is read"),
    shape("credentials of the cloud", "allcanuse", "no credentials of the cloud", "a page is read"),
    shape("an IPv4 address in IPv6", "allcanuse", "nor in IPv6", "a page is read"),
    shape("an address in one number", "allcanuse", "nor in one number", "a page is read"),
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

/// The examples, each with a test of its own below, so that they are tried side by side: plugins are made ready for each.
const EXAMPLES: [&str; 4] = ["allcanuse", "mcp-ssh", "mcp-ssh-orchestrator", "ssh-mcp"];

/// All cases pass, and every rule was at work in one.
fn check(example: &str) {
    // The machine code of plugins is kept from one file of cases to the next.
    let home = tempfile::tempdir().unwrap();
    let environment = Environment::new([("HOME".to_owned(), home.path().display().to_string())]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example);
    let trials = Trials::of(&[folder], &environment).unwrap();
    assert_eq!(trials.complaints(), Vec::<String>::new());
    assert!(trials.passed());
}

#[test]
fn the_cases_of_allcanuse_pass_and_show_every_rule_at_work() {
    check("allcanuse");
}

#[test]
fn the_cases_of_mcp_ssh_pass_and_show_every_rule_at_work() {
    check("mcp-ssh");
}

#[test]
fn the_cases_of_mcp_ssh_orchestrator_pass_and_show_every_rule_at_work() {
    check("mcp-ssh-orchestrator");
}

#[test]
fn the_cases_of_ssh_mcp_pass_and_show_every_rule_at_work() {
    check("ssh-mcp");
}

#[test]
fn every_example_is_tried() {
    let mut found: Vec<String> =
        examples().iter().map(|example| example.file_name().unwrap().to_string_lossy().into_owned()).collect();
    found.sort();
    assert_eq!(found, EXAMPLES);
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
