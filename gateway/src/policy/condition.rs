//! Conditions on arguments: a path, an operator, a value, and a truth of three values.
//!
//! What cannot be told is `Unknown`, and an unknown never allows: a missing path under `require`, and a value of another
//! type than the operator takes, wherever it stands. `null` is a value like others.

use std::cmp::Ordering;
use std::fmt;

use regex::Regex;

use crate::json::commented::{Kind, Node, Report};
use crate::json::{Number, Object, Value};

use super::decimal::compare;

/// The longest pattern, and the largest program that it may compile to, in bytes.
const PATTERN: usize = 4096;
const PROGRAM: usize = 1 << 20;

/// True, false, or not to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
}

/// What a path that leads nowhere means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// `require`: it cannot be told.
    Unknown,
    /// `deny_if`: it does not hold.
    False,
}

/// A condition on one argument.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    path: Path,
    test: Test,
}

/// `args.a.b`: the names of members.
#[derive(Clone, Debug)]
struct Path(Vec<String>);

#[derive(Clone, Debug)]
enum Test {
    Equal(Value),
    NotEqual(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    Order(Order, Number),
    Regex(Regex),
    Contains(Value),
    Exists(bool),
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy)]
enum Operator {
    Equal,
    NotEqual,
    In,
    NotIn,
    Order(Order),
    Regex,
    Contains,
    Exists,
}

const OPERATORS: [(&str, Operator); 11] = [
    ("eq", Operator::Equal),
    ("neq", Operator::NotEqual),
    ("in", Operator::In),
    ("not_in", Operator::NotIn),
    ("lt", Operator::Order(Order::Less)),
    ("lte", Operator::Order(Order::LessOrEqual)),
    ("gt", Operator::Order(Order::Greater)),
    ("gte", Operator::Order(Order::GreaterOrEqual)),
    ("regex", Operator::Regex),
    ("contains", Operator::Contains),
    ("exists", Operator::Exists),
];

impl Truth {
    /// Both must hold.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        })
    }
}

impl Condition {
    /// Reads `{"path": …, "op": …, "value": …}`.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let path = fields.need("path", report).and_then(|node| Path::read(node, report));
        let operator = fields.need("op", report).and_then(|node| report.one_of(node, &OPERATORS));
        let value = match operator {
            Some(Operator::Exists) => fields.get("value"),
            _ => fields.need("value", report),
        };
        fields.finish(report);
        let test = read_test(operator?, value, report)?;
        Some(Self { path: path?, test })
    }

    /// Whether it holds for these arguments.
    pub(super) fn holds(&self, arguments: Option<&Object>, missing: Missing) -> Truth {
        let found = self.path.find(arguments);
        match (&self.test, found) {
            (Test::Exists(wanted), found) => (found.is_some() == *wanted).into(),
            (_, None) => match missing {
                Missing::Unknown => Truth::Unknown,
                Missing::False => Truth::False,
            },
            (test, Some(value)) => test.holds(value),
        }
    }

    /// The end of a rule's id: `args.interval-gte`.
    pub(super) fn id(&self) -> String {
        format!("{}-{}", self.path, self.test.operator())
    }
}

impl fmt::Display for Condition {
    /// As people say it: `args.interval` is 5000 or more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Value| String::from_utf8_lossy(&value.to_bytes()).into_owned();
        let list = |values: &[Value]| values.iter().map(text).collect::<Vec<_>>().join(", ");
        write!(f, "`{}` ", self.path)?;
        match &self.test {
            Test::Equal(value) => write!(f, "is {}", text(value)),
            Test::NotEqual(value) => write!(f, "is not {}", text(value)),
            Test::In(values) => write!(f, "is one of {}", list(values)),
            Test::NotIn(values) => write!(f, "is none of {}", list(values)),
            Test::Order(Order::Less, number) => write!(f, "is less than {number}"),
            Test::Order(Order::LessOrEqual, number) => write!(f, "is {number} or less"),
            Test::Order(Order::Greater, number) => write!(f, "is more than {number}"),
            Test::Order(Order::GreaterOrEqual, number) => write!(f, "is {number} or more"),
            Test::Regex(regex) => write!(f, "matches `{regex}`"),
            Test::Contains(value) => write!(f, "contains {}", text(value)),
            Test::Exists(true) => write!(f, "is given"),
            Test::Exists(false) => write!(f, "is not given"),
        }
    }
}

impl Test {
    fn holds(&self, value: &Value) -> Truth {
        match (self, value) {
            (Self::Equal(wanted), value) => equal(value, wanted),
            (Self::NotEqual(wanted), value) => equal(value, wanted).not(),
            (Self::In(wanted), value) => one_of(value, wanted),
            (Self::NotIn(wanted), value) => one_of(value, wanted).not(),
            (Self::Order(order, bound), Value::Number(number)) => order.holds(compare(number, bound)).into(),
            (Self::Regex(regex), Value::String(text)) => regex.is_match(text).into(),
            (Self::Contains(Value::String(part)), Value::String(text)) => text.contains(part).into(),
            (Self::Contains(wanted), Value::Array(elements)) => one_of(wanted, elements),
            (Self::Exists(wanted), _) => (*wanted).into(),
            (Self::Order(..) | Self::Regex(_) | Self::Contains(_), _) => Truth::Unknown,
        }
    }

