//! What one policy lets pass that another did not. What cannot be shown to be as tight as before counts as wider.

use std::collections::{BTreeSet, HashSet};

use crate::call::{Target, Verdict};
use crate::json::commented::{Source, Span};
use crate::policy::condition::Condition;
use crate::policy::entry::{Entry, Rules};
use crate::policy::limit::{Algorithm, Limit, Scope};
use crate::policy::memo::Memo;
use crate::policy::names::{Star, Table, covers, is_glob};
use crate::policy::path::{Path, Root};
use crate::policy::rule::Rule;
use crate::policy::{OnFailure, PluginUse, Policy};

use super::Owner;
use super::limits::binds_first;
use super::shadow::{Shelf, uncovered};
use super::trial::Trial;

/// How many pairs of globs are compared.
const PAIRS: usize = 200_000;
/// How much is told of one change.
const TOLD: usize = 1000;

/// A policy as it stood, or stands.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The text that it was read from.
    pub source: &'p Source,
}

/// Calls that may pass, and did not before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widening {
    /// Which calls.
    pub calls: String,
    /// What has changed.
    pub why: String,
    /// Where the new policy speaks of them, or would.
    pub span: Span,
}

/// What a policy says of a name, or of names that a glob stands for, before any rule is asked.
struct Stand<'p> {
    verdict: Verdict,
    hidden: bool,
    enforced: bool,
    asks: (bool, bool),
    entry: Option<&'p Entry>,
}

/// What both policies say, and what is found.
struct Comparison<'p, 't, 's> {
    old: Revision<'p>,
    new: Revision<'p>,
    /// What an entry says that is not there.
    none: &'p Rules,
    /// The rules of the new one for all tools.
    all: Shelf<'p>,
    trial: &'t mut Trial<'s>,
    found: Vec<Widening>,
}

/// A kind of entries, with what is said of names that none of them names.
#[derive(Clone, Copy)]
struct Kind {
    word: &'static str,
    target: fn(String) -> Target,
    table: fn(&Policy) -> &Table<Entry>,
    star: Star,
}

const KINDS: [Kind; 5] = [
    Kind { word: "tool", target: Target::Tool, table: |policy| &policy.tools, star: Star::Anything },
    Kind { word: "resource", target: Target::Resource, table: |policy| &policy.resources, star: Star::Segment },
    Kind { word: "prompt", target: Target::Prompt, table: |policy| &policy.prompts, star: Star::Anything },
    Kind {
        word: "request of the server",
        target: Target::ServerRequest,
        table: |policy| &policy.server_requests,
        star: Star::Anything,
    },
    Kind { word: "method", target: Target::Method, table: |policy| &policy.methods, star: Star::Anything },
];

/// What `new` lets pass that `old` did not, as far as it cannot be shown that it does not. `tools` are known by other ways.
pub fn widenings<'t>(old: Revision<'_>, new: Revision<'_>, tools: impl IntoIterator<Item = &'t str>) -> Vec<Widening> {
    if old.policy.digest == new.policy.digest || !old.policy.enforce {
        return Vec::new();
    }
    let tools: Vec<&str> = tools.into_iter().collect();
    let none = Rules::default();
    Trial::with(new.policy, |trial| {
        let all = Owner { rules: &new.policy.all_tools, enforced: new.policy.enforce, judges: "" };
        let all = Shelf::of(Some(all), new.source);
        let mut comparison = Comparison { old, new, none: &none, all, trial, found: Vec::new() };
        comparison.compare(&tools);
        comparison.found
    })
}

