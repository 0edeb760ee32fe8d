//! Turns settings into the author's type, and a mistake into a finding that names the place.

use crate::Finding;
use crate::pointer;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// Reads settings; the finding says what was expected and what was found.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Finding> {
    let wrong = |reason: String| Finding::new("settings.invalid", reason);
    // A struct would also be read from an array, by position.
    if !text.trim_start().starts_with('{') {
        return Err(wrong("the settings are not an object".to_owned()).at(""));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let settings = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = error.path().iter().fold(String::new(), |place, segment| match segment {
            Segment::Seq { index } => pointer::join(&place, &index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => pointer::join(&place, key),
            Segment::Unknown => place,
        });
        wrong(sentence(error.inner())).at(place)
    })?;
    json.end().map_err(|error| wrong(sentence(&error)))?;
    Ok(settings)
}

/// What the error says, without the line and the column: they count in a text that nobody wrote.
fn sentence(error: &serde_json::Error) -> String {
    let (text, place) = (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only their reading is tested")]
    struct Settings {
        name: String,
        #[serde(default)]
        ports: Vec<u16>,
    }

    fn check(text: &str, pointer: Option<&str>, reason: &str) {
        let finding = read::<Settings>(text).expect_err("the settings are wrong");
        assert_eq!(finding.code, "settings.invalid", "{text}");
        assert_eq!(finding.pointer.as_deref(), pointer, "{text}");
        assert!(finding.reason.contains(reason), "{text}: {}", finding.reason);
    }

    #[test]
    fn a_mistake_names_its_place_and_what_was_expected() {
        check(r#"{"name": 5}"#, Some("/name"), "integer `5`, expected a string");
        check(r#"{"name": "a", "ports": [80, "x"]}"#, Some("/ports/1"), "expected u16");
        check(r#"{"name": "a", "ports": [70000]}"#, Some("/ports/0"), "70000");
        check(r#"{"name": "a", "port/s": []}"#, Some("/port~1s"), "unknown field `port/s`, expected `name` or `ports`");
        check("{}", Some(""), "missing field `name`");
        check(r#"["a", []]"#, Some(""), "not an object");
        check("{", Some(""), "EOF");
        check(r#"{"name": "a", "name": "b"}"#, Some(""), "duplicate field");
        check(r#"{"name": "a"} 1"#, None, "trailing characters");
    }
}
