//! What the definitions of unpinned tools were when they were first seen, for as long as the process lives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::secret::Digest;

/// How many tools are watched.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<HashMap<String, Seen>>);

#[derive(Debug)]
struct Seen {
    first: Digest,
    told: bool,
}

impl Watch {
    /// Notes a definition. Whether it is not the one that was seen first, and nobody was told so yet.
    pub(super) fn note(&self, tool: &str, digest: Digest) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(tool) {
            Some(seen) => {
                let changed = seen.first != digest && !seen.told;
                seen.told |= changed;
                changed
            }
            None => {
                if all.len() < MOST {
                    all.insert(tool.to_owned(), Seen { first: digest, told: false });
                }
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once() {
        let (watch, digests) = (Watch::default(), [b"a", b"b", b"c"].map(|text| Digest::of(text)));
        let told = [0, 0, 1, 2, 0, 1].map(|place: usize| watch.note("t", digests[place]));
        assert_eq!(told, [false, false, true, false, false, false]);
        assert!(!watch.note("u", digests[1]) && watch.note("u", digests[0]));
    }

    #[test]
    fn the_number_of_tools_is_bounded() {
        let watch = Watch::default();
        for number in 0..MOST + 10 {
            watch.note(&number.to_string(), Digest::of(b"a"));
        }
        assert_eq!(watch.0.lock().unwrap().len(), MOST);
    }
}
