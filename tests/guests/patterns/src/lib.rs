//! A plugin that holds every string of a call against the patterns of its settings, to be measured: it is slow to make ready.

use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
use regex::RegexSet;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What no string may match.
    forbidden: Vec<String>,
}

struct Patterns(RegexSet);

impl Validator for Patterns {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "patterns".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "holds strings against patterns".to_owned(),
            tools: Vec::new(),
            settings_schema: None,
        }
    }

    fn configure(settings: Settings) -> Result<Self, Vec<Finding>> {
        let set = RegexSet::new(&settings.forbidden);
        set.map(Self).map_err(|error| vec![Finding::new("pattern.wrong", error.to_string()).at("/forbidden")])
    }

    fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
        let Ok(leaves) = arguments.strings(1000) else {
            return Verdict::Deny(Finding::new("text.many", "there are more strings than are looked at"));
        };
        match leaves.iter().find(|leaf| self.0.is_match(&leaf.text)) {
            None => Verdict::Allow,
            Some(leaf) => Verdict::Deny(Finding::new("text.forbidden", "a text is forbidden").at(&leaf.pointer)),
        }
    }
}

doorward_plugin::export!(Patterns);
