//! A regular expression as Go reads it, written so that it means the same here.
//!
//! Both are RE2's kin and run in linear time. They differ in what `\d`, `\w`, `\s` and `\b` know (Go: ASCII only) and in
//! which signs stand for themselves (Go: a `[` or `&&` in a class, a `{` that begins no repetition).
//! Source: <https://pkg.go.dev/regexp/syntax>, <https://docs.rs/regex/1/regex/#syntax>.

/// The pattern that means the same; or what it says that cannot be said.
pub(super) fn translate(pattern: &str) -> Result<String, &'static str> {
    let (mut out, mut rest, mut class) = (String::new(), pattern, Class::Outside);
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = match (letter, class) {
            ('\\', _) => {
                let Some(escaped) = after.chars().next() else { return Err("it ends with a backslash") };
                out.push_str(&escape(escaped, class)?);
                class = class.within();
                after.get(escaped.len_utf8()..).unwrap_or_default()
            }
            ('[', Class::Outside) => {
                out.push('[');
                let negated = after.strip_prefix('^');
                out.push_str(if negated.is_some() { "^" } else { "" });
                class = Class::First;
                negated.unwrap_or(after)
            }
            ('[', _) => {
                // `[:alpha:]` is a class within a class for both; any other bracket is itself for Go.
                out.push_str(if after.starts_with(':') && after.contains(":]") { "[" } else { "\\[" });
                if after.starts_with(':')
                    && let Some((name, after)) = after.split_once(":]")
                {
                    out.push_str(name);
                    out.push_str(":]");
                    class = Class::Within;
                    after
                } else {
                    class = Class::Within;
                    after
                }
            }
            (']', Class::First) => {
                out.push_str("\\]");
                class = Class::Within;
                after
            }
            (']', Class::Within) => {
                out.push(']');
                class = Class::Outside;
                after
            }
            ('&' | '~', Class::First | Class::Within) => {
                out.push('\\');
                out.push(letter);
                class = Class::Within;
                after
            }
            ('-', Class::First | Class::Within) if after.starts_with('-') => return Err("`--` in a class"),
            ('{', Class::Outside) => {
                out.push_str(if begins_repetition(after) { "{" } else { "\\{" });
                after
            }
            ('}', Class::Outside) => {
                out.push('}');
                after
            }
            (letter, _) => {
                out.push(letter);
                class = class.within();
                after
            }
        };
    }
    Ok(out)
}

/// Where in a pattern a sign stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    /// At the beginning of a class, where `]` is itself.
    First,
    Within,
}

impl Class {
    fn within(self) -> Self {
        if self == Self::Outside { Self::Outside } else { Self::Within }
    }
}

fn escape(escaped: char, class: Class) -> Result<String, &'static str> {
    Ok(match (escaped, class) {
        ('d', _) => "[0-9]".to_owned(),
        ('D', _) => "[^0-9]".to_owned(),
        ('w', _) => "[0-9A-Za-z_]".to_owned(),
        ('W', _) => "[^0-9A-Za-z_]".to_owned(),
        ('s', _) => "[\\t\\n\\f\\r ]".to_owned(),
        ('S', _) => "[^\\t\\n\\f\\r ]".to_owned(),
        ('b', Class::Outside) => "(?-u:\\b)".to_owned(),
        ('B', _) => return Err("`\\B`"),
        ('Q' | 'E', _) => return Err("`\\Q`"),
        ('C', _) => return Err("`\\C`"),
        (other, _) => format!("\\{other}"),
    })
}

/// Whether `{` with this behind it repeats: `{2}`, `{2,}` or `{2,3}`.
fn begins_repetition(after: &str) -> bool {
    let Some((inside, _)) = after.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_go_means_by_it() {
        for (pattern, matches, does_not) in [
            (r"^\d+$", "42", "٤٢"),
            (r"^\w+$", "a_1", "é"),
            (r"^\s$", "\t", "\u{b}"),
            (r"^[\w.-]+$", "a-b.c", "é"),
            (r"^[^\d]$", "a", "1"),
            (r"\bsudo\b", "x sudo y", "pseudoscience"),
            (r"\bsudo\b", "ésudo", "xsudo"),
            (r"^[[]$", "[", "]"),
            (r"^[]a]$", "]", "["),
            (r"^[^]a]$", "[", "]"),
            (r"^[a&&b]$", "&", "c"),
            (r"^[[:digit:]x]+$", "1x", "y"),
            (r"^a{2,3}$", "aaa", "a"),
            (r"^a{,2}$", "a{,2}", "aa"),
            (r"^{x}$", "{x}", "x"),
            ("^SELECT", "SELECT 1", "select 1"),
            ("(?i)^select", "SELECT 1", "x"),
            (r"\.env$", "a.env", "aenv"),
            (r"^\[x\]$", "[x]", "x"),
        ] {
            let translated = translate(pattern).unwrap();
            let regex = regex::Regex::new(&translated).unwrap_or_else(|error| panic!("{translated}: {error}"));
            assert!(regex.is_match(matches), "{pattern} as {translated} on {matches}");
            assert!(!regex.is_match(does_not), "{pattern} as {translated} on {does_not}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_told() {
        for pattern in [r"\Qa.b\E", r"\Bx", r"[+--]", r"x\", r"\C"] {
            assert!(translate(pattern).is_err(), "{pattern}");
        }
    }
}
