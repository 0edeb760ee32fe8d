//! HTTP/1.1 read from a socket by hand, so that a test sees the bytes and can send any others.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A socket with what was read ahead.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The first line and the header lines.
#[derive(Clone, Debug)]
pub struct Head {
    /// The first line.
    pub first: String,
    /// Names in lower case, in their order, each as often as it was sent.
    pub headers: Vec<(String, String)>,
    /// All of it as it came.
    pub raw: Vec<u8>,
}

impl Wire {
    /// Reads and writes a socket.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Sends bytes as they are.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Sends nothing more, but reads on.
    pub async fn half_close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// Breaks the connection off with a reset.
    pub fn reset(self) {
        self.stream.set_zero_linger().expect("a socket can be reset");
    }

    /// The next head; `None` where the other side has closed.
    pub async fn head(&mut self) -> Option<Head> {
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if self.fill().await == 0 {
                return None;
            }
        };
        let raw: Vec<u8> = self.buffer.drain(..end).collect();
        let text = String::from_utf8_lossy(&raw).into_owned();
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Head { first, headers: lines.filter_map(header).collect(), raw })
    }

    /// The body that a head announces.
    pub async fn body(&mut self, head: &Head) -> Vec<u8> {
        if head.is_chunked() {
            let mut body = Vec::new();
            while let Some(chunk) = self.chunk().await {
                body.extend(chunk);
            }
            return body;
        }
        match head.get("content-length") {
            Some(length) => self.exactly(length.parse().unwrap()).await,
            None => Vec::new(),
        }
    }

    /// So many bytes, or fewer where the other side closes before.
    pub async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length && self.fill().await > 0 {}
        let length = length.min(self.buffer.len());
        self.buffer.drain(..length).collect()
    }

    /// The next chunk of a chunked body; `None` after the last, or where the other side closes.
    pub async fn chunk(&mut self) -> Option<Vec<u8>> {
        let end = loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                break end;
            }
            if self.fill().await == 0 {
                return None;
            }
        };
        let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
        let length = usize::from_str_radix(str::from_utf8(&line[..end]).unwrap().trim(), 16).unwrap();
        let mut chunk = self.exactly(length + 2).await;
        if length == 0 || chunk.len() < length + 2 {
            return None;
        }
        chunk.truncate(length);
        Some(chunk)
    }

    /// Everything until these bytes have come, or the other side closes.
    pub async fn until(&mut self, part: &[u8]) -> String {
        while !self.buffer.windows(part.len()).any(|window| window == part) && self.fill().await > 0 {}
        String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned()
    }

    /// Everything until the other side closes.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.fill().await > 0 {}
        std::mem::take(&mut self.buffer)
    }

    async fn fill(&mut self) -> usize {
        self.buffer.reserve(16 << 10);
        self.stream.read_buf(&mut self.buffer).await.unwrap_or(0)
    }
}

impl Head {
    /// The first header of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a chunked body follows.
    pub fn is_chunked(&self) -> bool {
        self.get("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    }
}
