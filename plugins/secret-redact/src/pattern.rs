//! How a rule is tried: at one place, or in all of a text.

use crate::find::Match;
use regex::Regex;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::{Anchored, Input};

/// What a secret looks like, and where it is looked for.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Where a hint stands, and nowhere else.
    Here(Box<Here>),
    /// In all of the text.
    Anywhere(Regex),
    /// Where a word of a name stands.
    Assigned,
}

/// Patterns for one place, whole before there is a text. Nearly always they do not match, and that is soon told.
#[derive(Debug)]
pub(crate) struct Here {
    before: Option<Automaton>,
    secret: Automaton,
}

type Automaton = dense::DFA<Vec<u32>>;

impl Here {
    /// Of what stands before the secret, if anything does, and of the secret.
    pub(crate) fn new(before: &str, secret: &str) -> Option<Self> {
        let config = dense::Config::new().start_kind(StartKind::Anchored);
        let automaton = |pattern: &str| dense::Builder::new().configure(config.clone()).build(pattern).ok();
        let before = if before.is_empty() { None } else { Some(automaton(before)?) };
        Some(Self { before, secret: automaton(secret)? })
    }

    /// The match that begins just there.
    pub(crate) fn find(&self, text: &str, at: usize) -> Option<Match> {
        let start = self.before.as_ref().map_or(Some(at), |before| end_of(before, text, at))?;
        let end = end_of(&self.secret, text, start)?;
        Some((at..end, start..end))
    }
}

/// Where the match ends that begins just there.
fn end_of(automaton: &Automaton, text: &str, at: usize) -> Option<usize> {
    let input = Input::new(text).range(at..).anchored(Anchored::Yes);
    Some(automaton.try_search_fwd(&input).ok()??.offset())
}

/// All matches of a pattern in a text.
pub(crate) fn all(pattern: &Regex, text: &str) -> Vec<Match> {
    match has_group(pattern) {
        true => pattern.captures_iter(text).filter_map(|captures| read(&captures)).collect(),
        false => pattern.find_iter(text).map(|found| (found.range(), found.range())).collect(),
    }
}

fn has_group(pattern: &Regex) -> bool {
    pattern.captures_len() > 1
}

/// The match, and its first group or all of it.
fn read(captures: &regex::Captures<'_>) -> Option<Match> {
    let all = captures.get(0)?.range();
    let secret = captures.iter().skip(1).flatten().next().map(|secret| secret.range());
    Some((all.clone(), secret.unwrap_or(all)))
}
