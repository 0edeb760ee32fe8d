//! Everything that goes to a server and is not a call. The list is closed: there is no way to send raw bytes.

use crate::json::{Object, Value};

/// What the gateway does with a server beside forwarding calls.
#[derive(Clone, Debug)]
pub enum Errand {
    /// The legacy handshake's request, or `server/discover`: what a server says of itself.
    Greet {
        /// `initialize` or `server/discover`.
        method: &'static str,
        /// The client's parameters.
        params: Option<Object>,
    },
    /// Asks whether the server is there.
    Ping {
        /// The client's parameters.
        params: Option<Object>,
    },
    /// Lists one page of what the server offers; the gate filters it.
    List {
        /// Of what.
        list: List,
        /// The client's parameters.
        params: Option<Object>,
    },
    /// The handshake is done.
    Initialized {
        /// The client's parameters.
        params: Option<Object>,
    },
    /// The client's roots changed.
    RootsChanged {
        /// The client's parameters.
        params: Option<Object>,
    },
    /// Takes back a request; its id is the client's.
    Cancel {
        /// The client's parameters, with its own `requestId`.
        params: Object,
    },
    /// Reports progress of a request of the server.
    Progress {
        /// The client's parameters.
        params: Object,
    },
    /// The client's answer to a request of the server that was let through.
    Answer {
        /// The server's id.
        id: Value,
        /// `Ok` is a result, `Err` an error.
        outcome: Result<Value, Value>,
    },
    /// The gate's own refusal of a request of the server.
    Decline {
        /// The server's id.
        id: Value,
        /// Why.
        reason: String,
    },
    /// Opens the stream of what the server says unasked, or goes on with a stream that broke off.
    Listen {
        /// The last event that the client saw.
        last_event: Option<String>,
    },
    /// Ends the session.
    Farewell,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Tools.
    Tools,
    /// Resources.
    Resources,
    /// Templates of resources.
    Templates,
    /// Prompts.
    Prompts,
}

impl List {
    /// The member of the result that holds the entries.
    pub fn member(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }

    /// The method that asks for it.
    pub fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
            Self::Prompts => "prompts/list",
        }
    }

    /// What a method lists, if it does.
    pub fn of(method: &str) -> Option<Self> {
        [Self::Tools, Self::Resources, Self::Templates, Self::Prompts].into_iter().find(|list| list.method() == method)
    }
}
