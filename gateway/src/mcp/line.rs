//! Messages on stdio: one a line, read from any split of the bytes.

/// Reads lines out of a stream of bytes.
#[derive(Debug)]
pub struct Reader {
    line: Vec<u8>,
    too_long: bool,
    limit: usize,
}

/// A line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// All of it.
    Whole(Vec<u8>),
    /// It had more bytes than allowed, and they are gone.
    TooLong,
}

impl Reader {
    /// A reader that keeps at most `limit` bytes of a line.
    pub fn new(limit: usize) -> Self {
        Self { line: Vec::new(), too_long: false, limit }
    }

    /// Takes the next bytes, however they were split, and yields the lines that they end.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            self.too_long |= self.line.len() + part.len() > self.limit;
            if self.too_long {
                self.line = Vec::new();
            } else {
                self.line.extend_from_slice(part);
            }
            if parts.peek().is_some() {
                let line = std::mem::take(&mut self.line);
                lines.push(if std::mem::take(&mut self.too_long) { Line::TooLong } else { Line::Whole(line) });
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_split_yields_the_same_lines_and_keeps_no_more_than_allowed() {
        let stream = b"one\r\n\n0123456789\n01234567890\ntwo\nrest";
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        let want = [whole("one\r"), whole(""), whole("0123456789"), Line::TooLong, whole("two")];
        for split in 1..=stream.len() {
            let mut reader = Reader::new(10);
            let lines: Vec<Line> = stream.chunks(split).flat_map(|part| reader.feed(part)).collect();
            assert_eq!(lines, want, "split at {split}");
            assert!(reader.line.len() <= 10);
        }
    }
}
