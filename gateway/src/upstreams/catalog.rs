//! What a server offers, as the gateway needs to know it: to tell what is not there from what may not be called, to hold
//! definitions against their pins, to have plugins judge them, and to mirror arguments into headers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::call::List;
use crate::clock::Stopwatch;
use crate::json::Object;
use crate::mcp;
use crate::mcp::mirror::{self, Mirrored};
use crate::pins;
use crate::policy::Definition;
use crate::secret::Digest;

/// How long a list is taken to be true when the server does not say that it changed.
const FRESH: Duration = Duration::from_secs(60);
/// How soon the server is asked again after a name that was not on the list.
const PAUSE: Duration = Duration::from_secs(1);
/// How many templates of resources are looked at.
const TEMPLATES: usize = 256;

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

/// A template of resources as its server lists it.
#[derive(Debug)]
pub struct Template {
    /// The whole definition.
    pub definition: Object,
    /// What it stands for, made ready when first asked about; nothing where that cannot be told.
    ready: OnceLock<Option<mcp::Template>>,
}

/// Everything that a server offers, as far as it was asked for.
#[derive(Debug)]
pub(super) struct Catalogs {
    pub(super) tools: Catalog<Tool>,
    pub(super) resources: Catalog<Object>,
    pub(super) templates: Catalog<Template>,
    pub(super) prompts: Catalog<Object>,
}

/// One list of a server.
#[derive(Debug)]
pub(super) struct Catalog<T> {
    pub(super) list: List,
    read: fn(Object) -> Option<(String, T)>,
    is_the_same: fn(&T, &T) -> bool,
    /// How many items are kept.
    most: usize,
    listed: Mutex<Option<Listed<T>>>,
}

#[derive(Debug)]
struct Listed<T> {
    items: HashMap<String, Arc<T>>,
    age: Stopwatch,
}

impl Tool {
    /// A tool and its name, from its definition.
    pub(super) fn read(definition: Object) -> Option<(String, Self)> {
        let name = definition.text("name")?.to_owned();
        let mirrored = definition.get("inputSchema").map(mirror::mirrored).unwrap_or_default();
        let digest = pins::digest_of(&definition);
        let shape = Definition::read(&definition);
        Some((name, Self { mirrored, definition, digest, shape }))
    }
}

impl Template {
    fn read(definition: Object) -> Option<(String, Self)> {
        let text = definition.text("uriTemplate")?.to_owned();
        Some((text, Self { definition, ready: OnceLock::new() }))
    }

    /// Whether an address may have been made of it.
    pub(super) fn fits(&self, uri: &str) -> bool {
        let ready = self.ready.get_or_init(|| mcp::Template::read(self.definition.text("uriTemplate")?));
        ready.as_ref().is_some_and(|template| template.fits(uri))
    }
}

/// What the catalog says of a name.
pub(super) enum Found<T> {
    /// It is there.
    Item(Arc<T>),
    /// It is not there.
    Nothing,
    /// The list is old, or was never read: ask the server.
    Unsure,
}

impl Default for Catalogs {
    fn default() -> Self {
        Self {
            tools: Catalog::of(List::Tools, Tool::read, |one, other| one.digest == other.digest),
            resources: Catalog::of(List::Resources, |item| by("uri", item), Object::eq),
            templates: Catalog { most: TEMPLATES, ..Catalog::of(List::Templates, Template::read, Template::eq) },
            prompts: Catalog::of(List::Prompts, |item| by("name", item), Object::eq),
        }
    }
}

/// An item, and the name that stands in this member.
fn by(member: &str, item: Object) -> Option<(String, Object)> {
    Some((item.text(member)?.to_owned(), item))
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl<T> Catalog<T> {
    fn of(list: List, read: fn(Object) -> Option<(String, T)>, is_the_same: fn(&T, &T) -> bool) -> Self {
        Self { list, read, is_the_same, most: usize::MAX, listed: Mutex::new(None) }
    }

    pub(super) fn find(&self, name: &str) -> Found<T> {
        self.with(|listed| match listed {
            Some(listed) if listed.age.elapsed() < FRESH => match listed.items.get(name) {
                Some(item) => Found::Item(Arc::clone(item)),
                None if listed.age.elapsed() < PAUSE => Found::Nothing,
                None => Found::Unsure,
            },
            _ => Found::Unsure,
        })
    }

    /// The items that fit; `None` where the list is old, or may lack one: ask the server.
    pub(super) fn find_all(&self, fits: impl Fn(&T) -> bool) -> Option<Vec<Arc<T>>> {
        self.with(|listed| {
            let listed = listed.as_ref().filter(|listed| listed.age.elapsed() < FRESH)?;
            let found: Vec<_> = listed.items.values().filter(|item| fits(item)).map(Arc::clone).collect();
            (!found.is_empty() || listed.age.elapsed() < PAUSE).then_some(found)
        })
    }

    /// An item as it was listed last, however long ago.
    pub(super) fn recall(&self, name: &str) -> Option<Arc<T>> {
        self.with(|listed| listed.as_ref()?.items.get(name).cloned())
    }

    /// Takes in a whole list. An item that is as it was stays the one that it was, with all that was made of it.
    pub(super) fn learn(&self, definitions: Vec<Object>) {
        let read = definitions.into_iter().filter_map(self.read).take(self.most);
        let mut items: HashMap<String, Arc<T>> = read.map(|(name, item)| (name, Arc::new(item))).collect();
        self.with(|place| {
            let known = place.as_ref().map(|listed| &listed.items);
            for (name, item) in &mut items {
                let before = known.and_then(|known| known.get(name));
                if let Some(before) = before.filter(|before| (self.is_the_same)(before, item)) {
                    *item = Arc::clone(before);
                }
            }
            *place = Some(Listed { items, age: Stopwatch::start() });
        });
    }

    /// The server says that its list changed.
    pub(super) fn forget(&self) {
        self.with(|listed| *listed = None);
    }

    fn with<R>(&self, work: impl FnOnce(&mut Option<Listed<T>>) -> R) -> R {
        work(&mut self.listed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
