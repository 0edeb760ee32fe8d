//! The settings as a policy writes them, and the guard that they make.

mod commands;

use crate::book::Book;
use crate::profile::Profile;
use crate::rule::Rule;
use doorward_plugin::paths::Place;
use doorward_plugin::{Finding, pointer};
use serde::Deserialize;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(default = "default_profile")]
    profile: String,
    arguments: Vec<String>,
    cwd: Option<String>,
    #[serde(default)]
    opaque: Vec<String>,
    #[serde(default)]
    readable: Vec<String>,
    #[serde(default)]
    commands: Commands,
    #[serde(default)]
    wrappers: Vec<String>,
    #[serde(default)]
    sudo: Vec<Vec<String>>,
    #[serde(default)]
    sudo_as_text: SudoAsText,
}

/// What the profile lacks, and what it should not have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commands {
    #[serde(default)]
    pub(crate) remove: Vec<String>,
    #[serde(default)]
    pub(crate) add: Vec<Rule>,
}

/// What becomes of the word `sudo`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SudoAsText {
    /// Refused wherever it stands: the server may rewrite it.
    #[default]
    Refuse,
    /// Judged like any other word.
    Judge,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    pub(crate) book: Book,
    /// Pointers to the arguments that are shell commands; at least one.
    pub(crate) arguments: Vec<String>,
    /// Pointer to the argument that is the working directory.
    pub(crate) cwd: Option<String>,
    /// Pointers to what is not looked at.
    pub(crate) opaque: Vec<String>,
    /// Directories whose files may be read in addition to the profile's.
    pub(crate) readable: Vec<String>,
}

fn default_profile() -> String {
    Profile::default().name().to_owned()
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let findings: Vec<_> = unknown_profile(&settings)
            .into_iter()
            .chain(no_arguments(&settings))
            .chain(bad_pointers(&settings))
            .chain(bad_directories(&settings))
            .chain(commands::faults(&settings.commands, &settings.profile))
            .chain(commands::wrapper_faults(&settings.wrappers))
            .chain(commands::sudo_faults(&settings.sudo, settings.sudo_as_text))
            .collect();
        match Profile::named(&settings.profile) {
            Some(profile) if findings.is_empty() => Ok(Self {
                book: Book {
                    profile,
                    removed: settings.commands.remove,
                    added: settings.commands.add,
                    wrappers: settings.wrappers,
                    sudo: settings.sudo,
                    knows_sudo: settings.sudo_as_text == SudoAsText::Judge,
                },
                arguments: settings.arguments,
                cwd: settings.cwd,
                opaque: settings.opaque,
                readable: settings.readable,
            }),
            _ => Err(findings),
        }
    }
}

fn unknown_profile(settings: &Settings) -> Option<Finding> {
    let written = &settings.profile;
    let names = Profile::ALL.map(|profile| format!("`{}`", profile.name())).join(", ");
    Profile::named(written).is_none().then(|| {
        Finding::new("profile.unknown", format!("there is no profile `{written}`"))
            .at("/profile")
            .instead(format!("the profiles are {names}"))
    })
}

fn no_arguments(settings: &Settings) -> Option<Finding> {
    settings.arguments.is_empty().then(|| {
        Finding::new("arguments.empty", "no argument is named, so there is nothing to guard")
            .at("/arguments")
            .instead("name the arguments that are shell commands, for instance `[\"/command\"]`")
    })
}

fn bad_pointers(settings: &Settings) -> Vec<Finding> {
    let listed = |key: &'static str, list: &[String]| -> Vec<(String, String)> {
        list.iter().enumerate().map(|(index, written)| (format!("/{key}/{index}"), written.clone())).collect()
    };
    let mut pointers = listed("arguments", &settings.arguments);
    pointers.extend(settings.cwd.iter().map(|written| ("/cwd".to_owned(), written.clone())));
    pointers.extend(listed("opaque", &settings.opaque));

    let mut findings = Vec::new();
    for (index, (place, written)) in pointers.iter().enumerate() {
        if pointer::parse(written).is_none_or(|tokens| tokens.is_empty()) {
            findings.push(
                Finding::new("pointer.invalid", format!("`{written}` is not a JSON pointer to an argument"))
                    .at(place)
                    .instead("a JSON pointer begins with `/`, for instance `/command`"),
            );
        }
        let overlapping = pointers.iter().take(index).find(|(_, other)| overlap(written, other));
        if let Some((other_place, other)) = overlapping {
            findings.push(
                Finding::new(
                    "pointer.overlap",
                    format!("`{written}` and `{other}` (at `{other_place}`) name the same argument"),
                )
                .at(place)
                .instead("name every argument once"),
            );
        }
    }
    findings
}

fn overlap(a: &str, b: &str) -> bool {
    pointer::is_within(a, b) || pointer::is_within(b, a)
}

fn bad_directories(settings: &Settings) -> Vec<Finding> {
    let is_good = |written: &str| {
        let is_plain = written.chars().all(|c| c.is_ascii_alphanumeric() || "/_.@+-".contains(c));
        let place = Place::parse(written).filter(|place| place.is_absolute() && place.depth() > 0);
        is_plain && place.is_some_and(|place| place.is_within(written) && !place.is_secret())
    };
    let bad = settings.readable.iter().enumerate().filter(|(_, written)| !is_good(written));
    bad.map(|(index, written)| {
        Finding::new("readable.invalid", format!("`{written}` is not a directory that can be opened for reading"))
            .at(format!("/readable/{index}"))
            .instead("write an absolute path without `..`, for instance `/data/logs`")
    })
    .collect()
}
