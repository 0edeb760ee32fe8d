//! Rules held against the schemas of the tools that they judge: paths that lead nowhere there, and tests that no value that
//! the schema allows can pass.

mod reach;

use std::collections::HashMap;

use crate::json::{Object, Value};
use crate::policy::Policy;
use crate::policy::codes::{PATH_NOT_IN_SCHEMA, VALUE_NOT_IN_SCHEMA};
use crate::policy::condition::Condition;
use crate::policy::entry::{Entry, Rules};
use crate::policy::operator::{JsonKind, Operator, Test};
use crate::policy::path::{Path, Root, Step};

use super::trial::Trial;
use super::{Notes, Surroundings};

use reach::{Kinds, Reach, reach};

/// A tool, with every definition of it that was approved.
type Tool<'s> = (&'s str, &'s [&'s Object]);

/// Finds what the schemas of known tools contradict.
pub(super) fn find(policy: &Policy, around: &Surroundings<'_>, trial: &mut Trial<'_>, notes: &mut Notes<'_>) {
    let mut judged: HashMap<&str, Vec<Tool<'_>>> = HashMap::new();
    let mut all = Vec::new();
    for (name, definitions) in &around.tools {
        let tool = (*name, definitions.as_slice());
        all.push(tool);
        if let Some(entry) = policy.tools.find(name) {
            judged.entry(&entry.id).or_default().push(tool);
        }
    }
    if all.is_empty() {
        return;
    }
    look_at(&policy.all_tools, &all, trial, notes);
    let lives = |entry: &&Entry| !policy.refuses(entry) && !policy.hide.cover(&entry.name);
    for entry in policy.tools.iter().filter(lives) {
        let Some(tools) = judged.get(entry.id.as_str()) else { continue };
        if crate::policy::names::is_glob(&entry.name) {
            look_at(&entry.rules, tools, trial, notes);
        } else {
            // A sibling that names its arguments otherwise is not judged by a rule that names them.
            tools.iter().for_each(|tool| look_at(&entry.rules, &[*tool], trial, notes));
        }
    }
}

fn look_at(rules: &Rules, tools: &[Tool<'_>], trial: &mut Trial<'_>, notes: &mut Notes<'_>) {
    for rule in rules.conditions() {
        let bound: &[Step] = match &rule.for_each {
            Some(path) if *path.root() == Root::Args => {
                if let Some(message) = leads_nowhere(path, path.steps(), tools) {
                    notes.warn(PATH_NOT_IN_SCHEMA, &path.span(), message, help());
                    continue;
                }
                path.steps()
            }
            _ => &[],
        };
        rule.conditions.iter().for_each(|condition| look_within(condition, bound, tools, trial, notes));
    }
    for limit in &rules.limits {
        let Some(path) = limit.cost.path().filter(|path| *path.root() == Root::Args) else { continue };
        if let Some(message) = leads_nowhere(path, path.steps(), tools) {
            notes.warn(PATH_NOT_IN_SCHEMA, &limit.span, message, help());
        }
    }
}

fn look_within(
    condition: &Condition,
    bound: &[Step],
    tools: &[Tool<'_>],
    trial: &mut Trial<'_>,
    notes: &mut Notes<'_>,
) {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| look_within(condition, bound, tools, trial, notes));
        }
        Condition::Not(condition) => look_within(condition, bound, tools, trial, notes),
        Condition::Compare { path, with, .. } => {
            for path in [path, with] {
                if let Some(message) = steps(path, bound).and_then(|steps| leads_nowhere(path, &steps, tools)) {
                    notes.warn(PATH_NOT_IN_SCHEMA, &path.span(), message, help());
                }
            }
        }
        Condition::Test { path, operator, test } => {
            let Some(steps) = steps(path, bound) else { return };
            if let Some(message) = leads_nowhere(path, &steps, tools) {
                notes.warn(PATH_NOT_IN_SCHEMA, &path.span(), message, help());
            } else if let Some(message) = never_passes(path, &steps, (*operator, test), tools, trial) {
                let help = "compare with what the schema allows; `doorward scan` shows what a tool takes".to_owned();
                notes.warn(VALUE_NOT_IN_SCHEMA, &path.span(), message, Some(help));
            }
        }
    }
}

