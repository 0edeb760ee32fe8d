//! The gateway beside nginx as a raw reverse proxy, in front of the same fast server, in one run.
//!
//! Machines differ, and so does one machine from minute to minute: what counts is the ratio.
//!
//! The record cannot be switched off, so "policy" is what it costs to decide and to write the record to memory, in a
//! folder under `/dev/shm`. "policy + audit" writes it to the disk, as in earnest; "policy + audit + shell-guard" has the
//! plugin judge each call as well. Each has a gateway of its own, so that each has its own memory too.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::load::{Column, MEMORY, Row, Subject, WAIT, measure, resident, start_server, with_children};
use crate::peers::{Place, Running, accepts, free_addresses};

/// The fixed rate, in requests a second.
const RATE: u32 = 1000;
const CONNECTIONS: [u32; 3] = [1, 16, 64];

pub(super) fn run(doorward: &Path, target: &Path) -> Result<()> {
    let folder = doorward.parent().context("the program has no folder")?;
    let place = Place::new(&target.join("scratch"), "bench")?;
    let [nginx] = free_addresses()?;
    let (_fast, server) = start_server(doorward, &place)?;
    let config = nginx_config(nginx, server, &place);
    fs::write(place.path("nginx.conf"), config)?;
    let mut proxy = Running::start(
        "nginx",
        place.command(Path::new("nginx")).arg("-p").arg(place.path("")).arg("-c").arg(place.path("nginx.conf")),
        &place.path("nginx"),
    )
    .context("type `apt-get install nginx`")?;
    proxy.ready(WAIT, || accepts(nginx))?;

    let guard = json!({ "plugins": [ { "use": "shell-guard",
        "config": { "arguments": ["/command"], "opaque": ["/connectionId"] } } ] });
    let column = |name: &str, in_memory, tool| Column { name: name.to_owned(), in_memory, tool, plugins: json!({}) };
    let columns = [
        column("policy", true, json!({})),
        column("policy + audit", false, json!({})),
        column("policy + audit + shell-guard", false, guard),
    ];
    let memory = Place::new(Path::new(MEMORY), "doorward-bench").context("the bench needs a folder in memory")?;
    let mut gateways = Vec::new();
    let mut subjects =
        vec![Subject { name: "nginx".to_owned(), address: nginx, pids: with_children(proxy.id())?, audit: None }];
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
                let name = &subject.name;
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
