//! Names that a policy gives things by: exact ones, and globs for many. Of all that fit, the most specific wins: an exact
//! name before a glob, a longer beginning before a shorter one, and what was written first before the rest.
//!
//! Only `*` is special. In names it stands for any text; in addresses it does not cross `/`, which `**` does. Globs are
//! found by how they begin, so that finding one takes no longer where there are many.

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
    globs: Globs<usize>,
}

/// Names without anything to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    all: bool,
    exact: HashSet<String>,
    globs: Globs<()>,
}

/// Names with `*` in them, and what each is for, by what stands before the first `*`.
#[derive(Clone, Debug)]
struct Globs<T> {
    /// In the order in which they were written.
    by_beginning: HashMap<String, Vec<Glob<T>>>,
    /// How long the beginnings are, the longest first.
    lengths: Vec<usize>,
}

/// One of them.
#[derive(Clone, Debug)]
struct Glob<T> {
    text: String,
    matcher: GlobMatcher,
    thing: T,
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
        Self { things: Vec::new(), exact: HashMap::new(), globs: Globs::default() }
    }
}

impl<T> Default for Globs<T> {
    fn default() -> Self {
        Self { by_beginning: HashMap::new(), lengths: Vec::new() }
    }
}

impl<T> Table<T> {
    /// A table of things in the order in which they were written.
    pub(super) fn new(written: Vec<(String, T)>, star: Star) -> Result<Self, TooLong> {
        let mut table = Self::default();
        for (place, (name, thing)) in written.into_iter().enumerate() {
            if is_glob(&name) {
                table.globs.add(&name, star, place)?;
            } else {
                table.exact.insert(name, place);
            }
            table.things.push(thing);
        }
        Ok(table)
    }

    /// The thing that is meant by a name.
    pub(super) fn find(&self, name: &str) -> Option<&T> {
        let place = self.exact.get(name).or_else(|| self.globs.find(name))?;
        self.things.get(*place)
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

    /// The globs, in the order in which they apply.
    pub(super) fn globs(&self) -> impl Iterator<Item = (&str, &T)> {
        self.globs.iter().filter_map(|glob| Some((glob.text.as_str(), self.things.get(glob.thing)?)))
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
            name if is_glob(name) => self.globs.add(name, Star::Anything, ())?,
            name => drop(self.exact.insert(name.to_owned())),
        }
        Ok(())
    }

    /// Whether a name is among them.
    pub(super) fn hold(&self, name: &str) -> bool {
        self.all || self.exact.contains(name) || self.globs.find(name).is_some()
    }

    /// Those that are no globs.
    pub(super) fn exact(&self) -> impl Iterator<Item = &str> {
        self.exact.iter().map(String::as_str)
    }

    /// Those that are globs.
    pub(super) fn globs(&self) -> impl Iterator<Item = &str> {
        self.all.then_some("*").into_iter().chain(self.globs.iter().map(|glob| glob.text.as_str()))
    }

    /// Whether every name that a name or a glob stands for is among them, as far as can be told.
    pub(super) fn cover(&self, name: &str) -> bool {
        if !is_glob(name) {
            return self.hold(name);
        }
        self.all || self.globs.iter().any(|glob| covers(&glob.text, name, Star::Anything))
    }

    /// Whether every name is.
    pub(super) fn hold_all(&self) -> bool {
        self.all
    }

    /// Whether none is.
    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.exact.is_empty() && self.globs.lengths.is_empty()
    }
}

impl<T> Globs<T> {
    fn add(&mut self, text: &str, star: Star, thing: T) -> Result<(), TooLong> {
        let matcher = matcher(text, star)?;
        let beginning = text.split('*').next().unwrap_or_default();
        if let Err(place) = self.lengths.binary_search_by(|length| beginning.len().cmp(length)) {
            self.lengths.insert(place, beginning.len());
        }
        let glob = Glob { text: text.to_owned(), matcher, thing };
        self.by_beginning.entry(beginning.to_owned()).or_default().push(glob);
        Ok(())
    }

    /// What the most specific glob that fits is for.
    fn find(&self, name: &str) -> Option<&T> {
        let beginnings = self.lengths.iter().filter_map(|length| name.get(..*length));
        let mut globs = beginnings.filter_map(|beginning| self.by_beginning.get(beginning)).flatten();
        globs.find(|glob| glob.matcher.is_match(name)).map(|glob| &glob.thing)
    }

    /// All of them, in an order in which they apply.
    fn iter(&self) -> impl Iterator<Item = &Glob<T>> {
        let mut beginnings: Vec<(&String, &Vec<Glob<T>>)> = self.by_beginning.iter().collect();
        beginnings.sort_unstable_by_key(|(beginning, _)| (Reverse(beginning.len()), *beginning));
        beginnings.into_iter().flat_map(|(_, globs)| globs)
    }
}

fn matcher(text: &str, star: Star) -> Result<GlobMatcher, TooLong> {
    let plain = text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]");
    let plain = plain.replace('{', r"\{").replace('}', r"\}").replace('?', r"\?");
    let glob = GlobBuilder::new(&plain).literal_separator(star == Star::Segment).backslash_escape(true).build();
    Ok(glob.map_err(|_| TooLong)?.compile_matcher())
}

/// Whether every name that one glob stands for, another does, as far as can be told.
pub(super) fn covers(wide: &str, narrow: &str, star: Star) -> bool {
    match star {
        // A `*` of the narrow one can only be within a `*` of the wide one: taken as a letter it must fit.
        Star::Anything => fits(wide.as_bytes(), narrow.as_bytes()),
        Star::Segment => {
            let folder = wide.strip_suffix("**").filter(|folder| folder.ends_with('/') && !is_glob(folder));
            folder.is_some_and(|folder| narrow.split('*').next().unwrap_or_default().starts_with(folder))
        }
    }
}

/// Whether a text fits a glob in which `*` stands for any text. A `*` in the text is fitted by a `*` alone.
fn fits(glob: &[u8], text: &[u8]) -> bool {
    let (mut place, mut at) = (0, 0);
    // The last `*` of the glob, and up to where it stands for the text.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match glob.get(place) {
            Some(b'*') => {
                star = Some((place, at));
                place += 1;
            }
            Some(wanted) if wanted == letter => (place, at) = (place + 1, at + 1),
            _ => {
                let Some((back, taken)) = star else { return false };
                star = Some((back, taken + 1));
                (place, at) = (back + 1, taken + 1);
            }
        }
    }
    glob.get(place..).is_some_and(|rest| rest.iter().all(|letter| *letter == b'*'))
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
