//! `DB_PASSWORD=…`, `"api_key": "…"`, `token => '…'`: a name, a sign and a value, from the word on that tells.
//!
//! Nothing else looks so often like a secret and is none: logs and sources are full of passwords and tokens. So it is read
//! byte by byte here, and each name once, however many words stand in it.

use crate::find::Match;
use std::ops::Range;

/// How much of the name may stand behind the word.
const TAIL: usize = 20;

/// How many blanks may stand on one side of the sign.
const BLANKS: usize = 8;

/// How many characters a value has, at least and at most.
const LEAST: usize = 4;
const MOST: usize = 400;

/// Between name and value; one that begins with another comes first.
const SIGNS: [&str; 4] = ["=>", ":=", "=", ":"];

/// The assignments of one text.
#[derive(Debug)]
pub(crate) struct Assignments<'t> {
    text: &'t str,
    /// Where the name ends in which the last word stood.
    name_ends: usize,
}

impl<'t> Assignments<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, name_ends: 0 }
    }

    /// What is assigned to the name with this word; of two words, what ends first is asked for first.
    pub(crate) fn to(&mut self, word: Range<usize>) -> Option<Match> {
        let name_ends = self.name_ends(word.end);
        if name_ends - word.end > TAIL || !self.may_stand(&word) {
            return None;
        }
        let at = self.one_of(b"\\", name_ends);
        let at = self.blanks(self.one_of(b"\"'", at));
        let rest = self.rest(at);
        let mut signs = SIGNS.iter().filter(|sign| rest.starts_with(sign.as_bytes()));
        let value = signs.find_map(|sign| self.value(self.blanks(at + sign.len())))?;
        Some((word.start..value.end, value))
    }

    fn name_ends(&mut self, at: usize) -> usize {
        if at > self.name_ends {
            let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            self.name_ends = at + self.rest(at).iter().take_while(is_of_name).count();
        }
        self.name_ends
    }

    /// `pwd` alone is the end of too many words.
    fn may_stand(&self, word: &Range<usize>) -> bool {
        let before = word.start.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        let is_short = word.len() == "pwd".len();
        !is_short || !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    }

    /// In quotes up to what ends it, or without up to what no value has.
    fn value(&self, at: usize) -> Option<Range<usize>> {
        let quoted = self.one_of(b"\\", at);
        match self.rest(quoted).first() {
            Some(b'"') => self.characters(quoted + 1, |c| !matches!(c, '"' | '\\' | '\r' | '\n')),
            Some(b'\'') => self.characters(quoted + 1, |c| !matches!(c, '\'' | '\\' | '\r' | '\n')),
            _ => self.characters(at, is_bare),
        }
    }

    fn characters(&self, at: usize, is_of: impl Fn(char) -> bool) -> Option<Range<usize>> {
        let text = self.text.get(at..)?.chars().take(MOST).take_while(|c| is_of(*c));
        let (count, bytes) = text.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
        (count >= LEAST).then_some(at..at + bytes)
    }

    /// Behind one of these bytes, where one stands there.
    fn one_of(&self, bytes: &[u8], at: usize) -> usize {
        at + usize::from(self.rest(at).first().is_some_and(|byte| bytes.contains(byte)))
    }

    fn blanks(&self, at: usize) -> usize {
        at + self.rest(at).iter().take(BLANKS).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    fn rest(&self, at: usize) -> &'t [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }
}

/// Whether a value may have it that stands in no quotes.
fn is_bare(c: char) -> bool {
    let ends =
        matches!(c, '"' | '\'' | '`' | ',' | ';' | '&' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '\\');
    !ends && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::Assignments;

    /// What is assigned where `¦` stands before the word and behind it.
    fn assigned(marked: &str) -> Option<String> {
        let parts: Vec<_> = marked.split('¦').collect();
        let &[before, word, after] = parts.as_slice() else { panic!("{marked}") };
        let text = [before, word, after].concat();
        let found = Assignments::of(&text).to(before.len()..before.len() + word.len());
        found.map(|(all, value)| {
            assert_eq!((all.start, all.end), (before.len(), value.end), "{text}");
            text[value].to_owned()
        })
    }

    #[test]
    fn a_value_ends_where_its_quotes_do_or_where_no_value_goes_on() {
        let check =
            |marked: &str, expected: Option<&str>| assert_eq!(assigned(marked).as_deref(), expected, "{marked}");
        check("¦token¦=abcd efgh", Some("abcd"));
        check("¦token¦ => abcd&x=y", Some("abcd"));
        check("\"¦token¦\": \"ab cd\\\"", Some("ab cd"));
        check("\\\"¦token¦\\\": \\'ab\"cd\\'", Some("ab\"cd"));
        check("¦token¦='abcd", Some("abcd"));
        check("¦token¦=éèêë\u{a0}x", Some("éèêë"));
        check("¦token¦=abc", None);
        check("¦token¦=\"abc\"defg", None);
        check("¦token¦ abcd", None);
        check("¦token¦= \nabcd", None);
    }

    #[test]
    fn a_sign_that_leaves_no_value_is_taken_for_a_shorter_one() {
        assert_eq!(assigned("¦token¦:=abcd").as_deref(), Some("abcd"));
        assert_eq!(assigned("¦token¦:=abc").as_deref(), Some("=abc"));
        assert_eq!(assigned("¦token¦:=ab"), None);
    }

    #[test]
    fn names_blanks_and_values_have_bounds() {
        let tail = |len: usize| assigned(&format!("¦token¦{}=abcd", "x".repeat(len)));
        assert_eq!((tail(20).as_deref(), tail(21)), (Some("abcd"), None));
        let blanks = |before: usize, behind: usize| {
            assigned(&format!("¦token¦{}={}abcd", " ".repeat(before), "\t".repeat(behind))).is_some()
        };
        assert_eq!((blanks(8, 8), blanks(9, 0), blanks(0, 9)), (true, false, false));
        let value = assigned(&format!("¦token¦={}", "é".repeat(500)));
        assert_eq!(value, Some("é".repeat(400)));
    }

    #[test]
    fn pwd_alone_begins_a_name() {
        assert_eq!(assigned("my¦pwd¦=abcd"), None);
        assert_eq!(assigned("my_¦pwd¦=abcd"), None);
        assert_eq!(assigned("my¦_pwd¦=abcd").as_deref(), Some("abcd"));
        assert_eq!(assigned("my-¦pwd¦=abcd").as_deref(), Some("abcd"));
    }

    #[test]
    fn of_a_name_with_many_words_each_is_judged_by_what_is_behind_it() {
        let text = "token_token_token_token_token=abcd";
        let mut assignments = Assignments::of(text);
        let found: Vec<_> = (0..5).map(|word| assignments.to(word * 6..word * 6 + 5).is_some()).collect();
        assert_eq!(found, [false, true, true, true, true]);
    }
}
