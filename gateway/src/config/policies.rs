//! Policies, by path or in place.

use std::path::Path;
use std::sync::Arc;

use crate::json::commented::{Finding, Kind, Node, Report, Severity, Source};
use crate::policy::{self, Policy};

use super::{Unreadable, read_file};

/// Reads a policy file. `None` if anything is wrong with it; the findings say what.
pub fn read_policy(path: &Path) -> Result<(Option<Policy>, Vec<Finding>), Unreadable> {
    let text = read_file(path)?;
    let mut report = Report::new(Source::new(path.display().to_string(), text.as_str()));
    let policy = report.parse().and_then(|node| policy::load(&node, &text, &mut report));
    let findings = report.into_findings();
    let sound = findings.iter().all(|finding| finding.severity < Severity::Error);
    Ok((policy.filter(|_| sound), findings))
}

/// Reads what stands under `policy`: a path relative to the file that names it, or the policy itself.
pub(super) fn policy(node: &Node, folder: &Path, text: &str, report: &mut Report) -> Option<Arc<Policy>> {
    let Kind::Text(path) = &node.kind else {
        let own = text.get(node.span.clone()).unwrap_or_default();
        return policy::load(node, own, report).map(Arc::new);
    };
    match read_policy(&folder.join(path)) {
        Ok((policy, findings)) => {
            report.append(findings);
            policy.map(Arc::new)
        }
        Err(unreadable) => {
            let help = Some("the path is relative to this file".to_owned());
            report.error(node.span.clone(), unreadable.to_string(), help);
            None
        }
    }
}
