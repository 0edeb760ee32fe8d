//! The commands for authors of plugins: what they refuse, and how they tell what is wrong.

use doorward_tests::Author;
use doorward_tests::guests::{guest, guests};
use serde_json::Value;
use tokio::process::Command;

#[tokio::test]
async fn a_plugin_is_begun_once_and_by_a_name() {
    let author = Author::new();
    author.fine(&["new", "ours"]).await;
    author.write("ours/README.md", "mine");
    let again = author.plugin(&["new", "ours"]).await;
    assert_eq!(again.status, Some(3));
    assert!(again.stderr.contains("`./ours` is there already"), "{}", again.stderr);
    assert_eq!(author.read("ours/README.md"), "mine");
    for name in ["Ours", "1", "../ours", "a b", ""] {
        let refused = author.plugin(&["new", name]).await;
        assert_eq!(refused.status, Some(3), "{name}");
        assert!(refused.stderr.contains("is no name for a plugin"), "{name}: {}", refused.stderr);
    }
}

#[tokio::test]
async fn what_is_no_plugin_is_not_built() {
    let author = Author::new();
    let refused = author.plugin(&["build"]).await;
    assert_eq!(refused.status, Some(3));
    assert!(refused.stderr.contains("`.` is no plugin: there is none of `Cargo.toml`"), "{}", refused.stderr);
    let nowhere = author.plugin(&["build", "nowhere"]).await;
    assert!(nowhere.stderr.contains("there is no folder `nowhere`"), "{}", nowhere.stderr);
    let none = author.plugin(&["test"]).await;
    assert!(none.stderr.contains("there is no component in `.`; type `doorward plugin build .`"), "{}", none.stderr);
}

