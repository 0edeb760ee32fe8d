//! `doorward scan`: what a server's tools may do, the policy that they ask for, and their pins.

mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio_util::task::TaskTracker;

use crate::config::{self, Environment};
use crate::json::Object;
use crate::pins::{self, Difference, Pins, Standing};
use crate::risk::{Family, Listed, families, recommend};
use crate::upstreams::{Config as Upstream, Server, connector, survey};

use super::{Format, Outcome, ScanArguments, file, report, runtime, wrap};

/// How long a server may take to say what tools it has.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long its program has to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// What is scanned, and where its pins stand.
struct Subject {
    upstream: Upstream,
    /// How people call it.
    name: String,
    pins: Option<PathBuf>,
}

/// A tool, and how it stands to its pins.
struct Found {
    tool: Listed,
    definition: Object,
    standing: Standing,
    differences: Vec<Difference>,
}

/// Scans a server. The exit status is 1 if a tool is not as it was approved, and that was not accepted.
pub(super) fn run(arguments: ScanArguments, environment: &Environment, color: bool) -> Result<Outcome> {
    let ScanArguments { server, config, policy, write, accept, add, format, command } = arguments;
    if let Some(path) = &write {
        ensure!(!path.exists(), "`{}` is there already: name another file and compare the two", path.display());
    }
    let subject = match server {
        Some(server) => of_configuration(&server, &config, environment, color)?,
        None => Some(of_command(command, policy.as_deref(), environment)?),
    };
    let Some(subject) = subject else { return Ok(Outcome::Findings) };
    let beside = write.as_deref().map(config::pins_beside).or(subject.pins);
    let mut pins = match &beside {
        Some(path) => {
            let (pins, findings) = config::read_pins(path)?;
            report::print(&findings, color);
            if !findings.is_empty() {
                return Ok(Outcome::Findings);
            }
            pins
        }
        None => Pins::default(),
    };
    let found = compare(ask(&subject.upstream)?, &pins);
    let tools: Vec<Listed> = found.iter().map(|found| found.tool.clone()).collect();
    let families = families(&tools);
    print(&found, &families, &subject.name, format);

    let changed = found.iter().filter(|found| found.standing == Standing::Changed).count();
    if write.is_none() && !accept {
        if changed > 0 {
            eprintln!("{changed} changed: these are refused until you approve them with `--accept`");
        }
        return Ok(if changed == 0 { Outcome::Fine } else { Outcome::Findings });
    }
    let Some(beside) = beside else { bail!("name the policy beside which the pins stand with `--policy FILE`") };
    if let Some(path) = &write {
        ensure!(changed == 0, "`{}` has other pins: name another file, or use `--accept`", beside.display());
        file::write(path, &recommend(&subject.name, &tools))?;
        eprintln!("the recommended policy is in `{}`: read it before you use it", path.display());
    }
    for found in &found {
        match add {
            true => pins.add(&found.tool.name, &found.definition),
            false => pins.replace(&found.tool.name, &found.definition),
        }
    }
    file::write(&beside, &pins::to_text(&pins, &subject.name))?;
    eprintln!("{} tools are pinned in `{}`", found.len(), beside.display());
    Ok(Outcome::Fine)
}

fn of_configuration(server: &str, path: &Path, environment: &Environment, color: bool) -> Result<Option<Subject>> {
    let loaded = config::load(path, environment).context("name a configuration with `--config FILE`")?;
    let Some(config) = loaded.config else {
        report::print(&loaded.findings, color);
        return Ok(None);
    };
    let names: Vec<String> = config.servers.iter().map(|entry| format!("`{}`", entry.upstream.name)).collect();
    let entry = config.servers.into_iter().find(|entry| entry.upstream.name.as_str() == server);
    let entry = entry.with_context(|| format!("there is no server `{server}`; there are {}", names.join(", ")))?;
    let pins = entry.pins.map(|loaded| loaded.path);
    Ok(Some(Subject { upstream: entry.upstream, name: server.to_owned(), pins }))
}

fn of_command(command: Vec<String>, policy: Option<&Path>, environment: &Environment) -> Result<Subject> {
    let name = command.first().cloned().unwrap_or_default();
    let upstream = wrap::upstream(command, environment)?;
    Ok(Subject { upstream, name, pins: policy.map(config::pins_beside) })
}

/// Asks a server for its tools.
fn ask(upstream: &Upstream) -> Result<Vec<Object>> {
    runtime()?.block_on(async {
        let programs = TaskTracker::new();
        let server = Server::new(upstream.clone(), programs.clone());
        let connector = connector().context("the system's certificates cannot be used")?;
        let asked = tokio::time::timeout(PATIENCE, survey(&server, &connector)).await;
        programs.close();
        let _in_time = tokio::time::timeout(FAREWELL, programs.wait()).await;
        let definitions = asked.with_context(|| format!("no list of tools within {} s", PATIENCE.as_secs()))?;
        definitions.context("the server's tools cannot be listed")
    })
}

/// Every tool that has a name, once: a name that is listed twice means the last, for agents and for the gateway alike.
fn compare(definitions: Vec<Object>, pins: &Pins) -> Vec<Found> {
    let (mut found, mut places) = (Vec::<Found>::new(), HashMap::new());
    for definition in definitions {
        let Some(tool) = Listed::read(&definition) else { continue };
        let standing = pins.standing(&tool.name, pins::digest_of(&definition));
        let differences = pins.differences(&tool.name, &definition);
        let one = Found { tool, definition, standing, differences };
        let place = *places.entry(one.tool.name.clone()).or_insert(found.len());
        match found.get_mut(place) {
            Some(known) => *known = one,
            None => found.push(one),
        }
    }
    found
}

fn print(found: &[Found], families: &[Family], name: &str, format: Format) {
    match format {
        Format::Text => print!("{}", table::as_text(found, families)),
        Format::Json => {
            println!("{}", String::from_utf8_lossy(&table::as_json(found, families, name).to_bytes()));
        }
    }
}

#[cfg(test)]
mod tests;
