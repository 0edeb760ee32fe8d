//! The strings that a tool takes by its schema, each in arguments in which it stands alone: so a validator can be asked of
//! each of them.

use std::collections::BTreeMap;

use crate::json::{Object, Value};
use crate::policy::escape;
use crate::policy::validator::resolve;

/// The most strings of one tool.
const MOST: usize = 256;
/// How deep references, combinations and values within values are followed.
const DEEPEST: usize = 12;
/// What a string is where the schema does not say.
const SAMPLE: &str = "x";

/// A string that a tool takes, or the name of a member that its caller writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lone {
    /// Where it stands: a JSON Pointer in which `*` stands for any element or member.
    pub place: String,
    /// Where it stands in the arguments here.
    pub pointer: String,
    /// Whether no call can go without it.
    pub required: bool,
    /// Arguments with nothing else in them.
    pub arguments: Object,
}

/// A step on the way to a string.
#[derive(Clone)]
enum Step {
    Member(String),
    AnyMember,
    Element,
}

/// What was found in a schema so far.
struct Walk<'s> {
    root: &'s Value,
    way: Vec<Step>,
    found: BTreeMap<String, Lone>,
}

/// The strings that a tool takes. One that is free to be anything counts as one, and so do names below the top.
pub fn lone_strings(definition: &Object) -> Vec<Lone> {
    let Some(root) = definition.get("inputSchema") else { return Vec::new() };
    let mut walk = Walk { root, way: Vec::new(), found: BTreeMap::new() };
    walk.members(root, DEEPEST);
    walk.found.into_values().collect()
}

impl Walk<'_> {
    /// What a part of the schema takes at the end of the way.
    fn part(&mut self, part: &Value, depth: usize) {
        let schema = match part {
            Value::Bool(false) => return,
            Value::Object(schema) if depth > 0 => schema,
            _ => return self.note(SAMPLE.into()),
        };
        if let Some(to) = schema.text("$ref") {
            return match resolve(self.root, to) {
                Some(part) => self.part(&part.clone(), depth - 1),
                None => self.note(SAMPLE.into()),
            };
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() {
            return kinds.iter().for_each(|kind| self.kind(kind, schema, depth));
        }
        let combined = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        let telling: Vec<&Value> = combined.filter(|part| tells_kind(part)).collect();
        if telling.is_empty() {
            self.note(SAMPLE.into());
        }
        telling.into_iter().for_each(|part| self.part(part, depth - 1));
    }

    fn kind(&mut self, kind: &str, schema: &Object, depth: usize) {
        match kind {
            "string" => self.note(text_of(schema)),
            "array" => {
                let items = schema.get("items").cloned().unwrap_or(Value::Bool(true));
                self.step(Step::Element, &items, depth);
            }
            "object" => self.members(&Value::Object(schema.clone()), depth),
            "number" | "integer" => self.note_beneath(1_u64.into()),
            "boolean" => self.note_beneath(true.into()),
            _ => {}
        }
    }

    fn members(&mut self, part: &Value, depth: usize) {
        let Some(schema) = part.as_object() else { return };
        let named = schema.object("properties").cloned().unwrap_or_default();
        for (name, part) in named.iter() {
            self.step(Step::Member(name.to_owned()), part, depth);
        }
        // Of what a tool does not name at the top the gateway lets nothing pass.
        let is_top = self.way.is_empty();
        match schema.get("additionalProperties") {
            Some(part) if !is_top => self.step(Step::AnyMember, part, depth),
            None if !is_top && named.is_empty() => self.step(Step::AnyMember, &Value::Bool(true), depth),
            _ => {}
        }
    }

    fn step(&mut self, step: Step, part: &Value, depth: usize) {
        self.way.push(step);
        self.part(part, depth.saturating_sub(1));
        self.way.pop();
    }

    /// What is no string is one by the names that lead to it.
    fn note_beneath(&mut self, value: Value) {
        if self.way.iter().skip(1).any(|step| !matches!(step, Step::Element)) {
            self.note(value);
        }
    }

    fn note(&mut self, value: Value) {
        if self.found.len() >= MOST {
            return;
        }
        let (mut place, mut pointer) = (String::new(), String::new());
        for step in &self.way {
            let (any, one) = match step {
                Step::Member(name) => (escape(name), escape(name)),
                Step::AnyMember => ("*".into(), SAMPLE.into()),
                Step::Element => ("*".into(), "0".into()),
            };
            place = format!("{place}/{any}");
            pointer = format!("{pointer}/{one}");
        }
        let arguments = self.way.iter().rev().fold(value, |value, step| match step {
            Step::Member(name) => Object::from([(name.as_str(), value)]).into(),
            Step::AnyMember => Object::from([(SAMPLE, value)]).into(),
            Step::Element => Value::Array(vec![value]),
        });
        let Value::Object(arguments) = arguments else { return };
        let required = self.is_required();
        self.found.entry(place.clone()).or_insert(Lone { place, pointer, required, arguments });
    }

    /// Whether the way is to a parameter that must be there, and can be nothing but a string.
    fn is_required(&self) -> bool {
        let [Step::Member(name)] = self.way.as_slice() else { return false };
        let Some(root) = self.root.as_object() else { return false };
        let required = root.get("required").and_then(Value::as_array).unwrap_or_default();
        let part = root.object("properties").and_then(|named| named.object(name));
        required.iter().any(|required| required.as_str() == Some(name))
            && part.is_some_and(|part| part.text("type") == Some("string"))
    }
}

