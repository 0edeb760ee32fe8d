//! Numbers compared as they are written, not as doubles hold them.

use std::cmp::Ordering;

use crate::json::Number;

/// Compares two JSON numbers exactly: `0.1 + 0.2` is nobody's business here, and `1e2` is `100`.
pub(super) fn compare(a: &Number, b: &Number) -> Ordering {
    if let (Some(a), Some(b)) = (small(a), small(b)) {
        return a.cmp(&b);
    }
    let (a, b) = (Decimal::of(a.as_str()), Decimal::of(b.as_str()));
    match (a.sign(), b.sign()) {
        (x, y) if x != y => x.cmp(&y),
        (0, _) => Ordering::Equal,
        (1, _) => a.compare_magnitude(&b),
        _ => b.compare_magnitude(&a),
    }
}

/// Whether a number has no fraction, however it is written: `5.0` and `5e0` have none.
pub(super) fn is_whole(number: &Number) -> bool {
    if small(number).is_some() {
        return true;
    }
    let number = Decimal::of(number.as_str());
    let digits = i64::try_from(number.whole.len() + number.fraction.len()).unwrap_or(i64::MAX);
    number.sign() == 0 || number.exponent >= digits
}

/// Nearly every number: an integer of few digits, written as one.
fn small(number: &Number) -> Option<i64> {
    let text = number.as_str();
    if text.len() > 18 { None } else { text.parse().ok() }
}

/// `0.DIGITS * 10^exponent`, without zeros at either end of the digits; no digits is zero.
struct Decimal<'n> {
    negative: bool,
    whole: &'n str,
    fraction: &'n str,
    exponent: i64,
}

impl<'n> Decimal<'n> {
    fn of(text: &'n str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // An exponent that does not fit is beyond what the scanner lets through in requests; it saturates.
        let written = exponent.strip_prefix('+').unwrap_or(exponent);
        let written = written.parse().unwrap_or(if written.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let leading = if whole.is_empty() {
            let zeros = fraction.len() - fraction.trim_start_matches('0').len();
            -i64::try_from(zeros).unwrap_or(i64::MAX / 4)
        } else {
            i64::try_from(whole.len()).unwrap_or(i64::MAX / 4)
        };
        let fraction = if whole.is_empty() { fraction.trim_start_matches('0') } else { fraction };
        let whole = if fraction.is_empty() { whole.trim_end_matches('0') } else { whole };
        Self { negative, whole, fraction, exponent: leading.saturating_add(written) }
    }

    fn sign(&self) -> i8 {
        match (self.whole.is_empty() && self.fraction.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        self.exponent.cmp(&other.exponent).then_with(|| self.digits().cmp(other.digits()))
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, Value, scan};

    fn number(text: &str) -> Number {
        match scan(text.as_bytes(), &Limits::reply(1 << 10)) {
            Ok(Value::Number(number)) => number,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn numbers_compare_as_they_are_written() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, order) in [
            ("1", "1.0", Equal),
            ("1e2", "100", Equal),
            ("100", "1E+2", Equal),
            ("0.01", "1e-2", Equal),
            ("-0", "0", Equal),
            ("0e99", "0", Equal),
            ("-5", "5000", Less),
            ("4999.999999999999999999999", "5000", Less),
            ("5000.000000000000000000001", "5000", Greater),
            ("9007199254740993", "9007199254740992", Greater),
            ("-1", "-2", Greater),
            ("10", "9", Greater),
            ("0.1", "0.09", Greater),
            ("1e308", "99999", Greater),
            ("1e-308", "0", Greater),
            ("120", "12", Greater),
            ("1e99999999999999999999", "1e5", Greater),
        ] {
            assert_eq!(compare(&number(a), &number(b)), order, "{a} {b}");
            assert_eq!(compare(&number(b), &number(a)), order.reverse(), "{b} {a}");
        }
    }

    #[test]
    fn a_whole_number_is_whole_however_it_is_written() {
        for (text, whole) in [
            ("5", true),
            ("-5.0", true),
            ("0.0", true),
            ("5e0", true),
            ("50e-1", true),
            ("1.5e1", true),
            ("1234567890123456789012", true),
            ("5.5", false),
            ("5e-1", false),
            ("1.05e1", false),
            ("1e-308", false),
        ] {
            assert_eq!(is_whole(&number(text)), whole, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn integers_compare_like_integers(a in proptest::num::i32::ANY, b in proptest::num::i32::ANY) {
            assert_eq!(compare(&number(&a.to_string()), &number(&format!("{b}.0"))), a.cmp(&b));
        }
    }
}
