//! A server's program as a process group, started with no more environment than it was given and ended as a whole.
//!
//! Programs like `npx` leave grandchildren behind when only they are killed; the group takes them along.

use std::io;
use std::process::Stdio;
use std::time::Duration;

#[cfg(windows)]
use process_wrap::tokio::JobObject;
#[cfg(unix)]
use process_wrap::tokio::ProcessGroup;
use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::time::timeout;

use super::Program;

/// How long a program has to end by itself after its stdin is closed, and again after it was asked to.
const GRACE: Duration = Duration::from_secs(2);

pub(super) struct Process {
    child: Box<dyn ChildWrapper>,
}

pub(super) struct Pipes {
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

pub(super) fn spawn(program: &Program) -> io::Result<(Process, Pipes)> {
    let mut wrap = CommandWrap::with_new(&program.command, |process| {
        process.args(&program.args).env_clear().envs(program.env.iter().map(|(name, value)| (name, value)));
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(cwd) = &program.cwd {
            process.current_dir(cwd);
        }
    });
    #[cfg(unix)]
    wrap.wrap(ProcessGroup::leader());
    #[cfg(windows)]
    wrap.wrap(JobObject);
    wrap.wrap(KillOnDrop);
    let mut child = wrap.spawn()?;
    let (Some(stdin), Some(stdout), Some(stderr)) =
        (child.stdin().take(), child.stdout().take(), child.stderr().take())
    else {
        return Err(io::Error::other("the program was started without its pipes"));
    };
    Ok((Process { child }, Pipes { stdin, stdout, stderr }))
}

impl Process {
    /// Resolves when the program has ended, also where what it started holds on to its pipes.
    pub(super) async fn ended(&mut self) {
        let _status = self.child.wait().await;
    }

    /// Ends the program and all that it started. Its stdin is closed already: that is the first, polite request.
    pub(super) async fn stop(mut self) {
        if timeout(GRACE, self.child.wait()).await.is_err() {
            self.terminate();
            let _ended = timeout(GRACE, self.child.wait()).await;
        }
        // Also where the leader is gone: what it started may be there still.
        let _gone = self.child.start_kill();
        if timeout(GRACE, self.child.wait()).await.is_err() {
            tracing::warn!(pid = self.child.id(), "a server's program did not end after it was killed");
        }
    }

    #[cfg(unix)]
    fn terminate(&self) {
        const SIGTERM: i32 = 15;
        let _gone = self.child.signal(SIGTERM);
    }

    #[cfg(not(unix))]
    fn terminate(&self) {}
}
