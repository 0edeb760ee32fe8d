//! Modern requests say some things twice, in headers and in the body. Both must say the same (2026-07-28, "Server
//! Validation"); whoever routes by the one and whoever judges by the other then mean one request.

use http::HeaderMap;

use crate::json::Value;
use crate::mcp::{MODERN, Request, code, header, meta, method};

/// A request that disagrees with its headers, or lacks what every modern request carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disagreement {
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) data: Option<Value>,
}

/// Checks a modern request against its headers; the first fault counts.
pub(super) fn check(request: &Request, headers: &HeaderMap) -> Result<(), Disagreement> {
    let fault = |code, message: &str| Err(Disagreement { code, message: message.to_owned(), data: None });
    let Some(envelope) = request.params.as_ref().and_then(meta::of) else {
        return fault(
            code::INVALID_PARAMS,
            "params._meta must carry the protocol version and the client's capabilities",
        );
    };
    let (Some(version), Some(_)) = (envelope.get(meta::PROTOCOL_VERSION), envelope.get(meta::CLIENT_CAPABILITIES))
    else {
        return fault(code::INVALID_PARAMS, "params._meta lacks the protocol version or the client's capabilities");
    };
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if sent(header::PROTOCOL_VERSION) != version.as_str() {
        return fault(code::HEADER_MISMATCH, "MCP-Protocol-Version and the body's version do not agree");
    }
    if sent(header::METHOD).and_then(header::decode).as_deref() != Some(request.method.as_str()) {
        return fault(code::HEADER_MISMATCH, "Mcp-Method and the body's method do not agree");
    }
    let subject = request.params.as_ref().and_then(|params| method::subject(&request.method, params));
    let name = sent(header::NAME);
    let must = method::needs_name_header(&request.method) && subject.is_some();
    if (must || (name.is_some() && subject.is_some())) && name.and_then(header::decode).as_deref() != subject {
        return fault(code::HEADER_MISMATCH, "Mcp-Name and the body do not agree");
    }
    match version.as_str() {
        // The modern era has no handshake; passed on, it would turn the caller's shared conversation into a legacy one.
        Some(version) if MODERN.contains(&version) && request.method == method::INITIALIZE => {
            fault(code::METHOD_NOT_FOUND, "Method not found")
        }
        Some(version) if MODERN.contains(&version) => Ok(()),
        Some(version) => Err(unsupported(version)),
        None => fault(code::INVALID_PARAMS, "the protocol version must be a string"),
    }
}

/// Says which versions there are.
pub(super) fn unsupported(version: &str) -> Disagreement {
    let supported: Vec<Value> = MODERN.iter().map(|version| Value::from(*version)).collect();
    Disagreement {
        code: code::UNSUPPORTED_VERSION,
        message: "Unsupported protocol version".to_owned(),
        data: Some(Value::from([("supported", supported.into()), ("requested", version.into())])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, scan};
    use crate::mcp::Message;
    use http::{HeaderName, HeaderValue};

    const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

    fn check_one(params: &str, headers: &[(&str, &str)], code: Option<i64>) {
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{{params}}}}}"#);
        let value = scan(text.as_bytes(), &Limits::request(1 << 16)).unwrap();
        let Message::Request(request) = Message::read(value).unwrap() else { panic!("no request") };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(check(&request, &map).err().map(|fault| fault.code), code, "{params} {headers:?}");
    }

    #[test]
    fn header_and_body_say_the_same() {
        let params = format!(r#""name":"echo",{META}"#);
        let version = ("mcp-protocol-version", "2026-07-28");
        let (method, name) = (("mcp-method", "tools/call"), ("mcp-name", "echo"));
        check_one(&params, &[version, method, name], None);
        check_one(&params, &[version, method, ("mcp-name", "=?base64?ZWNobw==?=")], None);
        check_one(&params, &[version, method, ("mcp-name", "other")], Some(code::HEADER_MISMATCH));
        check_one(&params, &[version, method], Some(code::HEADER_MISMATCH));
        check_one(&params, &[version, ("mcp-method", "ping"), name], Some(code::HEADER_MISMATCH));
        check_one(&params, &[version, name], Some(code::HEADER_MISMATCH));
        check_one(&params, &[("mcp-protocol-version", "2025-11-25"), method, name], Some(code::HEADER_MISMATCH));
        check_one(r#""name":"echo""#, &[version, method, name], Some(code::INVALID_PARAMS));
        let later = params.replace("2026-07-28", "2027-01-01");
        check_one(&later, &[("mcp-protocol-version", "2027-01-01"), method, name], Some(code::UNSUPPORTED_VERSION));
    }
}
