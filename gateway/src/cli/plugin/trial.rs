//! One case of a plugin, tried by the host that runs plugins in the gateway.

use std::sync::Arc;

use crate::call::{Call, Caller, ServerName, Target};
use crate::json::{Limits, Object, Value};
use crate::plugins::{
    Context, Curation, Finding, Hook, Host, Inspection, LoadFault, Opinion, Patches, Plugin, Reader, Seen,
};
use crate::policy::{Hints, Terms};

use super::super::report::tried::Differences;
use super::as_text;
use super::cases::{Aim, Asked, Case, Expectation, Expected, Scene};

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
    /// Why; more than one only of settings.
    findings: Vec<Found>,
    /// What a reply or an item became.
    becomes: Option<Value>,
}

/// Code, pointer, and reason with remediation.
type Found = (String, Option<String>, String);

impl Trial {
    /// What the plugin says where it reads its settings for every question, and what it says where it begins behind them, must be
    /// the same: the gateway does either.
    pub(super) fn hold_against(&mut self, as_run: &Self) {
        if self.said != as_run.said {
            let lines = |sign: &str, trial: &Self, what: &str| {
                let line = |said: &String| format!("{sign} {what}: {said}");
                trial.said.iter().map(line).collect::<Vec<_>>()
            };
            self.differences.extend(lines("-", self, "with its settings read for the question"));
            self.differences.extend(lines("+", as_run, "as the gateway runs it, with its settings read before"));
        }
    }
}

/// Tries a case.
pub(super) async fn run(host: &Host, name: &str, component: &[u8], case: &Case) -> Trial {
    let _seen_before = host.seen();
    // Whether it may remember is the operator's to say; here it may.
    let terms = Terms { memory: true, ..Terms::default() };
    let outcome = match host.load_on(&terms, name, component, &case.settings).await {
        Err(faults) => Outcome::of_faults(&faults),
        Ok(plugin) => ask(&plugin, case).await,
    };
    Trial { differences: differences(&case.expect, &outcome), said: outcome.in_words(), seen: host.seen() }
}

async fn ask(plugin: &Plugin, case: &Case) -> Outcome {
    let scene = &case.scene;
    let (wanted, otherwise) = match &case.asked {
        Asked::Settings => return Outcome::of(Expected::Allow),
        Asked::Call(_) => (Hook::Call, Expected::Deny),
        Asked::Reply(..) => (Hook::Result, Expected::Refuse),
        Asked::Item(_) => (Hook::List, Expected::Hide),
    };
    if !plugin.has(wanted) {
        let reason = format!("the plugin has no `{}-hook`", wanted.as_str());
        return Outcome { findings: vec![("hook.none".to_owned(), None, reason)], ..Outcome::of(otherwise) };
    }
    match &case.asked {
        Asked::Settings => Outcome::of(Expected::Allow),
        Asked::Call(document) => {
            let reviewed = plugin.check(&Arc::new(call(scene, document)), context(scene)).await;
            match &reviewed.opinion {
                Opinion::Allow => Outcome::of(Expected::Allow),
                Opinion::Modify(patches) => {
                    let document = document.as_object().cloned().unwrap_or_default();
                    Outcome::of_patches(Expected::Modify, patches, (&document, Limits::request), otherwise)
                }
                Opinion::Ask(finding) => Outcome::with(Expected::Ask, Some(finding)),
                Opinion::Deny(finding) => Outcome::with(Expected::Deny, Some(finding)),
            }
        }
        Asked::Reply(document, answered, reply) => {
            let (call, reply) = (Arc::new(call(scene, document)), Arc::new(reply.clone()));
            let inspected = plugin.inspect(&call, &context(scene), (*answered, &reply), None).await;
            match inspected.opinion {
                Inspection::Pass => Outcome::of(Expected::Pass),
                Inspection::Redact(patches) => {
                    Outcome::of_patches(Expected::Redact, &patches, (&reply, Limits::reply), otherwise)
                }
                Inspection::Refuse(finding) => Outcome::with(Expected::Refuse, Some(&finding)),
            }
        }
        Asked::Item(item) => {
            let (caller, server) = (Caller::new(scene.caller.as_str()), ServerName::new(scene.server.as_str()));
            let reader = Reader { caller: &caller, groups: &scene.groups, server: &server };
            let item = Arc::new(item.clone());
            match plugin.filter(&reader, &target(&scene.aim), &item).await.opinion {
                Curation::Keep => Outcome::of(Expected::Keep),
                Curation::Rewrite(patches) => {
                    Outcome::of_patches(Expected::Rewrite, &patches, (&item, Limits::reply), otherwise)
                }
                Curation::Hide(finding) => Outcome::with(Expected::Hide, finding.as_ref()),
            }
        }
    }
}

