//! Paths of files, by their text alone: whether one lies within another once `.` and `..` are taken out.
//!
//! What cannot be told by the text alone is unknown: a relative path and `~` depend on where and for whom the server runs,
//! and other systems read `\`, drive letters and a double slash in their own ways.

use std::fmt;

use crate::json::commented::{Node, Report};
use crate::policy::truth::Truth;

/// An absolute path in its normal form: its segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Place(Vec<String>);

impl Place {
    /// Reads a root.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let text = report.text(node)?;
        let place = Self::of(text);
        if place.is_none() {
            let help = "write an absolute path such as `/srv/files`".to_owned();
            report.error(node.span.clone(), format!("`{text}` is no place to be within"), Some(help));
        }
        place
    }

    /// The normal form of a path, if it has one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        if rest.starts_with('/') || text.contains(['\0', '\\']) {
            return None;
        }
        let mut segments: Vec<String> = Vec::new();
        for segment in rest.split('/') {
            match segment {
                "" | "." => {}
                ".." => drop(segments.pop()?),
                name => segments.push(name.to_owned()),
            }
        }
        Some(Self(segments))
    }

    fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

/// Whether a path lies within one of the places.
pub(super) fn within(text: &str, places: &[Place]) -> Truth {
    match Place::of(text) {
        Some(place) => places.iter().any(|root| root.holds(&place)).into(),
        None => Truth::Unknown,
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`/{}`", self.0.join("/"))
    }
}
