//! The path of one call, from the agent's request to the last event of the reply.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::call::{Call, Refusal, RefusalKind, Ruling, Target, Verdict};
use crate::clock::Stopwatch;
use crate::json::{Object, Value};
use crate::mcp::{Era, Message, Request, method, mirror};
use crate::policy::{self, Policy, Sight};
use crate::telemetry::Verdicts;
use crate::upstreams::{Event, Failure, Reply};

use super::{Asked, Gate, Party, Passed, Seat, Stop};

/// How long a call may wait for answers of the agent's side, in all. Its own time does not run meanwhile.
const CLIENT_TIME: Duration = Duration::from_secs(600);

impl Gate {
    /// The whole path of one call. Each line is a step, and each step can end it.
    pub(super) async fn call(&self, asked: &Asked, passed: &mpsc::Sender<Passed>) -> Result<(), Stop> {
        let watch = Stopwatch::start();
        let seat = self.seat_now(&asked.party)?;
        let _place = seat.server().place()?;
        let outcome = self.walk(&seat, asked, passed).await;
        self.metrics.took(seat.server().name().as_str(), watch.elapsed());
        outcome
    }

    async fn walk(&self, seat: &Seat, asked: &Asked, passed: &mpsc::Sender<Passed>) -> Result<(), Stop> {
        let Asked { party, request, .. } = asked;
        let limit = time_limit(seat, request);
        let call = within(limit, self.find(seat, asked)).await?;
        let ruling = policy::judge(seat.policies(), &call);
        self.note(&call, &ruling);
        let permit = self.mint.permit(Arc::clone(&call), &ruling).ok_or_else(|| refusal(ruling))?;
        let tag = Some(request.id.clone());
        let reply = within(limit, async { Ok(party.link.forward(permit, tag).await?) }).await?;
        self.pass_back(seat, asked, Some(&call), reply, limit, passed).await
    }

    /// The caller's place under the law of this moment: a grant that was narrowed a moment ago is narrow already.
    pub(super) fn seat_now(&self, party: &Party) -> Result<Arc<Seat>, Failure> {
        let seat = self.seat(party.seat.caller(), party.seat.server().name());
        seat.filter(|_| !party.seat.gone().is_cancelled()).ok_or(Failure::Revoked)
    }

    /// Finds what a request is about and makes a call of it.
    async fn find(&self, seat: &Seat, asked: &Asked) -> Result<Arc<Call>, Stop> {
        let Asked { party, request, mirrored } = asked;
        let params = request.params.as_ref();
        let target = target(&request.method, params)?;
        if let Target::Tool(name) = &target {
            self.find_tool(seat, party, name, params, mirrored.as_deref()).await?;
        }
        let caller = seat.caller().clone();
        let server = seat.server().name().clone();
        let (params, round) = params.map(|params| self.unseal(seat, &request.method, params)).unzip();
        let call = Call::new(caller, server, target, request.method.clone(), params, request.extra.clone());
        Ok(Arc::new(call.in_round(round.unwrap_or_default())))
    }

    /// A tool that is hidden and a tool that is not there look the same. Where nothing is hidden there is nothing to tell
    /// apart, and a name that the policy allows is left to the server.
    async fn find_tool(
        &self,
        seat: &Seat,
        party: &Party,
        name: &str,
        params: Option<&Object>,
        mirrored: Option<&[(String, String)]>,
    ) -> Result<(), Stop> {
        let sight = policy::sight(seat.policies(), &Target::Tool(name.to_owned()));
        let found = if sight == Sight::Hidden { None } else { party.link.tool(name, params).await? };
        let Some(tool) = found else {
            if sight == Sight::Shown && !seat.policies().any(Policy::hides_something) {
                return Ok(());
            }
            let refusal = Refusal::unknown(if sight == Sight::Hidden { "(hidden)" } else { "(unknown)" });
            self.note_refusal(seat, &refusal);
            return Err(refusal.into());
        };
        let Some(sent) = mirrored else { return Ok(()) };
        let none = Object::new();
        let arguments = params.and_then(|params| params.object("arguments")).unwrap_or(&none);
        let values = |header: &str| {
            let header = header.to_owned();
            sent.iter().filter(move |(name, _)| *name == header).map(|(_, value)| value.as_str())
        };
        mirror::agree(&tool.mirrored, arguments, values).map_err(|mismatch| {
            let kind = RefusalKind::HeaderMismatch;
            let reason = mismatch.to_string().into();
            Stop::Refused(Refusal { kind, rule: "(header mismatch)".into(), reason, remedy: None })
        })
    }

