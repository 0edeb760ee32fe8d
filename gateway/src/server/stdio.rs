//! MCP over stdin and stdout: one agent, one conversation, one message a line.
//!
//! Every line is judged like a request over HTTP. A line that is no JSON message goes nowhere, whatever framing it may
//! pretend to be.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::gate::{Asked, Gate, Party, Passage, Passed, Seat};
use crate::json::{Limits, Value, scan};
use crate::mcp::line::{self, Line};
use crate::mcp::{Answer, Era, Message, code, meta, method};
use crate::upstreams::{Event, Failure};

use super::answer::Question;
use super::batch;

/// How many lines may wait for the agent to read them.
const LINES: usize = 64;
/// How long calls in flight have when the agent has closed stdin, or when the gateway is to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Holds one conversation, until the agent closes `input`, the server ends, or `stop`.
pub async fn converse(
    gate: Arc<Gate>,
    seat: Arc<Seat>,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let link = gate.open(&seat)?;
    let party = Party::new(seat, link, Era::Legacy);
    let tasks = TaskTracker::new();
    let (lines, to_write) = mpsc::channel(LINES);
    let writer = tasks.spawn(write(output, to_write));
    let unasked = gate.listen(party.clone(), None).await?;
    tasks.spawn(relay(unasked, None, lines.clone()));

    let talk = Talk { gate: Arc::clone(&gate), party: party.clone(), lines, calls: TaskTracker::new() };
    let outcome = tokio::select! {
        () = talk.read(input) => Ok(()),
        () = stop.cancelled() => Ok(()),
        () = party.link.ended() => Err(Failure::Ended),
    };
    if outcome.is_ok() {
        // What was asked for is still answered.
        talk.calls.close();
        if timeout(DRAIN, talk.calls.wait()).await.is_err() {
            tracing::warn!(after = ?DRAIN, "calls in flight were cut off");
        }
    }
    gate.farewell(&party);
    drop(talk);
    tasks.close();
    let _in_time = timeout(DRAIN, writer).await;
    outcome
}

struct Talk {
    gate: Arc<Gate>,
    party: Party,
    lines: mpsc::Sender<Vec<u8>>,
    calls: TaskTracker,
}

impl Talk {
    async fn read(&self, mut input: impl AsyncRead + Unpin) {
        let limit = self.party.seat.server().config().limits.body;
        let mut reader = line::Reader::new(limit);
        let mut chunk = vec![0; 64 << 10];
        while let Ok(length @ 1..) = input.read(&mut chunk).await {
            for line in reader.feed(chunk.get(..length).unwrap_or_default()) {
                match line {
                    Line::Whole(line) if line.trim_ascii().is_empty() => {}
                    Line::Whole(line) => self.take(&line, limit).await,
                    Line::TooLong => {
                        self.say(&Answer::error(None, code::PARSE_ERROR, "the line is too long", None)).await;
                    }
                }
            }
        }
    }

    async fn take(&self, line: &[u8], limit: usize) {
        match scan(line, &Limits::request(limit)) {
            Ok(Value::Array(elements)) => self.batch(elements).await,
            Ok(value) => self.one(value).await,
            Err(fault) => {
                self.say(&Answer::error(None, code::PARSE_ERROR, &format!("Parse error: {fault}"), None)).await;
            }
        }
    }

    async fn one(&self, value: Value) {
        match Message::read(value) {
            Ok(Message::Request(request)) => {
                let (passage, question) = self.ask(request);
                self.calls.spawn(relay(passage, Some(question), self.lines.clone()));
            }
            Ok(message) => self.pass(message).await,
            Err(malformed) => {
                self.say(&Answer::error(malformed.id, code::INVALID_REQUEST, &malformed.reason, None)).await;
            }
        }
    }