impl<'p> Comparison<'p, '_, '_> {
    fn compare(&mut self, tools: &[&str]) {
        let (old, new) = (self.old.policy, self.new.policy);
        if !new.enforce {
            return self.tell("every call", "the policy is no longer enforced", new.default_at.clone());
        }
        if old.zone != new.zone && [old, new].iter().any(|policy| policy.rules().any(asks_for_the_time)) {
            self.tell("calls at some times of the day", "`time_zone` is another", new.default_at.clone());
        }
        for flow in &old.flows {
            let strict = |other: &&crate::policy::flow::Flow| {
                other.id() == flow.id() && other.ruling().verdict >= flow.ruling().verdict
            };
            if new.flows.iter().find(strict).is_none() {
                self.tell(
                    "calls after others",
                    format!("the flow `{}` is gone, or milder", flow.id()),
                    new.default_at.clone(),
                );
            }
        }
        for why in self.lost(&old.all_tools, old.enforce, &Shelf::default(), self.none, true) {
            self.tell("calls of every tool", why, new.default_at.clone());
        }
        for kind in KINDS {
            self.compare_names(kind, tools);
            self.compare_globs(kind);
        }
        self.compare_hidden();
    }

    /// Names that one of the policies names, or that are known by other ways.
    fn compare_names(&mut self, kind: Kind, tools: &[&str]) {
        let (old, new) = (self.old.policy, self.new.policy);
        let mut names: BTreeSet<&str> = (kind.table)(old).names().chain((kind.table)(new).names()).collect();
        if kind.word == "tool" {
            names.extend(tools);
            names.extend(old.hide.exact());
        }
        for name in names {
            let target = (kind.target)(name.to_owned());
            let (before, after) = (stand(old, &target), stand(new, &target));
            self.compare_stands(&format!("calls of the {} `{name}`", kind.word), &before, &after);
        }
    }

