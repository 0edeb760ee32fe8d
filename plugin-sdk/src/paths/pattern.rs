//! One part of a path: a name, or a pattern that a shell would match against names.

/// A part of a path, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Nearly every part is one, and is held against every entry.
    Name(String),
    /// At least one of the glyphs stands for others.
    Wild(Vec<Glyph>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glyph {
    This(char),
    One,
    Many,
}

/// One name of an entry, in which only `*` is a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'a> {
    /// The directory of a process in `/proc`.
    Process,
    Name(&'a str),
    /// What stands before the only `*`, and what stands behind it.
    Around(&'a str, &'a str),
    Wild(&'a str),
}

/// In an entry: the directory of a process in `/proc`.
const PROCESS: &str = "{process}";

impl<'a> Entry<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        match text.split_once('*') {
            None if text == PROCESS => Self::Process,
            None => Self::Name(text),
            Some((_, after)) if after.contains('*') => Self::Wild(text),
            Some((before, after)) => Self::Around(before, after),
        }
    }

    fn glyphs(self) -> Vec<Glyph> {
        match self {
            Self::Process => PROCESS.chars().map(Glyph::This).collect(),
            Self::Name(text) | Self::Wild(text) => glyphs(text).collect(),
            Self::Around(before, after) => glyphs(before).chain([Glyph::Many]).chain(glyphs(after)).collect(),
        }
    }
}

fn glyphs(text: &str) -> impl Iterator<Item = Glyph> {
    text.chars().map(|c| if c == '*' { Glyph::Many } else { Glyph::This(c) })
}

impl Pattern {
    /// `wild` holds the byte offsets of the characters that the shell acts on: `*`, `?` and `[`.
    pub(super) fn new(text: &str, wild: &[usize]) -> Self {
        if wild.is_empty() {
            return Self::Name(text.to_ascii_lowercase());
        }
        let mut glyphs = Vec::with_capacity(text.len());
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            let glyph = match c {
                _ if !wild.contains(&at) => Glyph::This(c.to_ascii_lowercase()),
                '?' => Glyph::One,
                '*' => Glyph::Many,
                // Where a class ends depends on what is in it; up to the last bracket is never too little.
                _ => match text.rfind(']').filter(|end| *end > at) {
                    Some(end) => {
                        while chars.next().is_some_and(|(at, _)| at < end) {}
                        Glyph::Many
                    }
                    None => Glyph::This(c),
                },
            };
            glyphs.push(glyph);
        }
        let letter = |glyph: &Glyph| match glyph {
            Glyph::This(c) => Some(*c),
            Glyph::One | Glyph::Many => None,
        };
        match glyphs.iter().map(letter).collect() {
            Some(name) => Self::Name(name),
            None => Self::Wild(glyphs),
        }
    }

    /// Whether the part can only be `text`, ASCII letter case aside.
    pub(super) fn is_literal(&self, text: &str) -> bool {
        matches!(self, Self::Name(name) if name.eq_ignore_ascii_case(text))
    }

    /// Whether every name that the part can be meets `entry`, in which `*` only stands at the end.
    pub(super) fn surely_meets(&self, entry: &str) -> bool {
        match (entry.strip_suffix('*'), self) {
            (None, _) => self.is_literal(entry),
            (Some(prefix), Self::Name(name)) => name.starts_with(prefix),
            (Some(prefix), Self::Wild(glyphs)) => {
                prefix.chars().enumerate().all(|(at, c)| glyphs.get(at) == Some(&Glyph::This(c)))
            }
        }
    }

    /// The only name that the part can be, in lower case; none where it is a pattern.
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Wild(_) => None,
        }
    }

    /// Whether the part can be more than one name.
    pub(super) fn is_wild(&self) -> bool {
        matches!(self, Self::Wild(_))
    }

    /// The same, or a part that meets nothing where it is a pattern. One such as `.s*` stays: who writes it means
    /// something hidden.
    pub(super) fn named(&self) -> Self {
        match self {
            Self::Wild(glyphs) if !matches!(glyphs.as_slice(), [Glyph::This('.'), Glyph::This(_), ..]) => {
                Self::Name("\0".to_owned())
            }
            _ => self.clone(),
        }
    }

    /// Whether a name that meets the part may begin as `entry` does.
    pub(super) fn may_begin(&self, entry: &str) -> bool {
        may_meet(self.first(), entry.chars().next())
    }

    /// Whether not even the first character is certain.
    pub(super) fn begins_wild(&self) -> bool {
        matches!(self.first(), Some(Glyph::One | Glyph::Many))
    }

    fn first(&self) -> Option<Glyph> {
        match self {
            Self::Name(name) => name.chars().next().map(Glyph::This),
            Self::Wild(glyphs) => glyphs.first().copied(),
        }
    }

    fn last(&self) -> Option<Glyph> {
        match self {
            Self::Name(name) => name.chars().next_back().map(Glyph::This),
            Self::Wild(glyphs) => glyphs.last().copied(),
        }
    }

    fn might_be_process(&self) -> bool {
        match self {
            Self::Name(name) => {
                name.bytes().all(|byte| byte.is_ascii_digit()) || name == "self" || name == "thread-self"
            }
            Self::Wild(_) => match self.first() {
                Some(Glyph::This(c)) => c.is_ascii_digit() || matches!(c, 's' | 't'),
                _ => true,
            },
        }
    }

    /// Whether some name matches both this part and the entry. By the shell's rule a pattern at the beginning does not match a
    /// dot there.
    pub(super) fn meets(&self, entry: Entry<'_>) -> bool {
        match (self, entry) {
            (_, Entry::Process) => self.might_be_process(),
            (Self::Name(name), Entry::Name(entry)) => name == entry,
            (Self::Name(name), Entry::Around(before, after)) => {
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            }
            (Self::Name(name), Entry::Wild(_)) => {
                overlap(&name.chars().map(Glyph::This).collect::<Vec<_>>(), &entry.glyphs())
            }
            (Self::Wild(glyphs), _) => {
                let entry = entry.glyphs();
                let ends = [(glyphs.first(), entry.first()), (glyphs.last(), entry.last())];
                let is_hidden = self.begins_wild() && entry.first() == Some(&Glyph::This('.'));
                ends.iter().all(|(one, other)| may_be_one(*one, *other)) && !is_hidden && overlap(glyphs, &entry)
            }
        }
    }
}

