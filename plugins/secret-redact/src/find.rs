//! Finds secrets in a text, and writes it without them.

use crate::proof;
use crate::rules::{NAMES, Proof, RULES};
use aho_corasick::AhoCorasick;
use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::ops::Range;

/// A rule, ready to be tried.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) pattern: Regex,
    pub(crate) proof: Proof,
}

/// All rules that count.
#[derive(Debug)]
pub(crate) struct Finder {
    rules: Vec<Ready>,
    /// Rules that have no hints.
    always: Vec<usize>,
    hints: AhoCorasick,
    /// The rule of each hint.
    owners: Vec<usize>,
}

/// The rule that goes by the name before a value.
const ASSIGNMENT: &str = "assignment";

/// How many secrets were found by which rule.
pub(crate) type Tally = BTreeMap<String, usize>;

/// What cannot be made of the rules.
#[derive(Debug)]
pub(crate) struct Broken;

impl Finder {
    /// The rules of the house less those that are removed, and some of one's own.
    pub(crate) fn new(removed: &[String], own: Vec<Ready>) -> Result<Self, Broken> {
        let (mut rules, mut hints, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for rule in RULES.iter().filter(|rule| !removed.iter().any(|name| name == rule.name)) {
            for hint in rule.hints.split_ascii_whitespace() {
                hints.push(hint);
                owners.push(rules.len());
            }
            let pattern = Regex::new(rule.pattern).map_err(|_| Broken)?;
            rules.push(Ready { name: rule.name.to_owned(), pattern, proof: rule.proof });
        }
        let always = (rules.len()..rules.len() + own.len()).collect();
        rules.extend(own);
        let hints = AhoCorasick::builder().ascii_case_insensitive(true).build(hints).map_err(|_| Broken)?;
        Ok(Self { rules, always, hints, owners })
    }

    /// The text without its secrets; none where there are none.
    pub(crate) fn redact(&self, text: &str, tally: &mut Tally) -> Option<String> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return None;
        }
        let mut clean = String::with_capacity(text.len());
        let mut end = 0;
        for (span, rule) in spans {
            // Of two that overlap, what the second has beyond the first goes too.
            if span.start >= end {
                clean.push_str(text.get(end..span.start).unwrap_or_default());
                clean.push_str(&mark(rule));
                *tally.entry(rule.to_owned()).or_default() += 1;
            }
            end = end.max(span.end);
        }
        clean.push_str(text.get(end..).unwrap_or_default());
        Some(clean)
    }

    /// The whole value of a member whose name says that it is a secret.
    pub(crate) fn redact_named(&self, name: &str, text: &str, tally: &mut Tally) -> Option<String> {
        let is_on = self.rules.iter().any(|rule| rule.name == ASSIGNMENT);
        let bare: String = name.chars().filter(|c| !"_-. ".contains(*c)).collect::<String>().to_ascii_lowercase();
        let is_named = NAMES.iter().any(|known| bare.ends_with(known) || bare.ends_with(&format!("{known}s")));
        if !(is_on
            && is_named
            && text.len() >= 4
            && !text.contains(char::is_whitespace)
            && proof::is_assigned(name, text))
        {
            return None;
        }
        *tally.entry(ASSIGNMENT.to_owned()).or_default() += 1;
        Some(mark(ASSIGNMENT))
    }

    fn spans(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let mut wanted = self.always.clone();
        for hint in self.hints.find_overlapping_iter(text) {
            if let Some(owner) = self.owners.get(hint.pattern().as_usize())
                && !wanted.contains(owner)
            {
                wanted.push(*owner);
            }
        }
        let mut spans = Vec::new();
        for rule in wanted.iter().filter_map(|index| self.rules.get(*index)) {
            let found = rule.pattern.captures_iter(text).filter_map(|captures| rule.secret(&captures));
            spans.extend(found.map(|span| (span, rule.name.as_str())));
        }
        // A rule that knows the form tells more than the name before an `=`.
        spans.sort_by_key(|(span, rule)| (span.start, *rule == ASSIGNMENT, usize::MAX - span.end));
        spans
    }
}

impl Ready {
    /// Where the secret is: the first group, or all that matched.
    fn secret(&self, captures: &Captures<'_>) -> Option<Range<usize>> {
        let all = captures.get(0)?;
        let secret = captures.iter().skip(1).flatten().next().unwrap_or(all);
        let is_proven = match self.name.as_str() {
            ASSIGNMENT => {
                let before = all.start()..secret.start();
                let name = all.as_str().get(..before.len()).unwrap_or_default();
                proof::is_assigned(name, secret.as_str())
            }
            _ => proof::holds(self.proof, secret.as_str()),
        };
        (is_proven && !secret.is_empty()).then_some(secret.range())
    }
}

fn mark(rule: &str) -> String {
    format!("[redacted: {rule}]")
}
