//! Writes a JSON text anew with other strings; all between them stays, byte by byte.

use std::collections::HashSet;

/// Passes every string to `change`, with its pointer where it is a value and without where it is a name; none where the
/// text is no JSON, or where two members would get the same name.
pub(crate) fn rewrite(json: &str, change: impl FnMut(Option<&str>, &str) -> Option<String>) -> Option<String> {
    let mut writer = Writer { json, at: 0, out: String::with_capacity(json.len()), change };
    writer.value("")?;
    writer.blanks();
    (writer.at == json.len()).then_some(writer.out)
}

struct Writer<'a, F> {
    json: &'a str,
    at: usize,
    out: String,
    change: F,
}

impl<F: FnMut(Option<&str>, &str) -> Option<String>> Writer<'_, F> {
    fn next(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, bytes: usize) -> Option<()> {
        self.out.push_str(self.json.get(self.at..self.at + bytes)?);
        self.at += bytes;
        Some(())
    }

    fn blanks(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) && self.take(1).is_some() {}
    }

    /// The gateway bounds how deep a document is.
    fn value(&mut self, place: &str) -> Option<()> {
        self.blanks();
        match self.next()? {
            b'"' => self.string(Some(place)).map(|_| ()),
            b'[' => {
                let mut index = 0;
                self.sequence(b']', |writer| {
                    let place = doorward_plugin::pointer::join(place, &index.to_string());
                    index += 1;
                    writer.value(&place)
                })
            }
            b'{' => {
                let mut names = HashSet::new();
                self.sequence(b'}', |writer| {
                    let (name, written) = writer.string(None)?;
                    if !names.insert(written) {
                        return None;
                    }
                    writer.blanks();
                    if writer.next()? != b':' {
                        return None;
                    }
                    writer.take(1)?;
                    writer.value(&doorward_plugin::pointer::join(place, &name))
                })
            }
            _ => {
                let rest = self.json.get(self.at..)?;
                let end = rest.find([',', ']', '}', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
                if end == 0 { None } else { self.take(end) }
            }
        }
    }

    fn sequence(&mut self, close: u8, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(1)?;
        self.blanks();
        if self.next()? == close {
            return self.take(1);
        }
        loop {
            self.blanks();
            element(self)?;
            self.blanks();
            let next = self.next()?;
            self.take(1)?;
            match next {
                b',' => {}
                _ if next == close => return Some(()),
                _ => return None,
            }
        }
    }

    /// A string as it was, and as it is written.
    fn string(&mut self, place: Option<&str>) -> Option<(String, String)> {
        let rest = self.json.as_bytes().get(self.at..)?;
        let mut end = 1;
        loop {
            match rest.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        let literal = self.json.get(self.at..self.at + end + 1)?;
        let text: String = serde_json::from_str(literal).ok()?;
        match (self.change)(place, &text) {
            None => {
                self.take(end + 1)?;
                Some((text.clone(), text))
            }
            Some(clean) => {
                self.out.push_str(&serde_json::to_string(&clean).ok()?);
                self.at += end + 1;
                Some((text, clean))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn only_what_changes_is_written_anew() {
        let json = r#" {"a": [1.0, 1e999, "secret", {"b\u0041": "x\n"}], "secret": null, "é": "\u00e9"} "#;
        let mut places = Vec::new();
        let written = rewrite(json, |place, text| {
            places.push(format!("{}={text}", place.unwrap_or("name")));
            (text == "secret").then(|| "\"".to_owned())
        });
        let expected = r#" {"a": [1.0, 1e999, "\"", {"b\u0041": "x\n"}], "\"": null, "é": "\u00e9"} "#;
        assert_eq!(written.as_deref(), Some(expected));
        assert_eq!(places, ["name=a", "/a/2=secret", "name=bA", "/a/3/bA=x\n", "name=secret", "name=é", "/é=é"]);
    }

    #[test]
    fn what_is_no_json_or_would_have_a_name_twice_is_not_written() {
        for json in ["", "{", "[1,", "{\"a\" 1}", "\"a", "[1}", "{a: 1}", "[] []"] {
            assert_eq!(rewrite(json, |_, _| None), None, "{json}");
        }
        assert_eq!(rewrite(r#"{"a": 1, "b": 2}"#, |_, _| Some("same".to_owned())), None);
    }
}
