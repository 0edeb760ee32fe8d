//! Where a path leads in a JSON Schema. Whatever is not plain is unclear, and of that nothing is said.

use std::fmt;

use crate::json::{Object, Value};
use crate::policy::path::Step;
use crate::policy::validator::resolve;

/// How many parts of a schema are looked at for one step.
const PARTS: usize = 256;
/// How deep references and combinations are followed.
const DEEPEST: usize = 16;
/// How many values of an `enum` are looked at.
const VALUES: usize = 1000;

/// Where a path leads.
pub(super) enum Reach<'s> {
    /// The schema has nothing there.
    Nothing,
    /// Something, or nothing: it cannot be told.
    Unclear,
    /// What one of these schemas says.
    Parts { root: &'s Value, parts: Vec<&'s Value> },
    /// Something made: the length of something, or a name.
    Made(Kinds),
}

/// Kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

const NAMES: [(&str, Kinds); 7] = [
    ("null", Kinds::NULL),
    ("boolean", Kinds::BOOLEAN),
    ("number", Kinds::NUMBER),
    ("integer", Kinds::NUMBER),
    ("string", Kinds::STRING),
    ("array", Kinds::ARRAY),
    ("object", Kinds::OBJECT),
];

/// Where steps lead in the schema of a tool's arguments.
pub(super) fn reach<'s>(schema: &'s Value, steps: &[Step]) -> Reach<'s> {
    let mut at = Reach::Parts { root: schema, parts: vec![schema] };
    for (place, step) in steps.iter().enumerate() {
        at = match at {
            // What a tool does not name at the top it does not take.
            Reach::Parts { root, parts } => go(root, &parts, step, place == 0),
            Reach::Made(kinds) if matches!(step, Step::Length) && kinds == Kinds::STRING => Reach::Made(Kinds::NUMBER),
            Reach::Made(_) => Reach::Nothing,
            end => return end,
        };
    }
    at
}

impl<'s> Reach<'s> {
    /// The kinds of what may be there; `None` if that cannot be told.
    pub(super) fn kinds(&self) -> Option<Kinds> {
        match self {
            Self::Nothing => Some(Kinds::NONE),
            Self::Unclear => None,
            Self::Parts { root, parts } => Some(kinds_of(root, parts)),
            Self::Made(kinds) => Some(*kinds),
        }
    }

    /// The values that may be there, where the schema lists them.
    pub(super) fn values(&self) -> Option<Vec<&'s Value>> {
        match self {
            Self::Nothing => Some(Vec::new()),
            Self::Unclear | Self::Made(_) => None,
            Self::Parts { root, parts } => {
                let lists: Option<Vec<Vec<&'s Value>>> = parts.iter().map(|part| values(root, part, DEEPEST)).collect();
                lists.map(|lists| lists.concat()).filter(|values| values.len() <= VALUES)
            }
        }
    }
}

fn go<'s>(root: &'s Value, parts: &[&'s Value], step: &Step, top: bool) -> Reach<'s> {
    let mut facets = Vec::new();
    if parts.iter().any(|part| gather(root, part, DEEPEST, &mut facets).is_none()) {
        return Reach::Unclear;
    }
    let kinds = kinds_of(root, parts);
    let lacks = |wanted: Kinds| kinds.and(wanted) == Kinds::NONE;
    match step {
        Step::Member(_) if lacks(Kinds::OBJECT) => Reach::Nothing,
        Step::Member(name) => member(root, &facets, name, top),
        Step::Element(_) if lacks(Kinds::ARRAY) => Reach::Nothing,
        Step::All if lacks(Kinds::ARRAY.or(Kinds::OBJECT)) => Reach::Nothing,
        Step::All | Step::Element(_) if lacks(Kinds::OBJECT) => elements(root, &facets),
        Step::Keys if lacks(Kinds::OBJECT) => Reach::Nothing,
        Step::Keys => Reach::Made(Kinds::STRING),
        Step::Length if lacks(Kinds::ARRAY.or(Kinds::OBJECT).or(Kinds::STRING)) => Reach::Nothing,
        Step::Length => Reach::Made(Kinds::NUMBER),
        Step::Json if lacks(Kinds::STRING) => Reach::Nothing,
        Step::All | Step::Element(_) | Step::Json | Step::Key(_) => Reach::Unclear,
    }
}

fn member<'s>(root: &'s Value, facets: &[&'s Object], name: &str, top: bool) -> Reach<'s> {
    let (mut parts, mut open, mut names) = (Vec::new(), false, top);
    for facet in facets {
        names |= facet.object("properties").is_some();
        parts.extend(facet.object("properties").and_then(|properties| properties.get(name)));
        open |= facet.get("patternProperties").is_some();
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            open |= facet.get(keyword).is_some_and(|value| !matches!(value, Value::Bool(false)));
        }
    }
    match (parts.is_empty(), open || !names) {
        (_, true) => Reach::Unclear,
        (true, false) => Reach::Nothing,
        (false, false) => Reach::Parts { root, parts },
    }
}

/// The elements of an array, wherever they stand.
fn elements<'s>(root: &'s Value, facets: &[&'s Object]) -> Reach<'s> {
    let (mut parts, mut said) = (Vec::new(), false);
    for facet in facets {
        match facet.get("items") {
            Some(items @ Value::Object(_)) => {
                said = true;
                parts.push(items);
            }
            Some(_) => return Reach::Unclear,
            None => {}
        }
        parts.extend(facet.get("prefixItems").and_then(Value::as_array).into_iter().flatten());
    }
    if said { Reach::Parts { root, parts } } else { Reach::Unclear }
}

/// Every part that speaks of the same value; `None` if one says nothing, or there are too many.
fn gather<'s>(root: &'s Value, schema: &'s Value, depth: usize, facets: &mut Vec<&'s Object>) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let Value::Object(keywords) = schema else { return None };
    facets.push(keywords);
    if facets.len() > PARTS {
        return None;
    }
    for (keyword, value) in keywords.iter() {
        match (keyword, value) {
            ("$ref", Value::String(to)) => gather(root, resolve(root, to)?, depth, facets)?,
            ("$dynamicRef" | "$recursiveRef", _) => return None,
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter().try_for_each(|schema| gather(root, schema, depth, facets))?;
            }
            ("then" | "else", schema) => gather(root, schema, depth, facets)?,
            ("dependentSchemas" | "dependencies", Value::Object(schemas)) => {
                schemas.iter().try_for_each(|(_, schema)| gather(root, schema, depth, facets))?;
            }
            _ => {}
        }
    }
    Some(())
}

