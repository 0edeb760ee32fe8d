//! What plugins cost: each alone, by `doorward plugin bench`, which goes the gateway's own way; and in the gateway under load.
//!
//! Beside each stands the floor: an instance that is made, asked nothing and thrown away, in the same run.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::calls::{self, Subject};
use super::load::{Column, MEMORY, WAIT, measure, resident, start_gateway, start_server};
use crate::peers::Place;
use crate::{cargo, root, run as do_run};

/// How many plugins stand on the tool, and how many connections call it.
const PLUGINS: [usize; 4] = [0, 1, 3, 5];
const CONNECTIONS: [u32; 2] = [1, 16];

/// How many plugins are loaded to see what they take up; and how long that may take.
const LOADED: usize = 1_000;
const TO_LOAD: Duration = Duration::from_secs(600);

/// Measures everything, table by table.
pub(super) fn run(doorward: &Path, target: &Path) -> Result<()> {
    let place = Place::new(&target.join("scratch"), "bench-plugins")?;
    let guests = Guests::build(target)?;
    let bench = |subject: &Subject| Figures::of(doorward, &place, &guests, subject);

    println!("\na call, µs; what it costs to load, ms; what an instance has to itself once it has answered, KiB");
    println!(
        "{:>30} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {:>9} {:>8} {:>9}",
        "", "floor", "p99", "call", "p99", "settings*", "p99", "compiled", "kept", "instance"
    );
    let mut all = vec![calls::small(), calls::patterns()];
    all.extend(calls::guards());
    let mut floor = 0;
    for subject in &all {
        let figures = bench(subject)?;
        figures.print();
        floor = if subject.name == "small" { figures.floor.0 } else { floor };
    }
    println!("* where the settings are read at every call; `call` begins behind that");

    println!("\nthe document, µs\n{:>40} {:>7} {:>7} {:>7}", "", "floor", "call", "p99");
    for subject in calls::documents() {
        let Figures { name, floor, call, .. } = bench(&subject)?;
        println!("{name:>40} {:>7} {:>7} {:>7}", floor.0, call.0, call.1);
    }
    under_load(doorward, &place, &guests, floor)?;
    loaded(doorward, &place, &guests)
}

/// The validators that are built to be measured, or to spin beside those that are.
pub(super) struct Guests(PathBuf);

impl Guests {
    pub(super) fn build(target: &Path) -> Result<Self> {
        let target = target.join("guests");
        let mut cargo = cargo();
        cargo.current_dir(root().join("tests/guests")).args(["build", "--locked", "--profile", "measured"]);
        let packages = ["--package", "guest-small", "--package", "guest-patterns", "--package", "guest-hostile"];
        cargo.args(["--target", "wasm32-wasip2"]).args(packages);
        // What the outer build means for itself.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().ends_with("RUSTFLAGS")) {
            cargo.env_remove(name);
        }
        do_run(cargo.arg("--target-dir").arg(&target))?;
        Ok(Self(target.join("wasm32-wasip2/measured")))
    }

    /// Where a plugin is, if it is none that is inside the program.
    pub(super) fn find(&self, plugin: &str) -> PathBuf {
        let guest = self.0.join(format!("guest_{plugin}.wasm"));
        if guest.exists() { guest } else { plugin.into() }
    }
}

/// Half of the times are no longer than the first, and 99 of 100 no longer than the second; in microseconds.
#[derive(Clone, Copy)]
struct Times(u64, u64);

struct Figures {
    name: &'static str,
    floor: Times,
    call: Times,
    without: Times,
    load_us: u64,
    again_us: u64,
    /// What an instance has to itself, in bytes, and how many stood at once.
    standing: Option<(u64, u64)>,
}

impl Figures {
    fn of(doorward: &Path, place: &Place, guests: &Guests, subject: &Subject) -> Result<Self> {
        let mut case = subject.asked.clone();
        let verdict = if case.get("reply").is_some() { "pass" } else { "allow" };
        let members = case.as_object_mut().context("a case is an object")?;
        members.insert("verdict".to_owned(), verdict.into());
        let folder = format!("cases/{}", subject.name.replace([' ', ','], "-"));
        place.write(format!("{folder}/a.json"), &json!({ "settings": subject.settings, "cases": [case] }))?;
        let mut command = place.command(doorward);
        command.args(["plugin", "bench", "--format", "json", "--cases"]).arg(place.path(folder));
        let output = command.arg(guests.find(subject.plugin)).output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`{}` could not be measured\n{told}", subject.name);
        let figures: Value = serde_json::from_slice(&output.stdout)?;
        let found = |pointer: &str| figures.pointer(pointer).and_then(Value::as_u64);
        let number = |pointer: &str| found(pointer).with_context(|| format!("the figure `{pointer}` is missing"));
        let times = |of: &str| -> Result<Times> {
            Ok(Times(number(&format!("/{of}/p50_us"))?, number(&format!("/{of}/p99_us"))?))
        };
        Ok(Self {
            name: subject.name,
            floor: times("instance")?,
            call: times("call")?,
            without: times("call_without_snapshot")?,
            load_us: number("/load_us")?,
            again_us: number("/load_again_us")?,
            standing: found("/standing/bytes_each").zip(found("/standing/count")),
        })
    }

