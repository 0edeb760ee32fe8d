//! The responses of the door, and the HTTP faults. A fault's body is a JSON-RPC error, which clients can read.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::call::{Refusal, ServerName};
use crate::json::Value;
use crate::mcp::{Answer, Era, Id, code};

use super::super::answer::Question;
use super::super::body::{Events, Reply};

pub(super) fn answered(question: &Question, answer: &Answer, status: Option<u16>) -> Response<Reply> {
    let status = match (question.era, status) {
        (Era::Legacy, _) => 200,
        // Any other status is between the gateway and the server: an agent would take it for its own.
        (Era::Modern, Some(status @ (400 | 404))) => status,
        (Era::Modern, Some(_)) => 200,
        (Era::Modern, None) => match answer.code() {
            Some(code::INVALID_PARAMS) | None => 200,
            Some(code) => code::modern_status(code),
        },
    };
    json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), answer)
}

pub(super) fn refused(question: &Question, refusal: &Refusal) -> Response<Reply> {
    let answer = question.refused(refusal);
    let mismatch = answer.code() == Some(code::HEADER_MISMATCH);
    json(if mismatch { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &answer)
}
pub(super) fn resource_metadata(headers: &HeaderMap, resource: &str) -> Response<Reply> {
    let document = Value::from([
        ("resource", format!("{}{resource}", base(headers)).into()),
        ("bearer_methods_supported", vec![Value::from("header")].into()),
    ]);
    whole(StatusCode::OK, document.to_bytes().into())
}

pub(super) fn unauthorized(headers: &HeaderMap, server: &ServerName) -> Response<Reply> {
    let metadata = format!("{}/.well-known/oauth-protected-resource/mcp/{server}", base(headers));
    let mut response = fault(StatusCode::UNAUTHORIZED, code::INVALID_REQUEST, "a valid bearer token is needed");
    if let Ok(challenge) = HeaderValue::try_from(format!("Bearer resource_metadata=\"{metadata}\"")) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Where this gateway is, as the request says: its `Host` was found to be known.
fn base(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

pub(super) fn not_found() -> Response<Reply> {
    fault(StatusCode::NOT_FOUND, code::INVALID_REQUEST, "there is no such server for you here")
}

pub(super) fn session_not_found() -> Response<Reply> {
    fault(StatusCode::NOT_FOUND, code::INVALID_REQUEST, "Session not found")
}
pub(super) fn version_mismatch(id: Id) -> Response<Reply> {
    let text = "MCP-Protocol-Version and the body's version do not agree";
    json(StatusCode::BAD_REQUEST, &Answer::error(Some(id), code::HEADER_MISMATCH, text, None))
}
pub(super) fn method_not_allowed(allowed: &'static str) -> Response<Reply> {
    let mut response = fault(StatusCode::METHOD_NOT_ALLOWED, code::INVALID_REQUEST, "Method Not Allowed");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// An HTTP fault: its body is a JSON-RPC error, which clients can read.
pub(super) fn fault(status: StatusCode, code: i64, text: &str) -> Response<Reply> {
    json(status, &Answer::error(None, code, text, None))
}

pub(super) fn json(status: StatusCode, answer: &Answer) -> Response<Reply> {
    whole(status, answer.to_bytes().into())
}

fn whole(status: StatusCode, bytes: Bytes) -> Response<Reply> {
    let mut response = Response::new(Reply::Whole(Some(bytes)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(super) fn empty(status: StatusCode) -> Response<Reply> {
    let mut response = Response::new(Reply::Whole(None));
    *response.status_mut() = status;
    response
}

pub(super) fn accepted() -> Response<Reply> {
    empty(StatusCode::ACCEPTED)
}

pub(super) fn stream(events: Events) -> Response<Reply> {
    let mut response = Response::new(Reply::Events(Box::new(events)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
