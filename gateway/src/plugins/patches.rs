//! Changes that a plugin asks for: few, small, each at its place, and read as strictly as whatever comes from outside.

use super::contract::words::types::Patch;
use super::document::{index, unescape};
use super::finding::{Finding, is_pointer};
use crate::json::{Limits, Object, Value, scan};

/// The most patches, and the most bytes that they may bring.
const PATCHES: usize = 64;
const BYTES: usize = 1 << 20;

/// Changes to a document, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patches(Vec<(String, Value)>);

impl Patches {
    /// Takes a plugin's patches if they keep to the contract; else says in what they do not.
    pub(super) fn read(told: Vec<Patch>) -> Result<Self, &'static str> {
        if told.is_empty() || told.len() > PATCHES {
            return Err("no patch at all, or more than 64");
        }
        if told.iter().map(|patch| patch.pointer.len() + patch.value_json.len()).sum::<usize>() > BYTES {
            return Err("patches of more than 1 MiB");
        }
        let read = |patch: Patch| {
            if !is_pointer(&patch.pointer) {
                return Err("a patch whose pointer is not a JSON pointer of at most 1 KiB");
            }
            let value = scan(patch.value_json.as_bytes(), &Limits::request(BYTES));
            Ok((patch.pointer, value.map_err(|_| "a patch whose value is not JSON")?))
        };
        told.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The document as patched; it stays an object. All of the patches are applied, or the finding says which cannot be.
    /// What comes of it is held against `limits`, like a document from outside.
    pub fn apply(&self, document: &Object, limits: impl FnOnce(usize) -> Limits) -> Result<Object, Finding> {
        let mut patched = Value::Object(document.clone());
        let before = patched.to_bytes().len();
        for (pointer, value) in &self.0 {
            put(&mut patched, pointer, value).ok_or_else(|| nowhere(pointer))?;
        }
        // What was fine alone may be too deep, or too much, together.
        let scanned = scan(&patched.to_bytes(), &limits(before + BYTES));
        match scanned {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(nowhere("")),
            Err(fault) => {
                Err(Finding::own("plugin.patch", format!("the plugin's patches make no document: {}", fault.kind)))
            }
        }
    }

    /// Where the changes are, and whether each puts a string there.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(pointer, value)| (pointer.as_str(), matches!(value, Value::String(_))))
    }
}

fn nowhere(pointer: &str) -> Finding {
    let mut finding = Finding::own("plugin.patch", "the plugin wants to change what is not there");
    finding.pointer = Some(super::finding::shown(pointer, 1 << 10));
    finding
}

/// Puts a value in its place; `None` where there is no such place.
fn put(document: &mut Value, pointer: &str, value: &Value) -> Option<()> {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        *document = value.clone();
        return Some(());
    };
    let mut place = document;
    for token in parent.split('/').skip(1) {
        let token = unescape(token)?;
        place = match place {
            Value::Object(members) => members.get_mut(&token)?,
            Value::Array(elements) => elements.get_mut(index(&token)?)?,
            _ => return None,
        };
    }
    let last = unescape(last)?;
    match place {
        Value::Object(members) => match members.get_mut(&last) {
            Some(member) => *member = value.clone(),
            None => members.insert(last, value.clone()),
        },
        Value::Array(elements) => *elements.get_mut(index(&last)?)? = value.clone(),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a":{"b":[1,{"c":null}]},"d/e":"x"}"#;

    fn patches(all: &[(&str, &str)]) -> Result<Patches, &'static str> {
        let patch =
            |(pointer, value): &(&str, &str)| Patch { pointer: (*pointer).to_owned(), value_json: (*value).to_owned() };
        Patches::read(all.iter().map(patch).collect())
    }

    fn check(all: &[(&str, &str)], expected: Option<&str>) {
        let document = scan(TEXT.as_bytes(), &Limits::request(1 << 10)).unwrap();
        let patched = patches(all).unwrap().apply(document.as_object().unwrap(), Limits::request);
        let patched = patched.ok().map(|members| String::from_utf8(members.to_bytes()).unwrap());
        assert_eq!(patched.as_deref(), expected, "{all:?}");
    }

    #[test]
    fn values_are_replaced_where_there_is_a_place() {
        check(&[("/a/b/1/c", "2")], Some(r#"{"a":{"b":[1,{"c":2}]},"d/e":"x"}"#));
        check(&[("/d~1e", "\"y\"")], Some(r#"{"a":{"b":[1,{"c":null}]},"d/e":"y"}"#));
        check(&[("/a/b", "0"), ("/a/f", "1.0")], Some(r#"{"a":{"b":0,"f":1.0},"d/e":"x"}"#));
        check(&[("", r#"{"only":1}"#)], Some(r#"{"only":1}"#));
        check(&[("/a/b/2", "0")], None);
        check(&[("/a/b/-", "0")], None);
        check(&[("/a/b/01", "0")], None);
        check(&[("/a/x/y", "0")], None);
        check(&[("/d~1e/z", "0")], None);
        check(&[("", "[]")], None);
        check(&[("/a/b", "0"), ("/a/b/0", "0")], None);
    }

    #[test]
    fn what_together_is_too_deep_is_refused() {
        let deep = format!("{}{}", "[".repeat(31), "]".repeat(31));
        check(&[("/d~1e", &deep)], Some(&format!(r#"{{"a":{{"b":[1,{{"c":null}}]}},"d/e":{deep}}}"#)));
        check(&[("/a/b", &deep)], None);
    }

    #[test]
    fn patches_keep_to_the_contract_or_are_none() {
        assert!(patches(&[]).is_err());
        assert!(patches(&[("/a", "1"); 64]).is_ok());
        assert!(patches(&[("/a", "1"); 65]).is_err());
        assert!(patches(&[("a", "1")]).is_err());
        assert!(patches(&[("/~2", "1")]).is_err());
        assert!(patches(&[("/a", "")]).is_err());
        assert!(patches(&[("/a", r#"{"b":1,"b":2}"#)]).is_err());
        assert!(patches(&[("/a", &format!("\"{}\"", "x".repeat(BYTES)))]).is_err());
    }
}
