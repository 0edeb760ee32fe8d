//! What the servers of the tests offer, over HTTP and on stdio alike.

use serde_json::{Value, json};

/// The modern revision.
pub const MODERN: &str = "2026-07-28";
/// The newest legacy revision.
pub const LEGACY: &str = "2025-11-25";
/// The one revision with batches.
pub const BATCHING: &str = "2025-03-26";

/// The key of `_meta` under which a modern request says its revision.
pub const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// The key of `_meta` under which a modern client says what it can do.
pub const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";

/// The member that makes a request modern, for messages written by hand.
pub const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

/// The tools of every server, in the order in which they are listed.
pub const TOOLS: [&str; 4] = ["echo", "danger", "secret", "region"];

/// The tools of the server on stdio, which does as their names say.
pub const PEER_TOOLS: [&str; 19] = [
    "echo",
    "danger",
    "secret",
    "region",
    "hold",
    "die",
    "never",
    "twice",
    "wrong",
    "garbled",
    "huge",
    "progress",
    "ask",
    "environment",
    "wait",
    "batch",
    "drip",
    "chatter",
    "mute",
];

/// The `_meta` of a modern request.
pub fn modern_meta() -> Value {
    json!({ VERSION_KEY: MODERN, CAPABILITIES_KEY: {} })
}

/// A policy that allows everything but `danger`, and hides `secret`.
pub fn lenient() -> Value {
    json!({
        "version": "1", "default": "allow", "hide": ["secret"],
        "tools": { "danger": { "action": "deny", "reason": "it is dangerous" } },
    })
}

/// A policy that allows `echo`, and tells why not `danger`.
pub fn strict() -> Value {
    json!({
        "version": "1", "default": "deny", "hide": ["secret"],
        "tools": { "echo": {}, "danger": { "action": "deny", "reason": "it is dangerous" } },
    })
}

/// The answer to a message; `None` where it is owed none.
pub fn answer(message: &Value) -> Option<Value> {
    let id = message.get("id")?;
    let method = message.get("method")?.as_str()?;
    let Some(result) = result(method, &message["params"]) else {
        let error = json!({ "code": -32601, "message": "Method not found" });
        return Some(json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    };
    Some(respond(message, result))
}

/// Whether a message is of the modern era.
pub fn is_modern(message: &Value) -> bool {
    message["params"]["_meta"].get(VERSION_KEY).is_some()
}

/// The answer to a request, with what its era wants beside the result.
pub fn respond(message: &Value, mut result: Value) -> Value {
    if is_modern(message) {
        let member = |name: &str, value: Value, result: &mut Value| {
            if result.get(name).is_none() {
                result[name] = value;
            }
        };
        member("resultType", json!("complete"), &mut result);
        if message["method"].as_str().is_some_and(|method| method.ends_with("/list")) {
            member("ttlMs", json!(0), &mut result);
            member("cacheScope", json!("public"), &mut result);
        }
    }
    json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })
}

/// The result of a tool that did what it was asked for.
pub fn echo(arguments: &Value) -> Value {
    json!({
        "content": [{ "type": "text", "text": arguments.to_string() }],
        "structuredContent": arguments,
        "x-unknown": { "kept": true },
    })
}

/// The list of these tools.
pub fn listed(tools: &[&str]) -> Value {
    json!({ "tools": tools.iter().map(|name| tool(name)).collect::<Value>(), "_meta": { "server": "kept" }, "x-list": 1 })
}

fn result(method: &str, params: &Value) -> Option<Value> {
    Some(match method {
        "initialize" => json!({
            "protocolVersion": params["protocolVersion"],
            "capabilities": { "tools": { "listChanged": true }, "x-unknown": {} },
            "serverInfo": { "name": "world", "version": "1" },
        }),
        "server/discover" => json!({
            "supportedVersions": [MODERN],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "world", "version": "1" },
        }),
        "ping" | "logging/setLevel" | "resources/subscribe" => json!({}),
        "tools/list" => listed(&TOOLS),
        "tools/call" => echo(params.get("arguments").unwrap_or(&Value::Null)),
        "resources/list" => json!({ "resources": [{ "uri": "file:///a", "name": "a", "x-unknown": 1 }] }),
        "resources/templates/list" => json!({ "resourceTemplates": [{ "uriTemplate": "file:///{x}", "name": "x" }] }),
        "prompts/list" => json!({ "prompts": [{ "name": "greet" }] }),
        "resources/read" => json!({ "contents": [{ "uri": params["uri"], "text": "text" }] }),
        "prompts/get" => json!({ "messages": [] }),
        "completion/complete" => json!({ "completion": { "values": ["a"] } }),
        _ => return None,
    })
}

fn tool(name: &str) -> Value {
    let schema = match name {
        "region" => json!({
            "type": "object",
            "properties": {
                "region": { "type": "string", "x-mcp-header": "Region" },
                "count": { "type": "integer", "x-mcp-header": "Count" },
            },
            "additionalProperties": true,
        }),
        _ => json!({ "type": "object", "additionalProperties": true }),
    };
    json!({
        "name": name, "description": format!("the tool {name}"), "inputSchema": schema,
        "execution": { "taskSupport": "optional" }, "x-unknown": { "kept": true },
    })
}
