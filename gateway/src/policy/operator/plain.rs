//! Comparisons that take a value as it is written, from the policy or from the call: equality, membership, order, parts.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;

use crate::json::Value;
use crate::json::commented::{Node, Report};
use crate::policy::decimal::compare;
use crate::policy::scope::Scope;
use crate::policy::truth::Truth;

use super::place::{self, Place};
use super::{Operator, Test};

/// What `value_from` goes with.
const COMPARED: [Operator; 12] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::In,
    Operator::NotIn,
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Contains,
    Operator::StartsWith,
    Operator::EndsWith,
    Operator::PathWithin,
];

/// Whether an operator compares with what a call brings along.
pub(in crate::policy) fn compares(operator: Operator) -> bool {
    COMPARED.contains(&operator)
}

/// The operators that do.
pub(in crate::policy) fn names() -> String {
    COMPARED.map(|operator| format!("`{}`", operator.name())).join(", ")
}

/// Reads the value of a plain comparison.
pub(super) fn read(operator: Operator, node: &Node, report: &mut Report) -> Option<Value> {
    let value = node.to_value();
    let parts = |value: &Value| match value {
        Value::Array(parts) => !parts.is_empty() && parts.iter().all(is_part),
        value => is_part(value),
    };
    let wrong = match (operator, &value) {
        (Operator::In | Operator::NotIn, value) if value.as_array().is_none() => {
            report.elements(node)?;
            None
        }
        (Operator::In | Operator::NotIn, Value::Array(values)) if values.is_empty() => {
            Some(("an empty list says nothing here", "name at least one value"))
        }
        (Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual, value)
            if !is_ordered(value) =>
        {
            Some(("this operator compares with a number", "or with a time `HH:MM` or a date `YYYY-MM-DD`, as text"))
        }
        (Operator::Contains, Value::String(part)) if part.is_empty() => {
            Some(("an empty text says nothing here", "everything contains the empty text; name a part"))
        }
        (Operator::StartsWith | Operator::EndsWith, value) if !parts(value) => {
            Some(("this operator takes a text or a list of texts", "none of them may be empty"))
        }
        _ => None,
    };
    if let Some((message, help)) = wrong {
        report.error(node.span.clone(), message, Some(help.to_owned()));
        return None;
    }
    Some(value)
}

/// Reads `[low, high]`.
pub(super) fn read_between(node: &Node, report: &mut Report) -> Option<Test> {
    let elements = report.elements(node)?;
    let [low, high] = elements else {
        let help = "write `[LOW, HIGH]`; both belong to it".to_owned();
        report.error(node.span.clone(), "`between` takes two values", Some(help));
        return None;
    };
    let (low, high) = (low.to_value(), high.to_value());
    let ordered = order(&low, &high);
    // A time of the day may go over midnight; nothing else may go backwards.
    if ordered.is_none() || (ordered == Some(Ordering::Greater) && form(&low) != Some(Form::Time)) {
        let help = "write two numbers, two times or two dates, the lower one first".to_owned();
        report.error(node.span.clone(), "nothing is between these", Some(help));
        return None;
    }
    Some(Test::Between(low, high))
}

/// Whether a comparison holds.
pub(super) fn holds(operator: Operator, value: &Value, wanted: &Value) -> Truth {
    let ordered = |test: fn(Ordering) -> bool| order(value, wanted).map_or(Truth::Unknown, |order| test(order).into());
    match operator {
        Operator::Equal => equal(value, wanted),
        Operator::NotEqual => equal(value, wanted).not(),
        Operator::In => wanted.as_array().map_or(Truth::Unknown, |wanted| one_of(value, wanted)),
        Operator::NotIn => wanted.as_array().map_or(Truth::Unknown, |wanted| one_of(value, wanted).not()),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::LessOrEqual => ordered(Ordering::is_le),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::Contains => match (value, wanted) {
            (Value::String(text), Value::String(part)) => text.contains(part).into(),
            (Value::Array(elements), wanted) => one_of(wanted, elements),
            _ => Truth::Unknown,
        },
        Operator::StartsWith => part(value, wanted, |text, part| text.starts_with(part)),
        Operator::EndsWith => part(value, wanted, |text, part| text.ends_with(part)),
        _ => Truth::Unknown,
    }
}

/// Whether a comparison with what a call brings along holds. What a policy may not say means nothing there either.
pub(in crate::policy) fn holds_from(operator: Operator, value: &Value, wanted: &Value, scope: &Scope<'_>) -> Truth {
    if !scope.afford(super::weight(value).saturating_add(super::weight(wanted))) {
        return Truth::Unknown;
    }
    let parts = |wanted: &Value| match wanted {
        Value::Array(parts) => !parts.is_empty() && parts.iter().all(is_part),
        wanted => is_part(wanted),
    };
    match (operator, value, wanted) {
        (Operator::StartsWith | Operator::EndsWith, _, wanted) if !parts(wanted) => Truth::Unknown,
        (Operator::Contains, _, Value::String(part)) if part.is_empty() => Truth::Unknown,
        (Operator::PathWithin, Value::String(text), Value::String(root)) => match Place::of(root) {
            Some(place) => place::within(text, &[place]),
            None => Truth::Unknown,
        },
        (operator, value, wanted) => holds(operator, value, wanted),
    }
}

