//! Walks through the commands of one text. The verdict is the worst over all of them, so the first refusal decides.

use crate::argv::{self, Given, Miss};
use crate::book::Book;
use crate::feed::Feed;
use crate::ground::{Closed, Ground, Reach};
use crate::profile::{self, Profile};
use crate::value::{clipped, shown};
use doorward_plugin::Finding;
use doorward_plugin::paths::Place;
use doorward_plugin::shell::{Command, Connector, Name, Redirection, recognise};

/// Whether every command in the text is allowed on the ground.
pub(crate) fn check(book: &Book, text: &str, ground: Ground<'_>) -> Result<(), Finding> {
    if book.profile == Profile::DenyAll && book.added.is_empty() {
        return Err(Finding::new("profile.deny-all", "the profile `deny-all` allows no command"));
    }
    if !book.knows_sudo && pastes_sudo(text) {
        return Err(sudo());
    }
    let commands = recognise(text)?;
    if !book.knows_sudo && commands.iter().any(names_sudo) {
        return Err(sudo());
    }
    few_patterns(&commands)?;
    let mut walk = Walk { book, ground, before: None, last: None };
    let next = commands.iter().skip(1).map(Some).chain([None]);
    commands.iter().zip(next).try_for_each(|(command, next)| walk.step(command, next))
}

/// Some servers look for this in the text, quoted or not, and put a password before it.
fn pastes_sudo(text: &str) -> bool {
    ["sudo ", "sudo\t", "sudo\n"].iter().any(|needle| text.contains(needle))
}

fn names_sudo(command: &Command) -> bool {
    command.name.as_str() == "sudo" || command.words.iter().any(|word| word.text() == "sudo")
}

fn sudo() -> Finding {
    Finding::new("text.sudo", "`sudo` must not stand in the text, not even in quotes")
        .instead("run the command without `sudo`")
}

/// Patterns are held against every secret name, which takes a while.
fn few_patterns(commands: &[Command]) -> Result<(), Finding> {
    const MOST: usize = 32;
    let patterns = commands.iter().flat_map(|command| &command.words).filter(|word| word.is_pattern()).count();
    if patterns <= MOST {
        return Ok(());
    }
    let reason = format!("the text has {patterns} patterns, and {MOST} are read");
    Err(Finding::new("word.too-many-patterns", reason).instead("name the files, or send several shorter commands"))
}

struct Walk<'a> {
    book: &'a Book,
    /// Where the command at hand runs.
    ground: Ground<'a>,
    /// Where it would run had the last `cd` not succeeded, while that is not yet possible again.
    before: Option<Ground<'a>>,
    /// The command before this one.
    last: Option<&'a Command>,
}

impl<'a> Walk<'a> {
    fn step(&mut self, command: &'a Command, next: Option<&Command>) -> Result<(), Finding> {
        let last = self.last.replace(command);
        // Behind `&&` and `|` a command only runs where all before it succeeded.
        if !matches!(command.connector, Connector::And | Connector::Pipe)
            && let Some(before) = self.before.take()
        {
            self.ground = either(&self.ground, &before)?;
        }
        for redirection in &command.redirections {
            self.redirection(redirection).map_err(|closed| finding(&command.name, closed.into()))?;
        }
        if command.name.as_str() == "cd" {
            return self.change_directory(command, next);
        }
        let given = Given {
            name: &command.name,
            words: &command.words,
            is_piped: next.is_some_and(|next| next.connector == Connector::Pipe),
            feed: Feed::of(command, last),
            ground: &self.ground,
        };
        allowed(self.book, given, 0)
    }

    fn redirection(&self, redirection: &Redirection) -> Result<(), Closed> {
        match redirection {
            Redirection::Read(path) => self.ground.check(path, Reach::Contents),
            _ => Ok(()),
        }
    }

