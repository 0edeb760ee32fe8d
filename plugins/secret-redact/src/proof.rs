//! Whether what looks like a secret is one.

use crate::rules::Proof;

/// Whether the text is what the proof asks for.
pub(crate) fn holds(proof: Proof, text: &str) -> bool {
    match proof {
        Proof::Form => true,
        Proof::Random => is_random(text),
        Proof::Chosen => !is_placeholder(text),
    }
}

/// The value of an assignment: what a password's name is before may be anything, a token has some length and is no word.
pub(crate) fn is_assigned(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_password = ["passw", "passphrase", "pwd"].iter().any(|word| name.contains(word));
    let is_path = text.starts_with('/') && looks_like_name(text);
    !is_placeholder(text) && !is_path && (is_password || (text.len() >= 8 && is_random(text)))
}

/// Letters and digits, and of many kinds.
fn is_random(text: &str) -> bool {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    has_digit && has_letter && entropy(text) >= 2.8 && !looks_like_name(text)
}

/// Bits a character, by how often each stands in the text.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let len = u32::try_from(text.len()).map_or(f64::MAX, f64::from);
    let part = |count: &u32| {
        let share = f64::from(*count) / len;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(part).sum()
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
    parts.all(is_plain) && text.contains(|c: char| !c.is_ascii_alphanumeric())
}

/// What people write where a secret would stand, and what programs write where they take one from elsewhere.
fn is_placeholder(text: &str) -> bool {
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
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || ".!?".contains(c));
    let lower = text.to_ascii_lowercase();
    text.is_empty()
        || WORDS.contains(&lower.as_str())
        || lower.starts_with("your")
        || lower.starts_with("[redacted")
        || text.starts_with(['$', '<', '%', '{', '@'])
        || text.starts_with("os.")
        || text.starts_with("process.")
        || text.starts_with("vault:")
        || text.bytes().all(|byte| b"*xX.-_?#".contains(&byte))
        || text.contains("****")
}