    /// Names that both policies know by globs, or not at all: a call that one glob judged, another may judge now.
    fn compare_globs(&mut self, kind: Kind) {
        let (old, new) = (self.old.policy, self.new.policy);
        let (before, after) = (classes(old, kind), classes(new, kind));
        if before.len().saturating_mul(after.len()) > PAIRS {
            let calls = format!("calls of some {}", kind.word);
            return self.tell(&calls, "there are too many globs to compare", new.default_at.clone());
        }
        let place = |classes: &[Class<'_>], glob: &str| classes.iter().position(|class| class.glob == glob);
        for (here, class) in after.iter().enumerate() {
            let known = place(&before, class.glob);
            for (there, other) in before.iter().enumerate() {
                // What comes before applies first: then no name is of both.
                let first = place(&after, other.glob).is_some_and(|place| place < here);
                let meet = meet(class.glob, other.glob) && !first && known.is_none_or(|known| known >= there);
                if !meet {
                    continue;
                }
                let hidden = |policy: &Policy| {
                    kind.word == "tool" && [class.glob, other.glob].iter().any(|glob| policy.hide.cover(glob))
                };
                let (mut then, mut now) = (stand_of(old, other.entry, kind), stand_of(new, class.entry, kind));
                (then.hidden, now.hidden) = (hidden(old), hidden(new));
                if then.hidden {
                    then.verdict = Verdict::Deny;
                }
                if now.hidden {
                    now.verdict = Verdict::Deny;
                }
                let calls = match class.entry {
                    Some(_) => format!("calls of the {} `{}`", kind.word, class.glob),
                    None if is_glob(other.glob) && other.entry.is_some() => {
                        format!("calls of the {} `{}`", kind.word, other.glob)
                    }
                    None => format!("calls of any other {}", kind.word),
                };
                if self.compare_stands(&calls, &then, &now) {
                    break;
                }
            }
        }
    }

    /// Globs of hidden names that are not hidden any more, and not refused otherwise.
    fn compare_hidden(&mut self) {
        let (old, new) = (self.old.policy, self.new.policy);
        let [tool, ..] = KINDS;
        let after = classes(new, tool);
        for glob in old.hide.globs().filter(|glob| !new.hide.cover(glob)) {
            let open =
                |class: &&Class<'_>| meet(class.glob, glob) && stand_of(new, class.entry, tool).verdict < Verdict::Deny;
            if after.iter().any(|class| open(&class)) {
                self.tell(&format!("calls of the tool `{glob}`"), "they were hidden", new.default_at.clone());
            }
        }
    }

    /// Whether something of it is wider.
    fn compare_stands(&mut self, calls: &str, old: &Stand<'p>, new: &Stand<'p>) -> bool {
        let span = new.entry.map_or_else(|| self.new.policy.default_at.clone(), |entry| entry.span.clone());
        let now = if new.verdict == Verdict::Ask { "a person is asked now" } else { "they are allowed now" };
        if new.verdict == Verdict::Deny {
            return false;
        }
        let before = self.found.len();
        match (old.verdict, old.hidden) {
            (Verdict::Deny, true) => self.tell(calls, format!("they were hidden, and {now}"), span),
            (Verdict::Deny, false) => self.tell(calls, format!("they were denied, and {now}"), span),
            (Verdict::Ask, _) if new.verdict < Verdict::Ask => {
                self.tell(calls, "a person was asked, and is not now", span);
            }
            _ => {
                for why in self.losses(old, new) {
                    self.tell(calls, why, span.clone());
                }
            }
        }
        self.found.len() > before
    }

    /// What was asked before a call could pass, and is not now.
    fn losses(&mut self, old: &Stand<'p>, new: &Stand<'p>) -> Vec<String> {
        if !old.enforced {
            return Vec::new();
        }
        if !new.enforced {
            return vec!["they are no longer held to the rules: `enforce` is false".to_owned()];
        }
        let mut losses = Vec::new();
        if old.asks.0 && !new.asks.0 {
            losses.push("arguments that the tool does not know are let pass".to_owned());
        }
        if old.asks.1 && !new.asks.1 {
            losses.push("arguments are not held against the tool's schema".to_owned());
        }
        let memos = |stand: &Stand<'p>| stand.entry.map_or(&[][..], |entry| entry.memos.as_slice());
        let new_memo = |memo: &&Memo| !memos(old).iter().any(|known| known.is_like(memo));
        if memos(new).iter().any(|memo| new_memo(&memo)) {
            losses.push("other facts are remembered of them, which rules may require".to_owned());
        }
        let Some(entry) = old.entry else { return losses };
        let kept: HashSet<&String> = new.entry.iter().flat_map(|entry| &entry.labels).collect();
        let gone = entry.labels.iter().filter(|label| !kept.contains(label));
        losses.extend(gone.map(|label| format!("the label `{label}` is gone, by which flows know them")));
        let rules = new.entry.map_or(self.none, |entry| &entry.rules);
        let owner = Owner { rules, enforced: new.enforced, judges: "" };
        let own = Shelf::of(Some(owner), self.new.source);
        losses.extend(self.lost(&entry.rules, true, &own, rules, entry.id.starts_with("/tools/")));
        losses
    }

    /// What of some old rules has nothing in the new ones that is as tight: neither among those for all tools nor in `own`.
    fn lost(&mut self, old: &'p Rules, enforced: bool, own: &Shelf<'p>, rules: &Rules, tool: bool) -> Vec<String> {
        let (all, shelf) = if tool { (&self.new.policy.all_tools, &self.all) } else { (self.none, own) };
        let owner = Owner { rules: old, enforced, judges: "" };
        let mut lost: Vec<String> = uncovered(owner, self.old.source, &[shelf, own], self.trial)
            .into_iter()
            .map(|rule| format!("`{}` is gone, or another", rule.id))
            .collect();
        for limit in &old.limits {
            let mut limits = all.limits.iter().chain(&rules.limits);
            if limits.clone().any(|other| is_as_tight(other, limit)) {
                continue;
            }
            lost.push(match limits.find(|other| other.counter == limit.counter) {
                Some(other) => {
                    format!("the limit `{}` was {}, and is {}", limit.counter, limit.sentence(), other.sentence())
                }
                None => format!("the limit `{}` is gone", limit.counter),
            });
        }
        for plugin in &old.plugins {
            let mut plugins = all.plugins.iter().chain(&rules.plugins).filter(|other| other.name == plugin.name);
            let same = |other: &&PluginUse| other.config == plugin.config;
            let as_strict =
                |other: &PluginUse| other.on_failure == plugin.on_failure || other.on_failure == OnFailure::Deny;
            if plugins.clone().filter(same).any(as_strict) {
                continue;
            }
            let how = match (plugins.clone().any(|other| same(&other)), plugins.next()) {
                (true, _) => "lets pass what it fails at",
                (false, Some(_)) => "has other settings",
                (false, None) => "is gone",
            };
            lost.push(format!("the plugin `{}` {how}", plugin.name));
        }
        lost
    }

    fn tell(&mut self, calls: &str, why: impl Into<String>, span: Span) {
        if self.found.len() < TOLD {
            self.found.push(Widening { calls: calls.to_owned(), why: why.into(), span });
        }
    }
}

/// Names that a glob stands for, or that nothing names.
struct Class<'p> {
    glob: &'p str,
    entry: Option<&'p Entry>,
}

