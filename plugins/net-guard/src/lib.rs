//! Lets a call through if every host, port, URL and tunnel in it is one that the settings name.
//!
//! A text is first read as one certain target ([`doorward_plugin::net`]); what programs read differently is refused. Then
//! it is held against names, networks, ports and schemes. Addresses and names that lead to the machine itself or into
//! the network around it are refused, unless they are named as such.
//!
//! Rooms: `settings` reads what the policy writes; `judge` walks through the arguments; `target` knows the kinds of
//! arguments and reads each; `scope` is what may be connected to.

mod judge;
mod scope;
mod settings;
mod target;

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
use settings::{Guard, Settings};

impl Validator for Guard {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "net-guard".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "lets through the hosts, ports, URLs and tunnels that it is given, and no others".to_owned(),
            tools: Vec::new(),
            settings_schema: Some(include_str!("settings.schema.json").to_owned()),
        }
    }

    fn configure(settings: Settings) -> Result<Self, Vec<Finding>> {
        Self::new(&settings)
    }

    fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
        match judge::check(self, arguments) {
            Ok(()) => Verdict::Allow,
            Err(finding) => Verdict::Deny(finding),
        }
    }
}

doorward_plugin::export!(Guard);

pub use settings::Guard as NetGuard;
