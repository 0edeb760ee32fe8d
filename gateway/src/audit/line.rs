//! One line of the record: its members, the escapes, and the chain that holds the lines together.
//!
//! A line is a JSON object without blanks. `prev` is the SHA-256 of the line before it (without the newline), `null`
//! in a writer's first line. `sum`, always last, is the first 16 hexadecimal digits of the SHA-256 of the line up to
//! the comma before it: so a changed byte shows in the last line too, which no `prev` covers yet.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::json::{Limits, Object, Value, is_visible, scan};
use crate::secret::Digest;

use super::RecordId;

/// No line is longer, in bytes without the newline.
pub(super) const LONGEST: usize = 64 << 10;

/// The members of most entries are no longer, in bytes, and so need no second allocation.
const FEW: usize = 512;

const SUM: &str = ",\"sum\":\"";
const SUM_DIGITS: usize = 16;

/// What a line says, less its place in the chain.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// When.
    pub time: Timestamp,
    /// What kind of entry it is.
    pub kind: &'static str,
    /// The decision to which it belongs.
    pub record: Record,
    /// The rest.
    pub members: Members,
}

/// The decision to which an entry belongs.
#[derive(Clone, Debug)]
pub(super) enum Record {
    /// To none.
    None,
    /// It is one itself.
    Itself,
    /// To that one.
    Of(RecordId),
}

/// Members of a JSON object as they will stand in the line, each with a comma before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Members(String);

/// The place where the next line goes.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    writer: Arc<str>,
    short: Arc<str>,
    seq: u64,
    prev: Option<Digest>,
}

/// Why a line is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// The sum is missing or wrong.
    Sum,
    /// The sum is right, but this is no object.
    Json,
}

impl Entry {
    /// An entry that belongs to no decision.
    pub(super) fn new(time: Timestamp, kind: &'static str, members: Members) -> Self {
        Self { time, kind, record: Record::None, members }
    }
}

impl Members {
    /// Adds a text, cut off after `longest` bytes. Names are ours and need no escapes.
    pub(super) fn text(&mut self, name: &'static str, text: &str, longest: usize) -> &mut Self {
        self.name(name);
        quote(&clip(text, longest), &mut self.0);
        self
    }

    /// Adds a text if there is one.
    pub(super) fn maybe_text(&mut self, name: &'static str, text: Option<&str>, longest: usize) -> &mut Self {
        match text {
            Some(text) => self.text(name, text, longest),
            None => self,
        }
    }

    /// Adds an array of texts, each cut off after `longest` bytes.
    pub(super) fn texts(&mut self, name: &'static str, texts: &[&str], longest: usize) -> &mut Self {
        self.name(name);
        for (place, text) in texts.iter().enumerate() {
            self.0.push(if place == 0 { '[' } else { ',' });
            quote(&clip(text, longest), &mut self.0);
        }
        self.0.push_str(if texts.is_empty() { "[]" } else { "]" });
        self
    }

    /// Adds a number; where it is larger than what every JSON reader holds, that instead.
    pub(super) fn number(&mut self, name: &'static str, number: impl Into<u64>) -> &mut Self {
        self.name(name);
        let _ = write!(self.0, "{}", number.into().min((1 << 53) - 1));
        self
    }

    /// Adds a digest if there is one.
    pub(super) fn digest(&mut self, name: &'static str, digest: Option<Digest>) -> &mut Self {
        if let Some(digest) = digest {
            self.name(name);
            let _ = write!(self.0, "\"{digest}\"");
        }
        self
    }

    /// Adds an object.
    pub(super) fn object(&mut self, name: &'static str, members: &Self) -> &mut Self {
        self.name(name);
        let _ = write!(self.0, "{{{}}}", members.bare());
        self
    }

    /// Adds a JSON value, its texts written so that every character shows.
    pub(super) fn value(&mut self, name: &'static str, value: &Value) -> &mut Self {
        self.name(name);
        show(value, &mut self.0);
        self
    }

