//! From the file to the law: everything that is wrong with a policy, all at once and with its place.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::commented::{Entry, Fields, Kind, Node, Report};
use crate::secret::Digest;

use super::rule::{Rule, Sense};
use super::{Decision, Hidden, Limit, PluginUse, Policy, Rules, ToolRule};

const DECISIONS: [(&str, Decision); 2] = [("allow", Decision::Allow), ("deny", Decision::Deny)];

/// Reads a policy. `text` is what its digest is taken of. Where something is wrong the report says so, and there is no
/// policy: nothing is ever half in force.
pub fn load(node: &Node, text: &str, report: &mut Report) -> Option<Policy> {
    let mut fields = report.fields(node)?;
    fields.get("$schema");
    let version = fields.need("version", report).and_then(|node| report.one_of(node, &[("1", ())]));
    let foreign = reject_foreign(&mut fields, report);
    let default = fields.need("default", report).and_then(|node| report.one_of(node, &DECISIONS));
    let hide = match fields.get("hide") {
        Some(node) => read_hidden(node, report),
        None => Some(Hidden::Names(Vec::new())),
    };
    let all_tools = match fields.get("all_tools") {
        Some(node) => read_all_tools(node, report),
        None => Some(Rules::default()),
    };
    let tools = match fields.get("tools") {
        Some(node) => read_tools(node, report),
        None => Some(HashMap::new()),
    };
    fields.finish(report);
    let (tools, all_tools) = (tools?, all_tools?);
    let rules = std::iter::once(&all_tools).chain(tools.values().map(|tool| &tool.rules));
    let agreed = Limit::agree(rules.flat_map(|rules| &rules.limits), report);
    version?;
    foreign?;
    agreed?;
    let digest = Digest::of(text.as_bytes());
    Some(Policy { default: default?, hide: hide?, tools, all_tools, digest })
}

/// A policy of another dialect that also says `version: "1"` must not pass as one of ours: its rules would be lost.
fn reject_foreign(fields: &mut Fields<'_>, report: &mut Report) -> Option<()> {
    let Some(Node { kind: Kind::Object(tools), .. }) = fields.get("tools") else { return Some(()) };
    let foreign = tools.iter().find_map(|tool| match &tool.node.kind {
        Kind::Object(members) => members.iter().find(|member| member.name == "rules"),
        _ => None,
    });
    let Some(foreign) = foreign else { return Some(()) };
    let help = "translate the file with `doorward policy import FILE`".to_owned();
    report.error(foreign.span.clone(), "`rules` belongs to Intercept's dialect", Some(help));
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

fn read_all_tools(node: &Node, report: &mut Report) -> Option<Rules> {
    let mut fields = report.fields(node)?;
    let rules = read_rules(&mut fields, "/all_tools", report);
    fields.finish(report);
    rules
}

fn read_tools(node: &Node, report: &mut Report) -> Option<HashMap<String, ToolRule>> {
    let rules: Vec<_> = report.entries(node)?.iter().map(|entry| read_tool(entry, report)).collect();
    rules.into_iter().collect()
}

fn read_tool(entry: &Entry, report: &mut Report) -> Option<(String, ToolRule)> {
    let mut fields = report.fields(&entry.node)?;
    let id = format!("/tools/{}", escape(&entry.name));
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
    let rules = read_rules(&mut fields, &id, report);
    fields.finish(report);
    let rule = ToolRule { id, action: action?, reason, rules: rules? };
    Some((entry.name.clone(), rule))
}

/// Reads what a tool and `all_tools` have in common.
fn read_rules(fields: &mut Fields<'_>, owner: &str, report: &mut Report) -> Option<Rules> {
    let require =
        read_list(fields.get("require"), report, |node, report| Rule::read(node, Sense::Require, owner, report));
    let deny_if =
        read_list(fields.get("deny_if"), report, |node, report| Rule::read(node, Sense::DenyIf, owner, report));
    let limits = read_list(fields.get("limits"), report, |node, report| Limit::read(node, owner, report));
    let rate = fields.get("rate_limit").map(|node| Limit::read_rate(node, owner, report));
    let plugins = read_list(fields.get("plugins"), report, |node, report| read_plugin(node, owner, report));
    let mut limits = limits?;
    if let Some(rate) = rate {
        limits.push(rate?);
    }
    Some(Rules { require: require?, deny_if: deny_if?, limits, plugins: plugins? })
}

/// Reads every element, also after one that is wrong.
fn read_list<T>(
    node: Option<&Node>,
    report: &mut Report,
    read: impl Fn(&Node, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(node) = node else { return Some(Vec::new()) };
    let read: Vec<Option<T>> = report.elements(node)?.iter().map(|element| read(element, report)).collect();
    read.into_iter().collect()
}

fn read_plugin(node: &Node, owner: &str, report: &mut Report) -> Option<PluginUse> {
    let mut fields = report.fields(node)?;
    let name = fields.need("use", report).and_then(|node| Some((report.text(node)?, node.span.clone())));
    let config = match fields.get("config") {
        Some(node) => {
            report.entries(node)?;
            node.to_value().to_bytes()
        }
        None => b"{}".to_vec(),
    };
    fields.finish(report);
    let (name, span) = name?;
    let rule = format!("{owner}/plugins/{name}").into();
    Some(PluginUse { name: name.into(), config: config.into(), rule, span })
}

/// A name as a part of a JSON Pointer (RFC 6901).
fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}
