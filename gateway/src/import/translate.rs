//! From Intercept's rules to ours.
//!
//! A rule of Intercept says what must hold, so its conditions become a `require`; conditions on its own counter become a
//! limit. Where the two languages differ the stricter reading is taken and a [`Change`] is noted; what cannot be said is an
//! error, never left out in silence.

use crate::json::commented::Report;
use crate::json::sheet::Sheet;
use crate::json::{Object, Value};

use super::WHOLE;
use super::change::{Change, Changes};
use super::foreign::{Condition, Cost, Deed, Default, Foreign, Rule, State, Tool};
use super::pattern;

/// The name under which Intercept counted for `*`.
const GLOBAL: &str = "_global";
/// The name of the entry that is for all tools.
const ALL: &str = "*";
/// The types that are not null.
const PRESENT: [&str; 5] = ["string", "number", "boolean", "array", "object"];

/// What one tool's rules come to.
#[derive(Default)]
struct Rules {
    denied: Option<Denied>,
    asked: Option<Rule>,
    require: Vec<(String, Sheet)>,
    approve_if: Vec<(String, Sheet)>,
    limits: Vec<(String, Sheet)>,
}

struct Denied {
    note: String,
    reason: Option<String>,
}

/// The policy, and what it means differently. What cannot be said stands in the report.
pub(super) fn translate(foreign: Foreign, report: &mut Report) -> (Sheet, Changes) {
    let mut changes = Changes::default();
    let top = WHOLE;
    if foreign.default.is_none() {
        changes.note(Change::DefaultWritten, &top);
    }
    if let Some(span) = &foreign.approvals {
        changes.note(Change::ApprovalSettings, span);
    }
    let (mut all, mut tools) = (None, Sheet::object());
    let mut default = foreign.default.unwrap_or(Default::Allow);
    for tool in foreign.tools {
        check_name(&tool, report);
        let (name, span) = (tool.name.clone(), tool.span.clone());
        let rules = translate_tool(tool, report, &mut changes);
        if name == ALL {
            all = Some((rules, span));
        } else {
            if rules.denied.is_some() {
                changes.note(Change::DeniedUnlisted, &span);
            }
            tools = tools.with(&name, rules.of_tool());
        }
    }
    let mut note = "Write `deny` here once every tool that is needed is named.";
    let mut all_tools = Sheet::object();
    if let Some((rules, span)) = all {
        if rules.denied.is_some() {
            changes.note(Change::AllDenied, &span);
            (default, tools) = (Default::Deny, Sheet::object());
            note = "Every call was denied by a rule of `*`.";
        } else {
            all_tools = rules.of_all_tools();
        }
    }
    if default == Default::Deny {
        changes.note(Change::NotOnlyTools, &top);
    }
    changes.note(Change::ArgumentsWritten, &top);
    let sheet = Sheet::object().with("version", "1");
    let mut sheet = match (foreign.default, default) {
        (None, _) | (Some(Default::Allow), Default::Deny) => sheet.noted(note, "default", word(default)),
        _ => sheet.with("default", word(default)),
    };
    if !foreign.hide.is_empty() {
        sheet = sheet.with("hide", hidden(&foreign.hide, report));
    }
    let lenient = Value::from([("unknown", "allow".into()), ("schema", "ignore".into())]);
    let note = "Intercept did not look at schemas. Without this, arguments that do not fit the tool's are refused.";
    sheet = sheet.noted(note, "arguments", lenient);
    for (name, part) in [("all_tools", all_tools), ("tools", tools)] {
        if !part.is_empty() {
            sheet = sheet.with(name, part);
        }
    }
    (sheet, changes)
}

/// Intercept took every name but `*` as it stands; here a `*` makes a pattern of any.
fn check_name(tool: &Tool, report: &mut Report) {
    if tool.name != ALL && is_pattern(&tool.name) {
        let message = format!("`{}` was a name for Intercept, and here it would be a pattern", tool.name);
        let help = "name the tools one by one, or write the pattern into the imported policy".to_owned();
        report.error(tool.span.clone(), message, Some(help));
    }
}

fn hidden(names: &[String], report: &mut Report) -> Vec<Value> {
    if names.iter().any(|name| name == ALL) {
        return vec![ALL.into()];
    }
    for name in names.iter().filter(|name| is_pattern(name)) {
        report.error(
            WHOLE,
            format!("`{name}` under `hide` was a name for Intercept, and here it would be a pattern"),
            None,
        );
    }
    names.iter().map(|name| name.as_str().into()).collect()
}

fn is_pattern(name: &str) -> bool {
    name.contains('*')
}

