//! Writers in processes of their own: killed at any point, and with a limit on the size of their files.
#![cfg(unix)]
#![expect(clippy::disallowed_types, reason = "writers are killed, and nobody can kill a thread")]

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _, stdin};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use super::*;

/// The child's part. Its stdin names the folder in the first line, then `decide COUNT` or `close` in each; for every
/// decision it prints `ok RECORD` or `no ERROR`, and `done` after each line. Without stdin there is nothing to do.
#[test]
#[ignore = "the other tests of this module start it in a process of its own"]
fn a_writer_of_its_own() {
    let mut lines = stdin().lines().map(Result::unwrap);
    let Some(dir) = lines.next() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let audit = Arc::new(Audit::open(&Config::new(dir)).unwrap().0);
        for line in lines {
            match line.split_once(' ') {
                Some(("decide", count)) => decide(&audit, count.parse().unwrap()).await,
                _ => audit.close().await.unwrap(),
            }
            println!("\ndone");
        }
    });
}

/// Sixteen tasks make the decisions between them.
async fn decide(audit: &Arc<Audit>, count: u64) {
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..16 {
        let audit = Arc::clone(audit);
        tasks.spawn(async move {
            let about = About::new();
            for millis in (task..count).step_by(16) {
                match audit.decide(&about.allowed(millis)).await {
                    Ok(record) => println!("\nok {record}"),
                    Err(error) => println!("\nno {error}"),
                }
            }
        });
    }
    tasks.join_all().await;
}

struct Process {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Process {
    fn start(mut command: Command, dir: &Path) -> Self {
        command.args(["--ignored", "--exact", "--nocapture", "--test-threads=1"]);
        command.arg(concat!(module_path!(), "::a_writer_of_its_own").split_once("::").unwrap().1);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.as_mut().unwrap(), "{}", dir.display()).unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said }
    }

    fn ask(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// What comes next of `ok …`, `no …` and `done`; `None` at the end.
    fn next(&mut self) -> Option<(String, String)> {
        loop {
            let mut line = String::new();
            // A line that was not printed to its end was not acknowledged.
            if self.said.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
                return None;
            }
            let (word, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            if matches!(word, "ok" | "no" | "done") {
                return Some((word.to_owned(), rest.to_owned()));
            }
        }
    }

    fn until_done(&mut self) -> (HashSet<String>, Vec<String>) {
        let (mut ok, mut no) = (HashSet::new(), Vec::new());
        loop {
            match self.next().expect("the child lives") {
                (word, record) if word == "ok" => assert!(ok.insert(record)),
                (word, error) if word == "no" => no.push(error),
                _ => return (ok, no),
            }
        }
    }
}

fn recorded(dir: &Path) -> HashSet<String> {
    of_kind(dir, "decision").iter().map(|entry| entry.text("record").unwrap().to_owned()).collect()
}

#[test]
fn every_decision_acknowledged_before_a_kill_is_in_the_record() {
    let folder = Folder::new();
    let mut acknowledged = HashSet::new();
    for round in 0..20 {
        let mut process = Process::start(Command::new(std::env::current_exe().unwrap()), &folder.dir());
        process.ask("decide 1000000");
        for _ in 0..=round * 53 % 400 {
            acknowledged.insert(process.next().unwrap().1);
        }
        process.child.kill().unwrap();
        while let Some((_, record)) = process.next() {
            acknowledged.insert(record);
        }
        process.child.wait().unwrap();
    }
    assert!(acknowledged.len() > 1000, "{}", acknowledged.len());
    let (audit, repairs) = Audit::open(&folder.config()).unwrap();
    assert_eq!(repairs.len(), 1, "each writer has brought the one before it into order");
    drop(audit);
    let recorded = recorded(&folder.dir());
    let missing: Vec<_> = acknowledged.difference(&recorded).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let report = assert_ok(&folder.dir());
    assert_eq!(report.files.iter().filter(|file| file.ending == Ending::Sealed).count(), 20);
}

/// A limit on the size of files fails writes in the middle of a line, as a full disk does, and for any user; but there is
/// room in the next file.
#[test]
fn a_write_that_falls_short_is_cut_off_and_made_in_the_next_file() {
    let folder = Folder::new();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", r#"trap "" XFSZ; ulimit -S -f 64; exec "$0" "$@""#]);
    command.arg(std::env::current_exe().unwrap());
    let mut process = Process::start(command, &folder.dir());
    let mut acknowledged = HashSet::new();
    for _ in 0..300 {
        process.ask("decide 1");
        let (ok, no) = process.until_done();
        acknowledged.extend(ok);
        assert_eq!(no, Vec::<String>::new());
    }
    process.ask("close");
    process.until_done();
    drop(process.child.stdin.take());
    assert!(process.child.wait().unwrap().success());

    assert_eq!(recorded(&folder.dir()), acknowledged, "what was cut off is not in the record twice");
    let report = assert_ok(&folder.dir());
    assert_eq!((acknowledged.len(), of_kind(&folder.dir(), "gap").len()), (300, 0));
    assert!((3..20).contains(&report.files.len()), "{} files", report.files.len());
    for file in files(&folder.dir()) {
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.ends_with(b"}\n") && bytes.len() < 64 * 512, "{}", file.display());
    }
}