#[tokio::test]
async fn a_module_that_is_no_plugin_does_not_become_one() {
    let author = Author::new();
    author.fine(&["new", "ours", "--lang", "c"]).await;
    author.write("ours/Makefile", "build/plugin.wasm:\n\tmkdir build && printf '\\000asm\\001\\000\\000\\000' > $@\n");
    let refused = author.plugin(&["build", "ours"]).await;
    assert_eq!(refused.status, Some(3), "{}", refused.stderr);
    for told in [
        "does not do what the world `plugin` in `ours/wit` says",
        "`doorward:plugin/lifecycle@0.1.0` function `describe`",
    ] {
        assert!(refused.stderr.contains(told), "{told}: {}", refused.stderr);
    }
    std::fs::remove_dir_all(author.path("ours/wit")).unwrap();
    let refused = author.plugin(&["build", "ours"]).await;
    assert!(refused.stderr.contains("cannot read the world of the plugin in `ours/wit`"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_component_that_does_not_fit_is_told_in_full() {
    let (author, built) = (Author::new(), guests().await);
    std::fs::write(author.path("newer.wasm"), guest(&built, "newer")).unwrap();
    author.write("text.wasm", "#!/bin/sh");
    for (file, code, help) in [
        ("newer.wasm", "plugin.version", "build the plugin with the SDK"),
        ("text.wasm", "plugin.no-component", "wasip2"),
    ] {
        let refused = author.plugin(&["inspect", file]).await;
        assert_eq!(refused.status, Some(1), "{file}");
        assert!(refused.stderr.contains(code) && refused.stderr.contains(help), "{file}: {}", refused.stderr);
    }
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write("cases/a.json", r#"{ "cases": [{ "call": {}, "verdict": "invalid" }] }"#);
    let tested = author.plugin(&["test", "newer.wasm"]).await;
    assert_eq!((tested.status, tested.stdout.as_str()), (Some(1), ""));
    assert!(tested.stderr.contains("plugin.version"), "{}", tested.stderr);
}

#[tokio::test]
async fn a_plugin_inside_the_program_is_inspected_by_its_name() {
    let author = Author::new();
    let told: Value =
        serde_json::from_str(&author.fine(&["inspect", "shell-guard", "--format", "json"]).await).unwrap();
    assert_eq!((&told["name"], &told["contract"]), (&"shell-guard".into(), &"0.1.0".into()));
    assert_eq!(told["hooks"], serde_json::json!(["call-hook"]));
    assert_eq!(told["settings_schema"]["required"], serde_json::json!(["arguments"]));
    let capabilities = told["capabilities"].as_array().unwrap();
    assert!(capabilities.contains(&"reads the document of the call".into()), "{capabilities:?}");
    let table = author.fine(&["inspect", "shell-guard"]).await;
    assert!(table.contains("sha256    ") && table.contains("imports   doorward:plugin/"), "{table}");
}

#[tokio::test]
async fn cases_that_fail_show_what_differs() {
    let author = Author::new();
    let component = author.path("hostile.wasm");
    std::fs::write(&component, guest(&guests().await, "hostile")).unwrap();
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write(
        "cases/first.json",
        r#"{ "settings": "deny", "server": "mcp-ssh", "cases": [
  { "name": "as it is", "call": {}, "verdict": "deny", "code": "no", "text": "because" },
  { "name": "another code", "call": {}, "verdict": "deny", "code": "yes", "text": "why" },
  { "name": "its words", "settings": "panic", "call": {}, "verdict": "allow" },
  { "name": "the scene", "settings": "context", "call": {}, "verdict": "deny",
    "tool": "run", "caller": "ci", "groups": ["ops"], "facts": { "host": "web-1" }, "now": "2026-11-21T10:00:00Z",
    "text": "nothing of the kind" },
  { "name": "settings", "settings": "configure-refuse", "verdict": "invalid", "code": "mode.unknown", "pointer": "/mode" }
] }"#,
    );
    let tested = author.plugin(&["test", "hostile.wasm"]).await;
    assert_eq!(tested.status, Some(1), "{}", tested.stderr);
    for told in [
        "FAIL  cases/first.json:3: another code\n      - code: yes\n      + code: no\n      - text: why\n      + text: because",
        "FAIL  cases/first.json:4: its words\n      - verdict: allow\n      + verdict: deny",
        "panicked at ",
        "\"mcp-ssh\"",
        "\"run\"",
        "\"ci\"",
        "\"ops\"",
        "web-1",
        "1795255200000",
        "5 cases, 3 failed",
    ] {
        assert!(tested.stdout.contains(told), "{told}:\n{}", tested.stdout);
    }
    let junit = author.plugin(&["test", "hostile.wasm", "--format", "junit"]).await;
    assert_eq!(junit.status, Some(1));
    assert!(
        junit.stdout.contains(r#"<testsuite name="doorward plugin test" tests="5" failures="3">"#),
        "{}",
        junit.stdout
    );
    let told: Value =
        serde_json::from_str(&author.plugin(&["test", "hostile.wasm", "--format", "json"]).await.stdout).unwrap();
    assert_eq!(told["cases"][0]["passed"], true);
    assert_eq!(told["cases"][1]["line"], 3);
}

#[tokio::test]
async fn authors_see_why_a_plugin_falls() {
    let author = Author::new();
    std::fs::write(author.path("hostile.wasm"), guest(&guests().await, "hostile")).unwrap();
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write(
        "cases/a.json",
        r#"{ "cases": [{ "name": "falls", "settings": "configure-panic", "call": {}, "verdict": "allow" },
                       { "name": "breaks", "settings": "utf8", "call": {}, "verdict": "allow" }] }"#,
    );
    let fallen = author.plugin(&["bench", "hostile.wasm", "--case", "falls"]).await;
    assert_eq!(fallen.status, Some(1), "{}", fallen.stderr);
    assert!(fallen.stderr.contains("in configure") && fallen.stderr.contains("panicked at"), "{}", fallen.stderr);
    assert!(!fallen.stderr.contains("ask the operator"), "{}", fallen.stderr);
    let tested = author.plugin(&["test", "hostile.wasm"]).await;
    assert!(tested.stdout.contains("breach  invalid utf-8"), "{}", tested.stdout);
}

#[tokio::test]
async fn who_forgets_to_build_is_told() {
    let author = Author::new();
    author.fine(&["new", "ours"]).await;
    std::fs::write(author.path("ours/ours.wasm"), guest(&guests().await, "hostile")).unwrap();
    let source = std::fs::File::options().write(true).open(author.path("ours/src/lib.rs")).unwrap();
    for (changed, told) in [(1, true), (-1, false)] {
        let built = std::fs::metadata(author.path("ours/ours.wasm")).unwrap().modified().unwrap();
        let second = std::time::Duration::from_secs(1);
        source.set_modified(if changed > 0 { built + second } else { built - second }).unwrap();
        let said = author.plugin(&["inspect", "ours"]).await.stderr;
        let warning = "warning: `ours/src/lib.rs` is newer than `ours/ours.wasm`; type `doorward plugin build ours`";
        assert_eq!(said.contains(warning), told, "{said}");
    }
}

#[tokio::test]
async fn a_case_that_ends_otherwise_in_the_gateway_fails() {
    let author = Author::new();
    std::fs::write(author.path("hostile.wasm"), guest(&guests().await, "hostile")).unwrap();
    std::fs::create_dir(author.path("cases")).unwrap();
    // It asks the gateway too often where it reads its settings for the same question.
    let cases = r#"{ "cases": [
  { "settings": "deny", "call": {}, "verdict": "deny" },
  { "settings": "configure-chatty", "call": {}, "verdict": "deny", "code": "plugin.calls" }
] }"#;
    author.write("cases/a.json", cases);
    let tested = author.plugin(&["test", "hostile.wasm"]).await;
    assert_eq!(tested.status, Some(1), "{}", tested.stderr);
    for told in [
        "- with its settings read for the question: deny: plugin.calls",
        "+ as the gateway runs it, with its settings read before: allow",
        "2 cases, 1 failed",
    ] {
        assert!(tested.stdout.contains(told), "{told}:\n{}", tested.stdout);
    }
    assert_eq!(author.plugin(&["test", "hostile.wasm", "--as-run", "never"]).await.status, Some(0));
}

