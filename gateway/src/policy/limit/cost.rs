//! Costs: what a call counts as. A path that leads to many values makes it the sum of what each of them counts as. What
//! cannot be told is no cost, and refuses the call.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::call::Call;
use crate::json::Value;
use crate::json::commented::{Kind, Node, Report};
use crate::policy::path::{Binding, Found, Path};

use super::amount::{Amount, NoAmount};

/// What a call counts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Cost {
    /// Always the same.
    Constant(Amount),
    /// The number of an argument.
    Number { path: Path, max: Option<Amount>, default: Option<Amount> },
    /// What a table says of the text of an argument.
    Table { path: Path, table: BTreeMap<String, Amount>, default: Option<Amount> },
    /// How often a call happens in the window that repeats itself.
    Every { path: Path, unit: Unit, default: Option<Amount> },
}

/// Why a cost cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoCost {
    /// The argument is not there.
    #[error("is missing")]
    Missing,
    /// A part of the way to it is of another type.
    #[error("leads into something of another type")]
    Astray,
    /// It is no number.
    #[error("is not a number")]
    NoNumber,
    /// It is no text.
    #[error("is not a text")]
    NoText,
    /// It is none that counts.
    #[error(transparent)]
    NoAmount(#[from] NoAmount),
    /// It is larger than the policy lets it be.
    #[error("is above {0}")]
    Above(Amount),
    /// The table does not have it.
    #[error("is none of the texts that the policy names")]
    Unnamed,
    /// What repeats without a pause happens without end.
    #[error("is 0")]
    Zero,
}

/// What an interval is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Unit {
    Millisecond,
    Second,
    Minute,
    Hour,
}

const UNITS: [(&str, Unit); 4] =
    [("ms", Unit::Millisecond), ("s", Unit::Second), ("m", Unit::Minute), ("h", Unit::Hour)];

impl Cost {
    /// Reads `cost`.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        match &node.kind {
            Kind::Number(_) => Amount::read(node, report).map(Self::Constant),
            Kind::Text(_) => {
                let path = read_place(node, report)?;
                Some(Self::Number { path, max: None, default: None })
            }
            Kind::Object(members) if members.iter().any(|member| member.name == "every") => read_every(node, report),
            Kind::Object(_) => read_path(node, report),
            _ => {
                let help =
                    "write a number, a path such as `args.amount`, or an object with `path` or `every`".to_owned();
                report.error(node.span.clone(), "a cost is a number or says where it stands", Some(help));
                None
            }
        }
    }

    /// What a call counts as, within a window of this length.
    pub(super) fn of(&self, call: &Call, window: Duration) -> Result<Amount, NoCost> {
        match self {
            Self::Constant(amount) => Ok(*amount),
            Self::Number { path, max, default } => {
                let amount = sum(path, call, *default, number)?;
                match max {
                    Some(max) if amount > *max => Err(NoCost::Above(*max)),
                    _ => Ok(amount),
                }
            }
            Self::Table { path, table, default } => {
                let listed = |value: &Value| {
                    let text = value.as_str().ok_or(NoCost::NoText)?;
                    table.get(text).copied().or(*default).ok_or(NoCost::Unnamed)
                };
                sum(path, call, *default, listed)
            }
            Self::Every { path, unit, default } => {
                let times = |interval: Amount| unit.times(interval, window).ok_or(NoCost::Zero);
                let default = default.map(times).transpose()?;
                sum(path, call, default, |value| times(number(value)?))
            }
        }
    }

    /// Which argument it is read from.
    pub(in crate::policy) fn path(&self) -> Option<&Path> {
        match self {
            Self::Constant(_) => None,
            Self::Number { path, .. } | Self::Table { path, .. } | Self::Every { path, .. } => Some(path),
        }
    }

    /// What calls can be counted, for whoever wrote one that cannot.
    pub(super) fn remedy(&self) -> Option<String> {
        /// How many texts are named.
        const NAMED: usize = 10;
        let path = self.path()?;
        let (every, up_to) = if path.is_many() { ("every ", ", in all up to ") } else { ("", " to ") };
        let is = match self {
            Self::Constant(_) => return None,
            Self::Number { max, .. } => {
                let most = max.unwrap_or(Amount::LARGEST);
                format!("a number from 0{up_to}{most} with at most 6 digits after the point")
            }
            Self::Table { default: Some(_), .. } => "a text".to_owned(),
            Self::Table { table, .. } => {
                let names: Vec<&str> = table.keys().take(NAMED).map(String::as_str).collect();
                let more = if table.len() > NAMED { " …" } else { "" };
                format!("one of {}{more}", names.join(", "))
            }
            Self::Every { unit, .. } => format!("a number above 0, in {}", unit.word()),
        };
        Some(format!("a call in which {every}`{path}` is {is}"))
    }
}

