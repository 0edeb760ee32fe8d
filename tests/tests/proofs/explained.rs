//! `doorward explain`: what would become of a call, before anybody makes it.

use doorward_tests::agent::assert_echoed;
use doorward_tests::gateway::{anonymous, grant, sha256, token, with};
use doorward_tests::process::Ended;
use doorward_tests::{Agent, Gateway, Upstream};
use serde_json::{Value, json};

use crate::home::Home;
use crate::verdicts;

const LIMIT: &str = "/tools/echo/limits/echoes";

async fn explained(home: &Home, gateway: &Gateway, call: &Value, more: &[&str]) -> Ended {
    let path = gateway.folder().join("call.json");
    std::fs::write(&path, call.to_string()).unwrap();
    let config = gateway.folder().join("doorward.json");
    let (config, path) = (config.to_str().unwrap(), path.to_str().unwrap());
    let arguments = ["explain", "--config", config, "--server", "s", "--call", path];
    home.run(&[&arguments, more].concat()).await
}

fn call(command: &str, interval: i64) -> Value {
    json!({ "name": "echo", "arguments": { "command": command, "interval": interval } })
}

async fn begun() -> (Home, Upstream, Gateway) {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateway = home.gateway(&anonymous(with(upstream.server(), json!({ "policy": verdicts::policy() })))).await;
    (home, upstream, gateway)
}

#[tokio::test]
async fn a_call_is_explained_rule_by_rule_and_nothing_is_sent_charged_or_recorded() {
    let (home, upstream, gateway) = begun().await;
    for (call, status, parts) in [
        (call("df -h", 1), 0, ["allowed by /tools/echo: ", "pass  /tools/echo/plugins/shell-guard", LIMIT]),
        (call("df -h", 1), 0, ["allowed by /tools/echo: ", "(true)", " µs)"]),
        (call("df -h", -5), 1, ["refused by /tools/echo/require/args.interval-gte: ", "STOP  ", "(false)"]),
        (call("rm -rf /", 1), 1, ["refused by /tools/echo/plugins/shell-guard: ", "`rm`", "allowed instead: "]),
        (json!({ "name": "other" }), 1, ["refused by (default deny): ", "STOP", ""]),
        (
            json!({ "id": 1, "method": "tools/call", "params": call("df -h", 1) }),
            0,
            ["allowed by /tools/echo: ", "", ""],
        ),
    ] {
        let ended = explained(&home, &gateway, &call, &[]).await;
        assert_eq!(ended.status, Some(status), "{call}: {}{}", ended.stdout, ended.stderr);
        for part in parts {
            assert!(ended.stdout.contains(part), "{call}: {part} is not in {}", ended.stdout);
        }
    }
    assert!(upstream.seen().is_empty(), "nothing reaches the server");
    assert!(home.tail().await.iter().all(|entry| entry["kind"] == "start"), "nothing is recorded");
    let arguments = call("df -h", 1)["arguments"].clone();
    assert_echoed(&Agent::modern(&gateway).call("echo", arguments.clone()).await, &arguments);
}

#[tokio::test]
async fn a_limit_that_is_used_up_is_what_refuses() {
    let (home, upstream, gateway) = begun().await;
    let call = call("df -h", 1);
    assert_echoed(&Agent::modern(&gateway).call("echo", call["arguments"].clone()).await, &call["arguments"]);
    let seen = upstream.seen().len();
    let ended = explained(&home, &gateway, &call, &[]).await;
    assert_eq!(ended.status, Some(1), "{}{}", ended.stdout, ended.stderr);
    let stop = format!("STOP  {LIMIT}: once a minute, again in ");
    let verdict = format!("refused by {LIMIT}: ");
    for part in [stop, verdict] {
        assert!(ended.stdout.contains(&part), "{part} is not in {}", ended.stdout);
    }
    let ended = explained(&home, &gateway, &call, &["--format", "json"]).await;
    assert_eq!(ended.status, Some(1), "{}{}", ended.stdout, ended.stderr);
    let told: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!((&told["allowed"], &told["rule"]), (&json!(false), &json!(LIMIT)), "{told}");
    assert!((1..=60_000).contains(&told["limits"][0]["retryAfterMs"].as_u64().unwrap()), "{told}");
    assert_eq!(upstream.seen().len(), seen, "nothing reaches the server");
}

