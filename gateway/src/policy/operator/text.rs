//! Patterns of text: regular expressions and globs, both linear in the text.

use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

use crate::json::commented::{Node, Report};
use crate::policy::tally::Tally;

/// The longest pattern, and the largest program that it may compile to, in bytes.
const PATTERN: usize = 4096;
const PROGRAM: usize = 1 << 20;

/// What makes a pattern match a whole text.
const WHOLE: (&str, &str) = (r"\A(?:", r")\z");

/// Reads a pattern that is found anywhere.
pub(super) fn read_regex(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Regex> {
    let pattern = report.text(node)?;
    tally.pattern(node, report)?;
    match compile(pattern) {
        Ok(regex) => Some(regex),
        Err(reason) => {
            report.error(node.span.clone(), format!("`{pattern}` is no regular expression"), Some(reason));
            None
        }
    }
}

/// Reads a pattern that is the whole text.
pub(in crate::policy) fn read_whole(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<Regex> {
    // By itself first: `a)|(b` is no pattern, whatever stands around it.
    let alone = read_regex(node, tally, report)?;
    match compile(&format!("{}{alone}{}", WHOLE.0, WHOLE.1)) {
        Ok(regex) => Some(regex),
        Err(reason) => {
            let message = format!("`{alone}` is no regular expression of a whole text");
            report.error(node.span.clone(), message, Some(reason));
            None
        }
    }
}

/// The pattern of a whole text, as it was written.
pub(super) fn inside(regex: &Regex) -> &str {
    let text = regex.as_str();
    text.strip_prefix(WHOLE.0).and_then(|text| text.strip_suffix(WHOLE.1)).unwrap_or(text)
}

/// Reads a glob: `*` does not cross `/`, `**` does.
pub(super) fn read_glob(node: &Node, tally: &mut Tally, report: &mut Report) -> Option<GlobMatcher> {
    let pattern = report.text(node)?;
    tally.pattern(node, report)?;
    let built = if pattern.len() > PATTERN {
        Err(format!("it is longer than {PATTERN} bytes"))
    } else {
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        glob.map_err(|error| error.kind().to_string())
    };
    match built {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(reason) => {
            report.error(node.span.clone(), format!("`{pattern}` is no glob"), Some(reason));
            None
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > PATTERN {
        return Err(format!("it is longer than {PATTERN} bytes"));
    }
    RegexBuilder::new(pattern).size_limit(PROGRAM).build().map_err(|error| {
        let text = error.to_string();
        text.lines().last().unwrap_or_default().trim().to_owned()
    })
}
