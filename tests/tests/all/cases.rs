//! `doorward test`: cases beside policies, and what people and build servers are told of them.

use std::path::Path;

use doorward_tests::process::{Ended, run};
use serde_json::{Value, json};
use tempfile::TempDir;

fn write(folder: &Path, name: &str, content: &Value) {
    std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    std::fs::write(folder.join(name), content.to_string()).unwrap();
}

fn policy() -> Value {
    let interval = json!({ "conditions": [{ "path": "args.interval", "op": "gte", "value": 5000 }], "on_deny": "interval too short" });
    let guard = json!({ "use": "shell-guard", "config": { "arguments": ["/command"] } });
    let limit = json!({ "counter": "runs", "window": "minute", "max": 2 });
    let run = json!({ "require": [interval], "plugins": [guard], "limits": [limit] });
    json!({ "version": "1", "default": "deny", "tools": { "run": run } })
}

fn called(command: &str, interval: i64) -> Value {
    json!({ "name": "run", "arguments": { "command": command, "interval": interval } })
}

async fn tried(cases: &Value, arguments: &[&str]) -> Ended {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "policy.json", &policy());
    let suite = json!({ "version": "1", "policy": "../policy.json", "cases": cases });
    write(folder.path(), "deep/run.test.json", &suite);
    let place = folder.path().to_str().unwrap();
    run(&[&["test", place], arguments].concat()).await
}

fn cases() -> Value {
    let refused = |rule: &str| json!({ "verdict": "deny", "rule": rule });
    let often = json!([{ "call": called("uptime", 5000), "times": 2 }]);
    json!([
        { "name": "a state is read", "call": called("uptime", 5000), "expect": "allow" },
        { "name": "too short", "call": called("uptime", -5), "expect": { "verdict": "deny", "reason": "too short" } },
        { "name": "a deletion", "call": called("rm -rf /", 5000), "expect": refused("/tools/run/plugins/shell-guard") },
        { "name": "too often", "history": often, "call": called("uptime", 5000), "expect": refused("/tools/run/limits/runs") },
        { "name": "another tool", "call": { "name": "other" }, "expect": refused("(default deny)") },
    ])
}

#[tokio::test]
async fn law_plugins_and_limits_are_tried_as_they_decide() {
    let ended = tried(&cases(), &[]).await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("5 cases, 0 failed\n4 of 4 rules were seen at work\n"), "{}", ended.stdout);
}

#[tokio::test]
async fn a_case_that_fails_shows_the_whole_decision() {
    let wrong = json!([{ "name": "wrong", "call": called("uptime", -5), "expect": "allow" }]);
    let ended = tried(&wrong, &[]).await;
    assert_eq!(ended.status, Some(1));
    for part in [
        "run.test.json:1: wrong",
        "- verdict: allow",
        "+ verdict: deny",
        "STOP  /tools/run/require/args.interval-gte (false): interval too short",
        "1 cases, 1 failed",
        "2 of 4 rules were seen at work",
        "never stopped a call: /tools/run/limits/runs",
    ] {
        assert!(ended.stdout.contains(part), "{part}\nis missing in\n{}", ended.stdout);
    }
}

#[tokio::test]
async fn programs_are_told_as_well() {
    let ended = tried(&cases(), &["--format", "json"]).await;
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(told["cases"].as_array().unwrap().len(), 5);
    assert_eq!(told["cases"][1]["passed"], true);
    assert_eq!(told["coverage"][0], json!({ "rule": "/tools/run", "passed": true, "stopped": false, "shown": true }));
    let ended = tried(&cases(), &["--format", "junit"]).await;
    assert!(ended.stdout.contains(r#"<testsuite name="doorward test" tests="5" failures="0">"#), "{}", ended.stdout);
}

#[tokio::test]
async fn what_is_wrong_with_a_case_file_is_told_with_its_place() {
    let wrong = json!([
        { "name": "a", "call": { "nam": "run" }, "expect": "allowed" },
        { "name": "b", "call": called("uptime", 1), "history": [{ "call": called("uptime", 1), "times": 0 }], "expect": "deny" },
    ]);
    let ended = tried(&wrong, &[]).await;
    assert_eq!(ended.status, Some(1));
    for part in
        ["`name` is missing", "did you mean `name`?", "did you mean `allow`?", "a call is repeated 1 to 100000 times"]
    {
        assert!(ended.stderr.contains(part), "{part}\nis missing in\n{}", ended.stderr);
    }
}

#[tokio::test]
async fn the_cases_in_the_guide_pass_under_its_policy() {
    let block_of = |text: &str| {
        let block = text.split("```").skip(1).step_by(2).find(|block| block.starts_with("json"));
        block.unwrap().split_once('\n').unwrap().1.to_owned()
    };
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let folder = TempDir::new().unwrap();
    for (document, file) in [("policy.md", "policy.json"), ("tests.md", "guide.test.json")] {
        let text = std::fs::read_to_string(docs.join(document)).unwrap();
        std::fs::write(folder.path().join(file), block_of(&text)).unwrap();
    }
    let ended = run(&["test", folder.path().to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("2 cases, 0 failed"), "{}", ended.stdout);
}

#[tokio::test]
async fn no_cases_are_no_success() {
    let folder = TempDir::new().unwrap();
    let ended = run(&["test", folder.path().to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains("there is no file called NAME.test.json below"), "{}", ended.stderr);
}
