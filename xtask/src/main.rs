//! Everything that is done to this repository, by one command each: `cargo xtask` lists them.
//!
//! A task sets up what it needs on a fresh machine that has rustup, or stops with the exact command to type.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tasks are scripts: they run programs, wait and read JSON"
)]

mod bench;
mod clients;
mod conformance;
mod contract;
mod corpus;
mod fuzz;
mod hardest;
mod peers;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

const HELP: &str = "\
usage: cargo xtask TASK

  demo          build the gateway and run its demo
  test          everything that CI runs: format, lints, the tests, conformance, clients, demo
  unit          the Rust tests alone
  conformance   the MCP conformance suite, direct and through the gateway
  clients       official clients against official servers, through the gateway
  contract      writes what follows from the contract of plugins: their bindings in C, and its copies
  corpus FILE   what shell-guard makes of a corpus of commands, class by class
  soak          the long proofs: 200 kills of each gateway and 1,000 reloads under load, 120,000 commands in real shells
  fuzz [TARGET] [SECONDS]
                texts of all kinds for what reads texts, a minute each: scan, message, policy, path, guard-net,
                guard-path, guard-secret, guard-shell, guard-sql, guard-terminal
  hardest [GUARD]
                what the guards take for the largest and worst that they look at, in a release build
  bench [TABLE]
                what things cost: `judge` a call by the law, `plugins` alone and in the gateway, `beside` what
                other calls feel of plugins that spin, and `proxy`, the gateway beside nginx in front of the same server
";

fn main() -> ExitCode {
    if std::env::var_os(fuzz::STANDS_IN).is_some() {
        return fuzz::stand_in().unwrap_or_else(|error| {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        });
    }
    let task = std::env::args().nth(1).unwrap_or_default();
    let rest: Vec<String> = std::env::args().skip(2).collect();
    let started = Instant::now();
    let done = match task.as_str() {
        "demo" => demo(&rest),
        "test" => test(),
        "unit" => unit(&rest),
        "soak" => soak(),
        "conformance" => with_peers(conformance::run),
        "clients" => with_peers(clients::run),
        "contract" => contract::write(&root()),
        "corpus" => corpus::run(&rest),
        "fuzz" => toolchain().and_then(|()| fuzz::fuzz(&rest, &target())),
        "hardest" => toolchain().and_then(|()| hardest::measure(&rest, &target())),
        "bench" => bench::bench(&rest),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => {
            eprintln!("{task}: done in {} s", started.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn demo(rest: &[String]) -> Result<()> {
    let doorward = gateway("dev")?;
    run(Command::new(doorward).arg("demo").args(rest))
}

/// The Rust tests come last, so that the runner's own closing lines close the output.
fn test() -> Result<()> {
    toolchain()?;
    run(cargo().args(["fmt", "--all", "--check"])).context("type `cargo fmt --all`")?;
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    let doorward = gateway("dev")?;
    run(Command::new(&doorward).args(["demo", "--check"]))?;
    with_peers(conformance::run)?;
    with_peers(clients::run)?;
    unit(&[])
}

fn unit(rest: &[String]) -> Result<()> {
    toolchain()?;
    gateway("dev")?;
    peers::install_for_authors(&target())?;
    if Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success()) {
        // The runner does not know the examples in the documentation of the SDK.
        run(cargo().args(["test", "--doc", "--workspace", "--locked", "--quiet"]))?;
        run(cargo().args(["nextest", "run", "--workspace", "--locked"]).args(rest))
    } else {
        run(cargo().args(["test", "--workspace", "--locked"]).args(rest))
    }
}

/// What the tests prove in seconds, over and over.
fn soak() -> Result<()> {
    gateway("dev")?;
    let tests = ["test", "--locked", "--package", "doorward-tests", "--test", "proofs", "--", "--nocapture"];
    let stories = ["killed", "reloads"];
    run(cargo().args(tests).args(stories).env("PROOF_KILLS", "200").env("PROOF_RELOADS", "1000"))?;
    let shells = ["test", "--locked", "--package", "doorward-plugin", "--test", "shells", "--", "--nocapture"];
    run(cargo().args(shells).env("DOORWARD_SHELL_SAMPLES", "120000"))
}

fn with_peers(task: fn(&peers::Peers, &Path, &Path) -> Result<()>) -> Result<()> {
    let doorward = gateway("dev")?;
    let peers = peers::install(&target())?;
    task(&peers, &doorward, &target().join("scratch"))
}

/// Builds the gateway and says where it is.
fn gateway(profile: &str) -> Result<PathBuf> {
    toolchain()?;
    run(cargo().args([
        "build",
        "--locked",
        "--package",
        "doorward",
        "--package",
        "doorward-tests",
        "--profile",
        profile,
    ]))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let doorward = target().join(folder).join("doorward");
    if !doorward.exists() {
        bail!("cargo built no {}", doorward.display());
    }
    Ok(doorward)
}

/// The plugins' target. Automatic installs may be switched off, so it is asked for by name.
fn toolchain() -> Result<()> {
    const TARGET: &str = "wasm32-wasip2";
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).current_dir(root()).output();
    match installed {
        Ok(output) if String::from_utf8_lossy(&output.stdout).lines().any(|line| line == TARGET) => Ok(()),
        Ok(_) => run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(root()))
            .with_context(|| format!("type `rustup target add {TARGET}`")),
        Err(_) => bail!("rustup is missing: see https://rustup.rs"),
    }
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    cargo
}

fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    eprintln!("+ {shown}");
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
