//! From the text of a path to its steps.

use crate::json::commented::{Node, Report, nearest};
use crate::json::{Limits, Value, scan};

use super::root::{Reading, Root};
use super::{Path, Step};

/// The longest path, in bytes, and how deep paths may stand in paths.
const LONGEST: usize = 1024;
const DEEPEST: usize = 4;

const ROOTS: [&str; 7] = ["args", "each", "caller", "server", "tool", "session", "time"];
const ROOTS_OF_MEMOS: [&str; 2] = ["args", "result"];
const READINGS: [(&str, Reading); 5] = [
    ("hour", Reading::Hour),
    ("minute", Reading::Minute),
    ("weekday", Reading::Weekday),
    ("date", Reading::Date),
    ("time", Reading::Time),
];

/// What paths may begin with where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Binding {
    /// Within a rule with `for_each`: also `each`.
    Each,
    /// Within `remember`: the call and its result, and nothing else.
    Result,
    /// Anywhere else.
    Nothing,
}

/// What is wrong with a path, and what to write instead.
struct Wrong {
    message: String,
    help: String,
}

impl Path {
    /// Reads a path.
    pub(in crate::policy) fn read(node: &Node, binding: Binding, report: &mut Report) -> Option<Self> {
        let text = report.text(node)?;
        let parsed = if text.len() > LONGEST {
            Err(wrong("the path is too long", &format!("use up to {LONGEST} bytes")))
        } else {
            let roots: &[&str] = if binding == Binding::Result { &ROOTS_OF_MEMOS } else { &ROOTS };
            parse(text, roots, DEEPEST)
        };
        let unbound = |path: &Self| path.speaks_of(&Root::Each) && binding == Binding::Nothing;
        let parsed = parsed.and_then(|path| match unbound(&path) {
            true => Err(wrong("nothing binds `each` here", "add `\"for_each\": \"args.NAME[*]\"` to the rule")),
            false => Ok(path),
        });
        match parsed {
            Ok(path) => {
                if path.asks_for_claims() {
                    let help = "require it rather than deny it: what is not known refuses only there".to_owned();
                    let message = "no caller's token makes claims yet, so none is known";
                    report.warn(node.span.clone(), message, Some(help));
                }
                Some(Self { span: node.span.clone(), ..path })
            }
            Err(Wrong { message, help }) => {
                report.error(node.span.clone(), message, Some(help));
                None
            }
        }
    }
}

fn parse(text: &str, roots: &[&str], depth: usize) -> Result<Path, Wrong> {
    let steps = split(text, roots, depth)?;
    let (root, taken) = root(text, &steps, roots)?;
    let steps: Vec<Step> = steps.into_iter().skip(taken).collect();
    let only_first = matches!(root, Root::SessionFacts(_)).then_some(0);
    if let Some((_, step)) =
        steps.iter().enumerate().find(|(place, step)| matches!(step, Step::Key(_)) && Some(*place) != only_first)
    {
        let Step::Key(path) = step else { return Err(nowhere(text)) };
        let message = format!("`[{path}]` is no step here");
        return Err(wrong(&message, &format!("only facts are found by another value: `session.facts.NAME[{path}]`")));
    }
    if steps.iter().rev().skip(1).any(|step| matches!(step, Step::Length)) {
        return Err(wrong(&format!("`{text}` goes on after `[length]`"), "a length is a number, and has no members"));
    }
    Ok(Path { text: text.to_owned(), root, steps, span: 0..0 })
}

