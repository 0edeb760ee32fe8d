//! A real shell that prints what it was about to run.

use doorward_plugin::shell::{Command, Word};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

/// What one text made the shell run: name and arguments, sorted, since the parts of a pipeline run at once.
pub(crate) type Runs = Vec<Vec<String>>;

pub(crate) struct Shell {
    pub(crate) title: &'static str,
    program: &'static str,
    args: &'static [&'static str],
    locale: &'static str,
}

pub(crate) const SHELLS: [Shell; 4] = [
    shell("bash", "bash", &["--norc", "--noprofile"], "C.UTF-8"),
    shell("bash (C locale)", "bash", &["--norc", "--noprofile"], "C"),
    shell("bash --posix", "bash", &["--norc", "--noprofile", "--posix"], "C.UTF-8"),
    shell("dash", "dash", &[], "C.UTF-8"),
];

pub(crate) const HOME: &str = "/home/somebody";

const fn shell(
    title: &'static str,
    program: &'static str,
    args: &'static [&'static str],
    locale: &'static str,
) -> Shell {
    Shell { title, program, args, locale }
}

/// `p0 p1 22` succeed and `f0 f1` fail, so that `&&` and `||` are seen to choose.
const PRELUDE: &str = r#"
ulimit -f 0
PATH=/nowhere
exec 3>&1 >/dev/null 2>&1
p0() { printf '%s\0' "$#" p0 "$@" >&3; }
p1() { printf '%s\0' "$#" p1 "$@" >&3; }
f0() { printf '%s\0' "$#" f0 "$@" >&3; return 1; }
f1() { printf '%s\0' "$#" f1 "$@" >&3; return 1; }
"#;

impl Shell {
    /// Whether the shell is installed; says so where it is not.
    pub(crate) fn is_there(&self) -> bool {
        let there = std::process::Command::new(self.program)
            .args(["-c", ":"])
            .output()
            .is_ok_and(|output| output.status.success());
        if !there {
            println!("{} is not installed: not compared", self.title);
        }
        there
    }

    /// What the shell makes of each text; shorter than `texts` where it stopped early.
    pub(crate) fn run(&self, texts: &[(String, Vec<Command>)]) -> Vec<Runs> {
        let mut script = PRELUDE.to_owned();
        for (text, commands) in texts {
            let expansion = match has_pattern(commands) {
                true => "set -f",
                false => "set +f",
            };
            let quoted = text.replace('\'', r"'\''");
            writeln!(script, "{expansion}; eval '{quoted}'\nprintf '%s\\0' . >&3").expect("a string grows");
        }
        let mut child = std::process::Command::new(self.program)
            .args(self.args)
            .arg("-s")
            .env_clear()
            .env("LC_ALL", self.locale)
            .env("HOME", HOME)
            .current_dir(full_of_names().path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the shell starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let feeder = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
        let output = child.wait_with_output().expect("the shell ends");
        // A shell that stopped early closes its end; what is missing is reported by the caller.
        let _ = feeder.join().expect("the feeder ends");
        parse(&output.stdout)
    }
}

/// A directory with names that a pattern would find, so that a word wrongly taken for a plain one shows.
fn full_of_names() -> &'static tempfile::TempDir {
    static DIRECTORY: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a directory is made");
        for name in ["a", "b", "1", "2", "p0", "a b", "~", "-", "=", "!", "22", "é", "[", "]", "{", "%"] {
            std::fs::write(directory.path().join(name), "").expect("a file is made");
        }
        directory
    })
}

fn has_pattern(commands: &[Command]) -> bool {
    commands.iter().flat_map(|command| &command.words).any(Word::is_pattern)
}

fn parse(bytes: &[u8]) -> Vec<Runs> {
    let mut fields = bytes.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned());
    let (mut all, mut runs) = (Vec::new(), Runs::new());
    while let Some(field) = fields.next() {
        match field.as_str() {
            "." => {
                runs.sort();
                all.push(std::mem::take(&mut runs));
            }
            "" => {}
            count => {
                let count: usize = count.parse().expect("a record begins with its count");
                runs.push(fields.by_ref().take(count + 1).collect());
            }
        }
    }
    all
}
