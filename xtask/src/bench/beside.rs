//! What other calls feel of plugins that never answer: their times alone, and while eight plugins spin.
//!
//! Each of the eight is called over and over, its breaker is off, and so is nothing else: it has its deadline, and its places.
//! The aim is that the time of 99 of 100 other calls rises by no more than 2 ms on two cores.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::load::{SECONDS, Subject, WAIT, measure, start_gateway, start_server};
use super::plugins::Guests;
use crate::peers::{Place, Running};

/// How many plugins spin, and how many calls wait for each at once.
const SPINNING: usize = 8;
const CALLS: u32 = 2;

/// What other calls there are: connections, and requests a second over all of them.
const OTHERS: [(u32, u32); 3] = [(1, 100), (4, 400), (16, 1000)];

/// How often each pair is measured: one in which the machine was busy otherwise can be told by the rest.
const TIMES: usize = 3;

pub(super) fn run(doorward: &Path, target: &Path) -> Result<()> {
    let folder = doorward.parent().context("the program has no folder")?;
    let place = Place::new(&target.join("scratch"), "bench-beside")?;
    let guests = Guests::build(target)?;
    let (_fast, server) = start_server(doorward, &place)?;

    let entry = |plugin: Value| {
        let tool = json!({ "plugins": [plugin] });
        let policy = json!({ "version": "1", "default": "deny", "tools": { "backgroundExecute": tool } });
        json!({ "url": format!("http://{server}/mcp"), "policy": policy })
    };
    let small = json!({ "use": "small", "config": { "reads": { "values": ["/command"] }, "at-most": 1000 } });
    // What fails is let through here, so that the load is told of no errors.
    let spins = |name: &String| json!({ "use": name, "config": { "deed": "spin" }, "budget": { "breaker_failures": 0 }, "on_failure": "allow" });
    let names: Vec<String> = (0..SPINNING).map(|number| format!("spin{number}")).collect();
    let mut servers: Map<String, Value> = names.iter().map(|name| (name.clone(), entry(spins(name)))).collect();
    servers.insert("fast".to_owned(), entry(small));
    let mut plugins: Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({ "path": guests.find("hostile") }))).collect();
    plugins.insert("small".to_owned(), json!({ "path": guests.find("small") }));
    let grants: Map<String, Value> = servers.keys().map(|name| (name.clone(), json!({}))).collect();
    let config = json!({
        "version": "1", "servers": servers, "plugins": plugins, "anonymous": { "servers": grants },
        "audit": { "dir": place.path("audit") },
    });
    let (gateway, agents) = start_gateway(doorward, &place, "gateway", "error", config, WAIT)?;

    let subject = Subject { name: "the gateway".to_owned(), address: agents, pids: vec![gateway.id()], audit: None };
    let load = folder.join("load");
    println!("\nother calls, µs: alone, and beside {SPINNING} plugins that spin");
    println!(
        "{:>11} {:>11} {:>8} {:>8} {:>8} {:>8} {:>12}",
        "connections", "requests/s", "p50", "beside", "p99", "beside", "p99 rises by"
    );
    for (connections, rate) in OTHERS {
        for _ in 0..TIMES {
            let alone = measure(&load, &subject, connections, rate)?;
            let spinning = names
                .iter()
                .map(|name| {
                    let mut calls = place.command(&load);
                    calls.args([&agents.to_string(), &format!("/mcp/{name}")]);
                    // As long as the other calls, the second in which they warm up included, and a little longer.
                    calls.args([CALLS, SECONDS + 2, 0].map(|number| number.to_string()));
                    Running::start("calls of a plugin that spins", &mut calls, &place.path(name))
                })
                .collect::<Result<Vec<Running>>>()?;
            let beside = measure(&load, &subject, connections, rate)?;
            for calls in spinning {
                calls.finish(WAIT)?;
            }
            let rise = beside.p99 as i64 - alone.p99 as i64;
            println!(
                "{connections:>11} {rate:>11} {:>8} {:>8} {:>8} {:>8} {rise:>12}",
                alone.p50, beside.p50, alone.p99, beside.p99
            );
        }
    }
    gateway.stop(WAIT)
}
