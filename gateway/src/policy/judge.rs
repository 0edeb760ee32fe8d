//! From the law to a judgement.

use std::borrow::Cow;

use crate::call::{Call, Ruling, Target, Verdict};

use super::case::Case;
use super::entry::{Entry, Rules};
use super::record::shown;
use super::{Circumstances, Limit, PluginUse, Policy, Recalled};

/// What the law says of a call: its own ruling, who else must review it, and what it counts against.
#[derive(Clone, Debug)]
pub struct Judgement<'p> {
    /// The ruling.
    pub ruling: Ruling,
    /// The ruling of what is not enforced, where that objects: it would have been this.
    pub would: Option<Ruling>,
    /// The plugins that review the call if the ruling is not a no, in the policy's order.
    pub plugins: Vec<&'p PluginUse>,
    /// What the call counts against if it passes.
    pub limits: Vec<&'p Limit>,
    /// What of both is not enforced: what it says is recorded, and the call passes.
    pub unenforced: Unenforced<'p>,
    /// The labels of what is called, for the session to remember.
    pub labels: Vec<&'p str>,
    /// The facts that rules looked for.
    pub recalled: Vec<Recalled>,
}

/// Plugins and limits of what is not enforced.
#[derive(Clone, Debug, Default)]
pub struct Unenforced<'p> {
    /// The plugins.
    pub plugins: Vec<&'p PluginUse>,
    /// The limits.
    pub limits: Vec<&'p Limit>,
}

/// Objections, as they are heard: the strictest counts, and of several the first.
#[derive(Default)]
struct Objections {
    ruling: Option<Ruling>,
    would: Option<Ruling>,
}

/// Judges one call. Every policy must allow it; the first that does not gives the reason. Without any policy the answer
/// is no.
pub fn judge<'p>(
    policies: impl IntoIterator<Item = &'p Policy, IntoIter: Clone>,
    call: &Call,
    circumstances: &Circumstances<'_>,
) -> Judgement<'p> {
    let policies = policies.into_iter();
    let case = Case::new(call, circumstances);
    let labels = labels(policies.clone(), call.target());
    let mut judgement: Option<Judgement<'p>> = None;
    for policy in policies.clone() {
        let (ruling, would) = policy.rule(&case, &labels);
        let all = judgement.get_or_insert_with(|| Judgement::of(ruling.clone()));
        if ruling.verdict > all.ruling.verdict {
            all.ruling = ruling;
        }
        if let Some(would) = would {
            stricter(&mut all.would, Cow::Owned(would));
        }
        for (rules, enforced) in policy.rules_of(call.target()) {
            let Judgement { plugins, limits, unenforced, .. } = all;
            let (plugins, limits) =
                if enforced { (plugins, limits) } else { (&mut unenforced.plugins, &mut unenforced.limits) };
            plugins.extend(&rules.plugins);
            limits.extend(&rules.limits);
        }
    }
    let mut judgement = judgement
        .unwrap_or_else(|| Judgement::of(ruling(Verdict::Deny, "(no policy)", "no policy allows anything here")));
    judgement.labels = labels;
    judgement.recalled = case.work.recalled(|| shown(policies, call));
    judgement
}

/// Every label that one of the policies gives to what is called.
pub(super) fn labels<'p>(policies: impl Iterator<Item = &'p Policy>, target: &Target) -> Vec<&'p str> {
    let mut labels: Vec<&str> = Vec::new();
    for entry in policies.filter_map(|policy| policy.entry(target)) {
        for label in &entry.labels {
            if !labels.contains(&label.as_str()) {
                labels.push(label);
            }
        }
    }
    labels
}

impl Policy {
    /// The policy's ruling: hide, default and action; the arguments; then every `require`, every `deny_if`, every flow and
    /// every `approve_if`. Beside it, what the ruling of the unenforced would be.
    fn rule(&self, case: &Case<'_>, labels: &[&str]) -> (Ruling, Option<Ruling>) {
        let target = case.call.target();
        let entry = self.entry(target);
        let (base, enforced) = self.base(target, entry);
        let mut objections = Objections::default();
        if base.verdict > Verdict::Allow {
            objections.hear(Cow::Borrowed(&base), enforced);
        }
        // The first no that is enforced ends it.
        let _heard = self.hear(case, entry, labels, &mut objections);
        let Objections { ruling: found, would } = objections;
        let ruling = found.unwrap_or_else(|| match base.verdict {
            Verdict::Allow => base,
            Verdict::Ask | Verdict::Deny => ruling(Verdict::Allow, base.rule, "not enforced"),
        });
        (ruling, would)
    }

