//! Whether the work that a schema makes has a bound: its references are followed as a validator would, without a value.
//!
//! A schema that refers to itself is fine as long as every turn goes deeper into the value, and comes by any place of it
//! once: else the work doubles with each level.

use crate::json::Value;

/// How deep a schema may nest, and how many parts it may have once references are followed.
const DEEPEST: usize = 64;
const PARTS: usize = 10_000;
/// How many references back to something that is being followed.
const TURNS: usize = 256;
/// How many patterns.
const PATTERNS: usize = 256;
/// How many of the keywords that look at everything around them a second time.
const SECOND_LOOKS: usize = 4;

/// Keywords whose value is a schema, or several, for the same value.
const SAME: [&str; 5] = ["not", "if", "then", "else", "contentSchema"];
const SAME_LIST: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords whose value is a schema, or several, for the members or the elements of a value.
const MEMBERS: [&str; 3] = ["additionalProperties", "propertyNames", "unevaluatedProperties"];
const ELEMENTS: [&str; 5] = ["items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"];

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<'s> {
    Member(&'s str),
    AnyMember,
    Element,
}

struct Surveyor<'s> {
    root: &'s Value,
    parts: usize,
    patterns: usize,
    second_looks: usize,
    /// The references that are being followed, each with how deep in the value that began.
    open: Vec<(&'s str, usize)>,
    trail: Vec<Step<'s>>,
    /// Where in the value a schema begins anew.
    turns: Vec<Vec<Step<'s>>>,
}

/// How many parts a schema has once its references are followed, or why it cannot be used.
pub(super) fn survey(schema: &Value) -> Result<usize, String> {
    let mut surveyor = Surveyor {
        root: schema,
        parts: 0,
        patterns: 0,
        second_looks: 0,
        open: vec![("#", 0)],
        trail: Vec::new(),
        turns: Vec::new(),
    };
    surveyor.look(schema, 0)?;
    surveyor.judge_turns()?;
    Ok(surveyor.parts)
}

impl<'s> Surveyor<'s> {
    fn look(&mut self, schema: &'s Value, depth: usize) -> Result<(), String> {
        self.parts += 1;
        if self.parts > PARTS || depth > DEEPEST {
            return Err("it is too large".to_owned());
        }
        let Value::Object(keywords) = schema else { return Ok(()) };
        let depth = depth + 1;
        for (keyword, value) in keywords.iter() {
            match (keyword, value) {
                ("$ref", Value::String(to)) => self.follow(to, depth)?,
                ("$dynamicRef" | "$recursiveRef" | "$dynamicAnchor" | "$recursiveAnchor", _) => {
                    return Err(format!("`{keyword}` is not followed"));
                }
                ("$id" | "id", Value::String(_)) if depth > 1 => {
                    return Err("only the whole may have an `$id`".to_owned());
                }
                ("pattern", _) => self.count_pattern()?,
                ("dependentSchemas" | "dependencies", Value::Object(schemas)) => {
                    schemas.iter().try_for_each(|(_, schema)| self.look(schema, depth))?;
                }
                ("properties", Value::Object(schemas)) => {
                    for (name, schema) in schemas.iter() {
                        self.enter(Step::Member(name), schema, depth)?;
                    }
                }
                ("patternProperties", Value::Object(schemas)) => {
                    for (_, schema) in schemas.iter() {
                        self.count_pattern()?;
                        self.enter(Step::AnyMember, schema, depth)?;
                    }
                }
                (keyword, Value::Array(schemas)) if SAME_LIST.contains(&keyword) => {
                    schemas.iter().try_for_each(|schema| self.look(schema, depth))?;
                }
                (keyword, schema) if SAME.contains(&keyword) => self.look(schema, depth)?,
                (keyword, schema) if MEMBERS.contains(&keyword) => {
                    self.look_twice(keyword)?;
                    self.enter(Step::AnyMember, schema, depth)?;
                }
                (keyword, Value::Array(schemas)) if ELEMENTS.contains(&keyword) => {
                    schemas.iter().try_for_each(|schema| self.enter(Step::Element, schema, depth))?;
                }
                (keyword, schema) if ELEMENTS.contains(&keyword) => {
                    self.look_twice(keyword)?;
                    self.enter(Step::Element, schema, depth)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, step: Step<'s>, schema: &'s Value, depth: usize) -> Result<(), String> {
        self.trail.push(step);
        let looked = self.look(schema, depth);
        self.trail.pop();
        looked
    }

    fn follow(&mut self, to: &'s str, depth: usize) -> Result<(), String> {
        if let Some((_, since)) = self.open.iter().find(|(open, _)| *open == to) {
            if *since == self.trail.len() {
                return Err(format!("`{}` leads back to itself", shown(to)));
            }
            if self.turns.len() == TURNS {
                return Err("it refers to itself too often".to_owned());
            }
            self.turns.push(self.trail.clone());
            return Ok(());
        }
        let target = resolve(self.root, to).ok_or_else(|| match to.starts_with('#') {
            true => format!("`{}` leads nowhere", shown(to)),
            false => format!("`{}` is elsewhere, and nothing is fetched", shown(to)),
        })?;
        self.open.push((to, self.trail.len()));
        let looked = self.look(target, depth);
        self.open.pop();
        looked
    }

    /// No place of the value may be come by twice, on whatever ways.
    fn judge_turns(&mut self) -> Result<(), String> {
        if self.turns.is_empty() {
            return Ok(());
        }
        let meets = |a: &Step<'_>, b: &Step<'_>| match (a, b) {
            (Step::Member(a), Step::Member(b)) => a == b,
            (Step::Element, Step::Element) => true,
            (Step::Element, _) | (_, Step::Element) => false,
            _ => true,
        };
        for (place, a) in self.turns.iter().enumerate() {
            let crossed = self.turns.iter().skip(place + 1).any(|b| a.iter().zip(b).all(|(a, b)| meets(a, b)));
            if crossed || self.second_looks > 0 {
                return Err("it refers to itself in several ways at once".to_owned());
            }
        }
        Ok(())
    }

    fn look_twice(&mut self, keyword: &str) -> Result<(), String> {
        self.second_looks += usize::from(keyword.starts_with("unevaluated"));
        if self.second_looks > SECOND_LOOKS { Err("it has too many `unevaluated…`".to_owned()) } else { Ok(()) }
    }

    fn count_pattern(&mut self) -> Result<(), String> {
        self.patterns += 1;
        if self.patterns > PATTERNS { Err("it has too many patterns".to_owned()) } else { Ok(()) }
    }
}

/// What a reference within the schema leads to: `#` or a JSON Pointer (RFC 6901).
pub(in crate::policy) fn resolve<'s>(root: &'s Value, to: &str) -> Option<&'s Value> {
    let pointer = to.strip_prefix('#')?;
    if pointer.is_empty() {
        return Some(root);
    }
    let mut value = root;
    for part in pointer.strip_prefix('/')?.split('/') {
        // Percent-encoding in a reference is not read: such a one leads nowhere.
        let name = part.replace("~1", "/").replace("~0", "~");
        value = match value {
            Value::Object(members) => members.get(&name)?,
            Value::Array(elements) => elements.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

fn shown(text: &str) -> String {
    text.chars().take(100).flat_map(char::escape_debug).collect()
}