    fn operator(&self) -> &'static str {
        match self {
            Self::Equal(_) => "eq",
            Self::NotEqual(_) => "neq",
            Self::In(_) => "in",
            Self::NotIn(_) => "not_in",
            Self::Order(Order::Less, _) => "lt",
            Self::Order(Order::LessOrEqual, _) => "lte",
            Self::Order(Order::Greater, _) => "gt",
            Self::Order(Order::GreaterOrEqual, _) => "gte",
            Self::Regex(_) => "regex",
            Self::Contains(_) => "contains",
            Self::Exists(_) => "exists",
        }
    }
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Path {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let text = report.text(node)?;
        let names: Vec<String> = match text.strip_prefix("args.") {
            Some(rest) => rest.split('.').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        if names.is_empty() || names.iter().any(|name| name.is_empty() || name.contains(['[', ']', '*'])) {
            let help = "write `args.NAME`, or `args.NAME.NAME` for a member of a member".to_owned();
            report.error(node.span.clone(), format!("`{text}` is no path to an argument"), Some(help));
            return None;
        }
        Some(Self(names))
    }

    fn find<'v>(&self, arguments: Option<&'v Object>) -> Option<&'v Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(arguments?.get(first)?, |value, name| value.as_object()?.get(name))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "args.{}", self.0.join("."))
    }
}

/// Whether two values are the same; of two types that cannot be told.
fn equal(value: &Value, wanted: &Value) -> Truth {
    match (value, wanted) {
        (Value::Number(a), Value::Number(b)) => compare(a, b).is_eq().into(),
        (Value::Array(a), Value::Array(b)) => {
            let pairs = a.iter().zip(b).map(|(a, b)| equal(a, b));
            pairs.fold((a.len() == b.len()).into(), Truth::and)
        }
        (Value::Object(a), Value::Object(b)) => {
            let pairs = a.iter().map(|(name, a)| b.get(name).map_or(Truth::False, |b| equal(a, b)));
            pairs.fold((a.len() == b.len()).into(), Truth::and)
        }
        (a, b) if a.kind() == b.kind() => (a == b).into(),
        _ => Truth::Unknown,
    }
}

/// Whether a value is among others. That it is not can be told only if one of them is of its type.
fn one_of(value: &Value, wanted: &[Value]) -> Truth {
    let truths: Vec<Truth> = wanted.iter().map(|wanted| equal(value, wanted)).collect();
    if truths.contains(&Truth::True) {
        return Truth::True;
    }
    if truths.is_empty() || truths.contains(&Truth::False) { Truth::False } else { Truth::Unknown }
}

fn read_test(operator: Operator, value: Option<&Node>, report: &mut Report) -> Option<Test> {
    if let Operator::Exists = operator {
        return Some(Test::Exists(match value {
            Some(node) => report.boolean(node)?,
            None => true,
        }));
    }
    let node = value?;
    Some(match operator {
        Operator::Equal => Test::Equal(node.to_value()),
        Operator::NotEqual => Test::NotEqual(node.to_value()),
        Operator::In => Test::In(read_values(node, report)?),
        Operator::NotIn => Test::NotIn(read_values(node, report)?),
        Operator::Order(order) => match node.to_value() {
            Value::Number(number) => Test::Order(order, number),
            _ => {
                report.error(node.span.clone(), "this operator compares with a number", None);
                return None;
            }
        },
        Operator::Regex => Test::Regex(read_regex(node, report)?),
        Operator::Contains => match (&node.kind, node.to_value()) {
            (Kind::Text(text), _) if text.is_empty() => {
                let help = "everything contains the empty text; name a part".to_owned();
                report.error(node.span.clone(), "an empty text says nothing here", Some(help));
                return None;
            }
            (_, value) => Test::Contains(value),
        },
        Operator::Exists => return None,
    })
}

fn read_values(node: &Node, report: &mut Report) -> Option<Vec<Value>> {
    let values: Vec<Value> = report.elements(node)?.iter().map(Node::to_value).collect();
    if values.is_empty() {
        report.error(node.span.clone(), "an empty list says nothing here", Some("name at least one value".to_owned()));
        return None;
    }
    Some(values)
}

fn read_regex(node: &Node, report: &mut Report) -> Option<Regex> {
    let pattern = report.text(node)?;
    let built = if pattern.len() > PATTERN {
        Err(format!("it is longer than {PATTERN} bytes"))
    } else {
        regex::RegexBuilder::new(pattern).size_limit(PROGRAM).build().map_err(|error| error.to_string())
    };
    match built {
        Ok(regex) => Some(regex),
        Err(reason) => {
            let last = reason.lines().last().unwrap_or_default().trim().to_owned();
            report.error(node.span.clone(), format!("`{pattern}` is no regular expression"), Some(last));
            None
        }
    }
}

#[cfg(test)]
mod tests;
