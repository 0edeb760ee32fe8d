//! The newest entries of all writers, in the order of their times.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::json::{Object, Value, is_visible};

use super::line::{self, LONGEST};
use super::{AuditError, folder};

/// The most entries that can be asked for.
const MOST: usize = 100_000;

/// An entry of the record. It shows as one line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    raw: String,
    entry: Object,
}

/// The newest `count` entries, oldest first. Lines that are not as they were written are left out: they are
/// [`verify`](super::verify())'s.
pub fn tail(dir: &Path, count: usize) -> Result<Vec<Line>, AuditError> {
    let count = count.min(MOST);
    let mut newest: Vec<Line> = Vec::new();
    for name in folder::files(dir)? {
        let path = name.in_dir(dir);
        let lines = last_lines(&path, count).map_err(|error| AuditError::unreadable(&path, error))?;
        newest.extend(lines.iter().filter_map(|line| Line::read(line)));
        newest.sort_by(|a, b| a.place().cmp(&b.place()));
        newest.drain(..newest.len().saturating_sub(count));
    }
    Ok(newest)
}

impl Line {
    /// The entry as it stands in the file: a JSON object in which every character shows.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The entry's members.
    pub fn entry(&self) -> &Object {
        &self.entry
    }

    fn read(line: &[u8]) -> Option<Self> {
        let entry = line::read(line).ok()?;
        Some(Self { raw: String::from_utf8(line.to_vec()).ok()?, entry })
    }

    /// Sorts lines by time, and those of one writer and one time as they were written.
    fn place(&self) -> (&str, &str, u64) {
        let seq = self.entry.get("seq").and_then(Value::as_u64).unwrap_or_default();
        (self.text("time"), self.text("writer"), seq)
    }

    fn text(&self, name: &str) -> &str {
        self.entry.text(name).unwrap_or_default()
    }

    fn number(&self, name: &str) -> u64 {
        self.entry.get(name).and_then(Value::as_u64).unwrap_or_default()
    }

    /// The rest of a line that belongs to no caller, as `name=value`.
    fn others(&self) -> String {
        const ELSEWHERE: [&str; 7] = ["writer", "seq", "time", "kind", "record", "prev", "sum"];
        let others = self.entry.iter().filter(|(name, _)| !ELSEWHERE.contains(name));
        let word = |(name, value): (&str, &Value)| match value {
            Value::String(text) => format!("{name}={}", Shown(text)),
            other => format!("{name}={}", Shown(&String::from_utf8_lossy(&other.to_bytes()))),
        };
        others.map(word).collect::<Vec<_>>().join("  ")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name| Shown(self.text(name));
        write!(f, "{}  ", shown("time"))?;
        match self.text("kind") {
            "decision" => {
                let name = if self.entry.get("tool").is_some() { "tool" } else { "name" };
                write!(f, "{:<11}  {}  {}/{}", shown("verdict"), shown("caller"), shown("server"), shown(name))?;
                if let Some(would) = self.entry.object("would") {
                    let part = |name| Shown(would.text(name).unwrap_or_default());
                    write!(f, "  would {}: {}  {}", part("verdict"), part("rule"), part("reason"))?;
                }
                write!(f, "  {}  {}  {}", shown("rule"), shown("reason"), shown("record"))
            }
            "completion" => {
                let none = Object::new();
                let upstream = self.entry.object("upstream").unwrap_or(&none);
                let status = Shown(upstream.text("status").unwrap_or_default());
                let micros = upstream.get("us").and_then(Value::as_u64).unwrap_or_default();
                write!(f, "{:<11}  {status}  {}.{:03} ms", "completion", micros / 1000, micros % 1000)?;
                if self.entry.get("rule").is_some() {
                    write!(f, "  {}  {}  {}", shown("verdict"), shown("rule"), shown("reason"))?;
                }
                write!(f, "  {}", shown("record"))
            }
            "refusals" => {
                let count = self.number("count");
                write!(f, "{:<11}  {}  {}", shown("verdict"), shown("caller"), shown("server"))?;
                write!(f, "  {}  {count} more from {}", shown("rule"), shown("first"))?;
                write!(f, " to {}  {}", shown("last"), shown("record"))
            }
            kind => write!(f, "{:<11}  {}", Shown(kind), self.others()),
        }
    }
}

/// A text with nothing in it that would change what a terminal shows around it.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.chars().all(is_visible) {
            return f.pad(self.0);
        }
        let shown = |letter| {
            if is_visible(letter) { String::from(letter) } else { letter.escape_unicode().to_string() }
        };
        f.pad(&self.0.chars().map(shown).collect::<String>())
    }
}

/// The last `count` whole lines of a file, without their newlines, oldest first.
fn last_lines(path: &Path, count: usize) -> io::Result<Vec<Vec<u8>>> {
    const STEP: u64 = 64 << 10;
    let mut file = File::open(path)?;
    let mut start = file.metadata()?.len();
    let mut bytes: Vec<u8> = Vec::new();
    let enough = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() > count;
    while start > 0 && !enough(&bytes) && bytes.len() <= (count + 1).saturating_mul(LONGEST) {
        let from = start.saturating_sub(STEP);
        file.seek(SeekFrom::Start(from))?;
        let mut step = Vec::new();
        file.by_ref().take(start - from).read_to_end(&mut step)?;
        step.append(&mut bytes);
        (bytes, start) = (step, from);
    }
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines.pop();
    if start > 0 && !lines.is_empty() {
        lines.remove(0);
    }
    lines.drain(..lines.len().saturating_sub(count));
    Ok(lines)
}