#[tokio::test]
async fn what_is_known_of_a_tool_and_what_is_supposed_is_said() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let groups = json!({ "conditions": [
        { "path": "caller.groups", "op": "contains", "value": "ops" },
        { "path": "time.date", "op": "gte", "value": "2026-01-01" },
    ] });
    let limit = json!({ "counter": "echoes", "window": "hour", "max": 5, "cost": 2 });
    let policy =
        json!({ "version": "1", "default": "deny", "tools": { "echo": { "require": [groups], "limits": [limit] } } });
    let server = with(upstream.server(), json!({ "policy": policy }));
    let ci = with(grant("ci", json!({ "s": {} })), json!({ "groups": ["dev", "ops"] }));
    let gateway =
        home.gateway(&json!({ "servers": { "s": server }, "grants": [ci, grant("guest", json!({ "s": {} }))] })).await;
    let noon = with(call("df", 1), json!({ "now": "2026-11-21T12:00:00Z" }));
    for (call, grant, status, parts) in [
        (noon.clone(), "ci", 0, ["tool  it is not pinned, so no schema is known here", "2 of 5 used"]),
        (noon.clone(), "guest", 1, ["      false: `caller.groups` contains \"ops\"", "      true: `time.date` is "]),
        (with(noon.clone(), json!({ "groups": ["ops"] })), "guest", 0, ["allowed by /tools/echo", "0 of 5 used"]),
        (with(noon.clone(), json!({ "groups": [] })), "ci", 1, ["refused by /tools/echo/require/", "2 of 5 used"]),
        (with(noon.clone(), json!({ "now": "2020-11-21T05:00:00Z" })), "ci", 1, ["false: `time.date` is ", ""]),
        (
            with(noon.clone(), json!({ "schema": { "type": "object" } })),
            "ci",
            1,
            ["tool  as it is supposed to be", "refused by (unknown argument)"],
        ),
        (
            json!({ "resource": "file:///a" }),
            "ci",
            1,
            ["refused by (default deny): the policy does not allow the resource `file:///a`", ""],
        ),
    ] {
        if call == noon && grant == "ci" {
            let arguments = call["arguments"].clone();
            let agent = Agent::modern(&gateway).with_token(&token("ci"));
            assert_echoed(&agent.call("echo", arguments.clone()).await, &arguments);
        }
        let ended = explained(&home, &gateway, &call, &["--grant", grant]).await;
        assert_eq!(ended.status, Some(status), "{call}: {}{}", ended.stdout, ended.stderr);
        for part in parts {
            assert!(ended.stdout.contains(part), "{call}: {part} is not in {}", ended.stdout);
        }
    }
    assert_eq!(home.decisions("allow").await[0]["groups"], json!(["dev", "ops"]));
    let definition = json!({ "name": "echo", "inputSchema": { "type": "object", "properties": { "command": {} } } });
    let digest = sha256(&definition.to_string());
    let pins = json!({ "version": "1", "tools": { "echo": [{ "sha256": digest, "definition": definition }] } });
    std::fs::write(gateway.folder().join("s.pins.json"), pins.to_string()).unwrap();
    let ended = explained(&home, &gateway, &noon, &["--grant", "ci"]).await;
    assert_eq!(ended.status, Some(1), "{}{}", ended.stdout, ended.stderr);
    for part in [format!("tool  as it is pinned, {digest}"), "refused by (unknown argument)".to_owned()] {
        assert!(ended.stdout.contains(&part), "{part} is not in {}", ended.stdout);
    }
    let ended = explained(&home, &gateway, &noon, &["--grant", "ci", "--format", "json"]).await;
    let told: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!((&told["schema"], &told["pin"]), (&json!("pinned"), &json!(digest)), "{told}");
    assert_eq!(told["limits"][0]["standing"], "2 of 5 used", "{told}");
}

#[tokio::test]
async fn what_cannot_be_explained_says_why() {
    let (home, _upstream, gateway) = begun().await;
    let good = call("df -h", 1);
    let strange = explained(&home, &gateway, &good, &["--grant", "nobody"]).await;
    assert_eq!(strange.status, Some(3), "{}", strange.stderr);
    assert!(strange.stderr.contains("`nobody` has no access to a server `s`"), "{}", strange.stderr);
    let formless = explained(&home, &gateway, &json!([1]), &[]).await;
    assert_eq!(formless.status, Some(3), "{}", formless.stderr);
    assert!(formless.stderr.contains("expected an object, found an array"), "{}", formless.stderr);
}
