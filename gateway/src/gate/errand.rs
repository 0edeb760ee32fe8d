//! Errands: what an agent may do at every server at which it has a place, without the policy being asked.

use tokio::sync::mpsc;

use crate::call::{Call, Errand, List, Target};
use crate::json::{Number, Object, Value};
use crate::mcp::{Answer, Message, Notification, Outcome, Request, method};
use crate::policy;
use crate::upstreams::{Failure, Reply};

use super::call::{time_limit, within};
use super::{Asked, Gate, Party, Passage, Passed, Stop};

/// The errand that a request asks for; `None` if it is a call.
pub(super) fn of_request(request: &Request) -> Option<Errand> {
    let params = request.params.clone();
    match request.method.as_str() {
        method::INITIALIZE => Some(Errand::Greet { method: method::INITIALIZE, params }),
        method::DISCOVER => Some(Errand::Greet { method: method::DISCOVER, params }),
        method::PING => Some(Errand::Ping { params }),
        other => List::of(other).map(|list| Errand::List { list, params }),
    }
}

impl Gate {
    /// Runs an errand that is owed an answer.
    pub(super) async fn run(&self, asked: &Asked, errand: Errand, passed: &mpsc::Sender<Passed>) -> Result<(), Stop> {
        let seat = self.seat_now(&asked.party)?;
        let limit = time_limit(&seat, &asked.request);
        let tag = Some(asked.request.id.clone());
        let reply = within(limit, async { Ok(asked.party.link.run(errand, tag).await?) }).await?;
        self.pass_back(&seat, asked, None, reply, limit, passed).await
    }

    /// Passes on a notification of the agent.
    pub async fn notify(&self, party: &Party, notification: Notification) -> Result<(), Failure> {
        let seat = self.seat_now(party)?;
        let Notification { method, params, extra } = notification;
        let errand = match (method.as_str(), params) {
            (method::INITIALIZED, params) => Errand::Initialized { params },
            (method::ROOTS_CHANGED, params) => Errand::RootsChanged { params },
            (method::CANCELLED, Some(params)) => Errand::Cancel { params },
            (method::PROGRESS, Some(params)) => Errand::Progress { params },
            (_, params) => {
                let target = Target::Method(method.clone());
                let (caller, server) = (seat.caller().clone(), seat.server().name().clone());
                let call = Call::new(caller, server, target, method, params, extra);
                let ruling = policy::judge(seat.policies(), &call);
                self.note(&call, &ruling);
                let Some(permit) = self.mint.permit(call.into(), &ruling) else { return Ok(()) };
                return party.link.forward(permit, None).await.map(|_accepted| ());
            }
        };
        party.link.run(errand, None).await.map(|_accepted| ())
    }

    /// Passes on the agent's answer to a request of the server.
    pub async fn answer(&self, party: &Party, answer: Answer) -> Result<(), Failure> {
        self.seat_now(party)?;
        let Some(id) = answer.id else { return Ok(()) };
        let outcome = match answer.outcome {
            Outcome::Result(result) => Ok(result),
            Outcome::Error(error) => Err(error),
        };
        party.link.run(Errand::Answer { id: id.value(), outcome }, None).await.map(|_accepted| ())
    }

    /// Opens the stream of what the server says unasked, or goes on with one that broke off.
    pub async fn listen(
        self: &std::sync::Arc<Self>,
        party: Party,
        last_event: Option<String>,
    ) -> Result<Passage, Failure> {
        let seat = self.seat_now(&party)?;
        let limit = seat.server().timeout(None);
        let opening = party.link.run(Errand::Listen { last_event }, None);
        let mut reply = tokio::time::timeout(limit, opening).await.map_err(|_| Failure::Timeout(limit))??;
        let (passed, passage) = mpsc::channel(super::EVENTS);
        let gate = std::sync::Arc::clone(self);
        self.tasks.spawn(async move {
            tokio::select! {
                () = gate.relay(&party, &mut reply, &passed) => {}
                () = passed.closed() => {}
                () = party.link.end().cancelled() => {}
            }
        });
        Ok(passage)
    }

    /// Ends a conversation: says so to the server, and closes it.
    pub async fn farewell(&self, party: &Party) {
        let limit = party.seat.server().timeout(None);
        let _best_effort = tokio::time::timeout(limit, party.link.run(Errand::Farewell, None)).await;
        party.link.close();
    }

    async fn relay(&self, party: &Party, reply: &mut Reply, passed: &mpsc::Sender<Passed>) {
        while let Some(Ok(event)) = reply.next().await {
            let Ok(seat) = self.seat_now(party) else { return };
            party.link.touch();
            let Ok(event) = self.inspect(&seat, &party.link, party.era, None, event).await else { return };
            if passed.send(Passed::Event(event)).await.is_err() {
                return;
            }
        }
    }

    /// Refuses a request of the server on the agent's behalf.
    pub(super) async fn decline(&self, party_link: &crate::upstreams::Link, id: Value, reason: String) {
        let code = Number::from(crate::mcp::code::DENIED);
        let _ended = party_link.run(Errand::Decline { id, code, reason }, None).await;
    }
}

/// The version that the answer to `initialize` agrees on.
pub(super) fn agreed_version(message: &Message) -> Option<&str> {
    let Message::Answer(answer) = message else { return None };
    answer.members().and_then(|result: &Object| result.text("protocolVersion"))
}
