//! Whatever program of `awk` or `sed` is allowed, the real ones neither write a file nor run anything with it.
//!
//! The programs are made of statements in which every way to leave a mark is common, and disturbed by a token or two; each
//! one that is allowed is run in a directory of its own, and no mark may be left there.

#![expect(clippy::disallowed_types, reason = "starts real programs")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Validator, Verdict};
use proptest::collection::vec;
use proptest::sample::select;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use shell_guard::ShellGuard;
use std::fs::File;
use std::process::{Command, Stdio};

/// How many programs are drawn, and how many of the allowed ones are run.
const DRAWN: usize = 20_000;
const RUN: usize = 300;

/// Tokens put anywhere into programs.
const AWK: &[&str] =
    &["{", "}", "(", ")", ";", " ", "/", "\"", "|", ">", "\\", "!", "~", ",", "[", "]", "x", "1", "$", "++", "=", "\n"];

const AWK_STATEMENTS: &[&str] = &[
    "print",
    "print $1",
    "x=1",
    "x+=$1",
    "a[$1]++",
    "if(x) print",
    "if(1) /a/",
    "print /\"/",
    "x=y/\"/",
    "print \"/\"",
    "$1/2",
    "for(k in a) print k",
    "gsub(/a/,\"b\")",
    "system(\"touch mark\")",
    "print > \"mark\"",
    "print $1 >> \"mark\"",
    "print | \"cat>mark\"",
    "\"touch mark\"|getline",
    "(x > \"mark\")",
    "print (1)(2)>\"mark\"",
    "x ~ /[\"/]/",
    "else print",
    "length /\"/",
    "printf \"%s\",$1",
    "while((\"touch mark\"|getline)>0) x",
    "close(\"x\")",
    "for(i=1;i<=NF;i++) print $i",
    "for(i=NF;i>0;i--) printf \"%s\", $i",
    "for(i=1;i<3;i++) print > \"mark\"",
    "n=split($0,a,\"/\");for(i=1;i<=n;i++) print a[i]",
    "print \"\\047\\\"\"",
    "1",
];

const AWK_FRAMES: &[(&str, &str)] = &[
    ("{", "}"),
    ("BEGIN{", "}"),
    ("END{", "}"),
    ("/a/{", "}"),
    ("NR>1{", "}"),
    ("", ""),
    ("/[/]/{", "}"),
    ("!x{", "}"),
    ("{{", "}}"),
    ("BEGIN ", ""),
    ("END ", ""),
    ("/a/ ", ""),
    ("1; ", ";"),
    ("(", ")"),
];

const SED: &[&str] = &["/", "\\", "[", "]", ";", " ", "{", "}", "!", "e", "w mark", "1", "$", ",", "g", "^", "&"];

const SED_STATEMENTS: &[&str] = &[
    "p",
    "d",
    "1d",
    "$p",
    "/a/p",
    "/a/,/b/p",
    "s/a/b/",
    "s/a/b/g",
    "s,a,b,p",
    "y/a/b/",
    "/[/]/p",
    "s/[/]/x/",
    "s/[]/]/x/",
    "s/[[:alpha:]]/x/",
    "s/a\\/b/x/",
    "e touch mark",
    "1e touch mark",
    "w mark",
    "s/a/b/w mark",
    "s/.*/touch mark/e",
    "s/[/]/touch mark/e",
    "/[/]/e touch mark",
    "s/[\\]/]/touch mark/e",
    "n",
    "q",
    "$!d",
    ":a;N;$!ba;s/\\n/,/g",
];

const SED_FRAMES: &[(&str, &str)] = &[("", ""), ("{", "}"), ("/t/{", "}"), ("1,3{", "}"), ("$!{", "}")];

#[test]
fn what_awk_is_allowed_leaves_no_mark() {
    let implementations: &[&[&str]] = &[&["mawk"], &["gawk"], &["original-awk"], &["busybox", "awk"]];
    check("awk", implementations, &programs(AWK_STATEMENTS, AWK_FRAMES, AWK));
}

#[test]
fn what_sed_is_allowed_leaves_no_mark() {
    check("sed", &[&["sed"], &["busybox", "sed"]], &programs(SED_STATEMENTS, SED_FRAMES, SED));
}

/// Statements in a frame, and up to two tokens anywhere in it.
fn programs(
    statements: &'static [&'static str],
    frames: &'static [(&'static str, &'static str)],
    tokens: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let tokens = vec((select(tokens), 0_usize..60), 0..3);
    (vec(select(statements), 1..5), select(frames), tokens).prop_map(|(statements, (before, behind), tokens)| {
        let mut program = format!("{before}{}{behind}", statements.join(";"));
        for (token, at) in tokens {
            program.insert_str(at.min(program.len()), token);
        }
        program
    })
}

fn check(command: &str, implementations: &[&[&str]], programs: &impl Strategy<Value = String>) {
    let guard = ShellGuard::from_json(r#"{"arguments": ["/command"]}"#).expect("the settings are right");
    let mut runner = TestRunner::deterministic();
    let drawn = (0..DRAWN).map(|_| programs.new_tree(&mut runner).expect("a program is drawn").current());
    let allowed: Vec<String> = drawn.filter(|program| is_allowed(&guard, command, program)).take(RUN).collect();
    println!("{command}: {} programs are allowed and run", allowed.len());
    assert!(allowed.len() >= RUN / 2, "only {} are allowed", allowed.len());
    let outside = tempfile::tempdir().expect("a directory is made");
    let input = outside.path().join("input");
    std::fs::write(&input, "touch mark\na b c\n1 x/y 2\n").expect("the input is written");
    for words in implementations {
        let Some((implementation, before)) = words.split_first() else { continue };
        for program in &allowed {
            let directory = tempfile::tempdir().expect("a directory is made");
            let started = Command::new(implementation)
                .args(before)
                .arg(program)
                .current_dir(directory.path())
                .stdin(Stdio::from(File::open(&input).expect("the input is there")))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            if started.is_err() {
                println!("{implementation} is not installed: not run");
                break;
            }
            let mut marks = std::fs::read_dir(directory.path()).expect("the directory is read");
            assert!(marks.next().is_none(), "{words:?} leaves a mark with {program:?}");
        }
    }
}

fn is_allowed(guard: &ShellGuard, command: &str, program: &str) -> bool {
    let arguments = serde_json::json!({ "command": format!("{command} '{program}'") }).to_string();
    let document = Document::parse(&arguments).expect("the arguments are JSON");
    guard.check_call(&Call::of_tool("ssh", "execute"), &document) == Verdict::Allow
}