fn translate_tool(tool: Tool, report: &mut Report, changes: &mut Changes) -> Rules {
    let scope = if tool.name == ALL { GLOBAL.to_owned() } else { tool.name };
    let mut rules = Rules::default();
    let several = tool.rules.len() > 1;
    for rule in tool.rules {
        if let Some(denied) = translate_rule(rule, &scope, &mut rules, report, changes) {
            rules.denied.get_or_insert(denied);
        }
    }
    if rules.denied.is_some() && several {
        changes.note(Change::BesideDeny, &tool.span);
    }
    if (rules.asked.is_some() || !rules.approve_if.is_empty()) && several {
        changes.note(Change::DenyBeforeAsk, &tool.span);
    }
    rules
}

/// Adds a rule; one that denies every call is yielded.
fn translate_rule(
    rule: Rule,
    scope: &str,
    rules: &mut Rules,
    report: &mut Report,
    changes: &mut Changes,
) -> Option<Denied> {
    let note = rule.name.clone().unwrap_or_default();
    let denied = |rule: &Rule| Denied { note: note.clone(), reason: rule.on_deny.clone() };
    match &rule.deed {
        Deed::Deny => return Some(denied(&rule)),
        Deed::Ask { conditions, timeout } => {
            if let Some(span) = timeout {
                changes.note(Change::ApprovalSettings, span);
            }
            if conditions.is_empty() && scope != GLOBAL {
                rules.asked.get_or_insert(rule);
                return None;
            }
            let sheets = if conditions.is_empty() {
                Sheet::array().element("", always())
            } else {
                conditions_of(conditions.iter(), report, changes)
            };
            rules.approve_if.push((note, rule_of(sheets, rule.on_deny)));
        }
        Deed::Limit { state, max } => {
            rules.limits.push((limit_note(&rule, changes), limit_of(state, *max, scope, changes)));
        }
        Deed::Evaluate { conditions, state } => {
            let own = state.as_ref().map(|state| format!("state.{scope}.{}", state.counter));
            let (counted, args): (Vec<_>, Vec<_>) =
                conditions.iter().partition(|condition| Some(&condition.path) == own.as_ref());
            let bound = bound_of(&counted, report, changes);
            match (state, bound) {
                (Some(state), None) => changes.note(Change::Unbounded, &state.span),
                (Some(state), Some(0)) => {
                    changes.note(Change::NothingLeft, &state.span);
                    return Some(denied(&rule));
                }
                (Some(state), Some(max)) => {
                    rules.limits.push((limit_note(&rule, changes), limit_of(state, max, scope, changes)));
                }
                (None, _) => {}
            }
            if !args.is_empty() {
                let sheets = conditions_of(args.into_iter(), report, changes);
                rules.require.push((note, rule_of(sheets, rule.on_deny)));
            }
        }
    }
    None
}

/// The most that conditions on a rule's own counter let it reach; `None` if they do not bound it.
fn bound_of(counted: &[&Condition], report: &mut Report, changes: &mut Changes) -> Option<u64> {
    let mut least: Option<u64> = None;
    for condition in counted {
        let text = String::from_utf8_lossy(&condition.value.to_bytes()).into_owned();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let bound = match (condition.operator, whole.parse::<u64>()) {
            ("lte", Ok(bound)) => Some(bound),
            ("lt", Ok(bound)) => {
                changes.note(Change::BelowBecameMost, &condition.span);
                if fraction.is_empty() { Some(bound.saturating_sub(1)) } else { Some(bound) }
            }
            _ => None,
        };
        if bound.is_none() {
            let message = format!("`{}` {text} on a counter cannot be said here", condition.operator);
            let help = "a limit has a most: use `lte` with a number that is not negative".to_owned();
            report.error(condition.span.clone(), message, Some(help));
        }
        least = least.into_iter().chain(bound).min();
    }
    least
}

fn limit_of(state: &State, max: u64, scope: &str, changes: &mut Changes) -> Sheet {
    for change in [Change::WindowsSlide, Change::CountsServer, Change::CountsFailures] {
        changes.note(change, &state.span);
    }
    let limit = Sheet::object()
        .with("counter", format!("{scope}.{}", state.counter))
        .with("window", state.window)
        .with("max", max)
        .with("scope", "server");
    match &state.cost {
        Cost::Fixed(1) => limit,
        Cost::Fixed(cost) => limit.with("cost", *cost),
        Cost::Argument(path) => {
            changes.note(Change::ExactAmounts, &state.span);
            limit.with("cost", path_of(path))
        }
        Cost::Spent => {
            changes.note(Change::SpendArgument, &state.span);
            changes.note(Change::ExactAmounts, &state.span);
            limit.with("cost", "args.amount")
        }
    }
}

fn limit_note(rule: &Rule, changes: &mut Changes) -> String {
    let parts: Vec<&str> = [&rule.name, &rule.on_deny].into_iter().filter_map(Option::as_deref).collect();
    if rule.on_deny.is_some() {
        changes.note(Change::LimitText, &rule.span);
    }
    parts.join(": ")
}

