//! What may be reached: the directories for an argument, less what is sensitive.

use crate::places;
use crate::route::{Route, Volume};
use doorward_plugin::Finding;
use doorward_plugin::paths::Place;
use serde::Deserialize;

/// What the server does with the path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Access {
    /// Shows names and properties.
    List,
    /// Shows the contents of a file.
    #[default]
    Read,
    /// Shows the contents of everything beneath.
    ReadTree,
    /// Makes or changes what is there.
    Write,
    /// Takes it away, with all that lies beneath.
    Remove,
}

/// The directories for some arguments.
#[derive(Debug, Clone)]
pub(crate) struct Territory {
    pub(crate) access: Access,
    pub(crate) within: Vec<Route>,
}

impl Territory {
    /// Whether the path may be reached; `named` is what may be although it is sensitive.
    pub(crate) fn check(&self, route: &Route, named: &[Route]) -> Result<(), Finding> {
        let Some(place) = route.place() else {
            return Err(Finding::new("path.long", "the path is longer than file systems take"));
        };
        let is_named = named.iter().any(|named| route.is_within(named));
        let roots: Vec<_> = self.within.iter().filter(|root| route.is_within(root)).collect();
        if roots.is_empty() {
            return Err(Finding::new("path.outside", "the path lies outside of what may be reached")
                .instead(format!("send a path beneath {}", listed(&self.within))));
        }
        if is_named {
            return Ok(());
        }
        if is_sensitive(route, &place, self.access) {
            return Err(Finding::new("path.sensitive", "the path is, or lies beneath, a place of secrets")
                .instead("name a path that is not one of keys, credentials, histories or environments"));
        }
        if matches!(self.access, Access::Write | Access::Remove) && place.meets(places::OBEYED) {
            return Err(Finding::new("path.obeyed", "programs run, load or obey what is written there")
                .instead("name a file that only carries data"));
        }
        if matches!(self.access, Access::ReadTree | Access::Remove) && holds_sensitive(route, &place) {
            return Err(Finding::new("path.tree", "the directory holds secrets")
                .instead("name a directory further down, or single files"));
        }
        if self.access == Access::Remove && roots.iter().any(|root| root.depth() == route.depth()) {
            return Err(Finding::new("path.root", "the path is the whole of what may be reached")
                .instead("name what lies beneath it"));
        }
        Ok(())
    }
}

/// Whether the path names a secret; where contents are asked for, also what is not to be read for other reasons.
fn is_sensitive(route: &Route, place: &Place, access: Access) -> bool {
    let is_of_windows = *route.volume() != Volume::Root && place.meets(places::WINDOWS);
    is_of_windows
        || place.meets(places::SECRETS)
        || match access {
            Access::List => place.is_secret(),
            _ => place.is_unreadable(),
        }
}

/// Whether a secret lies at a known place beneath the path.
fn holds_sensitive(route: &Route, place: &Place) -> bool {
    match route.volume() {
        Volume::Root => place.holds_unreadable() || place.holds(places::SECRETS),
        _ => place.holds(places::WINDOWS),
    }
}

/// The first of the directories.
fn listed(roots: &[Route]) -> String {
    const MOST: usize = 6;
    let mut listed: Vec<_> = roots.iter().take(MOST).map(|root| format!("`{root}`")).collect();
    if roots.len() > MOST {
        listed.push("…".to_owned());
    }
    listed.join(", ")
}