    fn hear(&self, case: &Case<'_>, entry: Option<&Entry>, labels: &[&str], objections: &mut Objections) -> Option<()> {
        objections.go_on()?;
        let enforced = self.enforces(entry);
        let (known, schema) = self.asks_of_arguments(case.call.target(), entry);
        for objection in [known.then(|| case.stranger()), schema.then(|| case.misfit())].into_iter().flatten().flatten()
        {
            objections.hear(Cow::Borrowed(objection), enforced);
            objections.go_on()?;
        }
        let scope = case.scope(&self.zone);
        for (rules, enforced) in self.rules_of(case.call.target()) {
            for rule in rules.require.iter().chain(&rules.deny_if) {
                if let Some(objection) = rule.objection(&scope) {
                    objections.hear(Cow::Owned(objection), enforced && rule.enforce);
                    objections.go_on()?;
                }
            }
        }
        for flow in &self.flows {
            if let Some(objection) = flow.objection(labels, case.circumstances.session) {
                objections.hear(Cow::Owned(objection), self.enforce);
                objections.go_on()?;
            }
        }
        for (rules, enforced) in self.rules_of(case.call.target()) {
            for rule in &rules.approve_if {
                if let Some(objection) = rule.objection(&scope) {
                    objections.hear(Cow::Owned(objection), enforced && rule.enforce);
                }
            }
        }
        Some(())
    }

    /// What holds before any argument is looked at, and whether that is enforced.
    pub(super) fn base(&self, target: &Target, entry: Option<&Entry>) -> (Ruling, bool) {
        if self.hides(target) {
            return (ruling(Verdict::Deny, "(hidden)", "no such name"), self.enforce);
        }
        if self.finds_ambiguous(target) {
            let reason = "the address can be read in several ways, so it cannot be told which rule is meant";
            return (ruling(Verdict::Deny, "(ambiguous address)", reason), self.enforce);
        }
        let Some(entry) = entry else { return (self.by_default(target), self.enforce) };
        let base = match entry.action {
            Verdict::Allow => ruling(Verdict::Allow, entry.id.clone(), "allowed"),
            objects => {
                let reason = entry.reason.clone().unwrap_or_else(|| match objects {
                    Verdict::Ask => format!("a person must approve the {target}"),
                    Verdict::Allow | Verdict::Deny => format!("the policy denies the {target}"),
                });
                ruling(objects, format!("{}/action", entry.id), reason)
            }
        };
        (base, self.enforces(Some(entry)))
    }

    fn by_default(&self, target: &Target) -> Ruling {
        match self.default {
            Verdict::Allow => ruling(Verdict::Allow, "(default allow)", "allowed"),
            Verdict::Ask | Verdict::Deny => {
                let reason = format!("the policy does not allow the {target}");
                ruling(Verdict::Deny, "(default deny)", reason)
            }
        }
    }

    /// The rules that apply, and whether they are enforced: those of all tools, then the name's own.
    pub(super) fn rules_of(&self, target: &Target) -> impl Iterator<Item = (&Rules, bool)> {
        let all = matches!(target, Target::Tool(_)).then_some((&self.all_tools, self.enforce));
        let entry = self.entry(target);
        all.into_iter().chain(entry.map(|entry| (&entry.rules, self.enforces(Some(entry)))))
    }

    /// Whether what an entry says is more than looked at.
    pub(super) fn enforces(&self, entry: Option<&Entry>) -> bool {
        self.enforce && entry.is_none_or(|entry| entry.enforce)
    }

    /// Whether arguments must be known to the tool, and as its schema says. A policy that says nothing asks for nothing.
    pub(super) fn asks_of_arguments(&self, target: &Target, entry: Option<&Entry>) -> (bool, bool) {
        if !matches!(target, Target::Tool(_)) || self.lets_everything_pass() {
            return (false, false);
        }
        entry.map(|entry| entry.arguments).unwrap_or_default().or(self.arguments)
    }
}

impl Judgement<'_> {
    fn of(ruling: Ruling) -> Self {
        Self {
            ruling,
            would: None,
            plugins: Vec::new(),
            limits: Vec::new(),
            unenforced: Unenforced::default(),
            labels: Vec::new(),
            recalled: Vec::new(),
        }
    }
}

impl Objections {
    fn hear(&mut self, objection: Cow<'_, Ruling>, enforced: bool) {
        stricter(if enforced { &mut self.ruling } else { &mut self.would }, objection);
    }

    /// `None` once nothing can change the ruling any more.
    fn go_on(&self) -> Option<()> {
        let denied = self.ruling.as_ref().is_some_and(|ruling| ruling.verdict == Verdict::Deny);
        (!denied).then_some(())
    }
}

fn stricter(place: &mut Option<Ruling>, other: Cow<'_, Ruling>) {
    if place.as_ref().is_none_or(|known| other.verdict > known.verdict) {
        *place = Some(other.into_owned());
    }
}

pub(super) fn ruling(
    verdict: Verdict,
    rule: impl Into<Cow<'static, str>>,
    reason: impl Into<Cow<'static, str>>,
) -> Ruling {
    Ruling { verdict, rule: rule.into(), reason: reason.into(), remedy: None }
}
