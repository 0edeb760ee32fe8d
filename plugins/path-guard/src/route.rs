//! Where a path leads: absolute, with nothing left to work out.

use doorward_plugin::paths::{MAX_PART, MAX_PARTS, Place};
use std::fmt;

/// An absolute path in its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    volume: Volume,
    parts: Vec<String>,
}

/// What the parts begin at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Volume {
    /// The one root of a POSIX system.
    Root,
    /// A drive of Windows, as a capital letter.
    Drive(char),
    /// A share of another machine, in small letters.
    Share(String, String),
}

impl Route {
    pub(crate) fn at(volume: Volume) -> Self {
        Self { volume, parts: Vec::new() }
    }

    /// One name further down; none where it becomes longer than file systems take.
    pub(crate) fn enter(mut self, part: &str) -> Option<Self> {
        self.parts.push(part.to_owned());
        (part.len() <= MAX_PART && self.parts.len() <= MAX_PARTS).then_some(self)
    }

    /// The directory above; none above the root.
    pub(crate) fn leave(mut self) -> Option<Self> {
        self.parts.pop().map(|_| self)
    }

    pub(crate) fn volume(&self) -> &Volume {
        &self.volume
    }

    /// How many names the path has.
    pub(crate) fn depth(&self) -> usize {
        self.parts.len()
    }

    /// Whether the path is `root` or lies beneath it. Windows does not tell `a` from `A`.
    pub(crate) fn is_within(&self, root: &Self) -> bool {
        let is_same = |(one, other): (&String, &String)| match self.volume {
            Volume::Root => one == other,
            _ => one.eq_ignore_ascii_case(other),
        };
        self.volume == root.volume
            && root.parts.len() <= self.parts.len()
            && root.parts.iter().zip(&self.parts).all(is_same)
    }

    /// The same by its names alone, to be held against names that are sensitive.
    pub(crate) fn place(&self) -> Option<Place> {
        Place::parse(&format!("/{}", self.parts.join("/")))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.volume {
            Volume::Root => write!(f, "/{}", self.parts.join("/")),
            Volume::Drive(letter) => write!(f, "{letter}:\\{}", self.parts.join("\\")),
            Volume::Share(server, share) => write!(f, "\\\\{server}\\{share}\\{}", self.parts.join("\\")),
        }
    }
}
