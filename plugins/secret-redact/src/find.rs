//! Finds secrets in a text, and writes it without them.

use crate::assignment::Assignments;
use crate::hints::Hints;
use crate::names::is_name_of_secret;
use crate::pattern::{self, Here, Pattern};
use crate::proof;
use crate::rules::{ASSIGNMENT, Form, Proof, RULES};
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;

/// A rule, ready to be tried.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) pattern: Pattern,
    pub(crate) proof: Proof,
}

/// The match, and the secret in it.
pub(crate) type Match = (Range<usize>, Range<usize>);

/// All rules that count.
#[derive(Debug)]
pub(crate) struct Finder {
    rules: Vec<Ready>,
    /// Rules that have no hints.
    always: Vec<usize>,
    hints: Hints,
}

/// How many bytes a text has at least in which a rule of the house finds something: `pwd=abcd`, `ab://:x@`.
const SHORTEST: usize = 8;

/// How many secrets were found by which rule.
pub(crate) type Tally<'f> = BTreeMap<&'f str, usize>;

/// What cannot be made of the rules.
#[derive(Debug)]
pub(crate) struct Broken;

impl Finder {
    /// The rules of the house less those that are removed, and some of one's own.
    pub(crate) fn new(removed: &[String], own: Vec<Ready>) -> Result<Self, Broken> {
        let (mut rules, mut hints) = (Vec::new(), Vec::new());
        for rule in RULES.iter().filter(|rule| !removed.iter().any(|name| name == rule.name)) {
            hints.extend(rule.hints.split_ascii_whitespace().map(|hint| (hint, rules.len())));
            let pattern = ready(rule.form, rule.hints).ok_or(Broken)?;
            rules.push(Ready { name: rule.name.to_owned(), pattern, proof: rule.proof });
        }
        let always = (rules.len()..rules.len() + own.len()).collect();
        rules.extend(own);
        Ok(Self { hints: Hints::new(&hints)?, rules, always })
    }

    /// The text without its secrets; none where there are none.
    pub(crate) fn redact<'f>(&'f self, text: &str, tally: &mut Tally<'f>) -> Option<String> {
        // Most strings of a reply of many are short.
        if text.len() < SHORTEST && self.always.is_empty() {
            return None;
        }
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
                mark(&mut clean, rule);
                *tally.entry(rule).or_default() += 1;
            }
            end = end.max(span.end);
        }
        clean.push_str(text.get(end..).unwrap_or_default());
        Some(clean)
    }

    /// The whole value of a member whose name says that it is a secret.
    pub(crate) fn redact_named(&self, name: &str, text: &str, tally: &mut Tally<'_>) -> Option<String> {
        // A reply may have thousands of members: what is quickly told comes first.
        let may_be = text.len() >= 4 && is_name_of_secret(name) && !text.contains(char::is_whitespace);
        let is_on = || self.rules.iter().any(|rule| rule.name == ASSIGNMENT);
        if !(may_be && is_on() && proof::is_assigned(name, text)) {
            return None;
        }
        *tally.entry(ASSIGNMENT).or_default() += 1;
        let mut clean = String::new();
        mark(&mut clean, ASSIGNMENT);
        Some(clean)
    }

    fn spans(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let mut spans = Vec::new();
        let mut wanted = self.always.clone();
        let mut assignments = Assignments::of(text);
        // Where the last match of a rule ended: within it there is none. Most texts have no hint.
        let mut ends = Vec::new();
        self.hints.each(text, |owner, hint| {
            ends.resize(self.rules.len(), 0);
            let (Some(rule), Some(end)) = (self.rules.get(owner), ends.get_mut(owner)) else { return };
            let found = match &rule.pattern {
                Pattern::Anywhere(_) if wanted.contains(&owner) => return,
                Pattern::Anywhere(_) => {
                    wanted.push(owner);
                    return;
                }
                Pattern::Here(_) | Pattern::Assigned if hint.start < *end => return,
                Pattern::Here(here) => here.find(text, hint.start),
                Pattern::Assigned => assignments.to(hint),
            };
            if let Some((all, secret)) = found {
                *end = all.end;
                spans.extend(rule.proven(text, &all, secret).map(|span| (span, rule.name.as_str())));
            }
        });
        for rule in wanted.iter().filter_map(|index| self.rules.get(*index)) {
            let Pattern::Anywhere(pattern) = &rule.pattern else { continue };
            let proven = pattern::all(pattern, text).into_iter();
            let proven = proven.filter_map(|(all, secret)| rule.proven(text, &all, secret));
            spans.extend(proven.map(|span| (span, rule.name.as_str())));
        }
        // A rule that knows the form tells more than the name before an `=`.
        spans.sort_by_key(|(span, rule)| (span.start, *rule == ASSIGNMENT, usize::MAX - span.end));
        spans
    }
}

fn ready(form: Form, hints: &str) -> Option<Pattern> {
    Some(match form {
        Form::Begins(before, secret) => Pattern::Here(Box::new(Here::new(before, secret)?)),
        Form::Around(pattern) => {
            let pattern = Regex::new(pattern).ok()?;
            // What a search puts together for itself is kept with the settings.
            let _none = pattern::all(&pattern, hints);
            Pattern::Anywhere(pattern)
        }
        Form::Assigned => Pattern::Assigned,
    })
}

impl Ready {
    /// Where the secret is, if it is one.
    fn proven(&self, text: &str, all: &Range<usize>, secret: Range<usize>) -> Option<Range<usize>> {
        let found = text.get(secret.clone())?;
        let is_proven = match self.proof {
            Proof::Form => true,
            Proof::Random => proof::is_random(found),
            Proof::Chosen => !proof::is_placeholder(found),
            Proof::Named => proof::is_assigned(name_before(text, all, &secret), found),
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

fn mark(clean: &mut String, rule: &str) {
    clean.extend(["[redacted: ", rule, "]"]);
}
