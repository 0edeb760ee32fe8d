//! A tool as its server lists it: what the law needs to know of it.
//!
//! Its schema is made ready once, when the first call is held against it, and kept with the definition.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex::Regex;

use crate::json::{Object, Value};

use super::Hints;
use super::validator::{Fault, TooMuch, Validator, resolve};

/// How many references are followed to find the names of arguments.
const REFERENCES: usize = 64;
/// How many arguments are looked at one by one where the schema cannot be used as a whole.
const ARGUMENTS: usize = 256;

/// A tool as its server lists it.
#[derive(Debug)]
pub struct Definition {
    annotations: Option<Object>,
    schema: Option<Value>,
    ready: OnceLock<Ready>,
}

/// What the schema comes to.
#[derive(Debug)]
struct Ready {
    names: Names,
    validator: Option<Validator>,
    doubts: Vec<String>,
}

/// The arguments that a tool takes.
#[derive(Debug, Default)]
struct Names {
    /// By name.
    known: HashSet<String>,
    /// By pattern.
    patterns: Vec<Regex>,
    /// Any others too, as the schema says in so many words.
    open: bool,
}

/// What is wrong with the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// They are not as the schema says there.
    Fault {
        /// Where.
        fault: Fault,
        /// What the schema says, if it can be shown.
        wanted: Option<String>,
    },
    /// They are too large to be held against the schema.
    TooMuch,
}

impl Definition {
    /// What a server's listing says of a tool.
    pub fn read(definition: &Object) -> Self {
        Self {
            annotations: definition.object("annotations").cloned(),
            schema: definition.get("inputSchema").cloned(),
            ready: OnceLock::new(),
        }
    }

    /// Makes the schema ready, and tells once what of it cannot be enforced.
    pub fn prepare(&self) -> &[String] {
        let mut first = false;
        let ready = self.ready.get_or_init(|| {
            first = true;
            Ready::of(self.schema.as_ref())
        });
        if first { &ready.doubts } else { &[] }
    }

    /// Whether the server says the same of another tool.
    pub fn is_like(&self, other: &Self) -> bool {
        self.schema == other.schema && self.annotations == other.annotations
    }

    /// The server's hints.
    pub fn hints(&self) -> Hints {
        self.annotations.as_ref().map(Hints::read).unwrap_or_default()
    }

    /// Hints of the server, such as `readOnlyHint`; nothing holds it to them.
    pub(super) fn annotations(&self) -> Option<&Object> {
        self.annotations.as_ref()
    }

    /// An argument that the tool does not take.
    pub(super) fn stranger<'a>(&self, arguments: &'a Object) -> Option<&'a str> {
        let names = &self.ready().names;
        arguments.names().find(|name| !names.hold(name))
    }

    /// The argument that was probably meant by another name.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        let known: Vec<&str> = self.ready().names.known.iter().map(String::as_str).collect();
        crate::json::commented::nearest(name, &known)
    }

    /// What is wrong with the arguments, if anything is.
    pub(super) fn misfit(&self, arguments: &Value) -> Option<Misfit> {
        match self.ready().validator.as_ref()?.fault(arguments) {
            Ok(fault) => fault.map(|fault| Misfit::Fault { wanted: self.wanted(&fault), fault }),
            Err(TooMuch) => Some(Misfit::TooMuch),
        }
    }

    fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| Ready::of(self.schema.as_ref()))
    }

    fn wanted(&self, fault: &Fault) -> Option<String> {
        const LONGEST: usize = 120;
        let value = resolve(self.schema.as_ref()?, &format!("#{}", fault.place))?;
        let text = String::from_utf8(value.to_bytes()).ok()?;
        (text.len() <= LONGEST).then_some(text)
    }
}

impl Ready {
    fn of(schema: Option<&Value>) -> Self {
        let Some(schema @ Value::Object(members)) = schema else {
            let doubt = "it has no `inputSchema`, so it takes no argument".to_owned();
            return Self { names: Names::default(), validator: None, doubts: vec![doubt] };
        };
        let mut names = Names::default();
        names.gather(schema, schema, &mut Vec::new());
        let mut doubts = Vec::new();
        let validator = match Validator::new(schema) {
            Ok(validator) => Some(validator),
            Err(reason) => without_doubtful(members, &reason, &mut doubts),
        };
        Self { names, validator, doubts }
    }
}

/// The schema less the arguments for which it cannot be used.
fn without_doubtful(schema: &Object, reason: &str, doubts: &mut Vec<String>) -> Option<Validator> {
    let mut kept = schema.clone();
    let arguments = schema.object("properties").filter(|arguments| arguments.len() <= ARGUMENTS);
    for (name, argument) in arguments.into_iter().flat_map(Object::iter) {
        if let Err(reason) = Validator::new(&alone(schema, name, argument)) {
            doubts.push(format!("the argument `{name}` is not held against its schema: {reason}"));
            if let Some(properties) = kept.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert(name, true);
            }
        }
    }
    let validator = Validator::new(&kept.into()).ok();
    if validator.is_none() {
        *doubts = vec![format!("arguments are not held against its schema: {reason}")];
    }
    validator
}

/// The schema of one argument alone, with what it may refer to.
fn alone(schema: &Object, name: &str, argument: &Value) -> Value {
    let mut kept = Object::new();
    for keyword in ["$schema", "$defs", "definitions"] {
        if let Some(value) = schema.get(keyword) {
            kept.insert(keyword, value.clone());
        }
    }
    kept.insert("properties", [(name, argument.clone())]);
    kept.into()
}

impl Names {
    fn hold(&self, name: &str) -> bool {
        self.open || self.known.contains(name) || self.patterns.iter().any(|pattern| pattern.is_match(name))
    }

    /// Collects the names from every part of a schema that speaks of the whole of the arguments. Each reference is
    /// followed once.
    fn gather<'s>(&mut self, root: &'s Value, schema: &'s Value, followed: &mut Vec<&'s str>) {
        let Value::Object(keywords) = schema else { return };
        for (keyword, value) in keywords.iter() {
            match (keyword, value) {
                ("properties", Value::Object(properties)) => {
                    self.known.extend(properties.names().map(str::to_owned));
                }
                ("patternProperties", Value::Object(patterns)) => {
                    let build = |pattern| regex::RegexBuilder::new(pattern).size_limit(1 << 18).build().ok();
                    self.patterns.extend(patterns.names().take(ARGUMENTS).filter_map(build));
                }
                ("additionalProperties" | "unevaluatedProperties", value) => {
                    self.open |= !matches!(value, Value::Bool(false));
                }
                ("$ref", Value::String(to)) if followed.len() < REFERENCES && !followed.contains(&to.as_str()) => {
                    followed.push(to);
                    if let Some(target) = resolve(root, to) {
                        self.gather(root, target, followed);
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    schemas.iter().for_each(|schema| self.gather(root, schema, followed));
                }
                ("then" | "else", schema) => self.gather(root, schema, followed),
                ("dependentSchemas", Value::Object(schemas)) => {
                    schemas.iter().for_each(|(_, schema)| self.gather(root, schema, followed));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