    /// Passes the reply on, event by event, each of them inspected. An agent that hangs up cancels a modern call; a
    /// legacy one it only leaves, since it may come back for the answer.
    pub(super) async fn pass_back(
        &self,
        seat: &Seat,
        asked: &Asked,
        call: Option<&Call>,
        mut reply: Reply,
        limit: Option<Duration>,
        passed: &mpsc::Sender<Passed>,
    ) -> Result<(), Stop> {
        let Party { link, era, .. } = &asked.party;
        let tag = Some(asked.request.id.clone());
        let opened = Passed::Opened { stream: reply.is_stream(*era), status: reply.status() };
        let _gone = passed.send(opened).await;
        let mut time = Time { left: limit, client: CLIENT_TIME };
        let mut resumable = false;
        loop {
            let waits = link.waits_for_client();
            let next = tokio::select! {
                next = time.wait(waits, reply.next()) => next,
                () = passed.closed(), if *era == Era::Modern => {
                    link.cancel(&tag).await;
                    link.settle(&reply, true);
                    return Ok(());
                }
                () = link.end().cancelled() => Err(Failure::Revoked),
            };
            let event = match next {
                Ok(Some(Ok(event))) => event,
                // The answer comes when the agent asks for the rest of the stream.
                Ok(None) if resumable && *era == Era::Legacy => return Ok(()),
                Ok(None) => {
                    link.settle(&reply, true);
                    return Err(Failure::Ended.into());
                }
                Ok(Some(Err(failure))) | Err(failure) => {
                    if matches!(failure, Failure::Timeout(_)) {
                        link.cancel(&tag).await;
                    }
                    link.settle(&reply, true);
                    return Err(failure.into());
                }
            };
            resumable |= event.frame.id.as_ref().is_some_and(|id| !id.is_empty());
            let event = self.inspect(seat, link, *era, call, event).await?;
            let last = matches!(event.message, Some(Message::Answer(_)));
            let _gone = passed.send(Passed::Event(event)).await;
            if last {
                link.settle(&reply, false);
                return Ok(());
            }
        }
    }

    /// Counts and logs a decision.
    pub(super) fn note(&self, call: &Call, ruling: &Ruling) {
        let (server, caller) = (call.server().as_str(), call.caller().as_str());
        let verdict = ruling.verdict.as_str();
        self.metrics.count(&Verdicts { server: server.to_owned(), verdict, rule: ruling.rule.to_string() });
        if ruling.verdict == Verdict::Allow {
            tracing::debug!(caller, server, target = %call.target(), verdict, rule = %ruling.rule, "decided");
        } else {
            tracing::info!(caller, server, target = %call.target(), verdict, rule = %ruling.rule, "decided");
        }
    }

    fn note_refusal(&self, seat: &Seat, refusal: &Refusal) {
        let server = seat.server().name().to_string();
        let (verdict, rule) = (refusal.verdict(), refusal.rule.to_string());
        tracing::info!(caller = %seat.caller(), server, verdict, rule, "decided");
        self.metrics.count(&Verdicts { server, verdict, rule });
    }
}

/// What time a call has left: its own, and what it may wait for the agent's side.
struct Time {
    left: Option<Duration>,
    client: Duration,
}

impl Time {
    /// Waits for the next event within the time that is left.
    async fn wait(
        &mut self,
        waits_for_client: bool,
        next: impl Future<Output = Option<Result<Event, Failure>>>,
    ) -> Result<Option<Result<Event, Failure>>, Failure> {
        let watch = Stopwatch::start();
        let left = match (self.left, waits_for_client) {
            (None, _) => return Ok(next.await),
            (Some(_), true) => &mut self.client,
            (Some(_), false) => self.left.get_or_insert_default(),
        };
        let allowed = *left;
        let came = timeout(allowed, next).await.map_err(|_| Failure::Timeout(allowed));
        *left = left.saturating_sub(watch.elapsed());
        came
    }
}

/// A refusal for a ruling that is not a yes. Nobody can settle an Ask yet.
fn refusal(ruling: Ruling) -> Stop {
    Stop::Refused(ruling.into())
}

/// What a request is about, by its body alone.
fn target(method: &str, params: Option<&Object>) -> Result<Target, Refusal> {
    let named = |parameter: &str| {
        let name = params.and_then(|params| params.text(parameter)).map(str::to_owned);
        name.ok_or_else(|| Refusal::malformed(format!("`{method}` needs the parameter `{parameter}`, a string")))
    };
    match method {
        method::TOOLS_CALL => {
            let name = named("name")?;
            match params.and_then(|params| params.get("arguments")) {
                None | Some(Value::Object(_)) => Ok(Target::Tool(name)),
                Some(other) => Err(Refusal::malformed(format!("`arguments` must be an object, not {}", other.kind()))),
            }
        }
        method::RESOURCES_READ => named("uri").map(Target::Resource),
        // The modern era has no such methods; without a resource they are judged as methods, and the server says so.
        method::RESOURCES_SUBSCRIBE | method::RESOURCES_UNSUBSCRIBE => {
            Ok(named("uri").map_or_else(|_| Target::Method(method.to_owned()), Target::Resource))
        }
        method::PROMPTS_GET => named("name").map(Target::Prompt),
        _ => Ok(Target::Method(method.to_owned())),
    }
}

/// How long the request may take; a subscription has no end.
pub(super) fn time_limit(seat: &Seat, request: &Request) -> Option<Duration> {
    if request.method == method::LISTEN {
        return None;
    }
    let tool = request.params.as_ref().filter(|_| request.method == method::TOOLS_CALL);
    Some(seat.server().timeout(tool.and_then(|params| params.text("name"))))
}

/// Does some work within the time that there is for it.
pub(super) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    match limit {
        None => work.await,
        Some(limit) => match timeout(limit, work).await {
            Ok(done) => done,
            Err(_) => Err(Failure::Timeout(limit).into()),
        },
    }
}
