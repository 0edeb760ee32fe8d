//! Judges the lines of one call, and remembers what has not ended.

use crate::keys::{self, Typed};
use crate::paging;
use crate::settings::{Guard, Partial, Role};
use doorward_plugin::arguments::Found;
use doorward_plugin::{Document, Finding, Value, memory};

/// The longest name of a terminal, in bytes: a memory bounds its keys.
const MAX_SESSION: usize = 200;

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    let session = found.iter().find(|found| *found.role == Role::Session).map(session).transpose()?;
    // What no terminal is named for is one terminal.
    let place = format!("typed {}", session.unwrap_or_default());
    let keys = found.iter().find(|found| *found.role == Role::Keys).ok_or_else(missing)?;
    let pending = memory::text(&place).unwrap_or_default();
    let Typed { lines, pending } = keys::join(pending, text(keys)?).map_err(|finding| finding.at(&keys.pointer))?;
    for line in lines.iter().filter(|line| !line.trim_matches(' ').is_empty()) {
        let judged = guard.shell.judge(line).and_then(|()| paging::check(line));
        judged.map_err(|finding| finding.at(&keys.pointer))?;
    }
    if guard.partial == Partial::Refuse && !pending.is_empty() {
        return Err(Finding::new("key.partial", "the line does not end in this call")
            .at(&keys.pointer)
            .instead("end it by a carriage return"));
    }
    remember(&place, &pending)
}

fn remember(place: &str, pending: &str) -> Result<(), Finding> {
    if pending.is_empty() {
        memory::delete(place);
        return Ok(());
    }
    memory::set(place, pending).map_err(|_| {
        Finding::new("session.full", "too much is typed into too many terminals without an end")
            .instead("end the lines by a carriage return")
    })
}

fn session<'a>(found: &'a Found<'_, Role>) -> Result<&'a str, Finding> {
    let text = text(found)?;
    let is_good = !text.is_empty() && text.len() <= MAX_SESSION;
    is_good
        .then_some(text)
        .ok_or_else(|| Finding::new("session.invalid", "the terminal's name is empty or too long").at(&found.pointer))
}

fn text<'a>(found: &'a Found<'_, Role>) -> Result<&'a str, Finding> {
    match &found.value {
        Value::Text(text) => Ok(text),
        _ => Err(Finding::new("argument.type", "a guarded argument is not a string")
            .at(&found.pointer)
            .instead("send a string")),
    }
}

fn missing() -> Finding {
    Finding::new("argument.missing", "the keys are not in the call")
}
