//! Policies of other gateways, said in our language: Intercept's YAML, in both its generations.
//!
//! Pure: from one text to another, with a report of what the new one means differently. Whatever cannot be said is an
//! error. It knows nothing of files, and of policies only that what it writes must be one.

mod change;
mod foreign;
mod pattern;
mod translate;
mod yaml;

use crate::json::commented::{Finding, Kind, Report, Severity, Source, Span};
use crate::policy;

pub use change::{Change, Changes};

/// A place for what concerns the whole file.
const WHOLE: Span = 0..1;

/// A policy in our language.
#[derive(Debug)]
pub struct Imported {
    /// The text of the policy, with comments.
    pub text: String,
    /// What it means differently.
    pub changes: Changes,
}

/// Imports a policy of Intercept. With an error among the findings there is nothing.
pub fn import(source: &Source) -> (Option<Imported>, Vec<Finding>) {
    let mut report = Report::new(source.clone());
    let imported = read(source, &mut report);
    let findings = report.into_findings();
    let sound = findings.iter().all(|finding| finding.severity < Severity::Error);
    (imported.filter(|_| sound), findings)
}

/// Whether a text is a policy of Intercept, or means to be one.
pub fn is_foreign(source: &Source) -> bool {
    let mut report = Report::new(source.clone());
    let Some(node) = yaml::read(&mut report) else { return false };
    let Kind::Object(entries) = node.kind else { return false };
    entries.iter().any(|entry| matches!(entry.name.as_str(), "tools" | "default" | "version" | "hide"))
}

fn read(source: &Source, report: &mut Report) -> Option<Imported> {
    let own = Report::new(source.clone()).parse();
    if let Some(own) = &own
        && own.to_value().as_object().is_some_and(translate::is_own)
    {
        return reject_own(report);
    }
    let mut quiet = Report::new(source.clone());
    let Some(node) = yaml::read(&mut quiet) else {
        if own.is_some() {
            // JSON with comments is no YAML, and Intercept knew no such thing.
            return reject_own(report);
        }
        report.append(quiet.into_findings());
        return None;
    };
    let foreign = foreign::read(&node, report)?;
    let head = head(&source.name, foreign.description.as_deref());
    let (sheet, changes) = translate::translate(foreign, report);
    let text = sheet.to_text(&head);
    prove(&text, report);
    Some(Imported { text, changes })
}

fn reject_own(report: &mut Report) -> Option<Imported> {
    let help = "try it with `doorward check`, or `doorward wrap --policy FILE`".to_owned();
    report.error(WHOLE, "this is a policy of Doorward already: there is nothing to import", Some(help));
    None
}

fn head(name: &str, description: Option<&str>) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut head = format!("Imported from {file} by `doorward policy import`.");
    if let Some(description) = description {
        head.push('\n');
        head.push_str(description);
    }
    head
}

/// What is written must be a policy; where it is not, nothing is.
fn prove(text: &str, report: &mut Report) {
    if report.has_errors() {
        return;
    }
    let mut proof = Report::new(Source::new("the imported policy", text));
    let policy = proof.parse().and_then(|node| policy::load(&node, text, &mut proof));
    let faults: Vec<Finding> =
        proof.into_findings().into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    if policy.is_none() || !faults.is_empty() {
        report.error(WHOLE, "what the policy says cannot be said here", None);
        report.append(faults);
    }
}

#[cfg(test)]
mod tests;
