//! Specimens: of everything that a path may lead to, one of each kind that a few tests can tell apart.
//!
//! What tests compare with divides numbers into points and gaps, and texts into those constants, the texts that begin with
//! one of them, and the rest. A specimen of each part is enough: tests come to the same for all others of that part.

use std::collections::HashSet;

use jiff::ToSpan as _;

use crate::json::{Limits, Value, scan};
use crate::policy::condition::Condition;
use crate::policy::operator::{Operator, Test};
use crate::policy::path::{Found, Path, Root, Step};

/// With how many constants tests are tried together.
const CONSTANTS: usize = 512;
/// What numbers are counted in: a tenth of the least that constants may differ by.
const UNITS: i128 = 10_000_000;
/// The most digits of a constant, before and after the point.
const WHOLE: usize = 15;
const FRACTION: usize = 6;

/// Something that a path may lead to.
pub(super) enum Specimen {
    Value(Value),
    Missing,
    Unknown,
}

/// What a few tests compare with.
#[derive(Default)]
struct Constants<'c> {
    numbers: Vec<i128>,
    texts: HashSet<&'c str>,
    beginnings: HashSet<&'c str>,
    /// Whether texts are compared by their order, as times and dates.
    ordered: bool,
}

impl Specimen {
    pub(super) fn found(&self) -> Found<'_> {
        match self {
            Self::Value(value) => Found::Value(value),
            Self::Missing => Found::Missing,
            Self::Unknown => Found::Unknown,
        }
    }
}

/// The path of which a condition speaks, if it speaks of one alone, in tests for which there are specimens.
pub(super) fn subject(condition: &Condition) -> Option<&Path> {
    let one = |conditions: &[Condition]| -> bool { !conditions.is_empty() };
    match condition {
        Condition::Test { path, test, .. } => Constants::default().take(test).map(|()| path),
        Condition::Compare { .. } => None,
        Condition::All(conditions) | Condition::Any(conditions) if one(conditions) => {
            let mut paths = conditions.iter().map(subject);
            let first = paths.next()??;
            let alike = paths.all(|path| path.is_some_and(|path| path.text() == first.text()));
            (alike && !first.is_many()).then_some(first)
        }
        Condition::All(_) | Condition::Any(_) => None,
        Condition::Not(condition) => subject(condition).filter(|path| !path.is_many()),
    }
}

/// The same, if that path leads to one value.
pub(super) fn single(condition: &Condition) -> Option<&Path> {
    subject(condition).filter(|path| !path.is_many())
}

/// Specimens for conditions that all speak of `path`; `None` if there would be too many, or none would be exact.
pub(super) fn specimens<'c>(path: &Path, conditions: impl IntoIterator<Item = &'c Condition>) -> Option<Vec<Specimen>> {
    let mut constants = Constants::default();
    conditions.into_iter().try_for_each(|condition| constants.gather(condition))?;
    let mut specimens = constants.specimens()?;
    specimens.push(Specimen::Missing);
    if !is_plain(path) {
        specimens.push(Specimen::Unknown);
    }
    Some(specimens)
}

/// Whether it can always be told what a path leads to: an argument itself, or what `for_each` binds.
fn is_plain(path: &Path) -> bool {
    matches!((path.root(), path.steps()), (Root::Args, [Step::Member(_)]) | (Root::Each, []))
}

impl<'c> Constants<'c> {
    fn gather(&mut self, condition: &'c Condition) -> Option<()> {
        match condition {
            Condition::Test { test, .. } => self.take(test)?,
            Condition::Compare { .. } => return None,
            Condition::All(conditions) | Condition::Any(conditions) => {
                conditions.iter().try_for_each(|condition| self.gather(condition))?;
            }
            Condition::Not(condition) => self.gather(condition)?,
        }
        (self.numbers.len() + self.texts.len() + self.beginnings.len() <= CONSTANTS).then_some(())
    }

