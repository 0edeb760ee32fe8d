//! `doorward replay`: recorded calls under another policy.

use doorward_tests::process::{Ended, run};
use serde_json::{Value, json};
use tempfile::TempDir;

fn recorded(second: u32, verdict: &str, rule: &str, command: &str) -> Value {
    json!({
        "time": format!("2026-11-01T10:00:{second:02}.000Z"), "kind": "decision", "caller": "ci", "server": "ssh",
        "tool": "run", "arguments": { "command": command }, "verdict": verdict, "rule": rule,
    })
}

async fn replayed(calls: &[Value], policy: &Value, arguments: &[&str]) -> Ended {
    let folder = TempDir::new().unwrap();
    let (file, law) = (folder.path().join("calls.jsonl"), folder.path().join("policy.json"));
    let lines: Vec<String> = calls.iter().map(Value::to_string).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    std::fs::write(&law, policy.to_string()).unwrap();
    let places = ["replay", "--calls", file.to_str().unwrap(), "--policy", law.to_str().unwrap()];
    run(&[&places, arguments].concat()).await
}

fn policy() -> Value {
    let sudo = json!({ "conditions": [{ "path": "args.command", "op": "contains", "value": "sudo" }] });
    let limit = json!({ "counter": "runs", "window": 10, "max": 2 });
    json!({ "version": "1", "default": "deny", "tools": { "run": { "deny_if": [sudo], "limits": [limit] } } })
}

#[tokio::test]
async fn what_would_open_is_told_first_and_fails() {
    let calls = [
        recorded(0, "allow", "/tools/run", "ls"),
        recorded(1, "deny", "/tools/run/deny_if/old", "uptime"),
        recorded(2, "allow", "/tools/run", "sudo ls"),
        recorded(3, "deny", "/tools/run/deny_if/old", "sudo id"),
    ];
    let ended = replayed(&calls, &policy(), &[]).await;
    assert_eq!(ended.status, Some(1), "{}", ended.stderr);
    let expected = "\
1 were refused and would pass:
       1  run  by ci  /tools/run/deny_if/old -> /tools/run
1 passed and would be refused:
       1  run  by ci  /tools/run -> /tools/run/deny_if/args.command-contains
1 are refused for another reason:
       1  run  by ci  /tools/run/deny_if/old -> /tools/run/deny_if/args.command-contains
4 calls replayed, 1 as they were
";
    assert_eq!(ended.stdout, expected);
}

#[tokio::test]
async fn limits_are_those_of_the_recorded_times() {
    let at = |second: u32| recorded(second, "allow", "/tools/run", "ls");
    let ended = replayed(&[at(9), at(0), at(1), at(20)], &policy(), &["--format", "json"]).await;
    assert_eq!(ended.status, Some(0), "what closes is no finding: {}", ended.stdout);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let change = json!({ "change": "closes", "tool": "run", "caller": "ci", "was": "/tools/run", "now": "/tools/run/limits/runs", "calls": 1 });
    assert_eq!(told["changes"], json!([change]));
}

#[tokio::test]
async fn calls_without_arguments_are_counted_and_none_at_all_is_a_failure() {
    let without = json!({ "kind": "decision", "tool": "run", "verdict": "deny", "rule": "x" });
    let closed = recorded(1, "unavailable", "(unavailable)", "ls");
    let ended = replayed(&[recorded(0, "allow", "/tools/run", "ls"), without.clone(), closed], &policy(), &[]).await;
    assert_eq!(ended.status, Some(0));
    assert!(ended.stdout.contains("1 calls replayed, 1 as they were\n1 calls more were recorded without"));
    let ended = replayed(&[without], &policy(), &[]).await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains("there is no call with its arguments to replay"), "{}", ended.stderr);
    let ended = replayed(&[json!(7)], &policy(), &[]).await;
    assert!(ended.stderr.contains("calls.jsonl`, line 1 is no object"), "{}", ended.stderr);
}
