//! The `_meta` member: the keys that belong to the protocol.

use crate::json::{Object, Value};

/// The revision that a modern request is written in.
pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// What the modern client can do.
pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// What the modern client calls itself. Nothing proves it.
pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
/// The request that a notification of a modern subscription belongs to.
pub const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";
/// The token that a request wants its progress reported under.
pub const PROGRESS_TOKEN: &str = "progressToken";

/// The `_meta` of some parameters or of a result.
pub fn of(params: &Object) -> Option<&Object> {
    params.object("_meta")
}

/// The protocol version that the parameters carry, if they are of the modern era.
pub fn version(params: &Object) -> Option<&str> {
    of(params)?.text(PROTOCOL_VERSION)
}

/// What the client calls itself in parameters of the modern era.
pub fn client(params: &Object) -> Option<&str> {
    of(params)?.object(CLIENT_INFO)?.text("name")
}

/// The progress token that the parameters carry.
pub fn progress_token(params: &Object) -> Option<&Value> {
    of(params)?.get(PROGRESS_TOKEN)
}

/// The `_meta` for a request that the gateway itself makes on behalf of a modern client: the client's protocol keys.
pub fn envelope(params: &Object) -> Option<Object> {
    let meta = of(params)?;
    let mut envelope = Object::new();
    for key in [PROTOCOL_VERSION, CLIENT_INFO, CLIENT_CAPABILITIES] {
        if let Some(value) = meta.get(key) {
            envelope.insert(key, value.clone());
        }
    }
    envelope.get(PROTOCOL_VERSION)?;
    Some(envelope)
}
