//! `doorward wrap` with a folder for state of its own, before the server on stdio.

use doorward_tests::agent::message;
use doorward_tests::process::{Process, stdio_peer};
use doorward_tests::{Record, within, world};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};

use crate::home::Home;

/// A gateway on stdio. It is killed when dropped.
pub(crate) struct Pipe {
    /// The program.
    pub(crate) process: Process,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    modern: bool,
    _folder: TempDir,
}

impl Pipe {
    /// Wraps the server under this policy.
    pub(crate) fn modern(home: &Home, policy: &Value, record: &Record) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("policy.json");
        std::fs::write(&path, policy.to_string()).unwrap();
        let mut command = home.command();
        command.arg("wrap").arg("--policy").arg(path).arg("--");
        let mut process = Process::start(command.arg(stdio_peer()).arg("--record").arg(record.path()));
        let (stdin, stdout) = (process.stdin(), BufReader::new(process.stdout()).lines());
        Self { process, stdin, stdout, modern: true, _folder: folder }
    }

    /// The same, for an agent of the legacy era.
    pub(crate) async fn legacy(home: &Home, policy: &Value, record: &Record) -> Self {
        let mut pipe = Self { modern: false, ..Self::modern(home, policy, record) };
        let client = json!({ "name": "agent", "version": "1" });
        let params = json!({ "protocolVersion": world::LEGACY, "capabilities": {}, "clientInfo": client });
        pipe.send(&message(json!("hello"), "initialize", params)).await;
        assert_eq!(pipe.answer(&json!("hello")).await["result"]["protocolVersion"], world::LEGACY);
        pipe.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        pipe
    }

    /// Asks for a call, and waits for nothing.
    pub(crate) async fn begin(&mut self, id: &Value, tool: &str, arguments: &Value) {
        let mut params = json!({ "name": tool, "arguments": arguments });
        if self.modern {
            params["_meta"] = world::modern_meta();
        }
        self.send(&message(id.clone(), "tools/call", params)).await;
    }

    /// The next answer.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let line = within("a line on stdout", self.stdout.next_line()).await.expect("stdout is UTF-8");
            let line = line.unwrap_or_else(|| panic!("stdout is closed:\n{}", self.process.log()));
            let message: Value = serde_json::from_str(&line).expect("a line is a message");
            if message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Calls a tool, and yields the whole answer.
    pub(crate) async fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let id = json!("call");
        self.begin(&id, tool, arguments).await;
        self.answer(&id).await
    }

    async fn answer(&mut self, id: &Value) -> Value {
        let answer = self.next().await;
        assert_eq!(answer["id"], *id, "{answer}");
        answer
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        within("room to send", self.stdin.write_all(line.as_bytes())).await.expect("the gateway reads");
    }
}
