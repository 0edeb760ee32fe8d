use super::{Form, Reading, System};
use proptest::prelude::*;
use std::path::{Component, Path};

const EVERY: &[Form] = &[Form::Parent, Form::Letters, Form::Percent, Form::Punctuation, Form::Edges, Form::FileUrl];

fn reading(system: System, forms: &[Form]) -> Reading {
    Reading { system, forms: forms.to_vec(), home: None }
}

fn shown(reading: &Reading, text: &str) -> Option<String> {
    reading.read(text, None).ok().map(|route| route.to_string())
}

#[test]
fn what_is_read_is_in_its_normal_form() {
    let posix = reading(System::Posix, &[Form::Parent]);
    for (text, expected) in [("/", "/"), ("/a/", "/a"), ("/a//b/./c", "/a/b/c"), ("/a/../b", "/b"), ("/a/..", "/")] {
        assert_eq!(shown(&posix, text).as_deref(), Some(expected), "{text}");
    }
    let windows = reading(System::Windows, &[Form::Parent]);
    for (text, expected) in [
        ("c:/", "C:\\"),
        ("c:\\a/b\\.\\c", "C:\\a\\b\\c"),
        ("C:\\a\\..\\b", "C:\\b"),
        ("\\\\NAS\\In\\a", "\\\\nas\\in\\a"),
        ("//nas/in/a/..", "\\\\nas\\in\\"),
    ] {
        assert_eq!(shown(&windows, text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn the_root_of_a_share_is_not_left() {
    let windows = reading(System::Windows, &[Form::Parent]);
    for text in ["C:\\..", "\\\\nas\\in\\..\\other\\x", "C:\\a\\..\\..\\b"] {
        assert_eq!(shown(&windows, text), None, "{text}");
    }
}

/// Text in which what matters is frequent.
fn path() -> impl Strategy<Value = String> {
    "([a-c]|\\.|\\.\\.|/|//|\\\\|~|C:|%2e|%2f|:| |-|file:///|\\$|\\*|é|\u{200b}|ſ|\u{0}|\\PC){0,24}"
}

proptest! {
    #[test]
    fn what_was_read_is_read_again_the_same(text in path()) {
        for system in [System::Posix, System::Windows] {
            let reading = reading(system, EVERY);
            if let Some(once) = shown(&reading, &text) {
                prop_assert_eq!(shown(&reading, &once), Some(once.clone()), "{}", text);
            }
        }
    }

    #[test]
    fn less_is_read_where_less_is_asked_for(text in path(), kept in 0..EVERY.len()) {
        for system in [System::Posix, System::Windows] {
            let forms: Vec<_> = EVERY.iter().copied().take(kept).collect();
            if let Some(strict) = shown(&reading(system, &forms), &text) {
                prop_assert_eq!(shown(&reading(system, EVERY), &text), Some(strict));
            }
        }
    }

    #[test]
    fn the_strictest_reading_is_that_of_the_standard_library(text in path()) {
        if let Some(read) = shown(&reading(System::Posix, &[]), &text) {
            let path = Path::new(&text);
            prop_assert!(path.is_absolute());
            prop_assert!(path.components().all(|part| !matches!(part, Component::ParentDir)));
            prop_assert_eq!(path.components().collect::<std::path::PathBuf>(), Path::new(&read).to_owned());
        }
    }
}
