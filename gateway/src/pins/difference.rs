//! What changed between two definitions, place by place.

use std::fmt;

use crate::json::{Object, Value, is_visible};

/// How many differences are told.
const MOST: usize = 20;
/// How much of a value is shown, and of a place, in characters.
const SHOWN: usize = 160;

/// A difference at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub pointer: String,
    /// What was there, as JSON.
    pub old: Option<String>,
    /// What is there now, as JSON.
    pub new: Option<String>,
}

impl Difference {
    /// The place and the kind of change, without any of the server's words: what changed may have been written to be read
    /// by an agent. `+` was added, `-` was taken out, `~` is another.
    pub fn place(&self) -> String {
        let sign = match (&self.old, &self.new) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        // The names of parameters are the server's words too: only what is a plain name is quoted, and only shortly.
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_' | '-' | '$' | '.');
        let steps = self.pointer.split('/').skip(1).take(6);
        let shown: Vec<&str> =
            steps.map(|step| if step.len() <= 32 && step.chars().all(plain) { step } else { "…" }).collect();
        format!("{sign} /{}", shown.join("/"))
    }
}

impl fmt::Display for Difference {
    /// All of it, for operators: on lines of its own, and without signs that do not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", shown(&self.pointer))?;
        for (sign, value) in [('-', &self.old), ('+', &self.new)] {
            if let Some(value) = value {
                write!(f, "\n    {sign} {}", shown(value))?;
            }
        }
        Ok(())
    }
}

/// Every place at which two definitions differ, or the first of them. Both are sorted.
pub(super) fn differences(old: &Object, new: &Object) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_objects(old, new, "", &mut found);
    found
}

fn compare(old: &Value, new: &Value, pointer: &str, found: &mut Vec<Difference>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => compare_objects(old, new, pointer, found),
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                compare(old, new, &format!("{pointer}/{place}"), found);
            }
        }
        (old, new) if old == new => {}
        (old, new) => note(pointer, Some(old), Some(new), found),
    }
}

fn compare_objects(old: &Object, new: &Object, pointer: &str, found: &mut Vec<Difference>) {
    let place = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    let (mut before, mut after) = (old.iter().peekable(), new.iter().peekable());
    while found.len() < MOST {
        match (before.peek().copied(), after.peek().copied()) {
            (None, None) => break,
            (Some((name, value)), Some((other, with))) if name == other => {
                compare(value, with, &place(name), found);
                before.next();
                after.next();
            }
            (Some((name, value)), other) if other.is_none_or(|(other, _)| name < other) => {
                note(&place(name), Some(value), None, found);
                before.next();
            }
            (_, Some((name, value))) => {
                note(&place(name), None, Some(value), found);
                after.next();
            }
            (Some(_), None) => break,
        }
    }
}

fn note(pointer: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    if found.len() < MOST {
        let text = |value: &Value| String::from_utf8_lossy(&value.to_bytes()).into_owned();
        found.push(Difference { pointer: pointer.to_owned(), old: old.map(text), new: new.map(text) });
    }
}

/// A text on one line, cut off at a bound, every sign that does not show replaced by its number.
fn shown(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(SHOWN)
        .map(|letter| if is_visible(letter) { letter.to_string() } else { letter.escape_unicode().to_string() })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}
