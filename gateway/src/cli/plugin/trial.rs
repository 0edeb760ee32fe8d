//! One case of a plugin, tried by the host that runs plugins in the gateway.

use std::sync::Arc;

use crate::call::{Call, Caller, ServerName, Target, Verdict};
use crate::json::{Object, Value};
use crate::plugins::{Context, Host, LoadFault, Reviewed, Seen};
use crate::policy::Terms;

use super::cases::{Aim, Case, Expectation, Expected, Scene};

/// What came of a case.
pub(super) struct Trial {
    /// How it differs from what is expected, line by line; nothing where it does not.
    pub(super) differences: Vec<String>,
    /// What the plugin said, in words.
    pub(super) said: Vec<String>,
    /// What was seen of it meanwhile, where somebody looked.
    pub(super) seen: Seen,
}

/// What a plugin came out with.
struct Outcome {
    verdict: Expected,
    /// Code, pointer, and reason with remediation; more than one only of settings.
    findings: Vec<(String, Option<String>, String)>,
}

/// Tries a case.
pub(super) async fn run(host: &Host, name: &str, component: &[u8], case: &Case) -> Trial {
    let _seen_before = host.seen();
    let outcome = match host.load_on(&Terms { memory: true, ..Terms::default() }, name, component, &case.settings).await
    {
        Err(faults) => Outcome::of_faults(&faults),
        Ok(plugin) => match &case.call {
            None => Outcome { verdict: Expected::Allow, findings: Vec::new() },
            Some(document) => {
                let context = context(&case.scene);
                Outcome::of_review(&plugin.check(&Arc::new(call(&case.scene, document)), context).await)
            }
        },
    };
    Trial { differences: differences(&case.expect, &outcome), said: outcome.in_words(), seen: host.seen() }
}

impl Outcome {
    fn of_review(reviewed: &Reviewed) -> Self {
        let verdict = match reviewed.verdict() {
            Verdict::Allow => Expected::Allow,
            Verdict::Ask => Expected::Ask,
            Verdict::Deny => Expected::Deny,
        };
        let finding = reviewed.finding().map(|found| {
            // What the gateway says of a plugin that fails tells its callers what to do, not its author.
            let remediation = found.remediation.as_deref().filter(|_| !found.code.starts_with("plugin."));
            let text = in_one(&found.reason, remediation);
            (found.code.to_string(), found.pointer.clone(), text)
        });
        Self { verdict, findings: finding.into_iter().collect() }
    }

    fn of_faults(faults: &[LoadFault]) -> Self {
        let finding = |fault: &LoadFault| {
            let code = fault.finding.clone().unwrap_or_else(|| fault.code.to_string());
            (code, fault.pointer.clone(), in_one(&fault.reason, fault.remediation.as_deref()))
        };
        Self { verdict: Expected::Invalid, findings: faults.iter().map(finding).collect() }
    }

    /// For a person.
    fn in_words(&self) -> Vec<String> {
        if self.findings.is_empty() {
            return vec![self.verdict.as_str().to_owned()];
        }
        let line = |(code, pointer, text): &(String, Option<String>, String)| {
            let place = pointer.as_ref().map(|pointer| format!(" at `{pointer}`")).unwrap_or_default();
            format!("{}: {code}{place}: {text}", self.verdict.as_str())
        };
        self.findings.iter().map(line).collect()
    }
}

/// `- what was expected`, `+ what came`. Of several findings one must fit as a whole; the nearest is told.
fn differences(expected: &Expectation, outcome: &Outcome) -> Vec<String> {
    let nothing = (String::new(), None, String::new());
    let findings = if outcome.findings.is_empty() { std::slice::from_ref(&nothing) } else { &outcome.findings };
    let differing = |finding: &(String, Option<String>, String)| {
        let (code, pointer, text) = finding;
        let mut lines = Vec::new();
        let mut differ = |what: &str, expected: &str, found: &str| {
            lines.push(format!("- {what}: {expected}"));
            lines.push(format!("+ {what}: {found}"));
        };
        if expected.verdict != outcome.verdict {
            differ("verdict", expected.verdict.as_str(), outcome.verdict.as_str());
        }
        if let Some(wanted) = expected.code.as_ref().filter(|wanted| *wanted != code) {
            differ("code", wanted, code);
        }
        if let Some(wanted) = expected.pointer.as_ref().filter(|wanted| Some(*wanted) != pointer.as_ref()) {
            differ("pointer", wanted, pointer.as_deref().unwrap_or_default());
        }
        if let Some(wanted) = expected.text.as_ref().filter(|wanted| !text.contains(wanted.as_str())) {
            differ("text", wanted, text);
        }
        lines
    };
    findings.iter().map(differing).min_by_key(Vec::len).unwrap_or_default()
}

fn in_one(reason: &str, remediation: Option<&str>) -> String {
    match remediation {
        Some(remediation) => format!("{reason} ({remediation})"),
        None => reason.to_owned(),
    }
}

fn context(scene: &Scene) -> Context {
    Context { call_id: "case".to_owned(), groups: scene.groups.clone(), facts: scene.facts.clone(), now: scene.now }
}

fn call(scene: &Scene, document: &Value) -> Call {
    let named = |name: &str| Object::from([("name", name.into()), ("arguments", document.clone())]);
    let (target, method, params) = match &scene.aim {
        Aim::Tool(name) => (Target::Tool(name.clone()), "tools/call", Some(named(name))),
        Aim::Prompt(name) => (Target::Prompt(name.clone()), "prompts/get", Some(named(name))),
        Aim::Resource(uri) => (Target::Resource(uri.clone()), "resources/read", document.as_object().cloned()),
        Aim::Method(method) => (Target::Method(method.clone()), method.as_str(), document.as_object().cloned()),
    };
    let (caller, server) = (Caller::new(scene.caller.as_str()), ServerName::new(scene.server.as_str()));
    Call::new(caller, server, target, method.to_owned(), params, Object::new())
}
