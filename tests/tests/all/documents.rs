//! What the documents tell readers to type exists, and the plugin of the guide is built, tested and used as it stands there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::process::{run, stdio_peer};
use doorward_tests::{Agent, Gateway, Record, Upstream, Wrap, until, world};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a build of the guide's plugin may take.
const BUILD: Duration = Duration::from_secs(400);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The code block of this language, which there is once.
fn block<'d>(document: &'d str, language: &str) -> &'d str {
    let mut blocks = document.split("```").skip(1).step_by(2).filter_map(|block| {
        let (first, rest) = block.split_once('\n')?;
        (first == language).then_some(rest)
    });
    let found = blocks.next().unwrap_or_else(|| panic!("there is no {language}"));
    assert_eq!(blocks.next(), None, "which {language} is meant?");
    found
}

/// What a document tells its readers to type: the lines of consoles, and what stands between backticks.
fn typed(document: &str) -> Vec<String> {
    let lines = document.lines().filter_map(|line| line.strip_prefix("$ "));
    let lines = lines.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned());
    // A span may go on in the next line; the marks of a block are none.
    let inline = document.replace("```", "").replace('\n', " ");
    let spans: Vec<String> = inline.split('`').skip(1).step_by(2).map(|span| span.trim().to_owned()).collect();
    lines.chain(spans).collect()
}

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/configuration.md",
    "docs/operations.md",
    "docs/plugins.md",
    "docs/policy.md",
    "docs/tests.md",
    "docs/tools.md",
    "plugins/shell-guard/README.md",
];

#[tokio::test]
async fn every_command_in_the_documents_exists() {
    let tasks = document("xtask/src/main.rs");
    let mut tried = 0;
    for name in DOCUMENTS {
        for line in typed(&document(name)) {
            if let Some(task) = line.strip_prefix("cargo xtask ") {
                let task = task.split(' ').next().unwrap_or_default();
                assert!(tasks.contains(&format!("\n        \"{task}\" => ")), "{name}: there is no task `{line}`");
                tried += 1;
            }
            let Some(words) = line.strip_prefix("doorward ") else { continue };
            // What the program would do is not asked for, only whether it knows the words.
            let words = words.split(" -- ").next().unwrap_or_default().replace(['[', ']'], "");
            let words = words.split(' ').filter(|word| !word.is_empty()).chain(["--help"]);
            let ended = run(&words.collect::<Vec<_>>()).await;
            assert_eq!(ended.status, Some(0), "{name}: `{line}`: {}", ended.stderr);
            tried += 1;
        }
    }
    assert!(tried > 15, "{tried} commands");
}

