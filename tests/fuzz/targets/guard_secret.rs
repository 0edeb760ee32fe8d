//! Any text in a reply, and any JSON for a whole one: without its secrets it is JSON of the same shape, and holds none any more.
#![no_main]

use std::sync::LazyLock;

use doorward_plugin::{Call, Document, Reply, ResultVerdict, Validator};
use libfuzzer_sys::fuzz_target;
use secret_redact::SecretRedact;
use serde_json::Value;

static GUARD: LazyLock<SecretRedact> = LazyLock::new(|| SecretRedact::from_json("{}").expect("the settings are right"));

/// The reply without its secrets, if it may be seen.
fn seen(reply: &Value) -> Option<Value> {
    let (call, document) = (Document::parse("{}"), Document::parse(&reply.to_string()));
    let (call, document) = (call.expect("it is JSON"), document.expect("it is JSON"));
    match GUARD.check_result(&Call::of_tool("s", "t"), &call, &Reply::of(document)) {
        ResultVerdict::Pass => Some(reply.clone()),
        ResultVerdict::Refuse(_) => None,
        ResultVerdict::Redact(patches) => {
            let mut clean = reply.clone();
            assert!(!patches.is_empty() && patches.len() <= 64);
            for patch in patches {
                let place = clean.pointer_mut(&patch.pointer).expect("a patch leads to what is there");
                *place = serde_json::from_str(&patch.value_json).expect("a patch is JSON");
            }
            Some(clean)
        }
    }
}

/// After how many passes nothing is found any more.
const PASSES: usize = 3;

/// The same kinds of values in the same places.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(_), Value::String(_)) => true,
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => one.len() == other.len(),
        (one, other) => one == other,
    }
}

fn check(reply: &Value) {
    let Some(mut clean) = seen(reply) else { return };
    assert!(is_alike(reply, &clean), "{reply}\n{clean}");
    // A mark within a value may make a secret of what is left of it. Soon there is nothing left.
    for _ in 0..PASSES {
        let again = seen(&clean);
        if again.as_ref() == Some(&clean) {
            return;
        }
        clean = again.unwrap_or_else(|| panic!("{reply}"));
    }
    panic!("{reply}\n{clean}");
}

fuzz_target!(|text: &str| {
    check(&serde_json::json!({ "content": [{ "type": "text", "text": text }] }));
    if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
        check(&serde_json::json!({ "structuredContent": value }));
    }
});
