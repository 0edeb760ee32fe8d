//! JSON pointers (RFC 6901).

/// The tokens of a pointer, unescaped; none where it is malformed.
pub fn parse(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(unescape).collect()
}

/// The pointer to the member or element `token` beneath `place`.
pub fn join(place: &str, token: &str) -> String {
    format!("{place}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// Whether `pointer` is `place` or lies beneath it.
pub fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A token as it is meant; none where it is malformed.
pub(crate) fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (c, rest) = match part.strip_prefix('0') {
            Some(rest) => ('~', rest),
            None => ('/', part.strip_prefix('1')?),
        };
        out.push(c);
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{is_within, join, parse};

    #[test]
    fn pointers_are_parsed_by_the_book() {
        let check = |pointer: &str, tokens: Option<&[&str]>| {
            let expected = tokens.map(|tokens| tokens.iter().map(|token| (*token).to_owned()).collect());
            assert_eq!(parse(pointer), expected, "{pointer}");
        };
        check("", Some(&[]));
        check("/", Some(&[""]));
        check("/a/0", Some(&["a", "0"]));
        check("/a~1b/~01", Some(&["a/b", "~1"]));
        check("a", None);
        check("/~2", None);
        check("/~", None);
    }

    #[test]
    fn a_joined_token_is_parsed_back() {
        for token in ["", "a", "a/b", "~", "~1", "~0", "é"] {
            assert_eq!(parse(&join("", token)), Some(vec![token.to_owned()]));
        }
    }

    #[test]
    fn within_means_the_same_or_beneath() {
        assert!(is_within("/a", "/a") && is_within("/a/b", "/a") && is_within("/a", ""));
        assert!(!is_within("/ab", "/a") && !is_within("/a", "/a/b"));
    }
}
