//! From the file to the law: everything that is wrong with a policy, all at once and with its place.

use std::collections::HashMap;

use crate::json::commented::{Entry, Fields, Kind, Node, Report};
use crate::secret::Digest;

use super::{Decision, Hidden, Policy, ToolRule};

const DECISIONS: [(&str, Decision); 2] = [("allow", Decision::Allow), ("deny", Decision::Deny)];

/// Reads a policy. `text` is what its digest is taken of. Where something is wrong the report says so, and there is no
/// policy: nothing is ever half in force.
pub fn load(node: &Node, text: &str, report: &mut Report) -> Option<Policy> {
    let mut fields = report.fields(node)?;
    fields.get("$schema");
    let version = fields.need("version", report).and_then(|node| read_version(node, report));
    let foreign = reject_foreign(&mut fields, report);
    let default = fields.need("default", report).and_then(|node| report.one_of(node, &DECISIONS));
    let hide = match fields.get("hide") {
        Some(node) => read_hidden(node, report),
        None => Some(Hidden::Names(Vec::new())),
    };
    let tools = match fields.get("tools") {
        Some(node) => read_tools(node, report),
        None => Some(HashMap::new()),
    };
    fields.finish(report);
    version?;
    foreign?;
    Some(Policy { default: default?, hide: hide?, tools: tools?, digest: Digest::of(text.as_bytes()) })
}

fn read_version(node: &Node, report: &mut Report) -> Option<()> {
    report.one_of(node, &[("1", ())])
}

/// A policy of another dialect that also says `version: "1"` must not pass as one of ours: its rules would be lost.
fn reject_foreign(fields: &mut Fields<'_>, report: &mut Report) -> Option<()> {
    let Some(Node { kind: Kind::Object(tools), .. }) = fields.get("tools") else { return Some(()) };
    let foreign = tools.iter().find_map(|tool| match &tool.node.kind {
        Kind::Object(members) => members.iter().find(|member| member.name == "rules"),
        _ => None,
    });
    let Some(foreign) = foreign else { return Some(()) };
    report.error(
        foreign.span.clone(),
        "`rules` belongs to Intercept's dialect",
        Some("write the tool's rule as `{}` or `{\"action\": \"deny\", \"reason\": …}`".to_owned()),
    );
    None
}

fn read_hidden(node: &Node, report: &mut Report) -> Option<Hidden> {
    let mut names = Vec::new();
    let mut all = false;
    for element in report.elements(node)? {
        match report.text(element)? {
            "*" => all = true,
            name => names.push(name.to_owned()),
        }
    }
    if all && !names.is_empty() {
        report.warn(node.span.clone(), "`*` hides every tool, so the other names say nothing", None);
    }
    Some(if all { Hidden::All } else { Hidden::Names(names) })
}

fn read_tools(node: &Node, report: &mut Report) -> Option<HashMap<String, ToolRule>> {
    let rules: Vec<_> = report.entries(node)?.iter().map(|entry| read_tool(entry, report)).collect();
    rules.into_iter().collect()
}

fn read_tool(entry: &Entry, report: &mut Report) -> Option<(String, ToolRule)> {
    let mut fields = report.fields(&entry.node)?;
    let action = match fields.get("action") {
        Some(node) => report.one_of(node, &DECISIONS),
        None => Some(Decision::Allow),
    };
    let reason = fields.get("reason");
    if let (Some(node), Some(Decision::Allow)) = (reason, action) {
        report.warn(node.span.clone(), "`reason` says nothing beside an action that allows", None);
    }
    let reason = match reason {
        Some(node) => Some(report.text(node)?.to_owned()),
        None => None,
    };
    fields.finish(report);
    Some((entry.name.clone(), ToolRule { action: action?, reason }))
}
