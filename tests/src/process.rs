//! Programs: the real binary and the server on stdio, started as users start them, and never left behind.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinSet;

use crate::wait::{PATIENCE, until, until_in_time, within};

/// A program that runs until it is dropped.
pub struct Process {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    readers: JoinSet<()>,
}

/// What became of a program that ran to its end.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// Its stdout.
    pub stdout: String,
    /// Its stderr.
    pub stderr: String,
}

/// The gateway's binary.
pub fn doorward() -> PathBuf {
    program("doorward", "cargo build --package doorward")
}

/// The server on stdio.
pub fn stdio_peer() -> PathBuf {
    program("stdio-peer", "cargo build --package doorward-tests")
}

/// Runs the gateway's binary to its end, with nothing on stdin.
pub async fn run(args: &[&str]) -> Ended {
    let output = Command::new(doorward()).args(args).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = within("the program to end", output).await.expect("the program starts");
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// Whether a process runs. One that has ended and waits to be collected does not.
pub fn is_alive(pid: i32) -> bool {
    let zombie = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')));
    !zombie && kill(Pid::from_raw(pid), None).is_ok()
}

/// Waits until none of these processes runs.
pub async fn until_gone(pids: &[i32]) {
    until(format_args!("the processes {pids:?} to end"), async || {
        (!pids.iter().any(|pid| is_alive(*pid))).then_some(())
    })
    .await;
}

impl Process {
    /// Starts a program; its stderr is kept line by line.
    pub fn start(command: &mut Command) -> Self {
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let mut readers = JoinSet::new();
        readers.spawn(keep(child.stderr.take().unwrap(), Arc::clone(&said)));
        Self { child, said, readers }
    }

    /// What it reads.
    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// What it writes.
    pub fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().unwrap()
    }

    /// Its number.
    pub fn pid(&self) -> i32 {
        self.child.id().expect("it runs").try_into().unwrap()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).expect("a signal can be sent");
    }

    /// Lets it write no file beyond this many bytes; `None` lifts the limit.
    #[cfg(target_os = "linux")]
    pub fn limit_files(&self, bytes: Option<u64>) {
        use rustix::process::{Resource, Rlimit, prlimit};
        // A soft limit may be raised again by whoever has lowered it.
        let pid = rustix::process::Pid::from_raw(self.pid());
        prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).expect("a limit can be set");
    }

    /// Waits until it ends and all that it said is read.
    pub async fn ended(&mut self) -> ExitStatus {
        let status = within("the program to end", self.child.wait()).await.unwrap();
        within("the end of its stderr", async { while self.readers.join_next().await.is_some() {} }).await;
        status
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// All that it has said on stderr.
    pub fn log(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// How many lines on stderr hold this.
    pub fn count(&self, part: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.contains(part)).count()
    }

    /// Waits for a line on stderr that holds this, and yields it.
    pub async fn line(&mut self, part: &str) -> String {
        self.line_in_time(PATIENCE, part).await
    }

    /// The same, for at most so long.
    pub async fn line_in_time(&mut self, time: Duration, part: &str) -> String {
        let said = Arc::clone(&self.said);
        let find = move || said.lock().unwrap().iter().find(|line| line.contains(part)).cloned();
        until_in_time(time, format_args!("`{part}` on stderr"), async || {
            let found = find();
            if found.is_none() && self.has_ended() {
                return Some(find().unwrap_or_else(|| panic!("it ended without saying `{part}`:\n{}", self.log())));
            }
            found
        })
        .await
    }
}

async fn keep(stream: impl AsyncRead + Unpin, said: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(stream).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        said.lock().unwrap().push(String::from_utf8_lossy(&line).into_owned());
    }
}

/// A program that was built beside this test.
fn program(name: &str, how: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a test knows where it is");
    let folders = here.ancestors().skip(1).take(2);
    let found = folders.map(|folder| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION));
    let found = found.into_iter().find(|path| path.exists());
    found.unwrap_or_else(|| panic!("there is no `{name}` beside {}; type `{how}`", here.display()))
}
