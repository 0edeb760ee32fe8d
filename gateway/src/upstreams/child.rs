//! A conversation with a program: one JSON-RPC message a line on its stdin and stdout.
//!
//! One task owns the process and reads it; everything that waits for the program is told when it ends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::mcp::Message;
use crate::mcp::line::{self, Line};

use super::ledger::Ledger;
use super::process::{self, Pipes};
use super::reply::{self, Event, Form, Source};
use super::{Failure, Program, Server};

/// How many events of one request may wait to be passed on before the program is read no further.
const EVENTS: usize = 64;
/// How long the program is left unread for one request before that request is given up.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a program that has ended is still read.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How many messages that belong to no request may wait for somebody to listen, and how many bytes of them.
const UNASKED: usize = 256;
const UNASKED_BYTES: usize = 1 << 20;

pub(super) struct Conversation {
    lines: mpsc::Sender<Vec<u8>>,
    desk: Arc<Desk>,
    /// Has ended.
    ended: CancellationToken,
}

/// Who waits for what.
struct Desk {
    ledger: Arc<Ledger>,
    /// The version that was agreed on, once it was.
    version: Arc<OnceLock<String>>,
    waiting: Mutex<BTreeMap<u64, Waiting>>,
    unasked: Arc<Unasked>,
}

struct Waiting {
    events: mpsc::Sender<Result<Event, Failure>>,
    /// A subscription waits for ever: what belongs to no request is none of its business.
    listens: bool,
}

/// What the program says unasked, for whoever listens next.
#[derive(Default)]
pub(super) struct Unasked {
    messages: Mutex<VecDeque<(usize, Message)>>,
    came: Notify,
    ended: CancellationToken,
}

impl Conversation {
    /// Starts the program. It ends with `close`.
    pub(super) fn start(
        server: &Arc<Server>,
        program: &Program,
        ledger: Arc<Ledger>,
        version: Arc<OnceLock<String>>,
        close: CancellationToken,
    ) -> Result<Self, Failure> {
        let place = Arc::clone(&server.children)
            .try_acquire_owned()
            .map_err(|_| Failure::Busy("programs are running for this server"))?;
        let (mut process, pipes) = process::spawn(program).map_err(Failure::Spawn)?;
        let Pipes { stdin, stdout, stderr } = pipes;
        let (lines, to_write) = mpsc::channel(EVENTS);
        let ended = CancellationToken::new();
        let unasked = Arc::new(Unasked { ended: ended.clone(), ..Unasked::default() });
        let desk = Arc::new(Desk { ledger, version, waiting: Mutex::default(), unasked });
        let conversation = Self { lines, desk: Arc::clone(&desk), ended: ended.clone() };

        let server = Arc::clone(server);
        server.running.fetch_add(1, Ordering::Relaxed);
        let tasks = server.tasks.clone();
        tasks.spawn(async move {
            {
                let talk = async {
                    tokio::select! {
                        () = read(stdout, &desk, &server) => {}
                        () = write(stdin, to_write) => {}
                    }
                };
                let mut talk = std::pin::pin!(talk);
                tokio::select! {
                    () = &mut talk => {}
                    () = close.cancelled() => {}
                    () = drain(stderr, server.name().as_str()) => {}
                    // What it said last is still read; what it started may hold its stdout for ever.
                    () = process.ended() => drop(timeout(LAST_WORDS, &mut talk).await),
                }
                // Here its stdin is closed, by which programs know that it is time to end.
            }
            ended.cancel();
            desk.dismiss(|| Failure::Ended);
            process.stop().await;
            server.running.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
        Ok(conversation)
    }

    /// Sends one line.
    pub(super) async fn send(&self, line: Vec<u8>) -> Result<(), Failure> {
        tokio::select! {
            sent = self.lines.send(line) => sent.map_err(|_| Failure::Ended),
            () = self.ended.cancelled() => Err(Failure::Ended),
        }
    }

    /// Sends a request; its events come from the source. A subscription `listens`.
    pub(super) async fn request(&self, number: u64, line: Vec<u8>, listens: bool) -> Result<Source, Failure> {
        let (events, source) = mpsc::channel(EVENTS);
        self.desk.with(|waiting| waiting.insert(number, Waiting { events, listens }));
        self.send(line).await?;
        if self.ended.is_cancelled() {
            self.desk.dismiss(|| Failure::Ended);
        }
        Ok(Source::Channel(source))
    }

    pub(super) fn unasked(&self) -> Arc<Unasked> {
        Arc::clone(&self.desk.unasked)
    }

    pub(super) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }
}

impl Desk {
    /// Passes a message to the request that it belongs to; what belongs to none goes along with the newest one.
    async fn deliver(&self, message: Message) {
        let Some((message, owner)) = self.ledger.inbound(message) else { return };
        let is_answer = matches!(message, Message::Answer(_));
        let found = self.with(|waiting| {
            // Whoever does not listen any more is out.
            waiting.retain(|_, one| !one.events.is_closed());
            let newest = || waiting.iter().rev().find(|(_, one)| !one.listens).map(|(number, _)| *number);
            let number = owner.filter(|number| waiting.contains_key(number));
            let number = if is_answer { number } else { number.or_else(newest) }?;
            let events = if is_answer { waiting.remove(&number)?.events } else { waiting.get(&number)?.events.clone() };
            Some((number, events))
        });
        match found {
            Some((number, events)) => {
                if timeout(PATIENCE, events.send(Ok(Event::of(message)))).await.is_err() {
                    self.with(|waiting| waiting.remove(&number));
                }
            }
            None if is_answer => {}
            None => self.unasked.push(message),
        }
    }

