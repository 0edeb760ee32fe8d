//! Holds the words of one command against one rule.
//!
//! The words are read as the command itself would read them (`parse`); then everything that was read must be allowed.

mod parse;

use crate::feed::Feed;
use crate::ground::{Ground, Reach};
use crate::rule::{Kind, Rule, Style};
use crate::value;
use crate::words::questions;
use doorward_plugin::shell::{Name, Word};
use parse::{Operand, Parsed, Value, parse};

/// What is given to a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) name: &'a Name,
    pub(crate) words: &'a [Word],
    /// Whether the output goes into a pipe.
    pub(crate) is_piped: bool,
    /// What comes in.
    pub(crate) feed: Feed<'a>,
    pub(crate) ground: &'a Ground<'a>,
}

/// Why a rule does not allow what is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Miss {
    pub(crate) code: &'static str,
    /// What is wrong, to be read behind the name of the command.
    pub(crate) reason: String,
    /// What would be allowed instead.
    pub(crate) remedy: String,
    /// How far the rule fitted, first by the subcommand: of several rules the one that fitted best tells why.
    pub(crate) fit: (usize, usize),
}

/// A value or an operand: a whole word, or the part of a word behind a flag.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item<'a> {
    Whole(&'a Word),
    Part(&'a str),
}

impl<'a> Item<'a> {
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Whole(word) => word.text(),
            Self::Part(text) => text,
        }
    }
}

/// Whether the rule allows what is given.
pub(crate) fn check(rule: &Rule, given: Given<'_>) -> Result<(), Miss> {
    if is_question(rule, given.words) {
        return Ok(());
    }
    let parsed = parse(rule, given.words);
    // Without flags that it does not know, a word too many was probably meant as a subcommand of another rule.
    if rule.under.is_empty() && rule.first.is_none() && rule.rest.max == 0 && parsed.unknown.is_none() {
        count(rule, &parsed.operands)?;
    }
    let subcommand = subcommand(rule, &parsed.operands)?;
    let operands = parsed.operands.get(subcommand..).unwrap_or_default();
    let at = |stage: usize| move |miss: Miss| Miss { fit: (subcommand + 1, stage), ..miss };
    flags(rule, &parsed).map_err(at(0))?;
    values(rule, &parsed, given.ground).map_err(at(1))?;
    needs(rule, &parsed, given).map_err(at(2))?;
    check_operands(rule, &parsed, operands, given.ground).map_err(at(3))
}

/// The command that a wrapper runs: its name and its words.
pub(crate) fn wrapped<'a>(rule: &Rule, given: Given<'a>) -> Result<(&'a Word, &'a [Word]), Miss> {
    let parsed = parse(rule, given.words);
    flags(rule, &parsed)?;
    values(rule, &parsed, given.ground)?;
    let inner = match rule.first {
        Some((kind, _)) => {
            let operand = parsed.inner.first().map(|word| Operand { word, is_behind_dashes: false });
            check_operand(rule, kind, &operand.ok_or_else(|| missing(kind))?, None, given.ground)?;
            parsed.inner.get(1..).unwrap_or_default()
        }
        None => parsed.inner,
    };
    inner.split_first().ok_or_else(|| {
        miss("wrapper.empty", "it runs nothing".to_owned(), "put an allowed command behind it".to_owned())
    })
}

