//! Memos: what is remembered of a call that succeeded, for rules about later calls of the same session.
//!
//! The policy says when a call succeeded, for servers tell it each in their own way. What cannot be told is not
//! remembered; a key without a value that can be told is, as something disputed: it is known no longer.

use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use regex::Regex;

use crate::call::{Call, Target};
use crate::clock::Timestamp;
use crate::json::commented::{Kind, Node, Report};
use crate::json::{Object, Value};

use super::condition::{Condition, Reading, Sense, all};
use super::operator::text::read_whole;
use super::path::{Binding, Found, Path};
use super::record::shown;
use super::rule::read_conditions;
use super::scope::{Scope, Work};
use super::tally::Tally;
use super::truth::Truth;
use super::{Circumstances, Policy, Session};

/// How many memos an entry has, and the longest name of a fact, in bytes.
const MOST: usize = 16;
const NAME: usize = 64;
/// The longest text of which a part is captured, in bytes.
const TEXT: usize = 64 << 10;

/// What is remembered, and when.
#[derive(Clone, Debug)]
pub(super) struct Memo {
    fact: String,
    key: Source,
    value: Source,
    when: Vec<Condition>,
}

/// Where a key or a value is found.
#[derive(Clone, Debug)]
struct Source {
    path: Path,
    /// What the whole text looks like; its one group is what is wanted.
    capture: Option<Regex>,
}

impl Memo {
    /// Whether both remember the same, as far as can be told.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let place = |source: &Source| {
            (source.path.text().to_owned(), source.capture.as_ref().map(|capture| capture.as_str().to_owned()))
        };
        // Schemas are not kept as they were written.
        let when = |memo: &Self| -> Option<Vec<String>> {
            let plain = |condition: &Condition| !condition.id().contains("-schema");
            memo.when
                .iter()
                .map(|condition| plain(condition).then(|| format!("{} {condition}", condition.id())))
                .collect()
        };
        let alike = |one: &Source, two: &Source| place(one) == place(two);
        self.fact == other.fact
            && alike(&self.key, &other.key)
            && alike(&self.value, &other.value)
            && when(self).is_some_and(|own| when(other) == Some(own))
    }
}

/// Something to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The name of the fact.
    pub fact: String,
    /// The key under which it is remembered.
    pub key: String,
    /// The value; `None` where it could not be told.
    pub value: Option<Value>,
    /// Whether it comes of arguments that a record leaves out, and so is left out too.
    pub private: bool,
}

/// What the policies want to be remembered of a call that went out and got this result. An error, a result that says
/// it is one, and a result that is not complete tell nothing.
pub fn remembered<'p>(
    policies: impl IntoIterator<Item = &'p Policy, IntoIter: Clone>,
    call: &Call,
    result: &Object,
) -> Vec<Remembered> {
    if !is_success(result) {
        return Vec::new();
    }
    let policies = policies.into_iter();
    let shown = shown(policies.clone(), call);
    let memos = policies.filter_map(|policy| policy.entry(call.target())).flat_map(|entry| &entry.memos);
    // Memos see the call and its result, and nothing of what is around.
    let (session, zone, work) = (Session::default(), TimeZone::UTC, Work::default());
    let circumstances = Circumstances::unasked(&session, Timestamp::from_millis(0));
    let scope = Scope::new(call, &circumstances, &zone, &work).with_result(result);
    memos.filter_map(|memo| memo.take_down(&scope, shown.as_ref())).collect()
}

/// Whether something may be remembered of calls of a target.
pub fn remembers<'p>(policies: impl IntoIterator<Item = &'p Policy>, target: &Target) -> bool {
    policies.into_iter().filter_map(|policy| policy.entry(target)).any(|entry| !entry.memos.is_empty())
}

/// The key that a value is.
pub(super) fn key_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(key) => Some(key),
        // A number that can be written in one way only.
        Value::Number(key) if key.as_str().parse::<u64>().is_ok() => Some(key.as_str()),
        _ => None,
    }
}