impl Unit {
    /// How often what repeats every interval happens within a window; `None` for without end.
    fn times(self, interval: Amount, window: Duration) -> Option<Amount> {
        let millis: u128 = match self {
            Self::Millisecond => 1,
            Self::Second => 1000,
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
        };
        let interval = u128::from(interval.millionths()) * millis;
        let window = window.as_millis() * u128::from(Amount::ONE.millionths());
        (interval > 0).then(|| Amount::whole(window.div_ceil(interval)))
    }

    fn word(self) -> &'static str {
        UNITS.iter().find(|(_, unit)| *unit == self).map_or("ms", |(word, _)| word)
    }
}

/// What the values at a path count as together. Where one is missing, it counts as the default.
fn sum(
    path: &Path,
    call: &Call,
    default: Option<Amount>,
    mut cost: impl FnMut(&Value) -> Result<Amount, NoCost>,
) -> Result<Amount, NoCost> {
    let mut sum = Ok(Amount::whole(0));
    path.visit_arguments(call, &mut |found| {
        let one = match found {
            Found::Value(value) => cost(value),
            Found::Missing => default.ok_or(NoCost::Missing),
            Found::Unknown => Err(NoCost::Astray),
        };
        sum = sum.and_then(|sum| Ok(sum.plus(one?)));
        if sum.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    sum
}

fn number(value: &Value) -> Result<Amount, NoCost> {
    match value {
        Value::Number(number) => Ok(Amount::of(number.as_str())?),
        _ => Err(NoCost::NoNumber),
    }
}

/// Reads `{"path": …}`: a number, or with `table` a text.
fn read_path(node: &Node, report: &mut Report) -> Option<Cost> {
    let mut fields = report.fields(node)?;
    let path = fields.need("path", report).and_then(|node| read_place(node, report));
    let max = fields.get("max");
    let table = fields.get("table");
    let default = fields.get("default").map(|node| Amount::read(node, report));
    fields.finish(report);
    if let (Some(max), Some(_)) = (max, table) {
        let help = "what a table says needs no bound; leave one of them out".to_owned();
        report.error(max.span.clone(), "`max` says nothing beside `table`", Some(help));
        return None;
    }
    let max = max.map(|node| Amount::read(node, report));
    let Some(table) = table else {
        return Some(Cost::Number { path: path?, max: as_written(max)?, default: as_written(default)? });
    };
    Some(Cost::Table { path: path?, table: read_table(table, report)?, default: as_written(default)? })
}

/// Reads a path to arguments.
fn read_place(node: &Node, report: &mut Report) -> Option<Path> {
    let path = Path::read(node, Binding::Nothing, report)?;
    if !path.is_of_arguments() {
        let help = "write `args.NAME`, or `args.NAME[*]` for the sum over every element".to_owned();
        report.error(node.span.clone(), format!("`{path}` is no path to an argument"), Some(help));
        return None;
    }
    Some(path)
}

fn read_table(node: &Node, report: &mut Report) -> Option<BTreeMap<String, Amount>> {
    let entries = report.entries(node)?;
    if entries.is_empty() {
        report.error(node.span.clone(), "an empty table says nothing", Some("name at least one text".to_owned()));
        return None;
    }
    let read = entries.iter().map(|entry| Some((entry.name.clone(), Amount::read(&entry.node, report)?)));
    let read: Vec<Option<(String, Amount)>> = read.collect();
    read.into_iter().collect()
}

/// Reads `{"every": …}`.
fn read_every(node: &Node, report: &mut Report) -> Option<Cost> {
    let mut fields = report.fields(node)?;
    let path = fields.need("every", report).and_then(|node| read_place(node, report));
    let unit = match fields.get("unit") {
        Some(node) => report.one_of(node, &UNITS),
        None => Some(Unit::Millisecond),
    };
    let default = fields.get("default").map(|node| {
        let interval = Amount::read(node, report)?;
        if interval.millionths() == 0 {
            let help = Some("write the interval that the tool takes where none is given".to_owned());
            report.error(node.span.clone(), "an interval of 0 repeats without end", help);
            return None;
        }
        Some(interval)
    });
    fields.finish(report);
    Some(Cost::Every { path: path?, unit: unit?, default: as_written(default)? })
}

/// What was not written is fine; what was written wrongly is not.
fn as_written<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(read) => read.map(Some),
        None => Some(None),
    }
}
