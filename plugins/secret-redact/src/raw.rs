//! Reads a JSON text string by string, and writes it anew with other strings; all between them stays, byte by byte.

use doorward_plugin::{Side, pointer};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// The way to a value, from the inside out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Root,
    Element(&'a Self, usize),
    Member(&'a Self, &'a str),
}

/// A string, unescaped, and which bytes of the JSON text it is, quotes included.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) side: Side,
    pub(crate) bytes: Range<usize>,
}

impl Place<'_> {
    /// What the value is called, if it is a member.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Member(_, name) => name,
            Self::Root | Self::Element(..) => "",
        }
    }

    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Element(outer, index) => pointer::join(&outer.pointer(), &index.to_string()),
            Self::Member(outer, name) => pointer::join(&outer.pointer(), name),
        }
    }
}

/// Tells every string in the order of the text, a name of a member with the place of what it names; none where the text is no
/// JSON, or where who is told wants no more.
pub(crate) fn read(json: &str, tell: impl FnMut(&Place<'_>, Text<'_>) -> Option<()>) -> Option<()> {
    let mut reader = Reader { json, at: 0, tell };
    reader.value(&Place::Root)?;
    reader.blanks();
    (reader.at == json.len()).then_some(())
}

/// The text with other strings in the place of some, in their order; none where two members would get the same name.
pub(crate) fn written(json: &str, changes: &[(Range<usize>, String)]) -> Option<String> {
    let (mut out, mut end) = (String::with_capacity(json.len()), 0);
    for (bytes, clean) in changes {
        out.push_str(json.get(end..bytes.start)?);
        out.push_str(&serde_json::to_string(clean).ok()?);
        end = bytes.end;
    }
    out.push_str(json.get(end..)?);
    let mut names = HashSet::new();
    let is_first =
        |place: &Place<'_>, text: Text<'_>| (text.side == Side::Value || names.insert(place.pointer())).then_some(());
    read(&out, is_first).map(|()| out)
}

struct Reader<'a, F> {
    json: &'a str,
    at: usize,
    tell: F,
}

impl<'a, F: FnMut(&Place<'_>, Text<'_>) -> Option<()>> Reader<'a, F> {
    fn next(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The gateway bounds how deep a document is.
    fn value(&mut self, place: &Place<'_>) -> Option<()> {
        self.blanks();
        match self.next()? {
            b'"' => {
                let (text, bytes) = self.string()?;
                (self.tell)(place, Text { text, side: Side::Value, bytes })
            }
            b'[' => {
                let mut index = 0;
                self.sequence(b']', |reader| {
                    let element = Place::Element(place, index);
                    index += 1;
                    reader.value(&element)
                })
            }
            b'{' => self.sequence(b'}', |reader| {
                let (name, bytes) = reader.string()?;
                let member = Place::Member(place, &name);
                (reader.tell)(&member, Text { text: Cow::Borrowed(&name), side: Side::Key, bytes })?;
                reader.blanks();
                reader.take(b':')?;
                reader.value(&member)
            }),
            _ => {
                let rest = self.json.get(self.at..)?;
                let end = rest.find([',', ']', '}', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
                self.at += end;
                (end > 0).then_some(())
            }
        }
    }

    fn sequence(&mut self, close: u8, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            self.blanks();
            element(self)?;
            self.blanks();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    /// The string that begins here, and its bytes.
    fn string(&mut self) -> Option<(Cow<'a, str>, Range<usize>)> {
        let start = self.at;
        self.take(b'"')?;
        let mut is_plain = true;
        loop {
            let rest = self.json.as_bytes().get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            if self.take(b'"').is_some() {
                break;
            }
            is_plain = false;
            self.at += 2;
        }
        let text = match is_plain {
            true => Cow::Borrowed(self.json.get(start + 1..self.at - 1)?),
            false => Cow::Owned(serde_json::from_str(self.json.get(start..self.at)?).ok()?),
        };
        Some((text, start..self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::{read, written};
    use doorward_plugin::Side;
    use std::ops::Range;

    /// Every string in the place of which something else comes.
    fn changes(json: &str, change: impl Fn(&str) -> Option<&str>) -> Option<Vec<(Range<usize>, String)>> {
        let mut changes = Vec::new();
        read(json, |_, text| {
            changes.extend(change(&text.text).map(|clean| (text.bytes, clean.to_owned())));
            Some(())
        })?;
        Some(changes)
    }

    #[test]
    fn every_string_is_told_with_its_place() {
        let json = r#" {"a": [1.0, 1e999, "x", {"b\u0041/": "x\n"}, [], {}], "é": "\u00e9", "": true} "#;
        let mut told = Vec::new();
        let read = read(json, |place, text| {
            let side = if text.side == Side::Key { "name " } else { "" };
            told.push(format!("{}: {side}{} `{}`", place.pointer(), text.text, &json[text.bytes]));
            Some(())
        });
        assert_eq!(read, Some(()));
        assert_eq!(
            told,
            [
                r#"/a: name a `"a"`"#,
                r#"/a/2: x `"x"`"#,
                r#"/a/3/bA~1: name bA/ `"b\u0041/"`"#,
                "/a/3/bA~1: x\n `\"x\\n\"`",
                r#"/é: name é `"é"`"#,
                r#"/é: é `"\u00e9"`"#,
                r#"/: name  `""`"#,
            ]
        );
    }

    #[test]
    fn only_what_changes_is_written_anew() {
        let json = r#" {"a": [1.0, 1e999, "secret", {"b\u0041": "x\n"}], "secret": null, "é": "\u00e9"} "#;
        let changes = changes(json, |text| (text == "secret").then_some("\"")).expect("it is JSON");
        let expected = r#" {"a": [1.0, 1e999, "\"", {"b\u0041": "x\n"}], "\"": null, "é": "\u00e9"} "#;
        assert_eq!(written(json, &changes).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_no_json_is_not_read_and_a_name_is_not_written_twice() {
        for json in ["", "{", "[1,", "{\"a\" 1}", "\"a", "\"a\\", "[1}", "[1 2]", "{a: 1}", "[] []"] {
            assert_eq!(read(json, |_, _| Some(())), None, "{json}");
        }
        let json = r#"{"a": 1, "b": {"a": 2}, "c": 3}"#;
        let one = changes(json, |text| (text == "c").then_some("d")).expect("it is JSON");
        assert!(written(json, &one).is_some());
        let two = changes(json, |text| (text == "c").then_some("a")).expect("it is JSON");
        assert_eq!(written(json, &two), None);
    }
}
