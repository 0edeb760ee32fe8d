//! The demo's MCP server: one JSON-RPC message a line, in both eras, answered in order.
//!
//! Every request stands alone: the version in its `_meta` makes it a modern one, and without that it is a legacy one,
//! handshake or not. It never asks the client anything. What tools do, it does not know.
//!
//! Source: <https://modelcontextprotocol.io/specification>, revisions 2024-11-05 to 2026-07-28.

use std::io::{self, BufRead, Read as _, Write};

use crate::json::{Limits, Object, Value, scan};
use crate::mcp::{Answer, Era, LEGACY, MODERN, Message, Request, code, meta, method};

use super::tools::Tools;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 1 << 20;
/// The longest string that a tool is given, in bytes.
const MAX_TEXT: usize = 16 * 1024;
/// The longest array that a tool is given.
const MAX_ELEMENTS: usize = 100;
/// How long a client may keep a list, in milliseconds.
const FRESH: u64 = 300_000;
/// What the server calls itself, in the `_meta` of modern results.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

const INSTRUCTIONS: &str = "A demonstration: the hosts are simulated and nothing is ever executed. The connections \
    web-1 and web-2 are open; try executeCommand with `uptime`, `df -h` or `tail -n 20 /var/log/nginx/error.log`.";

/// Why a request has no result.
#[derive(Debug)]
struct Failure {
    code: i64,
    message: String,
    data: Option<Value>,
}

/// Answers every request that comes in on `input`, until it ends.
///
/// Fails only where `input` or `output` does; what cannot be read as a message is answered with an error.
pub(super) fn serve(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut tools = Tools::new().map_err(io::Error::other)?;
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        let Some(answer) = answer(&mut tools, &line) else { continue };
        let mut bytes = answer.to_bytes();
        bytes.push(b'\n');
        output.write_all(&bytes)?;
        output.flush()?;
    }
    Ok(())
}

/// Reads a line, or of a line that is too long one byte more than is allowed; `false` at the end of the input.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let most = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
    input.by_ref().take(most).read_until(b'\n', line)?;
    if line.len() > MAX_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(!line.is_empty())
}

fn answer(tools: &mut Tools, line: &[u8]) -> Option<Answer> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let value = match scan(line, &Limits::request(MAX_LINE)) {
        Ok(value) => value,
        Err(fault) => return Some(Answer::error(None, code::PARSE_ERROR, &format!("Parse error: {fault}"), None)),
    };
    match Message::read(value) {
        Err(fault) => {
            let message = format!("Invalid request: {fault}");
            Some(Answer::error(fault.id, code::INVALID_REQUEST, &message, None))
        }
        Ok(Message::Notification(_) | Message::Answer(_)) => None,
        Ok(Message::Request(Request { id, method, params, .. })) => {
            Some(match respond(tools, &method, &params.unwrap_or_default()) {
                Ok(result) => Answer::result(id, result),
                Err(Failure { code, message, data }) => Answer::error(Some(id), code, &message, data),
            })
        }
    }
}

fn respond(tools: &mut Tools, method: &str, params: &Object) -> Result<Object, Failure> {
    match era(method, params)? {
        Era::Legacy => match method {
            method::INITIALIZE => initialize(params),
            method::PING => Ok(Object::new()),
            "tools/list" => list(tools, params),
            method::TOOLS_CALL => call(tools, params),
            _ => Err(Failure::unknown(method)),
        },
        Era::Modern => match method {
            method::DISCOVER => Ok(complete(cached(discover()))),
            "tools/list" => list(tools, params).map(cached).map(complete),
            method::TOOLS_CALL => call(tools, params).map(complete),
            _ => Err(Failure::unknown(method)),
        },
    }
}

/// The era that a request is of. The handshake is legacy whatever it carries.
fn era(method: &str, params: &Object) -> Result<Era, Failure> {
    let Some(envelope) = meta::of(params).filter(|_| method != method::INITIALIZE) else { return Ok(Era::Legacy) };
    let version = match envelope.get(meta::PROTOCOL_VERSION) {
        None => return Ok(Era::Legacy),
        Some(version) => version.as_str().ok_or_else(|| Failure::parameter(meta::PROTOCOL_VERSION, "a string"))?,
    };
    if envelope.object(meta::CLIENT_CAPABILITIES).is_none() {
        return Err(Failure::parameter(meta::CLIENT_CAPABILITIES, "an object"));
    }
    if MODERN.contains(&version) {
        return Ok(Era::Modern);
    }
    Err(Failure {
        code: code::UNSUPPORTED_VERSION,
        message: "Unsupported protocol version".to_owned(),
        data: Some(Value::from([("supported", versions()), ("requested", version.into())])),
    })
}

