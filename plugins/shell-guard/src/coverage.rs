//! Accounts for every string of a call: each is a command, the working directory, or named opaque. Another one
//! refuses the call.
//!
//! Names of members count as strings too. Those at the top are the tool's own parameters and must look like names;
//! deeper ones are the caller's.

use crate::ground::Ground;
use crate::judge;
use crate::settings::Guard;
use doorward_plugin::paths::Place;
use doorward_plugin::{Document, Finding, Leaf, Side, Value, pointer};
use std::cell::Cell;

/// The most strings in one call, names of members included.
const MAX_STRINGS: u32 = 256;

pub(crate) fn check(guard: &Guard, arguments: &Document<'_>) -> Result<(), Finding> {
    let leaves = arguments.strings(MAX_STRINGS).map_err(|too_many| {
        let reason = format!("the call has {} strings, and {MAX_STRINGS} are looked at", too_many.found);
        Finding::new("argument.too-many", reason)
            .instead("send fewer arguments, or name large ones `opaque` in the policy")
    })?;
    if let Some(stray) = leaves.iter().find(|leaf| !is_named(guard, leaf)) {
        return Err(unnamed(stray));
    }
    let here = working_directory(guard, arguments)?;
    let looks = Cell::new(0);
    let ground = Ground::new(here, &guard.readable, &looks);
    let texts = texts(arguments, &guard.arguments)?;
    if texts.is_empty() {
        let named = guard.arguments.join("`, `");
        return Err(Finding::new(
            "argument.missing",
            format!("none of the guarded arguments `{named}` is in the call"),
        ));
    }
    texts.iter().try_for_each(|(pointer, text)| {
        judge::check(&guard.book, text, ground.clone()).map_err(|finding| finding.at(*pointer))
    })
}

fn is_named(guard: &Guard, leaf: &Leaf) -> bool {
    let is_opaque = guard.opaque.iter().any(|place| pointer::is_within(&leaf.pointer, place));
    let mut guarded = guard.arguments.iter().chain(&guard.cwd);
    match leaf.side {
        Side::Value => is_opaque || guarded.any(|place| *place == leaf.pointer),
        Side::Key => {
            let is_on_the_way = guarded.chain(&guard.opaque).any(|place| pointer::is_within(place, &leaf.pointer));
            let is_parameter = leaf.pointer.matches('/').count() == 1 && is_identifier(&leaf.text);
            is_opaque || is_on_the_way || is_parameter
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

fn unnamed(leaf: &Leaf) -> Finding {
    let reason = match leaf.side {
        Side::Value => "the policy does not say what this string is",
        Side::Key => "the policy does not say what this name is",
    };
    Finding::new("argument.unnamed", reason)
        .at(&leaf.pointer)
        .instead("leave it out, or name it under `arguments`, `cwd` or `opaque` in the policy")
}

/// The strings at the pointers that are in the call; `null` counts as absent.
fn texts<'a>(arguments: &Document<'_>, pointers: &'a [String]) -> Result<Vec<(&'a str, String)>, Finding> {
    let wanted: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let found = wanted.iter().copied().zip(arguments.select(&wanted));
    let texts = found.filter_map(|(pointer, value)| match value? {
        Value::Null => None,
        Value::Text(text) => Some(Ok((pointer, text))),
        _ => Some(Err(Finding::new("argument.type", "a guarded argument is not a string")
            .at(pointer)
            .instead("send a string"))),
    });
    texts.collect()
}

fn working_directory(guard: &Guard, arguments: &Document<'_>) -> Result<Option<Place>, Finding> {
    let Some(cwd) = &guard.cwd else {
        return Ok(None);
    };
    match texts(arguments, std::slice::from_ref(cwd))?.pop() {
        None => Ok(None),
        Some((pointer, text)) => parse_directory(&text).map(Some).map_err(|finding| finding.at(pointer)),
    }
}

/// A server may paste the directory into a command, so its spelling must mean nothing to a shell.
fn parse_directory(text: &str) -> Result<Place, Finding> {
    let refuse = |reason: &str| {
        Finding::new("cwd.invalid", reason)
            .instead("send an absolute path of letters, digits and `_ . @ + -`, for instance `/var/log`")
    };
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.@+-".contains(c)) {
        return Err(refuse("the working directory has a character that a shell might read"));
    }
    match Place::parse(text) {
        Some(place) if !place.is_absolute() => Err(refuse("the working directory is not an absolute path")),
        Some(place) if place.is_secret() => Err(refuse("the working directory is, or might be, a secret place")),
        Some(place) => Ok(place),
        None => Err(refuse("the working directory is empty or too long")),
    }
}
