//! The profiles: which rules there are for a name.

mod advice;
mod applications;
mod arrays;
mod backups;
mod batch;
mod certificates;
mod clouds;
mod clusters;
mod configurations;
mod containers;
mod databases;
mod developing;
mod distributed;
mod files;
mod filters;
mod find;
mod firewalls;
mod hardware;
mod journals;
mod languages;
mod machine;
mod mail;
mod monitoring;
mod names;
mod network;
mod operating;
mod orchestration;
mod others;
mod packages;
mod partitions;
mod people;
mod performance;
mod processes;
mod programs;
mod queues;
mod reach;
mod reading;
mod runtimes;
mod security;
mod services;
mod storage;
mod systemd;
mod time;
mod tunnels;
mod versions;
mod virtual_machines;
mod web;
mod wrappers;

use crate::rule::Rule;
use doorward_plugin::shell::Word;

/// A set of rules, by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What operators type to look at a machine: nothing that writes, runs something else or shows secrets.
    #[default]
    ReadonlyDiagnostics,
    /// The same, and what keeps services going.
    ServiceOperator,
    /// The same as the first, and what looks at code and its history.
    Developer,
    /// Judges by the rules of the first, says what it found and refuses nothing.
    Observe,
    /// Nothing.
    DenyAll,
}

const READONLY_DIAGNOSTICS: &[&[Rule]] = &[
    files::RULES,
    find::RULES,
    reading::RULES,
    filters::RULES,
    machine::RULES,
    hardware::RULES,
    performance::RULES,
    people::RULES,
    security::RULES,
    processes::RULES,
    network::RULES,
    names::RULES,
    reach::RULES,
    firewalls::RULES,
    tunnels::RULES,
    web::RULES,
    mail::RULES,
    time::RULES,
    services::RULES,
    systemd::RULES,
    journals::RULES,
    containers::RULES,
    clusters::RULES,
    clusters::BROUGHT_ALONG,
    clusters::OPENSHIFT,
    orchestration::RULES,
    distributed::RULES,
    virtual_machines::RULES,
    clouds::AMAZON,
    clouds::OTHERS,
    packages::RULES,
    languages::RULES,
    storage::RULES,
    partitions::RULES,
    arrays::RULES,
    batch::RULES,
    others::RULES,
    databases::RULES,
    queues::RULES,
    backups::RULES,
    monitoring::RULES,
    applications::RULES,
    certificates::RULES,
    configurations::RULES,
    programs::RULES,
    runtimes::RULES,
];

impl Profile {
    /// All there are.
    pub(crate) const ALL: [Self; 5] =
        [Self::ReadonlyDiagnostics, Self::ServiceOperator, Self::Developer, Self::Observe, Self::DenyAll];

    /// The profile with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// How a policy spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReadonlyDiagnostics => "readonly-diagnostics",
            Self::ServiceOperator => "service-operator",
            Self::Developer => "developer",
            Self::Observe => "observe",
            Self::DenyAll => "deny-all",
        }
    }

    /// Whether the profile has a rule for the command.
    pub(crate) fn has(self, command: &str) -> bool {
        self.all().any(|rule| rule.is_for(command))
    }

    /// All rules.
    pub(crate) fn all(self) -> impl Iterator<Item = &'static Rule> {
        let (all, more): (&'static [&'static [Rule]], &'static [Rule]) = match self {
            Self::ReadonlyDiagnostics | Self::Observe => (READONLY_DIAGNOSTICS, &[]),
            Self::ServiceOperator => (READONLY_DIAGNOSTICS, operating::RULES),
            Self::Developer => (READONLY_DIAGNOSTICS, developing::RULES),
            Self::DenyAll => (&[], &[]),
        };
        all.iter().copied().flatten().chain(more)
    }

    /// Whether the profile itself lets the wrapper run what is allowed. What runs as somebody else, none does.
    pub(crate) fn has_wrapper(self, name: &str) -> bool {
        matches!(self, Self::ServiceOperator | Self::Developer) && name != "sudo" && wrapper(name).is_some()
    }

    /// Whether the profile follows `cd`.
    pub(crate) fn has_cd(self) -> bool {
        self != Self::DenyAll
    }
}

/// Whether the command with these words only tells its version, which all profiles but the empty one allow.
pub(crate) fn is_question(profile: Profile, command: &str, words: &[Word]) -> bool {
    match words {
        [word] if profile != Profile::DenyAll => word.is_plain() && versions::is_question(command, word.text()),
        _ => false,
    }
}

/// The code for a command that no rule names, and what to do instead.
pub(crate) fn advice(command: &str) -> (&'static str, &'static str) {
    advice::on(command)
}

/// The rule of a wrapper.
pub(crate) fn wrapper(name: &str) -> Option<&'static Rule> {
    wrappers::RULES.iter().find(|rule| rule.is_for(name))
}

/// Whether the program runs what it is given, or what is piped into it.
pub(crate) fn runs_others(name: &str) -> bool {
    advice::runs_others(name)
}

#[cfg(test)]
mod tests;
