//! Plugins that cannot be loaded: nothing starts, and whoever wrote the configuration is told the place and the way out.

use std::fs;
use std::path::PathBuf;

use doorward_tests::gateway::sha256;
use serde_json::Value;
use tempfile::TempDir;

use crate::home::Home;

/// A configuration of two files, whose texts a fault is put into.
struct Files {
    folder: TempDir,
    config: String,
    policy: String,
}

impl Files {
    fn new(plugins: &str, plugin: &str) -> Self {
        let config = format!(
            r#"{{
  "version": "1", "listen": "127.0.0.1:0", "admin": "127.0.0.1:0",
  "plugins": {plugins},
  "servers": {{ "s": {{ "url": "http://127.0.0.1:9/mcp", "policy": "policy.json" }} }},
  "anonymous": {{ "servers": {{ "s": {{}} }} }}
}}"#
        );
        let policy = format!(
            r#"{{
  "version": "1", "default": "deny",
  "tools": {{
    "echo": {{ "plugins": [{plugin}] }}
  }}
}}"#
        );
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("doorward.json"), &config).unwrap();
        fs::write(folder.path().join("policy.json"), &policy).unwrap();
        fs::write(folder.path().join("mine.wasm"), "no component").unwrap();
        Self { folder, config, policy }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where this first stands, as `file:line:column`.
    fn place(&self, name: &str, part: &str) -> String {
        let text = if name == "policy.json" { &self.policy } else { &self.config };
        let before = &text[..text.find(part).expect("the part is there")];
        let line = before.lines().count().max(1);
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
        format!("{}:{line}:{column}", self.path(name).display())
    }
}

/// A fault, the file and the part where it is to be found, and what is to be said.
struct Fault {
    plugins: &'static str,
    plugin: &'static str,
    place: (&'static str, &'static str),
    says: &'static [&'static str],
    help: &'static str,
}

