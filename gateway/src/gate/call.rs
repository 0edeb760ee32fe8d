//! The path of one call, from the agent's request to the last event of the reply.

use std::pin::pin;
use std::sync::{Arc, PoisonError};

use crate::call::{Call, Refusal, RefusalKind, Target};
use crate::clock::Stopwatch;
use crate::json::{Object, Value};
use crate::mcp::{Era, Message, method, mirror};
use crate::policy::{self, Policy, Sight};
use crate::secret::{Digest, random_id};
use crate::upstreams::{Failure, Reply, Tool};

use super::decide::Decided;
use super::legible::is_legible;
use super::sealed::Round;
use super::time::Time;
use super::watch::Watch;
use super::{Asked, Gate, Passed, Passing, Seat, Slot, Stop, pinned};

/// A call that went to the server.
pub(super) struct Sent {
    /// As it went.
    pub(super) call: Arc<Call>,
    /// Who looks at its answer.
    pub(super) watch: Option<Arc<Watch>>,
}

/// A tool that is called.
#[derive(Default)]
struct Found {
    /// As the server lists it.
    tool: Option<Arc<Tool>>,
    /// The pin that its definition matches.
    pin: Option<Digest>,
}

impl Gate {
    /// The whole path of one call. Each line is a step, and each step can end it; what it comes to is a word for the
    /// record, which whoever called closes.
    pub(super) async fn call(
        &self,
        seat: &Seat,
        asked: &mut Asked,
        passed: &Passing,
        slot: &Slot,
    ) -> Result<&'static str, Stop> {
        let begun = Stopwatch::start();
        let mut time = Time::of(seat, asked.party.era, &asked.request);
        let (call, tool) = time.within(pin!(self.find(seat, asked))).await??;
        let party = &asked.party;
        let decided = time.within(pin!(self.decide(seat, party, &call, tool.as_deref()))).await??;
        let Decided { permit, open, call, watch } = decided;
        slot.lock().unwrap_or_else(PoisonError::into_inner).replace(open);
        let id = &asked.request.id;
        // A legacy agent may come back for the answer on another stream, as soon as there is one.
        let awaited = watch.as_ref().filter(|_| party.era == Era::Legacy);
        let told = |number| awaited.into_iter().for_each(|watch| party.watches.begin(number, watch));
        let reply = time.within(pin!(party.link.forward(permit, Some(id.clone()), told))).await??;
        let number = reply.number().filter(|_| party.era == Era::Legacy);
        number.into_iter().for_each(|number| party.memory().expect(number, &call, seat));
        let status = self.pass_back(asked, Some(&Sent { call, watch }), reply, time, passed).await?;
        if let Some(number) = number.filter(|_| status != DETACHED) {
            party.memory().answered(number);
        }
        self.rooms.metrics.took(seat.server().name().as_str(), begun.elapsed());
        Ok(status)
    }

    /// Finds what a request is about and makes a call of it, to which its parameters belong from then on; of a tool, also
    /// what the server lists.
    async fn find(&self, seat: &Seat, asked: &mut Asked) -> Result<(Arc<Call>, Option<Arc<Tool>>), Stop> {
        let request = &asked.request;
        let target = match target(&request.method, request.params.as_ref()) {
            Ok(target) => target,
            Err(refusal) => {
                let target = Target::Method(request.method.clone());
                return Err(self.refuse_early(seat, &asked.party, target, None, refusal).await.into());
            }
        };
        let found = self.look_up(seat, asked, &target).await;
        let request = &mut asked.request;
        let begun = found.and_then(|found| match &mut request.params {
            Some(params) => Ok((found, self.unseal(seat, &request.method, params)?)),
            None => Ok((found, Round::default())),
        });
        let (Found { tool, pin }, round) = match begun {
            Ok(begun) => begun,
            Err(Stop::Refused(refusal)) => {
                let params = request.params.as_ref();
                return Err(self.refuse_early(seat, &asked.party, target, params, refusal).await.into());
            }
            Err(stop @ Stop::Failed(_)) => return Err(stop),
        };
        let caller = seat.caller().clone();
        let server = seat.server().name().clone();
        let id = match round.call {
            Some(id) => id,
            None => random_id::<12>().map_err(|error| Refusal::unavailable(error.to_string()))?,
        };
        let (params, extra) = (request.params.take(), std::mem::take(&mut request.extra));
        let call = Call::new(caller, server, target, request.method.clone(), params, extra);
        Ok((Arc::new(call.of_pinned(pin).in_round(id, round.number)), tool))
    }

    /// What there is of this name for the caller, before any argument is looked at.
    async fn look_up(&self, seat: &Seat, asked: &Asked, target: &Target) -> Result<Found, Stop> {
        let params = asked.request.params.as_ref();
        match target {
            illegible if !is_legible(illegible) => Err(Refusal::unknown("(illegible)").into()),
            Target::Tool(name) => Ok(self.find_tool(seat, asked, name, params).await??),
            _ => self.may_ask(seat, &asked.party.link, target, params).await.map(|()| Found::default()),
        }
    }

    /// Finds a tool, and the pin that its definition matches. A tool that is hidden and a tool that is not there look the
    /// same, also in the time that it takes to tell. Under a policy that says nothing of any tool there is nothing to tell
    /// apart, and the server says it itself.
    async fn find_tool(
        &self,
        seat: &Seat,
        asked: &Asked,
        name: &str,
        params: Option<&Object>,
    ) -> Result<Result<Found, Refusal>, Failure> {
        let sight = policy::sight(seat.policies(), &Target::Tool(name.to_owned()));
        let found = asked.party.link.tool(name, params).await?;
        let Some(tool) = found.filter(|_| sight != Sight::Hidden) else {
            let open = sight == Sight::Shown && seat.policies().all(Policy::lets_everything_pass);
            if open && !pinned::is_known(seat, name) {
                return Ok(Ok(Found::default()));
            }
            return Ok(Err(Refusal::unknown(if sight == Sight::Hidden { "(hidden)" } else { "(unknown)" })));
        };
        let pin = match pinned::check(seat, name, &tool) {
            Ok(pin) => pin,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = self.may_know(seat, &Target::Tool(name.to_owned()), &tool.definition).await {
            return Ok(Err(refusal));
        }
        for doubt in tool.shape.prepare() {
            let (server, tool): (_, String) = (seat.server().name(), name.escape_debug().take(100).collect());
            tracing::warn!(%server, tool, "its schema is not enforced as a whole: {doubt}");
        }
        let found = Found { tool: Some(Arc::clone(&tool)), pin };
        let Some(sent) = &asked.mirrored else { return Ok(Ok(found)) };
        let none = Object::new();
        let arguments = params.and_then(|params| params.object("arguments")).unwrap_or(&none);
        let values = |header: &str| {
            let header = header.to_owned();
            sent.iter().filter(move |(name, _)| *name == header).map(|(_, value)| value.as_str())
        };
        Ok(match mirror::agree(&tool.mirrored, arguments, values) {
            Ok(()) => Ok(found),
            Err(mismatch) => {
                let (kind, rule) = (RefusalKind::HeaderMismatch, "(header mismatch)".into());
                Err(Refusal { kind, rule, reason: mismatch.to_string().into(), remedy: None, record: None })
            }
        })
    }

    /// Passes the reply on, event by event, each of them inspected.
    pub(super) async fn pass_back(
        &self,
        asked: &Asked,
        sent: Option<&Sent>,
        mut reply: Reply,
        mut time: Time,
        passed: &Passing,
    ) -> Result<&'static str, Stop> {
        let era = asked.party.era;
        let opened = Passed::Opened { stream: reply.is_stream(era), status: reply.status() };
        let _gone = time.within(pin!(passed.send(Box::new(opened)))).await?;
        let mut resumable = false;
        loop {
            // A legacy agent that hung up asks for the rest of the stream itself; the server keeps it as soon as it sees
            // that nobody reads here.
            if era == Era::Legacy && resumable && passed.is_closed() {
                reply.settle();
                return Ok(DETACHED);
            }
            let waits = reply.waits_for_client();
            let next = {
                let next = pin!(async {
                    tokio::select! {
                        next = reply.next() => Some(next),
                        () = hung_up(era, resumable, passed) => None,
                    }
                });
                if waits { time.within_clients(next).await? } else { time.within(next).await? }
            };
            let event = match next {
                None => continue,
                Some(Some(event)) => event?,
                // The answer comes when the agent asks for the rest of the stream.
                Some(None) if resumable && era == Era::Legacy => {
                    reply.settle();
                    return Ok(DETACHED);
                }
                Some(None) => return Err(Failure::Ended.into()),
            };
            resumable |= event.frame.id.as_ref().is_some_and(|id| !id.is_empty());
            let answers = matches!(event.message, Some(Message::Answer(_)));
            let inspected = pin!(self.inspect(&asked.party, Some(&asked.request), sent, reply.number(), event));
            let event = match time.within(inspected).await? {
                Ok(event) => event,
                Err(stop) => {
                    // The server has answered, whatever becomes of the answer.
                    if answers {
                        reply.settle();
                    }
                    return Err(stop);
                }
            };
            let status = event.message.as_ref().and_then(status_of);
            let _gone = time.within(pin!(passed.send(Box::new(Passed::Event(event))))).await?;
            if let Some(status) = status {
                reply.settle();
                return Ok(status);
            }
        }
    }
}

/// Resolves when an agent has gone that will ask for the rest of a stream itself.
async fn hung_up(era: Era, resumable: bool, passed: &Passing) {
    match (era, resumable) {
        (Era::Legacy, true) => passed.closed().await,
        _ => std::future::pending().await,
    }
}

/// What a record says of a call whose answer the agent will ask for itself.
pub(super) const DETACHED: &str = "detached";

/// What a record says of a call that was answered. Servers report most failures as ordinary results.
fn status_of(message: &Message) -> Option<&'static str> {
    let Message::Answer(answer) = message else { return None };
    let failed = answer.members().is_none_or(|result| result.get("isError").and_then(Value::as_bool) == Some(true));
    Some(if failed { "error" } else { "ok" })
}

/// What a request is about, by its body alone.
pub fn target(method: &str, params: Option<&Object>) -> Result<Target, Refusal> {
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
