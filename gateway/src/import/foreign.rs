//! A policy of Intercept as it was written, in both generations of its dialect.
//!
//! What Intercept's own validation refuses is refused here, and so is what it ignored: an unknown key. Nothing is
//! translated yet.

use std::collections::HashSet;

use crate::json::Value;
use crate::json::commented::{Entry, Fields, Kind, Node, Report, Span};

/// A policy.
pub(super) struct Foreign {
    pub(super) description: Option<String>,
    /// Whether `default` is written.
    pub(super) default: Option<Default>,
    pub(super) hide: Vec<String>,
    pub(super) tools: Vec<Tool>,
    /// Where settings of approvals stand.
    pub(super) approvals: Option<Span>,
}

/// What becomes of tools that no rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    Allow,
    Deny,
}

/// The rules of one tool, or under `*` of all.
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
pub(super) struct Rule {
    pub(super) name: Option<String>,
    pub(super) span: Span,
    pub(super) on_deny: Option<String>,
    pub(super) deed: Deed,
}

/// What a rule does.
pub(super) enum Deed {
    /// Every call is refused.
    Deny,
    /// A person must say, where all conditions hold.
    Ask { conditions: Vec<Condition>, timeout: Option<Span> },
    /// All conditions must hold.
    Evaluate { conditions: Vec<Condition>, state: Option<State> },
    /// `rate_limit` and `spend_limit`.
    Limit { state: State, max: u64 },
}

/// One condition. The path is a whole one, `args.…` or `state.…`.
pub(super) struct Condition {
    pub(super) path: String,
    pub(super) operator: &'static str,
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What a rule counts.
pub(super) struct State {
    pub(super) counter: String,
    pub(super) window: &'static str,
    pub(super) cost: Cost,
    pub(super) span: Span,
}

/// What one call counts.
pub(super) enum Cost {
    Fixed(u64),
    /// As much as an argument says.
    Argument(String),
    /// As much as an argument says that the policy did not name.
    Spent,
}

const DEFAULTS: [(&str, Default); 2] = [("allow", Default::Allow), ("deny", Default::Deny)];
const WINDOWS: [(&str, &str); 3] = [("minute", "minute"), ("hour", "hour"), ("day", "day")];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Evaluate,
    Deny,
    RequireApproval,
}

const ACTIONS: [(&str, Action); 3] =
    [("evaluate", Action::Evaluate), ("deny", Action::Deny), ("require_approval", Action::RequireApproval)];

/// The operators, each with what its value must be.
const OPERATORS: [(&str, (&str, Takes)); 11] = [
    ("eq", ("eq", Takes::Anything)),
    ("neq", ("neq", Takes::Anything)),
    ("in", ("in", Takes::List)),
    ("not_in", ("not_in", Takes::List)),
    ("lt", ("lt", Takes::Number)),
    ("lte", ("lte", Takes::Number)),
    ("gt", ("gt", Takes::Number)),
    ("gte", ("gte", Takes::Number)),
    ("regex", ("regex", Takes::Text)),
    ("contains", ("contains", Takes::Anything)),
    ("exists", ("exists", Takes::Truth)),
];

#[derive(Clone, Copy)]
enum Takes {
    Anything,
    List,
    Number,
    Text,
    Truth,
}

/// Reads a whole policy; what is wrong stands in the report.
pub(super) fn read(node: &Node, report: &mut Report) -> Option<Foreign> {
    let mut fields = report.fields(node)?;
    let version = fields.need("version", report).map(|node| read_version(node, report));
    let description = fields.get("description").and_then(|node| report.text(node)).map(str::to_owned);
    let default = fields.get("default").filter(|node| !is_empty(node));
    let default = default.and_then(|node| report.one_of(node, &DEFAULTS));
    let hide = fields.get("hide").filter(|node| !is_empty(node)).map(|node| read_hide(node, report));
    let tools = fields.get("tools").filter(|node| !is_empty(node)).and_then(|node| read_tools(node, report));
    let approvals = fields.get("approvals").map(|node| node.span.clone());
    fields.finish(report);
    version?;
    let (hide, tools) = (hide.unwrap_or_default(), tools.unwrap_or_default());
    Some(Foreign { description, default, hide, tools, approvals })
}

/// `version: "1"`, and as Intercept took it, `version: 1`.
fn read_version(node: &Node, report: &mut Report) {
    let found = match &node.kind {
        Kind::Text(text) | Kind::Number(text) => text.as_str(),
        _ => "",
    };
    if found != "1" {
        report.error(node.span.clone(), "`version` must be \"1\"", None);
    }
}

