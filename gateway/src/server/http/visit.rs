//! A request as it comes in: whose it is, and whether its headers and its body can be read in one way only.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_ENCODING, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::call::Caller;
use crate::gate::Seat;
use crate::json::{Fault, Limits, Value, scan};
use crate::mcp::{Era, code, header};

use super::super::body::Reply;
use super::response::fault;

/// A request whose address, sender and place are known.
pub(super) struct Visit {
    pub(super) caller: Caller,
    pub(super) seat: Arc<Seat>,
    pub(super) headers: HeaderMap,
}

impl Visit {
    pub(super) fn era(&self) -> Era {
        Era::announced(self.text(header::PROTOCOL_VERSION))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap_or_default())
    }

    pub(super) fn mirrored(&self) -> Vec<(String, String)> {
        let mirrored = self.headers.iter().filter(|(name, _)| name.as_str().starts_with(header::PARAM_PREFIX));
        mirrored.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect()
    }

    /// The body is JSON, in the clear, and either kind of answer is welcome.
    pub(super) fn check_content(&self) -> Result<(), Response<Reply>> {
        if self.headers.contains_key(CONTENT_ENCODING) || !self.text("content-type").is_some_and(is_json) {
            let text = "Content-Type must be application/json, without Content-Encoding";
            return Err(fault(StatusCode::UNSUPPORTED_MEDIA_TYPE, code::INVALID_REQUEST, text));
        }
        if !accepts(&self.headers, &["application/json", "text/event-stream"]) {
            let text = "Not Acceptable: accept both application/json and text/event-stream";
            return Err(fault(StatusCode::NOT_ACCEPTABLE, code::INVALID_REQUEST, text));
        }
        Ok(())
    }
}

/// Headers that two readers could read differently are refused.
pub(super) fn check_framing(request: &Request<Incoming>) -> Result<(), Response<Reply>> {
    let headers = request.headers();
    let bad = |text: &str| Err(fault(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, text));
    if request.version() != Version::HTTP_11 {
        return bad("HTTP/1.1 only");
    }
    if headers.contains_key(UPGRADE) || request.method() == Method::CONNECT {
        return bad("there is nothing to upgrade to");
    }
    if headers.get(TRANSFER_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return bad("no transfer coding but chunked");
    }
    let single = |name: &str| {
        matches!(name, "content-type" | "content-length" | "authorization" | "last-event-id" | "transfer-encoding")
            || (name.starts_with("mcp-") && !name.starts_with(header::PARAM_PREFIX))
    };
    for name in headers.keys() {
        if single(name.as_str()) && headers.get_all(name).iter().nth(1).is_some() {
            return bad(&format!("the header {name} appears more than once"));
        }
    }
    Ok(())
}

pub(super) async fn read_body(body: Incoming, limit: usize, time: Duration) -> Result<Value, Response<Reply>> {
    let too_large = || fault(StatusCode::PAYLOAD_TOO_LARGE, code::INVALID_REQUEST, "the body is too large");
    // What says beforehand that it is too large is not waited for.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let bytes = match timeout(time, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
        Ok(Err(_)) => return Err(fault(StatusCode::BAD_REQUEST, code::PARSE_ERROR, "the body broke off")),
        Err(_) => return Err(fault(StatusCode::REQUEST_TIMEOUT, code::PARSE_ERROR, "the body came too slowly")),
    };
    scan(&bytes, &Limits::request(limit))
        .map_err(|found: Fault| fault(StatusCode::BAD_REQUEST, code::PARSE_ERROR, &format!("Parse error: {found}")))
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    json && parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8"))
}

pub(super) fn accepts(headers: &HeaderMap, kinds: &[&str]) -> bool {
    let ranges: Vec<&str> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next().map(str::trim))
        .collect();
    let covers = |range: &&str, kind: &str| {
        let group = kind.split_once('/').map_or(kind, |(group, _)| group);
        range.eq_ignore_ascii_case(kind) || *range == "*/*" || range.strip_suffix("/*").is_some_and(|it| it == group)
    };
    kinds.iter().all(|kind| ranges.iter().any(|range| covers(range, kind)))
}