#[tokio::test]
async fn replies_and_listed_items_are_tried_too() {
    let author = Author::new();
    std::fs::write(author.path("watcher.wasm"), guest(&guests().await, "watcher")).unwrap();
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write(
        "cases/a.json",
        r#"{ "settings": { "result": "redact", "list": "rewrite" }, "server": "wiki", "tool": "read", "cases": [
  { "reply": { "content": [{ "text": "open" }] }, "verdict": "pass" },
  { "call": { "page": 1 }, "reply": { "a": "a secret", "b": 1.50 }, "verdict": "redact", "becomes": { "a": "[redacted]", "b": 1.50 } },
  { "error": { "code": -1, "message": "secret" }, "verdict": "redact", "becomes": { "code": -1, "message": "[redacted]" } },
  { "settings": { "result": "refuse" }, "reply": {}, "verdict": "refuse", "code": "reply.bad" },
  { "item": { "name": "read", "description": "x" }, "verdict": "rewrite" },
  { "settings": { "list": "hide" }, "item": { "name": "danger" }, "verdict": "hide" },
  { "settings": { "list": "keep" }, "item": { "name": "danger" }, "verdict": "keep" },
  { "settings": { "call": "keys" }, "call": { "key": "l" }, "verdict": "allow" },
  { "settings": { "call": "upper" }, "call": { "text": "a", "n": 1.0 }, "verdict": "modify", "becomes": { "text": "A", "n": 1.0 } },
  { "settings": { "call": "nowhere" }, "call": {}, "verdict": "deny" },
  { "settings": { "call": "reads" }, "call": {}, "annotations": { "readOnlyHint": true }, "verdict": "allow" },
  { "settings": { "call": "reads" }, "call": {}, "resource": "file:///a", "annotations": { "readOnlyHint": true }, "verdict": "deny" },
  { "settings": { "call": "agent" }, "call": {}, "client": "agent", "verdict": "allow" },
  { "settings": { "call": "agent" }, "call": {}, "verdict": "deny", "code": "client.unknown" }
] }"#,
    );
    assert_eq!(author.fine(&["test", "watcher.wasm"]).await, "14 cases, 0 failed\n");

    author.write(
        "cases/a.json",
        r#"{ "settings": { "result": "redact", "list": "rename" }, "cases": [
  { "reply": { "a": "a secret" }, "verdict": "redact", "becomes": { "a": "*" } },
  { "item": { "name": "read" }, "verdict": "keep" },
  { "reply": {}, "verdict": "allow" }, { "item": {}, "reply": {}, "verdict": "pass" }
] }"#,
    );
    let mistaken = author.plugin(&["test", "watcher.wasm"]).await;
    assert_eq!(mistaken.status, Some(1));
    for mistake in ["`allow` is not one of `pass`, `redact`, `refuse`, `invalid`", "a case asks one thing"] {
        assert!(mistaken.stderr.contains(mistake), "{mistake}: {}", mistaken.stderr);
    }
    author.edit(
        "cases/a.json",
        "{ \"reply\": {}, \"verdict\": \"allow\" }, { \"item\": {}, \"reply\": {}, \"verdict\": \"pass\" }",
        "",
    );
    let tested = author.plugin(&["test", "watcher.wasm"]).await;
    for told in [
        "- becomes: {\"a\":\"*\"}\n      + becomes: {\"a\":\"[redacted]\"}",
        "- verdict: keep\n      + verdict: hide",
        "plugin.verdict",
        "2 cases, 2 failed",
    ] {
        assert!(tested.stdout.contains(told), "{told}:\n{}", tested.stdout);
    }
}

