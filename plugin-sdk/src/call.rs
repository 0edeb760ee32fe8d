//! What a plugin judges, and everything that it may know of it beside the document.

use crate::Document;
use std::collections::BTreeMap;

/// One call, as the gateway tells of it. All of it is recorded, so that the decision can be replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The gateway's id of this call; the audit record carries the same.
    pub id: String,
    /// What the call is for.
    pub target: Target,
    /// The server's hints on the tool.
    pub annotations: Annotations,
    /// Who asks.
    pub caller: Caller,
    /// What the gateway remembers of the session, by name: a JSON object of keys and what is known under them. A key that
    /// is not there is not known.
    pub facts: BTreeMap<String, String>,
    /// The time of the decision in milliseconds since 1970-01-01T00:00:00Z.
    pub now: u64,
}

/// What the caller wants something of. Each names a server as the gateway's configuration does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `tools/call`: the document is the arguments.
    Tool {
        /// The server.
        server: String,
        /// The tool's exact name.
        tool: String,
    },
    /// `resources/read` and its kin: the document is `params`.
    Resource {
        /// The server.
        server: String,
        /// The resource's URI, as the caller wrote it.
        uri: String,
    },
    /// `prompts/get`: the document is the arguments.
    Prompt {
        /// The server.
        server: String,
        /// The prompt's exact name.
        prompt: String,
    },
    /// Everything else: the document is `params`.
    Method {
        /// The server.
        server: String,
        /// The JSON-RPC method.
        method: String,
    },
}

/// What the server says of its own tool: hints of the party that is guarded against. They may tighten a verdict,
/// never relax one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Annotations {
    /// `readOnlyHint`, where given.
    pub read_only: Option<bool>,
    /// `destructiveHint`, where given.
    pub destructive: Option<bool>,
    /// `idempotentHint`, where given.
    pub idempotent: Option<bool>,
    /// `openWorldHint`, where given.
    pub open_world: Option<bool>,
}

/// Who asks, proven by the transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The caller's name.
    pub name: String,
    /// The groups that the caller's proof carries.
    pub groups: Vec<String>,
    /// The grant under which the call is made; `anonymous` where there is none.
    pub grant: String,
    /// What the client program calls itself, where it has: unproven, so it may tighten a verdict, never relax one.
    pub client: Option<String>,
}

/// An item that a server lists, as far as it does not say it itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What the item is.
    pub target: Target,
    /// Who lists.
    pub caller: Caller,
}

/// What a server answered to a call.
#[derive(Debug)]
pub struct Reply<'a> {
    /// How it answered.
    pub outcome: Outcome,
    /// The `result` object of the answer, or its `error` object.
    pub document: Document<'a>,
}

/// How a server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With a result, which may still report a failure in its own words (`isError`).
    Result,
    /// With an error of JSON-RPC.
    Error,
}

impl Call {
    /// An anonymous call of a tool at the beginning of time, for tests.
    pub fn of_tool(server: &str, tool: &str) -> Self {
        Self {
            id: "test".to_owned(),
            target: Target::Tool { server: server.to_owned(), tool: tool.to_owned() },
            annotations: Annotations::default(),
            caller: Caller::anonymous(),
            facts: BTreeMap::new(),
            now: 0,
        }
    }
}

impl Listing {
    /// A tool that an anonymous caller lists, for tests.
    pub fn of_tool(server: &str, tool: &str) -> Self {
        Self { target: Target::Tool { server: server.to_owned(), tool: tool.to_owned() }, caller: Caller::anonymous() }
    }
}

impl<'a> Reply<'a> {
    /// A result, for tests.
    pub fn of(document: Document<'a>) -> Self {
        Self { outcome: Outcome::Result, document }
    }
}

impl Caller {
    fn anonymous() -> Self {
        let name = "anonymous".to_owned();
        Self { grant: name.clone(), name, groups: Vec::new(), client: None }
    }
}
