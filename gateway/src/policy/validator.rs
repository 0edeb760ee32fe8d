//! JSON Schemas that values are held against: those of a policy, and those of the tools of a server.
//!
//! A schema of a server is as trustworthy as its server. So nothing is fetched, patterns are linear, and a schema whose
//! work has no bound is not used: [`survey`] tells.

#![expect(
    clippy::disallowed_types,
    reason = "the crate that checks schemas speaks in it; what was scanned is only copied"
)]

mod survey;

use std::fmt;

use jsonschema::PatternOptions;

use crate::json::Value;
use crate::json::commented::{Node, Report};

use super::truth::Truth;

pub(super) use survey::resolve;
use survey::survey;

/// The largest program that a pattern of a schema may compile to, in bytes.
const PROGRAM: usize = 1 << 18;
/// How many values a schema may be made of.
const LARGEST: usize = 20_000;
/// How much work one value may be: parts of the schema times parts of the value.
const WORK: usize = 20_000_000;

/// A schema, ready to be held against values.
pub(super) struct Validator {
    schema: jsonschema::Validator,
    /// How many parts it has, once references are followed.
    parts: usize,
}

/// Where a value is not as a schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// A JSON Pointer into the value.
    pub(super) pointer: String,
    /// The keyword of the schema.
    pub(super) keyword: String,
    /// Where that stands in the schema.
    pub(super) place: String,
}

impl Validator {
    /// Reads a schema of a policy.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        report.entries(node)?;
        match Self::new(&node.to_value()) {
            Ok(validator) => Some(validator),
            Err(reason) => {
                report.error(node.span.clone(), "this schema cannot be used", Some(reason));
                None
            }
        }
    }

    /// Makes a schema ready, or says why it cannot be used.
    pub(super) fn new(schema: &Value) -> Result<Self, String> {
        if size(schema) > LARGEST {
            return Err("it is too large".to_owned());
        }
        let parts = survey(schema)?;
        let schema = copy(schema).ok_or("a number in it is too large")?;
        let options = jsonschema::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::regex().size_limit(PROGRAM));
        let schema = options.build(&schema).map_err(|error| shortened(&error.to_string()))?;
        Ok(Self { schema, parts })
    }

    /// Whether a value is as the schema says. What would take too long cannot be told.
    pub(super) fn accepts(&self, value: &Value) -> Truth {
        match copy(value) {
            Some(copied) if self.can_afford(value) => self.schema.is_valid(&copied).into(),
            _ => Truth::Unknown,
        }
    }

    /// The first place where a value is not as the schema says; `Err` if that cannot be told.
    pub(super) fn fault(&self, value: &Value) -> Result<Option<Fault>, TooMuch> {
        let copied = copy(value).filter(|_| self.can_afford(value)).ok_or(TooMuch)?;
        if self.schema.is_valid(&copied) {
            return Ok(None);
        }
        let fault = self.schema.validate(&copied).err().map(|error| Fault {
            pointer: error.instance_path().to_string(),
            keyword: error.kind().keyword().to_owned(),
            place: error.schema_path().to_string(),
        });
        // Two answers to one question: whatever is wrong there, it is not a yes.
        fault.map(Some).ok_or(TooMuch)
    }

    fn can_afford(&self, value: &Value) -> bool {
        self.parts.saturating_mul(size(value)) <= WORK
    }
}

/// It would take too long to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator").field("parts", &self.parts).finish_non_exhaustive()
    }
}

/// How many parts a value has; a long text counts as several.
fn size(value: &Value) -> usize {
    const TEXT: usize = 64;
    1 + match value {
        Value::String(text) => text.len() / TEXT,
        Value::Array(elements) => elements.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() / TEXT + size(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The same value, as the crate wants it. Names are unique already, and numbers of requests fit.
fn copy(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => {
            let text = number.as_str();
            match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(integer), _) => integer.into(),
                (_, Ok(float)) => serde_json::Number::from_f64(float)?.into(),
                _ => return None,
            }
        }
        Value::String(text) => text.as_str().into(),
        Value::Array(elements) => serde_json::Value::Array(elements.iter().map(copy).collect::<Option<_>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Some((name.to_owned(), copy(value)?)));
            serde_json::Value::Object(members.collect::<Option<_>>()?)
        }
    })
}

/// A reason for people: one line, and no longer than one.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    text.lines().next().unwrap_or_default().chars().take(LONGEST).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests;
