//! The load of the benchmark: sends one request over and over, and prints how long the answers took.
//!
//! `load ADDRESS PATH CONNECTIONS SECONDS RATE`; a rate of 0 sends as fast as answers come. At a fixed rate a request is
//! timed from the moment at which it was due, so that a slow answer counts against those that had to wait behind it.
//! Prints one line: `requests errors p50_us p99_us`.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

const BODY: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"backgroundExecute","arguments":{"connectionId":"web-1","command":"ls -l /var/log","interval":60000},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, path, connections, seconds, rate] = arguments.as_slice() else {
        return Err("usage: load ADDRESS PATH CONNECTIONS SECONDS RATE".into());
    };
    let address: SocketAddr = address.parse()?;
    let (connections, rate): (u32, u32) = (connections.parse()?, rate.parse()?);
    let end = Instant::now() + Duration::from_secs(seconds.parse()?);
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n\
         mcp-method: tools/call\r\nmcp-name: backgroundExecute\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut senders = JoinSet::new();
    for place in 0..connections {
        let request = request.clone();
        let pace = (rate > 0).then(|| Duration::from_secs(1) * connections / rate);
        let start = Instant::now() + pace.unwrap_or_default() * place / connections;
        senders.spawn(async move { send(address, request.as_bytes(), start, pace, end).await });
    }
    let (mut times, mut errors) = (Vec::new(), 0);
    while let Some(sent) = senders.join_next().await {
        match sent? {
            Ok(sent) => times.extend(sent),
            Err(_) => errors += 1,
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{} {errors} {} {}", times.len(), at(50), at(99));
    Ok(())
}

/// Sends until the end, and yields the microseconds of each answer. An answer that is no result is an error.
async fn send(
    address: SocketAddr,
    request: &[u8],
    start: Instant,
    pace: Option<Duration>,
    end: Instant,
) -> io::Result<Vec<u64>> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut buffer = Vec::with_capacity(8192);
    let mut due = start;
    while due.max(Instant::now()) < end {
        let begun = match pace {
            Some(pace) => {
                sleep_until(due.into()).await;
                let begun = due;
                due += pace;
                begun
            }
            None => Instant::now(),
        };
        socket.write_all(request).await?;
        answer(&mut socket, &mut buffer).await?;
        times.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}

async fn answer(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    loop {
        if socket.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(head) = buffer.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let (head, body) = buffer.split_at(head + 4);
        let text = String::from_utf8_lossy(head).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        if length.is_some_and(|length| body.len() < length) {
            continue;
        }
        let fine = text.starts_with("http/1.1 200") && body.windows(8).any(|part| part == b"\"result\"");
        return if fine { Ok(()) } else { Err(io::Error::other(String::from_utf8_lossy(body).into_owned())) };
    }
}
