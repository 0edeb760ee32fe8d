//! The methods that a gateway treats in a way of their own, and the parameter that names what each is about.

use crate::json::{Object, Value};

/// Opens a legacy conversation.
pub const INITIALIZE: &str = "initialize";
/// Ends the handshake.
pub const INITIALIZED: &str = "notifications/initialized";
/// Asks a modern server what it is.
pub const DISCOVER: &str = "server/discover";
/// Asks whether the other side is there.
pub const PING: &str = "ping";
/// Takes a request back.
pub const CANCELLED: &str = "notifications/cancelled";
/// Reports progress of a request.
pub const PROGRESS: &str = "notifications/progress";
/// The client's roots changed.
pub const ROOTS_CHANGED: &str = "notifications/roots/list_changed";
/// Calls a tool.
pub const TOOLS_CALL: &str = "tools/call";
/// The server's tools changed.
pub const TOOLS_CHANGED: &str = "notifications/tools/list_changed";
/// Reads a resource.
pub const RESOURCES_READ: &str = "resources/read";
/// Asks to be told of a resource's changes.
pub const RESOURCES_SUBSCRIBE: &str = "resources/subscribe";
/// Asks to be told no longer.
pub const RESOURCES_UNSUBSCRIBE: &str = "resources/unsubscribe";
/// The server's resources changed.
pub const RESOURCES_CHANGED: &str = "notifications/resources/list_changed";
/// A resource changed.
pub const RESOURCE_UPDATED: &str = "notifications/resources/updated";
/// Gets a prompt.
pub const PROMPTS_GET: &str = "prompts/get";
/// The server's prompts changed.
pub const PROMPTS_CHANGED: &str = "notifications/prompts/list_changed";
/// Completes an argument of a prompt, or of a template of resources.
pub const COMPLETE: &str = "completion/complete";
/// Opens a modern stream of change notifications.
pub const LISTEN: &str = "subscriptions/listen";

/// The parameter that the `Mcp-Name` header mirrors, for methods that have one.
///
/// For tasks the header is optional: clients in the field do not send it.
pub fn name_parameter(method: &str) -> Option<&'static str> {
    match method {
        TOOLS_CALL | PROMPTS_GET => Some("name"),
        RESOURCES_READ => Some("uri"),
        _ if method.starts_with("tasks/") => Some("taskId"),
        _ => None,
    }
}

/// Whether a request of this method must carry an `Mcp-Name` header.
pub fn needs_name_header(method: &str) -> bool {
    matches!(method, TOOLS_CALL | PROMPTS_GET | RESOURCES_READ)
}

/// What a request is about: a tool's name, a resource's address, a task's id.
pub fn subject<'p>(method: &str, params: &'p Object) -> Option<&'p str> {
    params.text(name_parameter(method)?)
}

/// What a completion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'p> {
    /// A prompt, by its name.
    Prompt(&'p str),
    /// A resource, by its address or by the template of addresses.
    Resource(&'p str),
}

/// What the parameters of a completion are for, where it can be told.
pub fn reference(params: &Object) -> Option<Reference<'_>> {
    let reference = params.object("ref")?;
    match reference.text("type")? {
        "ref/prompt" => reference.text("name").map(Reference::Prompt),
        "ref/resource" => reference.text("uri").map(Reference::Resource),
        _ => None,
    }
}

/// The resources of whose changes a modern subscription tells.
pub fn subscriptions(params: &Object) -> impl Iterator<Item = &str> {
    let subscribed = params.object("notifications").and_then(|wanted| wanted.get("resourceSubscriptions"));
    let uris = subscribed.and_then(Value::as_array).unwrap_or_default();
    uris.iter().filter_map(Value::as_str)
}
