//! `doorward audit`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::audit;
use crate::config::{self, Environment, Keep};
use crate::json::Value;

use super::{Format, Outcome};

/// Prints the newest entries of all writers, oldest first.
pub(super) fn tail(folder: &Path, count: usize, format: Format) -> Result<Outcome> {
    for line in audit::tail(folder, count)? {
        match format {
            Format::Text => println!("{line}"),
            Format::Json => println!("{}", line.raw()),
        }
    }
    Ok(Outcome::Fine)
}

/// Checks every line of every file against its chain.
pub(super) fn verify(folder: &Path, format: Format) -> Result<Outcome> {
    let report = audit::verify(folder)?;
    if let Format::Json = format {
        println!("{}", String::from_utf8_lossy(&as_json(&report).to_bytes()));
        return Ok(if report.ok() { Outcome::Fine } else { Outcome::Findings });
    }
    for file in &report.files {
        println!("{}: {} lines, {}", file.file, file.lines, file.ending);
        for found in &file.problems {
            let line = found.line.map(|line| format!("line {line} ")).unwrap_or_default();
            println!("  {line}{}", found.problem);
        }
        if file.more > 0 {
            println!("  and {} problems more", file.more);
        }
    }
    for gone in &report.gone {
        println!("{gone}: is not there any more");
    }
    let (files, lines) = (report.files.len(), report.lines());
    let verdict = if report.ok() { "every chain holds" } else { "the record was changed, or is not whole" };
    println!("{files} files, {lines} lines: {verdict}");
    Ok(if report.ok() { Outcome::Fine } else { Outcome::Findings })
}

/// Where the record is: the folder that was named, else the configuration's, else the user's own.
pub(super) fn folder(named: Option<PathBuf>, config: Option<&Path>, environment: &Environment) -> Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named);
    }
    let usual = Path::new("doorward.json");
    if let Some(config) = config.or_else(|| usual.exists().then_some(usual)) {
        let loaded = config::load(config, environment)?;
        let config = loaded.config.context("the configuration has errors: see `doorward check`")?;
        return Ok(config.keep.audit.dir);
    }
    let keep = Keep::of_user(environment).context("name the folder with `--dir DIR`")?;
    Ok(keep.audit.dir)
}

fn as_json(report: &audit::Report) -> Value {
    let files = report.files.iter().map(|file| {
        let problems = file.problems.iter().map(|found| {
            let line = found.line.map_or(Value::Null, Value::from);
            Value::from([("line", line), ("problem", found.problem.to_string().into())])
        });
        Value::from([
            ("file", file.file.as_str().into()),
            ("lines", file.lines.into()),
            ("ending", file.ending.to_string().into()),
            ("problems", problems.collect::<Vec<_>>().into()),
            ("more", file.more.into()),
        ])
    });
    let gone = report.gone.iter().map(|gone| Value::from(gone.as_str()));
    Value::from([
        ("ok", report.ok().into()),
        ("lines", report.lines().into()),
        ("files", files.collect::<Vec<_>>().into()),
        ("gone", gone.collect::<Vec<_>>().into()),
    ])
}
