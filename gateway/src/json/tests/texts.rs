//! Where the texts and trees of the property tests come from.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Number, Object, Value};

/// What most often decides how a reader goes on.
const TOKENS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u",
    "\\u0061",
    "\\ud83d",
    "\\udeaa",
    "\\n",
    "\"a\"",
    "\"\\u0061\"",
    "\"b\"",
    "\"\"",
    "null",
    "true",
    "false",
    "nul",
    "0",
    "-",
    "-0",
    "1",
    "1e999",
    "1e-999",
    "9007199254740993",
    ".",
    "e",
    "E+",
    "00",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\u{1f}",
    "\u{7f}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "🚪",
    "//",
    "{\"a\":",
];

/// A tree, at most five deep.
pub(super) fn value() -> impl Strategy<Value = Value> {
    value_of(prop_oneof![number(), exact_number()].boxed())
}

/// A tree that a request may hold.
pub(super) fn exact_value() -> impl Strategy<Value = Value> {
    value_of(exact_number().boxed())
}

/// An object of up to 40 members, to get both few and many of them.
pub(super) fn object() -> impl Strategy<Value = Object> {
    vec((string(), exact_number().prop_map(Value::from)), 1..40).prop_map(object_of)
}

/// A text with characters that matter to JSON or to other readers.
pub(super) fn string() -> impl Strategy<Value = String> {
    let awkward =
        select(vec!['"', '\\', '/', '\0', '\n', '\r', '\t', '\u{8}', '\u{c}', '\u{1f}', '\u{7f}', '\u{feff}']);
    let character = prop_oneof![3 => prop::char::range('a', 'f'), 2 => awkward, 2 => any::<char>()];
    vec(character, 0..8).prop_map(String::from_iter)
}

/// Any bytes: mere noise, tokens in any order, and good texts with a few bytes changed.
pub(super) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let noise = vec(any::<u8>(), 0..80);
    let soup = vec(select(&TOKENS[..]), 0..24).prop_map(|tokens| tokens.concat().into_bytes());
    let good = (value(), style()).prop_map(|(value, style)| loosely(&value, &style).into_bytes());
    let change = (any::<Index>(), any::<Index>(), select(&TOKENS[..]));
    let changed = (good, vec(change, 0..4)).prop_map(|(mut text, changes)| {
        for (start, length, token) in changes {
            let start = start.index(text.len() + 1);
            let end = (start + length.index(4)).min(text.len());
            text.splice(start..end, token.bytes());
        }
        text
    });
    prop_oneof![1 => noise, 4 => soup, 4 => changed]
}

/// The choices that a writer has, to be used one after the other and then again.
pub(super) fn style() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..64)
}

/// Writes a tree with blanks between tokens and needless escapes, as `style` chooses.
pub(super) fn loosely(value: &Value, style: &[u8]) -> String {
    let mut out = String::new();
    write(value, &mut style.iter().copied().cycle(), &mut out);
    out
}

/// Writes a string with needless escapes, as `style` chooses.
pub(super) fn escaped(text: &str, style: &[u8]) -> String {
    let mut out = String::new();
    quote(text, &mut style.iter().copied().cycle(), &mut out);
    out
}

fn value_of(number: BoxedStrategy<Number>) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(Value::from),
        string().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((string(), inner), 0..6).prop_map(|members| object_of(members).into()),
        ]
    })
}

fn object_of(members: Vec<(String, Value)>) -> Object {
    let mut object = Object::new();
    for (name, value) in members {
        object.insert(name, value);
    }
    object
}

fn number() -> impl Strategy<Value = Number> {
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,5})?".prop_map(|text| Number::from_scanned(&text))
}

fn exact_number() -> impl Strategy<Value = Number> {
    r"-?(0|[1-9][0-9]{0,14}|[1-9][0-9]{0,20}(\.[0-9]{1,20}|[eE][-+]?0?[0-9]{1,2}))"
        .prop_map(|text| Number::from_scanned(&text))
}

fn write(value: &Value, style: &mut impl Iterator<Item = u8>, out: &mut String) {
    blanks(style, out);
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(&truth.to_string()),
        Value::Number(number) => out.push_str(number.as_str()),
        Value::String(text) => quote(text, style, out),
        Value::Array(elements) => {
            out.push('[');
            for (place, element) in elements.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                write(element, style, out);
            }
            blanks(style, out);
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (place, (name, value)) in object.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                blanks(style, out);
                quote(name, style, out);
                blanks(style, out);
                out.push(':');
                write(value, style, out);
            }
            blanks(style, out);
            out.push('}');
        }
    }
    blanks(style, out);
}

fn blanks(style: &mut impl Iterator<Item = u8>, out: &mut String) {
    out.push_str(match style.next() {
        Some(0..=31) => " ",
        Some(32..=47) => "\n\t",
        Some(48..=63) => "\r\n  ",
        _ => "",
    });
}

fn quote(text: &str, style: &mut impl Iterator<Item = u8>, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let choice = style.next().unwrap_or_default();
        match character {
            '"' | '\\' | '/' if choice < 128 => out.extend(['\\', character]),
            '\n' if choice < 128 => out.push_str("\\n"),
            '\t' if choice < 128 => out.push_str("\\t"),
            '"' | '\\' | '\0'..='\u{1f}' => numbered(character, choice, out),
            _ if choice.is_multiple_of(4) => numbered(character, choice, out),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn numbered(character: char, choice: u8, out: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        out.push_str(&if choice.is_multiple_of(8) { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
    }
}
