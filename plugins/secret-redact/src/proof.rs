//! Whether what looks like a secret is one.

/// The value of an assignment: what a password's name is before may be anything, a token has some length and is no word.
pub(crate) fn is_assigned(name: &str, text: &str) -> bool {
    let is_path = || text.starts_with('/') && looks_like_name(text);
    let is_token = || text.len() >= 8 && is_random(text);
    !is_placeholder(text) && !is_path() && (names_password(name) || is_token())
}

fn names_password(name: &str) -> bool {
    const WORDS: [&str; 3] = ["passw", "passphrase", "pwd"];
    let name = name.as_bytes();
    let is_there = |at: usize| WORDS.iter().any(|word| begins_so(name.get(at..).unwrap_or_default(), word));
    let letters = name.iter().enumerate().filter(|(_, byte)| byte.eq_ignore_ascii_case(&b'p'));
    letters.map(|(at, _)| at).any(is_there)
}

fn begins_so(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
}

/// Letters and digits, and of many kinds.
pub(crate) fn is_random(text: &str) -> bool {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    has_digit && has_letter && !looks_like_name(text) && is_varied(text)
}

/// Whether a character tells 2.8 bits, by how often each stands in the text.
fn is_varied(text: &str) -> bool {
    let (mut counts, mut most) = ([0_u32; 256], 0);
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
            most = most.max(*count);
        }
    }
    let len = u32::try_from(text.len()).map_or(f64::MAX, f64::from);
    // The one that stands there most often tells least. Where it tells log2(7), which is 2.807, so do all.
    if len >= 7.0 * f64::from(most) {
        return true;
    }
    let weight = |count: u32| f64::from(count) * f64::from(count).log2();
    let repeated: f64 = counts.iter().filter(|count| **count > 1).map(|count| weight(*count)).sum();
    len.log2() - repeated / len >= 2.8
}

/// `sk-learn-model-version-2`, `/run/secrets/db-1`, `2026-11-21T10:00:00Z`: small words between signs.
fn looks_like_name(text: &str) -> bool {
    let mut parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let is_plain = |part: &str| {
        let is_word =
            part.bytes().all(|byte| byte.is_ascii_lowercase()) || part.bytes().all(|byte| byte.is_ascii_digit());
        let is_time = part.starts_with(|c: char| c.is_ascii_digit()) && part.len() <= 6;
        is_word || is_time || (part.len() <= 12 && part.bytes().all(|byte| !byte.is_ascii_digit()))
    };
    text.bytes().any(|byte| !byte.is_ascii_alphanumeric()) && parts.all(is_plain)
}

/// What people write where a secret would stand, and what programs write where they take one from elsewhere.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "none",
        "nil",
        "true",
        "false",
        "yes",
        "no",
        "string",
        "str",
        "text",
        "required",
        "optional",
        "undefined",
        "empty",
        "unset",
        "default",
        "example",
        "redacted",
        "hidden",
        "masked",
        "prompt",
        "file",
        "env",
        "enabled",
        "disabled",
        "invalid",
        "expired",
        "missing",
        "incorrect",
        "accepted",
        "authentication",
        "for",
        "from",
        "with",
        "must",
        "not",
        "is",
        "was",
        "has",
        "and",
        "the",
    ];
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '.' | '!' | '?'));
    let bytes = text.as_bytes();
    bytes.is_empty()
        || WORDS.iter().any(|word| bytes.eq_ignore_ascii_case(word.as_bytes()))
        || begins_so(bytes, "your")
        || begins_so(bytes, "[redacted")
        || text.starts_with(['$', '<', '%', '{', '@'])
        || text.starts_with("os.")
        || text.starts_with("process.")
        || text.starts_with("vault:")
        || bytes.iter().all(|byte| b"*xX.-_?#".contains(byte))
        || bytes.windows(4).any(|four| four == b"****")
}