/// What the path begins with, and how many steps that takes.
fn root(text: &str, steps: &[Step], roots: &[&str]) -> Result<(Root, usize), Wrong> {
    let name = |place: usize| match steps.get(place) {
        Some(Step::Member(name)) => Some(name.as_str()),
        _ => None,
    };
    let member = |owner: &str, known: &[&str]| {
        let list = known.iter().map(|word| format!("`{owner}.{word}`")).collect::<Vec<_>>().join(", ");
        let help = match name(1).and_then(|name| nearest(name, known)) {
            Some(near) => format!("did you mean `{owner}.{near}`?"),
            None => format!("known are {list}"),
        };
        Err(wrong(&format!("`{text}` is not known of `{owner}`"), &help))
    };
    let found = match (name(0), name(1)) {
        (Some(other), _) if !roots.contains(&other) => {
            let help = match nearest(other, roots) {
                Some(near) => format!("did you mean `{near}`?"),
                None if roots == ROOTS_OF_MEMOS => "`remember` sees `args` and `result`, and nothing else".to_owned(),
                None if other == "result" => "only `remember` sees the result of a call".to_owned(),
                None => format!("write `args.{text}` for an argument"),
            };
            return Err(wrong(&format!("`{text}` is no path"), &help));
        }
        (Some("args"), _) => (Root::Args, 1),
        (Some("each"), _) => (Root::Each, 1),
        (Some("result"), _) => (Root::Result, 1),
        (Some("server"), _) => (Root::Server, 1),
        (Some("caller"), Some("name")) => (Root::CallerName, 2),
        (Some("caller"), Some("groups")) => (Root::CallerGroups, 2),
        (Some("caller"), Some("claims")) => (Root::CallerClaims, 2),
        (Some("caller"), _) => return member("caller", &["name", "groups", "claims"]),
        (Some("tool"), Some("name")) => (Root::ToolName, 2),
        (Some("tool"), Some("annotations")) => (Root::ToolAnnotations, 2),
        (Some("tool"), _) => return member("tool", &["name", "annotations"]),
        (Some("session"), Some("labels")) => (Root::SessionLabels, 2),
        (Some("session"), Some("facts")) => match (name(2), steps.get(3)) {
            (Some(fact), Some(Step::Key(_) | Step::Member(_))) => (Root::SessionFacts(fact.to_owned()), 3),
            _ => {
                let help = "write `session.facts.NAME[args.ID]`: the value in brackets is the key";
                return Err(wrong(&format!("`{text}` does not say which fact"), help));
            }
        },
        (Some("session"), _) => return member("session", &["labels", "facts"]),
        (Some("time"), Some(word)) => match READINGS.iter().find(|(known, _)| *known == word) {
            Some((_, reading)) => (Root::Time(*reading), 2),
            None => return member("time", &READINGS.map(|(word, _)| word)),
        },
        (Some("time"), None) => return member("time", &READINGS.map(|(word, _)| word)),
        _ => return Err(nowhere(text)),
    };
    let scalar =
        matches!(found.0, Root::Server | Root::CallerName | Root::ToolName | Root::Time(_)) && steps.len() > found.1;
    if scalar && !matches!(steps.get(found.1), Some(Step::Length)) {
        return Err(wrong(&format!("`{text}` goes on where nothing follows"), "it is a text or a number"));
    }
    Ok(found)
}

/// The steps, the root's own names among them.
fn split(text: &str, roots: &[&str], depth: usize) -> Result<Vec<Step>, Wrong> {
    let (head, mut rest) = name(text);
    let mut steps = vec![member(text, head)?];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let (head, after) = name(after);
            steps.push(member(text, head)?);
            rest = after;
        } else {
            let (inside, after) = bracket(rest).ok_or_else(|| nowhere(text))?;
            steps.push(step(text, inside, roots, depth)?);
            rest = after;
        }
    }
    Ok(steps)
}

/// A name, up to the next dot or bracket.
fn name(text: &str) -> (&str, &str) {
    text.split_at(text.find(['.', '[']).unwrap_or(text.len()))
}

fn member(text: &str, name: &str) -> Result<Step, Wrong> {
    if name.is_empty() || name.contains([']', '*', '"', ' ']) {
        return Err(nowhere(text));
    }
    Ok(Step::Member(name.to_owned()))
}

/// What stands in the bracket with which a text begins, and what follows it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => depth += 1,
            ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    let after = text.get(place + 1..)?;
                    let sound = after.is_empty() || after.starts_with(['.', '[']);
                    return text.get(1..place).filter(|_| sound).map(|inside| (inside, after));
                }
            }
            _ => {}
        }
    }
    None
}

fn step(text: &str, inside: &str, roots: &[&str], depth: usize) -> Result<Step, Wrong> {
    const WORDS: [&str; 4] = ["*", "keys", "length", "json"];
    match inside {
        "*" => Ok(Step::All),
        "keys" => Ok(Step::Keys),
        "length" => Ok(Step::Length),
        "json" => Ok(Step::Json),
        _ if inside.starts_with('"') => match scan(inside.as_bytes(), &Limits::request(LONGEST)) {
            Ok(Value::String(name)) => Ok(Step::Member(name)),
            _ => Err(nowhere(text)),
        },
        _ if !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()) => {
            inside.parse().map(Step::Element).map_err(|_| nowhere(text))
        }
        _ if inside.contains(['.', '[']) => {
            let depth = depth.checked_sub(1).ok_or_else(|| wrong("paths nest too deep", "name the key by one path"))?;
            parse(inside, roots, depth).map(|path| Step::Key(Box::new(path)))
        }
        _ => {
            let help = match nearest(inside, &WORDS) {
                Some(near) => format!("did you mean `[{near}]`?"),
                None => format!("write `[*]`, `[keys]`, `[length]`, `[json]`, `[0]`, or `[\"{inside}\"]` for a member"),
            };
            Err(wrong(&format!("`[{inside}]` is no step"), &help))
        }
    }
}

fn nowhere(text: &str) -> Wrong {
    let help = "write `args.NAME`, `args.NAME.NAME` for a member of a member, `args.NAME[*]` for every element";
    wrong(&format!("`{text}` is no path"), help)
}

fn wrong(message: &str, help: &str) -> Wrong {
    Wrong { message: message.to_owned(), help: help.to_owned() }
}
