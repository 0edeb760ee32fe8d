//! Entries: what a policy says of one name, or of the many that a glob stands for.

use std::collections::HashMap;

use crate::call::Verdict;
use crate::json::commented::{Entry as Member, Fields, Node, Report, Span};

use super::condition::Sense;
use super::flow::read_label;
use super::memo::Memo;
use super::record::Record;
use super::rule::{Rule, read_enforce};
use super::tally::Tally;
use super::{Limit, OnFailure, PluginKey, PluginUse, Terms, escape};

/// What becomes of a call before any rule is asked.
pub(super) const ACTIONS: [(&str, Verdict); 3] =
    [("allow", Verdict::Allow), ("deny", Verdict::Deny), ("require_approval", Verdict::Ask)];

/// What the policy says of a name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) name: String,
    /// Where its name stands.
    pub(super) span: Span,
    pub(super) action: Verdict,
    pub(super) reason: Option<String>,
    /// Whether it is more than looked at.
    pub(super) enforce: bool,
    pub(super) labels: Vec<String>,
    pub(super) arguments: Arguments,
    pub(super) record: Record,
    /// What is remembered of calls that succeeded.
    pub(super) memos: Vec<Memo>,
    pub(super) rules: Rules,
}

/// Rules that add up: those of one name, and those of all tools.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) require: Vec<Rule>,
    pub(super) deny_if: Vec<Rule>,
    pub(super) approve_if: Vec<Rule>,
    pub(super) limits: Vec<Limit>,
    pub(super) plugins: Vec<PluginUse>,
}

/// How arguments are held against the tool's schema; what is not said is said elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// Whether a tool must take an argument for it to pass.
    pub(super) known: Option<bool>,
    /// Whether arguments must be as the schema says.
    pub(super) schema: Option<bool>,
}

/// What there is to entries of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tool,
    Other,
}

impl Entry {
    /// Reads what stands under a name in `section`.
    pub(super) fn read(
        member: &Member,
        section: &str,
        kind: Kind,
        tally: &mut Tally,
        report: &mut Report,
    ) -> Option<Self> {
        let mut fields = report.fields(&member.node)?;
        let id = format!("/{section}/{}", escape(&member.name));
        let action = fields.get("action").map_or(Some(Verdict::Allow), |node| report.one_of(node, &ACTIONS));
        let reason_node = fields.get("reason");
        if let (Some(node), Some(Verdict::Allow)) = (reason_node, action) {
            report.warn(node.span.clone(), "`reason` says nothing beside an action that allows", None);
        }
        let reason = reason_node.map_or(Some(None), |node| report.text(node).map(|text| Some(text.to_owned())));
        let enforce = read_enforce(fields.get("enforce"), report);
        let (labels, arguments, record, memos) = match kind {
            Kind::Tool => {
                let labels = read_list(fields.get("labels"), report, read_label);
                let arguments =
                    fields.get("arguments").map_or(Some(Arguments::default()), |node| Arguments::read(node, report));
                let record = fields.get("record").map_or(Some(Record::default()), |node| Record::read(node, report));
                let memos = fields.get("remember").map_or(Some(Vec::new()), |node| Memo::read_all(node, tally, report));
                (labels, arguments, record, memos)
            }
            Kind::Other => (Some(Vec::new()), Some(Arguments::default()), Some(Record::default()), Some(Vec::new())),
        };
        let rules = Rules::read(&mut fields, &id, tally, report);
        fields.finish(report);
        let (name, span) = (member.name.clone(), member.span.clone());
        Some(Self {
            id,
            name,
            span,
            action: action?,
            reason: reason?,
            enforce: enforce?,
            labels: labels?,
            arguments: arguments?,
            record: record?,
            memos: memos?,
            rules: rules?,
        })
    }
}

impl Rules {
    /// Reads what an entry and `all_tools` have in common.
    pub(super) fn read(fields: &mut Fields<'_>, owner: &str, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        let mut rules = |sense: Sense, report: &mut Report| {
            let read = |node: &Node, report: &mut Report| Rule::read(node, sense, owner, tally, report);
            read_list(fields.get(sense.key()), report, read)
        };
        let require = rules(Sense::Require, report);
        let deny_if = rules(Sense::DenyIf, report);
        let approve_if = rules(Sense::ApproveIf, report);
        let limits = read_list(fields.get("limits"), report, |node, report| Limit::read(node, owner, report));
        let rate = fields.get("rate_limit").map(|node| Limit::read_rate(node, owner, report));
        let plugins = read_list(fields.get("plugins"), report, |node, report| PluginUse::read(node, owner, report));
        let mut limits = limits?;
        if let Some(rate) = rate {
            limits.push(rate?);
        }
        let (require, deny_if, approve_if) = (require?, deny_if?, approve_if?);
        let mut rules = Self { require, deny_if, approve_if, limits, plugins: plugins? };
        rules.tell_apart();
        Some(rules)
    }

    /// Whether they say nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.conditions().next().is_none() && self.limits.is_empty() && self.plugins.is_empty()
    }

    /// Every rule of conditions, in the order in which they are asked.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Rule> {
        self.require.iter().chain(&self.deny_if).chain(&self.approve_if)
    }

    /// Gives rules that would have one id a number each, in their order.
    fn tell_apart(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for rule in self.require.iter_mut().chain(&mut self.deny_if).chain(&mut self.approve_if) {
            let count = seen.entry(rule.id.clone()).and_modify(|count| *count += 1).or_insert(1);
            if *count > 1 {
                rule.id = format!("{}#{count}", rule.id);
            }
        }
    }
}

impl Arguments {
    /// Reads `{"unknown": "deny", "schema": "enforce"}`.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let known = fields.get("unknown").map(|node| report.one_of(node, &[("deny", true), ("allow", false)]));
        let schema = fields.get("schema").map(|node| report.one_of(node, &[("enforce", true), ("ignore", false)]));
        fields.finish(report);
        let said = |choice: Option<Option<bool>>| choice.map_or(Some(None), |choice| choice.map(Some));
        Some(Self { known: said(known)?, schema: said(schema)? })
    }

    /// What these say, and where they say nothing, what others say, and where those do not either, the strict way.
    pub(super) fn or(self, other: Self) -> (bool, bool) {
        let known = self.known.or(other.known).unwrap_or(true);
        (known, self.schema.or(other.schema).unwrap_or(true))
    }
}

impl PluginUse {
    fn read(node: &Node, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let name = fields.need("use", report).and_then(|node| Some((report.text(node)?, node.span.clone())));
        let config = match fields.get("config") {
            Some(node) => {
                report.entries(node)?;
                node.to_value().to_bytes()
            }
            None => b"{}".to_vec(),
        };
        let terms = Terms::read(&mut fields, report);
        let on_failure = fields.get("on_failure").map_or(Some(OnFailure::Deny), |node| OnFailure::read(node, report));
        fields.finish(report);
        let ((name, span), terms) = (name?, terms?);
        let (key, rule) = (PluginKey::of(name, &config, &terms), format!("{owner}/plugins/{name}").into());
        Some(Self { name: name.into(), config: config.into(), terms, key, on_failure: on_failure?, rule, span })
    }
}

/// Reads every element, also after one that is wrong.
pub(super) fn read_list<T>(
    node: Option<&Node>,
    report: &mut Report,
    mut read: impl FnMut(&Node, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(node) = node else { return Some(Vec::new()) };
    let read: Vec<Option<T>> = report.elements(node)?.iter().map(|element| read(element, report)).collect();
    read.into_iter().collect()
}
