//! Fuzzing: texts of all kinds for what reads texts, made by libFuzzer, which looks for ways through the code that no text
//! took before.
//!
//! The compiler has to count the ways for that. Only the gateway's own code is made to: what others wrote is taken as the
//! tests have it compiled, so that the build takes as long as one of the gateway alone. For that this program stands in
//! for the compiler.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{cargo, root, run};

/// What is fuzzed, and whether the texts are of the policy language.
const TARGETS: [(&str, bool); 4] = [("scan", false), ("message", false), ("policy", true), ("path", true)];
/// How long each is, if nothing is said.
const SECONDS: u32 = 60;
/// Set where this program stands in for the compiler.
pub(crate) const STANDS_IN: &str = "XTASK_COUNTS_WAYS";

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
    let mut build = cargo();
    // Its lock follows the gateway's dependencies by itself.
    build.args(["build", "--manifest-path"]).arg(here.join("Cargo.toml")).arg("--target-dir").arg(target);
    run(build.env("RUSTC_WRAPPER", std::env::current_exe()?).env(STANDS_IN, "1"))?;
    for (name, speaks_policy) in names {
        let found = target.join("fuzz").join(name);
        let corpus = found.join("corpus");
        std::fs::create_dir_all(&corpus)?;
        let mut fuzz = Command::new(target.join("debug").join(name));
        // No text may take as long as a tenth of a second; on a busy machine one second is what can be told for certain.
        fuzz.args(["-timeout=1", "-report_slow_units=1", "-max_len=16384", "-print_final_stats=1", "-verbosity=1"]);
        fuzz.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", found.display()));
        if *speaks_policy {
            fuzz.arg(format!("-dict={}", here.join("words.dict").display()));
        }
        fuzz.arg(&corpus).arg(here.join("seeds").join(name));
        run(&mut fuzz).with_context(|| format!("`{name}` found something: it lies in `{}`", found.display()))?;
    }
    Ok(())
}

/// Compiles what cargo asks for; the gateway's library is made to count.
pub(crate) fn stand_in() -> Result<ExitCode> {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let (compiler, words) = words.split_first().context("cargo names the compiler first")?;
    let mut compiler = Command::new(compiler);
    compiler.args(words);
    if words.windows(2).any(|pair| matches!(pair, [flag, name] if flag == "--crate-name" && name == "doorward")) {
        compiler.args(COUNT);
    }
    let status = compiler.status()?;
    ensure!(status.code().is_some(), "the compiler ended with {status}");
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