    /// `cd` is followed where it leads to one certain place: relative to another one it would depend on `CDPATH`.
    fn change_directory(&mut self, command: &Command, next: Option<&Command>) -> Result<(), Finding> {
        if !self.book.has_cd() {
            return Err(refused(self.book));
        }
        let refuse = |reason: &str| {
            let miss =
                argv::miss("cd.invalid", reason.to_owned(), "write `cd` and an absolute path, then `&&`".to_owned());
            Err(finding(&command.name, miss))
        };
        let [word] = command.words.as_slice() else {
            return refuse("it takes one directory");
        };
        let place = match Place::of_word(word) {
            Some(place) if place.is_absolute() && word.is_plain() => place,
            _ => return refuse("the directory is not an absolute path"),
        };
        self.ground.check(word, Reach::Name).map_err(|closed| finding(&command.name, closed.into()))?;
        let there = self.ground.moved(place);
        let is_certain = matches!(command.connector, Connector::Start | Connector::And | Connector::Then)
            && next.is_some_and(|next| next.connector == Connector::And);
        if is_certain {
            let before = match self.before.take() {
                Some(before) => either(&before, &self.ground)?,
                None => self.ground.clone(),
            };
            self.before = Some(before);
            self.ground = there;
        } else {
            self.ground = either(&self.ground, &there)?;
        }
        Ok(())
    }
}

/// `cd` is not followed at all.
fn refused(book: &Book) -> Finding {
    let reason = match book.keeps_shell {
        true => "`cd`: the server keeps its shell, so the next call would begin where this one ends".to_owned(),
        false => format!("`cd` is not a command of the profile `{}` with these settings", book.profile.name()),
    };
    Finding::new("cd.refused", reason).instead("name files by absolute paths")
}

fn either<'a>(one: &Ground<'a>, other: &Ground<'a>) -> Result<Ground<'a>, Finding> {
    one.either(other).ok_or_else(|| {
        Finding::new("cd.too-many", "the text changes the directory too often to be followed")
            .instead("use absolute paths instead of `cd`")
    })
}

/// The most wrappers around a command.
const MAX_WRAPPERS: usize = 4;

/// Whether a command is allowed that stands within so many wrappers.
fn allowed(book: &Book, given: Given<'_>, depth: usize) -> Result<(), Finding> {
    let name = given.name.as_str();
    if profile::is_question(book.profile, name, given.words) || book.allows_as_root(name, given.words) {
        return Ok(());
    }
    if let Some(rule) = book.wrapper(name) {
        let (inner, words) = argv::wrapped(rule, given).map_err(|miss| finding(given.name, miss))?;
        if depth == MAX_WRAPPERS {
            let reason = format!("the command stands within more than {MAX_WRAPPERS} wrappers");
            return Err(Finding::new("wrapper.too-many", reason).instead("leave the outer ones out"));
        }
        let name = Name::parse(inner)?;
        return allowed(book, Given { name: &name, words, ..given }, depth + 1);
    }
    let mut best: Option<Miss> = None;
    let mut subcommands = Vec::new();
    for rule in book.rules(name) {
        match argv::check(rule, given) {
            Ok(()) => return Ok(()),
            Err(miss) => {
                if !rule.under.is_empty() && !subcommands.contains(&rule.under) {
                    subcommands.push(rule.under);
                }
                best = best.filter(|best| best.fit >= miss.fit).or(Some(miss));
            }
        }
    }
    Err(match best {
        None => unknown(book, given),
        Some(miss) if miss.fit == (0, 0) && !subcommands.is_empty() => {
            finding(given.name, Miss { remedy: format!("allowed: {}", clipped(&subcommands.join(" | "))), ..miss })
        }
        Some(miss) => finding(given.name, miss),
    })
}

fn unknown(book: &Book, given: Given<'_>) -> Finding {
    let (name, profile) = (given.name.as_str(), book.profile.name());
    if name == "sudo" && book.knows_sudo {
        let reason = "these words behind `sudo` are not on the policy's list";
        return Finding::new("sudo.unlisted", reason).instead(match book.sudo.is_empty() {
            true => "run the command without `sudo`".to_owned(),
            false => format!("allowed: {}", listed(book)),
        });
    }
    let reason = format!("`{}` is not a command of the profile `{profile}`", shown(name));
    let (code, remedy) = profile::advice(name);
    Finding::new(code, reason).instead(remedy)
}

/// The first of what may stand behind `sudo`.
fn listed(book: &Book) -> String {
    const MOST: usize = 8;
    let lists: Vec<_> = book.sudo.iter().take(MOST).map(|list| format!("`sudo {}`", shown(&list.join(" ")))).collect();
    lists.join(", ")
}

fn finding(name: &Name, miss: Miss) -> Finding {
    Finding::new(miss.code, format!("`{}`: {}", name.as_str(), miss.reason)).instead(miss.remedy)
}

impl From<Closed> for Miss {
    fn from(closed: Closed) -> Self {
        argv::miss(closed.code, closed.reason.to_owned(), closed.remedy)
    }
}