fn rule_of(conditions: Sheet, on_deny: Option<String>) -> Sheet {
    let rule = Sheet::object().with("conditions", conditions);
    match on_deny {
        Some(text) => rule.with("on_deny", text),
        None => rule,
    }
}

fn conditions_of<'c>(
    conditions: impl Iterator<Item = &'c Condition>,
    report: &mut Report,
    changes: &mut Changes,
) -> Sheet {
    conditions.fold(Sheet::array(), |all, condition| match condition_of(condition, report, changes) {
        Some(sheet) => all.element("", sheet),
        None => all,
    })
}

fn condition_of(condition: &Condition, report: &mut Report, changes: &mut Changes) -> Option<Value> {
    let Condition { path, operator, value, span } = condition;
    if path.starts_with("state.") {
        let help = "a limit is counted by the rule that names it: give this rule a `state` of its own".to_owned();
        report.error(span.clone(), format!("`{path}` is counted by no rule here"), Some(help));
        return None;
    }
    let path = path_of(path);
    let one = |operator: &str, value: Value| {
        Value::from([("path", path.as_str().into()), ("op", operator.into()), ("value", value)])
    };
    Some(match (*operator, value) {
        ("exists", Value::Bool(given)) => {
            changes.note(Change::NullIsPresent, span);
            if *given {
                one("type", PRESENT.map(Value::from).to_vec().into())
            } else {
                let ways = vec![one("exists", false.into()), one("type", "null".into())];
                Value::from([("any_of", ways.into())])
            }
        }
        ("regex", Value::String(text)) => match pattern::translate(text) {
            Ok(pattern) => one("regex", pattern.into()),
            Err(part) => {
                let help = "write the pattern in another way".to_owned();
                report.error(span.clone(), format!("`{text}` cannot be said here: {part}"), Some(help));
                return None;
            }
        },
        ("contains", Value::String(part)) if part.is_empty() => {
            let help = "every text does; take the condition out".to_owned();
            report.error(span.clone(), "`contains` with an empty text says nothing", Some(help));
            return None;
        }
        ("eq" | "neq" | "in" | "not_in", value) => {
            changes.note(Change::StrictTypes, span);
            one(operator, value.clone())
        }
        (operator, value) => one(operator, value.clone()),
    })
}

/// A condition that every call fulfils.
fn always() -> Value {
    Value::from([("path", "tool.name".into()), ("op", "exists".into()), ("value", true.into())])
}

/// A path in our notation: Intercept's had no signs of its own, so that a name may be anything without a dot.
fn path_of(path: &str) -> String {
    let mut names = path.split('.');
    let root = names.next().unwrap_or_default().to_owned();
    names.fold(root, |path, name| {
        let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '$'));
        if plain {
            format!("{path}.{name}")
        } else {
            format!("{path}[{}]", String::from_utf8_lossy(&Value::from(name).to_bytes()))
        }
    })
}

fn word(default: Default) -> &'static str {
    match default {
        Default::Allow => "allow",
        Default::Deny => "deny",
    }
}

impl Rules {
    fn of_tool(self) -> Sheet {
        if let Some(Denied { note, reason }) = self.denied {
            let sheet = Sheet::object().noted(&note, "action", "deny");
            return match reason {
                Some(reason) => sheet.with("reason", reason),
                None => sheet,
            };
        }
        let mut sheet = Sheet::object();
        if let Some(rule) = &self.asked {
            let note = rule.name.as_deref().unwrap_or_default();
            sheet = sheet.noted(note, "action", "require_approval");
            if let Some(reason) = &rule.on_deny {
                sheet = sheet.with("reason", reason.as_str());
            }
        }
        self.add_to(sheet)
    }

    fn of_all_tools(self) -> Sheet {
        self.add_to(Sheet::object())
    }

    fn add_to(self, sheet: Sheet) -> Sheet {
        let parts = [("require", self.require), ("approve_if", self.approve_if), ("limits", self.limits)];
        parts.into_iter().filter(|(_, rules)| !rules.is_empty()).fold(sheet, |sheet, (name, rules)| {
            let list = rules.into_iter().fold(Sheet::array(), |list, (note, rule)| list.element(&note, rule));
            sheet.with(name, list)
        })
    }
}

/// The keys of a tool that only our own dialect has.
pub(super) fn is_own(policy: &Object) -> bool {
    const OWN: [&str; 9] =
        ["action", "reason", "require", "deny_if", "approve_if", "limits", "rate_limit", "plugins", "labels"];
    let tools = policy.object("tools").into_iter().flat_map(Object::iter).filter_map(|(_, tool)| tool.as_object());
    let owned = |tool: &Object| tool.names().any(|name| OWN.contains(&name)) && tool.get("rules").is_none();
    policy.get("all_tools").is_some() || tools.into_iter().any(owned)
}
