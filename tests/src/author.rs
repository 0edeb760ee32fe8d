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

    /// Gives a plugin what it is built with, which `cargo xtask unit` has fetched, in the place where its own tools look for it.
    pub fn equip(&self, fetched: &str, place: &str) {
        let fetched = target().join(fetched);
        assert!(fetched.exists(), "{} is missing: `cargo xtask unit` fetches it", fetched.display());
        std::os::unix::fs::symlink(fetched, self.path(place)).unwrap_or_else(|error| panic!("{place}: {error}"));
    }

    /// Runs `doorward` with these words, in the folder. What it keeps, it keeps there.
    pub async fn doorward(&self, arguments: &[&str]) -> Ended {
        self.run(Command::new(doorward()).args(arguments)).await
    }

    /// Runs `doorward plugin` with these words, in the folder.
    pub async fn plugin(&self, arguments: &[&str]) -> Ended {
        self.doorward(&[&["plugin"], arguments].concat()).await
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
        tool.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target().join("rust"));
        tool.env("ZIG_GLOBAL_CACHE_DIR", target().join("zig"));
        tool.env("XDG_STATE_HOME", self.path("state")).env("NO_COLOR", "1");
        let output = timeout(BUILD, tool.output()).await.expect("the tool ends in time").expect("the tool starts");
        Ended {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What authors build with, and into.
fn target() -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/authors");
    std::path::absolute(target).expect("the working folder is there")
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}
