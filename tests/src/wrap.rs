//! `doorward wrap`, as an MCP client starts it in place of a server.

use std::process::ExitStatus;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};

use crate::agent::message;
use crate::process::{Process, doorward, stdio_peer};
use crate::record::Record;
use crate::wait::within;
use crate::world;

/// A gateway on stdio. It is killed when dropped.
pub struct Wrap {
    /// The program.
    pub process: Process,
    /// What reached the server.
    pub record: Record,
    stdin: Option<ChildStdin>,
    stdout: Lines<BufReader<ChildStdout>>,
    /// Messages that came while another was waited for.
    aside: Vec<Value>,
    _folder: TempDir,
}

impl Wrap {
    /// Wraps the server on stdio under this policy.
    pub fn start(policy: &Value) -> Self {
        Self::start_peer(Some(policy), &[])
    }

    /// Wraps the server on stdio, started with these arguments.
    pub fn start_peer(policy: Option<&Value>, arguments: &[&str]) -> Self {
        let record = Record::new();
        let peer = stdio_peer();
        let record_path = record.path().to_str().unwrap().to_owned();
        let command: Vec<&str> =
            [peer.to_str().unwrap(), "--record", &record_path].into_iter().chain(arguments.iter().copied()).collect();
        let policy = policy.map(Value::to_string);
        Self::start_command(policy.as_deref(), &command, record)
    }

    /// Wraps any command under a policy of this text.
    pub fn start_command(policy: Option<&str>, command: &[&str], record: Record) -> Self {
        let folder = TempDir::new().unwrap();
        let mut program = Command::new(doorward());
        program.arg("wrap").env("NO_COLOR", "1").env("XDG_STATE_HOME", folder.path().join("state"));
        if let Some(policy) = policy {
            let path = folder.path().join("policy.json");
            std::fs::write(&path, policy).unwrap();
            program.arg("--policy").arg(path);
        }
        let mut process = Process::start(program.arg("--").args(command));
        let (stdin, stdout) = (process.stdin(), BufReader::new(process.stdout()).lines());
        Self { process, record, stdin: Some(stdin), stdout, aside: Vec::new(), _folder: folder }
    }

    /// Opens a legacy conversation of this revision.
    pub async fn opened(mut self, version: &str) -> Self {
        let params =
            json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "a", "version": "1" } });
        let answer = self.ask("initialize", params).await;
        assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        self
    }

    /// A gateway for each era, ready for calls.
    pub async fn both(policy: &Value) -> [Self; 2] {
        [Self::start(policy), Self::start(policy).opened(world::LEGACY).await]
    }

    /// Sends a message.
    pub async fn send(&mut self, message: &Value) {
        self.send_line(message.to_string()).await;
    }

    /// Sends a line.
    pub async fn send_line(&mut self, line: impl Into<Vec<u8>>) {
        let mut line = line.into();
        line.push(b'\n');
        self.send_bytes(&line).await;
    }

    /// Sends bytes as they are.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        within("room to send", stdin.write_all(bytes)).await.expect("the gateway reads");
        within("room to send", stdin.flush()).await.expect("the gateway reads");
    }

    /// The next line; `None` when stdout is closed.
    pub async fn line(&mut self) -> Option<String> {
        within("a line on stdout", self.stdout.next_line()).await.expect("stdout is UTF-8")
    }

    /// The next message.
    pub async fn next(&mut self) -> Value {
        if !self.aside.is_empty() {
            return self.aside.remove(0);
        }
        self.read().await
    }

    /// The message that satisfies a condition; others are kept for later.
    pub async fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.aside.iter().position(&wanted) {
            return self.aside.remove(place);
        }
        loop {
            let message = self.read().await;
            if wanted(&message) {
                return message;
            }
            self.aside.push(message);
        }
    }

    /// The answer to the request of this id; other messages are kept for later.
    pub async fn answer(&mut self, id: &Value) -> Value {
        self.find(|message| message["id"] == *id && message.get("method").is_none()).await
    }

    /// Asks, and yields the whole answer.
    pub async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = json!(format!("ask {method}"));
        self.send(&message(id.clone(), method, params)).await;
        self.answer(&id).await
    }

    /// Calls a tool, in the era's way, and yields the whole answer.
    pub async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments })).await
    }

    /// Calls a tool as a modern client does.
    pub async fn call_modern(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments, "_meta": world::modern_meta() });
        self.ask("tools/call", params).await
    }

    /// All messages that still come until stdout is closed.
    pub async fn rest(&mut self) -> Vec<Value> {
        let mut rest = std::mem::take(&mut self.aside);
        while let Some(line) = self.line().await {
            rest.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message on stdout: {line}")));
        }
        rest
    }

    /// Closes stdin.
    pub fn close(&mut self) {
        self.stdin = None;
    }

    /// Waits until it ends.
    pub async fn ended(&mut self) -> ExitStatus {
        self.process.ended().await
    }

    async fn read(&mut self) -> Value {
        let line = self.line().await.unwrap_or_else(|| panic!("stdout is closed:\n{}", self.process.log()));
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message on stdout: {line}"))
    }
}
