//! An agent: it writes MCP over HTTP, in either era, as clients in the field do.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::gateway::{Gateway, SERVER};
use crate::http::{Connection, Events, Request, Response};
use crate::world::{self, MODERN};

/// One agent, at one server.
#[derive(Clone, Debug)]
pub struct Agent {
    address: SocketAddr,
    server: String,
    token: Option<String>,
    version: String,
    /// The id of its legacy session.
    pub session: Option<String>,
}

impl Agent {
    /// An agent of the modern era, at the server that [`Gateway`]'s short forms call [`SERVER`].
    pub fn modern(gateway: &Gateway) -> Self {
        Self {
            address: gateway.address,
            server: SERVER.to_owned(),
            token: None,
            version: MODERN.to_owned(),
            session: None,
        }
    }

    /// An agent of the legacy era, its session open.
    pub async fn legacy(gateway: &Gateway) -> Self {
        Self::modern(gateway).speaking(world::LEGACY).opened().await
    }

    /// An agent of each era.
    pub async fn both(gateway: &Gateway) -> [Self; 2] {
        [Self::modern(gateway), Self::legacy(gateway).await]
    }

    /// The same at another server.
    #[must_use]
    pub fn at(self, server: &str) -> Self {
        Self { server: server.to_owned(), ..self }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// The same with the id of a session, of whomever.
    #[must_use]
    pub fn in_session(self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..self }
    }

    /// The same in another revision, without a session.
    #[must_use]
    pub fn speaking(self, version: &str) -> Self {
        Self { version: version.to_owned(), session: None, ..self }
    }

    /// Whether it is of the modern era.
    pub fn is_modern(&self) -> bool {
        self.version == MODERN
    }

    /// Opens a legacy session.
    pub async fn opened(mut self) -> Self {
        let response = self.send(&self.request(&self.hello())).await;
        assert_eq!(response.status, 200, "{}", response.text());
        let session = response.header("mcp-session-id").expect("a session id");
        self.session = Some(session.to_owned());
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(self.send(&self.request(&done)).await.status, 202);
        self
    }

    /// The request that opens a legacy session.
    pub fn hello(&self) -> Value {
        let params = json!({
            "protocolVersion": self.version, "capabilities": { "sampling": {} },
            "clientInfo": { "name": "agent", "version": "1" },
        });
        message(json!("hello"), "initialize", params)
    }

    /// Any request, with what proves who sends it.
    pub fn visit(&self, method: &str) -> Request {
        let mut request = Request::new(method, &format!("/mcp/{}", self.server));
        if let Some(token) = &self.token {
            request = request.with("Authorization", format!("Bearer {token}"));
        }
        if let Some(session) = &self.session {
            request = request.with("Mcp-Session-Id", session);
        }
        request.with("Mcp-Protocol-Version", &self.version)
    }

    /// A POST of this text. What a modern request says in headers too must be added.
    pub fn post(&self, body: impl Into<Vec<u8>>) -> Request {
        self.visit("POST")
            .with("Content-Type", "application/json")
            .with("Accept", "application/json, text/event-stream")
            .body(body)
    }

    /// A POST of this text, which claims in its headers to be a `tools/call` of this tool.
    pub fn post_call(&self, tool: &str, body: impl Into<Vec<u8>>) -> Request {
        let post = self.post(body);
        if self.is_modern() { post.with("Mcp-Method", "tools/call").with("Mcp-Name", tool) } else { post }
    }

    /// A POST of this message, with all that the era asks for.
    pub fn request(&self, message: &Value) -> Request {
        if !self.is_modern() {
            return self.post(message.to_string());
        }
        let mut message = message.clone();
        for (key, value) in world::modern_meta().as_object().unwrap() {
            if message.get("id").is_some() {
                message["params"]["_meta"][key] = value.clone();
            }
        }
        let mut post = self.post(message.to_string());
        if let Some(method) = message["method"].as_str() {
            post = post.with("Mcp-Method", method);
        }
        for name in ["name", "uri"] {
            if let Some(name) = message["params"][name].as_str() {
                post = post.with("Mcp-Name", header(name));
            }
        }
        post
    }

    /// Sends a request on a connection of its own.
    pub async fn send(&self, request: &Request) -> Response {
        let mut connection = Connection::open(self.address).await;
        connection.send(&request.to_bytes()).await;
        connection.response().await
    }

    /// Sends a request and leaves the response to be read.
    pub async fn begin(&self, request: &Request) -> Connection {
        let mut connection = Connection::open(self.address).await;
        connection.send(&request.to_bytes()).await;
        connection
    }

    /// Opens the stream of what the server says unasked.
    pub async fn listen(&self) -> Events {
        self.begin(&self.visit("GET").with("Accept", "text/event-stream")).await.events().await
    }

    /// Asks, and yields the whole answer.
    pub async fn ask(&self, method: &str, params: Value) -> Value {
        let response = self.send(&self.request(&message(json!(1), method, params))).await;
        assert_eq!(response.status, 200, "{}", response.text());
        let answer = response.answer();
        assert_eq!(answer["id"], 1, "{answer}");
        answer
    }

    /// Calls a tool, and yields the whole answer.
    pub async fn call(&self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments })).await
    }
}

/// A request.
pub fn message(id: Value, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// A `tools/call`.
pub fn call(id: Value, tool: &str, arguments: Value) -> Value {
    message(id, "tools/call", json!({ "name": tool, "arguments": arguments }))
}

/// A notification.
pub fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// A header's value, in base64 where it does not survive as it is.
pub fn header(value: &str) -> String {
    if value.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) && value.trim() == value {
        return value.to_owned();
    }
    format!("=?base64?{}?=", STANDARD.encode(value))
}

/// The text that a model reads in a tool's result.
pub fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_default()
}

/// Checks that a tool call was refused: by this rule, and as an ordinary result.
pub fn assert_denied(answer: &Value, rule: &str) {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let begins = format!("[doorward] denied by rule {rule}: ");
    assert!(text(answer).starts_with(&begins), "{begins} is not how this begins: {answer}");
}

/// Checks that a tool call did not come through to a server that answers.
pub fn assert_unavailable(answer: &Value) {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(text(answer).starts_with("[doorward] unavailable: "), "{answer}");
}

/// Checks that a tool did what it was asked for, with these arguments.
pub fn assert_echoed(answer: &Value, arguments: &Value) {
    assert_eq!(&answer["result"]["structuredContent"], arguments, "{answer}");
    assert!(answer["result"].get("isError").is_none(), "{answer}");
}
