//! Templates of addresses (RFC 6570), as far as it must be told whether an address may have been made of one.
//!
//! What a variable stands for is not known, so a template is read widely: a simple one stands for anything within a segment
//! of a path, and one with an operator for anything that may follow it.

use regex::{Regex, RegexBuilder, escape};

/// The longest template and the longest address that are looked at, in bytes.
const LONGEST: usize = 4 << 10;

/// A template of addresses.
#[derive(Clone, Debug)]
pub struct Template(Regex);

impl Template {
    /// Reads a template; nothing where it is none, or too long.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (mut pattern, mut rest) = ("^".to_owned(), text);
        while let Some((literal, after)) = rest.split_once('{') {
            let (expression, after) = after.split_once('}')?;
            pattern.push_str(&escape(literal));
            pattern.push_str(stands_for(expression)?);
            rest = after;
        }
        if rest.contains('}') {
            return None;
        }
        pattern.push_str(&escape(rest));
        pattern.push('$');
        let built = RegexBuilder::new(&pattern).dot_matches_new_line(true).size_limit(1 << 18).build();
        built.ok().map(Self)
    }

    /// Whether an address may have been made of it.
    pub fn fits(&self, uri: &str) -> bool {
        uri.len() <= LONGEST && self.0.is_match(uri)
    }
}

/// What an expression may stand for, as a regular expression.
fn stands_for(expression: &str) -> Option<&'static str> {
    let operator = expression.chars().next()?;
    Some(match operator {
        '+' => ".*",
        '#' => "(#.*)?",
        '.' => r"(\.[^/]*)?",
        '/' => "(/.*)?",
        ';' => "(;[^/]*)?",
        '?' => r"(\?.*)?",
        '&' => "(&.*)?",
        '=' | ',' | '!' | '@' | '|' => return None,
        _ => "[^/]*",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_what_it_may_have_been_made_of() {
        for (template, uri, fits) in [
            ("file:///{x}", "file:///a.txt", true),
            ("file:///{x}", "file:///a/b", false),
            ("file:///{x}", "file://a", false),
            ("file:///{x}", "http://h/?file:///a", false),
            ("file:///{+path}", "file:///a/b?c#d", true),
            ("file:///{+path}", "file:///a\nb", true),
            ("db://{env}/{table}", "db://prod/users", true),
            ("db://{env}/{table}", "db://prod", false),
            ("db://{env}.x/{table}", "db://prodyx/users", false),
            ("s://a{/path*}", "s://a/b/c", true),
            ("s://a{/path*}", "s://ab", false),
            ("s://a{?q,r}", "s://a", true),
            ("s://a{?q,r}", "s://a?q=1&r=2", true),
            ("s://a{?q}{&r}", "s://b?q=1", false),
            ("s://a{#part}", "s://a#b", true),
            ("s://a{.kind}", "s://a.json", true),
            ("s://plain", "s://plain", true),
            ("s://plain", "s://plain/", false),
        ] {
            assert_eq!(Template::read(template).unwrap().fits(uri), fits, "{template} {uri}");
        }
        assert!(!Template::read("s://{+x}").unwrap().fits(&format!("s://{}", "x".repeat(LONGEST))));
    }

    #[test]
    fn what_is_no_template_stands_for_nothing() {
        for text in ["a{b", "a}b", "a{}", "a{!b}", &"x".repeat(LONGEST + 1)] {
            assert!(Template::read(text).is_none(), "{text}");
        }
    }
}
