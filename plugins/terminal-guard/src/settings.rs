//! The settings as a policy writes them, and the guard that they make.

use doorward_plugin::arguments::{Absent, Arguments, Written};
use doorward_plugin::{Finding, Validator};
use serde::Deserialize;
use serde_json::value::RawValue;
use shell_guard::ShellGuard;
use std::collections::BTreeMap;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    keys: String,
    session: Option<String>,
    #[serde(default)]
    opaque: Vec<String>,
    partial: Option<Partial>,
    #[serde(default)]
    shell: BTreeMap<String, Box<RawValue>>,
}

/// What becomes of a line that does not end in its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Partial {
    /// The next keys for the terminal go on with it: all that was sent is believed to have arrived.
    Join,
    /// The call is refused.
    Refuse,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What is typed.
    Keys,
    /// The terminal it is typed into.
    Session,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    pub(crate) arguments: Arguments<Role>,
    pub(crate) partial: Partial,
    pub(crate) shell: ShellGuard,
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let Settings { keys, session, opaque, partial, shell } = settings;
        let written =
            |place: &str, pointer, role| Written { place: place.to_owned(), pointer, role, absent: Absent::Refuse };
        // Of what goes on in a terminal without a name it cannot be told whether it is the same one.
        let partial = partial.unwrap_or(if session.is_some() { Partial::Join } else { Partial::Refuse });
        let keys = written("/keys", keys, Role::Keys);
        let session = session.map(|session| written("/session", session, Role::Session));
        let arguments = Arguments::read([keys].into_iter().chain(session).collect(), &opaque);
        match (arguments, rules(shell)) {
            (Ok(arguments), Ok(shell)) => Ok(Self { arguments, partial, shell }),
            (arguments, shell) => Err([arguments.err(), shell.err()].into_iter().flatten().flatten().collect()),
        }
    }
}

/// The rules for lines: settings of shell-guard, less what is said of arguments.
fn rules(mut shell: BTreeMap<String, Box<RawValue>>) -> Result<ShellGuard, Vec<Finding>> {
    let misplaced = ["arguments", "cwd", "opaque", "shell"].into_iter().filter(|key| shell.contains_key(*key));
    let findings: Vec<_> = misplaced
        .map(|key| {
            Finding::new("shell.misplaced", format!("`{key}` says nothing of lines that are typed"))
                .at(format!("/shell/{key}"))
                .instead("write `keys`, `session` and `opaque` beside `shell`")
        })
        .collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    let observes = |value: &RawValue| serde_json::from_str(value.get()).is_ok_and(|name: String| name == "observe");
    if shell.get("profile").is_some_and(|profile| observes(profile)) {
        let finding = Finding::new("shell.observe", "the profile `observe` would let everything be typed");
        return Err(vec![finding.at("/shell/profile").instead("name another profile")]);
    }
    let one = || vec![Finding::new("settings.invalid", "the settings cannot be put together")];
    // A terminal is one shell: what a line changes, the next one finds.
    for (key, value) in [("arguments", r#"["/keys"]"#), ("shell", r#""kept""#)] {
        shell.insert(key.to_owned(), RawValue::from_string(value.to_owned()).map_err(|_| one())?);
    }
    let settings = serde_json::to_string(&shell).map_err(|_| one())?;
    ShellGuard::from_json(&settings).map_err(|findings| {
        let beneath = |finding: Finding| {
            let place = format!("/shell{}", finding.pointer.clone().unwrap_or_default());
            finding.at(place)
        };
        findings.into_iter().map(beneath).collect()
    })
}
