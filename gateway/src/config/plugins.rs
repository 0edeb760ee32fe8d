//! The `plugins` of a configuration: components of the user's own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::json::commented::{Entry, Node, Report};
use crate::plugins::FIRST_PARTY;
use crate::policy::Terms;
use crate::secret::Digest;

use super::environment::Environment;

/// The components that were read, by what they are called.
pub type Components = HashMap<String, Component>;

/// A component of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// On what terms it is used, where a policy does not say more.
    pub terms: Terms,
}

/// Reads `plugins`, and the files that they name.
pub(super) fn read(
    node: &Node,
    folder: &Path,
    environment: &Environment,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Components {
    let mut components = Components::new();
    for entry in report.entries(node).unwrap_or_default() {
        if FIRST_PARTY.contains(&entry.name.as_str()) {
            let help = "give yours another name; this one is inside the program".to_owned();
            report.error(
                entry.span.clone(),
                format!("`{}` is the name of a first-party plugin", entry.name),
                Some(help),
            );
            continue;
        }
        if let Some(component) = read_one(entry, folder, environment, files, report) {
            components.insert(entry.name.clone(), component);
        }
    }
    components
}

fn read_one(
    entry: &Entry,
    folder: &Path,
    environment: &Environment,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Component> {
    let mut fields = report.fields(&entry.node)?;
    let path_node = fields.need("path", report);
    let digest_node = fields.get("sha256");
    let terms = Terms::read(&mut fields, report);
    fields.finish(report);
    let (path_node, terms) = (path_node?, terms?);
    let path = folder.join(environment.text(path_node, report)?);
    files.push(path.clone());
    let component = match std::fs::read(&path) {
        Ok(component) => component,
        Err(cause) => {
            let help = "the path is relative to this file".to_owned();
            report.error(path_node.span.clone(), format!("cannot read `{}`: {cause}", path.display()), Some(help));
            return None;
        }
    };
    let found = Digest::of(&component);
    let Some(digest_node) = digest_node else {
        let help = format!("add `\"sha256\": \"{found}\"`, so that another file is not taken for it");
        report.warn(entry.span.clone(), format!("`{}` has no digest", entry.name), Some(help));
        return Some(Component { bytes: component.into(), terms });
    };
    if Digest::from_hex(report.text(digest_node)?) != Some(found) {
        let help = format!("if the file is as it should be, write `{found}`");
        report.error(digest_node.span.clone(), format!("the digest of `{}` is another", path.display()), Some(help));
        return None;
    }
    Some(Component { bytes: component.into(), terms })
}
