//! The gateway beside nginx as a raw reverse proxy, in front of the same fast server, in one run.
//!
//! Machines differ, and so does one machine from minute to minute: what counts is the ratio.
//!
//! The record cannot be switched off, so "policy" is what it costs to decide and to write the record to memory, in a
//! folder under `/dev/shm`. "policy + audit" writes it to the disk, as in earnest; "policy + audit + shell-guard" has the
//! plugin judge each call as well. Each has a gateway of its own, so that each has its own memory too.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::peers::{Place, Running, accepts, free_addresses};

/// How long each measurement takes.
const SECONDS: u32 = 5;
/// The fixed rate, in requests a second.
const RATE: u32 = 1000;
const CONNECTIONS: [u32; 3] = [1, 16, 64];
const WAIT: Duration = Duration::from_secs(20);
/// A folder in memory.
const MEMORY: &str = "/dev/shm";

/// What is measured: a name, where it listens, and the processes whose work counts.
struct Subject {
    name: &'static str,
    address: SocketAddr,
    pids: Vec<u32>,
    /// Where it writes its record, if it keeps one.
    audit: Option<PathBuf>,
}

/// A column of the gateway's.
struct Column {
    name: &'static str,
    in_memory: bool,
    tool: Value,
}

impl Column {
    fn start(self, doorward: &Path, server: SocketAddr, place: &Place, memory: &Place) -> Result<(Running, Subject)> {
        let Self { name, in_memory, tool } = self;
        let [agents, operators] = free_addresses()?;
        let folder = name.replace([' ', '+'], "");
        let audit = if in_memory { memory } else { place }.path(format!("{folder}/audit"));
        let config = place.write(
            format!("{folder}/doorward.json"),
            &json!({
                "version": "1", "listen": agents.to_string(), "admin": operators.to_string(),
                "servers": { "fast": {
                    "url": format!("http://{server}/mcp"),
                    "policy": { "version": "1", "default": "deny", "tools": { "backgroundExecute": tool } },
                } },
                "anonymous": { "servers": { "fast": {} } },
                "audit": { "dir": audit },
            }),
        )?;
        let mut command = place.command(doorward);
        command.args(["--log", "warn", "run", "--config"]).arg(config);
        let mut gateway = Running::start("the gateway", &mut command, &place.path(format!("{folder}/doorward")))?;
        gateway.ready(WAIT, || accepts(agents))?;
        let subject = Subject { name, address: agents, pids: vec![gateway.id()], audit: Some(audit) };
        Ok((gateway, subject))
    }
}

struct Row {
    per_second: f64,
    cpu_us: f64,
    p50: u64,
    p99: u64,
}

pub(crate) fn run(doorward: &Path, target: &Path) -> Result<()> {
    let folder = doorward.parent().context("the program has no folder")?;
    let place = Place::new(&target.join("scratch"), "bench")?;
    let [server, nginx] = free_addresses()?;
    let told = |name: &str| place.path(name);

    let mut fast = Running::start(
        "the fast server",
        place.command(&folder.join("fast-server")).arg(server.to_string()),
        &told("server"),
    )?;
    fast.ready(WAIT, || accepts(server))?;

    let config = nginx_config(nginx, server, &place);
    fs::write(place.path("nginx.conf"), config)?;
    let mut proxy = Running::start(
        "nginx",
        place.command(Path::new("nginx")).arg("-p").arg(place.path("")).arg("-c").arg(place.path("nginx.conf")),
        &told("nginx"),
    )
    .context("type `apt-get install nginx`")?;
    proxy.ready(WAIT, || accepts(nginx))?;

    let guard = json!({ "plugins": [ { "use": "shell-guard",
        "config": { "arguments": ["/command"], "opaque": ["/connectionId"] } } ] });
    let columns = [
        Column { name: "policy", in_memory: true, tool: json!({}) },
        Column { name: "policy + audit", in_memory: false, tool: json!({}) },
        Column { name: "policy + audit + shell-guard", in_memory: false, tool: guard },
    ];
    let memory = Place::new(Path::new(MEMORY), "doorward-bench").context("the bench needs a folder in memory")?;
    let mut gateways = Vec::new();
    let mut subjects = vec![Subject { name: "nginx", address: nginx, pids: with_children(proxy.id())?, audit: None }];
    for column in columns {
        let (gateway, subject) = column.start(doorward, server, &place, &memory)?;
        gateways.push(gateway);
        subjects.push(subject);
    }
    let at_rest: Vec<u64> = subjects.iter().map(|subject| resident(&subject.pids)).collect::<Result<_>>()?;

    let load = folder.join("load");
    for rate in [0, RATE] {
        println!("\n{}", if rate == 0 { "saturated".to_owned() } else { format!("{rate} requests a second") });
        println!(
            "{:>11} {:>30} {:>12} {:>12} {:>10} {:>10}",
            "connections", "", "requests/s", "CPU µs/call", "p50 µs", "p99 µs"
        );
        for connections in CONNECTIONS {
            let rows: Vec<Row> =
                subjects.iter().map(|subject| measure(&load, subject, connections, rate)).collect::<Result<_>>()?;
            for (subject, row) in subjects.iter().zip(&rows) {
                let Row { per_second, cpu_us, p50, p99 } = row;
                let name = subject.name;
                println!("{connections:>11} {name:>30} {per_second:>12.0} {cpu_us:>12.1} {p50:>10} {p99:>10}");
            }
            let Some((nginx, others)) = rows.split_first() else { continue };
            for (subject, row) in subjects.iter().skip(1).zip(others) {
                let name = format!("{} : nginx", subject.name);
                let [speed, cpu] = [row.per_second / nginx.per_second, row.cpu_us / nginx.cpu_us];
                let [p50, p99] = [row.p50 as f64 / nginx.p50 as f64, row.p99 as f64 / nginx.p99 as f64];
                println!("{name:>42} {speed:>12.2} {cpu:>12.2} {p50:>10.2} {p99:>10.2}");
            }
        }
    }
    println!();
    println!("{:>42} {:>12} {:>12}", "memory, MiB resident", "at rest", "after load");
    for (subject, before) in subjects.iter().zip(at_rest) {
        let [before, after] = [before, resident(&subject.pids)?].map(|kib| kib as f64 / 1024.0);
        println!("{:>42} {before:>12.1} {after:>12.1}", subject.name);
    }
    for gateway in gateways {
        gateway.stop(WAIT)?;
    }
    fs::remove_dir_all(memory.path("")).context("the record in memory cannot be removed")
}

fn measure(load: &Path, subject: &Subject, connections: u32, rate: u32) -> Result<Row> {
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

fn resident(pids: &[u32]) -> Result<u64> {
    let kib = |pid: &u32| -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    };
    pids.iter().map(kib).sum()
}

fn with_children(pid: u32) -> Result<Vec<u32>> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    Ok(std::iter::once(pid).chain(children).collect())
}

fn nginx_config(listen: SocketAddr, server: SocketAddr, place: &Place) -> String {
    let folder = place.path("");
    let folder = folder.display();
    format!(
        "daemon off;\nworker_processes 2;\nerror_log stderr warn;\npid {folder}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\nhttp {{\n  access_log off;\n  keepalive_requests 100000000;\n\
         client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
         uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n\
         upstream fast {{ server {server}; keepalive 128; keepalive_requests 100000000; }}\n\
         server {{ listen {listen}; location / {{ proxy_pass http://fast; proxy_http_version 1.1;\n\
         proxy_set_header Connection \"\"; }} }}\n}}\n"
    )
}
