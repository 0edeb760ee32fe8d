//! The rules as the settings leave them: those of the profile, less what is removed, and what is added.

use crate::index::Index;
use crate::profile::{self, Profile};
use crate::rule::Rule;
use doorward_plugin::shell::Word;

/// Which commands may run.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) profile: Profile,
    /// The rules of the profile, in the order of their names.
    pub(crate) index: Index,
    /// Commands whose rules in the profile do not count.
    pub(crate) removed: Vec<String>,
    pub(crate) added: Vec<Rule>,
    /// Wrappers that the profile does not have by itself.
    pub(crate) wrappers: Vec<String>,
    /// What may stand behind `sudo`, word by word.
    pub(crate) sudo: Vec<Vec<String>>,
    /// Whether `sudo` is judged like any other word, since the server does nothing to the text.
    pub(crate) knows_sudo: bool,
    /// Whether the server keeps a shell from one call to the next, so that `cd` in one would move the next.
    pub(crate) keeps_shell: bool,
}

impl Book {
    /// The rules for a command; none where it is not known.
    pub(crate) fn rules<'a>(&'a self, command: &'a str) -> impl Iterator<Item = &'a Rule> {
        let profile = (!self.is_removed(command)).then(|| self.index.rules(command));
        let added = self.added.iter().filter(move |rule| rule.is_for(command));
        profile.into_iter().flatten().map(|rule| -> &'a Rule { rule }).chain(added)
    }

    /// How the command wraps another one, where it is a wrapper.
    pub(crate) fn wrapper(&self, name: &str) -> Option<&'static Rule> {
        let is_wrapper = (self.profile.has_wrapper(name) && !self.is_removed(name)) || has(&self.wrappers, name);
        profile::wrapper(name).filter(|_| is_wrapper)
    }

    /// Whether `cd` is followed.
    pub(crate) fn has_cd(&self) -> bool {
        self.profile.has_cd() && !self.keeps_shell && !self.is_removed("cd")
    }

    /// Whether the command is `sudo` with words that are listed.
    pub(crate) fn allows_as_root(&self, name: &str, words: &[Word]) -> bool {
        let is_listed = |list: &Vec<String>| {
            list.len() == words.len()
                && list.iter().zip(words).all(|(text, word)| word.is_plain() && word.text() == text)
        };
        name == "sudo" && self.knows_sudo && self.sudo.iter().any(is_listed)
    }

    fn is_removed(&self, command: &str) -> bool {
        has(&self.removed, command)
    }
}

fn has(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| name == wanted)
}