    /// What a line may hold.
    fn form(&self) -> Form {
        Form::agreed_on(self.version.get().map(String::as_str))
    }

    /// Tells everybody who waits that nothing more comes.
    fn dismiss(&self, failure: impl Fn() -> Failure) {
        let waiting = self.with(std::mem::take);
        for one in waiting.into_values() {
            let _left = one.events.try_send(Err(failure()));
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<u64, Waiting>) -> T) -> T {
        work(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Unasked {
    fn push(&self, message: Message) {
        let size = message.to_bytes().len();
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push_back((size, message));
        while messages.len() > UNASKED || messages.iter().map(|(size, _)| size).sum::<usize>() > UNASKED_BYTES {
            messages.pop_front();
        }
        drop(messages);
        self.came.notify_one();
    }

    /// The next message; `None` when the program has ended.
    pub(super) async fn next(&self) -> Option<Message> {
        loop {
            if let Some((_, message)) = self.messages.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
                return Some(message);
            }
            tokio::select! {
                () = self.came.notified() => {}
                () = self.ended.cancelled() => return None,
            }
        }
    }
}

async fn write(mut stdin: ChildStdin, mut lines: mpsc::Receiver<Vec<u8>>) {
    while let Some(mut line) = lines.recv().await {
        line.push(b'\n');
        if stdin.write_all(&line).await.is_err() || stdin.flush().await.is_err() {
            // The program reads no more; what it still says is read until it ends.
            return std::future::pending().await;
        }
    }
}

async fn read(mut stdout: ChildStdout, desk: &Desk, server: &Server) {
    let limit = server.config().limits.reply;
    let mut reader = line::Reader::new(limit);
    let mut chunk = vec![0; 64 << 10];
    while let Ok(length @ 1..) = stdout.read(&mut chunk).await {
        for line in reader.feed(chunk.get(..length).unwrap_or_default()) {
            match line {
                Line::Whole(line) => match reply::read(&line, desk.form(), limit) {
                    Ok(messages) => {
                        for message in messages {
                            desk.deliver(message).await;
                        }
                    }
                    // Programs print log lines to stdout; that is noise, and no reason to end the conversation.
                    Err(_) if line.trim_ascii().is_empty() => {}
                    Err(_) => {
                        server.noise.fetch_add(1, Ordering::Relaxed);
                    }
                },
                Line::TooLong => desk.dismiss(|| Failure::TooLarge(limit)),
            }
        }
    }
}

/// Keeps stderr empty, so that a program that writes a lot to it does not block. What it writes is for whoever debugs.
async fn drain(mut stderr: ChildStderr, server: &str) {
    let mut chunk = vec![0; 4096];
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        let text = String::from_utf8_lossy(chunk.get(..length).unwrap_or_default());
        tracing::trace!(target: "doorward::stderr", server, text = %text.escape_debug());
    }
    std::future::pending::<()>().await;
}
