//! Amounts: decimals with at most six fractional digits, exactly, as whole millionths.

use std::fmt;

use crate::json::commented::{Kind, Node, Report};

/// An amount, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::policy) struct Amount(u64);

/// Why a number is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAmount {
    /// It is below zero.
    #[error("is negative")]
    Negative,
    /// It has more digits than are counted.
    #[error("has more than 6 digits after the point")]
    Precise,
    /// It is larger than any limit.
    #[error("is above 1000000000000")]
    Large,
}

impl Amount {
    pub(super) const ONE: Self = Self(1_000_000);
    /// The largest: a million millions.
    pub(super) const LARGEST: Self = Self(1_000_000_000_000 * Self::ONE.0);

    /// The amount that the text of a JSON number stands for: `5e-1` is `0.5`, and `1.0` is `1`.
    pub(super) fn of(text: &str) -> Result<Self, NoAmount> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: String = [whole, fraction].concat();
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self(0));
        }
        if negative {
            return Err(NoAmount::Negative);
        }
        let zeros = digits.len() - digits.trim_end_matches('0').len();
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        // What does not fit is far beyond either bound.
        let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 });
        let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX / 4);
        let power = exponent - length(fraction.len()) + length(zeros) + 6;
        let power = u32::try_from(power).map_err(|_| if power < 0 { NoAmount::Precise } else { NoAmount::Large })?;
        let scaled = 10u64.checked_pow(power).zip(significant.parse().ok());
        let millionths = scaled.and_then(|(power, digits): (u64, u64)| digits.checked_mul(power));
        millionths.map(Self).filter(|amount| *amount <= Self::LARGEST).ok_or(NoAmount::Large)
    }

    /// So many, as far as amounts go.
    pub(super) fn whole(number: u128) -> Self {
        let millionths = number.saturating_mul(u128::from(Self::ONE.0));
        Self(u64::try_from(millionths).unwrap_or(u64::MAX))
    }

    /// Both together, as far as amounts go.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) fn from_millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    pub(in crate::policy) fn millionths(self) -> u64 {
        self.0
    }

    /// Reads a number of a policy.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let Kind::Number(text) = &node.kind else {
            report.error(node.span.clone(), "expected a number", None);
            return None;
        };
        match Self::of(text) {
            Ok(amount) => Some(amount),
            Err(reason) => {
                let help = "write a number from 0 to 1000000000000 with at most 6 digits after the point".to_owned();
                report.error(node.span.clone(), format!("`{text}` {reason}"), Some(help));
                None
            }
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / Self::ONE.0, self.0 % Self::ONE.0);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{fraction:06}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_an_amount_exactly_or_not_at_all() {
        for (text, amount) in [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("-0.000", Ok(0)),
            ("0e999999999999999999999", Ok(0)),
            ("1", Ok(1_000_000)),
            ("1.0000000000", Ok(1_000_000)),
            ("0.1", Ok(100_000)),
            ("0.000001", Ok(1)),
            ("0.99", Ok(990_000)),
            ("5e-1", Ok(500_000)),
            ("1E+2", Ok(100_000_000)),
            ("1000e-9", Ok(1)),
            ("12.345678", Ok(12_345_678)),
            ("1e12", Ok(1_000_000_000_000_000_000)),
            ("1000000000000.000000", Ok(1_000_000_000_000_000_000)),
            ("1000000000000.000001", Err(NoAmount::Large)),
            ("1e13", Err(NoAmount::Large)),
            ("18446744073709551616", Err(NoAmount::Large)),
            ("99999999999999999999999999", Err(NoAmount::Large)),
            ("1e308", Err(NoAmount::Large)),
            ("1e99999999999999999999", Err(NoAmount::Large)),
            ("0.0000001", Err(NoAmount::Precise)),
            ("1.0000001", Err(NoAmount::Precise)),
            ("1e-7", Err(NoAmount::Precise)),
            ("1e-99999999999999999999", Err(NoAmount::Precise)),
            ("-1", Err(NoAmount::Negative)),
            ("-0.0000001", Err(NoAmount::Negative)),
            ("-1e308", Err(NoAmount::Negative)),
        ] {
            assert_eq!(Amount::of(text).map(Amount::millionths), amount, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_is_read_as_it_is_written(millionths in 0..=Amount::LARGEST.0) {
            let amount = Amount(millionths);
            prop_assert_eq!(Amount::of(&amount.to_string()), Ok(amount));
            prop_assert_eq!(Amount::of(&format!("{millionths}e-6")), Ok(amount));
        }
    }
}
