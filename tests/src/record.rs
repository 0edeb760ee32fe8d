//! What a server on stdio wrote down: that it started, every line that reached it, and that its stdin was closed.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::wait::until;

/// The file in which servers on stdio write down what happens to them.
pub struct Record {
    path: PathBuf,
    _folder: TempDir,
}

impl Record {
    /// An empty record.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { path: folder.path().join("record"), _folder: folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.path).unwrap_or_default()).into_owned()
    }

    /// The lines that reached any of the servers.
    pub fn lines(&self) -> Vec<String> {
        self.entries("line ")
    }

    /// The messages of a method that reached any of the servers.
    pub fn messages(&self, method: &str) -> Vec<Value> {
        let messages = self.lines().into_iter().filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        messages.filter(|message| message["method"] == method).collect()
    }

    /// The processes of the servers, in the order in which they started.
    pub fn pids(&self) -> Vec<i32> {
        self.entries("start ").iter().map(|pid| pid.parse().unwrap()).collect()
    }

    /// The processes that the servers started.
    pub fn grandchildren(&self) -> Vec<i32> {
        self.entries("child ").iter().map(|pid| pid.parse().unwrap()).collect()
    }

    /// Waits until so many messages of a method have come.
    pub async fn until_seen(&self, method: &str, count: usize) -> Vec<Value> {
        until(format!("{count} times `{method}` at the server"), async || {
            let messages = self.messages(method);
            (messages.len() >= count).then_some(messages)
        })
        .await
    }

    fn entries(&self, kind: &str) -> Vec<String> {
        self.text().lines().filter_map(|line| line.strip_prefix(kind)).map(str::to_owned).collect()
    }
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}
