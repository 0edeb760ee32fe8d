//! Finds secrets in a text, and writes it without them.

use crate::proof;
use crate::rules::{NAMES, Place, Proof, RULES};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;
use regex_automata::meta::Regex as Anchorable;
use regex_automata::{Anchored, Input};
use std::collections::BTreeMap;
use std::ops::Range;

/// A rule, ready to be tried.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) pattern: Pattern,
    pub(crate) proof: Proof,
}

/// What a secret looks like, and where it is looked for.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Where a hint stands, and nowhere else.
    Here(Anchorable),
    /// In all of the text.
    Anywhere(Regex),
}

/// The match, and the secret in it.
type Match = (Range<usize>, Range<usize>);

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
            let pattern = Pattern::new(rule.pattern, rule.place).ok_or(Broken)?;
            // What a search puts together for itself is kept with the settings.
            let _none = pattern.all(rule.hints);
            rules.push(Ready { name: rule.name.to_owned(), pattern, proof: rule.proof });
        }
        let always = (rules.len()..rules.len() + own.len()).collect();
        rules.extend(own);
        // Every letter of a text is looked at here, and of most texts nowhere else.
        let mut builder = AhoCorasick::builder();
        let builder = builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA));
        let hints = builder.build(hints).map_err(|_| Broken)?;
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
        // A reply may have thousands of members: what is quickly told comes first.
        let may_be = text.len() >= 4 && is_name_of_secret(name) && !text.contains(char::is_whitespace);
        let is_on = || self.rules.iter().any(|rule| rule.name == ASSIGNMENT);
        if !(may_be && is_on() && proof::is_assigned(name, text)) {
            return None;
        }
        *tally.entry(ASSIGNMENT.to_owned()).or_default() += 1;
        Some(mark(ASSIGNMENT))
    }

    fn spans(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let mut spans = Vec::new();
        let mut wanted = self.always.clone();
        // Where the last match of a rule ended: within it there is none. Most texts have no hint.
        let mut ends = Vec::new();
        for hint in self.hints.find_overlapping_iter(text) {
            let Some(owner) = self.owners.get(hint.pattern().as_usize()) else { continue };
            ends.resize(self.rules.len(), 0);
            let (Some(rule), Some(end)) = (self.rules.get(*owner), ends.get_mut(*owner)) else { continue };
            match &rule.pattern {
                Pattern::Here(pattern) if hint.start() >= *end => {
                    if let Some((all, secret)) = here(pattern, text, hint.start()) {
                        *end = all.end;
                        spans.extend(rule.proven(text, all, secret).map(|span| (span, rule.name.as_str())));
                    }
                }
                Pattern::Here(_) => {}
                Pattern::Anywhere(_) if !wanted.contains(owner) => wanted.push(*owner),
                Pattern::Anywhere(_) => {}
            }
        }
        for rule in wanted.iter().filter_map(|index| self.rules.get(*index)) {
            let found = rule.pattern.all(text).into_iter();
            let proven = found.filter_map(|(all, secret)| rule.proven(text, all, secret));
            spans.extend(proven.map(|span| (span, rule.name.as_str())));
        }
        // A rule that knows the form tells more than the name before an `=`.
        spans.sort_by_key(|(span, rule)| (span.start, *rule == ASSIGNMENT, usize::MAX - span.end));
        spans
    }
}

/// Whether a member that is called so holds a secret: `apiKey`, `db-password`, `tokens`.
fn is_name_of_secret(name: &str) -> bool {
    let bare: String = name.chars().filter(|c| !"_-. ".contains(*c)).map(|c| c.to_ascii_lowercase()).collect();
    let one = bare.strip_suffix('s').unwrap_or(&bare);
    NAMES.iter().any(|known| bare.ends_with(known) || one.ends_with(known))
}

impl Pattern {
    fn new(pattern: &str, place: Place) -> Option<Self> {
        match place {
            Place::Begins => Anchorable::new(pattern).ok().map(Self::Here),
            Place::Around => Regex::new(pattern).ok().map(Self::Anywhere),
        }
    }

    /// All matches; of one that is tried at hints alone, the one at the beginning of the text.
    fn all(&self, text: &str) -> Vec<Match> {
        match self {
            Self::Here(pattern) => here(pattern, text, 0).into_iter().collect(),
            Self::Anywhere(pattern) => {
                let read = |captures: regex::Captures<'_>| {
                    let all = captures.get(0)?.range();
                    let secret = captures.iter().skip(1).flatten().next().map(|secret| secret.range());
                    Some((all.clone(), secret.unwrap_or(all)))
                };
                pattern.captures_iter(text).filter_map(read).collect()
            }
        }
    }
}

/// The match that begins just there.
fn here(pattern: &Anchorable, text: &str, at: usize) -> Option<Match> {
    let mut captures = pattern.create_captures();
    pattern.search_captures(&Input::new(text).range(at..).anchored(Anchored::Yes), &mut captures);
    let all = captures.get_match()?.range();
    let secret = (1..captures.group_len()).find_map(|group| captures.get_group(group));
    Some((all.clone(), secret.map_or(all, |secret| secret.range())))
}

impl Ready {
    /// Where the secret is, if it is one.
    fn proven(&self, text: &str, all: Range<usize>, secret: Range<usize>) -> Option<Range<usize>> {
        let found = text.get(secret.clone())?;
        let is_proven = match self.name.as_str() {
            ASSIGNMENT => proof::is_assigned(name_before(text, &all, &secret), found),
            _ => proof::holds(self.proof, found),
        };
        (is_proven && !secret.is_empty()).then_some(secret)
    }
}

/// The whole name of what is assigned, and what stands between it and the value: the word that tells may be its end.
fn name_before<'t>(text: &'t str, all: &Range<usize>, secret: &Range<usize>) -> &'t str {
    const LONGEST: usize = 40;
    let before = text.as_bytes().get(..all.start).unwrap_or_default();
    let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let more = before.iter().rev().take(LONGEST).take_while(is_of_name).count();
    text.get(all.start - more..secret.start).unwrap_or_default()
}

fn mark(rule: &str) -> String {
    format!("[redacted: {rule}]")
}
