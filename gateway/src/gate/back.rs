//! The way back: what a server says is judged like what it is told.

use std::sync::Arc;

use crate::call::{Call, Refusal, Ruling, Target, Verdict};
use crate::json::Object;
use crate::mcp::{Era, Message, method};
use crate::policy;
use crate::upstreams::{Event, Link};

use super::{Gate, Seat, Stop, errand, listing};

/// The member of a result that says what kind of result it is.
const RESULT_TYPE: &str = "resultType";

impl Gate {
    /// Inspects one event. A request of the server that the policy denies is declined here, and only its frame goes on.
    pub(super) async fn inspect(
        &self,
        seat: &Seat,
        link: &Arc<Link>,
        era: Era,
        call: Option<&Call>,
        mut event: Event,
    ) -> Result<Event, Stop> {
        match &mut event.message {
            Some(Message::Request(request)) => {
                let ruling = self.judge_server_request(seat, &request.method, request.params.as_ref());
                if ruling.verdict != Verdict::Allow {
                    let id = request.id.value();
                    event.message = None;
                    self.decline(link, id, format!("refused by {}: {}", ruling.rule, ruling.reason)).await;
                }
            }
            Some(Message::Notification(notification)) if notification.method == method::TOOLS_CHANGED => {
                link.forget_tools();
            }
            Some(message @ Message::Answer(_)) => {
                if let Some(version) = errand::agreed_version(message) {
                    link.agree_on(version);
                }
                if let Message::Answer(answer) = message
                    && let Some(result) = answer.members_mut()
                {
                    self.inspect_result(seat, link, era, call, result)?;
                }
            }
            Some(Message::Notification(_)) | None => {}
        }
        Ok(event)
    }

    fn inspect_result(
        &self,
        seat: &Seat,
        link: &Link,
        era: Era,
        call: Option<&Call>,
        result: &mut Object,
    ) -> Result<(), Stop> {
        let Some(call) = call else {
            listing::filter(seat, link, era, result);
            return Ok(());
        };
        if result.text(RESULT_TYPE) != Some("input_required") {
            return Ok(());
        }
        let requests = result.object("inputRequests").into_iter().flat_map(Object::iter);
        for (_, request) in requests {
            let request = request.as_object();
            let method = request.and_then(|request| request.text("method")).unwrap_or_default();
            let params = request.and_then(|request| request.object("params"));
            let ruling = self.judge_server_request(seat, method, params);
            if ruling.verdict != Verdict::Allow {
                return Err(Refusal::from(ruling).into());
            }
        }
        self.seal(call, result);
        Ok(())
    }

    /// Judges what a server wants of the agent. A ping asks for nothing.
    fn judge_server_request(&self, seat: &Seat, method: &str, params: Option<&Object>) -> Ruling {
        let (caller, server) = (seat.caller().clone(), seat.server().name().clone());
        let target = Target::ServerRequest(method.to_owned());
        let call = Call::new(caller, server, target, method.to_owned(), params.cloned(), Object::new());
        if method == method::PING {
            let (rule, reason) = ("(ping)".into(), "allowed".into());
            return Ruling { verdict: Verdict::Allow, rule, reason, remedy: None };
        }
        let ruling = policy::judge(seat.policies(), &call);
        self.note(&call, &ruling);
        ruling
    }
}
