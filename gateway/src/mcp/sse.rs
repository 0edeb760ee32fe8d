//! Server-sent events: read from any split of the bytes, written one way.
//!
//! A frame is whatever stands between two blank lines, also where a browser would dispatch nothing: an `id` or a
//! `retry` without data is how a server primes a client to come back. Source: WHATWG HTML, "Server-sent events".

/// What a line counts for, beside its bytes.
const LINE: usize = 32;

/// What stands between two blank lines, or a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The id to come back with.
    pub id: Option<String>,
    /// The kind of event; none means `message`.
    pub event: Option<String>,
    /// How long to wait before coming back, in milliseconds.
    pub retry: Option<String>,
    /// The data, its lines joined.
    pub data: Option<String>,
    /// Comment lines.
    pub comments: Vec<String>,
}

/// Reads frames out of a stream of bytes.
#[derive(Debug)]
pub struct Reader {
    line: Vec<u8>,
    frame: Frame,
    size: usize,
    limit: usize,
    begun: bool,
    after_return: bool,
}

/// Why a stream was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An event is longer than allowed.
    #[error("event is too long")]
    TooLong,
    /// A line is not UTF-8.
    #[error("event is not UTF-8")]
    NotUtf8,
}

impl Reader {
    /// A reader that gives up on an event of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { line: Vec::new(), frame: Frame::default(), size: 0, limit, begun: false, after_return: false }
    }

    /// Takes the next bytes, however they were split, and yields the frames that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, Fault> {
        let mut frames = Vec::new();
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            if std::mem::take(&mut self.after_return) && *first == b'\n' {
                rest = after;
                continue;
            }
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.grow(rest)?;
                break;
            };
            let (line, ending) = rest.split_at(end);
            self.grow(line)?;
            self.after_return = ending.first() == Some(&b'\r');
            rest = ending.get(1..).unwrap_or_default();
            frames.extend(self.end_line()?);
        }
        Ok(frames)
    }

    fn grow(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.size += bytes.len();
        if self.size > self.limit {
            return Err(Fault::TooLong);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) -> Result<Option<Frame>, Fault> {
        // Many short lines cost more than their bytes.
        self.size += LINE;
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8(bytes).map_err(|_| Fault::NotUtf8)?;
        let line = if self.begun { line.as_str() } else { line.strip_prefix('\u{feff}').unwrap_or(&line) };
        self.begun = true;
        if line.is_empty() {
            self.size = 0;
            let frame = std::mem::take(&mut self.frame);
            return Ok((frame != Frame::default()).then_some(frame));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => self.frame.comments.push(value.to_owned()),
            "id" if !value.contains('\0') => self.frame.id = Some(value.to_owned()),
            "event" => self.frame.event = Some(value.to_owned()),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.frame.retry = Some(value.to_owned());
            }
            "data" => match &mut self.frame.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.frame.data = Some(value.to_owned()),
            },
            _ => {}
        }
        Ok(None)
    }
}

impl Frame {
    /// A comment that keeps a connection from looking idle.
    pub fn keep_alive() -> Self {
        Self { comments: vec!["keep-alive".to_owned()], ..Self::default() }
    }

    /// The bytes of the frame.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.data.as_ref().map_or(0, String::len));
        let mut line = |field: &str, value: &str| {
            out.extend_from_slice(field.as_bytes());
            out.extend_from_slice(if value.is_empty() && field == ":" { b"" } else { b" " });
            out.extend_from_slice(value.as_bytes());
            out.push(b'\n');
        };
        for comment in &self.comments {
            line(":", comment);
        }
        for (field, value) in [("event:", &self.event), ("id:", &self.id), ("retry:", &self.retry)] {
            if let Some(value) = value {
                line(field, value);
            }
        }
        for data in self.data.iter().flat_map(|data| data.split('\n')) {
            line("data:", data);
        }
        out.push(b'\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stream: &[u8], split: usize) -> Result<Vec<Frame>, Fault> {
        let mut reader = Reader::new(1 << 16);
        let mut frames = Vec::new();
        for part in stream.chunks(split) {
            frames.extend(reader.feed(part)?);
        }
        Ok(frames)
    }

    #[test]
    fn every_split_and_every_line_ending_reads_the_same() {
        let lines =
            "\u{feff}: hello\nevent: message\nid: 7\ndata: {\"a\":\ndata:1}\n\nretry: 50\nid:\ndata:\n\n\n\nfoo: x\n\n";
        let want = vec![
            Frame {
                id: Some("7".to_owned()),
                event: Some("message".to_owned()),
                data: Some("{\"a\":\n1}".to_owned()),
                comments: vec!["hello".to_owned()],
                ..Frame::default()
            },
            Frame {
                id: Some(String::new()),
                retry: Some("50".to_owned()),
                data: Some(String::new()),
                ..Frame::default()
            },
        ];
        for ending in ["\n", "\r\n", "\r"] {
            let stream = lines.replace('\n', ending);
            for split in 1..=stream.len() {
                assert_eq!(read(stream.as_bytes(), split), Ok(want.clone()), "{ending:?} split at {split}");
            }
        }
    }

    #[test]
    fn a_frame_is_written_as_it_is_read() {
        let frame = Frame {
            id: Some("a:b".to_owned()),
            event: None,
            retry: Some("10".to_owned()),
            data: Some("x\n\ny".to_owned()),
            comments: vec![String::new(), "c".to_owned()],
        };
        assert_eq!(read(&frame.to_bytes(), 3), Ok(vec![frame]));
    }

    #[test]
    fn an_endless_event_is_given_up() {
        let mut reader = Reader::new(100);
        let mut fed = 0;
        while reader.feed(b"data: 0123456789\n").is_ok() {
            fed += 1;
            assert!(fed < 100);
        }
        assert_eq!(Reader::new(100).feed(&[b'x'; 101]), Err(Fault::TooLong));
        assert_eq!(Reader::new(100).feed(b"data: \xff\n"), Err(Fault::NotUtf8));
    }
}
