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
    use serde_json::Value;

    #[test]
    fn every_kind_and_style_of_the_schema_is_read() {
        let schema: Value = serde_json::from_str(include_str!("settings.schema.json")).expect("the schema is JSON");
        let named = |pointer: &str| {
            let words = schema.pointer(pointer).and_then(Value::as_array).expect("the schema lists them").clone();
            assert!(words.len() > 2, "{pointer}");
            words
        };
        for kind in named("/$defs/kind/oneOf/0/enum") {
            serde_json::from_value::<Kind>(kind.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        }
        for style in named("/$defs/rule/properties/style/enum") {
            serde_json::from_value::<Style>(style.clone()).unwrap_or_else(|error| panic!("{style}: {error}"));
        }
        for kind in [r#"{"one_of": "a b"}"#, r#"{"each": "a b"}"#, r#"{"between": [1, 5]}"#] {
            serde_json::from_str::<Kind>(kind).unwrap_or_else(|error| panic!("{kind}: {error}"));
        }
    }
}