fn read_hide(node: &Node, report: &mut Report) -> Vec<String> {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    for element in report.elements(node).unwrap_or_default() {
        let Some(name) = report.text(element) else { continue };
        if name.trim().is_empty() {
            report.error(element.span.clone(), "an empty name hides nothing", Some("take it out".to_owned()));
        } else if known.insert(name) {
            names.push(name.to_owned());
        } else {
            report.error(element.span.clone(), format!("`{name}` is hidden twice"), Some("keep one".to_owned()));
        }
    }
    names
}

fn read_tools(node: &Node, report: &mut Report) -> Option<Vec<Tool>> {
    let entries = report.entries(node)?;
    Some(entries.iter().map(|entry| read_tool(entry, report)).collect())
}

fn read_tool(entry: &Entry, report: &mut Report) -> Tool {
    let mut rules = Vec::new();
    if !is_empty(&entry.node)
        && let Some(mut fields) = report.fields(&entry.node)
    {
        if let Some(node) = fields.get("rules").filter(|node| !is_empty(node)) {
            let elements = report.elements(node).unwrap_or_default();
            rules.extend(elements.iter().filter_map(|element| read_rule(element, report)));
        }
        fields.finish(report);
    }
    let mut counters = HashSet::new();
    for state in rules.iter().filter_map(Rule::state) {
        if !counters.insert(state.counter.as_str()) {
            let help = "use another name, or another window".to_owned();
            report.error(state.span.clone(), format!("`{}` is counted by two rules", state.counter), Some(help));
        }
    }
    Tool { name: entry.name.clone(), span: entry.span.clone(), rules }
}

fn read_rule(node: &Node, report: &mut Report) -> Option<Rule> {
    let mut fields = report.fields(node)?;
    let name = fields.get("name").and_then(|node| report.text(node)).map(str::to_owned);
    let on_deny = fields.get("on_deny").and_then(|node| report.text(node)).filter(|text| !text.is_empty());
    let action = fields.get("action").filter(|node| !is_empty(node)).map(|node| report.one_of(node, &ACTIONS));
    let timeout = fields.get("approval_timeout").map(|node| node.span.clone());
    let deed = read_deed(&mut fields, action.unwrap_or(Some(Action::Evaluate)), timeout, report);
    fields.finish(report);
    Some(Rule { name, span: node.span.clone(), on_deny: on_deny.map(str::to_owned), deed: deed? })
}

fn read_deed(
    fields: &mut Fields<'_>,
    action: Option<Action>,
    timeout: Option<Span>,
    report: &mut Report,
) -> Option<Deed> {
    let span = fields.span();
    let nodes = (fields.get("rate_limit"), fields.get("spend_limit"), fields.get("conditions"), fields.get("state"));
    let (rate, spend, conditions, state) = (nodes.0, nodes.1, nodes.2.filter(|node| !is_empty(node)), nodes.3);
    let alone = |help: &str, report: &mut Report| {
        report.error(span.clone(), help, Some("write two rules".to_owned()));
        None
    };
    if let Some(node) = rate.or(spend) {
        if conditions.is_some()
            || state.is_some()
            || action != Some(Action::Evaluate)
            || (rate.is_some() && spend.is_some())
        {
            return alone("`rate_limit` and `spend_limit` stand alone in a rule", report);
        }
        let limit = if rate.is_some() { read_rate(node, report) } else { read_spend(node, report) };
        return limit.map(|(state, max)| Deed::Limit { state, max });
    }
    let given = conditions.is_some();
    let conditions = match conditions {
        Some(node) => {
            report.elements(node)?.iter().map(|node| read_condition(node, report)).collect::<Option<Vec<_>>>()
        }
        None => Some(Vec::new()),
    };
    let state = match state {
        Some(node) => Some(read_state(node, report)?),
        None => None,
    };
    if timeout.is_some() && action != Some(Action::RequireApproval) {
        return alone("`approval_timeout` belongs to `action: require_approval`", report);
    }
    match (action?, state) {
        (Action::Deny, _) if given => alone("a rule that denies has no conditions", report),
        (Action::Deny | Action::RequireApproval, Some(_)) => alone("only a rule that evaluates counts", report),
        (Action::Deny, None) => Some(Deed::Deny),
        (Action::RequireApproval, None) => Some(Deed::Ask { conditions: conditions?, timeout }),
        (Action::Evaluate, _) if !given => {
            report.error(span, "a rule that evaluates needs a condition", Some("or write `action: deny`".to_owned()));
            None
        }
        (Action::Evaluate, state) => Some(Deed::Evaluate { conditions: conditions?, state }),
    }
}

