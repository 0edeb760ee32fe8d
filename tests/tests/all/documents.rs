//! What the documents tell readers to type exists.

use std::fs;
use std::path::{Path, PathBuf};

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::process::{run, stdio_peer};
use doorward_tests::{Record, Wrap, world};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
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

const DOCUMENTS: [&str; 18] = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/configuration.md",
    "docs/operations.md",
    "docs/plugins.md",
    "docs/policy.md",
    "docs/tests.md",
    "docs/tools.md",
    "plugins/ask-on-production/README.md",
    "plugins/change-window/README.md",
    "plugins/net-guard/README.md",
    "plugins/path-guard/README.md",
    "plugins/plain-text/README.md",
    "plugins/secret-redact/README.md",
    "plugins/shell-guard/README.md",
    "plugins/sql-guard/README.md",
    "plugins/terminal-guard/README.md",
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
