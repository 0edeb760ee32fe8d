//! The law: what a policy file says, and what follows from it for one call.
//!
//! Pure and synchronous: no I/O, no clock, no randomness; the same policy, call and circumstances always give the same
//! ruling. Whatever the law does not say, it denies, and what it cannot tell it denies too. It does not know who enforces
//! it.

pub mod analysis;
mod case;
mod circumstances;
mod codes;
mod condition;
mod decimal;
mod definition;
mod entry;
mod facts;
mod flow;
mod hints;
mod ids;
mod judge;
mod limit;
mod load;
mod memo;
mod names;
mod operator;
mod path;
mod record;
mod rule;
pub mod schema;
mod scope;
mod sight;
mod tally;
mod terms;
mod trace;
mod truth;
mod validator;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::call::{Target, Verdict};
use crate::json::commented::Span;
use crate::secret::Digest;

pub use case::SCHEMA;
pub use circumstances::{Circumstances, Listing, Recalled, Session};
pub use codes::{CAPPED, CODES, FOREIGN, TOOL_UNNAMED, WIDENS};
pub use definition::Definition;
pub use facts::Facts;
pub use hints::Hints;
pub use ids::RuleId;
pub use judge::{Judgement, Unenforced, judge};
pub use limit::{Algorithm, Limit, Scope};
pub use load::load;
pub use memo::{Remembered, remembered, remembers};
pub use path::holds_mark;
pub use record::{kept, reads_what_is_redacted};
pub use sight::{Sight, sight};
pub use terms::{Budget, MOST_MEMORY_MIB, OnFailure, Terms};
pub use trace::{Comparison, Step, trace};
pub use truth::Truth;

use entry::{Arguments, Entry, Rules};
use flow::Flow;
use names::{Names, Table};
use record::Record;

/// A policy as it is meant.
#[derive(Clone, Debug)]
pub struct Policy {
    default: Verdict,
    /// Whether it is more than looked at.
    enforce: bool,
    hide: Names,
    zone: TimeZone,
    arguments: Arguments,
    record: Record,
    flows: Vec<Flow>,
    /// Whether a condition speaks of the labels of what was called before.
    recalls: bool,
    all_tools: Rules,
    tools: Table<Entry>,
    /// Siblings, each with the tool by whose entry it is judged.
    aliases: HashMap<String, String>,
    resources: Table<Entry>,
    prompts: Table<Entry>,
    server_requests: Table<Entry>,
    methods: Table<Entry>,
    digest: Digest,
    /// Where the default stands.
    default_at: Span,
}

/// A plugin that a policy names, and the settings that it gives it.
#[derive(Clone, Debug)]
pub struct PluginUse {
    /// The plugin's name.
    pub name: Arc<str>,
    /// Its settings, as canonical JSON.
    pub config: Arc<[u8]>,
    /// On what terms it is used here.
    pub terms: Terms,
    /// By what the loaded plugin is found.
    pub key: PluginKey,
    /// What its failure means.
    pub on_failure: OnFailure,
    /// The rule's place in the policy, for records.
    pub rule: Arc<str>,
    /// Where the policy's text names it.
    pub span: Span,
}

/// What makes two uses the same plugin: name, settings and terms, as one digest. Settings may be long, and every call looks for
/// its plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PluginKey(Digest);

impl PluginKey {
    fn of(name: &str, config: &[u8], terms: &Terms) -> Self {
        // Names hold no control characters, and settings stand last.
        Self(Digest::of(&[format!("{name}\n{terms:?}\n").as_bytes(), config].concat()))
    }
}

impl Policy {
    /// The digest of the policy's text: the revision that a decision names.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Where its text says what holds where nothing else is said.
    pub fn default_place(&self) -> Span {
        self.default_at.clone()
    }

    /// Every counter that its limits name.
    pub fn counters(&self) -> impl Iterator<Item = &str> {
        self.rules().flat_map(|rules| &rules.limits).map(|limit| &*limit.counter)
    }

    /// Whether the policy says nothing but that everything is allowed.
    pub fn lets_everything_pass(&self) -> bool {
        self.default == Verdict::Allow
            && self.enforce
            && self.hide.is_empty()
            && self.arguments == Arguments::default()
            && self.flows.is_empty()
            && self.all_tools.is_empty()
            && self.entries().next().is_none()
    }

    /// Whether a judgement may turn on the labels of what the caller called before.
    pub fn asks_of_the_past(&self) -> bool {
        self.recalls || !self.flows.is_empty()
    }

    /// Every plugin that the policy names, each as often as it does.
    pub fn plugins(&self) -> impl Iterator<Item = &PluginUse> {
        self.rules().flat_map(|rules| &rules.plugins)
    }

    /// The plugins that judge what is called, in their order, and whether what each says is enforced.
    pub fn plugins_of(&self, target: &Target) -> impl Iterator<Item = (&PluginUse, bool)> {
        self.rules_of(target).flat_map(|(rules, enforced)| rules.plugins.iter().map(move |wanted| (wanted, enforced)))
    }

    /// What of the policy is not enforced, each by its place in it.
    pub fn unenforced(&self) -> impl Iterator<Item = &str> {
        let whole = (!self.enforce).then_some("the whole policy");
        let entries = self.entries().filter(|entry| !entry.enforce).map(|entry| entry.id.as_str());
        let rules = self.rules().flat_map(Rules::conditions).filter(|rule| !rule.enforce).map(|rule| rule.id.as_str());
        let spared = self.plugins().filter(|wanted| wanted.on_failure == OnFailure::Allow).map(|wanted| &*wanted.rule);
        whole.into_iter().chain(entries).chain(rules).chain(spared)
    }

    /// Every entry, of whatever kind.
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        let sections = [&self.tools, &self.resources, &self.prompts, &self.server_requests, &self.methods];
        sections.into_iter().flat_map(Table::iter)
    }

    /// All rules, those of all tools first.
    fn rules(&self) -> impl Iterator<Item = &Rules> {
        std::iter::once(&self.all_tools).chain(self.entries().map(|entry| &entry.rules))
    }

    /// The entry that applies: exactly one, or none.
    fn entry(&self, target: &Target) -> Option<&Entry> {
        match target {
            Target::Tool(name) => self.tools.find(name),
            Target::Resource(uri) => self.resources.find(uri),
            Target::Prompt(name) => self.prompts.find(name),
            Target::ServerRequest(method) => self.server_requests.find(method),
            Target::Method(method) => self.methods.find(method),
        }
    }

    /// Whether a name is as if it were not there. What hides a tool hides its siblings.
    fn hides(&self, target: &Target) -> bool {
        let Target::Tool(name) = target else { return false };
        self.hide.hold(name) || self.aliases.get(name).is_some_and(|head| self.hide.hold(head))
    }

    /// Whether it cannot be told by which entry an address is meant.
    fn finds_ambiguous(&self, target: &Target) -> bool {
        matches!(target, Target::Resource(uri) if !self.resources.is_empty() && names::is_ambiguous(uri))
    }
}

/// A name as a part of a JSON Pointer (RFC 6901).
fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

#[cfg(test)]
mod tests;
