//! Tool pins: the definitions of tools as somebody approved them.
//!
//! A pin is the SHA-256 of a whole definition, every member that the server lists: a change of any of them can change what an
//! agent makes of the tool. The order of members says nothing, so they are sorted; the order of elements does. A tool may
//! have several pins, for servers that are being rolled out. Pure: who reads files and asks servers is somebody else.

mod difference;
mod file;

use std::collections::BTreeMap;

use crate::json::{Object, Value};
use crate::secret::Digest;

use difference::differences;

pub use difference::Difference;
pub use file::{load, to_text};

/// The pinned definitions of a server's tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    tools: BTreeMap<String, Vec<Pinned>>,
}

/// A definition that was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pinned {
    digest: Digest,
    definition: Object,
}

/// How a tool stands to its pins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its definition was approved.
    Pinned,
    /// Others were approved, and this one was not.
    Changed,
    /// Nobody has approved any.
    Unpinned,
}

/// The digest of a definition.
pub fn digest_of(definition: &Object) -> Digest {
    Digest::of(&definition.sorted().to_bytes())
}

impl Pins {
    /// How a tool with a definition of this digest stands.
    pub fn standing(&self, tool: &str, digest: Digest) -> Standing {
        match self.tools.get(tool) {
            None => Standing::Unpinned,
            Some(pinned) if pinned.iter().any(|pinned| pinned.digest == digest) => Standing::Pinned,
            Some(_) => Standing::Changed,
        }
    }

    /// The definition that was pinned last for a tool, and its digest.
    pub fn newest(&self, tool: &str) -> Option<(&Object, Digest)> {
        self.tools.get(tool)?.last().map(|pinned| (&pinned.definition, pinned.digest))
    }

    /// Whether there is a pin for a tool.
    pub fn has(&self, tool: &str) -> bool {
        self.tools.contains_key(tool)
    }

    /// How a definition differs from the one that was pinned last; nothing if it is pinned, or no pin is there.
    pub fn differences(&self, tool: &str, definition: &Object) -> Vec<Difference> {
        let Some([.., last]) = self.tools.get(tool).map(Vec::as_slice) else { return Vec::new() };
        if self.standing(tool, digest_of(definition)) == Standing::Pinned {
            return Vec::new();
        }
        differences(&last.definition, &definition.sorted())
    }

    /// The definitions that are pinned for a tool.
    pub fn definitions(&self, tool: &str) -> impl Iterator<Item = &Object> {
        self.tools.get(tool).into_iter().flatten().map(|pinned| &pinned.definition)
    }

    /// The tools that have pins.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        self.tools.keys().map(String::as_str)
    }

    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// Pins a definition in the place of all that were pinned for its tool.
    pub fn replace(&mut self, tool: &str, definition: &Object) {
        self.tools.insert(tool.to_owned(), vec![Pinned::new(definition)]);
    }

    /// Pins a definition beside those that are pinned for its tool.
    pub fn add(&mut self, tool: &str, definition: &Object) {
        let (all, pinned) = (self.tools.entry(tool.to_owned()).or_default(), Pinned::new(definition));
        if !all.contains(&pinned) {
            all.push(pinned);
        }
    }

    /// The digest of all pins together.
    pub fn digest(&self) -> Digest {
        let mut lines = String::new();
        for (tool, pinned) in &self.tools {
            lines.push_str(&String::from_utf8_lossy(&Value::from(tool.as_str()).to_bytes()));
            for pinned in pinned {
                lines.push_str(&format!(" {}", pinned.digest));
            }
            lines.push('\n');
        }
        Digest::of(lines.as_bytes())
    }
}

impl Pinned {
    fn new(definition: &Object) -> Self {
        let definition = definition.sorted();
        Self { digest: Digest::of(&definition.to_bytes()), definition }
    }
}

#[cfg(test)]
mod tests;
