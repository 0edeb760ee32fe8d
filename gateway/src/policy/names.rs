//! Names that a policy gives things by: exact ones, and globs for many. Of all that fit, the most specific wins: an exact
//! name before a glob, a longer beginning before a shorter one, and what was written first before the rest.
//!
//! Only `*` is special. In names it stands for any text; in addresses it does not cross `/`, which `**` does.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use globset::{GlobBuilder, GlobMatcher};

/// What `*` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Star {
    /// Any text.
    Anything,
    /// Any text without `/`.
    Segment,
}

/// Things by name.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    things: Vec<T>,
    exact: HashMap<String, usize>,
    /// The most specific first.
    globs: Vec<(Glob, usize)>,
}

/// Names without anything to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    all: bool,
    exact: HashSet<String>,
    globs: Vec<Glob>,
}

/// A name with `*` in it.
#[derive(Clone, Debug)]
struct Glob {
    /// What stands before the first `*`.
    beginning: String,
    matcher: GlobMatcher,
}

/// A pattern that does not compile: it is too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Whether a name is one for many.
pub(super) fn is_glob(name: &str) -> bool {
    name.contains('*')
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { things: Vec::new(), exact: HashMap::new(), globs: Vec::new() }
    }
}

impl<T> Table<T> {
    /// A table of things in the order in which they were written.
    pub(super) fn new(written: Vec<(String, T)>, star: Star) -> Result<Self, TooLong> {
        let mut table = Self::default();
        for (place, (name, thing)) in written.into_iter().enumerate() {
            if is_glob(&name) {
                table.globs.push((Glob::new(&name, star)?, place));
            } else {
                table.exact.insert(name, place);
            }
            table.things.push(thing);
        }
        table.globs.sort_by_key(|(glob, place)| (Reverse(glob.beginning.len()), *place));
        Ok(table)
    }

    /// The thing that is meant by a name.
    pub(super) fn find(&self, name: &str) -> Option<&T> {
        let place = self.exact.get(name).copied().or_else(|| {
            let fits = |(glob, _): &&(Glob, usize)| glob.fits(name);
            self.globs.iter().find(fits).map(|(_, place)| *place)
        })?;
        self.things.get(place)
    }

    /// Gives the thing of an exact name another one. `None` if there is no such thing.
    pub(super) fn call_also(&mut self, name: &str, other: String) -> Option<()> {
        let place = *self.exact.get(name)?;
        self.exact.insert(other, place);
        Some(())
    }

    /// Whether there is an entry of exactly this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.exact.contains_key(name)
    }

    /// The exact names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.exact.keys().map(String::as_str)
    }

    /// Everything in it, in the order in which it was written.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.iter()
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.things.is_empty()
    }
}

impl Names {
    /// Takes in a name or a glob.
    pub(super) fn add(&mut self, name: &str) -> Result<(), TooLong> {
        match name {
            "*" => self.all = true,
            name if is_glob(name) => self.globs.push(Glob::new(name, Star::Anything)?),
            name => drop(self.exact.insert(name.to_owned())),
        }
        Ok(())
    }

    /// Whether a name is among them.
    pub(super) fn hold(&self, name: &str) -> bool {
        self.all || self.exact.contains(name) || self.globs.iter().any(|glob| glob.fits(name))
    }

    /// Whether every name is.
    pub(super) fn hold_all(&self) -> bool {
        self.all
    }

    /// Whether none is.
    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.exact.is_empty() && self.globs.is_empty()
    }
}

impl Glob {
    fn new(text: &str, star: Star) -> Result<Self, TooLong> {
        let plain = text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]");
        let plain = plain.replace('{', r"\{").replace('}', r"\}").replace('?', r"\?");
        let glob = GlobBuilder::new(&plain).literal_separator(star == Star::Segment).backslash_escape(true).build();
        let matcher = glob.map_err(|_| TooLong)?.compile_matcher();
        Ok(Self { beginning: text.split('*').next().unwrap_or_default().to_owned(), matcher })
    }

    fn fits(&self, name: &str) -> bool {
        name.starts_with(&self.beginning) && self.matcher.is_match(name)
    }
}

/// Whether readers may take an address for another one: it goes up or stays in place by `..` or `.`, in whatever
/// spelling, or its scheme is not written as schemes are.
pub(super) fn is_ambiguous(uri: &str) -> bool {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let plain = path.to_ascii_lowercase().replace("%2e", ".");
    let scheme = uri.split(':').next().unwrap_or_default();
    plain.contains(['\\', '\0'])
        || plain.contains("%2f")
        || plain.contains("%5c")
        || plain.contains("%00")
        || plain.split('/').any(|segment| matches!(segment, "." | ".."))
        || uri.chars().any(char::is_control)
        || scheme.chars().any(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests;
