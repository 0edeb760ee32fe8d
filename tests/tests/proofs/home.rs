//! One user's folder for state, and the programs that share it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use doorward_tests::process::{Ended, doorward};
use doorward_tests::{Gateway, within};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// A folder for state, in which nothing is yet.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Where the gateway keeps everything.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("doorward")
    }

    /// Where decisions are recorded.
    pub(crate) fn audit(&self) -> PathBuf {
        self.state().join("audit")
    }

    /// A gateway that keeps its state here.
    pub(crate) async fn gateway(&self, config: &Value) -> Gateway {
        self.gateway_with(config, &[]).await
    }

    /// The same with more arguments.
    pub(crate) async fn gateway_with(&self, config: &Value, arguments: &[&str]) -> Gateway {
        let folder = self.folder.path().to_str().unwrap();
        Gateway::start_with(config, &[("XDG_STATE_HOME", folder)], arguments).await
    }

    /// The program, to be started with this folder.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(doorward());
        command.env("XDG_STATE_HOME", self.folder.path()).env("NO_COLOR", "1");
        command
    }

    /// Runs the program to its end, with nothing on stdin.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command().args(arguments).stdin(Stdio::null()).kill_on_drop(true).output();
        let output = within(format!("{arguments:?} to end"), output).await.expect("the program starts");
        Ended {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// What `audit tail` shows.
    pub(crate) async fn tail(&self) -> Vec<Value> {
        let folder = self.audit();
        let tail = ["audit", "tail", "--dir", folder.to_str().unwrap(), "--format", "json", "-n", "100000"];
        let ended = self.run(&tail).await;
        assert_eq!(ended.status, Some(0), "{}", ended.stderr);
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    /// Every entry as it stands in the files, also those of a writer that was killed. A last line that is torn is none.
    pub(crate) fn entries(&self) -> Vec<Value> {
        let texts = self.journals().into_iter().map(|path| std::fs::read_to_string(path).unwrap());
        texts.flat_map(|text| whole_lines(&text)).collect()
    }

    /// The decisions that `audit tail` shows, of this verdict.
    pub(crate) async fn decisions(&self, verdict: &str) -> Vec<Value> {
        let entries = self.tail().await.into_iter();
        entries.filter(|entry| entry["kind"] == "decision" && entry["verdict"] == verdict).collect()
    }

    /// Checks that `audit verify` finds nothing wrong.
    pub(crate) async fn verified(&self) {
        let ended = self.run(&["audit", "verify", "--dir", self.audit().to_str().unwrap()]).await;
        assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    }

    /// The files of the record, oldest first.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        files(&self.audit()).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "jsonl")).collect()
    }

    /// All that is kept here, byte for byte.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let files = files(&self.state()).into_iter().chain(files(&self.audit()));
        files.flat_map(|path| std::fs::read(path).unwrap_or_default()).collect()
    }
}

/// The entries in a file's text.
pub(crate) fn whole_lines(text: &str) -> Vec<Value> {
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    lines.map(|line| serde_json::from_str(line).expect("a whole line is JSON")).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
