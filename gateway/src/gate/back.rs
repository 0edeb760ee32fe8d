//! The way back: what a server says is judged like what it is told.

use std::sync::Arc;

use tokio::time::timeout;

use crate::call::{Call, Errand, List, Refusal, Target};
use crate::json::Object;
use crate::mcp::{Answer, Id, Message, Request, method};
use crate::upstreams::{Event, Failure};

use super::awaited::Known;
use super::call::Sent;
use super::decide::Decided;
use super::{Gate, NOTICE, Party, Seat, Stop, legible, listing};

/// The member of a result that says what kind of result it is.
const RESULT_TYPE: &str = "resultType";
/// The kind that asks for more input.
const INPUT_REQUIRED: &str = "input_required";

impl Gate {
    /// Inspects one event, under the law of this moment. A request of the server that the policy denies is declined, and
    /// only its frame goes on. `request` is the agent's, and `sent` what went to the server of it; on the stream of what a
    /// server says unasked there is neither.
    pub(super) async fn inspect(
        &self,
        party: &Party,
        request: Option<&Request>,
        sent: Option<&Sent>,
        owner: Option<u64>,
        mut event: Event,
    ) -> Result<Event, Stop> {
        match &mut event.message {
            Some(Message::Request(wanted)) => {
                let seat = self.seat_now(party)?;
                match self.judge_server_request(&seat, party, &wanted.method, wanted.params.as_ref()).await {
                    Ok(()) => party.link.ask_client(&wanted.id, owner),
                    Err(refusal) => {
                        self.decline(party, &wanted.id, &refusal);
                        event.message = None;
                    }
                }
            }
            Some(Message::Notification(notification)) if notification.method == method::TOOLS_CHANGED => {
                party.link.forget(List::Tools);
            }
            Some(Message::Notification(notification)) if notification.method == method::RESOURCES_CHANGED => {
                party.link.forget(List::Resources);
            }
            Some(Message::Notification(notification)) if notification.method == method::PROMPTS_CHANGED => {
                party.link.forget(List::Prompts);
            }
            Some(Message::Notification(notification)) if notification.method == method::RESOURCE_UPDATED => {
                let seat = self.seat_now(party)?;
                let uri = notification.params.as_ref().and_then(|params| params.text("uri")).unwrap_or_default();
                if !listing::is_resource_shown(&seat, uri) || !self.may_hear_of(&seat, &party.link, uri).await {
                    event.message = None;
                }
            }
            Some(Message::Answer(answer)) if request.is_some() => {
                self.inspect_answer(party, request, sent, answer).await?;
            }
            Some(Message::Answer(answer)) => {
                let sent = match party.watches.find(event.answers) {
                    Known::Unwatched => None,
                    Known::Watched(watch) => Some(Sent { call: watch.call(), watch: Some(watch) }),
                    Known::Forgotten => {
                        tracing::warn!("an answer was dropped: it cannot be told any more which plugins look at it");
                        event.message = None;
                        return Ok(event);
                    }
                };
                let inspected = self.inspect_answer(party, None, sent.as_ref(), answer).await;
                if let Some(watch) = sent.as_ref().and_then(|sent| sent.watch.as_ref()) {
                    party.watches.end(watch);
                }
                match inspected {
                    Ok(()) => {}
                    Err(Stop::Refused(refusal)) => {
                        let rule = &*refusal.rule;
                        tracing::warn!(rule, "an answer that an agent came back for was refused, and dropped");
                        event.message = None;
                    }
                    Err(stop @ Stop::Failed(_)) => return Err(stop),
                }
            }
            Some(Message::Notification(_)) | None => {}
        }
        Ok(event)
    }

    async fn inspect_answer(
        &self,
        party: &Party,
        request: Option<&Request>,
        sent: Option<&Sent>,
        answer: &mut Answer,
    ) -> Result<(), Stop> {
        // Before plugins have a say: what is remembered is what the server told.
        if let (Some(sent), Some(result)) = (sent, answer.members()) {
            self.remember(party, &sent.call, result)?;
        }
        if let Some(watch) = sent.and_then(|sent| sent.watch.as_ref()) {
            self.watch(watch, answer).await?;
        }
        let Some(result) = answer.members_mut() else { return Ok(()) };
        if request.is_some_and(|request| request.method == method::INITIALIZE)
            && let Some(version) = result.text("protocolVersion")
        {
            party.link.agree_on(version);
        }
        let seat = self.seat_now(party)?;
        if result.text(RESULT_TYPE) == Some(INPUT_REQUIRED) {
            self.judge_input_requests(&seat, party, result).await?;
            if let Some(sent) = sent {
                self.seal(&sent.call, result);
            }
        }
        if sent.is_none() {
            if listing::filter(&seat, party.era, result) {
                party.link.forget(List::Tools);
            }
            self.curate(&seat, result).await;
            legible::clean(result);
        }
        Ok(())
    }

    /// A server that needs more input asks the agent for it within its answer.
    async fn judge_input_requests(&self, seat: &Seat, party: &Party, result: &Object) -> Result<(), Stop> {
        let Some(requests) = result.get("inputRequests") else { return Ok(()) };
        let garbage = || Failure::Garbage("`inputRequests` must be an object of requests".to_owned());
        for (_, request) in requests.as_object().ok_or_else(garbage)?.iter() {
            let request = request.as_object().ok_or_else(garbage)?;
            let method = request.text("method").ok_or_else(garbage)?;
            self.judge_server_request(seat, party, method, request.object("params")).await?;
        }
        Ok(())
    }

    /// Judges what a server wants of the agent. A ping asks for nothing.
    async fn judge_server_request(
        &self,
        seat: &Seat,
        party: &Party,
        method: &str,
        params: Option<&Object>,
    ) -> Result<(), Refusal> {
        if method == method::PING {
            return Ok(());
        }
        let (caller, server) = (seat.caller().clone(), seat.server().name().clone());
        let target = Target::ServerRequest(method.to_owned());
        let call = Call::new(caller, server, target, method.to_owned(), params.cloned(), Object::new());
        let Decided { open, .. } = self.decide(seat, party, &Arc::new(call), None).await?;
        self.close(open, "passed", true).await;
        Ok(())
    }

    /// Refuses a request of the server on the agent's behalf, in a task of its own: the reply goes on meanwhile.
    fn decline(&self, party: &Party, id: &Id, refusal: &Refusal) {
        let link = Arc::clone(&party.link);
        let errand =
            Errand::Decline { id: id.value(), reason: format!("refused by {}: {}", refusal.rule, refusal.reason) };
        self.rooms.tasks.spawn(async move {
            let _ended = timeout(NOTICE, link.run(errand, None)).await;
        });
    }
}
