//! What was seen of a plugin, as its author is shown it: the lines that it wrote, and the places in its code where it fell.

use crate::plugins::{Place, Seen};

/// Files that are not the author's: those of compilers and of what comes with them.
const OTHERS: [&str; 5] =
    ["/rustc/", "wasisdk://", "/.cargo/registry/", "\\.cargo\\registry\\", "/vendor/doorward-plugin/"];

/// How many places are shown where none is the author's.
const FEW: usize = 8;

/// What it wrote, each line with where it came from, and where it was.
pub(super) fn in_lines(seen: &Seen) -> Vec<String> {
    let written = seen.lines.iter().filter(|(_, line)| is_of_use(line));
    let written = written.map(|(from, line)| format!("{from:7} {line}"));
    written.chain(shown(&seen.places).iter().map(|place| format!("in      {place}"))).collect()
}

/// Whether a line tells an author something: Rust's panics also say how to see more, which has no use in a sandbox.
fn is_of_use(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE")
}

/// The author's own places, innermost first; where there is none, the innermost of the others, which are those of an
/// interpreter or of a component without names of files.
fn shown(places: &[Place]) -> Vec<String> {
    let mut own: Vec<String> = places.iter().filter(|place| is_own(place)).map(in_words).collect();
    own.dedup();
    if own.is_empty() {
        own.extend(places.iter().take(FEW).map(in_words));
    }
    own
}

fn is_own(place: &Place) -> bool {
    place.line.as_ref().is_some_and(|(file, _)| !OTHERS.iter().any(|other| file.contains(other)))
}

fn in_words(place: &Place) -> String {
    let function = place.function.as_deref().unwrap_or("a function without a name");
    match &place.line {
        Some((file, line)) => format!("{function} ({file}:{line})"),
        None => function.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(function: &str, line: Option<(&str, u32)>) -> Place {
        Place { function: Some(function.to_owned()), line: line.map(|(file, line)| (file.to_owned(), line)) }
    }

    #[test]
    fn the_authors_own_places_are_shown_where_there_are_any() {
        let abort = place("abort", Some(("/rustc/5980/library/std/src/process.rs", 2533)));
        let export = place("check_call", Some(("/home/me/p/vendor/doorward-plugin/src/component.rs", 53)));
        let own = place("deep", Some(("/home/me/p/src/lib.rs", 27)));
        let bare = place("memcpy", None);
        for (places, told) in [
            (vec![abort.clone(), own.clone(), own, export], vec!["deep (/home/me/p/src/lib.rs:27)"]),
            (vec![bare.clone(), abort], vec!["memcpy", "abort (/rustc/5980/library/std/src/process.rs:2533)"]),
            (vec![bare], vec!["memcpy"]),
            (vec![], vec![]),
        ] {
            assert_eq!(shown(&places), told);
        }
    }
}
