//! What a plugin writes for the operator, bounded: from `log`, and from its standard output and standard error.

use super::contract::words::log::{Host, Level};
use super::finding::shown;
use super::sandbox::Sandbox;

/// The longest line, in bytes.
const LONGEST: usize = 1 << 10;

/// The lines of one call.
#[derive(Default)]
pub(super) struct Lines {
    most: usize,
    kept: Vec<(&'static str, String)>,
    dropped: u64,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// A stream of the plugin, by what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

impl Lines {
    /// No lines yet, and at most so many.
    pub(super) fn at_most(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    fn keep(&mut self, from: &'static str, text: &str) {
        if self.kept.len() < self.most {
            self.kept.push((from, shown(text, LONGEST)));
        } else {
            self.dropped += 1;
        }
    }

    /// Takes what a plugin prints, line by line. What is longer than a line is cut.
    pub(super) fn print(&mut self, stream: Stream, bytes: &[u8]) {
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        self.add(stream, pieces.next().unwrap_or_default());
        for piece in pieces {
            self.end(stream);
            self.add(stream, piece);
        }
    }

    /// The call is over: what was printed last is a line too.
    pub(super) fn ended(mut self) -> Self {
        for stream in [Stream::Stdout, Stream::Stderr] {
            if !self.begun(stream).is_empty() {
                self.end(stream);
            }
        }
        self
    }

    /// From where each line came, and the line.
    pub(super) fn kept(&self) -> &[(&'static str, String)] {
        &self.kept
    }

    /// Writes the lines to the gateway's own log.
    pub(super) fn flush(self, plugin: &str) {
        for (from, line) in &self.kept {
            tracing::debug!(plugin, from, "{line}");
        }
        if self.dropped > 0 {
            tracing::debug!(plugin, dropped = self.dropped, "the plugin wrote more lines than are kept");
        }
    }

    fn begun(&mut self, stream: Stream) -> &mut Vec<u8> {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }

    fn add(&mut self, stream: Stream, bytes: &[u8]) {
        let begun = self.begun(stream);
        begun.extend(bytes.iter().take(LONGEST.saturating_sub(begun.len())));
    }

    fn end(&mut self, stream: Stream) {
        let line = std::mem::take(self.begun(stream));
        self.keep(stream.name(), &String::from_utf8_lossy(&line));
    }
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

impl Host for Sandbox {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.count()?;
        let level = match level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
        };
        self.lines.keep(level, &message);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_in_number_and_length() {
        let mut lines = Lines::at_most(16);
        for _ in 0..20 {
            lines.print(Stream::Stderr, &[b'x'; 3000]);
            lines.print(Stream::Stderr, b"\n");
        }
        assert_eq!((lines.kept.len(), lines.dropped), (16, 4));
        assert!(lines.kept.iter().all(|(from, line)| *from == "stderr" && line.len() <= LONGEST));
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let mut lines = Lines::at_most(16);
        lines.print(Stream::Stdout, b"one\ntw");
        lines.print(Stream::Stderr, b"other\n");
        lines.print(Stream::Stdout, b"o\n\x1b[2J");
        let texts: Vec<_> = lines.kept.iter().map(|(from, line)| (*from, line.as_str())).collect();
        assert_eq!(texts, [("stdout", "one"), ("stderr", "other"), ("stdout", "two")]);
    }
}
