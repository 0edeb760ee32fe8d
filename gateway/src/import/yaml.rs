//! YAML as the tree that readers of JSON with comments know, every value with its place.
//!
//! The grammar is the `serde-saphyr` crate's. Its bounds are set here, so that a small file of anchors and aliases cannot
//! become a large tree. Words are read as the first Intercept read them: `yes` and `on` are texts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Location, Spanned};

use crate::json::commented::{Entry, Kind, Node, Report, Span};

/// The largest file, in bytes.
pub(super) const LARGEST: usize = 4 << 20;
/// How deep values may lie in each other.
const DEEPEST: usize = 32;
/// How many values there may be, those that aliases repeat included.
const VALUES: usize = 200_000;
/// How many anchors and aliases there may be.
const ALIASES: usize = 1000;

/// Reads a whole file; a text that is no YAML, or too much of it, is a finding.
pub(super) fn read(report: &mut Report) -> Option<Node> {
    let text = report.source().text.clone();
    if text.len() > LARGEST {
        report.error(0..1, format!("the file is larger than {LARGEST} bytes"), None);
        return None;
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 2 * VALUES,
            max_nodes: VALUES,
            max_depth: DEEPEST,
            max_anchors: ALIASES,
            max_aliases: ALIASES,
            max_recorded_anchor_events: VALUES,
            max_recorded_anchor_bytes: LARGEST,
            max_total_scalar_bytes: LARGEST,
            max_merge_keys: ALIASES,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: VALUES,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Spanned<Tree>>(&text, options) {
        Ok(tree) => Some(node(tree, &text)),
        Err(error) => {
            let span = error.location().map_or(0..1, |location| span_of(&location, &text));
            let reason = error.without_snippet().to_string();
            let reason = reason.lines().next().unwrap_or_default();
            report.error(span, format!("no valid YAML: {reason}"), None);
            None
        }
    }
}

enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Spanned<Tree>>),
    Object(Vec<(Spanned<Key>, Spanned<Tree>)>),
}

/// A member's name. A number may be one, as in `8080: …`.
struct Key(String);

struct Trees;

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Trees)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl<'de> Visitor<'de> for Trees {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON knows")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree, E> {
        // The shortest text that is this double: Intercept knew numbers as doubles.
        if number.is_finite() {
            Ok(Tree::Number(number.to_string()))
        } else {
            Err(E::custom("a number must be finite"))
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Tree::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(Tree::Object(all))
    }
}

fn node(tree: Spanned<Tree>, text: &str) -> Node {
    let span = span_of(&tree.referenced, text);
    let kind = match tree.value {
        Tree::Null => Kind::Null,
        Tree::Bool(truth) => Kind::Bool(truth),
        Tree::Number(number) => Kind::Number(number),
        Tree::Text(text) => Kind::Text(text),
        Tree::Array(elements) => Kind::Array(elements.into_iter().map(|element| node(element, text)).collect()),
        Tree::Object(members) => {
            let entry = |(key, value): (Spanned<Key>, Spanned<Tree>)| {
                let span = span_of(&key.referenced, text);
                Entry { name: key.value.0, span, node: node(value, text) }
            };
            Kind::Object(members.into_iter().map(entry).collect())
        }
    };
    Node { span, kind }
}

/// The bytes of a place; where the parser knows only its beginning, the first character.
fn span_of(location: &Location, text: &str) -> Span {
    let bytes = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
    let start = bytes(location.span().byte_offset()).filter(|start| text.is_char_boundary(*start)).unwrap_or_default();
    let first = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let end = bytes(location.span().byte_len()).map_or(start, |length| start.saturating_add(length));
    if end > start && text.is_char_boundary(end) { start..end } else { start..start + first }
}
