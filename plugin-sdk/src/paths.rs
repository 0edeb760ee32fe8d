//! Where a path leads, as far as its text tells.
//!
//! Paths are normalised lexically: `.` and empty parts go, `..` takes the part before it along. Nothing is asked of a
//! file system, so a symbolic link may lead elsewhere; who needs to be sure of that must be sure of the account.
//! Patterns are kept as patterns: where a pattern might match something sensitive, it counts as sensitive. Letter
//! case is ignored, since some file systems ignore it.

mod pattern;
mod sensitive;
#[cfg(test)]
mod tests;

use crate::shell::Word;
use pattern::{Ends, Entry, Pattern};
use std::cell::LazyCell;
use std::iter;

/// The longest path that is looked at, in bytes.
pub const MAX_PATH: usize = 4096;
/// The longest part of a path that is looked at, in bytes: no file system has longer names.
pub const MAX_PART: usize = 255;
/// The most parts of a path that are looked at.
pub const MAX_PARTS: usize = 128;

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    base: Base,
    parts: Vec<Pattern>,
}

/// What a path is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// `/`
    Root,
    /// The home directory, or so many directories above it.
    Home(usize),
    /// The working directory, or so many directories above it.
    Here(usize),
}

impl Place {
    /// Where a plain text leads; none where it is empty or out of bounds.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_parts(text, &[], false)
    }

    /// Where a word leads once a shell has seen it; none where it is empty or out of bounds.
    pub fn of_word(word: &Word) -> Option<Self> {
        Self::of_parts(word.text(), word.wild(), word.in_home())
    }

    fn of_parts(text: &str, wild: &[usize], in_home: bool) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_PATH {
            return None;
        }
        let mut place = Self {
            base: match text.starts_with('/') {
                true => Base::Root,
                false => Base::Here(0),
            },
            parts: Vec::new(),
        };
        let mut start = 0;
        let mut wild = wild.iter().copied().peekable();
        for part in text.split('/') {
            if part.len() > MAX_PART {
                return None;
            }
            let end = start + part.len();
            let mut marks = Vec::new();
            while let Some(mark) = wild.next_if(|mark| *mark < end) {
                marks.push(mark - start);
            }
            match part {
                "~" if in_home && start == 0 => place.base = Base::Home(0),
                _ => place.enter(Pattern::new(part, &marks)),
            }
            start = end + 1;
        }
        (place.parts.len() <= MAX_PARTS).then_some(place)
    }

    fn enter(&mut self, part: Pattern) {
        if part.is_literal("") || part.is_literal(".") {
            return;
        }
        if !part.is_literal("..") {
            self.parts.push(part);
            return;
        }
        match (self.parts.pop(), &mut self.base) {
            // Above the root there is the root.
            (Some(_), _) | (None, Base::Root) => {}
            (None, Base::Home(above) | Base::Here(above)) => *above += 1,
        }
    }

    /// The same place seen from the working directory `here`; absolute places stay.
    pub fn seen_from(&self, here: &Self) -> Self {
        let Base::Here(above) = self.base else {
            return self.clone();
        };
        let mut place = here.clone();
        for _ in 0..above {
            place.enter(Pattern::new("..", &[]));
        }
        place.parts.extend(self.parts.iter().cloned());
        place
    }

    /// Whether the path begins at the root.
    pub fn is_absolute(&self) -> bool {
        self.base == Base::Root
    }

    /// How many names the path has.
    pub fn depth(&self) -> usize {
        self.parts.len()
    }

    /// Whether the path is absolute, and is the directory `root` or surely lies beneath it.
    pub fn is_within(&self, root: &str) -> bool {
        let mut root = root.split('/').filter(|part| !part.is_empty());
        let mut parts = self.parts.iter();
        self.is_absolute() && root.all(|expected| parts.next().is_some_and(|part| part.is_literal(expected)))
    }

    /// Whether one of its names surely is `name`.
    pub fn has_name(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.is_literal(name))
    }

    /// Whether the path names something that is secret by its name or place: keys, credentials, histories,
    /// environments. A pattern names nothing, unless it is one such as `.s*`: to see which names there are tells no
    /// secret.
    pub fn is_secret(&self) -> bool {
        if !self.parts.iter().any(Pattern::is_wild) {
            return self.might_be_secret();
        }
        let named = Self { base: self.base, parts: self.parts.iter().map(Pattern::named).collect() };
        named.might_be_secret()
    }

    /// Whether the path is, or might be, something secret.
    pub fn might_be_secret(&self) -> bool {
        self.meets(sensitive::SECRETS) && !self.is_public()
    }

    /// Whether the path is surely that of a certificate, for which a name such as `*.pem` says no secret.
    fn is_public(&self) -> bool {
        let is_certain = self.is_absolute() && !self.parts.iter().any(Pattern::is_wild);
        let mut entries = sensitive::PUBLIC.iter().filter_map(|entry| entry.strip_prefix('/')?.strip_suffix('$'));
        is_certain && entries.any(|entry| begins(&self.parts, entry, true))
    }

    /// Whether the path names a file with certificates in it, as far as its name tells. A key may be in it too, so it is
    /// only for programs that show nothing but certificates.
    pub fn is_certificate(&self) -> bool {
        let is_named = |part: &Pattern| {
            part.literal().is_some_and(|name| {
                sensitive::CERTIFICATES.iter().any(|end| name.ends_with(end))
                    && !sensitive::KEYS.iter().any(|key| name.contains(key))
            })
        };
        let holders = sensitive::BESIDE_CERTIFICATES;
        let others = sensitive::SECRETS.iter().copied().filter(|entry| !holders.contains(entry)).collect::<Vec<_>>();
        self.parts.last().is_some_and(is_named) && !self.parts.iter().any(Pattern::is_wild) && !self.meets(&others)
    }

    /// Whether the path might be secret, or its contents are not to be read though its names may be listed: what
    /// belongs to other processes, raw devices, databases.
    pub fn is_unreadable(&self) -> bool {
        self.might_be_secret() || (self.meets(sensitive::UNREADABLE) && !self.is_public())
    }

    /// Whether something that must not be read lies, or might lie, at a fixed place beneath the path.
    pub fn holds_unreadable(&self) -> bool {
        self.holds(sensitive::SECRETS) || self.holds(sensitive::UNREADABLE)
    }

    /// Whether what an entry names lies, or might lie, at its place beneath the path. Entries are as in
    /// [`meets`](Self::meets); those that may stand anywhere say nothing here.
    pub fn holds(&self, entries: &[&str]) -> bool {
        let anchored = entries.iter().filter_map(|entry| entry.strip_prefix('/'));
        anchored.filter(|entry| self.may_begin(entry)).any(|entry| {
            let mut parts = self.parts.iter();
            let entry = entry.trim_end_matches('$');
            let meets =
                entry.split('/').all(|expected| parts.next().is_none_or(|part| part.meets(Entry::of(expected))));
            meets && parts.next().is_none()
        })
    }

    /// Whether the path is, or might be, what an entry names, or lies beneath it. An entry that begins with `/` stands at
    /// its place; any other one is a single name that may stand anywhere. `*` matches any text within one name, `$` at
    /// the end says that nothing lies beneath, and all of it is lower case.
    pub fn meets(&self, entries: &[&str]) -> bool {
        // Where all entries stand at their places, nobody asks for them.
        let certain = LazyCell::new(|| self.certain_parts());
        let ends = LazyCell::new(|| Ends::of(&certain));
        // A path whose base is not known may begin in the midst of an entry.
        let begins = self.parts.first().filter(|_| self.is_absolute()).map(|part| Ends::of(&[part]));
        let may_begin = |anchored: &str| begins.as_ref().is_none_or(|ends| ends.may_begin(anchored));
        entries.iter().any(|entry| match entry.strip_prefix('/') {
            Some(anchored) => may_begin(anchored) && self.meets_at_its_place(anchored),
            None => {
                ends.may_be_of(entry) && {
                    let entry = Entry::of(entry);
                    certain.iter().any(|part| part.meets(entry))
                }
            }
        })
    }

    /// Whether every path that this one stands for is what the entry names, or lies beneath.
    fn surely_meets(&self, entry: &str) -> bool {
        let mut parts = self.parts.iter();
        let mut names = entry.split('/').filter(|name| !name.is_empty());
        self.is_absolute() && names.all(|name| parts.next().is_some_and(|part| part.surely_meets(name)))
    }

    /// Whether an entry that stands at its place may name where the path begins. Most do not.
    fn may_begin(&self, entry: &str) -> bool {
        !self.is_absolute() || self.parts.first().is_none_or(|part| part.may_begin(entry))
    }

    /// The parts that are held against names that may stand anywhere. What merely begins with a pattern might be
    /// anything; that counts at the end of a path, and not where no secrets are kept.
    fn certain_parts(&self) -> Vec<&Pattern> {
        let mut clean = sensitive::CLEAN.iter().filter(|root| self.may_begin(root.trim_start_matches('/')));
        let is_clean = clean.any(|root| self.surely_meets(root)) || self.is_among_logs();
        let last = self.parts.len().saturating_sub(1);
        let is_certain = |(at, part): &(usize, &Pattern)| match is_clean {
            true => !part.is_wild(),
            false => !part.begins_wild() || *at == last,
        };
        self.parts.iter().enumerate().filter(is_certain).map(|(_, part)| part).collect()
    }

    /// Whether the path lies beneath a directory of logs, which hold no secrets by name, and nothing of it is hidden.
    fn is_among_logs(&self) -> bool {
        let Some((_, above)) = self.parts.split_last() else { return false };
        let is_hidden = |part: &Pattern| part.surely_meets(".*");
        self.is_absolute()
            && above.iter().any(|part| part.is_literal("log") || part.is_literal("logs"))
            && !self.parts.iter().any(is_hidden)
    }

    /// The same for an entry that stands at its place. A path whose base is not known might stand anywhere, so its
    /// parts are held against every tail of the entry.
    fn meets_at_its_place(&self, entry: &str) -> bool {
        let (entry, is_alone) = match entry.strip_suffix('$') {
            Some(entry) => (entry, true),
            None => (entry, false),
        };
        if self.is_absolute() {
            return self.may_begin(entry) && begins(&self.parts, entry, is_alone);
        }
        let Some(first) = self.parts.first() else { return false };
        let starts = entry.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(at, _)| at + 1);
        let tails = iter::once(0).chain(starts).filter_map(|at| entry.get(at..));
        tails.filter(|tail| first.may_begin(tail)).any(|tail| {
            // `*.c` in a directory nobody knows is not taken for the one such file that would be secret elsewhere.
            let is_vague = first.is_wild() && !tail.contains('/');
            !is_vague && begins(&self.parts, tail, is_alone)
        })
    }
}

/// Whether the parts begin with what the entry names, or are just that where nothing lies beneath.
fn begins(parts: &[Pattern], entry: &str, is_alone: bool) -> bool {
    let mut parts = parts.iter();
    let mut entry = entry.split('/');
    entry.all(|name| parts.next().is_some_and(|part| part.meets(Entry::of(name))))
        && !(is_alone && parts.next().is_some())
}
