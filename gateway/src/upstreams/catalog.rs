//! The tools that a server offers, as the gateway needs to know them: to tell a tool that is not there from one that may
//! not be called, to hold their definitions against their pins, and to mirror arguments into headers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::json::Object;
use crate::mcp::mirror::{self, Mirrored};
use crate::pins;
use crate::policy::Definition;
use crate::secret::Digest;

/// How long a list is taken to be true when the server does not say that it changed.
const FRESH: Duration = Duration::from_secs(60);
/// How soon the server is asked again after a name that was not on the list.
const PAUSE: Duration = Duration::from_secs(1);

/// A tool as its server lists it.
#[derive(Debug)]
pub struct Tool {
    /// The arguments that travel in headers too.
    pub mirrored: Vec<Mirrored>,
    /// The whole definition.
    pub definition: Object,
    /// What the definition is pinned by.
    pub digest: Digest,
    /// What the law needs to know of it.
    pub shape: Definition,
}

#[derive(Debug, Default)]
pub(super) struct Catalog {
    listed: Mutex<Option<Listed>>,
}

#[derive(Debug)]
struct Listed {
    tools: HashMap<String, Arc<Tool>>,
    age: Stopwatch,
}

impl Tool {
    /// A tool and its name, from its definition.
    pub(super) fn read(definition: Object) -> Option<(String, Arc<Self>)> {
        let name = definition.text("name")?.to_owned();
        let mirrored = definition.get("inputSchema").map(mirror::mirrored).unwrap_or_default();
        let digest = pins::digest_of(&definition);
        let shape = Definition::read(&definition);
        Some((name, Arc::new(Self { mirrored, definition, digest, shape })))
    }
}

/// What the catalog says of a name.
pub(super) enum Found {
    /// It is there.
    Tool(Arc<Tool>),
    /// It is not there.
    Nothing,
    /// The list is old, or was never read: ask the server.
    Unsure,
}

impl Catalog {
    pub(super) fn find(&self, name: &str) -> Found {
        match &*self.listed.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(listed) if listed.age.elapsed() < FRESH => match listed.tools.get(name) {
                Some(tool) => Found::Tool(Arc::clone(tool)),
                None if listed.age.elapsed() < PAUSE => Found::Nothing,
                None => Found::Unsure,
            },
            _ => Found::Unsure,
        }
    }

    /// Takes in a whole list. A tool that is as it was stays the one that it was, with all that was made of it.
    pub(super) fn learn(&self, mut tools: HashMap<String, Arc<Tool>>) {
        let mut place = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = place.as_ref().map(|listed| &listed.tools);
        for (name, tool) in &mut tools {
            if let Some(before) = known.and_then(|known| known.get(name)).filter(|it| it.digest == tool.digest) {
                *tool = Arc::clone(before);
            }
        }
        *place = Some(Listed { tools, age: Stopwatch::start() });
    }

    /// The server says that its tools changed.
    pub(super) fn forget(&self) {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
