//! Reads the words of a command as the command itself would: the rule tells its style and which flags take a value. Nothing is
//! abbreviated: `--out` is not `--output`.

use super::Item;
use crate::rule::{Kind, Rule, Style};
use doorward_plugin::shell::Word;

/// The words, as the command would read them.
#[derive(Debug, Default)]
pub(super) struct Parsed<'a> {
    pub(super) flags: Vec<&'static str>,
    pub(super) values: Vec<Value<'a>>,
    pub(super) operands: Vec<Operand<'a>>,
    pub(super) unknown: Option<String>,
    /// The flag at the end whose value is missing.
    pub(super) dangling: Option<&'static str>,
    /// A word with a flag in it that the shell would change.
    pub(super) unsettled: Option<&'a Word>,
    /// A flag behind an operand, where none may stand.
    pub(super) late: Option<&'a Word>,
    /// A flag before the first operand, where none may stand.
    pub(super) hasty: Option<&'a Word>,
    /// Behind a wrapper's flags: what it runs, and before that its first operand where it has one.
    pub(super) inner: &'a [Word],
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) flag: &'static str,
    pub(super) kind: Kind,
    pub(super) item: Item<'a>,
    /// Whether it stands behind an operand: a getopt that stops there, as that of other systems, takes it for one too.
    pub(super) is_late: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Operand<'a> {
    pub(super) word: &'a Word,
    /// Whether it stands behind `--`, so that it cannot become a flag.
    pub(super) is_behind_dashes: bool,
}

/// The most digits of a flag: more than anybody needs, since `seq 1 -1` counts down to it.
const MAX_DIGITS: usize = 7;

/// The most flags in one word.
const MAX_LETTERS: usize = 64;

/// The words, as a command of this rule reads them.
pub(super) fn parse<'a>(rule: &Rule, given: &'a [Word]) -> Parsed<'a> {
    let mut parsed = Parsed::default();
    let mut words = given.iter();
    let mut is_behind_dashes = false;
    loop {
        let here = words.as_slice();
        let Some(word) = words.next() else { break };
        let text = word.text();
        let is_flag =
            text.starts_with('-') && text.len() > 1 || find(rule.flags, text).is_some() || takes(rule, text).is_some();
        if rule.style == Style::Prefix && (is_behind_dashes || !is_flag) {
            parsed.inner = here;
            break;
        }
        if rule.style == Style::Text || is_behind_dashes || !is_flag {
            parsed.operands.push(Operand { word, is_behind_dashes });
            continue;
        }
        if !word.is_plain() {
            parsed.unsettled.get_or_insert(word);
        }
        if rule.style == Style::Early && !parsed.operands.is_empty() {
            parsed.late.get_or_insert(word);
        }
        if rule.style == Style::Behind && parsed.operands.is_empty() && !text.starts_with("--") {
            parsed.hasty.get_or_insert(word);
        }
        if text == "--" && rule.style.is_getopt() {
            is_behind_dashes = true;
            continue;
        }
        let pending = match text.starts_with('-') && !text.starts_with("--") {
            true if rule.style.is_getopt() => parsed.short(rule, text),
            _ => parsed.whole(rule, text),
        };
        if let Some((flag, kind)) = pending {
            let (kind, second) = if kind == Kind::Pair { (Kind::Name, Some(Kind::Text)) } else { (kind, None) };
            for kind in std::iter::once(kind).chain(second) {
                match words.next() {
                    Some(value) => parsed.value(flag, kind, Item::Whole(value)),
                    None => parsed.dangling = Some(flag),
                }
            }
        }
    }
    parsed
}

impl<'a> Parsed<'a> {
    /// A flag that is a word of its own; the answer is the flag whose value is the next word.
    fn whole(&mut self, rule: &Rule, text: &'a str) -> Option<(&'static str, Kind)> {
        if let Some(flag) = find(rule.flags, text) {
            self.flags.push(flag);
            return None;
        }
        if let Some((flag, kind)) = takes(rule, text) {
            self.flags.push(flag);
            return Some((flag, kind));
        }
        if let Some((flag, _)) = may_take(rule, text) {
            self.flags.push(flag);
            return None;
        }
        let valued = text.split_once('=').and_then(|(flag, value)| {
            let (flag, kind) = takes(rule, flag).or_else(|| may_take(rule, flag))?;
            Some((flag, kind, value))
        });
        match valued {
            Some((flag, kind, value)) => {
                self.flags.push(flag);
                self.value(flag, kind, Item::Part(value));
            }
            None if rule.digits && is_digits(text) => {}
            None => self.unknown(text),
        }
        None
    }

    /// One or several flags of one letter; the answer is the flag whose value is the next word.
    fn short(&mut self, rule: &Rule, text: &'a str) -> Option<(&'static str, Kind)> {
        let all = text.strip_prefix('-')?;
        // `tail -100f`
        let is_digit = |c: char| rule.digits && c.is_ascii_digit();
        let letters = all.trim_start_matches(is_digit);
        if all.len() - letters.len() > MAX_DIGITS {
            self.unknown(text);
            return None;
        }
        let mut letters = letters.chars();
        let mut count = 0;
        while let Some(letter) = letters.next() {
            let flag = format!("-{letter}");
            count += 1;
            if count > MAX_LETTERS {
                self.unknown(&flag);
                return None;
            }
            if let Some(flag) = find(rule.flags, &flag) {
                self.flags.push(flag);
                continue;
            }
            let attached = letters.as_str();
            if let Some((flag, kind)) = takes(rule, &flag) {
                self.flags.push(flag);
                if attached.is_empty() {
                    return Some((flag, kind));
                }
                if rule.style == Style::Apart && !attached.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.unknown(text);
                    return None;
                }
                self.value(flag, kind, Item::Part(attached));
                return None;
            }
            if let Some((flag, kind)) = may_take(rule, &flag) {
                self.flags.push(flag);
                if !attached.is_empty() {
                    self.value(flag, kind, Item::Part(attached));
                }
                return None;
            }
            self.unknown(&flag);
        }
        None
    }

    fn value(&mut self, flag: &'static str, kind: Kind, item: Item<'a>) {
        let is_late = !self.operands.is_empty() && matches!(item, Item::Whole(_));
        self.values.push(Value { flag, kind, item, is_late });
    }

    fn unknown(&mut self, flag: &str) {
        self.unknown.get_or_insert_with(|| flag.to_owned());
    }
}

fn find(flags: &'static str, wanted: &str) -> Option<&'static str> {
    flags.split_ascii_whitespace().find(|flag| *flag == wanted)
}

fn takes(rule: &Rule, wanted: &str) -> Option<(&'static str, Kind)> {
    rule.takes.iter().find_map(|(flags, kind)| Some((find(flags, wanted)?, *kind)))
}

fn may_take(rule: &Rule, wanted: &str) -> Option<(&'static str, Kind)> {
    rule.may_take.iter().find_map(|(flags, kind)| Some((find(flags, wanted)?, *kind)))
}

/// `-20`
fn is_digits(flag: &str) -> bool {
    flag.strip_prefix('-').is_some_and(|digits| {
        (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
