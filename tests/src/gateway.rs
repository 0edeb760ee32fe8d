//! The gateway, started as `doorward run` with a configuration of its own.

use std::net::SocketAddr;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::http::{Connection, Request, Response};
use crate::process::{Process, doorward, stdio_peer};
use crate::record::Record;
use crate::upstream::Upstream;
use crate::wait::{START, until};

/// What the server is called where there is only one.
pub const SERVER: &str = "s";

/// A gateway that listens. It is killed when dropped.
pub struct Gateway {
    /// Where agents connect.
    pub address: SocketAddr,
    /// Where operators connect.
    pub admin: SocketAddr,
    /// The program.
    pub process: Process,
    folder: TempDir,
}

impl Gateway {
    /// Starts a gateway with this configuration, to which free ports are added.
    pub async fn start(config: &Value) -> Self {
        Self::start_with(config, &[], &[]).await
    }

    /// Starts a gateway in this environment, with more arguments.
    pub async fn start_with(config: &Value, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_by(Command::new(doorward()), config, environment, arguments).await
    }

    /// The same by a command that becomes the gateway.
    pub async fn start_by(
        mut command: Command,
        config: &Value,
        environment: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        write_config(folder.path(), config);
        let path = folder.path().join("doorward.json");
        command
            .arg("run")
            .arg("--config")
            .arg(path)
            .args(arguments)
            // A user's own record is not for tests to write to.
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .envs(environment.iter().copied())
            .env("NO_COLOR", "1");
        let mut process = Process::start(&mut command);
        let address = address_in(&process.line_in_time(START, "serving http://").await);
        let admin = address_in(&process.line("operators: http://").await);
        let gateway = Self { address, admin, process, folder };
        until("the gateway to be ready", async || (gateway.visit("/readyz").await.status == 200).then_some(())).await;
        gateway
    }

    /// A gateway in front of one server that everybody on this machine may use, under this policy.
    pub async fn in_front_of(upstream: &Upstream, policy: Value) -> Self {
        Self::with_server(upstream.server(), policy).await
    }

    /// The same for a server on stdio.
    pub async fn in_front_of_peer(record: &Record, arguments: &[&str], policy: Value) -> Self {
        Self::with_server(peer(record, arguments), policy).await
    }

    /// The same for a server's whole entry.
    pub async fn with_server(server: Value, policy: Value) -> Self {
        Self::start(&anonymous(with(server, json!({ "policy": policy })))).await
    }

    /// Puts another configuration in place and asks it to be read.
    pub fn reload(&self, config: &Value) {
        write_config(self.folder.path(), config);
        self.process.signal(Signal::SIGHUP);
    }

    /// Puts another configuration in force.
    pub async fn enact(&self, config: &Value) {
        const DONE: &str = "the new configuration is in force";
        let before = self.process.count(DONE);
        self.reload(config);
        until("the new configuration to be in force", async || (self.process.count(DONE) > before).then_some(())).await;
    }

    /// The folder of its configuration.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What operators see at a path.
    pub async fn visit(&self, path: &str) -> Response {
        let mut connection = Connection::open(self.admin).await;
        connection.send(&Request::new("GET", path).also("Connection", "close").to_bytes()).await;
        connection.response().await
    }

    /// A gauge or counter of the server called [`SERVER`]; 0 where it is not there.
    pub async fn gauge(&self, name: &str) -> u64 {
        let metrics = self.visit("/metrics").await.text();
        let wanted = format!("doorward_{name}{{server=\"{SERVER}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&wanted)?.parse().ok()).unwrap_or_default()
    }

    /// Waits until a gauge of the server shows this.
    pub async fn until_gauge(&self, name: &str, value: u64) {
        let what = format!("{name} to be {value}");
        until(what, async || (self.gauge(name).await == value).then_some(())).await;
    }

    /// Waits until agents can no longer connect.
    pub async fn until_closed(&self) {
        until("the listener to close", async || TcpStream::connect(self.address).await.is_err().then_some(())).await;
    }

    /// Asks it to stop, and checks that it does so in order.
    pub async fn stopped(&mut self) {
        self.process.signal(Signal::SIGTERM);
        assert_eq!(self.process.ended().await.code(), Some(0), "{}", self.process.log());
    }

    /// What it recorded of this kind.
    pub fn recorded(&self, kind: &str) -> Vec<Value> {
        let mut lines = Vec::new();
        for entry in std::fs::read_dir(self.folder().join("state/doorward/audit")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "jsonl") {
                let text = std::fs::read_to_string(path).unwrap();
                lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
            }
        }
        lines.retain(|line| line["kind"] == kind);
        lines
    }
}

/// A configuration with one server that everybody on this machine may use.
pub fn anonymous(server: Value) -> Value {
    json!({ "servers": { SERVER: server }, "anonymous": { "servers": { SERVER: {} } } })
}

/// A server's entry that starts the program on stdio.
pub fn peer(record: &Record, arguments: &[&str]) -> Value {
    let record = record.path().to_str().unwrap();
    let arguments: Vec<&str> = ["--record", record].iter().chain(arguments).copied().collect();
    json!({ "command": stdio_peer(), "args": arguments })
}

/// A grant of this name, whose token is `token-NAME`, with these servers.
pub fn grant(name: &str, servers: Value) -> Value {
    json!({ "name": name, "token_sha256": sha256(&token(name)), "servers": servers })
}

/// The token of a grant.
pub fn token(name: &str) -> String {
    format!("token-{name}")
}

/// A digest in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An object with the members of another put in, and theirs likewise.
pub fn with(object: Value, more: Value) -> Value {
    let Value::Object(more) = more else { return more };
    let mut object = if object.is_object() { object } else { json!({}) };
    for (name, value) in more {
        let before = object.get(&name).cloned().unwrap_or(Value::Null);
        object[name] = with(before, value);
    }
    object
}

fn write_config(folder: &Path, config: &Value) {
    let config =
        with(json!({ "version": "1", "listen": "127.0.0.1:0", "admin": "127.0.0.1:0" }), config.clone()).to_string();
    std::fs::write(folder.join("doorward.json"), config).unwrap();
}

fn address_in(line: &str) -> SocketAddr {
    let (_, rest) = line.split_once("http://").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}
