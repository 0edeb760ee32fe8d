//! Policies, by path or in place.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::import;
use crate::json::commented::{Finding, Kind, Node, Report, Severity, Source};
use crate::pins::{self, Pins};
use crate::policy::{self, Policy};

use super::{Unreadable, read_file};

/// A policy and the text that it was read from, for what is found out about it later.
#[derive(Clone, Debug)]
pub struct LoadedPolicy {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Where it stands.
    pub source: Source,
}

/// The pins of a server, and where they stand.
#[derive(Clone, Debug)]
pub struct LoadedPins {
    /// The pins.
    pub pins: Arc<Pins>,
    /// Their file, which may not be there yet.
    pub path: PathBuf,
}

/// Reads a policy file. `None` if anything is wrong with it; the findings say what.
pub fn read_policy(path: &Path) -> Result<(Option<LoadedPolicy>, Vec<Finding>), Unreadable> {
    let text = read_file(path)?;
    let source = Source::new(path.display().to_string(), text.as_str());
    let mut report = Report::new(source.clone());
    let node = report.parse();
    if node.is_none() && import::is_foreign(&source) {
        return Ok((None, vec![foreign(source)]));
    }
    let policy = node.and_then(|node| policy::load(&node, &text, &mut report));
    let findings = report.into_findings();
    let sound = findings.iter().all(|finding| finding.severity < Severity::Error);
    let policy = policy.filter(|_| sound).map(|policy| LoadedPolicy { policy: Arc::new(policy), source });
    Ok((policy, findings))
}

/// Where the pins of a server's tools stand: beside its policy.
pub fn pins_beside(policy: &Path) -> PathBuf {
    policy.with_extension("pins.json")
}

/// Reads a file of pins. Where there is none nothing is pinned; one that is there and cannot be read is an error.
pub fn read_pins(path: &Path) -> Result<(Pins, Vec<Finding>), Unreadable> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Pins::default(), Vec::new())),
        Err(cause) => return Err(Unreadable { path: path.to_owned(), cause }),
    };
    let mut report = Report::new(Source::new(path.display().to_string(), text));
    let pins = report.parse().and_then(|node| pins::load(&node, &mut report));
    Ok((pins.unwrap_or_default(), report.into_findings()))
}

/// Reads the pins of a server: those beside its policy, or where the policy stands in the configuration itself, those
/// beside the configuration, under the server's name.
pub(super) fn pins(
    policy: &Node,
    server: &str,
    folder: &Path,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<LoadedPins> {
    // Of several policies the first that is a file.
    let places = match &policy.kind {
        Kind::Array(elements) => elements.as_slice(),
        _ => std::slice::from_ref(policy),
    };
    let file = places.iter().find_map(|place| match &place.kind {
        Kind::Text(path) => Some(path),
        _ => None,
    });
    let path = match file {
        Some(path) => pins_beside(&folder.join(path)),
        None => folder.join(format!("{server}.pins.json")),
    };
    // Also one that is not there yet: when it comes, the configuration is another.
    files.push(path.clone());
    match read_pins(&path) {
        Ok((pins, findings)) => {
            report.append(findings);
            Some(LoadedPins { pins: Arc::new(pins), path })
        }
        Err(unreadable) => {
            report.error(policy.span.clone(), unreadable.to_string(), None);
            None
        }
    }
}

/// YAML is no JSON with a mistake in it.
fn foreign(source: Source) -> Finding {
    Finding {
        code: policy::FOREIGN,
        severity: Severity::Error,
        source,
        span: 0..1,
        message: "this is YAML, as Intercept's policies are, and a policy of Doorward is JSON".to_owned(),
        help: Some("translate the file with `doorward policy import FILE`".to_owned()),
    }
}

/// What policies are read with: the folder of the file that names them, its text, and the files that were read.
pub(super) struct Shelf<'s> {
    pub(super) folder: &'s Path,
    pub(super) text: &'s str,
    pub(super) files: &'s mut Vec<PathBuf>,
}

impl Shelf<'_> {
    /// Reads what stands under `policy`: a path relative to the file that names it, the policy itself, or a list of
    /// either. All of them must allow.
    pub(super) fn read(&mut self, node: &Node, report: &mut Report) -> Vec<LoadedPolicy> {
        let Kind::Array(elements) = &node.kind else { return self.read_one(node, report).into_iter().collect() };
        if elements.is_empty() {
            let help = "name a policy, or leave the key out".to_owned();
            report.error(node.span.clone(), "this list names no policy", Some(help));
        }
        elements.iter().filter_map(|element| self.read_one(element, report)).collect()
    }

    fn read_one(&mut self, node: &Node, report: &mut Report) -> Option<LoadedPolicy> {
        let Kind::Text(path) = &node.kind else {
            let own = self.text.get(node.span.clone()).unwrap_or_default();
            let policy = policy::load(node, own, report)?;
            return Some(LoadedPolicy { policy: Arc::new(policy), source: report.source().clone() });
        };
        let path = self.folder.join(path);
        self.files.push(path.clone());
        match read_policy(&path) {
            Ok((policy, findings)) => {
                report.append(findings);
                policy
            }
            Err(unreadable) => {
                let help = Some("the path is relative to this file".to_owned());
                report.error(node.span.clone(), unreadable.to_string(), help);
                None
            }
        }
    }
}
