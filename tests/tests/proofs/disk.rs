//! A small disk: memory that is mounted over a folder, for the programs that are started on it and for nobody else.

use std::path::{Path, PathBuf};

use doorward_tests::process::Process;
use doorward_tests::until;
use tokio::process::Command;

/// Mounts it, says so, and stays: the mount is gone with the last program that sees it.
const HOLD: &str = r#"mount -t tmpfs -o size="$1" doorward "$2" && echo mounted >&2 && exec cat"#;

/// A disk that is there for as long as this is.
pub(crate) struct Disk {
    holder: Process,
    /// Whether whoever uses it has to become root of a user namespace.
    as_user: bool,
}

impl Disk {
    /// Mounts a disk of this many bytes over a folder: as root, or as root of a user namespace. Says why it cannot.
    pub(crate) async fn over(folder: &Path, bytes: u64) -> Result<Self, String> {
        let mut said = String::new();
        for as_user in [false, true] {
            let mut command = Command::new("unshare");
            command.arg("--mount").args(as_user.then_some("--map-root-user"));
            command.args(["sh", "-c", HOLD, "sh", &bytes.to_string()]).arg(folder);
            let mut holder = Process::start(&mut command);
            let mounted = until("a disk", async || {
                let ended = holder.has_ended();
                if holder.count("mounted") > 0 { Some(true) } else { ended.then_some(false) }
            });
            if mounted.await {
                return Ok(Self { holder, as_user });
            }
            holder.ended().await;
            said += &holder.log();
        }
        Err(said)
    }

    /// A command that becomes this program, where the disk is seen.
    pub(crate) fn launch(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.holder.pid().to_string(), "--mount"]);
        if self.as_user {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg(program);
        command
    }

    /// A folder on it, as it is seen from elsewhere.
    pub(crate) fn seen(&self, folder: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.pid()));
        root.join(folder.strip_prefix("/").expect("an absolute path"))
    }
}
