//! A server on stdio that writes down all that happens to it, and misbehaves as it is told.
//!
//! It does what the name of a tool says. What it holds back it answers on `notifications/release`.
#![expect(clippy::disallowed_types, reason = "a server on stdio is not the gateway: it reads JSON as servers do")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a program of the tests fails by panicking"
)]

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use doorward_tests::world;
use serde_json::{Value, json};

/// How long it lives at most where it does not end by itself.
const LIFE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Options {
    record: String,
    /// Prints log lines to stdout.
    noise: bool,
    /// Writes this much to stderr before it answers anything.
    stderr: usize,
    /// Starts a process of its own.
    grandchild: bool,
    /// Does not end when stdin is closed.
    stubborn: bool,
    /// Reads no more after this method.
    deaf: Option<String>,
    /// Holds this method's answers back.
    hold: Option<String>,
    /// Lists these tools.
    tools: Vec<String>,
    /// Only stays alive.
    sleeper: bool,
}

struct Peer {
    record: File,
    options: Options,
    held: Vec<Value>,
    /// The calls of `ask`, by the ids of the requests sent for them.
    asked: HashMap<String, Value>,
}

fn main() {
    let options = read_options();
    if options.sleeper {
        stay();
        return;
    }
    let record = OpenOptions::new().create(true).append(true).open(&options.record).expect("the record can be written");
    let mut peer = Peer { record, options, held: Vec::new(), asked: HashMap::new() };
    peer.note(&format!("start {}", std::process::id()));
    peer.begin();
    let mut input = stdin().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).unwrap_or(0) > 0 {
        let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
        line.clear();
        peer.note(&format!("line {text}"));
        // Like servers in the field it takes a batch for a batch.
        match serde_json::from_str(&text) {
            Ok(Value::Array(messages)) => messages.iter().for_each(|message| peer.take(message)),
            Ok(message) => peer.take(&message),
            Err(_) => {}
        }
    }
    peer.note("eof");
    if peer.options.stubborn {
        stay();
    }
}

fn read_options() -> Options {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("an option has a value");
        match argument.as_str() {
            "--record" => options.record = value(),
            "--noise" => options.noise = true,
            "--stderr" => options.stderr = value().parse().expect("a number of bytes"),
            "--grandchild" => options.grandchild = true,
            "--stubborn" => options.stubborn = true,
            "--deaf" => options.deaf = Some(value()),
            "--hold" => options.hold = Some(value()),
            "--tools" => options.tools = value().split(',').map(str::to_owned).collect(),
            "--sleeper" => options.sleeper = true,
            other => panic!("an unknown option: {other}"),
        }
    }
    options
}

/// Stays for a while, whatever happens.
fn stay() {
    let begun = Instant::now();
    while begun.elapsed() < LIFE {
        park_timeout(LIFE);
    }
}

impl Peer {
    fn begin(&mut self) {
        if self.options.noise {
            println!("Server listening on stdio\n\n{{\"level\":\"info\"}}\n[1,2]\nnull\n{{\"jsonrpc\":\"2.0\",");
        }
        if self.options.grandchild {
            let this = std::env::current_exe().expect("it knows where it is");
            #[expect(clippy::zombie_processes, reason = "whether somebody else ends it is what is tested")]
            let child = Command::new(this).arg("--sleeper").stdin(Stdio::null()).spawn().expect("a child starts");
            self.note(&format!("child {}", child.id()));
        }
        let flood = vec![b'e'; self.options.stderr];
        std::io::stderr().write_all(&flood).expect("somebody reads stderr");
    }