/// What some parts begin and end with and how long they are, a bit for each; some share one. A path has many parts and there
/// are many entries, and this tells of most of these that they meet none of those.
pub(super) struct Ends {
    first: u64,
    last: u64,
    lengths: u64,
}

impl Ends {
    pub(super) fn of(parts: &[&Pattern]) -> Self {
        let bits = |glyph: Option<Glyph>| match glyph {
            Some(Glyph::This(c)) => bit(c),
            _ => u64::MAX,
        };
        let mut ends = Self { first: 0, last: 0, lengths: 0 };
        for part in parts {
            ends.first |= bits(part.first());
            ends.last |= bits(part.last());
            ends.lengths |= match part {
                Pattern::Name(name) => length(name.len()),
                Pattern::Wild(_) => u64::MAX,
            };
        }
        ends
    }

    /// Whether one of the parts may meet the entry.
    pub(super) fn may_be_of(&self, entry: &str) -> bool {
        let may_end = may(self.first, entry.chars().next()) && may(self.last, entry.chars().next_back());
        (may_end && self.has_length_of(entry)) || entry == PROCESS
    }

    /// Whether one of the parts is as long as the entry, or long enough where there is a `*` in it.
    fn has_length_of(&self, entry: &str) -> bool {
        let least = entry.bytes().filter(|byte| *byte != b'*').count();
        match least == entry.len() {
            true => self.lengths & length(least) != 0,
            false => self.lengths >= length(least),
        }
    }

    /// Whether one of the parts may meet the first name of an entry that has several.
    pub(super) fn may_begin(&self, entry: &str) -> bool {
        may(self.first, entry.chars().next())
    }
}

fn may(bits: u64, c: Option<char>) -> bool {
    c.is_none_or(|c| is_open(c) || bits & bit(c) != 0)
}

/// Whether an entry may mean something else by it: any text, or a process.
fn is_open(c: char) -> bool {
    matches!(c, '*' | '{')
}

fn bit(c: char) -> u64 {
    1 << (u32::from(c) & 63)
}

fn length(bytes: usize) -> u64 {
    1 << bytes.min(63)
}

/// Whether a pattern and an entry can have a name in common, by what stands at one end of both. Most pairs cannot.
fn may_meet(glyph: Option<Glyph>, entry: Option<char>) -> bool {
    match (glyph, entry) {
        (Some(Glyph::This(c)), Some(expected)) => c == expected || is_open(expected),
        _ => true,
    }
}

fn may_be_one(one: Option<&Glyph>, other: Option<&Glyph>) -> bool {
    match (one, other) {
        (Some(Glyph::This(one)), Some(Glyph::This(other))) => one == other,
        _ => true,
    }
}

/// Whether the two patterns have a name in common. `row` tells, for the part of `left` seen so far, with which
/// beginnings of `right` it has.
fn overlap(left: &[Glyph], right: &[Glyph]) -> bool {
    let mut row = vec![true];
    for glyph in right {
        row.push(*glyph == Glyph::Many && row.last() == Some(&true));
    }
    let mut next = Vec::with_capacity(row.len());
    for one in left {
        next.clear();
        let mut before = *one == Glyph::Many && row.first() == Some(&true);
        next.push(before);
        for (other, pair) in right.iter().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { break };
            before = match (one, other) {
                (Glyph::Many, _) | (_, Glyph::Many) => above || before,
                (Glyph::One, _) | (_, Glyph::One) => diagonal,
                (Glyph::This(a), Glyph::This(b)) => diagonal && a == b,
            };
            next.push(before);
        }
        std::mem::swap(&mut row, &mut next);
    }
    row.last() == Some(&true)
}