/// The steps from the arguments on; `None` for a path that begins elsewhere.
fn steps(path: &Path, bound: &[Step]) -> Option<Vec<Step>> {
    match path.root() {
        Root::Args => Some(path.steps().to_vec()),
        Root::Each if !bound.is_empty() => Some([bound, path.steps()].concat()),
        _ => None,
    }
}

/// Says so where no definition of any of the tools has what the steps lead to.
fn leads_nowhere(path: &Path, steps: &[Step], tools: &[Tool<'_>]) -> Option<String> {
    let mut schemas = tools.iter().flat_map(|(_, definitions)| definitions.iter());
    let nowhere = schemas.all(|definition| {
        let schema = definition.get("inputSchema");
        schema.is_some_and(|schema| matches!(reach(schema, steps), Reach::Nothing))
    });
    nowhere.then(|| format!("`{path}` is not in the schema of {}", named(tools)))
}

/// Says so where no value that the schemas allow there can pass a test, or be told by it.
fn never_passes(
    path: &Path,
    steps: &[Step],
    (operator, test): (Operator, &Test),
    tools: &[Tool<'_>],
    trial: &mut Trial<'_>,
) -> Option<String> {
    let (mut kinds, mut values) = (Kinds::NONE, Some(Vec::new()));
    for definition in tools.iter().flat_map(|(_, definitions)| definitions.iter()) {
        let reached = reach(definition.get("inputSchema")?, steps);
        kinds = kinds.or(reached.kinds()?);
        values = values.zip(reached.values()).map(|(so_far, more)| [so_far, more].concat());
    }
    if kinds.and(taken(test)) == Kinds::NONE {
        let tools = named(tools);
        return Some(format!(
            "`{path}` is {kinds} by the schema of {tools}, of which `{}` tells nothing",
            operator.name()
        ));
    }
    // That something is other than what it never is would be missed: it always is.
    let positive = match (operator, test) {
        (Operator::NotEqual, Test::Plain(_, wanted)) => Test::Plain(Operator::Equal, wanted.clone()),
        (Operator::NotIn, Test::Plain(_, wanted)) => Test::Plain(Operator::In, wanted.clone()),
        (_, Test::Exists(_) | Test::Schema(_)) => return None,
        (_, test) => test.clone(),
    };
    let values = values.filter(|values| !values.is_empty())?;
    let passes = values.iter().any(|value| trial.may_hold(&positive, value));
    (!passes).then(|| {
        let shown: Vec<String> =
            values.iter().take(8).map(|value| String::from_utf8_lossy(&value.to_bytes()).into_owned()).collect();
        let more = if values.len() > 8 { ", …" } else { "" };
        format!("`{path}` is one of {}{more} by the schema of {}, and never like this", shown.join(", "), named(tools))
    })
}

/// The kinds of values of which a test tells anything.
fn taken(test: &Test) -> Kinds {
    match test {
        Test::Exists(_) | Test::Schema(_) => Kinds::ALL,
        Test::Plain(Operator::Contains, Value::String(_)) => Kinds::STRING.or(Kinds::ARRAY),
        Test::Plain(Operator::Contains, _) => Kinds::ARRAY,
        Test::Plain(Operator::StartsWith | Operator::EndsWith, _) => Kinds::STRING,
        Test::Plain(Operator::In | Operator::NotIn, Value::Array(all)) => {
            all.iter().map(Kinds::of).fold(Kinds::NONE, Kinds::or)
        }
        Test::Plain(_, wanted) => Kinds::of(wanted),
        Test::Between(low, _) => Kinds::of(low),
        Test::Pattern(_) | Test::Globs(_) | Test::Places(_) | Test::Hosts(_) | Test::Nets(_) | Test::Url(_) => {
            Kinds::STRING
        }
        Test::Length(_) => Kinds::STRING.or(Kinds::ARRAY).or(Kinds::OBJECT),
        Test::Kinds(kinds) => kinds.iter().copied().map(JsonKind::name).map(Kinds::named).fold(Kinds::NONE, Kinds::or),
    }
}

fn named(tools: &[Tool<'_>]) -> String {
    match tools {
        [(name, _)] => format!("`{name}`"),
        [(name, _), rest @ ..] => format!("`{name}` or of the {} others that this judges", rest.len()),
        [] => String::new(),
    }
}

fn help() -> Option<String> {
    Some("look for a slip of the pen; `doorward scan` shows what a tool takes".to_owned())
}
