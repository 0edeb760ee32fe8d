//! A second reader, to agree or disagree with.

#![expect(clippy::disallowed_types, reason = "what `serde_json` makes of a text is the question here")]

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{from_slice, from_str};

use super::Value;

/// Whether `serde_json` finds in `text` what the scanner found: strings, texts of numbers, members and their order.
pub(super) fn agrees(value: &Value, text: &str) -> bool {
    from_str(text).is_ok_and(|raw| same(value, raw))
}

/// Whether `serde_json` accepts a text at all.
pub(super) fn is_read(text: &[u8]) -> bool {
    from_slice::<serde_json::Value>(text).is_ok()
}

/// Whether `serde_json` accepts two texts and reads the same value from both.
pub(super) fn is_alike(text: &[u8], other: &[u8]) -> bool {
    let read = |text| from_slice::<serde_json::Value>(text).ok();
    read(text).is_some_and(|value| read(other) == Some(value))
}

fn same(value: &Value, raw: &RawValue) -> bool {
    let text = raw.get();
    match value {
        Value::Null => text == "null",
        Value::Bool(true) => text == "true",
        Value::Bool(false) => text == "false",
        Value::Number(number) => text == number.as_str(),
        Value::String(string) => from_str::<String>(text).is_ok_and(|other| other == *string),
        Value::Array(elements) => from_str::<Vec<&RawValue>>(text).is_ok_and(|others| {
            others.len() == elements.len() && elements.iter().zip(others).all(|(element, other)| same(element, other))
        }),
        Value::Object(object) => from_str::<BTreeMap<String, &RawValue>>(text).is_ok_and(|others| {
            let in_order = object.names().map(|name| others.get(name).map(|other| other.get().as_ptr())).is_sorted();
            let all_same = object.iter().all(|(name, value)| others.get(name).is_some_and(|other| same(value, other)));
            others.len() == object.len() && in_order && all_same
        }),
    }
}