    fn take(&mut self, message: &Value) {
        let method = message["method"].as_str().unwrap_or_default();
        if self.options.noise {
            println!("INFO handling {method}");
        }
        if message.get("id").is_some() && method.is_empty() {
            return self.answered(message);
        }
        if method == "notifications/release" {
            self.options.hold = None;
            for held in std::mem::take(&mut self.held) {
                self.serve(&held);
            }
            return;
        }
        if method == "notifications/announce" {
            return self
                .say(&json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": message["params"] }));
        }
        if self.options.deaf.as_deref() == Some(method) {
            stay();
        }
        let holds = self.options.hold.as_deref() == Some(method) || message["params"]["name"] == "hold";
        if holds && message.get("id").is_some() { self.held.push(message.clone()) } else { self.serve(message) }
    }

    fn serve(&mut self, message: &Value) {
        let arguments = &message["params"]["arguments"];
        let echoed = || world::respond(message, world::echo(arguments));
        match (message["method"].as_str().unwrap_or_default(), message["params"]["name"].as_str().unwrap_or_default()) {
            ("tools/list", _) => {
                let own: Vec<&str> = self.options.tools.iter().map(String::as_str).collect();
                let tools = if own.is_empty() { world::PEER_TOOLS.as_slice() } else { &own };
                self.say(&world::respond(message, world::listed(tools)));
            }
            ("tools/call", "die") => std::process::abort(),
            ("tools/call", "never") => {}
            ("tools/call", "twice") => {
                self.say(&echoed());
                self.say(&echoed());
            }
            ("tools/call", "wrong") => {
                let mut answer = echoed();
                for id in [json!(message["id"].as_u64().unwrap() + 1000), json!("x"), json!(null), json!(1.5)] {
                    answer["id"] = id;
                    self.say(&answer);
                }
            }
            ("tools/call", "garbled") => {
                let answer = echoed().to_string();
                println!("{}", answer.split_at(answer.len() / 2).0);
            }
            ("tools/call", "huge") => {
                let text = "h".repeat(usize::try_from(arguments["bytes"].as_u64().unwrap()).unwrap());
                self.say(&world::respond(message, json!({ "content": [{ "type": "text", "text": text }] })));
            }
            ("tools/call", "progress") => {
                for step in 1..=arguments["steps"].as_u64().unwrap() {
                    let params =
                        json!({ "progressToken": message["params"]["_meta"]["progressToken"], "progress": step });
                    self.say(&json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params }));
                }
                self.say(&echoed());
            }
            ("tools/call", "batch") => {
                let other =
                    json!({ "jsonrpc": "2.0", "id": 9_000_000, "result": world::echo(&json!({ "own": false })) });
                let line = json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "data": 1 } });
                self.say(&json!([other, echoed(), line]));
            }
            ("tools/call", "drip") => {
                for byte in echoed().to_string().chars().chain(std::iter::repeat(' ')) {
                    print!("{byte}");
                    if stdout().flush().is_err() {
                        return;
                    }
                    park_timeout(Duration::from_millis(20));
                }
            }
            ("tools/call", "chatter") => {
                let line = json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "data": 1 } });
                while writeln!(stdout(), "{line}").is_ok() {}
            }
            ("tools/call", "mute") => {
                nix::unistd::close(1).expect("stdout is open");
                stay();
            }
            ("tools/call", "ask") => {
                let id = format!("ask-{}", message["id"]);
                let (method, params) = (&arguments["method"], &arguments["params"]);
                self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
                self.asked.insert(id, message.clone());
            }
            ("tools/call", "wait") => {
                let (begun, file) = (Instant::now(), Path::new(arguments["file"].as_str().unwrap()));
                while !file.exists() && begun.elapsed() < LIFE {
                    park_timeout(Duration::from_millis(5));
                }
                self.say(&echoed());
            }
            ("tools/call", "environment") => {
                let environment: HashMap<String, String> = variables();
                self.say(&world::respond(message, world::echo(&json!(environment))));
            }
            _ => {
                if let Some(answer) = world::answer(message) {
                    self.say(&answer);
                }
            }
        }
    }

    /// The client has answered a request that was sent for a call of `ask`.
    fn answered(&mut self, answer: &Value) {
        let call = answer["id"].as_str().and_then(|id| self.asked.remove(id));
        if let Some(call) = call {
            let outcome = json!({ "result": answer.get("result"), "error": answer.get("error") });
            self.say(&world::respond(&call, world::echo(&outcome)));
        }
    }

    fn say(&self, message: &Value) {
        let mut out = stdout().lock();
        // Nobody may be there any more to read it.
        let _gone = writeln!(out, "{message}").and_then(|()| out.flush());
    }

    fn note(&mut self, entry: &str) {
        self.record.write_all(format!("{entry}\n").as_bytes()).expect("the record can be written");
    }
}

#[expect(clippy::disallowed_methods, reason = "the test asks for the whole environment")]
fn variables() -> HashMap<String, String> {
    std::env::vars().collect()
}
