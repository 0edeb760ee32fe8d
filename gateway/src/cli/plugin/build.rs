//! `doorward plugin build`: a language's own tools make the component, and the gateway's own host says whether it fits.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::plugins::Anatomy;

use super::super::{Outcome, runtime};
use super::encode;
use super::inspect::as_sentence;
use super::language::Language;
use super::{host, print_faults};

/// What Rust builds plugins for.
const TARGET: &str = "wasm32-wasip2";

/// Where the scripts of the other languages put the component, beneath the plugin's folder.
const BUILT: &str = "build/plugin.wasm";

/// Builds the plugin in `folder`. What does not fit the contract is told, and not put in place.
pub(super) fn build(folder: &Path, output: Option<&Path>) -> Result<Outcome> {
    let language = Language::of(folder)?;
    runtime()?.block_on(async {
        let built = match language {
            Language::Rust => rust(folder).await?,
            Language::Js | Language::Ts => js(folder).await?,
            Language::Python => python(folder).await?,
            Language::C => c(folder).await?,
        };
        let bytes = fs::read(&built).with_context(|| format!("cannot read `{}`", built.display()))?;
        let bytes = encode::as_component(bytes, folder)?;
        let host = host()?;
        match host.examine(&bytes).await {
            Err(faults) => {
                print_faults(&built.display().to_string(), &faults, &host.seen());
                Ok(Outcome::Findings)
            }
            Ok(anatomy) => {
                let place = output.map_or_else(|| place(folder, &anatomy), Path::to_owned);
                put(&place, &bytes)?;
                println!("{}: {}", place.display(), as_sentence(&anatomy, bytes.len()));
                Ok(Outcome::Fine)
            }
        }
    })
}

/// `NAME.wasm` in the plugin's folder, by the name that it gives itself if that can be a file's.
fn place(folder: &Path, anatomy: &Anatomy) -> PathBuf {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let name = Some(anatomy.description.name.as_str()).filter(|name| name.chars().all(plain));
    folder.join(format!("{}.wasm", name.unwrap_or("plugin")))
}

/// Writes the whole component or nothing: a gateway that watches the file never reads half of it.
fn put(place: &Path, bytes: &[u8]) -> Result<()> {
    let beside = place.with_extension(format!("wasm.{}", std::process::id()));
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, place));
    if written.is_err() {
        let _was_it_written = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write `{}`", place.display()))
}

/// One line of what cargo tells; of all kinds of lines only artifacts have files.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

async fn rust(folder: &Path) -> Result<PathBuf> {
    let mut asked = Command::new("rustc");
    asked.current_dir(folder).args(["--print", "target-libdir", "--target", TARGET]);
    let libraries = told(&mut asked, "see https://rustup.rs").await?;
    if !Path::new(libraries.trim()).is_dir() {
        bail!("Rust cannot build plugins yet: type `rustup target add {TARGET}`");
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).args(["build", "--release", "--lib", "--target", TARGET]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let lines = told(&mut cargo, "see https://rustup.rs").await?;
    let files = lines.lines().filter_map(|line| serde_json::from_str::<Told>(line).ok());
    let mut files = files.flat_map(|told| told.filenames).filter(|file| file.extension() == Some(OsStr::new("wasm")));
    // The crate's own comes after those of what it depends on.
    files.next_back().with_context(|| {
        let manifest = folder.join("Cargo.toml");
        format!(
            "cargo made no component: add `crate-type = [\"cdylib\", \"rlib\"]` to `[lib]` in `{}`",
            manifest.display()
        )
    })
}

async fn js(folder: &Path) -> Result<PathBuf> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install = "install Node 20 or newer, see https://nodejs.org";
    if !folder.join("node_modules").is_dir() {
        done(Command::new(npm).current_dir(folder).args(["install", "--no-audit", "--no-fund"]), install).await?;
    }
    done(Command::new(npm).current_dir(folder).args(["run", "build"]), install).await?;
    Ok(folder.join(BUILT))
}

async fn python(folder: &Path) -> Result<PathBuf> {
    let install = "install Python 3.10 or newer with venv, for instance `apt-get install python3-venv`";
    let here = folder.canonicalize().with_context(|| format!("cannot find `{}`", folder.display()))?;
    let interpreter = here.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    if !interpreter.is_file() {
        let python = if cfg!(windows) { "python" } else { "python3" };
        done(Command::new(python).current_dir(&here).args(["-m", "venv", ".venv"]), install).await?;
        let mut pip = Command::new(&interpreter);
        pip.current_dir(&here).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        if let Err(error) = done(pip.args(["--requirement", "requirements.txt"]), install).await {
            // Half of an environment would be taken for a whole one the next time.
            let _was_it_removed = fs::remove_dir_all(here.join(".venv"));
            return Err(error);
        }
    }
    done(Command::new(&interpreter).current_dir(&here).arg("build.py"), install).await?;
    Ok(folder.join(BUILT))
}

async fn c(folder: &Path) -> Result<PathBuf> {
    done(Command::new("make").current_dir(folder), "install make, for instance `apt-get install make`").await?;
    Ok(folder.join(BUILT))
}

/// Runs a tool to its end, before the author's eyes.
async fn done(tool: &mut Command, install: &str) -> Result<()> {
    let shown = shown(tool);
    eprintln!("+ {shown}");
    let status = tool.stdin(Stdio::null()).stdout(Stdio::from(std::io::stderr())).kill_on_drop(true).status().await;
    let status = status.with_context(|| format!("`{shown}` did not start: {install}"))?;
    ensure!(status.success(), "`{shown}` ended with {status}");
    Ok(())
}

/// Runs a tool to its end, and says what it prints.
async fn told(tool: &mut Command, install: &str) -> Result<String> {
    let shown = shown(tool);
    eprintln!("+ {shown}");
    let ended = tool.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).output().await;
    let ended = ended.with_context(|| format!("`{shown}` did not start: {install}"))?;
    ensure!(ended.status.success(), "`{shown}` ended with {}", ended.status);
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

fn shown(tool: &Command) -> String {
    let tool = tool.as_std();
    let words = [tool.get_program()].into_iter().chain(tool.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