impl Outcome {
    fn of(verdict: Expected) -> Self {
        Self { verdict, findings: Vec::new(), becomes: None }
    }

    fn with(verdict: Expected, finding: Option<&Finding>) -> Self {
        Self { findings: finding.map(found).into_iter().collect(), ..Self::of(verdict) }
    }

    /// What comes of patches; where they cannot be applied, that is as if the plugin had said no.
    fn of_patches(
        verdict: Expected,
        patches: &Patches,
        (document, limits): (&Object, fn(usize) -> Limits),
        otherwise: Expected,
    ) -> Self {
        match patches.apply(document, limits) {
            Ok(patched) => Self { becomes: Some(patched.into()), ..Self::of(verdict) },
            Err(finding) => Self::with(otherwise, Some(&finding)),
        }
    }

    fn of_faults(faults: &[LoadFault]) -> Self {
        let finding = |fault: &LoadFault| {
            let code = fault.finding.clone().unwrap_or_else(|| fault.code.to_string());
            (code, fault.pointer.clone(), in_one(&fault.reason, fault.remediation.as_deref()))
        };
        Self { findings: faults.iter().map(finding).collect(), ..Self::of(Expected::Invalid) }
    }

    /// For a person.
    fn in_words(&self) -> Vec<String> {
        if self.findings.is_empty() {
            let becomes = self.becomes.as_ref().map(|becomes| format!(": {}", as_text(becomes)));
            return vec![format!("{}{}", self.verdict.as_str(), becomes.unwrap_or_default())];
        }
        let line = |(code, pointer, text): &Found| {
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
    let differing = |finding: &Found| {
        let (code, pointer, text) = finding;
        let mut differences = Differences::default();
        let mut differ = |what, expected: &str, found: &str| differences.differ(what, expected, found);
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
        if let Some(wanted) = expected.becomes.as_ref().filter(|wanted| Some(*wanted) != outcome.becomes.as_ref()) {
            differ("becomes", &as_text(wanted), &outcome.becomes.as_ref().map(as_text).unwrap_or_default());
        }
        differences.into_lines()
    };
    findings.iter().map(differing).min_by_key(Vec::len).unwrap_or_default()
}

fn found(finding: &Finding) -> Found {
    // What the gateway says of a plugin that fails tells its callers what to do, not its author.
    let remediation = finding.remediation.as_deref().filter(|_| !finding.code.starts_with("plugin."));
    (finding.code.to_string(), finding.pointer.clone(), in_one(&finding.reason, remediation))
}

fn in_one(reason: &str, remediation: Option<&str>) -> String {
    match remediation {
        Some(remediation) => format!("{reason} ({remediation})"),
        None => reason.to_owned(),
    }
}

/// What the gateway would tell of a call in this scene.
pub(super) fn context(scene: &Scene) -> Context {
    let hints = match scene.aim {
        Aim::Tool(_) => scene.hints,
        Aim::Resource(_) | Aim::Prompt(_) | Aim::Method(_) => Hints::default(),
    };
    Context {
        call_id: "case".to_owned(),
        hints,
        groups: scene.groups.clone(),
        client: scene.client.clone(),
        facts: scene.facts.clone(),
        now: scene.now,
    }
}

/// A call in this scene.
pub(super) fn call(scene: &Scene, document: &Value) -> Call {
    let named = |name: &str| Object::from([("name", name.into()), ("arguments", document.clone())]);
    let (method, params) = match &scene.aim {
        Aim::Tool(name) => ("tools/call", Some(named(name))),
        Aim::Prompt(name) => ("prompts/get", Some(named(name))),
        Aim::Resource(_) => ("resources/read", document.as_object().cloned()),
        Aim::Method(method) => (method.as_str(), document.as_object().cloned()),
    };
    let (caller, server) = (Caller::new(scene.caller.as_str()), ServerName::new(scene.server.as_str()));
    Call::new(caller, server, target(&scene.aim), method.to_owned(), params, Object::new())
}

fn target(aim: &Aim) -> Target {
    match aim {
        Aim::Tool(name) => Target::Tool(name.clone()),
        Aim::Prompt(name) => Target::Prompt(name.clone()),
        Aim::Resource(uri) => Target::Resource(uri.clone()),
        Aim::Method(method) => Target::Method(method.clone()),
    }
}
