//! The settings as a policy writes them, and the guard that they make.

mod commands;

use crate::book::Book;
use crate::index::Index;
use crate::profile::Profile;
use crate::rule::Rule;
use doorward_plugin::Finding;
use doorward_plugin::arguments::{Absent, Arguments, Written};
use doorward_plugin::paths::Place;
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
    #[serde(default)]
    shell: Shell,
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

/// How long a shell of the server lives.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shell {
    /// As long as a call.
    #[default]
    Fresh,
    /// As long as a session: what one call changes, the next one finds.
    Kept,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    pub(crate) book: Book,
    pub(crate) arguments: Arguments<Role>,
    /// Directories whose files may be read in addition to the profile's.
    pub(crate) readable: Vec<String>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A shell command.
    Command,
    /// The working directory of all of them.
    Directory,
}

fn default_profile() -> String {
    Profile::default().name().to_owned()
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let (arguments, bad_pointers) = match arguments(&settings) {
            Ok(arguments) => (Some(arguments), Vec::new()),
            Err(findings) => (None, findings),
        };
        let findings: Vec<_> = unknown_profile(&settings)
            .into_iter()
            .chain(no_arguments(&settings))
            .chain(bad_pointers)
            .chain(bad_directories(&settings))
            .chain(commands::faults(&settings.commands, &settings.profile))
            .chain(commands::wrapper_faults(&settings.wrappers, settings.sudo_as_text))
            .chain(commands::sudo_faults(&settings.sudo, settings.sudo_as_text))
            .collect();
        match (Profile::named(&settings.profile), arguments) {
            (Some(profile), Some(arguments)) if findings.is_empty() => Ok(Self {
                book: Book {
                    profile,
                    index: Index::of(profile),
                    removed: settings.commands.remove,
                    added: settings.commands.add,
                    wrappers: settings.wrappers,
                    sudo: settings.sudo,
                    knows_sudo: settings.sudo_as_text == SudoAsText::Judge,
                    keeps_shell: settings.shell == Shell::Kept,
                },
                arguments,
                readable: settings.readable,
            }),
            _ => Err(findings),
        }
    }
}

fn arguments(settings: &Settings) -> Result<Arguments<Role>, Vec<Finding>> {
    let written = |place: String, pointer: &String, role| Written {
        place,
        pointer: pointer.clone(),
        role,
        // Of several commands one is enough, and it is seen to where they are judged.
        absent: Absent::Allow,
    };
    let commands = settings.arguments.iter().enumerate();
    let commands = commands.map(|(index, pointer)| written(format!("/arguments/{index}"), pointer, Role::Command));
    let cwd = settings.cwd.iter().map(|pointer| written("/cwd".to_owned(), pointer, Role::Directory));
    Arguments::read(commands.chain(cwd).collect(), &settings.opaque)
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