impl Memo {
    /// Reads `remember`.
    pub(super) fn read_all(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Vec<Self>> {
        let elements = report.elements(node)?;
        if elements.len() > MOST {
            let help = "keep those that rules read".to_owned();
            report.error(node.span.clone(), format!("up to {MOST} facts are remembered of a call"), Some(help));
            return None;
        }
        let read: Vec<Option<Self>> = elements.iter().map(|node| Self::read(node, tally, report)).collect();
        read.into_iter().collect()
    }

    fn read(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let fact = fields.need("fact", report).and_then(|node| read_name(node, report));
        let key = fields.need("key", report).and_then(|node| Source::read(node, tally, report));
        let value = fields.need("value", report).and_then(|node| Source::read(node, tally, report));
        let when = fields.get("when");
        if when.is_none() {
            let help = "add `\"when\": [CONDITION, …]`: what the result of a call that succeeded looks like".to_owned();
            report.error(fields.span().start..fields.span().start + 1, "`when` is missing", Some(help));
        }
        fields.finish(report);
        let when = when.and_then(|node| read_conditions(node, Binding::Result, tally, report));
        Some(Self { fact: fact?, key: key?, value: value?, when: when? })
    }

    /// What it says of a call, where that succeeded and a key can be told. `shown` is the call as records show it.
    fn take_down(&self, scope: &Scope<'_>, shown: Option<&Call>) -> Option<Remembered> {
        if all(&self.when, scope, Reading::of(Sense::Require)) != Truth::True {
            return None;
        }
        let key = self.key.find(scope)?;
        let paths = [&self.key.path, &self.value.path];
        let private = shown.is_some_and(|shown| paths.into_iter().any(|path| path.is_left_out_of(shown)));
        let (fact, key, value) = (self.fact.clone(), key_of(&key)?.to_owned(), self.value.find(scope));
        Some(Remembered { fact, key, value, private })
    }
}

impl Source {
    /// Reads a path, or `{"path": …, "capture": …}`.
    fn read(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Self> {
        if let Kind::Text(_) = node.kind {
            return Some(Self { path: read_path(node, report)?, capture: None });
        }
        let mut fields = report.fields(node)?;
        let path = fields.need("path", report).and_then(|node| read_path(node, report));
        let capture = fields.need("capture", report).and_then(|node| read_capture(node, tally, report));
        fields.finish(report);
        Some(Self { path: path?, capture: Some(capture?) })
    }

    fn find(&self, scope: &Scope<'_>) -> Option<Value> {
        let mut found = None;
        let _first = self.path.visit(scope, &mut |it| {
            if let Found::Value(value) = it {
                found = match &self.capture {
                    Some(pattern) => capture(pattern, value, scope),
                    None => Some(value.clone()),
                };
            }
            ControlFlow::Break(())
        });
        found
    }
}

fn capture(pattern: &Regex, value: &Value, scope: &Scope<'_>) -> Option<Value> {
    let text = value.as_str().filter(|text| text.len() <= TEXT && scope.afford(text.len()))?;
    pattern.captures(text)?.get(1).map(|part| part.as_str().into())
}

fn read_path(node: &Node, report: &mut Report) -> Option<Path> {
    let path = Path::read(node, Binding::Result, report)?;
    if path.is_many() {
        let help = "name one of them, such as `result.content[0].text`".to_owned();
        report.error(node.span.clone(), format!("`{path}` may lead to many values"), Some(help));
        return None;
    }
    Some(path)
}

fn read_capture(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Regex> {
    let pattern = read_whole(node, tally, report)?;
    let groups = pattern.captures_len() - 1;
    if groups != 1 {
        let message = format!("a capture has one group, and this one has {groups}");
        let help = match groups {
            0 => "put what is wanted in parentheses: `connected as ([0-9a-f]+)`",
            _ => "write `(?:…)` for what is not wanted",
        };
        report.error(node.span.clone(), message, Some(help.to_owned()));
        return None;
    }
    Some(pattern)
}

fn read_name(node: &Node, report: &mut Report) -> Option<String> {
    let name = report.text(node)?;
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-';
    if name.is_empty() || name.len() > NAME || !name.bytes().all(fits) {
        let help = format!("use a word of up to {NAME} letters, digits, `_` and `-`, such as `host`");
        report.error(node.span.clone(), format!("`{name}` is no name of a fact"), Some(help));
        return None;
    }
    Some(name.to_owned())
}

/// Whether a result is one of a call that the server does not say has failed, or is not over: it may ask for more input,
/// or have made a task of the call.
fn is_success(result: &Object) -> bool {
    let failed = !matches!(result.get("isError"), None | Some(Value::Bool(false)));
    let complete = result.get("resultType").is_none_or(|kind| kind.as_str() == Some("complete"));
    let task = result.get("task").is_some() && result.get("content").is_none();
    !failed && complete && !task
}

#[cfg(test)]
mod tests;