/// How many operands are the subcommand.
fn subcommand(rule: &Rule, operands: &[Operand<'_>]) -> Result<usize, Miss> {
    if rule.under.is_empty() {
        return Ok(0);
    }
    let stands = |under: &&str| {
        let mut operands = operands.iter().map(|operand| operand.word);
        let mut is_next = |synonyms: &str| {
            operands
                .next()
                .is_some_and(|word| word.is_plain() && synonyms.split('/').any(|synonym| synonym == word.text()))
        };
        under.split(' ').all(&mut is_next)
    };
    let longest = rule.under.split(" | ").filter(stands).map(|under| under.split(' ').count()).max();
    longest.ok_or_else(|| {
        let reason = match operands.first() {
            Some(operand) => format!("`{}` is not an allowed subcommand", value::shown(operand.word.text())),
            None => "a subcommand is missing".to_owned(),
        };
        miss("subcommand.unknown", reason, String::new())
    })
}

fn flags(rule: &Rule, parsed: &Parsed<'_>) -> Result<(), Miss> {
    if let Some(word) = parsed.unsettled {
        return Err(value::unsettled(word));
    }
    if let Some(word) = parsed.late {
        let reason = format!("`{}` stands behind an operand, where it may be one too", value::shown(word.text()));
        return Err(miss("flag.late", reason, "put the flags before the operands".to_owned()));
    }
    if let Some(word) = parsed.hasty {
        let reason =
            format!("`{}` stands before the subcommand, and may take it for its value", value::shown(word.text()));
        return Err(miss("flag.hasty", reason, "put the flags behind the subcommand".to_owned()));
    }
    if let Some(flag) = &parsed.unknown {
        let reason = format!("`{}` is not an allowed flag", value::shown(flag));
        return Err(miss("flag.unknown", reason, allowed_flags(rule)));
    }
    match parsed.dangling {
        Some(flag) => {
            Err(miss("flag.value", format!("`{flag}` lacks its value"), format!("put a value behind `{flag}`")))
        }
        None => Ok(()),
    }
}

fn values(rule: &Rule, parsed: &Parsed<'_>, ground: &Ground<'_>) -> Result<(), Miss> {
    let shows_contents = rule.style == Style::Getopt && rule.rest.kind == Kind::Read;
    parsed.values.iter().try_for_each(|value| {
        let Value { flag, kind, item, is_late } = *value;
        let behind = |miss: Miss| Miss { reason: format!("{} behind `{flag}`", miss.reason), ..miss };
        if is_late && shows_contents && Reach::of(kind).is_none() {
            value::check(Kind::List, item, Reach::of(Kind::List), ground).map_err(behind)?;
        }
        value::check(kind, item, Reach::of(kind), ground).map_err(behind)
    })
}

fn needs(rule: &Rule, parsed: &Parsed<'_>, given: Given<'_>) -> Result<(), Miss> {
    let stands = |wanted: &str| match wanted {
        "|" => given.is_piped,
        feed if feed.starts_with('<') => given.feed.is(feed),
        flag => parsed.flags.contains(&flag),
    };
    let missing = rule.needs.iter().find(|group| !group.split_ascii_whitespace().any(stands));
    missing.map_or(Ok(()), |group| {
        let spelt = |wanted: &str| match wanted.strip_prefix('<') {
            Some("") => "`< /dev/null`".to_owned(),
            Some(list) => questions::told(list),
            None => format!("`{wanted}`"),
        };
        let wanted: Vec<_> = group.split_ascii_whitespace().map(spelt).collect();
        let reason =
            "a flag is missing that bounds or chooses its output, or something comes in that should not".to_owned();
        Err(miss("flag.missing", reason, format!("add one of {}", wanted.join(", "))))
    })
}

fn check_operands(rule: &Rule, parsed: &Parsed<'_>, operands: &[Operand<'_>], ground: &Ground<'_>) -> Result<(), Miss> {
    let first =
        rule.first.filter(|(_, instead)| !instead.split_ascii_whitespace().any(|flag| parsed.flags.contains(&flag)));
    let (first, rest) = match first {
        Some((kind, _)) => {
            let (word, rest) = operands.split_first().ok_or_else(|| missing(kind))?;
            (Some((kind, word)), rest)
        }
        None => (None, operands),
    };
    if let Some((kind, operand)) = first {
        check_operand(rule, kind, operand, Reach::of(kind), ground)?;
    }
    count(rule, rest)?;
    let has = |flags: &str| flags.split_ascii_whitespace().any(|flag| parsed.flags.contains(&flag));
    let reach = match Reach::of(rule.rest.kind) {
        Some(Reach::Contents) if has(rule.brief) => Some(Reach::Name),
        Some(Reach::Contents) if has(rule.trees) => Some(Reach::Tree),
        reach => reach,
    };
    if rest.is_empty() && reach == Some(Reach::Tree) {
        let reason = "without a path it reads the working directory and all beneath".to_owned();
        return Err(miss("path.tree", reason, "name the files, or a directory such as `/var/log/nginx`".to_owned()));
    }
    rest.iter().try_for_each(|operand| check_operand(rule, rule.rest.kind, operand, reach, ground))
}

fn count(rule: &Rule, operands: &[Operand<'_>]) -> Result<(), Miss> {
    let (min, max) = (rule.rest.min, rule.rest.max);
    let expected = || format!("give it {}", value::expected(rule.rest.kind));
    if operands.len() < min {
        return Err(missing(rule.rest.kind));
    }
    match operands.get(max) {
        None => Ok(()),
        Some(operand) => {
            let reason = format!("`{}` is one operand too many", value::shown(operand.word.text()));
            let remedy = match max {
                0 => "give it flags only".to_owned(),
                max => format!("{}, at most {max}", expected()),
            };
            Err(miss("operand.count", reason, remedy))
        }
    }
}

fn check_operand(
    rule: &Rule,
    kind: Kind,
    operand: &Operand<'_>,
    reach: Option<Reach>,
    ground: &Ground<'_>,
) -> Result<(), Miss> {
    let word = operand.word;
    if reach.is_some() && !operand.is_behind_dashes && word.wild().first() == Some(&0) && !rule.harmless {
        let reason = format!("`{}` might match a name that is read as a flag", value::shown(word.text()));
        return Err(miss("word.leading-pattern", reason, format!("write `./{}`", value::shown(word.text()))));
    }
    // Behind `--` too, some programs put the words in the place of it that stand in the file behind an `@`, and tell
    // those that they do not know.
    let is_replaced = word.text().starts_with('@') || (word.text().starts_with('+') && !operand.is_behind_dashes);
    if reach.is_some() && is_replaced && rule.style.is_getopt() {
        let reason = format!("`{}` might be read as an option", value::shown(word.text()));
        return Err(miss("path.option", reason, format!("write `./{}`", value::shown(word.text()))));
    }
    value::check(kind, Item::Whole(word), reach, ground)
}

fn missing(kind: Kind) -> Miss {
    miss("operand.count", "an operand is missing".to_owned(), format!("give it {}", value::expected(kind)))
}

/// A miss whose fit is not known yet.
pub(crate) fn miss(code: &'static str, reason: String, remedy: String) -> Miss {
    Miss { code, reason, remedy, fit: (0, 0) }
}

fn allowed_flags(rule: &Rule) -> String {
    let valued = rule.takes.iter().chain(rule.may_take).flat_map(|(flags, _)| flags.split_ascii_whitespace());
    let all: Vec<_> = rule.flags.split_ascii_whitespace().chain(valued).collect();
    match all.is_empty() {
        true => "it is allowed without flags".to_owned(),
        false => format!("allowed: {}", value::clipped(&all.join(" "))),
    }
}

/// What every command answers without doing anything else.
fn is_question(rule: &Rule, words: &[Word]) -> bool {
    match words {
        [word] => {
            matches!(rule.style, Style::Getopt | Style::Early | Style::Behind | Style::Apart)
                && matches!(word.text(), "--help" | "--version")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