fn read_condition(node: &Node, report: &mut Report) -> Option<Condition> {
    let mut fields = report.fields(node)?;
    let path = fields.need("path", report).and_then(|node| Some((report.text(node)?, &node.span)));
    let operator = fields.need("op", report).and_then(|node| report.one_of(node, &OPERATORS));
    let value = fields.need("value", report);
    fields.finish(report);
    let ((path, place), (operator, takes), value) = (path?, operator?, value?);
    let names: Vec<&str> = path.split('.').collect();
    let known = matches!(names.first(), Some(&"args" | &"state"));
    if !known || names.len() < 2 || names.iter().any(|name| name.is_empty()) {
        let help = "a path is `args.NAME` or `state.TOOL.COUNTER`".to_owned();
        report.error(place.clone(), format!("`{path}` is no path"), Some(help));
        return None;
    }
    let (fits, wanted) = match takes {
        Takes::Anything => (true, ""),
        Takes::List => (matches!(&value.kind, Kind::Array(all) if !all.is_empty()), "a list with at least one value"),
        Takes::Number => (matches!(value.kind, Kind::Number(_)), "a number"),
        Takes::Text => (matches!(value.kind, Kind::Text(_)), "a text"),
        Takes::Truth => (matches!(value.kind, Kind::Bool(_)), "`true` or `false`"),
    };
    if !fits {
        report.error(value.span.clone(), format!("`{operator}` compares with {wanted}"), None);
        return None;
    }
    Some(Condition { path: path.to_owned(), operator, value: value.to_value(), span: node.span.clone() })
}

fn read_state(node: &Node, report: &mut Report) -> Option<State> {
    let mut fields = report.fields(node)?;
    let counter = fields.need("counter", report).and_then(|node| report.text(node));
    let window = fields.need("window", report).and_then(|node| report.one_of(node, &WINDOWS));
    let increment = match fields.get("increment") {
        // 0 meant: as if it were not there.
        Some(node) => report.count(node).map(|increment| increment.max(1)),
        None => Some(1),
    };
    let from = match fields.get("increment_from").filter(|node| !is_empty(node)) {
        Some(node) => {
            let path = report.text(node)?;
            if path.strip_prefix("args.").is_none_or(|rest| rest.split('.').any(str::is_empty)) {
                let help = "write a path such as `args.amount`".to_owned();
                report.error(node.span.clone(), format!("`{path}` is no path to an argument"), Some(help));
                return None;
            }
            Some(path.to_owned())
        }
        None => None,
    };
    fields.finish(report);
    let counter = counter.filter(|counter| !counter.is_empty());
    if counter.is_none() {
        report.error(node.span.clone(), "a counter needs a name", None);
    }
    let cost = from.map_or(Cost::Fixed(increment?), Cost::Argument);
    Some(State { counter: counter?.to_owned(), window: window?, cost, span: node.span.clone() })
}

/// `5/hour`.
fn read_rate(node: &Node, report: &mut Report) -> Option<(State, u64)> {
    let text = report.text(node)?;
    let (count, window) = text.split_once('/').unwrap_or((text, ""));
    let window = WINDOWS.iter().find(|(word, _)| *word == window);
    let (Some((_, window)), Some(max @ 1..)) = (window, count.parse::<u64>().ok()) else {
        let help = "write a count and `minute`, `hour` or `day`, such as `5/hour`".to_owned();
        report.error(node.span.clone(), format!("`{text}` is no rate"), Some(help));
        return None;
    };
    let counter = format!("_rate_{window}");
    Some((State { counter, window, cost: Cost::Fixed(1), span: node.span.clone() }, max))
}

/// `$500/day`.
fn read_spend(node: &Node, report: &mut Report) -> Option<(State, u64)> {
    let text = report.text(node)?;
    let (amount, window) = text.split_once('/').unwrap_or((text, ""));
    let window = WINDOWS.iter().find(|(word, _)| *word == window);
    let amount = amount.trim_start_matches(|letter: char| !letter.is_ascii_digit() && !"-+.".contains(letter));
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, ""));
    let whole = whole.replace([',', '_'], "").parse::<u64>().ok();
    let (Some((_, window)), Some(max @ 1..), true) = (window, whole, cents.bytes().all(|byte| byte == b'0')) else {
        let help = "write a whole amount and `minute`, `hour` or `day`, such as `$500/day`".to_owned();
        report.error(node.span.clone(), format!("`{text}` is no limit that can be counted"), Some(help));
        return None;
    };
    let counter = format!("_spend_{window}");
    Some((State { counter, window, cost: Cost::Spent, span: node.span.clone() }, max))
}

/// Whether nothing is written here: `null`, an empty text, an empty list or an empty mapping.
fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Text(text) => text.is_empty(),
        Kind::Array(elements) => elements.is_empty(),
        Kind::Object(entries) => entries.is_empty(),
        Kind::Bool(_) | Kind::Number(_) => false,
    }
}

impl Rule {
    /// What the rule counts.
    pub(super) fn state(&self) -> Option<&State> {
        match &self.deed {
            Deed::Evaluate { state, .. } => state.as_ref(),
            Deed::Limit { state, .. } => Some(state),
            Deed::Deny | Deed::Ask { .. } => None,
        }
    }
}
