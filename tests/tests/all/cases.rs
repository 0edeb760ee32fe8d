//! `doorward test`: cases beside policies, and what people and build servers are told of them.

use std::path::Path;

use doorward_tests::gateway::sha256;
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
        "- pass  /tools/run/require/args.interval-gte: expected not to stop it",
        "+ STOP  /tools/run/require/args.interval-gte (false): interval too short",
        "  pass  /tools/run/plugins/shell-guard (",
        "  pass  /tools/run/limits/runs: 2 times a minute; 0 of 2 used",
        "1 cases, 1 failed",
        "2 of 4 rules were seen at work",
        "never stopped a call: /tools/run/limits/runs",
        "0 of 1 conditions were seen to hold and not to hold",
        "never true: `args.interval` is 5000 or more, in /tools/run/require/args.interval-gte",
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
    assert_eq!(
        told["coverage"][0],
        json!({ "rule": "/tools/run", "passed": true, "stopped": false, "shown": true, "conditions": [] })
    );
    let interval = json!({ "says": "`args.interval` is 5000 or more", "true": true, "false": true, "unknown": false });
    let rule =
        told["coverage"].as_array().unwrap().iter().find(|rule| rule["rule"] == "/tools/run/require/args.interval-gte");
    assert_eq!(rule.unwrap()["conditions"], json!([interval]));
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
    for part in [
        "a call is of one thing",
        "did you mean `name`?",
        "did you mean `allow`?",
        "a call is repeated 1 to 100000 times",
    ] {
        assert!(ended.stderr.contains(part), "{part}\nis missing in\n{}", ended.stderr);
    }
}

/// Tries cases under a policy of their own, with pins beside it.
async fn tried_under(policy: &Value, pins: &Value, cases: &Value) -> Ended {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "policy.json", policy);
    if !pins.is_null() {
        write(folder.path(), "policy.pins.json", pins);
    }
    write(folder.path(), "a.test.json", &json!({ "version": "1", "policy": "policy.json", "cases": cases }));
    run(&["test", folder.path().to_str().unwrap()]).await
}

fn condition(path: &str, op: &str, value: &Value) -> Value {
    json!({ "conditions": [{ "path": path, "op": op, "value": value }] })
}

#[tokio::test]
async fn what_a_case_supposes_is_what_rules_read() {
    let policy = json!({ "version": "1", "default": "deny", "tools": {
        "night": { "deny_if": [condition("time.hour", "lt", &json!(7))] },
        "groups": { "require": [condition("caller.groups", "contains", &json!("ops"))] },
        "claims": { "require": [condition("caller.claims.team", "eq", &json!("a"))] },
        "hints": { "require": [condition("tool.annotations.readOnlyHint", "eq", &json!(true))] },
        "schema": {},
    } });
    let at =
        |time: &str, expect: &str| json!({ "name": time, "now": time, "call": { "name": "night" }, "expect": expect });
    let of = |name: &str, member: &str, value: Value, expect: &str| {
        let mut case = json!({ "name": format!("{name} {value}"), "call": { "name": name, "arguments": { "a": 1 } }, "expect": expect });
        case[member] = value;
        case
    };
    let schema = |kind: &str| json!({ "type": "object", "properties": { "a": { "type": kind } } });
    let ended = tried_under(
        &policy,
        &Value::Null,
        &json!([
            at("2026-11-21T06:59:00Z", "deny"),
            at("2026-11-21T07:00:00Z", "allow"),
            at("2026-11-21T07:30:00+01:00", "deny"),
            of("groups", "groups", json!(["dev", "ops"]), "allow"),
            of("groups", "groups", json!(["dev"]), "deny"),
            of("claims", "claims", json!({ "team": "a" }), "allow"),
            of("claims", "claims", json!({}), "deny"),
            of("hints", "annotations", json!({ "readOnlyHint": true }), "allow"),
            of("hints", "annotations", json!({ "readOnlyHint": false }), "deny"),
            of("schema", "schema", schema("number"), "allow"),
            of("schema", "schema", schema("string"), "deny"),
            of("schema", "schema", json!({ "type": "object" }), "deny"),
        ]),
    )
    .await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("12 cases, 0 failed"), "{}", ended.stdout);
}