fn initialize(params: &Object) -> Result<Object, Failure> {
    let wanted = params.text("protocolVersion").ok_or_else(|| Failure::parameter("protocolVersion", "a string"))?;
    let [.., newest] = LEGACY;
    let version = LEGACY.into_iter().find(|version| *version == wanted).unwrap_or(newest);
    Ok(Object::from([
        ("protocolVersion", version.into()),
        ("capabilities", capabilities()),
        ("serverInfo", server_info()),
        ("instructions", INSTRUCTIONS.into()),
    ]))
}

fn discover() -> Object {
    Object::from([
        ("supportedVersions", versions()),
        ("capabilities", capabilities()),
        ("instructions", INSTRUCTIONS.into()),
    ])
}

fn list(tools: &Tools, params: &Object) -> Result<Object, Failure> {
    if params.get("cursor").is_some() {
        return Err(Failure::parameter("cursor", "absent: there is one page"));
    }
    Ok(Object::from([("tools", tools.definitions().to_vec().into())]))
}

fn call(tools: &mut Tools, params: &Object) -> Result<Object, Failure> {
    let name = params.text("name").ok_or_else(|| Failure::parameter("name", "a string"))?;
    let Some(definition) = tools.definition(name) else {
        return Err(Failure::invalid(format!("Unknown tool: {name}")));
    };
    let arguments = params.get("arguments").cloned().unwrap_or_else(|| Object::new().into());
    let fault = definition.object("inputSchema").and_then(|schema| fit(schema, &arguments, "arguments").err());
    let said = match (fault, arguments) {
        (None, Value::Object(arguments)) => tools.call(name, &arguments),
        (fault, _) => Err(format!("Invalid arguments for {name}: {}", fault.unwrap_or_default())),
    };
    let is_error = said.is_err();
    let text = said.unwrap_or_else(|sorry| sorry);
    let content = vec![Value::from([("type", "text".into()), ("text", text.into())])];
    let mut result = Object::from([("content", content.into())]);
    if is_error {
        result.insert("isError", true);
    }
    Ok(result)
}

fn cached(mut result: Object) -> Object {
    result.insert("ttlMs", FRESH);
    result.insert("cacheScope", "public");
    result
}

fn complete(mut result: Object) -> Object {
    result.insert("resultType", "complete");
    result.insert("_meta", [(SERVER_INFO, server_info())]);
    result
}

fn versions() -> Value {
    MODERN.into_iter().map(Value::from).collect::<Vec<_>>().into()
}

fn capabilities() -> Value {
    Value::from([("tools", Object::new().into())])
}

fn server_info() -> Value {
    Value::from([
        ("name", "doorward-demo".into()),
        ("title", "Doorward demo hosts".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
    ])
}

impl Failure {
    fn invalid(message: String) -> Self {
        Self { code: code::INVALID_PARAMS, message, data: None }
    }

    fn parameter(name: &str, due: &str) -> Self {
        Self::invalid(format!("`{name}` must be {due}"))
    }

    fn unknown(method: &str) -> Self {
        Self { code: code::METHOD_NOT_FOUND, message: format!("Method not found: {method}"), data: None }
    }
}

/// Holds a value against the part of JSON Schema that `tools.json` uses, and against what tools are given at most.
fn fit(schema: &Object, value: &Value, place: &str) -> Result<(), String> {
    let due = schema.text("type").unwrap_or_default();
    if value.kind() != due {
        return Err(format!("{place} must be of type {due}, not {}", value.kind()));
    }
    match value {
        Value::Object(members) => {
            let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
            if let Some(name) = required.iter().filter_map(Value::as_str).find(|name| members.get(name).is_none()) {
                return Err(format!("{place} must have {name}"));
            }
            for (name, value) in members.iter() {
                let known = schema.object("properties").and_then(|properties| properties.object(name));
                fit(known.ok_or_else(|| format!("{place} must not have {name}"))?, value, name)?;
            }
            Ok(())
        }
        Value::Array(elements) if elements.len() > MAX_ELEMENTS => {
            Err(format!("{place} must have at most {MAX_ELEMENTS} elements"))
        }
        Value::Array(elements) => {
            let items = schema.object("items").ok_or_else(|| format!("{place} takes no elements"))?;
            elements.iter().try_for_each(|element| fit(items, element, place))
        }
        Value::String(text) if text.len() > MAX_TEXT => Err(format!("{place} must have at most {MAX_TEXT} bytes")),
        Value::Number(number) if number.as_str().len() > 64 => Err(format!("{place} must have at most 64 digits")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