fn kinds_of(root: &Value, parts: &[&Value]) -> Kinds {
    parts.iter().map(|part| kinds(root, part, DEEPEST)).fold(Kinds::NONE, Kinds::or)
}

/// The kinds of values that a schema allows, or more.
fn kinds(root: &Value, schema: &Value, depth: usize) -> Kinds {
    let (Some(depth), Value::Object(keywords)) = (depth.checked_sub(1), schema) else { return Kinds::ALL };
    // In older drafts nothing counts beside a reference.
    if let Some(to) = keywords.text("$ref") {
        return resolve(root, to).map_or(Kinds::ALL, |schema| kinds(root, schema, depth));
    }
    let mut found = match keywords.get("type") {
        Some(Value::String(name)) => Kinds::named(name),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map_or(Kinds::ALL, Kinds::named)).fold(Kinds::NONE, Kinds::or)
        }
        _ => Kinds::ALL,
    };
    if let Some(Value::Array(values)) = keywords.get("enum") {
        found = found.and(values.iter().map(Kinds::of).fold(Kinds::NONE, Kinds::or));
    }
    found = keywords.get("const").map_or(found, |value| found.and(Kinds::of(value)));
    for schema in keywords.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        found = found.and(kinds(root, schema, depth));
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(schemas)) = keywords.get(keyword) {
            let any = schemas.iter().map(|schema| kinds(root, schema, depth)).fold(Kinds::NONE, Kinds::or);
            found = found.and(any);
        }
    }
    found
}

/// The values to which a schema is limited, or more; `None` if it lists none.
fn values<'s>(root: &'s Value, schema: &'s Value, depth: usize) -> Option<Vec<&'s Value>> {
    let (depth, Value::Object(keywords)) = (depth.checked_sub(1)?, schema) else { return None };
    if let Some(to) = keywords.text("$ref") {
        return values(root, resolve(root, to)?, depth);
    }
    if let Some(value) = keywords.get("const") {
        return Some(vec![value]);
    }
    if let Some(Value::Array(list)) = keywords.get("enum") {
        return Some(list.iter().collect());
    }
    for schema in keywords.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        if let Some(list) = values(root, schema, depth) {
            return Some(list);
        }
    }
    let any = keywords.get("anyOf").or(keywords.get("oneOf")).and_then(Value::as_array)?;
    let lists: Option<Vec<Vec<&Value>>> = any.iter().map(|schema| values(root, schema, depth)).collect();
    lists.map(|lists| lists.concat())
}

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(63);
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const NUMBER: Self = Self(4);
    pub(super) const STRING: Self = Self(8);
    pub(super) const ARRAY: Self = Self(16);
    pub(super) const OBJECT: Self = Self(32);

    /// That of a value.
    pub(super) fn of(value: &Value) -> Self {
        Self::named(value.kind())
    }

    /// That of a word of JSON Schema; a word that is none may be anything.
    pub(super) fn named(name: &str) -> Self {
        NAMES.iter().find(|(known, _)| *known == name).map_or(Self::ALL, |(_, kinds)| *kinds)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = NAMES.iter().filter(|(name, kinds)| *name != "integer" && self.and(*kinds) != Self::NONE);
        let names: Vec<&str> = held.map(|(name, _)| *name).collect();
        match names.as_slice() {
            [] => f.write_str("nothing"),
            names => f.write_str(&names.join(" or ")),
        }
    }
}