#[tokio::test]
async fn what_is_no_tool_can_be_called_in_a_case() {
    let policy = json!({ "version": "1", "default": "deny",
        "resources": { "file:///srv/**": {} },
        "prompts": { "review": { "require": [condition("args.arguments.lang", "eq", &json!("rust"))] } },
        "methods": { "completion/*": { "require": [condition("args.ref.type", "eq", &json!("ref/prompt"))] } },
        "server_requests": { "sampling/createMessage": { "deny_if": [condition("args.maxTokens", "gt", &json!(100))] } },
    });
    let case = |call: Value, expect: &str| json!({ "name": call.to_string(), "call": call, "expect": expect });
    let sampling =
        |tokens: u64| json!({ "server_request": "sampling/createMessage", "params": { "maxTokens": tokens } });
    let ended = tried_under(
        &policy,
        &Value::Null,
        &json!([
            case(json!({ "resource": "file:///srv/a/b" }), "allow"),
            case(json!({ "resource": "file:///etc/passwd" }), "deny"),
            case(json!({ "method": "resources/read", "params": { "uri": "file:///srv/a" } }), "allow"),
            case(json!({ "prompt": "review", "arguments": { "lang": "rust" } }), "allow"),
            case(json!({ "prompt": "review" }), "deny"),
            case(json!({ "method": "completion/complete", "params": { "ref": { "type": "ref/prompt" } } }), "allow"),
            case(json!({ "method": "completion/complete" }), "deny"),
            case(json!({ "method": "tasks/get", "params": { "taskId": "t" } }), "deny"),
            case(sampling(100), "allow"),
            case(sampling(101), "deny"),
            case(json!({ "server_request": "roots/list" }), "deny"),
        ]),
    )
    .await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    for (call, says) in [
        (json!({ "method": "tools/list" }), "`tools/list` always passes"),
        (json!({ "server_request": "ping" }), "`ping` always passes"),
        (json!({ "method": "tools/call" }), "`tools/call` needs the parameter `name`"),
        (json!({ "name": "a", "resource": "b" }), "a call is of one thing"),
        (json!({ "resource": "a", "arguments": {} }), "`arguments` says nothing beside `resource`"),
        (json!({ "name": "a", "params": {} }), "`params` says nothing beside `name`"),
    ] {
        let ended = tried_under(&policy, &Value::Null, &json!([case(call, "allow")])).await;
        assert_eq!(ended.status, Some(1), "{says}");
        assert!(ended.stderr.contains(says), "{says}\nis missing in\n{}", ended.stderr);
    }
}

#[tokio::test]
async fn limits_are_those_of_the_times_that_a_case_names() {
    let limit = json!({ "counter": "runs", "window": "minute", "max": 2 });
    let policy = json!({ "version": "1", "default": "deny", "tools": { "run": { "limits": [limit] } } });
    let call = json!({ "name": "run" });
    let past = |second: u32, times: u32| json!({ "now": format!("2026-11-21T10:00:{second:02}Z"), "call": call, "times": times });
    let case = |name: &str, history: &[Value], now: &str, expect: Value| json!({ "name": name, "history": history, "now": now, "call": call, "expect": expect });
    let with = |mut past: Value, expect: Value| {
        past["expect"] = expect;
        past
    };
    let waits = json!({ "verdict": "deny", "rule": "/tools/run/limits/runs", "text": "rate limited by rule /tools/run/limits/runs: this may be done 2 times a minute; retry after 20 s" });
    let (first, later) = (past(0, 1), past(10, 1));
    let refused = with(past(20, 1), json!({ "verdict": "deny", "text": "retry after 40 s" }));
    let ended = tried_under(
        &policy,
        &Value::Null,
        &json!([
            case("full", &[first.clone(), later.clone()], "2026-11-21T10:00:40Z", waits),
            case("the first is out", &[first.clone(), later.clone()], "2026-11-21T10:01:00Z", json!("allow")),
            case(
                "what was refused counts not",
                &[first.clone(), later.clone(), refused],
                "2026-11-21T10:01:00Z",
                json!("allow")
            ),
        ]),
    )
    .await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    let other = json!({ "verdict": "deny", "text": "retry after 30 s" });
    let ended =
        tried_under(&policy, &Value::Null, &json!([case("w", &[past(0, 2)], "2026-11-21T10:00:20Z", other)])).await;
    assert_eq!(ended.status, Some(1));
    for part in ["- text: retry after 30 s", "+ text: [doorward] rate limited by rule /tools/run/limits/runs: "] {
        assert!(ended.stdout.contains(part), "{part}\nis missing in\n{}", ended.stdout);
    }
    let wrong = with(later.clone(), json!("deny"));
    let ended = tried_under(
        &policy,
        &Value::Null,
        &json!([case("w", &[first.clone(), wrong], "2026-11-21T10:01:00Z", json!("allow"))]),
    )
    .await;
    assert_eq!(ended.status, Some(1));
    assert!(ended.stdout.contains("- verdict: deny (history, 2)"), "{}", ended.stdout);
    for (history, now, says) in [
        (vec![later.clone(), first.clone()], "2026-11-21T10:01:00Z", "this came before what stands above it"),
        (vec![later], "2026-11-21T10:00:05Z", "this came after the call of the case"),
        (vec![first], "yesterday", "`yesterday` is no time"),
    ] {
        let ended = tried_under(&policy, &Value::Null, &json!([case("w", &history, now, json!("allow"))])).await;
        assert_eq!(ended.status, Some(1), "{says}");
        assert!(ended.stderr.contains(says), "{says}\nis missing in\n{}", ended.stderr);
    }
}