/// The globs of a policy, in the order in which they apply; last what applies where none does.
fn classes(policy: &Policy, kind: Kind) -> Vec<Class<'_>> {
    let globs = (kind.table)(policy).globs();
    let mut classes: Vec<Class<'_>> = globs.map(|(glob, entry)| Class { glob, entry: Some(entry) }).collect();
    let everything = |class: &Class<'_>| kind.star == Star::Anything && covers(class.glob, "*", kind.star);
    if !classes.iter().any(everything) {
        classes.push(Class { glob: "", entry: None });
    }
    classes
}

/// Whether a name may be of both, as far as their beginnings tell.
fn meet(one: &str, other: &str) -> bool {
    let beginning = |glob: &str| glob.split('*').next().unwrap_or_default().to_owned();
    let (one, other) = (beginning(one), beginning(other));
    one.starts_with(&other) || other.starts_with(&one)
}

fn stand<'p>(policy: &'p Policy, target: &Target) -> Stand<'p> {
    let entry = policy.entry(target);
    let (base, enforced) = policy.base(target, entry);
    Stand {
        verdict: if enforced { base.verdict } else { Verdict::Allow },
        hidden: policy.hides(target),
        enforced: policy.enforces(entry),
        asks: policy.asks_of_arguments(target, entry),
        entry,
    }
}

/// What holds for names that an entry stands for, or that none does.
fn stand_of<'p>(policy: &'p Policy, entry: Option<&'p Entry>, kind: Kind) -> Stand<'p> {
    let enforced = policy.enforces(entry);
    let verdict = entry.map_or(policy.default, |entry| entry.action);
    Stand {
        verdict: if enforced { verdict } else { Verdict::Allow },
        hidden: false,
        enforced,
        asks: policy.asks_of_arguments(&(kind.target)(String::new()), entry),
        entry,
    }
}

/// Whether calls that keep within one limit keep within the other, which was there before.
fn is_as_tight(new: &Limit, old: &Limit) -> bool {
    let breadth = |scope: Scope| match scope {
        Scope::Session => 0,
        Scope::Grant => 1,
        Scope::Server => 2,
        Scope::All => 3,
    };
    if new.counter != old.counter || breadth(new.scope) < breadth(old.scope) || new.cost != old.cost {
        return false;
    }
    let alike = match (&new.algorithm, &old.algorithm) {
        (Algorithm::Sliding, Algorithm::Sliding) => true,
        (Algorithm::TokenBucket { burst }, Algorithm::TokenBucket { burst: before }) => burst <= before,
        (Algorithm::Calendar(new), Algorithm::Calendar(old)) => new == old,
        _ => false,
    };
    (alike && new.window == old.window && new.max <= old.max) || (new.scope == old.scope && binds_first(new, old))
}

fn asks_for_the_time(rules: &Rules) -> bool {
    fn timed(path: &Path) -> bool {
        matches!(path.root(), Root::Time(_))
    }
    fn asks(condition: &Condition) -> bool {
        match condition {
            Condition::Test { path, .. } => timed(path),
            Condition::Compare { path, with, .. } => timed(path) || timed(with),
            Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().any(asks),
            Condition::Not(condition) => asks(condition),
        }
    }
    let asks_rule = |rule: &Rule| rule.conditions.iter().any(asks);
    rules.conditions().any(asks_rule)
}