#[tokio::test]
async fn a_mistake_in_a_case_file_has_its_place() {
    let author = Author::new();
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write(
        "cases/a.json",
        "{\n  \"cases\": [{ \"call\": {}, \"verdict\": \"dney\", \"cod\": \"x\", \"now\": \"noon\" }]\n}",
    );
    let told = author.plugin(&["test", "shell-guard", "--cases", "cases"]).await;
    assert_eq!(told.status, Some(1));
    for mistake in ["cases/a.json:2:", "`dney` is not one of `allow`", "unknown key `cod`", "this is no time"] {
        assert!(told.stderr.contains(mistake), "{mistake}: {}", told.stderr);
    }
}

#[tokio::test]
async fn every_case_of_the_first_party_plugins_holds_in_the_sandbox() {
    let plugins = std::path::absolute(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins")).unwrap();
    let mut tried = 0;
    for plugin in std::fs::read_dir(plugins).unwrap() {
        let folder = plugin.unwrap().path();
        // Not every plugin can be tried call by call; those that are not in Rust have a test of their own.
        if !folder.join("Cargo.toml").exists() || !folder.join("cases").exists() {
            continue;
        }
        let (name, cases) = (folder.file_name().unwrap().to_str().unwrap(), folder.join("cases"));
        let ended = Author::new().plugin(&["test", name, "--cases", cases.to_str().unwrap()]).await;
        assert_eq!(ended.status, Some(0), "{name}: {}{}", ended.stdout, ended.stderr);
        tried += 1;
    }
    assert!(tried > 4, "{tried} plugins");
}

/// The examples that are not in Rust, with what they share with every plugin of their language.
const EXAMPLES: [(&str, &str, &[&str]); 3] = [
    (
        "ask-on-production",
        "ts",
        &[
            ".gitignore",
            "build.mjs",
            "contract/doorward-plugin.d.ts",
            "contract/main.js",
            "contract/stand-in.js",
            "tsconfig.json",
        ],
    ),
    (
        "change-window",
        "python",
        &[".gitignore", "build.py", "contract/main.py", "contract/stand_in.py", "requirements.txt"],
    ),
    (
        "plain-text",
        "c",
        &[
            ".gitignore",
            "Makefile",
            "contract/doorward.c",
            "contract/doorward.h",
            "contract/plugin.c",
            "contract/plugin.h",
            "requirements.txt",
        ],
    ),
];

#[tokio::test]
async fn the_examples_in_other_languages_have_what_is_new_in_a_plugin() {
    let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    for (name, language, shared) in EXAMPLES {
        let author = Author::new();
        author.fine(&["new", name, "--lang", language]).await;
        for file in shared.iter().chain(&["wit/world.wit", "wit/deps/doorward-plugin.wit"]) {
            let kept = std::fs::read_to_string(plugins.join(name).join(file)).unwrap();
            assert_eq!(kept, author.read(&format!("{name}/{file}")), "plugins/{name}/{file}");
        }
    }
}

/// Copies the files of a folder, less what was built there.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        match entry.file_name().to_str() {
            Some("build" | "node_modules" | ".venv" | "__pycache__") => {}
            _ if entry.path().is_dir() => copy(&entry.path(), &place),
            _ => drop(std::fs::copy(entry.path(), place).unwrap()),
        }
    }
}