#[tokio::test]
async fn arguments_are_held_against_the_schema_that_is_pinned() {
    let policy = json!({ "version": "1", "default": "deny", "tools": { "run": {}, "other": {} } });
    let definition =
        json!({ "name": "run", "inputSchema": { "type": "object", "properties": { "a": { "type": "number" } } } });
    let pin = json!({ "sha256": sha256(&definition.to_string()), "definition": definition });
    let pins = json!({ "version": "1", "tools": { "run": [pin] } });
    let case = |name: &str, arguments: Value, expect: Value| json!({ "name": format!("{name} {arguments}"), "call": { "name": name, "arguments": arguments }, "expect": expect });
    let text = json!({ "verdict": "deny", "text": "[doorward] denied by rule (unknown argument): the tool takes no argument `b`; allowed instead: " });
    let cases = json!([
        case("run", json!({ "a": 1 }), json!("allow")),
        case("run", json!({ "a": "1" }), json!({ "verdict": "deny", "rule": "(argument schema)" })),
        case("run", json!({ "b": 1 }), text),
        case("other", json!({ "b": 1 }), json!("allow")),
    ]);
    let ended = tried_under(&policy, &pins, &cases).await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    let ended = tried_under(&policy, &Value::Null, &cases).await;
    assert!(ended.stdout.contains("4 cases, 2 failed"), "{}", ended.stdout);
    assert!(ended.stdout.contains("- STOP  (argument schema): expected to decide"), "{}", ended.stdout);
    assert!(ended.stdout.contains("tool  it is not pinned, so no schema is known here"), "{}", ended.stdout);
    assert!(ended.stdout.contains("4 cases were held against no schema"), "{}", ended.stdout);
    let ended = tried_under(&policy, &json!({ "version": "1", "tools": { "run": [] } }), &cases).await;
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("`run` has no pin"), "{}", ended.stderr);
}

