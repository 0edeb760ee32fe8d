//! JSON with comments, laid out for people: what the program writes and somebody then edits.
//!
//! An object or an array stands on one line where it fits and nothing in it is commented. A comment is text from anywhere,
//! so whatever could end its line, or make a terminal show another text than is there, is taken out of it.

use super::{Value, is_visible};

/// How wide a line may be.
const WIDTH: usize = 120;

/// A value, perhaps with comments within.
#[derive(Clone, Debug)]
pub enum Sheet {
    /// Neither object nor array, or an empty one.
    Leaf(Value),
    /// An object.
    Object(Vec<Line>),
    /// An array.
    Array(Vec<Line>),
}

/// A member or an element, and what is said of it.
#[derive(Clone, Debug)]
pub struct Line {
    note: String,
    name: Option<String>,
    sheet: Sheet,
}

impl Sheet {
    /// An object without members.
    pub fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// An array without elements.
    pub fn array() -> Self {
        Self::Array(Vec::new())
    }

    /// Adds a member to an object.
    #[must_use]
    pub fn with(self, name: &str, sheet: impl Into<Self>) -> Self {
        self.noted("", name, sheet)
    }

    /// Adds a member to an object, beneath a comment.
    #[must_use]
    pub fn noted(mut self, note: &str, name: &str, sheet: impl Into<Self>) -> Self {
        self.push(Line { note: note.to_owned(), name: Some(name.to_owned()), sheet: sheet.into() });
        self
    }

    /// Adds an element to an array, beneath a comment.
    #[must_use]
    pub fn element(mut self, note: &str, sheet: impl Into<Self>) -> Self {
        self.push(Line { note: note.to_owned(), name: None, sheet: sheet.into() });
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Object(lines) | Self::Array(lines) if lines.is_empty())
    }

    /// The whole file, beneath a comment.
    pub fn to_text(&self, head: &str) -> String {
        let mut out = String::new();
        write_note(head, 0, &mut out);
        self.write_broken(0, &mut out);
        out.push('\n');
        out
    }

    fn push(&mut self, line: Line) {
        match self {
            Self::Object(lines) | Self::Array(lines) => lines.push(line),
            Self::Leaf(_) => {}
        }
    }

    fn write(&self, indent: usize, used: usize, out: &mut String) {
        // One place is for the comma.
        match self.inline() {
            Some(text) if indent + used + text.chars().count() < WIDTH => out.push_str(&text),
            _ => self.write_broken(indent, out),
        }
    }

    fn write_broken(&self, indent: usize, out: &mut String) {
        let (open, close, lines) = match self {
            Self::Leaf(value) => return out.push_str(&text_of(value)),
            Self::Object(lines) => ('{', '}', lines),
            Self::Array(lines) => ('[', ']', lines),
        };
        out.push(open);
        let inner = indent + 2;
        for (place, line) in lines.iter().enumerate() {
            out.push('\n');
            write_note(&line.note, inner, out);
            out.push_str(&" ".repeat(inner));
            let name = line.label();
            out.push_str(&name);
            line.sheet.write(inner, name.chars().count(), out);
            if place + 1 < lines.len() {
                out.push(',');
            }
        }
        if !lines.is_empty() {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
        }
        out.push(close);
    }

    /// The value on one line, if nothing in it is commented.
    fn inline(&self) -> Option<String> {
        let (lines, open, close) = match self {
            Self::Leaf(value) => return Some(text_of(value)),
            Self::Object(lines) if lines.is_empty() => return Some("{}".to_owned()),
            Self::Object(lines) => (lines, "{ ", " }"),
            Self::Array(lines) => (lines, "[", "]"),
        };
        let parts: Option<Vec<String>> = lines
            .iter()
            .map(|line| line.note.is_empty().then(|| Some(line.label() + &line.sheet.inline()?)).flatten())
            .collect();
        Some(format!("{open}{}{close}", parts?.join(", ")))
    }
}

impl Line {
    fn label(&self) -> String {
        self.name.as_deref().map(|name| format!("{}: ", text_of(&name.into()))).unwrap_or_default()
    }
}

impl<T: Into<Value>> From<T> for Sheet {
    fn from(value: T) -> Self {
        match value.into() {
            Value::Object(members) => {
                members.into_iter().fold(Self::object(), |sheet, (name, value)| sheet.with(&name, value))
            }
            Value::Array(elements) => elements.into_iter().fold(Self::array(), |sheet, value| sheet.element("", value)),
            leaf => Self::Leaf(leaf),
        }
    }
}

fn text_of(value: &Value) -> String {
    String::from_utf8_lossy(&value.to_bytes()).into_owned()
}

fn write_note(note: &str, indent: usize, out: &mut String) {
    for line in note.lines() {
        let line: String = line.chars().filter(|letter| is_visible(*letter)).collect();
        let line = format!("{}// {line}", " ".repeat(indent));
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::commented::{Report, Source};

    #[test]
    fn what_is_commented_or_too_long_is_broken_and_the_rest_is_not() {
        let long: Vec<Value> = (0..40u64).map(|number| (1000 + number).into()).collect();
        let sheet = Sheet::object()
            .with("a", Value::from([("b", 1u64.into()), ("c", Value::from(vec![true.into(), Value::Null]))]))
            .noted("why\nso", "d", Sheet::array().element("", 1u64).element("two", 2u64))
            .with("e", Sheet::object())
            .with("f", long);
        let text = sheet.to_text("head");
        let begins = "// head\n{\n  \"a\": { \"b\": 1, \"c\": [true, null] },\n  // why\n  // so\n  \"d\": [\n    1,\n    // two\n    2\n  ],\n  \"e\": {},\n  \"f\": [\n    1000,\n";
        assert!(text.starts_with(begins), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn no_comment_gets_out_of_its_line() {
        let note = "a\r\"x\": 1,\u{2028}\"y\"\u{0}: \u{1b}[31m\u{202e}\n\"z\": 1, */ /*";
        let text = Sheet::object().noted(note, "b", 1u64).to_text(note);
        let mut report = Report::new(Source::new("s", text.as_str()));
        let value = report.parse().map(|node| node.to_value());
        assert_eq!(value, Some(Value::from([("b", 1u64.into())])), "{text}");
        assert!(text.chars().all(|letter| letter == '\n' || is_visible(letter)), "{text:?}");
    }
}
