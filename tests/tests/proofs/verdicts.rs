//! Each verdict as an agent reads it, over HTTP and on stdio, in both eras; and as it stands in the record.

use doorward_tests::agent::{assert_denied, assert_echoed, text};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Record, Upstream, world};
use serde_json::{Value, json};

use crate::home::Home;
use crate::limits::assert_limited;
use crate::pipe::Pipe;

const GUARD: &str = "/tools/echo/plugins/shell-guard";
const LIMIT: &str = "/tools/echo/limits/echoes";

/// A rule, a plugin and a limit for one tool.
pub(crate) fn policy() -> Value {
    json!({
        "version": "1",
        "default": "deny",
        "tools": { "echo": {
            "require": [{
                "conditions": [{ "path": "args.interval", "op": "gte", "value": 0 }],
                "on_deny": "an interval is not negative",
            }],
            "plugins": [{ "use": "shell-guard", "config": { "arguments": ["/command"] } }],
            "limits": [{ "counter": "echoes", "window": "minute", "max": 1, "scope": "grant" }],
        } },
    })
}

/// Goes through the verdicts with one caller, and looks them up.
async fn judged(home: &Home, mut call: impl AsyncFnMut(Value) -> Value) {
    let by_rule = call(json!({ "command": "df -h", "interval": -5 })).await;
    assert_denied(&by_rule, "/tools/echo/require/args.interval-gte");
    assert!(
        text(&by_rule)
            .ends_with("an interval is not negative; allowed instead: a call in which `args.interval` is 0 or more"),
        "{by_rule}"
    );

    let by_command = call(json!({ "command": "df -h; rm -rf /var/log", "interval": 1 })).await;
    let by_flag = call(json!({ "command": "df --delete", "interval": 1 })).await;
    for (answer, parts) in [
        (&by_command, ["`rm` is not a command", "(command.writes at /command)", "; allowed instead: "]),
        (
            &by_flag,
            ["`df`: `--delete` is not an allowed flag", "(flag.unknown at /command)", "; allowed instead: allowed: -a"],
        ),
    ] {
        assert_denied(answer, GUARD);
        for part in parts {
            assert!(text(answer).contains(part), "{part} is not in {answer}");
        }
    }

    // What was refused counts against nothing.
    let good = json!({ "command": "df -h", "interval": 5000 });
    assert_echoed(&call(good.clone()).await, &good);

    // Once the limit is reached no plugin is run, not even for what it would refuse.
    let by_limit = call(good).await;
    let by_limit_first = call(json!({ "command": "rm -rf /var/log", "interval": 1 })).await;
    assert_limited(&by_limit, LIMIT);
    assert_limited(&by_limit_first, LIMIT);
    assert!(text(&by_limit).contains("this may be done once a minute; retry after "), "{by_limit}");

    let entries = home.tail().await;
    for (answer, reviews) in [(&by_rule, 0), (&by_command, 1), (&by_flag, 1), (&by_limit, 0), (&by_limit_first, 0)] {
        let told = &answer["result"]["_meta"]["doorward/decision"];
        let found = entries.iter().find(|entry| entry["kind"] == "decision" && entry["record"] == told["record"]);
        let found = found.unwrap_or_else(|| panic!("no record of {answer}"));
        for member in ["verdict", "rule"] {
            assert_eq!(found[member], told[member], "{found}");
        }
        assert_eq!(found["plugins"].as_array().map_or(0, Vec::len), reviews, "{found}");
        assert_eq!(found["tool"], "echo", "{found}");
        assert_eq!(found["args_digest"].as_str().map(str::len), Some(64), "{found}");
    }
    let allowed: Vec<&Value> = entries.iter().filter(|entry| entry["verdict"] == "allow").collect();
    assert_eq!(allowed.len(), 1, "{allowed:?}");
    assert_eq!(allowed[0]["rule"], "/tools/echo");
    assert_eq!(allowed[0]["plugins"][0]["name"], "shell-guard", "{}", allowed[0]);
    assert_eq!(allowed[0]["plugins"][0]["verdict"], "allow", "{}", allowed[0]);
    let done = entries.iter().find(|entry| entry["kind"] == "completion" && entry["record"] == allowed[0]["record"]);
    assert_eq!(done.expect("a completion")["upstream"]["status"], "ok");
}

#[tokio::test]
async fn each_verdict_over_http_in_both_eras() {
    for modern in [true, false] {
        let (home, upstream) = (Home::new(), Upstream::start().await);
        let gateway = home.gateway(&anonymous(with(upstream.server(), json!({ "policy": policy() })))).await;
        let agent = Agent::modern(&gateway);
        let agent = if modern { agent } else { agent.speaking(world::LEGACY).opened().await };
        judged(&home, async |arguments| agent.call("echo", arguments).await).await;
        assert_eq!(upstream.seen_of("tools/call").len(), 1);
    }
}

#[tokio::test]
async fn each_verdict_on_stdio_in_both_eras() {
    for modern in [true, false] {
        let (home, record) = (Home::new(), Record::new());
        let mut pipe = if modern {
            Pipe::modern(&home, &policy(), &record)
        } else {
            Pipe::legacy(&home, &policy(), &record).await
        };
        judged(&home, async |arguments| pipe.call("echo", &arguments).await).await;
        assert_eq!(record.messages("tools/call").len(), 1);
    }
}
