//! Lets a call through if every SQL statement in it only does what the settings say: by default, read.
//!
//! A text is first split into tokens that all servers split alike ([`lexer`]); a parser for the dialect makes one
//! statement of them; and each part of that is held against what is allowed, down to functions, types and tables
//! ([`walk`]). What cannot be read, or might be read otherwise by the server, is refused.
//!
//! Rooms: `settings` reads what the policy writes; `judge` goes through the texts; `dialect` is in what servers differ;
//! `lexer` splits; `walk` looks at every part; `tables` and `functions` are what may be named, `reserved` what is no name.

mod dialect;
mod functions;
mod judge;
mod lexer;
mod reserved;
mod settings;
mod tables;
mod walk;

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "sql-guard".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "lets through the SQL statements that only do what the settings say, and no others".to_owned(),
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

pub use settings::Guard as SqlGuard;
