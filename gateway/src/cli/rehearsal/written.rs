//! Calls as people write them down, and what they suppose around them.

use std::sync::Arc;

use crate::call::{Call, Caller, ServerName, Target};
use crate::clock::Timestamp;
use crate::gate::{Known, Scene, Seat, is_judged, target};
use crate::json::commented::{Fields, Node, Report};
use crate::json::{Object, Value};
use crate::mcp::method;
use crate::policy::Definition;

/// A call that is written down.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Written {
    target: Target,
    method: String,
    params: Option<Object>,
}

/// What is supposed around a call. What is not said is as it is.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Setting {
    /// When.
    pub(in crate::cli) now: Option<Timestamp>,
    groups: Option<Vec<String>>,
    claims: Option<Object>,
    /// What the client program calls itself.
    client: Option<String>,
    /// What the server says of the tool.
    annotations: Option<Object>,
    /// The tool's `inputSchema`.
    schema: Option<Object>,
}

impl Written {
    /// A call of a tool.
    pub(in crate::cli) fn of_tool(tool: &str, arguments: &Value) -> Self {
        let params = Object::from([("name", tool.into()), ("arguments", arguments.clone())]);
        Self { target: Target::Tool(tool.to_owned()), method: method::TOOLS_CALL.to_owned(), params: Some(params) }
    }

    /// Reads a call: `name` of a tool or `prompt` with `arguments`, a `resource`, or a `method` or `server_request` with
    /// `params`.
    pub(in crate::cli) fn read(fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let words = ["name", "prompt", "resource", "method", "server_request"];
        let said: Vec<(&str, &Node)> = words.iter().filter_map(|word| Some((*word, fields.get(word)?))).collect();
        let (arguments, params) = (fields.get("arguments"), fields.get("params"));
        let [(word, node)] = said.as_slice() else {
            let help = "write the `name` of a tool, or a `resource`, `prompt`, `method` or `server_request`".to_owned();
            report.error(fields.span(), "a call is of one thing", Some(help));
            return None;
        };
        let subject = report.text(node)?.to_owned();
        let of_whole = matches!(*word, "method" | "server_request");
        if of_whole && !is_judged(&subject) {
            let help = "take it out: no policy is asked".to_owned();
            report.error(node.span.clone(), format!("`{subject}` always passes"), Some(help));
            return None;
        }
        let takes = |takes: bool, key: &str, node: Option<&Node>, report: &mut Report| match node {
            Some(node) if !takes => {
                let message = format!("`{key}` says nothing beside `{word}`");
                report.error(node.span.clone(), message, Some("take it out".to_owned()));
                None
            }
            Some(node) => read_object(node, report).map(Some),
            None => Some(None),
        };
        let arguments = takes(matches!(*word, "name" | "prompt"), "arguments", arguments, report);
        let params = takes(of_whole, "params", params, report);
        let (arguments, params) = (arguments?, params?);
        match *word {
            "name" => Some(Self::of_tool(&subject, &arguments.unwrap_or_default().into())),
            "prompt" => {
                let arguments = arguments.map(|arguments| ("arguments", arguments.into()));
                let mut params = Object::from([("name", subject.as_str().into())]);
                arguments.into_iter().for_each(|(name, value): (_, Value)| params.insert(name, value));
                let method = method::PROMPTS_GET.to_owned();
                Some(Self { target: Target::Prompt(subject), method, params: Some(params) })
            }
            "resource" => {
                let params = Some(Object::from([("uri", subject.as_str().into())]));
                Some(Self { target: Target::Resource(subject), method: method::RESOURCES_READ.to_owned(), params })
            }
            "server_request" => Some(Self { target: Target::ServerRequest(subject.clone()), method: subject, params }),
            _ => match target(&subject, params.as_ref()) {
                Ok(target) => Some(Self { target, method: subject, params }),
                Err(refusal) => {
                    report.error(node.span.clone(), refusal.reason.into_owned(), None);
                    None
                }
            },
        }
    }

    /// What it is about.
    pub(in crate::cli) fn target(&self) -> &Target {
        &self.target
    }

    /// The call, if somebody makes it.
    pub(in crate::cli) fn call(&self, caller: &Caller, server: &ServerName) -> Arc<Call> {
        let Self { target, method, params } = self.clone();
        Arc::new(Call::new(caller.clone(), server.clone(), target, method, params, Object::new()))
    }
}

impl Setting {
    /// Reads `now`, `groups`, `claims`, `client`, `annotations` and `schema`.
    pub(in crate::cli) fn read(fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let now = fields.get("now").map(|node| read_now(node, report));
        let groups = fields.get("groups").map(|node| {
            let names = report.elements(node)?.iter().map(|element| report.text(element).map(str::to_owned));
            names.collect::<Vec<_>>().into_iter().collect::<Option<Vec<String>>>()
        });
        let client = fields.get("client").map(|node| report.text(node).map(str::to_owned));
        let mut object = |name, report: &mut Report| fields.get(name).map(|node| read_object(node, report));
        let (claims, annotations) = (object("claims", report), object("annotations", report));
        let schema = object("schema", report);
        Some(Self {
            now: as_said(now)?,
            groups: as_said(groups)?,
            claims: as_said(claims)?,
            client: as_said(client)?,
            annotations: as_said(annotations)?,
            schema: as_said(schema)?,
        })
    }

    /// Puts what is supposed into the scene of a call.
    pub(in crate::cli) fn suppose(&self, seat: &Seat, target: &Target, scene: &mut Scene<'_>) {
        scene.groups.clone_from(&self.groups);
        scene.claims.clone_from(&self.claims);
        scene.client = self.client.as_deref().map(Arc::from);
        scene.tool = Some(self.known(seat, target));
    }

    /// The tool: as it is pinned, with what is supposed of it.
    fn known(&self, seat: &Seat, target: &Target) -> Known {
        let (Target::Tool(name), false) = (target, self.annotations.is_none() && self.schema.is_none()) else {
            return seat.known(target);
        };
        let mut definition = seat.pinned(name).cloned().unwrap_or_else(|| {
            // Annotations alone do not say what the tool takes.
            let open = Object::from([("type", "object".into()), ("additionalProperties", true.into())]);
            Object::from([("name", name.as_str().into()), ("inputSchema", open.into())])
        });
        if let Some(schema) = &self.schema {
            definition.insert("inputSchema", schema.clone());
        }
        if let Some(annotations) = &self.annotations {
            definition.insert("annotations", annotations.clone());
        }
        Known::Supposed(Arc::new(Definition::read(&definition)))
    }
}

/// Reads a time as RFC 3339 writes it.
pub(in crate::cli) fn read_now(node: &Node, report: &mut Report) -> Option<Timestamp> {
    let text = report.text(node)?;
    let time = text.parse::<jiff::Timestamp>().ok().and_then(|time| u64::try_from(time.as_millisecond()).ok());
    if time.is_none() {
        let help = "write it like `2026-11-21T09:30:00Z`, or with an offset such as `+01:00`".to_owned();
        report.error(node.span.clone(), format!("`{text}` is no time"), Some(help));
    }
    time.map(Timestamp::from_millis)
}

fn read_object(node: &Node, report: &mut Report) -> Option<Object> {
    report.entries(node)?;
    node.to_value().as_object().cloned()
}

/// What was not written is fine; what was written wrongly is not.
fn as_said<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(read) => read.map(Some),
        None => Some(None),
    }
}
