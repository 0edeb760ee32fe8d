//! Takes credentials out of what servers answer.
//!
//! Every string of a reply, at any depth, is looked at: texts, structured content, embedded resources, errors. What a rule
//! says is a secret is replaced by a mark that names the rule, by patches; all else stays as the server wrote it.
//!
//! Rooms: `settings` reads what the policy writes; `rules` is what credentials look like, as data; `proof` tells a secret
//! from what only looks like one; `pattern` and `assignment` are how a rule is tried; `find` finds secrets in a text; `names`
//! are the names of members that say so; `reply` goes through a reply; `raw` writes a whole document anew where patches do
//! not do.

mod assignment;
mod find;
mod hints;
mod names;
mod pattern;
mod proof;
mod raw;
mod reply;
mod rules;
mod settings;

use doorward_plugin::{Call, Description, Document, Finding, Reply, ResultVerdict, Validator};
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "secret-redact".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "takes credentials out of what servers answer".to_owned(),
            tools: Vec::new(),
            settings_schema: Some(include_str!("settings.schema.json").to_owned()),
        }
    }

    fn configure(settings: Settings) -> Result<Self, Vec<Finding>> {
        Self::new(settings)
    }

    fn check_result(&self, _: &Call, _: &Document<'_>, reply: &Reply<'_>) -> ResultVerdict {
        reply::check(self, &reply.document)
    }
}

doorward_plugin::export!(Guard: result);

pub use settings::Guard as SecretRedact;
