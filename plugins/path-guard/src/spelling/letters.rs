//! Which characters a path may have.

use super::{Doubt, Form, Reading, System, doubt};

/// What shells, globs and expanders act on.
const MARKS: &str = "$`'\"&;|<>(){}[]*?!^#";

/// Letters beyond ASCII that some system takes for others: by case (`ſ` is a capital `S`, `ß` is `ss` to APFS), or by
/// compatibility (`½` is `1/2`).
const DOUBLES: &[(char, char)] = &[
    ('\u{aa}', '\u{aa}'),
    ('\u{b2}', '\u{b3}'),
    ('\u{b5}', '\u{b5}'),
    ('\u{b9}', '\u{ba}'),
    ('\u{bc}', '\u{be}'),
    ('\u{df}', '\u{df}'),
    ('\u{130}', '\u{133}'),
    ('\u{13f}', '\u{140}'),
    ('\u{149}', '\u{149}'),
    ('\u{17f}', '\u{17f}'),
    ('\u{1c4}', '\u{1cc}'),
    ('\u{1f1}', '\u{1f3}'),
    ('\u{2b0}', '\u{2ff}'),
    ('\u{300}', '\u{36f}'),
    ('\u{37a}', '\u{37a}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{1d2c}', '\u{1dbf}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{1e9a}', '\u{1e9b}'),
    ('\u{1e9e}', '\u{1e9e}'),
    ('\u{2000}', '\u{2bff}'),
    ('\u{2c7c}', '\u{2c7d}'),
    ('\u{3000}', '\u{3004}'),
    ('\u{3130}', '\u{33ff}'),
    ('\u{a69c}', '\u{a69d}'),
    ('\u{a770}', '\u{a770}'),
    ('\u{a7f2}', '\u{a7f9}'),
    ('\u{ab5c}', '\u{ab6b}'),
    ('\u{e000}', '\u{ffff}'),
    ('\u{10000}', '\u{1ffff}'),
    ('\u{2f800}', '\u{2ffff}'),
    ('\u{e0000}', '\u{10ffff}'),
];

/// Whether the characters are such that everybody sees the same text.
pub(super) fn check(text: &str, reading: &Reading) -> Result<(), Doubt> {
    if text.contains(|c: char| c.is_ascii_control()) {
        return Err(doubt("path.control", "the path has a control character in it", "send the path without it"));
    }
    match text.chars().find(|c| !c.is_ascii()) {
        Some(_) if !reading.has(Form::Letters) => {
            Err(doubt("path.letters", "the path has a character beyond ASCII in it", "name a file in plain letters"))
        }
        _ if text.chars().any(is_doubtful) => Err(doubt(
            "path.letters",
            "the path has a character in it that cannot be seen, or that some systems take for another one",
            "send the path without it",
        )),
        _ => Ok(()),
    }
}

/// Whether a shell or a decoder on the way would leave the text alone.
pub(super) fn check_marks(text: &str, reading: &Reading) -> Result<(), Doubt> {
    if text.contains('%') && !reading.has(Form::Percent) {
        return Err(doubt("path.percent", "the path has `%` in it, which somebody might decode", "write it decoded"));
    }
    if text.contains(|c| MARKS.contains(c)) && !reading.has(Form::Punctuation) {
        return Err(doubt(
            "path.punctuation",
            "the path has a character in it that shells act on",
            "name another file",
        ));
    }
    match reading.system {
        System::Posix if text.contains('\\') => {
            Err(doubt("path.backslash", "the path has `\\` in it", "separate names by `/`"))
        }
        _ => Ok(()),
    }
}

fn is_doubtful(c: char) -> bool {
    !c.is_ascii() && (!c.is_alphanumeric() || DOUBLES.iter().any(|(first, last)| (*first..=*last).contains(&c)))
}
