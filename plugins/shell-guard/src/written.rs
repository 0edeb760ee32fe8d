//! Reads rules from the settings into the form in which the profiles have theirs.
//!
//! What is read is leaked: an instance reads its settings once and lives no longer than what they say, and the rules of
//! the profiles are constants.

use crate::rule::Kind;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

pub(crate) fn words<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    Ok(String::deserialize(from)?.leak())
}

pub(crate) fn groups<'de, D: Deserializer<'de>>(from: D) -> Result<&'static [&'static str], D::Error> {
    let groups = Vec::<String>::deserialize(from)?;
    Ok(groups.into_iter().map(|group| &*group.leak()).collect::<Vec<_>>().leak())
}

/// `{"-n --lines": "count"}`
pub(crate) fn valued<'de, D: Deserializer<'de>>(from: D) -> Result<&'static [(&'static str, Kind)], D::Error> {
    from.deserialize_map(FlagsAndKinds)
}

/// `{"kind": "text", "instead": "-e"}`
pub(crate) fn first<'de, D: Deserializer<'de>>(from: D) -> Result<Option<(Kind, &'static str)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct First {
        kind: Kind,
        #[serde(default)]
        instead: String,
    }
    let first = First::deserialize(from)?;
    Ok(Some((first.kind, first.instead.leak())))
}

struct FlagsAndKinds;

impl<'de> Visitor<'de> for FlagsAndKinds {
    type Value = &'static [(&'static str, Kind)];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of flags and the kinds of their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some((flags, kind)) = map.next_entry::<String, Kind>()? {
            all.push((&*flags.leak(), kind));
        }
        Ok(all.leak())
    }
}