const FAULTS: [Fault; 8] = [
    Fault {
        plugins: r#"{ "mine": { "path": "mine.wasm" } }"#,
        plugin: r#"{ "use": "mine" }"#,
        place: ("policy.json", r#""mine""#),
        says: &["plugin `mine`: it is not WebAssembly"],
        help: "build it for the target `wasm32-wasip2`",
    },
    Fault {
        plugins: r#"{ "mine": { "path": "mine.wasm", "sha256": "0000000000000000000000000000000000000000000000000000000000000000" } }"#,
        plugin: r#"{ "use": "mine" }"#,
        place: ("doorward.json", r#""00000"#),
        says: &["the digest of `", "mine.wasm` is another"],
        help: "if the file is as it should be, write `DIGEST`",
    },
    Fault {
        plugins: r#"{ "mine": { "path": "yours.wasm" } }"#,
        plugin: r#"{ "use": "mine" }"#,
        place: ("doorward.json", r#""yours.wasm""#),
        says: &["cannot read `", "yours.wasm`: "],
        help: "the path is relative to this file",
    },
    Fault {
        plugins: r#"{ "shell-guard": { "path": "mine.wasm" } }"#,
        plugin: r#"{ "use": "shell-guard", "config": { "arguments": ["/command"] } }"#,
        place: ("doorward.json", r#""shell-guard""#),
        says: &["`shell-guard` is the name of a first-party plugin"],
        help: "give yours another name",
    },
    Fault {
        plugins: "{}",
        plugin: r#"{ "use": "shell-gaurd", "config": { "arguments": ["/command"] } }"#,
        place: ("policy.json", r#""shell-gaurd""#),
        says: &["plugin `shell-gaurd`: "],
        help: "did you mean `shell-guard`?",
    },
    Fault {
        plugins: "{}",
        plugin: r#"{ "use": "shell-guard", "config": { "arguments": ["/command"], "profile": "everything" } }"#,
        place: ("policy.json", r#""shell-guard""#),
        says: &["plugin `shell-guard` at `config/profile`: there is no profile `everything`"],
        help: "the profiles are `readonly-diagnostics`",
    },
    Fault {
        plugins: "{}",
        plugin: r#"{ "use": "shell-guard", "config": { "arguments": ["command"] } }"#,
        place: ("policy.json", r#""shell-guard""#),
        says: &["plugin `shell-guard` at `config/arguments/0`: `command` is not a JSON pointer to an argument"],
        help: "a JSON pointer begins with `/`",
    },
    Fault {
        plugins: "{}",
        plugin: r#"{ "use": "shell-guard", "config": { "arguments": ["/command"], "profil": "x" } }"#,
        place: ("policy.json", r#""shell-guard""#),
        says: &["plugin `shell-guard` at `config/profil`: ", "expected one of `profile`, `arguments`"],
        help: "",
    },
];

#[tokio::test]
async fn a_plugin_that_cannot_be_loaded_is_told_with_its_place_and_what_to_do() {
    let home = Home::new();
    for fault in FAULTS {
        let files = Files::new(fault.plugins, fault.plugin);
        let (file, part) = fault.place;
        let place = files.place(file, part);
        let help = fault.help.replace("DIGEST", &sha256("no component"));
        let config = files.path("doorward.json");
        let config = config.to_str().unwrap();

        let checked = home.run(&["check", "--config", config, "--format", "json"]).await;
        assert_eq!(checked.status, Some(1), "{place}: {}{}", checked.stdout, checked.stderr);
        let found: Value = serde_json::from_str(&checked.stdout).expect("JSON");
        let mut errors = found.as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
        let error = errors.next().unwrap_or_else(|| panic!("{place}: no error in {found}"));
        assert_eq!(errors.next(), None, "{place}: one fault, one error");
        let found = format!("{}:{}:{}", error["file"].as_str().unwrap(), error["line"], error["column"]);
        assert_eq!(found, place, "{error}");
        for part in fault.says {
            assert!(error["message"].as_str().unwrap().contains(part), "{part} is not in {error}");
        }
        assert!(error["help"].as_str().unwrap_or_default().contains(&help), "{help} is not in {error}");

        let [ran, checked] =
            [home.run(&["run", "--config", config]).await, home.run(&["check", "--config", config]).await];
        for ended in [ran, checked] {
            assert_eq!(ended.status, Some(1), "{place}: {}", ended.stderr);
            let told = unwrapped(&ended.stderr);
            assert!(told.contains(&unwrapped(&place)), "{place} is not in {}", ended.stderr);
            for part in fault.says.iter().copied().chain([help.as_str()]) {
                assert!(told.contains(&unwrapped(part)), "{part} is not in {}", ended.stderr);
            }
            assert!(told.contains(&unwrapped("1 error found; nothing was started or changed")), "{}", ended.stderr);
        }
    }
    for opened in [home.audit(), home.state().join("counters.sqlite")] {
        assert!(!opened.exists(), "{} was opened for a gateway that does not start", opened.display());
    }
}

#[tokio::test]
async fn every_plugin_that_cannot_be_loaded_is_told_at_once() {
    let home = Home::new();
    let uses = r#"{ "use": "one" }, { "use": "shell-guard", "config": { "arguments": [], "profile": "x" } }, { "use": "two" }"#;
    let files = Files::new("{}", uses);
    let config = files.path("doorward.json");
    let ended = home.run(&["check", "--config", config.to_str().unwrap(), "--format", "json"]).await;
    let found: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let messages: Vec<&str> = found.as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap()).collect();
    for part in ["`one`", "`config/profile`", "`config/arguments`", "`two`"] {
        assert!(messages.iter().any(|message| message.contains(part)), "{part} is not in {messages:?}");
    }
}

/// What was printed, without the lines and edges of a terminal.
fn unwrapped(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !"│×╭╰─·".contains(*letter)).collect()
}
