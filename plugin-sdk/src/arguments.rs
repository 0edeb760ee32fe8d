//! The arguments of a call, as settings name them.
//!
//! A plugin that guards some arguments must know of all others that they are none of its business: else the next
//! version of a server has a parameter that nobody looks at. So every string of a call has a role or is named opaque,
//! and another one refuses the call. Names of members count as strings too: those at the top are the tool's own
//! parameters and must look like names; deeper ones are the caller's.

mod spot;
#[cfg(test)]
mod tests;

use crate::{Document, Finding, Leaf, Side, Value};
use serde::Deserialize;
use spot::Spot;

/// The most strings in one call, names of members included.
pub const MAX_STRINGS: u32 = 1024;

/// The most arguments of one call that a plugin is handed.
pub const MAX_ARGUMENTS: usize = 1024;

/// Which arguments a plugin looks at, and what each is to it.
#[derive(Debug)]
pub struct Arguments<R> {
    named: Vec<Entry<R>>,
    opaque: Vec<Spot>,
}

#[derive(Debug)]
struct Entry<R> {
    spot: Spot,
    role: R,
    absent: Absent,
}

/// What becomes of a call in which the argument is not, or is `null`: the server then takes a value of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absent {
    /// It is refused.
    #[default]
    Refuse,
    /// It is nothing to the plugin.
    Allow,
}

/// An argument as settings name it.
#[derive(Debug, Clone)]
pub struct Written<R> {
    /// Where in the settings it is named, as a JSON pointer.
    pub place: String,
    /// A JSON pointer in which `*` stands for any element or member, for instance `/files/*/localPath`.
    pub pointer: String,
    /// What it is to the plugin.
    pub role: R,
    /// Whether it may be left out.
    pub absent: Absent,
}

/// An argument that is in a call.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a, R> {
    /// Where.
    pub pointer: String,
    /// What it is to the plugin.
    pub role: &'a R,
    /// Anything but `null`.
    pub value: Value,
}

impl<R> Arguments<R> {
    /// Reads the pointers, or says all that is wrong with them: each must be one, and no two may name the same.
    /// `opaque` stands in the settings under that name.
    pub fn read(named: Vec<Written<R>>, opaque: &[String]) -> Result<Self, Vec<Finding>> {
        let places = named.iter().map(|written| (written.place.clone(), written.pointer.clone()));
        let opaque = opaque.iter().enumerate().map(|(index, pointer)| (format!("/opaque/{index}"), pointer.clone()));
        let findings = faults(&places.chain(opaque.clone()).collect::<Vec<_>>());
        if !findings.is_empty() {
            return Err(findings);
        }
        let entry = |Written { pointer, role, absent, .. }| Some(Entry { spot: Spot::parse(&pointer)?, role, absent });
        Ok(Self {
            named: named.into_iter().filter_map(entry).collect(),
            opaque: opaque.filter_map(|(_, pointer)| Spot::parse(&pointer)).collect(),
        })
    }

    /// The arguments in the call that have a role; a finding where a string has none and is not opaque, or where an
    /// argument is missing.
    pub fn of(&self, call: &Document<'_>) -> Result<Vec<Found<'_, R>>, Finding> {
        self.account(call)?;
        let mut places = Vec::new();
        for entry in &self.named {
            let here = entry.spot.places(call, MAX_ARGUMENTS).ok_or_else(too_many)?;
            places.extend(here.into_iter().map(|place| (entry, place)));
        }
        let pointers: Vec<&str> = places.iter().map(|(_, place)| place.as_str()).collect();
        let values = call.select(&pointers);
        let found: Vec<_> = places
            .into_iter()
            .zip(values)
            .filter_map(|((entry, pointer), value)| {
                let value = value.filter(|value| *value != Value::Null)?;
                Some((entry, Found { pointer, role: &entry.role, value }))
            })
            .collect();
        if found.len() > MAX_ARGUMENTS {
            return Err(too_many());
        }
        let is_missing = |entry: &&Entry<R>| {
            entry.absent == Absent::Refuse && !found.iter().any(|(other, _)| std::ptr::eq(*other, *entry))
        };
        match self.named.iter().find(is_missing) {
            Some(entry) => Err(missing(&entry.spot)),
            None => Ok(found.into_iter().map(|(_, found)| found).collect()),
        }
    }

    fn account(&self, call: &Document<'_>) -> Result<(), Finding> {
        let leaves = call.strings(MAX_STRINGS).map_err(|too_many| {
            let reason = format!("the call has {} strings, and {MAX_STRINGS} are looked at", too_many.found);
            Finding::new("argument.too-many", reason).instead("send less in one call")
        })?;
        match leaves.iter().find(|leaf| !self.knows(leaf)) {
            Some(stray) => Err(unnamed(stray)),
            None => Ok(()),
        }
    }

    fn knows(&self, leaf: &Leaf) -> bool {
        let pointer = leaf.pointer.as_str();
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return false;
        }
        if self.opaque.iter().any(|spot| spot.holds(pointer)) {
            return true;
        }
        let mut named = self.named.iter().map(|entry| &entry.spot);
        match leaf.side {
            Side::Value => named.any(|spot| spot.is_at(pointer)),
            Side::Key => {
                let is_parameter = spot::depth(pointer) == 1 && is_identifier(&leaf.text);
                is_parameter || named.chain(&self.opaque).any(|spot| spot.lies_within(pointer))
            }
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

fn unnamed(leaf: &Leaf) -> Finding {
    let reason = match leaf.side {
        Side::Value => "the policy does not say what this string is",
        Side::Key => "the policy does not say what this name is",
    };
    Finding::new("argument.unnamed", reason)
        .at(&leaf.pointer)
        .instead("leave it out, or name it in the plugin's settings in the policy, if need be under `opaque`")
}

fn too_many() -> Finding {
    Finding::new("argument.too-many", format!("the call has more than {MAX_ARGUMENTS} guarded arguments"))
        .instead("send less in one call")
}

fn missing(spot: &Spot) -> Finding {
    let reason = format!("the guarded argument `{}` is not in the call, so the server would choose it", spot.written());
    Finding::new("argument.missing", reason)
        .at(spot.written())
        .instead("send it, or write `\"absent\": \"allow\"` in the policy")
}

/// What is wrong with the pointers: each is a place in the settings and what is written there.
fn faults(pointers: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut before: Vec<(&str, Spot)> = Vec::new();
    for (place, written) in pointers {
        let Some(spot) = Spot::parse(written) else {
            findings.push(
                Finding::new("pointer.invalid", format!("`{written}` is not a JSON pointer to an argument"))
                    .at(place)
                    .instead("a JSON pointer begins with `/`, for instance `/command` or `/files/*/path`"),
            );
            continue;
        };
        if let Some((other, same)) = before.iter().find(|(_, other)| other.overlaps(&spot)) {
            let reason = format!("`{written}` and `{}` (at `{other}`) name the same argument", same.written());
            findings.push(Finding::new("pointer.overlap", reason).at(place).instead("name every argument once"));
        }
        before.push((place, spot));
    }
    findings
}