    /// A batch is taken apart, every element judged by itself, and the answers come as one line.
    async fn batch(&self, elements: Vec<Value>) {
        if let Err(reason) = batch::check(elements.len(), self.party.link.version()) {
            return self.say(&Answer::error(None, code::INVALID_REQUEST, reason, None)).await;
        }
        let mut answers = Vec::new();
        let mut waiting = Vec::new();
        for element in elements {
            match Message::read(element) {
                Ok(Message::Request(request)) if request.method == method::INITIALIZE => {
                    let reason = "`initialize` cannot be part of a batch";
                    answers.push(Answer::error(Some(request.id), code::INVALID_REQUEST, reason, None));
                }
                Ok(Message::Request(request)) => waiting.push(self.ask(request)),
                Ok(message) => self.pass(message).await,
                Err(malformed) => {
                    answers.push(Answer::error(malformed.id, code::INVALID_REQUEST, &malformed.reason, None));
                }
            }
        }
        self.calls.spawn(answer_batch(answers, waiting, self.lines.clone()));
    }

    fn ask(&self, request: crate::mcp::Request) -> (Passage, Question) {
        let modern = request.params.as_ref().is_some_and(|params| meta::version(params).is_some());
        let era = if modern { Era::Modern } else { Era::Legacy };
        let question = Question::of(&request, era);
        let party = self.party.in_era(era);
        (self.gate.request(Asked { party, request, mirrored: None }), question)
    }

    async fn pass(&self, message: Message) {
        let done = match message {
            Message::Notification(notification) => self.gate.notify(&self.party, notification).await,
            Message::Answer(answer) => self.gate.answer(&self.party, answer).await,
            Message::Request(_) => Ok(()),
        };
        if let Err(failure) = done {
            tracing::warn!(%failure, "a notification was not delivered");
        }
    }

    async fn say(&self, answer: &Answer) {
        let _gone = self.lines.send(answer.to_bytes()).await;
    }
}

/// Writes what the gate lets through for one request, as it comes.
async fn relay(passage: Passage, question: Option<Question>, lines: mpsc::Sender<Vec<u8>>) {
    if let Some(answer) = gather(passage, question.as_ref(), &lines).await {
        let _gone = lines.send(answer.to_bytes()).await;
    }
}

/// Writes what comes before the answer, as it comes, and yields the answer. A withdrawn request has none.
async fn gather(mut passage: Passage, question: Option<&Question>, lines: &mpsc::Sender<Vec<u8>>) -> Option<Answer> {
    while let Some(passed) = passage.recv().await {
        match (*passed, question) {
            (Passed::Event(Event { message: Some(Message::Answer(answer)), .. }), _) => return Some(answer),
            (Passed::Event(Event { message: Some(message), .. }), _) => lines.send(message.to_bytes()).await.ok()?,
            (Passed::Refused(refusal), Some(question)) => return Some(question.refused(&refusal)),
            (Passed::Failed(failure), Some(question)) => return Some(question.failed(&failure)),
            (Passed::Withdrawn, _) => return None,
            (Passed::Event(_) | Passed::Opened { .. } | Passed::Refused(_) | Passed::Failed(_), _) => {}
        }
    }
    question.map(|question| question.failed(&Failure::Ended))
}

/// All elements of a batch are waited for at once: one may wait for what another is asked.
async fn answer_batch(answers: Vec<Answer>, waiting: Vec<(Passage, Question)>, lines: mpsc::Sender<Vec<u8>>) {
    let gathered = waiting.into_iter().map(|(passage, question)| {
        let lines = &lines;
        async move { gather(passage, Some(&question), lines).await }
    });
    let gathered = futures_util::future::join_all(gathered).await;
    let all: Vec<Vec<u8>> = answers.into_iter().chain(gathered.into_iter().flatten()).map(|it| it.to_bytes()).collect();
    if !all.is_empty() {
        let _gone = lines.send([b"[", all.join(&b',').as_slice(), b"]"].concat()).await;
    }
}

async fn write(mut output: impl AsyncWrite + Unpin, mut lines: mpsc::Receiver<Vec<u8>>) {
    while let Some(mut line) = lines.recv().await {
        line.push(b'\n');
        if output.write_all(&line).await.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}
