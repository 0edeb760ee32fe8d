//! Numbers as they are written, compared exactly.
//!
//! JSON numbers are decimals of any length. As a `f64`, `9007199254740993` is `9007199254740992`, and a limit that looks
//! kept is passed by one; as an integer, `1e3` and `1000.0` are none. A [`Number`] is the decimal itself.

use std::cmp::Ordering;
use std::fmt;

/// The longest number that is read, in bytes, and the most digits of its exponent.
const LONGEST: usize = 1024;
const EXPONENT: usize = 9;

/// An exact decimal number. Numbers are equal where their values are: `1`, `1.0` and `10e-1` are.
///
/// ```
/// use doorward_plugin::{Document, Number};
///
/// let arguments = Document::parse(r#"{"amount": 9007199254740993, "share": 0.30, "count": 1e3}"#).unwrap();
/// let amount = arguments.number("/amount").unwrap();
/// assert!(amount > Number::from(9007199254740992));
/// assert_eq!(arguments.number("/share"), Number::parse("0.3"));
/// assert_eq!(arguments.number("/count").and_then(|count| count.whole()), Some(1000));
/// assert!(arguments.number("/count").unwrap().is_between(1, 1000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    /// The digits of 0.DIGITS, without zeros at either end; none of them is zero.
    digits: String,
    /// The power of ten that 0.DIGITS is multiplied by.
    power: i64,
}

impl Number {
    /// Reads a number as JSON writes it; none where it is something else, or longer than 1 KiB.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let leads = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || leads || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let gone = i64::try_from(all.len() - significant.len()).ok()?;
        Some(Self::normal(negative, significant, i64::try_from(whole.len()).ok()? - gone + exponent))
    }

    /// The value, where it is a whole number of at most 38 digits: `1e3` and `1000.0` are 1000, and `0.5` is none.
    pub fn whole(&self) -> Option<i128> {
        const MOST: i64 = 38;
        let places = usize::try_from(self.power).ok().filter(|_| self.power <= MOST);
        if self.digits.is_empty() {
            return Some(0);
        }
        let zeros = places?.checked_sub(self.digits.len())?;
        let size: i128 = format!("{}{}", self.digits, "0".repeat(zeros)).parse().ok()?;
        Some(if self.negative { -size } else { size })
    }

    /// Whether the value is neither less than `least` nor more than `most`.
    pub fn is_between(&self, least: i64, most: i64) -> bool {
        (Self::from(least)..=Self::from(most)).contains(self)
    }

    fn normal(negative: bool, significant: &str, power: i64) -> Self {
        let digits = significant.trim_end_matches('0');
        match digits {
            "" => Self { negative: false, digits: String::new(), power: 0 },
            digits => Self { negative, digits: digits.to_owned(), power },
        }
    }
}

fn exponent_of(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let short = !digits.is_empty() && digits.len() <= EXPONENT && is_digits(digits);
    short.then(|| digits.parse::<i64>().ok()).flatten().map(|exponent| sign * exponent)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        let text = number.unsigned_abs().to_string();
        let power = i64::try_from(text.len()).unwrap_or(i64::MAX);
        Self::normal(number < 0, if number == 0 { "" } else { &text }, power)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (!number.digits.is_empty()).then_some(number.power);
        let sizes = || size(self).cmp(&size(other)).then_with(|| self.digits.cmp(&other.digits));
        match (self.negative, other.negative) {
            (false, false) => sizes(),
            (true, true) => sizes().reverse(),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// As a whole number where it is a short one, else with an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole() {
            Some(whole) => write!(f, "{whole}"),
            None => write!(f, "{}0.{}e{}", if self.negative { "-" } else { "" }, self.digits, self.power),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;
    use proptest::prelude::*;

    #[test]
    fn only_numbers_of_json_are_read() {
        for text in ["0", "-0", "10", "1.50", "1e3", "1E+3", "1e-3", "-0.00", "123456789012345678901234567890"] {
            assert!(Number::parse(text).is_some(), "{text}");
        }
        for text in ["", "-", "+1", "01", "1.", ".5", "1e", "1e1000000000", "0x1", "1 ", "NaN", "١", "1e+-3", "--1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        assert_eq!(Number::parse(&"1".repeat(1025)), None);
    }

    #[test]
    fn values_are_compared_and_not_texts() {
        let rising = [
            "-1e400",
            "-10",
            "-9.99",
            "-1e-400",
            "0",
            "1e-400",
            "0.3",
            "0.30000000000000001",
            "9.99",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        let numbers: Vec<_> = rising.iter().map(|text| Number::parse(text).unwrap()).collect();
        for (index, low) in numbers.iter().enumerate() {
            for (other, high) in numbers.iter().enumerate() {
                assert_eq!(low.cmp(high), index.cmp(&other), "{} {}", rising[index], rising[other]);
            }
        }
        for (one, other) in [("1", "1.0"), ("1", "10e-1"), ("0", "-0.0"), ("0", "0e5"), ("1200", "0.12e4")] {
            assert_eq!(Number::parse(one), Number::parse(other), "{one} {other}");
        }
    }

    #[test]
    fn whole_numbers_are_told_however_they_are_written() {
        for (text, whole) in [
            ("1e3", Some(1000)),
            ("1000.0", Some(1000)),
            ("-12.50e1", Some(-125)),
            ("-0", Some(0)),
            ("0.5", None),
            ("1.5e-3", None),
            ("1e38", None),
            ("99999999999999999999999999999999999999", Some(99_999_999_999_999_999_999_999_999_999_999_999_999)),
            ("1e400", None),
        ] {
            assert_eq!(Number::parse(text).unwrap().whole(), whole, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_ordered_as_their_values(a in -100_000i64..100_000, b in -100_000i64..100_000, shift in 0u32..6) {
            let scaled = |number: i64| Number::parse(&format!("{number}e-{shift}")).unwrap();
            prop_assert_eq!(scaled(a).cmp(&scaled(b)), a.cmp(&b));
            prop_assert_eq!(Number::from(a), Number::parse(&format!("{a}.00")).unwrap());
            prop_assert_eq!(Number::from(a).whole(), Some(i128::from(a)));
            prop_assert_eq!(Number::parse(&Number::from(a).to_string()), Some(Number::from(a)));
        }
    }
}
