//! The document as a tree in memory: members in their order, numbers as they were written.

use super::{Kind, Leaf, Side, TooMany, Value};
use crate::pointer;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

#[derive(Debug)]
pub(super) struct Json<'a> {
    node: Cow<'a, Node>,
}

#[derive(Debug, Clone)]
struct Node {
    raw: String,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    Null,
    Boolean(bool),
    Number,
    Text(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Json<'static> {
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let node = Node::parse(serde_json::from_str(text)?)?;
        Ok(Self { node: Cow::Owned(node) })
    }
}

impl Json<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self.node.shape {
            Shape::Null => Kind::Null,
            Shape::Boolean(_) => Kind::Boolean,
            Shape::Number => Kind::Number,
            Shape::Text(_) => Kind::Text,
            Shape::Array(_) => Kind::Array,
            Shape::Object(_) => Kind::Object,
        }
    }

    pub(super) fn value(&self) -> Value {
        self.node.value()
    }

    pub(super) fn len(&self) -> u32 {
        match self.value() {
            Value::Array(len) | Value::Object(len) => len,
            _ => 0,
        }
    }

    pub(super) fn at(&self, pointer: &str) -> Option<Json<'_>> {
        let node = Cow::Borrowed(self.node.at(pointer)?);
        Some(Json { node })
    }

    pub(super) fn keys(&self, max: u32) -> Result<Vec<String>, TooMany> {
        match &self.node.shape {
            Shape::Object(members) => at_most(max, members.iter().map(|(name, _)| name.clone()).collect()),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) fn select(&self, pointers: &[&str]) -> Vec<Option<Value>> {
        pointers.iter().map(|pointer| self.node.at(pointer).map(Node::value)).collect()
    }

    pub(super) fn strings(&self, max: u32) -> Result<Vec<Leaf>, TooMany> {
        let mut leaves = Vec::new();
        self.node.gather("", &mut leaves);
        at_most(max, leaves)
    }

    pub(super) fn raw(&self) -> String {
        self.node.raw.clone()
    }
}

impl Node {
    /// Looks at the first character only: the rest was found well-formed when it became raw.
    fn parse(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        let shape = match text.as_bytes().first() {
            Some(b'n') => Shape::Null,
            Some(b't') => Shape::Boolean(true),
            Some(b'f') => Shape::Boolean(false),
            Some(b'"') => Shape::Text(serde_json::from_str(text)?),
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                Shape::Array(elements.into_iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let parse = |(name, raw)| Ok((name, Self::parse(raw)?));
                Shape::Object(members.into_iter().map(parse).collect::<Result<_, serde_json::Error>>()?)
            }
            _ => Shape::Number,
        };
        Ok(Self { raw: text.to_owned(), shape })
    }

    fn value(&self) -> Value {
        let len = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        match &self.shape {
            Shape::Null => Value::Null,
            Shape::Boolean(value) => Value::Boolean(*value),
            Shape::Number => Value::Number(self.raw.clone()),
            Shape::Text(text) => Value::Text(text.clone()),
            Shape::Array(elements) => Value::Array(len(elements.len())),
            Shape::Object(members) => Value::Object(len(members.len())),
        }
    }

    fn at(&self, pointer: &str) -> Option<&Self> {
        pointer::parse(pointer)?.iter().try_fold(self, |node, token| match &node.shape {
            Shape::Array(elements) => elements.get(index(token)?),
            Shape::Object(members) => members.iter().find(|(name, _)| name == token).map(|(_, node)| node),
            _ => None,
        })
    }

    fn gather(&self, place: &str, leaves: &mut Vec<Leaf>) {
        match &self.shape {
            Shape::Text(text) => leaves.push(leaf(place, Side::Value, text)),
            Shape::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.gather(&pointer::join(place, &index.to_string()), leaves);
                }
            }
            Shape::Object(members) => {
                for (name, member) in members {
                    let place = pointer::join(place, name);
                    leaves.push(leaf(&place, Side::Key, name));
                    member.gather(&place, leaves);
                }
            }
            Shape::Null | Shape::Boolean(_) | Shape::Number => {}
        }
    }
}

/// Members in their order, which a map would lose.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// An array index by RFC 6901: no sign, no leading zero.
fn index(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| plain)
}

fn leaf(pointer: &str, side: Side, text: &str) -> Leaf {
    Leaf { pointer: pointer.to_owned(), side, text: text.to_owned() }
}

fn at_most<T>(max: u32, items: Vec<T>) -> Result<Vec<T>, TooMany> {
    match u32::try_from(items.len()) {
        Ok(found) if found <= max => Ok(items),
        found => Err(TooMany { found: found.unwrap_or(u32::MAX) }),
    }
}
