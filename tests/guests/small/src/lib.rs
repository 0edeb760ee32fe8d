//! A plugin as small as they come, to be measured: it reads what its settings name, and looks at how long it is.

use doorward_plugin::{Call, Description, Document, Finding, Validator, Value, Verdict};

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Small {
    reads: Reads,
    /// The most bytes of one text.
    at_most: usize,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reads {
    /// The values at these pointers.
    Values(Vec<String>),
    /// Every string, one by one.
    Strings,
    /// The whole document, as one text.
    Text,
}

impl Validator for Small {
    type Settings = Self;

    fn describe() -> Description {
        Description {
            name: "small".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "looks at how long texts are".to_owned(),
            tools: Vec::new(),
            settings_schema: None,
        }
    }

    fn configure(settings: Self) -> Result<Self, Vec<Finding>> {
        Ok(settings)
    }

    fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
        match self.longest(arguments) {
            Some(longest) if longest <= self.at_most => Verdict::Allow,
            Some(_) => Verdict::Deny(Finding::new("text.long", "a text is longer than it may be")),
            None => Verdict::Deny(Finding::new("text.missing", "there is no text where there should be one")),
        }
    }
}

impl Small {
    fn longest(&self, arguments: &Document<'_>) -> Option<usize> {
        match &self.reads {
            Reads::Values(pointers) => {
                let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
                let lengths = arguments.select(&pointers).into_iter().map(|value| match value {
                    Some(Value::Text(text)) => Some(text.len()),
                    _ => None,
                });
                lengths.collect::<Option<Vec<usize>>>()?.into_iter().max()
            }
            Reads::Strings => {
                let leaves = arguments.strings(u32::MAX).ok()?;
                leaves.iter().map(|leaf| leaf.text.len()).max()
            }
            Reads::Text => arguments.raw().split('"').map(str::len).max(),
        }
    }
}

doorward_plugin::export!(Small);
