//! A walk through the files of all writers, line by line, in the order of [`folder::files`](super::folder::files).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};

use crate::json::{Object, Value};
use crate::secret::Digest;

use super::super::folder::FileName;
use super::super::line::{self, Damage, LONGEST};
use super::{Ending, FileReport, Problem};

/// What the walk has seen so far.
pub(super) struct Walk<'a> {
    names: &'a [FileName],
    chain: Chain,
    seals: BTreeMap<FileName, u64>,
    named: Vec<FileName>,
}

/// Where the chain of one writer stands.
#[derive(Default)]
struct Chain {
    writer: String,
    part: u32,
    seq: Option<u64>,
    prev: Prev,
    ending: Ending,
}

/// What the next line's `prev` must be.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Prev {
    /// `null`: there is no line before.
    #[default]
    None,
    /// This.
    Is(Digest),
    /// The line before is not known.
    Unknown,
}

impl<'a> Walk<'a> {
    /// A walk through these files.
    pub(super) fn new(names: &'a [FileName]) -> Self {
        Self { names, chain: Chain::default(), seals: BTreeMap::new(), named: Vec::new() }
    }

    /// How the file ended through which the walk went last.
    pub(super) fn ending(&self) -> Ending {
        self.chain.ending
    }

    /// How long a file was when a later writer sealed it.
    pub(super) fn sealed(&self, name: &FileName) -> Option<u64> {
        self.seals.get(name).copied()
    }

    /// Files that a writer named when it started, and that are not there.
    pub(super) fn gone(mut self) -> Vec<String> {
        self.named.retain(|name| self.names.binary_search(name).is_err());
        self.named.sort();
        self.named.dedup();
        self.named.iter().map(ToString::to_string).collect()
    }

    /// Goes through a file, up to the byte `left` if the chain left it there. Returns how many bytes of a torn line
    /// there are at the end.
    pub(super) fn file(
        &mut self,
        name: &FileName,
        file: File,
        left: Option<u64>,
        report: &mut FileReport,
    ) -> io::Result<u64> {
        self.chain.enter(name, report);
        let mut reader = BufReader::with_capacity(LONGEST, file.take(left.unwrap_or(u64::MAX)));
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
            if line.pop_if(|byte| *byte == b'\n').is_some() {
                report.lines += 1;
                self.line(&line, report);
                continue;
            }
            if length <= LONGEST {
                return Ok(length as u64);
            }
            let ended = skip_line(&mut reader)?;
            report.lines += 1;
            report.find(Some(report.lines), Problem::TooLong);
            self.chain.skip();
            if !ended {
                return Ok(0);
            }
        }
    }

    fn line(&mut self, line: &[u8], report: &mut FileReport) {
        let place = Some(report.lines);
        let entry = match line::read(line) {
            Ok(entry) => entry,
            Err(damage) => {
                let problem = if damage == Damage::Sum { Problem::Changed } else { Problem::NotJson };
                report.find(place, problem);
                report.head = None;
                return self.chain.skip();
            }
        };
        if let Some(problem) = self.chain.follow(&entry, line) {
            report.find(place, problem);
        }
        let time = entry.text("time").map(str::to_owned);
        report.first = report.first.take().or_else(|| time.clone());
        report.last = time;
        report.head = Some(Digest::of(line));
        match entry.text("kind") {
            Some("repair") => self.seal(&entry),
            Some("start") if report.lines == 1 => self.named.extend(entry.text("before").and_then(FileName::parse)),
            _ => {}
        }
    }

    fn seal(&mut self, entry: &Object) {
        let name = entry.text("file").and_then(FileName::parse);
        let Some(name) = name.filter(|name| self.names.binary_search(name).is_ok()) else { return };
        if let Some(size) = entry.get("size").and_then(Value::as_u64) {
            self.seals.insert(name, size);
        }
    }
}

impl Chain {
    /// Goes on to a file. After a missing one, its first line is taken as it is.
    fn enter(&mut self, name: &FileName, report: &mut FileReport) {
        if self.writer != name.writer {
            *self = Self { writer: name.writer.clone(), seq: Some(0), ..Self::default() };
        }
        if name.part != self.part + 1 {
            let missing = FileName { writer: name.writer.clone(), part: name.part.saturating_sub(1) };
            report.find(None, Problem::Missing { file: missing.to_string() });
            (self.seq, self.prev) = (None, Prev::Unknown);
        }
        self.part = name.part;
        self.ending = Ending::Open;
    }

    /// Checks that a sound line is the one that is due here.
    fn follow(&mut self, entry: &Object, line: &[u8]) -> Option<Problem> {
        let found = entry.get("seq").and_then(Value::as_u64);
        let prev = entry.get("prev");
        let linked = match self.prev {
            Prev::Unknown => true,
            Prev::None => prev == Some(&Value::Null),
            Prev::Is(digest) => prev.and_then(Value::as_str) == Some(digest.to_string().as_str()),
        };
        let problem = if entry.text("writer") != Some(self.writer.as_str()) {
            Some(Problem::Strange)
        } else if let Some(due) = self.seq.filter(|due| found != Some(*due)) {
            Some(Problem::Gap { due, found })
        } else {
            (!linked).then_some(Problem::Broken)
        };
        self.seq = found.map(|seq| seq + 1);
        self.prev = Prev::Is(Digest::of(line));
        self.ending = if entry.text("kind") == Some("stop") { Ending::Stopped } else { Ending::Open };
        problem
    }

    /// Goes on behind a line that cannot be believed.
    fn skip(&mut self) {
        self.seq = self.seq.map(|seq| seq + 1);
        self.prev = Prev::Unknown;
        self.ending = Ending::Open;
    }
}

/// Reads on to the end of a line that is too long, and says whether a newline ends it.
fn skip_line(reader: &mut impl io::BufRead) -> io::Result<bool> {
    loop {
        let bytes = reader.fill_buf()?;
        let (used, found) = match bytes.iter().position(|byte| *byte == b'\n') {
            Some(newline) => (newline + 1, true),
            None => (bytes.len(), false),
        };
        reader.consume(used);
        if found || used == 0 {
            return Ok(found);
        }
    }
}
