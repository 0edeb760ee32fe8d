//! Errands: what an agent may do at every server at which it has a place, without the policy being asked.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::call::{Call, Errand, List, Target};
use crate::mcp::{Answer, Id, Message, Notification, Outcome, Request, method};
use crate::upstreams::{Failure, Reply};

use super::decide::Decided;
use super::time::Time;
use super::{Asked, EVENTS, Gate, NOTICE, Party, Passage, Passed, Passing, Seat, Stop};

/// How the methods of notifications begin.
const NOTIFICATIONS: &str = "notifications/";

/// Whether requests of a method are judged. What is not is an errand, or a ping of either side.
pub fn is_judged(method: &str) -> bool {
    !matches!(method, method::INITIALIZE | method::DISCOVER | method::PING) && List::of(method).is_none()
}

/// The errand that a request asks for; `None` if it is a call.
pub(super) fn of_request(request: &Request) -> Option<Errand> {
    let params = || request.params.clone();
    match request.method.as_str() {
        method::INITIALIZE => Some(Errand::Greet { method: method::INITIALIZE, params: params() }),
        method::DISCOVER => Some(Errand::Greet { method: method::DISCOVER, params: params() }),
        method::PING => Some(Errand::Ping { params: params() }),
        other => List::of(other).map(|list| Errand::List { list, params: params() }),
    }
}

impl Gate {
    /// Runs an errand that is owed an answer.
    pub(super) async fn run(
        &self,
        seat: &Seat,
        asked: &Asked,
        errand: Errand,
        passed: &Passing,
    ) -> Result<&'static str, Stop> {
        let mut time = Time::of(seat, asked.party.era, &asked.request);
        let tag = Some(asked.request.id.clone());
        let reply = time.within(pin!(asked.party.link.run(errand, tag))).await??;
        self.pass_back(asked, None, reply, time, passed).await
    }

    /// Passes on a notification of the agent. A request without an id is none, and goes nowhere.
    pub async fn notify(&self, party: &Party, notification: Notification) -> Result<(), Failure> {
        let seat = self.seat_now(party)?;
        let Notification { method, params, extra } = notification;
        party.introduce(&method, params.as_ref());
        let errand = match (method.as_str(), params) {
            (method::INITIALIZED, params) => Errand::Initialized { params },
            (method::ROOTS_CHANGED, params) => Errand::RootsChanged { params },
            (method::CANCELLED, Some(params)) => {
                let told = self.tell(party, Errand::Cancel { params: params.clone() }).await;
                if let Some(id) = params.get("requestId").and_then(|id| Id::try_from(id).ok()) {
                    party.withdraw(&id);
                }
                return told;
            }
            (method::PROGRESS, Some(params)) => Errand::Progress { params },
            (name, params) if name.starts_with(NOTIFICATIONS) => {
                let target = Target::Method(method.clone());
                let (caller, server) = (seat.caller().clone(), seat.server().name().clone());
                let call = Call::new(caller, server, target, method, params, extra);
                let Ok(Decided { permit, open, .. }) = self.decide(&seat, party, &Arc::new(call), None).await else {
                    return Ok(());
                };
                let sent = timeout(NOTICE, party.link.forward(permit, None, |_| {})).await;
                let sent = sent.unwrap_or(Err(Failure::Timeout(NOTICE))).map(|_accepted| ());
                self.close(open, if sent.is_ok() { "ok" } else { "failed" }, true).await;
                return sent;
            }
            (name, _) => {
                tracing::info!(caller = %seat.caller(), method = %shortened(name), "a request without an id was dropped");
                return Ok(());
            }
        };
        self.tell(party, errand).await
    }

    /// Passes on the agent's answer to a request of the server.
    pub async fn answer(&self, party: &Party, answer: Answer) -> Result<(), Failure> {
        self.seat_now(party)?;
        let Some(id) = answer.id else { return Ok(()) };
        let outcome = match answer.outcome {
            Outcome::Result(result) => Ok(result),
            Outcome::Error(error) => Err(error),
        };
        self.tell(party, Errand::Answer { id: id.value(), outcome }).await
    }

    /// Opens the stream of what the server says unasked, or goes on with one that broke off.
    pub async fn listen(self: &Arc<Self>, party: Party, last_event: Option<String>) -> Result<Passage, Failure> {
        let seat = self.seat_now(&party)?;
        let limit = seat.server().timeout(None);
        let opening = party.link.run(Errand::Listen { last_event }, None);
        let mut reply = timeout(limit, opening).await.map_err(|_| Failure::Timeout(limit))??;
        let (passed, passage) = mpsc::channel(EVENTS);
        let gate = Arc::clone(self);
        self.rooms.tasks.spawn(async move {
            let relayed = tokio::select! {
                relayed = gate.relay(&party, &mut reply, &passed) => relayed,
                () = passed.closed() => Ok(()),
                () = party.link.end().cancelled() => Ok(()),
            };
            if let Err(Stop::Failed(failure)) = relayed {
                tracing::warn!(%failure, "a stream of the server broke");
            }
        });
        Ok(passage)
    }

    /// Ends a conversation, and says so to the server in a task of its own.
    pub fn farewell(&self, party: &Party) {
        party.link.close();
        let link = Arc::clone(&party.link);
        self.rooms.tasks.spawn(async move {
            let _best_effort = timeout(NOTICE, link.run(Errand::Farewell, None)).await;
        });
    }

    async fn tell(&self, party: &Party, errand: Errand) -> Result<(), Failure> {
        let told = timeout(NOTICE, party.link.run(errand, None)).await;
        told.map_err(|_| Failure::Timeout(NOTICE))?.map(|_accepted| ())
    }

    async fn relay(&self, party: &Party, reply: &mut Reply, passed: &Passing) -> Result<(), Stop> {
        while let Some(event) = reply.next().await {
            let event = event?;
            if let (Some(number), Some(Message::Answer(answer))) = (event.answers, &event.message) {
                self.remember_late(party, number, answer)?;
            }
            let event = self.inspect(party, None, None, None, event).await?;
            if event.message.is_some() {
                party.link.touch();
            }
            if passed.send(Box::new(Passed::Event(event))).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What an agent wrote, short and on one line, for a log.
fn shortened(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}
