//! Server-sent events, as a client reads them.

use serde_json::Value;

/// What stands between two blank lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// `id:`
    pub id: Option<String>,
    /// `event:`
    pub event: Option<String>,
    /// `retry:`
    pub retry: Option<String>,
    /// `data:`, its lines joined.
    pub data: Option<String>,
    /// Comments.
    pub comments: Vec<String>,
}

/// Reads frames from any split of the bytes. Lines end with LF, as the gateway writes them.
#[derive(Default)]
pub struct Reader {
    rest: Vec<u8>,
}

impl Frame {
    /// The message in it, if there is one.
    pub fn message(&self) -> Option<Value> {
        let data = self.data.as_ref().filter(|data| !data.is_empty())?;
        Some(serde_json::from_str(data).unwrap_or_else(|_| panic!("an event without JSON: {data}")))
    }
}

impl Reader {
    /// Takes the next bytes and yields the frames that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.rest.extend_from_slice(bytes);
        let mut frames = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
            let block: Vec<u8> = self.rest.drain(..end + 2).collect();
            frames.push(frame(str::from_utf8(&block).expect("events are UTF-8")));
        }
        frames
    }
}

fn frame(block: &str) -> Frame {
    let mut frame = Frame::default();
    for line in block.lines().filter(|line| !line.is_empty()) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => frame.comments.push(value.to_owned()),
            "id" => frame.id = Some(value.to_owned()),
            "event" => frame.event = Some(value.to_owned()),
            "retry" => frame.retry = Some(value.to_owned()),
            "data" => frame.data = Some(frame.data.map_or(value.to_owned(), |data| data + "\n" + value)),
            other => panic!("an unknown field: {other}"),
        }
    }
    frame
}