/// The kinds that a part names, or that its other keywords speak of.
fn kinds(schema: &Object) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => return vec![kind],
        Some(Value::Array(kinds)) => return kinds.iter().filter_map(Value::as_str).collect(),
        _ => {}
    }
    if let Some(values) = values(schema) {
        let mut kinds: Vec<&str> = values.map(kind_of).collect();
        kinds.dedup();
        return kinds;
    }
    let spoken = [("properties", "object"), ("additionalProperties", "object"), ("items", "array")];
    spoken.into_iter().filter(|(key, _)| schema.get(key).is_some()).map(|(_, kind)| kind).take(1).collect()
}

/// The values that a part lists.
fn values(schema: &Object) -> Option<impl Iterator<Item = &Value>> {
    let listed = schema.get("enum").and_then(Value::as_array);
    (listed.is_some() || schema.get("const").is_some()).then(|| listed.into_iter().flatten().chain(schema.get("const")))
}

/// A string that is as the part says, as far as it lists any.
fn text_of(schema: &Object) -> Value {
    let listed = values(schema).into_iter().flatten().find(|value| value.as_str().is_some());
    listed.cloned().unwrap_or_else(|| SAMPLE.into())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether the part of a combination says of which kind a value is: some only say which members must be there.
fn tells_kind(part: &Value) -> bool {
    let Some(schema) = part.as_object() else { return false };
    !kinds(schema).is_empty() || ["$ref", "anyOf", "oneOf", "allOf"].into_iter().any(|key| schema.get(key).is_some())
}

#[cfg(test)]
mod tests {
    use super::lone_strings;
    use crate::json::{Limits, Value, scan};

    /// Each as `place pointer arguments`, with `!` behind it where it is required.
    fn check(schema: &str, want: &[&str]) {
        let definition = format!(r#"{{"name": "x", "inputSchema": {schema}}}"#);
        let Ok(Value::Object(definition)) = scan(definition.as_bytes(), &Limits::reply(1 << 20)) else {
            panic!("{schema}")
        };
        let found: Vec<String> = lone_strings(&definition)
            .into_iter()
            .map(|lone| {
                let arguments = String::from_utf8(lone.arguments.to_bytes()).unwrap();
                format!("{} {} {arguments}{}", lone.place, lone.pointer, if lone.required { "!" } else { "" })
            })
            .collect();
        assert_eq!(found, want, "{schema}");
    }

    fn check_a(part: &str, want: &[&str]) {
        check(&format!(r#"{{"type": "object", "properties": {{"a": {part}}}}}"#), want);
    }

    #[test]
    fn every_string_stands_alone() {
        check(r#"{"type": "object"}"#, &[]);
        check(
            r#"{"type": "object", "required": ["a", "n"], "properties": {"a": {"type": "string"}, "b": {}, "n": {"type": "integer"}}}"#,
            &[r#"/a /a {"a":"x"}!"#, r#"/b /b {"b":"x"}"#],
        );
        check_a(r#"{"type": "string", "enum": [1, "on"]}"#, &[r#"/a /a {"a":"on"}"#]);
        check_a(r#"{"const": "on"}"#, &[r#"/a /a {"a":"on"}"#]);
        check_a(r#"{"type": ["string", "null"]}"#, &[r#"/a /a {"a":"x"}"#]);
        check_a(r#"{"type": "boolean"}"#, &[]);
        check_a("false", &[]);
        check_a(r#"{"enum": [1, 2]}"#, &[]);
    }

    #[test]
    fn strings_within_values_are_found_and_names_with_them() {
        check_a(r#"{"type": "array", "items": {"type": "string"}}"#, &[r#"/a/* /a/0 {"a":["x"]}"#]);
        check_a(r#"{"type": "array"}"#, &[r#"/a/* /a/0 {"a":["x"]}"#]);
        check_a(r#"{"type": "array", "items": {"type": "number"}}"#, &[]);
        check_a(
            r#"{"items": {"properties": {"p/q": {"type": "string"}, "n": {"type": "number"}}}}"#,
            &[r#"/a/*/n /a/0/n {"a":[{"n":1}]}"#, r#"/a/*/p~1q /a/0/p~1q {"a":[{"p/q":"x"}]}"#],
        );
        check_a(r#"{"type": "object"}"#, &[r#"/a/* /a/x {"a":{"x":"x"}}"#]);
        check_a(
            r#"{"type": "object", "additionalProperties": {"type": "boolean"}}"#,
            &[r#"/a/* /a/x {"a":{"x":true}}"#],
        );
        check_a(r#"{"type": "object", "additionalProperties": false}"#, &[]);
    }

    #[test]
    fn combinations_and_references_are_followed() {
        check_a(r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, &[r#"/a /a {"a":"x"}"#]);
        check_a(
            r#"{"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}"#,
            &[r#"/a /a {"a":"x"}"#, r#"/a/* /a/0 {"a":["x"]}"#],
        );
        check_a(r#"{"type": "integer", "allOf": [{"minimum": 1}]}"#, &[]);
        check_a(r#"{"anyOf": [{"minimum": 1}]}"#, &[r#"/a /a {"a":"x"}"#]);
        check(
            r##"{"properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}, "t": {"type": "boolean"}}}}}"##,
            &[
                r#"/a/n/n/n/n/n /a/n/n/n/n/n {"a":{"n":{"n":{"n":{"n":{"n":"x"}}}}}}"#,
                r#"/a/n/n/n/n/t /a/n/n/n/n/t {"a":{"n":{"n":{"n":{"n":{"t":true}}}}}}"#,
                r#"/a/n/n/n/t /a/n/n/n/t {"a":{"n":{"n":{"n":{"t":true}}}}}"#,
                r#"/a/n/n/t /a/n/n/t {"a":{"n":{"n":{"t":true}}}}"#,
                r#"/a/n/t /a/n/t {"a":{"n":{"t":true}}}"#,
                r#"/a/t /a/t {"a":{"t":true}}"#,
            ],
        );
        check_a(r##"{"$ref": "#/nowhere"}"##, &[r#"/a /a {"a":"x"}"#]);
    }
}