#[tokio::test]
async fn the_examples_in_other_languages_are_built_and_hold_their_cases() {
    let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    for (name, language, _) in EXAMPLES {
        let author = Author::new();
        copy(&plugins.join(name), &author.path(name));
        let (fetched, place, tests) = match language {
            "ts" => ("js/node_modules", "node_modules", "npm test"),
            "python" => ("python", ".venv", ".venv/bin/python -m unittest"),
            _ => ("c", ".venv", "true"),
        };
        author.equip(fetched, &format!("{name}/{place}"));
        let tests = author.run(Command::new("sh").args(["-c", &format!("cd {name} && {tests}")])).await;
        assert_eq!(tests.status, Some(0), "{name}: {}{}", tests.stdout, tests.stderr);
        author.fine(&["build", name]).await;
        let tried = author.fine(&["test", name]).await;
        assert!(tried.ends_with(" cases, 0 failed\n"), "{name}: {tried}");
    }
}

#[tokio::test]
async fn what_a_call_costs_is_measured() {
    let author = Author::new();
    std::fs::write(author.path("hostile.wasm"), guest(&guests().await, "hostile")).unwrap();
    std::fs::create_dir(author.path("cases")).unwrap();
    author.write(
        "cases/a.json",
        r#"{ "settings": "allow", "cases": [
            { "settings": "configure-refuse", "verdict": "invalid" },
            { "name": "quick", "call": {}, "verdict": "allow" },
            { "name": "broken", "settings": "trap", "call": {}, "verdict": "deny" }] }"#,
    );
    let told: Value = serde_json::from_str(&author.fine(&["bench", "hostile.wasm", "--format", "json"]).await).unwrap();
    assert_eq!(told["case"], "quick");
    for figure in ["instance", "call", "call_without_snapshot"] {
        let (p50, p99) = (told[figure]["p50_us"].as_u64(), told[figure]["p99_us"].as_u64());
        assert!(p50 > Some(0) && p50 <= p99, "{figure}: {told}");
    }
    assert!(told["memory"].as_u64() > Some(0) && told["size"].as_u64() > Some(0), "{told}");
    assert!(told["load_again_us"].as_u64() > Some(0), "{told}");
    #[cfg(target_os = "linux")]
    assert!(
        told["standing"]["count"].as_u64() > Some(1) && told["standing"]["bytes_each"].as_u64() > Some(0),
        "{told}"
    );
    assert!(author.fine(&["bench", "hostile.wasm"]).await.contains("an instance made and thrown away"));
    let broken = author.plugin(&["bench", "hostile.wasm", "--case", "broken"]).await;
    assert_eq!(broken.status, Some(3));
    assert!(broken.stderr.contains("the plugin fails at `broken`"), "{}", broken.stderr);
    let none = author.plugin(&["bench", "hostile.wasm", "--case", "nobody"]).await;
    assert!(none.stderr.contains("there is no such case"), "{}", none.stderr);
}