/// Whether a value lies between two others, which belong to it.
pub(super) fn between(value: &Value, low: &Value, high: &Value) -> Truth {
    let at = |a: &Value, b: &Value, test: fn(Ordering) -> bool| {
        order(a, b).map_or(Truth::Unknown, |order| Truth::from(test(order)))
    };
    let (above, below) = (at(value, low, Ordering::is_ge), at(value, high, Ordering::is_le));
    if at(low, high, Ordering::is_gt) == Truth::True { above.or(below) } else { above.and(below) }
}

/// Says what a comparison asks.
pub(in crate::policy) fn describe(operator: Operator, wanted: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match operator {
        Operator::Equal => write!(f, "is {wanted}"),
        Operator::NotEqual => write!(f, "is not {wanted}"),
        Operator::In => write!(f, "is one of {wanted}"),
        Operator::NotIn => write!(f, "is none of {wanted}"),
        Operator::Less => write!(f, "is less than {wanted}"),
        Operator::LessOrEqual => write!(f, "is {wanted} or less"),
        Operator::Greater => write!(f, "is more than {wanted}"),
        Operator::GreaterOrEqual => write!(f, "is {wanted} or more"),
        Operator::Contains => write!(f, "contains {wanted}"),
        Operator::StartsWith => write!(f, "begins with {wanted}"),
        Operator::EndsWith => write!(f, "ends with {wanted}"),
        Operator::PathWithin => write!(f, "is a path within {wanted}"),
        other => write!(f, "{} {wanted}", other.name()),
    }
}

/// Whether the value of an operator is a list of alternatives.
pub(super) fn takes_list(operator: Operator) -> bool {
    matches!(operator, Operator::In | Operator::NotIn | Operator::StartsWith | Operator::EndsWith)
}

/// A value as a sentence shows it.
pub(super) fn shown(value: &Value) -> String {
    String::from_utf8_lossy(&value.to_bytes()).into_owned()
}

/// Values as a sentence lists them.
pub(super) fn listed(values: &[Value]) -> String {
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn is_part(value: &Value) -> bool {
    matches!(value, Value::String(text) if !text.is_empty())
}

fn part(value: &Value, wanted: &Value, test: fn(&str, &str) -> bool) -> Truth {
    let Value::String(text) = value else { return Truth::Unknown };
    let is = |wanted: &Value| matches!(wanted, Value::String(part) if test(text, part));
    match wanted {
        Value::Array(parts) => parts.iter().any(is).into(),
        wanted => is(wanted).into(),
    }
}

/// Whether two values are the same; of two types that cannot be told.
fn equal(value: &Value, wanted: &Value) -> Truth {
    match (value, wanted) {
        (Value::Number(a), Value::Number(b)) => compare(a, b).is_eq().into(),
        (Value::Array(a), Value::Array(b)) if a.len() != b.len() => Truth::False,
        (Value::Array(a), Value::Array(b)) => a.iter().zip(b).map(|(a, b)| equal(a, b)).fold(Truth::True, Truth::and),
        (Value::Object(a), Value::Object(b)) if a.len() != b.len() => Truth::False,
        (Value::Object(a), Value::Object(b)) => {
            // Both may be a caller's: looking each name up one by one would be quadratic.
            let a: HashMap<&str, &Value> = a.iter().collect();
            let pairs = b.iter().map(|(name, b)| a.get(name).map_or(Truth::False, |a| equal(a, b)));
            pairs.fold(Truth::True, Truth::and)
        }
        (a, b) if a.kind() == b.kind() => (a == b).into(),
        _ => Truth::Unknown,
    }
}

/// Whether a value is among others. That it is not can be told only if one of them is of its type.
fn one_of(value: &Value, wanted: &[Value]) -> Truth {
    let mut seen = if wanted.is_empty() { Truth::False } else { Truth::Unknown };
    for wanted in wanted {
        match equal(value, wanted) {
            Truth::True => return Truth::True,
            Truth::False => seen = Truth::False,
            Truth::Unknown => {}
        }
    }
    seen
}

/// What texts have an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `HH:MM`
    Time,
    /// `YYYY-MM-DD`
    Date,
}

fn is_ordered(value: &Value) -> bool {
    matches!(value, Value::Number(_)) || form(value).is_some()
}

fn order(value: &Value, wanted: &Value) -> Option<Ordering> {
    match (value, wanted) {
        (Value::Number(a), Value::Number(b)) => Some(compare(a, b)),
        (Value::String(a), Value::String(b)) if form(value).is_some() && form(value) == form(wanted) => Some(a.cmp(b)),
        _ => None,
    }
}

/// The form of a text, if it is a time or a date that there is.
fn form(value: &Value) -> Option<Form> {
    let text = value.as_str()?;
    let shape: Vec<char> = text.chars().take(11).map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    match shape.as_slice() {
        ['0', '0', ':', '0', '0'] => text.parse::<jiff::civil::Time>().ok().map(|_| Form::Time),
        ['0', '0', '0', '0', '-', '0', '0', '-', '0', '0'] => {
            text.parse::<jiff::civil::Date>().ok().map(|_| Form::Date)
        }
        _ => None,
    }
}
