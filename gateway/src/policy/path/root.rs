//! Where paths begin: the arguments, the caller, the server, the tool, the session, the time.

use std::ops::ControlFlow;

use crate::call::Target;
use crate::json::{Object, Value};
use crate::policy::circumstances::Listing;
use crate::policy::facts::Recall;
use crate::policy::memo::key_of;
use crate::policy::scope::Scope;

use super::{Found, Path, See, Step, walk};

/// What a path begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Root {
    /// `args`: the arguments of a tool, the parameters of anything else.
    Args,
    /// `each`: what `for_each` binds.
    Each,
    /// `result`: what came of the call, where something is remembered of it.
    Result,
    /// `caller.name`
    CallerName,
    /// `caller.groups`
    CallerGroups,
    /// `caller.claims`
    CallerClaims,
    /// `server`: its name.
    Server,
    /// `tool.name`
    ToolName,
    /// `tool.annotations`: what the server says of the tool, a hint at most.
    ToolAnnotations,
    /// `session.labels`
    SessionLabels,
    /// `session.facts.NAME`
    SessionFacts(String),
    /// `time.…`
    Time(Reading),
}

/// What is read off the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Reading {
    Hour,
    Minute,
    Weekday,
    Date,
    Time,
}

/// The days, as `time.weekday` names them.
pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Root {
    /// Whether it is a day of the week.
    pub(super) fn is_weekday(&self) -> bool {
        *self == Self::Time(Reading::Weekday)
    }

    /// Shows what the steps lead to from here.
    pub(super) fn visit(&self, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
        let call = scope.call;
        match self {
            Self::Args => visit_members(scope.arguments(), steps, scope, see),
            Self::Each => visit_value(scope.each, steps, scope, see),
            Self::Result => visit_result(scope.result, steps, scope, see),
            Self::CallerName => walk(&call.caller().as_str().into(), steps, scope, see),
            Self::CallerGroups => walk(&list(scope.circumstances.groups.iter().map(String::as_str)), steps, scope, see),
            Self::CallerClaims => match scope.circumstances.claims {
                Some(claims) => visit_members(Some(claims), steps, scope, see),
                None => see(Found::Missing),
            },
            Self::Server => walk(&call.server().as_str().into(), steps, scope, see),
            Self::ToolName => match call.target() {
                Target::Tool(name) => walk(&name.as_str().into(), steps, scope, see),
                _ => see(Found::Missing),
            },
            Self::ToolAnnotations => match scope.circumstances.listing {
                Listing::Listed(definition) => visit_members(definition.annotations(), steps, scope, see),
                Listing::Unlisted | Listing::Unasked => see(Found::Missing),
            },
            Self::SessionLabels => walk(&list(scope.circumstances.session.labels()), steps, scope, see),
            Self::SessionFacts(name) => visit_facts(name, steps, scope, see),
            Self::Time(reading) => match reading.value(scope) {
                Some(value) => walk(&value, steps, scope, see),
                None => see(Found::Unknown),
            },
        }
    }
}

/// Goes on from an object; none is taken for one without members.
fn visit_members(members: Option<&Object>, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    match (steps.split_first(), members) {
        (Some((Step::Member(name), rest)), members) => {
            visit_value(members.and_then(|members| members.get(name)), rest, scope, see)
        }
        (_, members) => walk(&members.cloned().unwrap_or_default().into(), steps, scope, see),
    }
}

fn visit_value(value: Option<&Value>, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    match value {
        Some(value) => walk(value, steps, scope, see),
        None => see(Found::Missing),
    }
}

/// Goes on from a result. MCP: without `isError` the call succeeded.
fn visit_result(result: Option<&Object>, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    match (steps.split_first(), result) {
        (Some((Step::Member(name), rest)), Some(members)) if name == "isError" && members.get(name).is_none() => {
            walk(&false.into(), rest, scope, see)
        }
        (_, Some(members)) => visit_members(Some(members), steps, scope, see),
        (_, None) => see(Found::Missing),
    }
}

/// Goes on from what is remembered under one name. The first step says under which key.
fn visit_facts(name: &str, steps: &[Step], scope: &Scope<'_>, see: &mut See<'_>) -> ControlFlow<()> {
    let Some((step, rest)) = steps.split_first() else { return see(Found::Unknown) };
    let facts = scope.circumstances.session.facts();
    let under = |key: &str, by: Option<&Path>, see: &mut See<'_>| {
        let recall = facts.recall(name, key);
        scope.note(name, key, by, recall);
        match recall {
            Recall::Known { value, .. } => walk(value, rest, scope, see),
            Recall::Unknown => see(Found::Unknown),
            Recall::Nothing => see(Found::Missing),
        }
    };
    match step {
        Step::Member(key) => under(key, None, see),
        Step::Key(path) => path.visit(scope, &mut |found| match found {
            Found::Value(key) => match key_of(key) {
                Some(key) => under(key, Some(path), see),
                None => see(Found::Unknown),
            },
            Found::Missing => see(Found::Missing),
            Found::Unknown => see(Found::Unknown),
        }),
        _ => see(Found::Unknown),
    }
}

impl Reading {
    fn value(self, scope: &Scope<'_>) -> Option<Value> {
        let millis = i64::try_from(scope.circumstances.now.as_millis()).ok()?;
        let now = jiff::Timestamp::from_millisecond(millis).ok()?.to_zoned(scope.zone.clone());
        let (date, time) = (now.date(), now.time());
        Some(match self {
            Self::Hour => i64::from(time.hour()).into(),
            Self::Minute => i64::from(time.minute()).into(),
            Self::Weekday => {
                let day = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
                (*WEEKDAYS.get(day)?).into()
            }
            Self::Date => format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()).into(),
            Self::Time => format!("{:02}:{:02}", time.hour(), time.minute()).into(),
        })
    }
}

fn list<'t>(texts: impl Iterator<Item = &'t str>) -> Value {
    Value::Array(texts.map(Value::from).collect())
}
