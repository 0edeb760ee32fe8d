//! One part of a path: a name, or a pattern that a shell would match against names.

/// A part of a path, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Glyph>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glyph {
    This(char),
    One,
    Many,
}

/// In an entry: the directory of a process in `/proc`.
const PROCESS: &str = "{process}";

impl Pattern {
    /// `wild` holds the byte offsets of the characters that the shell acts on: `*`, `?` and `[`.
    pub(super) fn new(text: &str, wild: &[usize]) -> Self {
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
        Self(glyphs)
    }

    /// Whether the part can only be `text`, ASCII letter case aside.
    pub(super) fn is_literal(&self, text: &str) -> bool {
        let mut chars = text.chars();
        self.0.iter().all(|glyph| match (glyph, chars.next()) {
            (Glyph::This(c), Some(expected)) => *c == expected.to_ascii_lowercase(),
            _ => false,
        }) && chars.next().is_none()
    }

    /// Whether every name that the part can be meets `entry`, in which `*` only stands at the end.
    pub(super) fn surely_meets(&self, entry: &str) -> bool {
        match entry.strip_suffix('*') {
            None => self.is_literal(entry),
            Some(prefix) => prefix.chars().enumerate().all(|(at, c)| self.0.get(at) == Some(&Glyph::This(c))),
        }
    }

    /// Whether the part can be more than one name.
    pub(super) fn is_wild(&self) -> bool {
        self.0.iter().any(|glyph| !matches!(glyph, Glyph::This(_)))
    }

    /// The same, or a part that meets nothing where it is a pattern. One such as `.s*` stays: who writes it means
    /// something hidden.
    pub(super) fn named(&self) -> Self {
        let is_meant = matches!(self.0.as_slice(), [Glyph::This('.'), Glyph::This(_), ..]);
        match self.is_wild() && !is_meant {
            true => Self(vec![Glyph::This('\0')]),
            false => self.clone(),
        }
    }

    /// Whether a name that meets the part may begin as `entry` does.
    pub(super) fn may_begin(&self, entry: &str) -> bool {
        entry.starts_with(PROCESS) || may_meet(self.0.first(), entry.chars().next())
    }

    /// Whether not even the first character is certain.
    pub(super) fn begins_wild(&self) -> bool {
        matches!(self.0.first(), Some(Glyph::One | Glyph::Many))
    }

    fn might_be_process(&self) -> bool {
        match self.0.first() {
            _ if !self.is_wild() => {
                let is_number = self.0.iter().all(|glyph| matches!(glyph, Glyph::This(c) if c.is_ascii_digit()));
                is_number || self.is_literal("self") || self.is_literal("thread-self")
            }
            Some(Glyph::This(c)) => c.is_ascii_digit() || matches!(c, 's' | 't'),
            _ => true,
        }
    }

    /// Whether some name matches both this part and `entry`, in which only `*` is a pattern. By the shell's rule a
    /// pattern at the beginning does not match a dot there.
    pub(super) fn meets(&self, entry: &str) -> bool {
        if entry == PROCESS {
            return self.might_be_process();
        }
        if !may_meet(self.0.first(), entry.chars().next()) || !may_meet(self.0.last(), entry.chars().next_back()) {
            return false;
        }
        if !self.is_wild() && !entry.contains('*') {
            return self.is_literal(entry);
        }
        if self.begins_wild() && entry.starts_with('.') {
            return false;
        }
        let entry: Vec<Glyph> = entry.chars().map(|c| if c == '*' { Glyph::Many } else { Glyph::This(c) }).collect();
        overlap(&self.0, &entry)
    }
}

/// The characters with which some parts begin and end, a bit for each; some share one. A path has many parts and there are
/// many entries, and this tells of most of these that they meet none of those.
pub(super) struct Ends {
    first: u64,
    last: u64,
}

impl Ends {
    pub(super) fn of(parts: &[&Pattern]) -> Self {
        let bits = |glyph: Option<&Glyph>| match glyph {
            Some(Glyph::This(c)) => bit(*c),
            _ => u64::MAX,
        };
        let all = |end: fn(&[Glyph]) -> Option<&Glyph>| parts.iter().fold(0, |all, part| all | bits(end(&part.0)));
        Self { first: all(<[Glyph]>::first), last: all(<[Glyph]>::last) }
    }

    /// Whether one of the parts may meet the entry.
    pub(super) fn may_be_of(&self, entry: &str) -> bool {
        entry == PROCESS || (may(self.first, entry.chars().next()) && may(self.last, entry.chars().next_back()))
    }

    /// Whether one of the parts may meet the first name of an entry that has several.
    pub(super) fn may_begin(&self, entry: &str) -> bool {
        entry.starts_with(PROCESS) || may(self.first, entry.chars().next())
    }
}

fn may(bits: u64, c: Option<char>) -> bool {
    c.is_none_or(|c| c == '*' || bits & bit(c) != 0)
}

fn bit(c: char) -> u64 {
    1 << (u32::from(c) & 63)
}

/// Whether a pattern and an entry can have a name in common, by what stands at one end of both. Most pairs cannot.
fn may_meet(glyph: Option<&Glyph>, entry: Option<char>) -> bool {
    match (glyph, entry) {
        (Some(Glyph::This(c)), Some(expected)) => *c == expected || expected == '*',
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
