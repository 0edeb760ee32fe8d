//! Operators: what a value is tested for. Each is linear in the value, and unknown where the value is of another type than
//! it takes.

mod address;
pub(super) mod place;
pub(super) mod plain;
mod size;
pub(super) mod text;

use std::fmt;
use std::sync::Arc;

use globset::GlobMatcher;
use ipnet::IpNet;
use regex::Regex;

use crate::json::Value;
use crate::json::commented::{Kind, Node, Report};

use super::scope::Scope;
use super::tally::Tally;
use super::truth::Truth;
use super::validator::Validator;

use address::{HostPattern, UrlTest};
use place::Place;
pub(super) use size::JsonKind;
use size::Size;

/// The word under `op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    In,
    NotIn,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    Regex,
    Matches,
    Contains,
    StartsWith,
    EndsWith,
    Glob,
    Exists,
    PathWithin,
    Host,
    Cidr,
    Url,
    Length,
    Type,
    Schema,
}

const OPERATORS: [(&str, Operator); 23] = [
    ("eq", Operator::Equal),
    ("neq", Operator::NotEqual),
    ("in", Operator::In),
    ("not_in", Operator::NotIn),
    ("lt", Operator::Less),
    ("lte", Operator::LessOrEqual),
    ("gt", Operator::Greater),
    ("gte", Operator::GreaterOrEqual),
    ("between", Operator::Between),
    ("regex", Operator::Regex),
    ("matches", Operator::Matches),
    ("contains", Operator::Contains),
    ("starts_with", Operator::StartsWith),
    ("ends_with", Operator::EndsWith),
    ("glob", Operator::Glob),
    ("exists", Operator::Exists),
    ("path_within", Operator::PathWithin),
    ("host", Operator::Host),
    ("cidr", Operator::Cidr),
    ("url", Operator::Url),
    ("length", Operator::Length),
    ("type", Operator::Type),
    ("schema", Operator::Schema),
];

/// An operator with what it tests for, ready to be asked.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// A comparison that takes the value as it is written.
    Plain(Operator, Value),
    Between(Value, Value),
    Exists(bool),
    Pattern(Regex),
    Globs(Vec<GlobMatcher>),
    Places(Vec<Place>),
    Hosts(Vec<HostPattern>),
    Nets(Vec<IpNet>),
    Url(UrlTest),
    Length(Size),
    Kinds(Vec<JsonKind>),
    Schema(Arc<Validator>),
}

impl Operator {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        report.one_of(node, &OPERATORS)
    }

    /// The word.
    pub(super) fn name(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }
}

impl Test {
    /// Reads what stands under `value`.
    pub(super) fn read(
        operator: Operator,
        value: Option<&Node>,
        tally: &mut Tally,
        report: &mut Report,
    ) -> Option<Self> {
        if operator == Operator::Exists {
            return Some(Self::Exists(value.map_or(Some(true), |node| report.boolean(node))?));
        }
        let node = value?;
        Some(match operator {
            Operator::Exists => return None,
            Operator::Between => plain::read_between(node, report)?,
            Operator::Regex => Self::Pattern(text::read_regex(node, tally, report)?),
            Operator::Matches => Self::Pattern(text::read_whole(node, tally, report)?),
            Operator::Glob => {
                Self::Globs(read_some(node, report, |node, report| text::read_glob(node, tally, report))?)
            }
            Operator::PathWithin => Self::Places(read_some(node, report, Place::read)?),
            Operator::Host => Self::Hosts(read_some(node, report, HostPattern::read)?),
            Operator::Cidr => Self::Nets(read_some(node, report, address::read_net)?),
            Operator::Url => Self::Url(UrlTest::read(node, report)?),
            Operator::Length => Self::Length(Size::read(node, report)?),
            Operator::Type => Self::Kinds(read_some(node, report, JsonKind::read)?),
            Operator::Schema => {
                tally.pattern(node, report)?;
                Self::Schema(Arc::new(Validator::read(node, report)?))
            }
            plain => Self::Plain(plain, plain::read(plain, node, report)?),
        })
    }

    /// Whether a value passes.
    pub(super) fn holds(&self, value: &Value, scope: &Scope<'_>) -> Truth {
        if !scope.afford(weight(value)) {
            return Truth::Unknown;
        }
        match (self, value) {
            (Self::Plain(operator, wanted), value) => plain::holds(*operator, value, wanted),
            (Self::Between(low, high), value) => plain::between(value, low, high),
            (Self::Exists(wanted), _) => (*wanted).into(),
            (Self::Pattern(regex), Value::String(text)) => regex.is_match(text).into(),
            (Self::Globs(globs), Value::String(text)) => globs.iter().any(|glob| glob.is_match(text)).into(),
            (Self::Places(places), Value::String(text)) => place::within(text, places),
            (Self::Hosts(hosts), Value::String(text)) => address::is_host(text, hosts),
            (Self::Nets(nets), Value::String(text)) => address::is_within(text, nets),
            (Self::Url(test), Value::String(text)) => test.holds(text),
            (Self::Length(size), value) => size.holds(value),
            (Self::Kinds(kinds), value) => kinds.iter().any(|kind| kind.is_of(value)).into(),
            (Self::Schema(schema), value) => schema.accepts(value),
            _ => Truth::Unknown,
        }
    }

    /// Says what it asks, after the path.
    pub(super) fn describe(&self, operator: Operator, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(operator, Value::Array(values)) if plain::takes_list(*operator) => {
                plain::describe(*operator, &plain::listed(values), f)
            }
            Self::Plain(operator, value) => plain::describe(*operator, &plain::shown(value), f),
            Self::Between(low, high) => {
                write!(f, "is from {} to {}", plain::shown(low), plain::shown(high))
            }
            Self::Exists(true) => f.write_str("is given"),
            Self::Exists(false) => f.write_str("is not given"),
            Self::Pattern(regex) => match operator {
                Operator::Matches => write!(f, "is as a whole `{}`", text::inside(regex)),
                _ => write!(f, "matches `{regex}`"),
            },
            Self::Globs(globs) => {
                write!(f, "is like {}", either(globs.iter().map(|glob| format!("`{}`", glob.glob()))))
            }
            Self::Places(places) => write!(f, "is a path within {}", either(places)),
            Self::Hosts(hosts) => write!(f, "is at the host {}", either(hosts)),
            Self::Nets(nets) => write!(f, "is an address in {}", either(nets)),
            Self::Url(test) => write!(f, "is a URL with {test}"),
            Self::Length(size) => write!(f, "has {size}"),
            Self::Kinds(kinds) => write!(f, "is of the type {}", either(kinds)),
            Self::Schema(_) => f.write_str("is as the policy's schema says"),
        }
    }
}

/// How many bytes there are to look at, at the top: what stands deeper is counted by whoever goes there.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Number(number) => number.as_str().len(),
        Value::Array(elements) => elements.iter().map(|element| 16 + weight(element)).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| 16 + name.len() + weight(value)).sum(),
        Value::Null | Value::Bool(_) => 0,
    }
}

/// Reads one of something, or a list of them.
fn read_some<T>(
    node: &Node,
    report: &mut Report,
    mut read: impl FnMut(&Node, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    let Kind::Array(elements) = &node.kind else { return Some(vec![read(node, report)?]) };
    if elements.is_empty() {
        report.error(node.span.clone(), "an empty list says nothing here", Some("name at least one value".to_owned()));
        return None;
    }
    let read: Vec<Option<T>> = elements.iter().map(|node| read(node, report)).collect();
    read.into_iter().collect()
}

fn either<T: fmt::Display>(things: impl IntoIterator<Item = T>) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests;
