//! The load, and what the processes behind it cost: measured alike for whatever stands in front of the server.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::peers::{Place, Running, accepts, free_addresses};

/// How long each measurement takes.
pub(super) const SECONDS: u32 = 5;

/// A folder in memory.
pub(super) const MEMORY: &str = "/dev/shm";

/// How long something may take to be ready.
pub(super) const WAIT: Duration = Duration::from_secs(20);

/// What is measured: a name, where it listens, and the processes whose work counts.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) address: SocketAddr,
    pub(super) pids: Vec<u32>,
    /// Where it writes its record, if it keeps one.
    pub(super) audit: Option<PathBuf>,
}

/// A column of the gateway's.
pub(super) struct Column {
    pub(super) name: String,
    /// Whether it writes its record to memory.
    pub(super) in_memory: bool,
    /// What its policy says of the tool that is called.
    pub(super) tool: Value,
    /// The plugins that are not inside the program, as its configuration names them.
    pub(super) plugins: Value,
}

impl Column {
    pub(super) fn start(
        self,
        doorward: &Path,
        server: SocketAddr,
        place: &Place,
        memory: &Place,
    ) -> Result<(Running, Subject)> {
        let Self { name, in_memory, tool, plugins } = self;
        let folder = name.replace([' ', '+'], "");
        let audit = if in_memory { memory } else { place }.path(format!("{folder}/audit"));
        let config = json!({
            "version": "1",
            "servers": { "fast": {
                "url": format!("http://{server}/mcp"),
                "policy": { "version": "1", "default": "deny", "tools": { "backgroundExecute": tool } },
            } },
            "anonymous": { "servers": { "fast": {} } },
            "plugins": plugins,
            "audit": { "dir": audit },
        });
        let (gateway, agents) = start_gateway(doorward, place, &folder, "warn", config, WAIT)?;
        let subject = Subject { name, address: agents, pids: vec![gateway.id()], audit: Some(audit) };
        Ok((gateway, subject))
    }
}

/// Starts the server that answers at once, which lies beside the gateway.
pub(super) fn start_server(doorward: &Path, place: &Place) -> Result<(Running, SocketAddr)> {
    let [address] = free_addresses()?;
    let program = doorward.with_file_name("fast-server");
    let mut command = place.command(&program);
    let mut server = Running::start("the fast server", command.arg(address.to_string()), &place.path("server"))?;
    server.ready(WAIT, || accepts(address))?;
    Ok((server, address))
}

/// Starts a gateway that logs what is at least of this level, with a folder of its own beneath the place; the addresses are
/// added to its configuration. Ready, and where agents connect.
pub(super) fn start_gateway(
    doorward: &Path,
    place: &Place,
    folder: &str,
    level: &str,
    mut config: Value,
    within: Duration,
) -> Result<(Running, SocketAddr)> {
    let [agents, operators] = free_addresses()?;
    let members = config.as_object_mut().context("a configuration is an object")?;
    members.insert("listen".to_owned(), agents.to_string().into());
    members.insert("admin".to_owned(), operators.to_string().into());
    let config = place.write(format!("{folder}/doorward.json"), &config)?;
    let mut command = place.command(doorward);
    command.args(["--log", level, "run", "--config"]).arg(config);
    let mut gateway = Running::start("the gateway", &mut command, &place.path(format!("{folder}/doorward")))?;
    gateway.ready(within, || accepts(agents))?;
    Ok((gateway, agents))
}

pub(super) struct Row {
    pub(super) per_second: f64,
    pub(super) cpu_us: f64,
    pub(super) p50: u64,
    pub(super) p99: u64,
}

pub(super) fn measure(load: &Path, subject: &Subject, connections: u32, rate: u32) -> Result<Row> {
    let drive = |seconds: u32| -> Result<Vec<u64>> {
        let output = Command::new(load)
            .args([&subject.address.to_string(), "/mcp/fast"])
            .args([connections, seconds, rate].map(|number| number.to_string()))
            .stderr(Stdio::inherit())
            .output()?;
        ensure!(output.status.success(), "the load generator ended with {}", output.status);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_whitespace().map(|number| Ok(number.parse()?)).collect()
    };
    drive(1)?;
    let before = cpu_ticks(&subject.pids)?;
    let sent = drive(SECONDS)?;
    let ticks = cpu_ticks(&subject.pids)? - before;
    if let Some(audit) = &subject.audit {
        thin_out(audit)?;
    }
    let [requests, errors, p50, p99] = sent.as_slice() else { bail!("the load generator printed {sent:?}") };
    ensure!(*errors == 0, "{errors} connections to {} failed", subject.name);
    // A tick is 10 ms on every Linux that matters.
    let cpu_us = ticks as f64 * 10_000.0 / *requests as f64;
    Ok(Row { per_second: *requests as f64 / f64::from(SECONDS), cpu_us, p50: *p50, p99: *p99 })
}

/// Removes the files of a record that are full: the measurements would leave some gigabytes.
fn thin_out(audit: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(audit)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files.pop();
    files.iter().try_for_each(|file| Ok(fs::remove_file(file)?))
}

/// User and system time of the processes, in ticks. Source: proc(5).
fn cpu_ticks(pids: &[u32]) -> Result<u64> {
    let ticks = |pid: &u32| -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let fields = stat.rsplit_once(')').context("no stat")?.1.split_whitespace().collect::<Vec<_>>();
        let field = |place: usize| -> Result<u64> { Ok(fields.get(place).context("no field")?.parse()?) };
        Ok(field(11)? + field(12)?)
    };
    pids.iter().map(ticks).sum()
}

/// What the processes have in memory, in KiB.
pub(super) fn resident(pids: &[u32]) -> Result<u64> {
    let kib = |pid: &u32| -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    };
    pids.iter().map(kib).sum()
}

/// A process and those that it started.
pub(super) fn with_children(pid: u32) -> Result<Vec<u32>> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    Ok(std::iter::once(pid).chain(children).collect())
}
