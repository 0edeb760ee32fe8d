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

#[cfg(test)]
mod tests {
    use crate::rule::{Kind, Style};
    use doorward_plugin::Document;
    use serde::de::DeserializeOwned;

    /// Reads every word that the schema lists at the place.
    fn check<T: DeserializeOwned>(place: &str) {
        let schema = Document::parse(include_str!("settings.schema.json")).expect("the schema is JSON");
        let words: Vec<_> = (0..).map_while(|index| schema.text(&format!("{place}/{index}"))).collect();
        assert!(words.len() > 2, "{place}");
        for word in words {
            assert!(serde_json::from_str::<T>(&format!("\"{word}\"")).is_ok(), "`{word}` is not read");
        }
    }

    #[test]
    fn every_kind_and_style_of_the_schema_is_read() {
        check::<Kind>("/$defs/kind/oneOf/0/enum");
        check::<Style>("/$defs/rule/properties/style/enum");
        for kind in
            [r#"{"one_of": "a b"}"#, r#"{"each": "a b"}"#, r#"{"phrase": "a b | c _"}"#, r#"{"between": [1, 5]}"#]
        {
            assert!(serde_json::from_str::<Kind>(kind).is_ok(), "{kind}");
        }
    }
}
