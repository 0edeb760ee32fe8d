//! What a command finds to read: nothing, what one `echo` or `printf` says, or what nobody can tell.

use crate::words::questions;
use doorward_plugin::shell::{Command, Connector, Redirection, Word};

/// What comes in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Feed<'a> {
    /// From `/dev/null`, or from an `echo` without words.
    Nothing,
    /// What the command before it says, an `echo` or a `printf`.
    Said(&'a Command),
    /// Anything else.
    Unknown,
}

impl<'a> Feed<'a> {
    /// What `command` finds, behind `last`.
    pub(crate) fn of(command: &Command, last: Option<&'a Command>) -> Self {
        let reads = command.redirections.iter().rev().find_map(|redirection| match redirection {
            Redirection::Read(path) => Some(path),
            _ => None,
        });
        match (reads, last) {
            (Some(path), _) if path.text() == "/dev/null" => Self::Nothing,
            (None, Some(last)) if command.connector == Connector::Pipe => match last.name.as_str() {
                "echo" if last.words.is_empty() => Self::Nothing,
                "echo" | "printf" => Self::Said(last),
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }

    /// Whether it is what a rule needs: `<` is nothing, and `<name` a question of the list with that name.
    pub(crate) fn is(self, wanted: &str) -> bool {
        match (self, wanted.strip_prefix('<')) {
            (Self::Nothing, Some("")) => true,
            (Self::Said(command), Some(list)) => said(command).is_some_and(|text| questions::are_of(list, &text)),
            _ => false,
        }
    }
}

/// The text that an `echo` or a `printf` writes, with the ends of lines as such; none where it depends on the shell.
fn said(command: &Command) -> Option<String> {
    if !command.words.iter().all(Word::is_plain) {
        return None;
    }
    let words: Vec<_> = command.words.iter().map(Word::text).collect();
    let words = match (command.name.as_str(), words.split_first()) {
        ("printf", Some((_, []))) => words.as_slice(),
        ("printf", _) => return None,
        (_, Some((&("-n" | "-e" | "-ne" | "-en"), rest))) => rest,
        _ => words.as_slice(),
    };
    let text = words.join(" ").replace("\\r\\n", "\n").replace("\\n", "\n");
    Some(text.strip_suffix("\\r").unwrap_or(&text).to_owned())
}
