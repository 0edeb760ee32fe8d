//! Pins as they stand in their file, `NAME.pins.json`.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::json::commented::{Entry, Node, Report};
use crate::json::sheet::Sheet;
use crate::secret::Digest;

use super::{Pinned, Pins};

/// Reads pins. Where something is wrong the report says so, and there are none: a pin that cannot be read pins nothing.
pub fn load(node: &Node, report: &mut Report) -> Option<Pins> {
    let mut fields = report.fields(node)?;
    let version = fields.need("version", report).and_then(|node| report.one_of(node, &[("1", ())]));
    let entries = fields.need("tools", report).and_then(|node| report.entries(node));
    fields.finish(report);
    let tools: Vec<Option<(String, Vec<Pinned>)>> = entries?.iter().map(|entry| read_tool(entry, report)).collect();
    version?;
    Some(Pins { tools: tools.into_iter().collect::<Option<BTreeMap<_, _>>>()? })
}

/// The text of a file with these pins.
pub fn to_text(pins: &Pins, server: &str) -> String {
    let mut tools = Sheet::object();
    for (tool, pinned) in &pins.tools {
        let list = pinned.iter().fold(Sheet::array(), |list, pinned| {
            let pin =
                Sheet::object().with("sha256", pinned.digest.to_string()).with("definition", pinned.definition.clone());
            list.element("", pin)
        });
        tools = tools.with(tool, list);
    }
    let head = format!(
        "The tools of {server} as they were approved. A tool that is listed otherwise is refused until somebody approves it\n\
         with `doorward scan --accept`, which writes this file."
    );
    Sheet::object().with("version", "1").with("tools", tools).to_text(&head)
}

fn read_tool(entry: &Entry, report: &mut Report) -> Option<(String, Vec<Pinned>)> {
    let elements = report.elements(&entry.node)?;
    if elements.is_empty() {
        let help = "take the tool out, or pin it with `doorward scan --accept`".to_owned();
        report.error(entry.span.clone(), format!("`{}` has no pin", entry.name), Some(help));
        return None;
    }
    let pinned: Vec<Option<Pinned>> = elements.iter().map(|node| read_pin(&entry.name, node, report)).collect();
    Some((entry.name.clone(), pinned.into_iter().collect::<Option<Vec<_>>>()?))
}

fn read_pin(tool: &str, node: &Node, report: &mut Report) -> Option<Pinned> {
    let mut fields = report.fields(node)?;
    let digest = fields.need("sha256", report);
    let definition = fields.need("definition", report);
    fields.finish(report);
    let (digest_node, definition_node) = (digest?, definition?);
    let digest = Digest::from_hex(report.text(digest_node)?);
    report.entries(definition_node)?;
    let Value::Object(definition) = definition_node.to_value() else { return None };
    let pinned = Pinned::new(&definition);
    if digest != Some(pinned.digest) {
        let help = "take the tool out of the file, and pin it anew with `doorward scan --accept`".to_owned();
        report.error(digest_node.span.clone(), "this is not the digest of the definition", Some(help));
        return None;
    }
    if definition.text("name") != Some(tool) {
        report.error(definition_node.span.clone(), format!("this is no definition of `{tool}`"), None);
        return None;
    }
    Some(pinned)
}
