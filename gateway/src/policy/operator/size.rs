//! How long a value is, and of which type.

use std::fmt;

use crate::json::Value;
use crate::json::commented::{Kind, Node, Report};
use crate::policy::decimal::is_whole;
use crate::policy::path::length;
use crate::policy::truth::Truth;

/// `{"min": 1, "max": 10}`, or a number for exactly that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Size {
    min: u64,
    max: Option<u64>,
}

/// A type, in JSON Schema's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum JsonKind {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

const KINDS: [(&str, JsonKind); 7] = [
    ("null", JsonKind::Null),
    ("boolean", JsonKind::Boolean),
    ("integer", JsonKind::Integer),
    ("number", JsonKind::Number),
    ("string", JsonKind::String),
    ("array", JsonKind::Array),
    ("object", JsonKind::Object),
];

impl Size {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        if !matches!(node.kind, Kind::Object(_)) {
            let exact = report.count(node)?;
            return Some(Self { min: exact, max: Some(exact) });
        }
        let mut fields = report.fields(node)?;
        let (low, high) = (fields.get("min"), fields.get("max"));
        fields.finish(report);
        let min = low.map_or(Some(0), |node| report.count(node));
        let max = high.map_or(Some(None), |node| report.count(node).map(Some));
        let (min, max) = (min?, max?);
        if (low.is_none() && high.is_none()) || max.is_some_and(|max| max < min) {
            let help = "write `min`, `max` or both, the lower one first".to_owned();
            report.error(node.span.clone(), "no length is like this", Some(help));
            return None;
        }
        Some(Self { min, max })
    }

    pub(super) fn holds(&self, value: &Value) -> Truth {
        let within = |length: u64| length >= self.min && self.max.is_none_or(|max| length <= max);
        length(value).map_or(Truth::Unknown, |length| within(length).into())
    }
}

impl JsonKind {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        report.one_of(node, &KINDS)
    }

    pub(super) fn is_of(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Integer, Value::Number(number)) => is_whole(number),
            (kind, value) => kind.name() == value.kind(),
        }
    }

    pub(in crate::policy) fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => write!(f, "a length of {min}"),
            (0, Some(max)) => write!(f, "a length of up to {max}"),
            (min, Some(max)) => write!(f, "a length from {min} to {max}"),
            (min, None) => write!(f, "a length of {min} or more"),
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