#[tokio::test]
async fn each_condition_is_to_be_seen_true_and_false() {
    let either = json!({ "conditions": [{ "any_of": [
        { "path": "args.a", "op": "eq", "value": 1 },
        { "not": { "path": "args.b", "op": "exists" } },
    ] }] });
    let each = json!({ "for_each": "args.l[*]", "conditions": [{ "path": "each", "op": "lt", "value": 5 }] });
    let policy = json!({ "version": "1", "default": "deny", "tools": { "run": { "require": [either, each] } } });
    let case = |arguments: Value, expect: &str| json!({ "name": arguments.to_string(), "call": { "name": "run", "arguments": arguments }, "expect": expect });
    let some = [case(json!({ "a": 1, "b": 1, "l": [1] }), "allow"), case(json!({ "a": 2, "b": 1, "l": [1] }), "deny")];
    let ended = tried_under(&policy, &Value::Null, &json!(some)).await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    for part in [
        "1 of 3 conditions were seen to hold and not to hold",
        "never false: `args.b` is given, in /tools/run/require/any_of(",
        "never false: `each` is less than 5, in /tools/run/require/args.l[*]:each-lt",
    ] {
        assert!(ended.stdout.contains(part), "{part}\nis missing in\n{}", ended.stdout);
    }
    let all = [&some[..], &[case(json!({ "l": [1, 7] }), "deny")]].concat();
    let ended = tried_under(&policy, &Value::Null, &json!(all)).await;
    assert!(ended.stdout.contains("3 of 3 conditions were seen to hold and not to hold\n"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("never"), "{}", ended.stdout);
}

#[tokio::test]
async fn what_a_session_knows_is_said_or_comes_of_results() {
    let memo = json!({
        "fact": "host", "key": "result.id", "value": "args.host",
        "when": [{ "path": "result.ok", "op": "eq", "value": true }],
    });
    let test = json!({ "path": "session.facts.host[args.id]", "op": "starts_with", "value": "test" });
    let policy = json!({
        "version": "1", "default": "deny", "flows": [{ "from": "reads", "to": "sends" }],
        "tools": { "connect": { "remember": [memo] }, "run": { "labels": ["sends"], "require": [{ "conditions": [test] }] } },
    });
    let run = json!({ "name": "run", "arguments": { "id": "c1" } });
    let connected = |host: &str, result: Value| json!({ "call": { "name": "connect", "arguments": { "host": host } }, "result": result });
    let told = json!({ "id": "c1", "ok": true });
    let rule = "/tools/run/require/session.facts.host[args.id]-starts_with";
    let refused = json!({ "verdict": "deny", "rule": rule });
    let cases = json!([
        { "name": "nothing known", "call": run, "expect": refused },
        { "name": "said", "session": { "facts": { "host": { "c1": "test1" } } }, "call": run, "expect": "allow" },
        { "name": "another host", "session": { "facts": { "host": { "c1": "prod" } } }, "call": run, "expect": refused },
        { "name": "labels", "session": { "labels": ["reads"], "facts": { "host": { "c1": "test1" } } }, "call": run,
          "expect": { "verdict": "deny", "rule": "/flows/reads-sends" } },
        { "name": "told", "history": [connected("test1", told.clone())], "call": run, "expect": "allow" },
        { "name": "failed", "history": [connected("test1", json!({ "id": "c1", "ok": false }))], "call": run, "expect": refused },
        { "name": "an error", "history": [connected("test1", json!({ "id": "c1", "ok": true, "isError": true }))], "call": run,
          "expect": refused },
        { "name": "two", "history": [connected("test1", told.clone()), connected("test2", told)], "call": run, "expect": refused },
        { "name": "wrong", "session": { "facts": { "host": { "c1": "prod" } } }, "call": run, "expect": "allow" },
    ]);
    let folder = TempDir::new().unwrap();
    write(folder.path(), "policy.json", &policy);
    write(folder.path(), "run.test.json", &json!({ "version": "1", "policy": "policy.json", "cases": cases }));
    let ended = run_cases(folder.path()).await;
    assert_eq!(ended.status, Some(1));
    for part in ["9 cases, 1 failed", "run.test.json:1: wrong", "fact  host[c1]: \"prod\""] {
        assert!(ended.stdout.contains(part), "{part}\nis missing in\n{}", ended.stdout);
    }
    let wrong = json!([
        { "name": "a", "session": { "fact": {} }, "call": run, "expect": "deny" },
        { "name": "b", "session": { "labels": "x" }, "call": run, "expect": "deny" },
        { "name": "c", "session": { "facts": { "host": "x" } }, "call": run, "expect": "deny" },
        { "name": "d", "history": [connected("test1", json!("ok"))], "call": run, "expect": "deny" },
    ]);
    write(folder.path(), "run.test.json", &json!({ "version": "1", "policy": "policy.json", "cases": wrong }));
    let ended = run_cases(folder.path()).await;
    assert_eq!(ended.status, Some(1));
    let told = ended.stderr.matches("expected an object").count() + ended.stderr.matches("expected an array").count();
    assert!(told == 3 && ended.stderr.contains("did you mean `facts`?"), "{}", ended.stderr);
}

async fn run_cases(folder: &Path) -> Ended {
    run(&["test", folder.to_str().unwrap()]).await
}

#[tokio::test]
async fn the_cases_in_the_guide_pass_under_its_policy() {
    let blocks_of = |text: &str| {
        let blocks = text.split("```").skip(1).step_by(2).filter(|block| block.starts_with("json"));
        blocks.map(|block| block.split_once('\n').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let block_of = |text: &str| blocks_of(text).remove(0);
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let folder = TempDir::new().unwrap();
    for (document, file) in [("policy.md", "policy.json"), ("tests.md", "guide.test.json")] {
        let text = std::fs::read_to_string(docs.join(document)).unwrap();
        std::fs::write(folder.path().join(file), block_of(&text)).unwrap();
    }
    let ended = run(&["test", folder.path().to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("2 cases, 0 failed"), "{}", ended.stdout);
    let (policies, cases) =
        (std::fs::read_to_string(docs.join("policy.md")), std::fs::read_to_string(docs.join("tests.md")));
    let policy = blocks_of(&policies.unwrap()).into_iter().find(|block| block.contains("\"searches\"")).unwrap();
    let case = blocks_of(&cases.unwrap()).remove(1);
    let ended = tried_under(
        &serde_json::from_str(&policy).unwrap(),
        &Value::Null,
        &json!([serde_json::from_str::<Value>(&case).unwrap()]),
    )
    .await;
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[tokio::test]
async fn no_cases_are_no_success() {
    let folder = TempDir::new().unwrap();
    let ended = run(&["test", folder.path().to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains("there is no file called NAME.test.json below"), "{}", ended.stderr);
}
