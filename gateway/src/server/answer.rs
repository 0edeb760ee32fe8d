//! How refusals and failures are told to an agent: the only place where they become JSON-RPC.
//!
//! A refused tool call is a tool result with `isError`, because that is what a model reads and recovers from; every
//! other refused request is a JSON-RPC error. No cause of a failure is told, only its public sentence.

use std::error::Error as _;
use std::time::Duration;

use crate::call::{Refusal, RefusalKind, Target};
use crate::json::{Object, Value};
use crate::mcp::method::{self, Reference};
use crate::mcp::{Answer, Era, Id, Request, code};
use crate::upstreams::Failure;

/// The key of `_meta` under which a refusal is told to programs.
const DECISION: &str = "doorward/decision";

/// Of what kind an unknown name is.
const TOOL: &str = "tool";
const RESOURCE: &str = "resource";
const PROMPT: &str = "prompt";

/// What is kept of a request, to answer it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) id: Id,
    pub(super) method: String,
    /// Of what kind it asks, and for which name.
    kind: &'static str,
    name: String,
    pub(super) era: Era,
}

impl Question {
    pub(super) fn of(request: &Request, era: Era) -> Self {
        let (kind, name) = asked_for(&request.method, request.params.as_ref());
        let (id, method) = (request.id.clone(), request.method.clone());
        Self { id, method, kind, name, era }
    }

    /// Tells the agent that its request was refused.
    pub(super) fn refused(&self, refusal: &Refusal) -> Answer {
        let (code, message) = match &refusal.kind {
            // A name that is hidden and a name that is not known cannot be told apart.
            RefusalKind::Unknown => return self.unknown(),
            RefusalKind::Malformed => (code::INVALID_PARAMS, format!("Invalid params: {}", refusal.reason)),
            RefusalKind::HeaderMismatch => (code::HEADER_MISMATCH, refusal.reason.to_string()),
            _ if self.method == method::TOOLS_CALL => {
                return Answer::result(self.id.clone(), tool_result(self.era, refusal));
            }
            RefusalKind::RateLimited { .. } => (code::BUSY, sentence(refusal)),
            RefusalKind::Unavailable => (code::INTERNAL_ERROR, sentence(refusal)),
            RefusalKind::Denied | RefusalKind::Pending => (code::DENIED, sentence(refusal)),
        };
        let data = match refusal.kind {
            RefusalKind::Malformed | RefusalKind::HeaderMismatch => None,
            _ => Some(Value::from([(DECISION, decision(refusal))])),
        };
        Answer::error(Some(self.id.clone()), code, &message, data)
    }

    /// Tells the agent that something broke on the way.
    pub(super) fn failed(&self, failure: &Failure) -> Answer {
        let mut cause: Option<&dyn std::error::Error> = failure.source();
        while let Some(deeper) = cause.and_then(std::error::Error::source) {
            cause = Some(deeper);
        }
        let cause = cause.map(ToString::to_string);
        tracing::warn!(method = self.method, %failure, cause, "a request failed");
        self.refused(&Refusal::unavailable(failure.to_string()))
    }

    fn unknown(&self) -> Answer {
        let code = match (self.kind, self.era) {
            (RESOURCE, Era::Legacy) => code::RESOURCE_NOT_FOUND,
            _ => code::INVALID_PARAMS,
        };
        Answer::error(Some(self.id.clone()), code, &format!("Unknown {}: {}", self.kind, self.name), None)
    }
}

/// What a request asks for: of what kind, and by which name.
fn asked_for(method: &str, params: Option<&Object>) -> (&'static str, String) {
    let text = |member| params.and_then(|params| params.text(member)).unwrap_or_default().to_owned();
    match method {
        method::PROMPTS_GET => (PROMPT, text("name")),
        method::RESOURCES_READ | method::RESOURCES_SUBSCRIBE | method::RESOURCES_UNSUBSCRIBE => (RESOURCE, text("uri")),
        method::LISTEN => (RESOURCE, "one of `resourceSubscriptions`".to_owned()),
        method::COMPLETE => match params.and_then(method::reference) {
            Some(Reference::Prompt(name)) => (PROMPT, name.to_owned()),
            Some(Reference::Resource(uri)) => (RESOURCE, uri.to_owned()),
            None => (PROMPT, String::new()),
        },
        _ => (TOOL, text("name")),
    }
}

/// What an agent reads where a call is refused.
pub fn told(target: &Target, refusal: &Refusal) -> String {
    match refusal.kind {
        RefusalKind::Unknown => format!("Unknown {}: {}", target.kind(), target.name()),
        _ => sentence(refusal),
    }
}

fn tool_result(era: Era, refusal: &Refusal) -> Object {
    let text = Value::from([("type", "text".into()), ("text", sentence(refusal).into())]);
    let mut result = Object::from([
        ("content", vec![text].into()),
        ("isError", true.into()),
        ("_meta", [(DECISION, decision(refusal))].into()),
    ]);
    if era == Era::Modern {
        result.insert("resultType", "complete");
    }
    result
}

/// What a model reads: what happened, by which rule, why, and what would be allowed.
fn sentence(refusal: &Refusal) -> String {
    let Refusal { kind, rule, reason, remedy, .. } = refusal;
    let mut text = match kind {
        RefusalKind::RateLimited { retry_after } => {
            format!("[doorward] rate limited by rule {rule}: {reason}; retry after {} s", seconds_up(*retry_after))
        }
        RefusalKind::Pending => format!("[doorward] approval pending by rule {rule}: {reason}"),
        RefusalKind::Unavailable => format!("[doorward] unavailable: {reason}"),
        _ => format!("[doorward] denied by rule {rule}: {reason}"),
    };
    if let Some(remedy) = remedy {
        text.push_str("; allowed instead: ");
        text.push_str(remedy);
    }
    text
}

/// Whole seconds, so that waiting for them is enough.
fn seconds_up(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

fn decision(refusal: &Refusal) -> Value {
    let mut decision = Object::from([
        ("verdict", refusal.verdict().into()),
        ("rule", refusal.rule.as_ref().into()),
        ("reason", refusal.reason.as_ref().into()),
    ]);
    if let Some(record) = &refusal.record {
        decision.insert("record", record.as_str());
    }
    if let RefusalKind::RateLimited { retry_after } = refusal.kind {
        decision.insert("retryAfterMs", u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX));
    }
    decision.into()
}
