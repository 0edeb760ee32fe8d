//! Puts the keystrokes for a terminal together to lines, and lets through those whose lines shell-guard would let
//! through.
//!
//! What is typed does nothing until a line ends, and then all of it does, however many calls it came in. So what was typed
//! since is remembered, by terminal, and judged with the next keys. Keys that change a line in the terminal, or do
//! something by themselves, are refused: nobody but the terminal knows what they come to.
//!
//! Rooms: `settings` reads what the policy writes; `keys` puts keystrokes together; `paging` knows the commands that
//! take over a terminal; `judge` remembers.

mod judge;
mod keys;
mod paging;
mod settings;

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "terminal-guard".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "puts keystrokes together to lines, and lets through those that shell-guard would".to_owned(),
            tools: Vec::new(),
            settings_schema: Some(include_str!("settings.schema.json").to_owned()),
        }
    }

    fn configure(settings: Settings) -> Result<Self, Vec<Finding>> {
        Self::new(settings)
    }

    fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
        match judge::check(self, arguments) {
            Ok(()) => Verdict::Allow,
            Err(finding) => Verdict::Deny(finding),
        }
    }
}

doorward_plugin::export!(Guard);

pub use settings::Guard as TerminalGuard;
