//! Finds the commands and the working directory of a call.

use crate::ground::Ground;
use crate::judge;
use crate::settings::{Guard, Role};
use doorward_plugin::arguments::Found;
use doorward_plugin::paths::Place;
use doorward_plugin::{Document, Finding, Value};
use std::cell::Cell;

/// The most that all commands of a call have together, in bytes, and the most of them.
const MAX_BYTES: usize = 16 << 10;
const MAX_TEXTS: usize = 16;

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    let texts = found.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let here = texts.iter().find(|text| *text.role == Role::Directory).map(directory).transpose()?;
    let looks = Cell::new(0);
    let ground = Ground::new(here, &guard.readable, &looks);
    let mut commands = texts.iter().filter(|text| *text.role == Role::Command).peekable();
    if commands.peek().is_none() {
        return Err(Finding::new("argument.missing", "none of the guarded arguments is in the call"));
    }
    let (count, bytes) =
        commands.clone().fold((0, 0), |(count, bytes), command| (count + 1, bytes + command.text.len()));
    if count > MAX_TEXTS || (count > 1 && bytes > MAX_BYTES) {
        let reason = format!("the call has more than {MAX_TEXTS} commands, or they have more than {MAX_BYTES} bytes");
        return Err(Finding::new("argument.too-many", reason).instead("send fewer in one call"));
    }
    commands.try_for_each(|command| {
        judge::check(&guard.book, command.text, ground.clone()).map_err(|finding| finding.at(command.pointer))
    })
}

struct Text<'a> {
    pointer: &'a str,
    role: &'a Role,
    text: &'a str,
}

fn text<'a>(found: &'a Found<'_, Role>) -> Result<Text<'a>, Finding> {
    match &found.value {
        Value::Text(text) => Ok(Text { pointer: &found.pointer, role: found.role, text }),
        _ => Err(Finding::new("argument.type", "a guarded argument is not a string")
            .at(&found.pointer)
            .instead("send a string")),
    }
}

fn directory(text: &Text<'_>) -> Result<Place, Finding> {
    parse_directory(text.text).map_err(|finding| finding.at(text.pointer))
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
