//! Lets a call through if every shell command in it is one that the profile allows, word by word.
//!
//! A text is first recognised ([`doorward_plugin::shell`]), then each command is held against the rules of its name:
//! flags, their values, subcommands, operands, paths. What no rule names is refused. The verdict is the worst over
//! all commands, and over all strings of the call: a string that is neither a command, the working directory nor
//! named opaque refuses the call.
//!
//! Rooms: `settings` reads what the policy writes, and `written` the rules in it; `book` is the rules that count; `coverage` finds the commands of a call; `feed` tells what comes in; `judge` walks
//! through the commands; `argv` holds words against a rule; `value` knows the kinds of values; `ground` knows the
//! paths; `rule` is the form of the rules; `profile` is the rules, as data.

mod argv;
mod book;
mod coverage;
mod feed;
mod ground;
mod index;
mod judge;
mod profile;
mod rule;
mod settings;
mod value;
mod words;
mod written;

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict, log};
use profile::Profile;
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "shell-guard".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "lets through the shell commands that a profile allows, and no others".to_owned(),
            tools: Vec::new(),
            settings_schema: Some(include_str!("settings.schema.json").to_owned()),
        }
    }

    fn configure(settings: Settings) -> Result<Self, Vec<Finding>> {
        let guard = Self::new(settings)?;
        if guard.book.profile == Profile::Observe {
            log::write(log::Level::Warn, "the profile `observe` lets every command through: it protects nothing");
        }
        Ok(guard)
    }

    fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
        match coverage::check(self, arguments) {
            Ok(()) => Verdict::Allow,
            Err(finding) if self.book.profile == Profile::Observe => {
                report(&finding);
                Verdict::Allow
            }
            Err(finding) => Verdict::Deny(finding),
        }
    }
}

/// Says what another profile would have refused, without a word of the call.
fn report(finding: &Finding) {
    let place = finding.pointer.as_deref().unwrap_or_default();
    let is_name = place.chars().all(|c| c.is_ascii_alphanumeric() || "/_-".contains(c));
    let place = if is_name { place } else { "…" };
    log::write(log::Level::Warn, &format!("observed: `{}` at `{place}` would be refused", finding.code));
}

impl Guard {
    /// Whether every command in a text is allowed, in a directory that is not known: for plugins that come by texts in
    /// another way.
    pub fn judge(&self, text: &str) -> Result<(), Finding> {
        let looks = std::cell::Cell::new(0);
        judge::check(&self.book, text, ground::Ground::new(None, &self.readable, &looks))
    }
}

#[cfg(feature = "component")]
doorward_plugin::export!(Guard);

pub use settings::Guard as ShellGuard;
