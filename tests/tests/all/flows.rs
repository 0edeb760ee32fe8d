//! Flows: what was read at one server does not leave by another.

use doorward_tests::agent::{assert_denied, assert_echoed};
use doorward_tests::gateway::{grant, token, with};
use doorward_tests::{Agent, Gateway, Upstream};
use serde_json::{Value, json};

const FLOW: &str = "/flows/reads-private-sends-out";

/// At `in` something private is read; from `out` things go out, and a rule asks for the label by itself.
fn config(upstream: &Upstream) -> Value {
    let flow = json!({ "from": "reads-private", "to": "sends-out" });
    let private = json!({ "version": "1", "default": "deny", "tools": { "region": { "labels": ["reads-private"] } } });
    let marked = json!({ "path": "session.labels", "op": "contains", "value": "reads-private" });
    let out = json!({
        "version": "1", "default": "deny", "flows": [flow],
        "tools": { "echo": { "labels": ["sends-out"] }, "danger": { "deny_if": [{ "conditions": [marked] }] } },
    });
    json!({
        "servers": {
            "in": with(upstream.server(), json!({ "policy": private })),
            "out": with(upstream.server(), json!({ "policy": out })),
        },
        "grants": [grant("a", json!({ "in": {}, "out": {} })), grant("b", json!({ "in": {}, "out": {} }))],
    })
}

#[tokio::test]
async fn who_has_read_something_private_sends_nothing_out() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    let agent = |grant: &str, server: &str| Agent::modern(&gateway).with_token(&token(grant)).at(server);
    assert_echoed(&agent("a", "out").call("echo", json!({ "n": 1 })).await, &json!({ "n": 1 }));
    agent("a", "in").call("region", json!({})).await;
    let sent = upstream.seen_of("tools/call").len();
    assert_denied(&agent("a", "out").call("echo", json!({ "n": 2 })).await, FLOW);
    assert_denied(&agent("a", "out").call("danger", json!({})).await, "/tools/danger/deny_if/session.labels-contains");
    assert_eq!(upstream.seen_of("tools/call").len(), sent);
    // Another caller has read nothing.
    assert_echoed(&agent("b", "out").call("echo", json!({ "n": 3 })).await, &json!({ "n": 3 }));
}
