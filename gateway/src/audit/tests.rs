//! What the room promises: what a line says, that nothing can be changed unseen, and that failures refuse and pass.

mod concurrency;
mod failures;
mod flood;
mod folders;
mod people;
mod process;
mod repairs;
mod tampering;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::call::{Caller, Document, Refusal, Ruling, ServerName, Target, Verdict};
use crate::json::{Object, Value};
use crate::policy::Hints;
use crate::secret::Digest;

/// A folder for records that goes when the test ends.
struct Folder(TempDir);

/// What decisions are about.
struct About {
    caller: Caller,
    server: ServerName,
    target: Target,
    document: Document,
    refusal: Refusal,
}

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("audit")
    }

    fn config(&self) -> Config {
        Config { summary_every: Duration::from_secs(3600), ..Config::new(self.dir()) }
    }

    fn open(&self) -> Audit {
        Audit::open(&self.config()).unwrap().0
    }
}

impl About {
    fn new() -> Self {
        let arguments = Object::from([("command", Value::from("ls"))]);
        Self {
            caller: Caller::new("ci"),
            server: ServerName::new("mcp-ssh"),
            target: Target::Tool("backgroundExecute".to_owned()),
            document: Document::new(&Value::from(arguments)),
            refusal: Refusal::from(Ruling {
                verdict: Verdict::Deny,
                rule: "tools.backgroundExecute.plugins[0]".into(),
                reason: "`rm` is not allowed".into(),
                remedy: None,
            }),
        }
    }

    fn allowed(&self, millis: u64) -> Decision<'_> {
        Decision {
            time: Timestamp::from_millis(millis),
            call: None,
            session: None,
            caller: &self.caller,
            client: None,
            groups: &[],
            grant: Some(self.caller.as_str()),
            server: &self.server,
            target: &self.target,
            pin: None,
            hints: Hints::default(),
            arguments: Some(&self.document),
            asked: None,
            kept: None,
            facts: &[],
            outcome: Outcome::Allow { rule: "tools.backgroundExecute", reason: "allowed by name", would: None },
            reviews: &[],
            policy: Digest::of(b"policy"),
        }
    }

    fn refused(&self, millis: u64) -> Decision<'_> {
        Decision { outcome: Outcome::Refuse(&self.refusal), ..self.allowed(millis) }
    }
}

fn completion(millis: u64) -> Completion<'static> {
    Completion {
        time: Timestamp::from_millis(millis),
        status: "ok",
        http: Some(200),
        took: Duration::from_micros(1234),
        refused: None,
        reviews: &[],
    }
}

/// The files of the record, oldest first.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
}

/// All entries, file by file.
fn entries(dir: &Path) -> Vec<Object> {
    let lines: Vec<String> = files(dir).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    lines.concat().lines().map(|line| line::read(line.as_bytes()).unwrap()).collect()
}

/// The entries of a kind.
fn of_kind(dir: &Path, kind: &str) -> Vec<Object> {
    entries(dir).into_iter().filter(|entry| entry.text("kind") == Some(kind)).collect()
}

/// Copies a folder as a killed process would leave it: with its lock file, and nobody who holds the lock.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[track_caller]
fn assert_ok(dir: &Path) -> Report {
    let report = verify(dir).unwrap();
    assert!(report.ok(), "{report:#?}");
    report
}
