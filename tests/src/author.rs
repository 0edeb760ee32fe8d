//! Who writes a plugin: `doorward plugin` in a folder of their own, and the tools of their language.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::{Ended, doorward};

/// How long a build may take, from nothing.
const BUILD: Duration = Duration::from_secs(400);

/// What the outer build means for itself.
const FOR_THE_OUTER: [&str; 5] =
    ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"];

/// An author, and the folder that they work in.
pub struct Author {
    folder: TempDir,
}

impl Author {
    /// With an empty folder.
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder can be made") }
    }

    /// A place in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Puts one text in the place of another, which stands in the file once.
    pub fn edit(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {name}");
        self.write(name, &text.replace(old, new));
    }

    /// Runs `doorward plugin` with these words, in the folder.
    pub async fn plugin(&self, arguments: &[&str]) -> Ended {
        self.run(Command::new(doorward()).arg("plugin").args(arguments)).await
    }

    /// Runs `doorward plugin`, which must find nothing wrong, and says what it prints.
    pub async fn fine(&self, arguments: &[&str]) -> String {
        let ended = self.plugin(arguments).await;
        assert_eq!(ended.status, Some(0), "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// Runs a tool of the author's to its end, in the folder. What crates it needs is on this machine already.
    pub async fn run(&self, tool: &mut Command) -> Ended {
        tool.current_dir(self.folder.path()).stdin(Stdio::null()).kill_on_drop(true);
        for outer in FOR_THE_OUTER {
            tool.env_remove(outer);
        }
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/authors");
        tool.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target);
        let output = timeout(BUILD, tool.output()).await.expect("the tool ends in time").expect("the tool starts");
        Ended {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}