    fn print(&self) {
        let Self { name, floor, call, without, load_us, again_us, standing } = self;
        let [load, again] = [load_us, again_us].map(|time| *time as f64 / 1000.0);
        let standing = standing.map(|(bytes, count)| format!("{} of {count}", bytes >> 10)).unwrap_or_default();
        println!(
            "{name:>30} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {load:>9.0} {again:>8.1} {standing:>9}",
            floor.0, floor.1, call.0, call.1, without.0, without.1
        );
    }
}

/// What the gateway does with plugins on the tool that is called.
fn under_load(doorward: &Path, place: &Place, guests: &Guests, floor: u64) -> Result<()> {
    let folder = doorward.parent().context("the program has no folder")?;
    let (_fast, server) = start_server(doorward, place)?;
    let memory =
        Place::new(Path::new(MEMORY), "doorward-bench-plugins").context("the bench needs a folder in memory")?;
    let small = |number: usize| json!({ "use": "small", "config": { "reads": { "values": ["/command"] }, "at-most": 1000 + number } });
    let mut columns: Vec<(String, u64, Value)> = PLUGINS
        .iter()
        .map(|count| {
            let plugins: Vec<Value> = (0..*count).map(small).collect();
            (format!("{count} small"), floor * *count as u64, json!({ "plugins": plugins }))
        })
        .collect();
    let guard = json!({ "plugins": [ { "use": "shell-guard", "config": calls::shell_guard_settings() } ] });
    columns.push(("shell-guard".to_owned(), floor, guard));

    println!("\nthe gateway with plugins on the tool, its record in memory");
    println!(
        "{:>11} {:>14} {:>9} {:>12} {:>12} {:>10} {:>10}",
        "connections", "plugins", "floor µs", "requests/s", "CPU µs/call", "p50 µs", "p99 µs"
    );
    let mut gateways = Vec::new();
    for (name, floor, tool) in columns {
        let plugins = json!({ "small": { "path": guests.find("small") } });
        let column = Column { name, in_memory: true, tool, plugins };
        gateways.push((column.start(doorward, server, place, &memory)?, floor));
    }
    for connections in CONNECTIONS {
        for ((_, subject), floor) in &gateways {
            let row = measure(&folder.join("load"), subject, connections, 0)?;
            println!(
                "{connections:>11} {:>14} {floor:>9} {:>12.0} {:>12.1} {:>10} {:>10}",
                subject.name, row.per_second, row.cpu_us, row.p50, row.p99
            );
        }
    }
    for ((gateway, _), _) in gateways {
        gateway.stop(WAIT)?;
    }
    fs::remove_dir_all(memory.path("")).context("the record in memory cannot be removed")
}

/// What the gateway has in memory with many plugins loaded, each on a tool of its own.
fn loaded(doorward: &Path, place: &Place, guests: &Guests) -> Result<()> {
    let tools = |settings: fn(usize) -> usize| -> Value {
        let tool = |number: usize| {
            let config = json!({ "reads": { "values": ["/command"] }, "at-most": settings(number) });
            (format!("tool{number}"), json!({ "plugins": [ { "use": "small", "config": config } ] }))
        };
        (0..LOADED).map(tool).collect()
    };
    let policies = [
        ("none", json!({})),
        ("with the same settings", tools(|_| 1)),
        ("each with its own settings", tools(|number| number)),
    ];
    println!("\n{LOADED} plugins loaded\n{:>40} {:>14} {:>18}", "", "resident, MiB", "KiB for a plugin");
    let mut before = None;
    for (name, tools) in policies {
        let folder = format!("loaded/{}", name.replace(' ', "-"));
        let config = json!({
            "version": "1",
            "servers": { "fast": { "url": "http://127.0.0.1:9/mcp",
                "policy": { "version": "1", "default": "deny", "tools": tools } } },
            "plugins": { "small": { "path": guests.find("small") } },
            "anonymous": { "servers": { "fast": {} } },
            "audit": { "dir": place.path(format!("{folder}/audit")) },
        });
        let (gateway, _) = start_gateway(doorward, place, &folder, "error", config, TO_LOAD)?;
        let kib = resident(&[gateway.id()])?;
        let each = kib.saturating_sub(*before.get_or_insert(kib)) as f64 / LOADED as f64;
        println!("{name:>40} {:>14.1} {each:>18.1}", kib as f64 / 1024.0);
        gateway.stop(WAIT)?;
    }
    Ok(())
}
