//! The commands for authors of plugins: what they refuse, and how they tell what is wrong.

use doorward_tests::guests::{guest, guests};
use doorward_tests::{Author, process};
use serde_json::Value;

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
    let none = author.plugin(&["test"]).await;
    assert!(none.stderr.contains("there is no component in `.`; type `doorward plugin build .`"), "{}", none.stderr);
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
    let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let mut tried = 0;
    for plugin in std::fs::read_dir(plugins).unwrap() {
        let folder = plugin.unwrap().path();
        if !folder.join("Cargo.toml").exists() {
            continue;
        }
        let (name, cases) = (folder.file_name().unwrap().to_str().unwrap(), folder.join("cases"));
        let ended = process::run(&["plugin", "test", name, "--cases", cases.to_str().unwrap()]).await;
        assert_eq!(ended.status, Some(0), "{name}: {}{}", ended.stdout, ended.stderr);
        tried += 1;
    }
    assert!(tried > 0);
}
