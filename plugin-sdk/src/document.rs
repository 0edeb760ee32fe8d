//! The judged document: lent by the gateway, asked for piece by piece.
//!
//! Within a plugin it is a handle, and every question goes to the gateway, which parsed the document once. In the
//! author's own tests it is a tree in memory, made by [`Document::parse`]. Both answer alike.

#[cfg(not(target_family = "wasm"))]
mod memory;

use crate::Number;
#[cfg(target_family = "wasm")]
use crate::component::Json;
#[cfg(not(target_family = "wasm"))]
use memory::Json;

/// One value of the document. Pointers are JSON pointers relative to it; a pointer that is malformed or leads nowhere
/// finds nothing.
#[derive(Debug)]
pub struct Document<'a> {
    json: Json<'a>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A value as far as it can be told without following it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, exactly as it was written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array, and how many elements it has.
    Array(u32),
    /// An object, and how many members it has.
    Object(u32),
}

/// On which side of the colon a string stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The string is a member's name.
    Key,
    /// The string is a value.
    Value,
}

/// One string of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where: the pointer of the value, or, for a key, of the member that it names.
    pub pointer: String,
    /// Key or value.
    pub side: Side,
    /// The string, unescaped.
    pub text: String,
}

/// The answer would have been longer than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// How many there are.
    pub found: u32,
}

impl<'a> Document<'a> {
    #[cfg(target_family = "wasm")]
    pub(crate) fn new(json: Json<'a>) -> Self {
        Self { json }
    }

    /// What the value is.
    pub fn kind(&self) -> Kind {
        self.json.kind()
    }

    /// The value itself, where it is a scalar; else how many elements or members it has.
    pub fn value(&self) -> Value {
        self.json.value()
    }

    /// How many elements or members the value has; 0 for a scalar.
    pub fn len(&self) -> u32 {
        self.json.len()
    }

    /// Whether the value has no elements and no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `pointer`.
    pub fn at(&self, pointer: &str) -> Option<Document<'_>> {
        self.json.at(pointer).map(|json| Document { json })
    }

    /// The string at `pointer`; none where there is none, or something else.
    pub fn text(&self, pointer: &str) -> Option<String> {
        match self.select(&[pointer]).pop()?? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number at `pointer`, exactly; none where there is none, or something else.
    pub fn number(&self, pointer: &str) -> Option<Number> {
        match self.select(&[pointer]).pop()?? {
            Value::Number(text) => Number::parse(&text),
            _ => None,
        }
    }

    /// The `true` or `false` at `pointer`; none where there is none, or something else.
    pub fn boolean(&self, pointer: &str) -> Option<bool> {
        match self.select(&[pointer]).pop()?? {
            Value::Boolean(truth) => Some(truth),
            _ => None,
        }
    }

    /// The strings of the array at `pointer`; none where there is none, where it has more than `max` elements, or where
    /// one of them is no string.
    ///
    /// ```
    /// use doorward_plugin::Document;
    ///
    /// let arguments = Document::parse(r#"{"hosts": ["web-1", "web-2"], "ports": [80]}"#).unwrap();
    /// assert_eq!(arguments.texts("/hosts", 16), Some(vec!["web-1".to_owned(), "web-2".to_owned()]));
    /// assert_eq!(arguments.texts("/hosts", 1), None);
    /// assert_eq!(arguments.texts("/ports", 16), None);
    /// ```
    pub fn texts(&self, pointer: &str, max: u32) -> Option<Vec<String>> {
        let [Some(Value::Array(len))] = self.select(&[pointer])[..] else { return None };
        if len > max {
            return None;
        }
        let places: Vec<String> = (0..len).map(|index| format!("{pointer}/{index}")).collect();
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let text = |value| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        self.select(&places).into_iter().map(text).collect()
    }

    /// The names of the members, in the order of the document; none where the value is not an object.
    pub fn keys(&self, max: u32) -> Result<Vec<String>, TooMany> {
        self.json.keys(max)
    }

    /// The values at the pointers, one answer for each, for the price of one question.
    pub fn select(&self, pointers: &[&str]) -> Vec<Option<Value>> {
        self.json.select(pointers)
    }

    /// Every string at any depth, names of members included, in the order of the document.
    pub fn strings(&self, max: u32) -> Result<Vec<Leaf>, TooMany> {
        self.json.strings(max)
    }

    /// The value as one JSON text.
    pub fn raw(&self) -> String {
        self.json.raw()
    }
}

#[cfg(not(target_family = "wasm"))]
impl Document<'static> {
    /// A document in memory, for tests. Not as strict as the gateway: it takes duplicate keys and lets the first one
    /// win.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        Json::parse(text).map(|json| Self { json })
    }
}

#[cfg(test)]
mod tests;
