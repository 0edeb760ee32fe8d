//! The settings as a policy writes them, and the guard that they make.

use crate::find::{Finder, Ready};
use crate::pattern::Pattern;
use crate::rules::{Proof, RULES};
use doorward_plugin::Finding;
use regex::RegexBuilder;
use serde::Deserialize;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(default)]
    on_secret: OnSecret,
    #[serde(default)]
    on_large: OnLarge,
    #[serde(default)]
    rules: Rules,
}

/// What becomes of a reply with a secret in it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnSecret {
    /// It goes on without the secret.
    #[default]
    Redact,
    /// It does not go on.
    Refuse,
}

/// What becomes of a reply that is too much to be looked at.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnLarge {
    /// It does not go on.
    #[default]
    Refuse,
    /// It goes on as it is.
    Pass,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    add: Vec<Own>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    name: String,
    pattern: String,
}

/// As meant: the guard, ready to look.
#[derive(Debug)]
pub struct Guard {
    pub(crate) finder: Finder,
    pub(crate) on_secret: OnSecret,
    pub(crate) on_large: OnLarge,
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let Settings { on_secret, on_large, rules } = settings;
        let mut findings = unknown(&rules.remove);
        let own = rules.add.iter().enumerate();
        let own =
            own.filter_map(|(index, own)| ready(own, index).map_err(|finding| findings.push(finding)).ok()).collect();
        if rules.add.is_empty() && RULES.iter().all(|rule| rules.remove.iter().any(|name| name == rule.name)) {
            let finding = Finding::new("rules.empty", "all rules are removed, so nothing would be found");
            findings.push(finding.at("/rules/remove").instead("leave some, or add some"));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let broken = |_| vec![Finding::new("rules.broken", "the rules cannot be put together")];
        Ok(Self { finder: Finder::new(&rules.remove, own).map_err(broken)?, on_secret, on_large })
    }
}

fn unknown(removed: &[String]) -> Vec<Finding> {
    let is_unknown = |(_, name): &(usize, &String)| !RULES.iter().any(|rule| rule.name == *name);
    let unknown = removed.iter().enumerate().filter(is_unknown);
    unknown
        .map(|(index, name)| {
            let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
            Finding::new("rules.unknown", format!("there is no rule `{name}`"))
                .at(format!("/rules/remove/{index}"))
                .instead(format!("the rules are {}", names.join(", ")))
        })
        .collect()
}

fn ready(own: &Own, index: usize) -> Result<Ready, Finding> {
    /// What a pattern may grow to, in bytes.
    const LARGEST: usize = 1 << 18;
    let invalid =
        |key: &str, reason: String| Finding::new("rules.invalid", reason).at(format!("/rules/add/{index}/{key}"));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if own.name.is_empty() || own.name.len() > 40 || !own.name.chars().all(is_name) {
        let finding = invalid("name", format!("`{}` is no name of a rule", own.name));
        return Err(finding.instead("write small letters, digits and dashes"));
    }
    if RULES.iter().any(|rule| rule.name == own.name) {
        let finding = invalid("name", format!("there is a rule `{}` already", own.name));
        return Err(finding.instead("give yours another name"));
    }
    let pattern = RegexBuilder::new(&own.pattern).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    let pattern = pattern.map_err(|error| {
        let error = error.to_string();
        let reason = error.lines().last().unwrap_or_default().trim().chars().take(200).collect::<String>();
        invalid("pattern", format!("`{}` is no pattern: {reason}", own.pattern.chars().take(80).collect::<String>()))
            .instead("write a regular expression without look-around and back references")
    })?;
    if pattern.is_match("") {
        let finding =
            invalid("pattern", format!("`{}` is in every text", own.pattern.chars().take(80).collect::<String>()));
        return Err(finding.instead("write one that matches something"));
    }
    Ok(Ready { name: own.name.clone(), pattern: Pattern::Anywhere(pattern), proof: Proof::Form })
}
