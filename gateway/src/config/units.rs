//! Times and sizes, as people write them.

use std::time::Duration;

use crate::json::commented::{Kind, Node, Report};

/// A time: `"250ms"`, `"30s"`, `"5m"` or `"1h"`, and never nothing.
pub(super) fn duration(node: &Node, report: &mut Report) -> Option<Duration> {
    let text = report.text(node)?;
    let read = |number: &str, unit_ms: u64| {
        let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
        Some(Duration::from_millis(number.checked_mul(unit_ms)?))
    };
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let found = units.iter().find_map(|(unit, ms)| text.strip_suffix(unit).and_then(|number| read(number, *ms)));
    if found.is_none() {
        let help = Some("write a number above 0 with `ms`, `s`, `m` or `h`, such as `\"30s\"`".to_owned());
        report.error(node.span.clone(), format!("`{text}` is no time"), help);
    }
    found
}

/// A size in bytes: a number, or `"64KiB"`, `"4MiB"`, and never nothing.
pub(super) fn size(node: &Node, report: &mut Report) -> Option<usize> {
    let (Kind::Text(text) | Kind::Number(text)) = &node.kind else {
        report.error(
            node.span.clone(),
            "expected a size",
            Some("write `\"64KiB\"`, `\"4MiB\"` or a number".to_owned()),
        );
        return None;
    };
    let (number, unit) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
        (Some(number), _) => (number, 1 << 10),
        (_, Some(number)) => (number, 1 << 20),
        _ => (text.as_str(), 1),
    };
    let found = number.parse::<usize>().ok().filter(|size| *size > 0).and_then(|size| size.checked_mul(unit));
    if found.is_none() {
        let help = Some("write `\"64KiB\"`, `\"4MiB\"` or a number of bytes above 0".to_owned());
        report.error(node.span.clone(), format!("`{text}` is no size"), help);
    }
    found
}

/// How many of something there may be: at least one, and no more than a semaphore counts.
pub(super) fn amount(node: &Node, report: &mut Report) -> Option<usize> {
    const MOST: u64 = 1 << 20;
    let number = report.count(node)?;
    if !(1..=MOST).contains(&number) {
        report.error(node.span.clone(), format!("`{number}` is not between 1 and {MOST}"), None);
        return None;
    }
    usize::try_from(number).ok()
}