    /// Takes in what a test compares with; `None` if there are no specimens for it.
    fn take(&mut self, test: &'c Test) -> Option<()> {
        match test {
            Test::Exists(_) | Test::Kinds(_) => Some(()),
            Test::Between(low, high) => self.order(low).and_then(|()| self.order(high)),
            Test::Plain(operator, wanted) => match (operator, wanted) {
                (Operator::Equal | Operator::NotEqual, wanted) => self.equal(wanted),
                (Operator::In | Operator::NotIn, Value::Array(all)) if all.len() <= CONSTANTS => {
                    all.iter().try_for_each(|wanted| self.equal(wanted))
                }
                (Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual, wanted) => {
                    self.order(wanted)
                }
                (Operator::StartsWith, Value::Array(all)) if all.len() <= CONSTANTS => {
                    all.iter().try_for_each(|part| self.begin(part))
                }
                (Operator::StartsWith, part) => self.begin(part),
                _ => None,
            },
            _ => None,
        }
    }

    fn equal(&mut self, wanted: &'c Value) -> Option<()> {
        match wanted {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.numbers.push(units(number.as_str())?),
            Value::String(text) => drop(self.texts.insert(text)),
            Value::Array(_) | Value::Object(_) => return None,
        }
        Some(())
    }

    fn order(&mut self, wanted: &'c Value) -> Option<()> {
        self.ordered |= wanted.as_str().is_some();
        self.equal(wanted)
    }

    fn begin(&mut self, part: &'c Value) -> Option<()> {
        self.beginnings.insert(part.as_str()?);
        Some(())
    }

    fn specimens(&self) -> Option<Vec<Specimen>> {
        // What begins with a text may be of any order; of both together there would have to be more.
        if self.ordered && !self.beginnings.is_empty() {
            return None;
        }
        let mut values = vec![Value::Null, true.into(), false.into(), Value::Array(Vec::new())];
        values.push(Value::Object(crate::json::Object::new()));
        values.extend(self.number_specimens()?);
        let strange = self.strange_letter()?;
        values.push(strange.to_string().into());
        values.extend(self.texts.iter().map(|text| Value::from(*text)));
        values.extend(self.beginnings.iter().flat_map(|part| [Value::from(*part), format!("{part}{strange}").into()]));
        if self.ordered {
            values.extend(self.texts.iter().flat_map(|text| neighbours(text)).map(Value::from));
        }
        Some(values.into_iter().map(Specimen::Value).collect())
    }

    /// Every constant, and of every gap between them something with a fraction, and something without if it is there.
    fn number_specimens(&self) -> Option<Vec<Value>> {
        let around = |number: &i128| {
            let whole = number.div_euclid(UNITS) * UNITS;
            let below = if whole == *number { whole - UNITS } else { whole };
            [*number, number - 1, number + 1, below, whole + UNITS]
        };
        let mut numbers: Vec<i128> = self.numbers.iter().flat_map(around).chain([0, 1]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(written).collect()
    }

    /// A letter that none of the texts has.
    fn strange_letter(&self) -> Option<char> {
        let known: HashSet<char> = self.texts.iter().chain(&self.beginnings).flat_map(|text| text.chars()).collect();
        ('\u{e000}'..'\u{f8ff}').find(|letter| !known.contains(letter))
    }
}

/// A number of a policy in units, if it is plain enough.
fn units(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > WHOLE || fraction.len() > FRACTION {
        return None;
    }
    let fraction = format!("{fraction:0<7}");
    let units = whole.parse::<i128>().ok()?.checked_mul(UNITS)?.checked_add(fraction.parse().ok()?)?;
    Some(sign * units)
}

fn written(units: i128) -> Option<Value> {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.abs() / UNITS, units.abs() % UNITS);
    let text = if fraction == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:07}") };
    scan(text.as_bytes(), &Limits::request(64)).ok()
}

/// The times, or the dates, beside one.
fn neighbours(text: &str) -> Vec<String> {
    if let Ok(time) = text.parse::<jiff::civil::Time>() {
        let beside = [time.wrapping_sub(1.minute()), time.wrapping_add(1.minute())];
        return beside.iter().map(|time| format!("{:02}:{:02}", time.hour(), time.minute())).collect();
    }
    let Ok(date) = text.parse::<jiff::civil::Date>() else { return Vec::new() };
    let beside = [date.checked_sub(1.day()), date.checked_add(1.day())].into_iter().flatten();
    beside.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())).collect()
}
