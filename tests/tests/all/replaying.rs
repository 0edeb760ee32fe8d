//! `doorward replay`: recorded calls under another policy.

use doorward_tests::agent::{assert_denied, assert_echoed};
use doorward_tests::gateway::sha256;
use doorward_tests::process::{Ended, run};
use doorward_tests::{Agent, Gateway, Upstream};
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
4 of them were held against no schema: there are no pins of their tools beside the policy
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
    assert!(
        ended.stdout.contains("1 calls replayed, 1 as they were\n1 of them were held against no schema"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("1 calls more were recorded without"), "{}", ended.stdout);
    let ended = replayed(&[without], &policy(), &[]).await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains("there is no call with its arguments to replay"), "{}", ended.stderr);
    let ended = replayed(&[json!(7)], &policy(), &[]).await;
    assert!(ended.stderr.contains("calls.jsonl`, line 1 is no object"), "{}", ended.stderr);
}

const SUDO: &str = "/tools/echo/deny_if/args.command-contains";

/// A policy for a tool whose arguments are kept, less one; and for one that keeps nothing.
fn keeping(conditions: &[Value]) -> Value {
    let rules: Vec<Value> = conditions.iter().map(|condition| json!({ "conditions": [condition] })).collect();
    json!({
        "version": "1",
        "default": "deny",
        "hide": ["secret"],
        "record": { "arguments": true, "redact": ["args.password", "args.hosts[*].key"] },
        "tools": { "echo": { "deny_if": rules }, "danger": { "record": { "arguments": false } } },
    })
}

fn contains(path: &str, text: &str) -> Value {
    json!({ "path": path, "op": "contains", "value": text })
}

#[tokio::test]
async fn calls_through_the_gateway_are_kept_as_the_policy_says_and_replayed() {
    let upstream = Upstream::start().await;
    let mut gateway = Gateway::in_front_of(&upstream, keeping(&[contains("args.command", "sudo")])).await;
    let agent = Agent::modern(&gateway);
    let good = json!({ "command": "ls", "password": "hunter2", "hosts": [{ "name": "a", "key": { "k": "hunter3" } }] });
    assert_echoed(&agent.call("echo", good.clone()).await, &good);
    assert_denied(&agent.call("echo", json!({ "command": "sudo ls" })).await, SUDO);
    let long = json!({ "command": "x".repeat(25 << 10) });
    assert_echoed(&agent.call("echo", long.clone()).await, &long);
    assert_echoed(&agent.call("danger", json!({ "command": "hunter4" })).await, &json!({ "command": "hunter4" }));
    assert_eq!(agent.call("secret", json!({ "command": "id" })).await["error"]["code"], -32602);
    gateway.stopped().await;

    let audit = gateway.folder().join("state/doorward/audit");
    let journals = std::fs::read_dir(&audit).unwrap().map(|entry| entry.unwrap().path());
    let journals = journals.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    let text: String = journals.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(!text.contains("hunter"), "what was left out, or not asked for, is nowhere: {text}");
    let entries: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kept: Vec<&Value> = entries.iter().filter_map(|entry| entry.get("arguments")).collect();
    let marked = json!({ "command": "ls", "password": "[redacted]", "hosts": [{ "name": "a", "key": "[redacted]" }] });
    assert_eq!(kept, [&marked, &json!({ "command": "sudo ls" }), &json!({ "command": "id" })]);
    assert_eq!(entries.iter().filter(|entry| entry.get("arguments_left_out").is_some()).count(), 1);

    let replayed = async |policy: &Value| {
        let path = gateway.folder().join("candidate.json");
        std::fs::write(&path, policy.to_string()).unwrap();
        run(&["replay", "--audit", audit.to_str().unwrap(), "--policy", path.to_str().unwrap()]).await
    };
    let unkept =
        "1 calls more were recorded without their arguments\n1 calls more had arguments too long to be recorded\n";
    let unheld = " of them were held against no schema: there are no pins of their tools beside the policy\n";
    let same = replayed(&keeping(&[contains("args.command", "sudo")])).await;
    assert_eq!((same.status, same.stdout), (Some(0), format!("3 calls replayed, 3 as they were\n3{unheld}{unkept}")));
    let opened = replayed(&keeping(&[])).await;
    let told = format!("1 were refused and would pass:\n       1  echo  by anonymous  {SUDO} -> /tools/echo\n");
    assert_eq!(
        (opened.status, opened.stdout),
        (Some(1), format!("{told}3 calls replayed, 2 as they were\n3{unheld}{unkept}"))
    );
    let blind = replayed(&keeping(&[contains("args.command", "sudo"), contains("args.password", "hunter")])).await;
    let hidden = "1 calls more cannot be replayed: a rule reads what was redacted in them\n";
    assert_eq!(
        (blind.status, blind.stdout),
        (Some(0), format!("2 calls replayed, 2 as they were\n2{unheld}{unkept}{hidden}"))
    );
}

#[tokio::test]
async fn recorded_groups_and_pinned_schemas_count() {
    let folder = TempDir::new().unwrap();
    let place = |name: &str| folder.path().join(name);
    let ops = json!({ "conditions": [{ "path": "caller.groups", "op": "contains", "value": "ops" }] });
    let policy = json!({ "version": "1", "default": "deny", "tools": { "run": { "require": [ops] } } });
    let schema = json!({ "type": "object", "properties": { "command": { "type": "string" } } });
    let definition = json!({ "name": "run", "inputSchema": schema });
    let pin = json!({ "sha256": sha256(&definition.to_string()), "definition": definition });
    let call = |second: u32, groups: Value, arguments: Value| {
        let mut call = recorded(second, "allow", "/tools/run", "ls");
        (call["groups"], call["arguments"]) = (groups, arguments);
        call.to_string()
    };
    let calls = [
        call(0, json!(["dev", "ops"]), json!({ "command": "ls" })),
        call(1, json!(["dev"]), json!({ "command": "ls" })),
        call(2, json!(["ops"]), json!({ "command": 1 })),
        call(3, json!(["ops"]), json!({ "command": ["[redacted]"] })),
    ];
    std::fs::write(place("calls.jsonl"), calls.join("\n")).unwrap();
    std::fs::write(place("new.json"), policy.to_string()).unwrap();
    std::fs::write(place("new.pins.json"), json!({ "version": "1", "tools": { "run": [pin] } }).to_string()).unwrap();
    let (calls, law) = (place("calls.jsonl"), place("new.json"));
    let ended = run(&["replay", "--calls", calls.to_str().unwrap(), "--policy", law.to_str().unwrap()]).await;
    let expected = "\
2 passed and would be refused:
       1  run  by ci  /tools/run -> (argument schema)
       1  run  by ci  /tools/run -> /tools/run/require/caller.groups-contains
3 calls replayed, 1 as they were
1 calls more cannot be replayed: a rule reads what was redacted in them
";
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(0), expected), "{}", ended.stderr);
}
