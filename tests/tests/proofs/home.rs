//! One user's folder for state, and the programs that share it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use aws_lc_rs::hmac;
use doorward_tests::process::{Ended, doorward};
use doorward_tests::{Gateway, within};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::disk::Disk;

/// A folder for state, in which nothing is yet.
pub(crate) struct Home {
    folder: TempDir,
    disk: Option<Disk>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), disk: None }
    }

    /// A folder on a disk of this many bytes; why not, where the machine does not allow it.
    pub(crate) async fn on_a_disk_of(bytes: u64) -> Result<Self, String> {
        let folder = TempDir::new().unwrap();
        let disk = Disk::over(folder.path(), bytes).await?;
        Ok(Self { folder, disk: Some(disk) })
    }

    /// The folder, as seen from here.
    pub(crate) fn path(&self) -> PathBuf {
        let folder = self.folder.path();
        self.disk.as_ref().map_or_else(|| folder.to_owned(), |disk| disk.seen(folder))
    }

    /// Where the gateway keeps everything.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("doorward")
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
        Gateway::start_by(self.launcher(), config, &[("XDG_STATE_HOME", folder)], arguments).await
    }

    /// The same by a command that becomes the gateway.
    pub(crate) async fn gateway_by(&self, command: Command, config: &Value) -> Gateway {
        let folder = self.folder.path().to_str().unwrap();
        Gateway::start_by(command, config, &[("XDG_STATE_HOME", folder)], &[]).await
    }

    /// The program, to be started with this folder.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.launcher();
        command.env("XDG_STATE_HOME", self.folder.path()).env("NO_COLOR", "1");
        command
    }

    fn launcher(&self) -> Command {
        self.disk.as_ref().map_or_else(|| Command::new(doorward()), |disk| disk.launch(&doorward()))
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
        let folder = self.folder.path().join("doorward/audit");
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
        let folder = self.folder.path().join("doorward/audit");
        let ended = self.run(&["audit", "verify", "--dir", folder.to_str().unwrap()]).await;
        assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    }

    /// The files of the record, oldest first.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        files(&self.audit()).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "jsonl")).collect()
    }

    /// The digests of the arguments of every call that was allowed, as they stand in these files.
    pub(crate) fn allowed(&self, journals: &[PathBuf]) -> HashSet<String> {
        let texts = journals.iter().map(|path| std::fs::read_to_string(path).unwrap());
        let entries = texts.flat_map(|text| whole_lines(&text));
        let decisions = entries.filter(|entry| entry["kind"] == "decision" && entry["verdict"] == "allow");
        decisions.map(|entry| entry["args_digest"].as_str().unwrap().to_owned()).collect()
    }

    /// The digest of arguments as the record has it: keyed, so that nobody can guess them.
    pub(crate) fn digest(&self, arguments: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &std::fs::read(self.audit().join("key")).unwrap());
        hmac::sign(&key, arguments.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
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