    /// Adds an array of objects.
    pub(super) fn objects(&mut self, name: &'static str, all: &[Self]) -> &mut Self {
        self.name(name);
        let all: Vec<String> = all.iter().map(|members| format!("{{{}}}", members.bare())).collect();
        let _ = write!(self.0, "[{}]", all.join(","));
        self
    }

    /// Adds what stands in others.
    pub(super) fn append(&mut self, others: &Self) -> &mut Self {
        self.0.push_str(&others.0);
        self
    }

    /// How long they are, in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the members out, for where they were built in one expression.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    fn name(&mut self, name: &'static str) {
        if self.0.is_empty() {
            self.0.reserve(FEW);
        }
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn bare(&self) -> &str {
        self.0.strip_prefix(',').unwrap_or(&self.0)
    }
}

impl Chain {
    /// The beginning of a writer's chain. `short` begins the ids of its decisions.
    pub(super) fn new(writer: Arc<str>, short: Arc<str>) -> Self {
        Self { writer, short, seq: 0, prev: None }
    }

    /// The number of the next line.
    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// The id of the decision in line `seq`.
    pub(super) fn record(&self, seq: u64) -> RecordId {
        RecordId(format!("{}-{seq}", self.short).into())
    }

    /// Appends the entry's line to `out` and goes on to the next place.
    pub(super) fn push(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        let mut line = String::with_capacity(512);
        let (time, seq) = (Rfc3339(entry.time), self.seq);
        let _ = write!(line, r#"{{"writer":"{}","seq":{seq},"time":"{time}","kind":"{}""#, self.writer, entry.kind);
        let record = match &entry.record {
            Record::None => None,
            Record::Itself => Some(self.record(seq)),
            Record::Of(record) => Some(record.clone()),
        };
        if let Some(record) = record {
            line.push_str(",\"record\":");
            quote(record.as_str(), &mut line);
        }
        line.push_str(&entry.members.0);
        match self.prev {
            Some(prev) => {
                let _ = write!(line, ",\"prev\":\"{prev}\"");
            }
            None => line.push_str(",\"prev\":null"),
        }
        let sum = sum(line.as_bytes());
        let _ = write!(line, "{SUM}{sum}\"}}");
        self.prev = Some(Digest::of(line.as_bytes()));
        self.seq += 1;
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
}

/// Reads a line (without the newline) and finds out whether it is as it was written.
pub(super) fn read(line: &[u8]) -> Result<Object, Damage> {
    let tail = SUM.len() + SUM_DIGITS + 2;
    let (rest, end) = line.split_at_checked(line.len().saturating_sub(tail)).ok_or(Damage::Sum)?;
    if end != format!("{SUM}{}\"}}", sum(rest)).as_bytes() {
        return Err(Damage::Sum);
    }
    let value = scan(line, &Limits::request(LONGEST)).map_err(|_| Damage::Json)?;
    value.as_object().cloned().ok_or(Damage::Json)
}

/// A time as RFC 3339 writes it: UTC, with milliseconds.
pub(super) struct Rfc3339(pub(super) Timestamp);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX);
        let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{time:.3}")
    }
}

/// A text of at most `longest` bytes; what was cut off leaves a mark.
pub(super) fn clip(text: &str, longest: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= longest {
        return text.into();
    }
    let end = text.floor_char_boundary(longest);
    format!("{}…", text.get(..end).unwrap_or_default()).into()
}

fn sum(bytes: &[u8]) -> String {
    let mut digits = Digest::of(bytes).to_string();
    digits.truncate(SUM_DIGITS);
    digits
}

/// Writes a JSON value in which everything shows.
fn show(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&String::from_utf8_lossy(&value.to_bytes())),
        Value::String(text) => quote(text, out),
        Value::Array(elements) => {
            out.push('[');
            for (place, element) in elements.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                show(element, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                quote(name, out);
                out.push(':');
                show(value, out);
            }
            out.push('}');
        }
    }
}

/// Writes a JSON string in which everything shows, so that the raw line is safe on a terminal.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
        out.push_str(text);
        out.push('"');
        return;
    }
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if !is_visible(letter) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
