//! Facts: what the answers to calls told, kept for a session under a name and a key. However much is told, little is
//! kept, and what is not kept is not known rather than not so.

use std::collections::BTreeMap;

use crate::json::{Object, Value};

use super::Remembered;

/// How many facts are kept, and how many bytes of names, keys and values, as JSON writes them.
const MOST: usize = 1024;
const BYTES: usize = 64 << 10;
/// The longest key, and the largest value, in bytes.
const KEY: usize = 256;
const VALUE: usize = 4 << 10;

/// What is remembered, by name and key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    by_name: BTreeMap<String, BTreeMap<String, Fact>>,
    count: usize,
    bytes: usize,
    /// Whether something was to be remembered for which there was no room.
    full: bool,
}

/// What is remembered under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fact {
    /// This, and whether a record leaves it out.
    Known { value: Value, private: bool },
    /// Two values that contradict each other, or one that could not be told, so that nothing can be.
    Disputed,
}

/// What memory says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recall<'f> {
    /// This, and whether a record leaves it out.
    Known { value: &'f Value, private: bool },
    /// Nothing was remembered.
    Nothing,
    /// It cannot be told.
    Unknown,
}

impl Facts {
    /// Remembers a fact. A second value that differs, or that could not be told, makes it disputed, for good.
    pub fn remember(&mut self, told: Remembered) {
        let Remembered { fact: name, key, value, private } = told;
        if key.len() > KEY {
            return;
        }
        let value = value.filter(|value| size(value) <= VALUE);
        let fact = value.map_or(Fact::Disputed, |value| Fact::Known { value, private });
        if let Some(known) = self.by_name.get_mut(&name).and_then(|keys| keys.get_mut(&key)) {
            known.compare(&fact);
            return;
        }
        let bytes = size(&name.as_str().into()) + size(&key.as_str().into()) + fact.size();
        if self.count >= MOST || self.bytes + bytes > BYTES {
            self.full = true;
            return;
        }
        self.count += 1;
        self.bytes += bytes;
        self.by_name.entry(name).or_default().insert(key, fact);
    }

    /// Whether something could not be remembered because there is no room for more.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// What is remembered under a name and a key. Where something found no room, it may have been that.
    pub(super) fn recall(&self, name: &str, key: &str) -> Recall<'_> {
        match self.by_name.get(name).and_then(|keys| keys.get(key)) {
            Some(Fact::Known { value, private }) => Recall::Known { value, private: *private },
            Some(Fact::Disputed) => Recall::Unknown,
            None if self.full || key.len() > KEY => Recall::Unknown,
            None => Recall::Nothing,
        }
    }

    /// Everything that is known, for others than rules: each name, and an object of its keys in their order. What is
    /// disputed is left out.
    pub fn known(&self) -> impl Iterator<Item = (&str, Value)> {
        self.by_name.iter().filter_map(|(name, keys)| {
            let mut known = Object::new();
            for (key, fact) in keys {
                if let Fact::Known { value, .. } = fact {
                    known.insert(key.as_str(), value.clone());
                }
            }
            (!known.is_empty()).then(|| (name.as_str(), known.into()))
        })
    }
}

impl Fact {
    /// Holds it against what was told again. What was left out of a record once stays so.
    fn compare(&mut self, again: &Self) {
        match (&mut *self, again) {
            (Self::Known { value, private }, Self::Known { value: other, private: also }) if value == other => {
                *private |= also;
            }
            _ => *self = Self::Disputed,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Known { value, .. } => size(value),
            Self::Disputed => 0,
        }
    }
}

/// How many bytes a value has as JSON.
fn size(value: &Value) -> usize {
    value.to_bytes().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, value: Option<Value>) -> Remembered {
        Remembered { fact: "host".to_owned(), key: key.to_owned(), value, private: false }
    }

    fn facts(all: &[(&str, Option<&str>)]) -> Facts {
        let mut facts = Facts::default();
        all.iter().for_each(|(key, value)| facts.remember(told(key, value.map(Value::from))));
        facts
    }

    fn known(value: &Value) -> Recall<'_> {
        Recall::Known { value, private: false }
    }

    #[test]
    fn what_differs_from_what_is_known_makes_it_disputed_for_good() {
        let (a, b) = (Some("a"), Some("b"));
        let value = Value::from("a");
        for (values, want) in [
            (vec![a], known(&value)),
            (vec![a, a], known(&value)),
            (vec![a, b], Recall::Unknown),
            (vec![a, b, a, a], Recall::Unknown),
            (vec![a, None, a], Recall::Unknown),
            (vec![None, a], Recall::Unknown),
            (vec![], Recall::Nothing),
        ] {
            let all: Vec<(&str, Option<&str>)> = values.iter().map(|value| ("c1", *value)).collect();
            assert_eq!(facts(&all).recall("host", "c1"), want, "{values:?}");
        }
        assert_eq!(facts(&[("c1", a), ("c2", b)]).recall("host", "c1"), known(&value));
        assert_eq!(facts(&[("c1", a)]).recall("port", "c1"), Recall::Nothing);
    }

    #[test]
    fn what_is_too_long_is_not_known() {
        let long = "x".repeat(KEY + 1);
        let facts = facts(&[(&long, Some("a")), ("c1", Some(&"v".repeat(VALUE)))]);
        assert_eq!(facts.recall("host", &long), Recall::Unknown);
        assert_eq!(facts.recall("host", "c1"), Recall::Unknown);
        assert!(!facts.is_full());
    }

    #[test]
    fn memory_has_bounds_and_beyond_them_nothing_is_known_to_be_missing() {
        let value = "v".repeat(VALUE - 2);
        for (value, fits) in [("v", MOST), (value.as_str(), 15)] {
            let mut facts = Facts::default();
            for n in 0..2 * MOST {
                assert_eq!(facts.is_full(), n > fits, "{n}");
                facts.remember(told(&n.to_string(), Some(value.into())));
            }
            assert_eq!(facts.recall("host", "0"), known(&value.into()));
            assert_eq!(facts.recall("host", &fits.to_string()), Recall::Unknown);
            assert_eq!(facts.recall("host", "never"), Recall::Unknown);
            assert_eq!(facts.recall("port", "0"), Recall::Unknown);
            // What is there can still be disputed.
            facts.remember(told("0", Some("other".into())));
            assert_eq!(facts.recall("host", "0"), Recall::Unknown);
            let written: usize = facts.known().map(|(_, value)| size(&value)).sum();
            assert!(written < BYTES + 4 * MOST, "{written}");
        }
    }

    #[test]
    fn what_a_record_left_out_once_it_leaves_out_for_good() {
        for privacies in [[false, true], [true, false]] {
            let mut facts = Facts::default();
            privacies
                .into_iter()
                .for_each(|private| facts.remember(Remembered { private, ..told("c1", Some(1u64.into())) }));
            assert_eq!(facts.recall("host", "c1"), Recall::Known { value: &1u64.into(), private: true });
        }
    }

    #[test]
    fn what_is_disputed_is_not_told() {
        let facts = facts(&[("c2", Some("b")), ("c1", Some("a")), ("c3", Some("c")), ("c3", Some("d"))]);
        let known: Vec<(&str, Value)> = facts.known().collect();
        assert_eq!(known, [("host", Value::from([("c1", "a".into()), ("c2", "b".into())]))]);
        let mut disputed = Facts::default();
        disputed.remember(told("c1", None));
        assert_eq!(disputed.known().count(), 0);
    }
}
