//! Fuzzing: texts of all kinds for what reads texts, made by libFuzzer, which looks for ways through the code that no text
//! took before.
//!
//! The compiler has to count the ways for that. Only the code of the gateway and of its plugins is made to: what others
//! wrote is taken as the tests have it compiled, so that the build takes as long as one of the gateway alone. For that this
//! program stands in for the compiler.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::{cargo, root, run};

/// What is fuzzed, and what the texts are made of.
const TARGETS: [(&str, Made); 10] = [
    ("scan", Made::Seeds),
    ("message", Made::Seeds),
    ("policy", Made::SeedsAndWords),
    ("path", Made::SeedsAndWords),
    ("guard-net", Made::Cases("net-guard")),
    ("guard-path", Made::Cases("path-guard")),
    ("guard-secret", Made::Cases("secret-redact")),
    ("guard-shell", Made::Cases("shell-guard")),
    ("guard-sql", Made::Cases("sql-guard")),
    ("guard-terminal", Made::Cases("shell-guard")),
];

/// What texts begin as.
#[derive(Clone, Copy)]
enum Made {
    /// The files of its folder in `seeds`.
    Seeds,
    /// The same, and the words of the policy language.
    SeedsAndWords,
    /// The strings in the cases of a plugin, and their words.
    Cases(&'static str),
}

/// How long each is, if nothing is said.
const SECONDS: u32 = 60;
/// Set where this program stands in for the compiler.
pub(crate) const STANDS_IN: &str = "XTASK_COUNTS_WAYS";

/// Whose ways are counted.
const OURS: [&str; 8] = [
    "doorward",
    "doorward_plugin",
    "net_guard",
    "path_guard",
    "secret_redact",
    "shell_guard",
    "sql_guard",
    "terminal_guard",
];

const COUNT: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Fuzzes one target or all of them, each for so many seconds. What is found stays below `target`.
pub(crate) fn fuzz(rest: &[String], target: &Path) -> Result<()> {
    let (mut names, mut seconds) = (Vec::new(), SECONDS);
    for word in rest {
        match (word.parse(), TARGETS.iter().find(|(name, _)| name == word)) {
            (Ok(number), _) => seconds = number,
            (_, Some(found)) => names.push(found),
            _ => bail!("there is no target `{word}`; there are {}", TARGETS.map(|(name, _)| name).join(", ")),
        }
    }
    if names.is_empty() {
        names.extend(&TARGETS);
    }
    let here = root().join("tests/fuzz");
    // Apart from what the workspace builds: libraries that are plugins too have the same file names in both.
    let built = target.join("fuzz/build");
    let mut build = cargo();
    // Its lock follows the gateway's dependencies by itself.
    build.args(["build", "--manifest-path"]).arg(here.join("Cargo.toml")).arg("--target-dir").arg(&built);
    run(build.env("RUSTC_WRAPPER", std::env::current_exe()?).env(STANDS_IN, "1"))?;
    for (name, made) in names {
        let found = target.join("fuzz").join(name);
        let corpus = found.join("corpus");
        fs::create_dir_all(&corpus)?;
        let mut fuzz = Command::new(built.join("debug").join(name));
        // No text may take as long as a tenth of a second; on a busy machine one second is what can be told for certain.
        fuzz.args(["-timeout=1", "-report_slow_units=1", "-max_len=16384", "-print_final_stats=1", "-verbosity=1"]);
        fuzz.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", found.display()));
        let (seeds, words) = match made {
            Made::Seeds => (here.join("seeds").join(name), None),
            Made::SeedsAndWords => (here.join("seeds").join(name), Some(here.join("words.dict"))),
            Made::Cases(plugin) => {
                let words = found.join("words.dict");
                (seeds_of_cases(plugin, &found, &words)?, Some(words))
            }
        };
        fuzz.args(words.map(|words| format!("-dict={}", words.display())));
        fuzz.arg(&corpus).arg(seeds);
        run(&mut fuzz).with_context(|| format!("`{name}` found something: it lies in `{}`", found.display()))?;
    }
    Ok(())
}

/// Writes the strings of a plugin's cases to a folder, a file each, and their words to `words`.
fn seeds_of_cases(plugin: &str, found: &Path, words: &Path) -> Result<PathBuf> {
    let mut strings = BTreeSet::new();
    for entry in fs::read_dir(root().join("plugins").join(plugin).join("cases"))? {
        let path = entry?.path();
        let suite: Value = serde_json::from_str(&fs::read_to_string(&path)?)
            .with_context(|| format!("reading `{}`", path.display()))?;
        let cases = suite.get("cases").and_then(Value::as_array).into_iter().flatten();
        for document in cases.flat_map(|case| [case.get("call"), case.get("reply")]).flatten() {
            strings_in(document, &mut strings);
        }
    }
    let seeds = found.join("seeds");
    fs::create_dir_all(&seeds)?;
    for (index, text) in strings.iter().enumerate() {
        fs::write(seeds.join(index.to_string()), text)?;
    }
    let parts = strings.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_graphic()));
    let parts: BTreeSet<&str> = parts.filter(|part| (2..=32).contains(&part.len())).collect();
    let escaped = |part: &str| part.replace('\\', r"\\").replace('"', r#"\""#);
    let lines: Vec<String> = parts.into_iter().map(|part| format!("\"{}\"\n", escaped(part))).collect();
    fs::write(words, lines.concat())?;
    Ok(seeds)
}

fn strings_in(value: &Value, strings: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(strings.insert(text.clone())),
        Value::Array(elements) => elements.iter().for_each(|element| strings_in(element, strings)),
        Value::Object(members) => members.values().for_each(|member| strings_in(member, strings)),
        _ => {}
    }
}

/// Compiles what cargo asks for; the libraries that are ours are made to count.
pub(crate) fn stand_in() -> Result<ExitCode> {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let (compiler, words) = words.split_first().context("cargo names the compiler first")?;
    let mut compiler = Command::new(compiler);
    compiler.args(words);
    let is_ours = |name: &OsString| OURS.iter().any(|ours| name == ours);
    let is_named = words.windows(2).any(|pair| matches!(pair, [flag, name] if flag == "--crate-name" && is_ours(name)));
    // Plugins are built for Wasm too, for the gateway.
    if is_named && !words.iter().any(|word| word == "--target") {
        compiler.args(COUNT);
    }
    let status = compiler.status()?;
    ensure!(status.code().is_some(), "the compiler ended with {status}");
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
