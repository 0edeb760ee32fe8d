//! The profiles: which rules there are for a name.

mod advice;
mod applications;
mod containers;
mod files;
mod filters;
mod find;
mod machine;
mod network;
mod packages;
mod people;
mod processes;
mod programs;
mod reading;
mod services;
mod storage;
mod versions;

use crate::rule::Rule;
use doorward_plugin::shell::Word;

/// A set of rules, by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What operators type to look at a machine: nothing that writes, runs something else or shows secrets.
    #[default]
    ReadonlyDiagnostics,
    /// Nothing.
    DenyAll,
}

const READONLY_DIAGNOSTICS: &[&[Rule]] = &[
    files::RULES,
    find::RULES,
    reading::RULES,
    filters::RULES,
    machine::RULES,
    people::RULES,
    processes::RULES,
    network::RULES,
    services::RULES,
    containers::RULES,
    packages::RULES,
    storage::RULES,
    applications::RULES,
    programs::RULES,
];

impl Profile {
    /// All there are.
    pub(crate) const ALL: [Self; 2] = [Self::ReadonlyDiagnostics, Self::DenyAll];

    /// The profile with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// How a policy spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReadonlyDiagnostics => "readonly-diagnostics",
            Self::DenyAll => "deny-all",
        }
    }

    /// The rules for a command; none where the profile does not know it.
    pub(crate) fn rules(self, command: &str) -> impl Iterator<Item = &'static Rule> {
        let all = match self {
            Self::ReadonlyDiagnostics => READONLY_DIAGNOSTICS,
            Self::DenyAll => &[],
        };
        all.iter()
            .copied()
            .flatten()
            .filter(move |rule| rule.names.split_ascii_whitespace().any(|name| name == command))
    }

    /// Whether the command with these words only tells its version.
    pub(crate) fn is_question(self, command: &str, words: &[Word]) -> bool {
        match words {
            [word] if self != Self::DenyAll => word.is_plain() && versions::is_question(command, word.text()),
            _ => false,
        }
    }

    /// The code for a command that no rule names, and what to do instead.
    pub(crate) fn advice(self, command: &str) -> (&'static str, &'static str) {
        advice::on(command)
    }
}

#[cfg(test)]
mod tests;
