//! The fast server of the benchmark: answers every MCP request at once, with as little work as it can.
//!
//! `fast-server ADDRESS`. It reads HTTP just well enough for nginx, the gateway and the load generator.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

const RESULT: &str = r#""result":{"content":[{"type":"text","text":"total 4\ndrwxr-xr-x 2 root root 4096 Nov 21 00:16 logs\n-rw-r--r-- 1 root root  812 Nov 21 00:16 notes.txt\n"}],"resultType":"complete"}}"#;
const TOOLS: &str = r#""result":{"tools":[{"name":"backgroundExecute","inputSchema":{"type":"object","properties":{"connectionId":{"type":"string"},"command":{"type":"string"},"interval":{"type":"integer"}}}}],"resultType":"complete","ttlMs":0,"cacheScope":"private"}}"#;

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    let tasks = TaskTracker::new();
    loop {
        let (socket, _) = listener.accept().await?;
        tasks.spawn(serve(socket));
    }
}

async fn serve(mut socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(8192);
    loop {
        while let Some((head, body)) = request(&buffer) {
            let id = id_of(buffer.get(head..head + body).unwrap_or_default());
            let text = String::from_utf8_lossy(buffer.get(head..head + body).unwrap_or_default());
            let result = if text.contains(r#""tools/list""#) { TOOLS } else { RESULT };
            let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},{result}"#);
            let length = answer.len();
            let response = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{answer}"
            );
            socket.write_all(response.as_bytes()).await?;
            buffer.drain(..head + body);
        }
        if socket.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// The lengths of head and body, once both are there.
fn request(buffer: &[u8]) -> Option<(usize, usize)> {
    let head = buffer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(buffer.get(..head)?).ok()?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    (buffer.len() >= head + length).then_some((head, length))
}

fn id_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let after = text.split_once(r#""id":"#).map_or("", |(_, after)| after);
    if let Some(text) = after.strip_prefix('"') {
        return format!("\"{}\"", text.split('"').next().unwrap_or_default());
    }
    after.chars().take_while(char::is_ascii_digit).collect()
}
