//! A decision, as a difference between what was expected and what came.

use crate::call::Verdict;
use crate::gate::Explanation;

use super::super::explain::{Line, as_lines};
use super::suite::Expectation;

/// Every step of the decision; those that were expected otherwise with `-` as they were expected, and with `+` as they
/// came.
pub(super) fn of(expected: &Expectation, found: &Explanation) -> String {
    let lines = as_lines(found);
    let decides = found.ruling.rule.as_ref();
    let wanted = expected.rule.as_deref().filter(|wanted| *wanted != decides);
    let unexpected = expected.verdict != found.ruling.verdict || wanted.is_some();
    let mut text = String::new();
    let mut push = |mark: &str, line: &str| {
        for line in line.lines() {
            text.push_str(format!("{mark} {line}").trim_end());
            text.push('\n');
        }
    };
    if let Some(wanted) = wanted
        && !lines.iter().any(|line| line.rule.as_deref() == Some(wanted))
    {
        push("-", &format!("STOP  {wanted}: expected to decide, and not asked"));
    }
    for Line { rule, stops, text } in &lines {
        let rule = rule.as_deref();
        if rule.is_some() && rule == wanted {
            let should = if expected.verdict == Verdict::Allow { "pass" } else { "STOP" };
            push("-", &format!("{should}  {}: expected to decide", rule.unwrap_or_default()));
            push("+", text);
        } else if unexpected && *stops && rule == Some(decides) {
            push("-", &format!("pass  {decides}: expected not to stop it"));
            push("+", text);
        } else {
            push(" ", text);
        }
    }
    text
}
