//! Lets a call through if every path in it lies beneath a directory that the settings name.
//!
//! A text is first read as one certain path ([`spelling`]): absolute, without `..`, without anything that servers, shells
//! and file systems read differently. Then it is held against the directories for its argument, and against the names
//! and places that are sensitive wherever they are ([`territory`]). What has no certain reading is refused.
//!
//! Rooms: `settings` reads what the policy writes; `judge` walks through the arguments; `spelling` reads a text;
//! `route` is what it leads to; `territory` knows what may be reached; `places` is the sensitive ones, as data.

mod judge;
mod places;
mod route;
mod settings;
mod spelling;
mod territory;

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "path-guard".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "lets through the paths that lie beneath the directories it is given, and no others".to_owned(),
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

pub use settings::Guard as PathGuard;