/// The configuration that the tour gives a client, with another server behind it and the policy from its own pages.
#[tokio::test]
async fn the_clients_configuration_in_the_tour_works() {
    let readme = document("README.md");
    let blocks = readme.split("```json\n").skip(1).filter_map(|block| block.split("```").next());
    let blocks: Vec<Value> = blocks.map(|block| serde_json::from_str(block).expect(block)).collect();
    let policy = blocks.iter().find(|block| block.get("default").is_some()).expect("a policy");
    let servers = blocks.iter().filter_map(|block| block.get("mcpServers")?.get("files"));
    let client = servers.clone().find(|server| server["command"] == "doorward").expect("a client's configuration");
    let words: Vec<&str> = client["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let end = words.iter().position(|word| *word == "--").unwrap();
    let before = servers.clone().find(|server| server["command"] == words[end + 1]).expect("what it was before");
    assert_eq!(before["args"], json!(words[end + 2..]), "the server is started as it was");

    let expected = ["wrap", "--policy", "/home/me/policy.json", "--"];
    assert_eq!(words[..=end], expected, "what follows starts it like this");
    let policy = policy.to_string();
    let (record, peer) = (Record::new(), stdio_peer());
    let path = record.path().to_str().unwrap().to_owned();
    let tools = "read_file,list_directory,write_file,delete_file";
    let server = [peer.to_str().unwrap(), "--record", &path, "--tools", tools];
    let mut wrap = Wrap::start_command(Some(&policy), &server, record).opened(world::LEGACY).await;
    let list = wrap.ask("tools/list", json!({})).await;
    let listed = list["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap());
    assert_eq!(listed.collect::<Vec<_>>(), ["read_file", "list_directory"]);
    let (open, key) = (json!({ "path": "/srv/a" }), json!({ "path": "/srv/.ssh/id_rsa" }));
    assert_echoed(&wrap.call("read_file", open.clone()).await, &open);
    assert_echoed(&wrap.call("list_directory", open.clone()).await, &open);
    let refused = wrap.call("read_file", key).await;
    assert_denied(&refused, "/tools/read_file/deny_if/args.path-contains");
    assert!(text(&refused).contains("no keys"), "{refused}");
    let refused = wrap.call("write_file", open.clone()).await;
    assert_denied(&refused, "/tools/write_file/action");
    assert!(text(&refused).contains("this agent only reads"), "{refused}");
    assert_eq!(wrap.call("delete_file", open).await["error"]["message"], "Unknown tool: delete_file");
    assert_eq!(wrap.record.messages("tools/call").len(), 2);
}

/// Runs cargo on the guide's plugin. What it depends on is on this machine already, with the SDK.
async fn cargo(folder: &Path, arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).args(arguments).args(["--quiet", "--offline", "--target-dir"]);
    cargo.arg(root().join("target/guide")).stdin(Stdio::null()).kill_on_drop(true);
    for outer in ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"] {
        cargo.env_remove(outer);
    }
    let ended = timeout(BUILD, cargo.output()).await.expect("cargo ends in time").expect("cargo starts");
    assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

#[tokio::test]
async fn the_plugin_of_the_guide_is_built_tested_and_used() {
    let (guide, folder) = (document("docs/plugins.md"), TempDir::new().unwrap());
    let here = root().canonicalize().unwrap();
    let manifest = block(&guide, "toml").replace("PATH/TO/doorward", here.to_str().unwrap());
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), block(&guide, "rust")).unwrap();
    fs::copy(here.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let commands = block(&guide, "console").lines().filter_map(|line| line.strip_prefix("$ cargo "));
    let commands: Vec<Vec<&str>> = commands.map(|line| line.split(' ').collect()).collect();
    assert_eq!(commands.len(), 2);
    for command in commands {
        cargo(folder.path(), &command).await;
    }

    let upstream = Upstream::start().await;
    let mut lists = upstream.take("tools/list");
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        loop {
            lists.next().await.result(world::listed(&["connect"])).await;
        }
    });
    let policy: Value = serde_json::from_str(block(&guide, "json")).unwrap();
    let component = here.join("target/guide/wasm32-wasip2/release/known_hosts.wasm");
    let gateway = Gateway::start(&with(
        anonymous(with(upstream.server(), json!({ "policy": policy }))),
        json!({ "plugins": { "known-hosts": { "path": component } } }),
    ))
    .await;
    let agent = Agent::modern(&gateway);
    // Where the machine is busy, the 50 ms of a plugin may be too short once.
    let judged = async |arguments: Value| {
        until("the plugin's own word", async || {
            let answer = agent.call("connect", arguments.clone()).await;
            (!text(&answer).contains("(plugin.")).then_some(answer)
        })
        .await
    };
    assert_echoed(&judged(json!({ "host": "web-1" })).await, &json!({ "host": "web-1" }));
    let refused = judged(json!({ "host": "db-1" })).await;
    assert_denied(&refused, "/tools/connect/plugins/known-hosts");
    let says = "`db-1` is not a known host (host.unknown at /host); allowed instead: one of web-1, web-2";
    assert!(text(&refused).contains(says), "{refused}");
    assert_eq!(upstream.seen_of("tools/call").len(), 1);
}
