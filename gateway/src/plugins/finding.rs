//! Why a plugin refused or asked, as it may be shown: bounded, and free of what hides or moves text.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use super::contract::words::types::Finding as Told;
use super::document::unescape;
use crate::json::is_visible;

/// The longest code, in bytes.
const CODE: usize = 64;

/// The longest reason, remediation and pointer, in bytes.
const TEXT: usize = 1 << 10;

/// The codes that are the gateway's own, for what went wrong with a plugin.
const OWN: &str = "plugin.";

/// Why a plugin refused a call or asks about it, or why it could not be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word. With `plugin.` begins what the gateway says of a plugin that failed; no plugin's own word does.
    pub code: Cow<'static, str>,
    /// Why, in a sentence for people.
    pub reason: String,
    /// A JSON pointer to the place in the document.
    pub pointer: Option<String>,
    /// What would be allowed.
    pub remediation: Option<Cow<'static, str>>,
}

impl Finding {
    /// What the gateway says of a plugin that failed.
    pub(super) fn own(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code: code.into(), reason: reason.into(), pointer: None, remediation: None }
    }

    /// What the gateway says of a plugin that failed, with what to do.
    pub(super) fn own_with(code: &'static str, reason: impl Into<String>, remediation: &'static str) -> Self {
        Self { remediation: Some(remediation.into()), ..Self::own(code, reason) }
    }

    /// The plugin `name` that a policy asks for is not there.
    pub fn missing(name: &str) -> Self {
        let reason = format!("there is no plugin `{}`", shown(name, CODE));
        Self::own_with(
            "plugin.missing",
            reason,
            "add it to `plugins` in the configuration, or take it out of the policy",
        )
    }

    /// The plugin wants to change what cannot be changed; `only` is what can.
    pub fn misplaced(only: &str) -> Self {
        Self::own("plugin.patch", format!("the plugin wants to change what it may not: {only} can be changed"))
    }

    /// The plugin wants to change every call that it has changed.
    pub fn unsettled(rounds: usize) -> Self {
        Self::own("plugin.unsettled", format!("the plugins still change the call after {rounds} rounds"))
    }

    /// The plugin did not get its turn within the deadline.
    pub(super) fn busy(deadline: Duration) -> Self {
        let reason = format!("the plugin had no free place within {} ms", deadline.as_millis());
        Self::own_with("plugin.busy", reason, "try again later")
    }

    /// Whether it is the gateway's, of a plugin that failed.
    pub fn is_own(&self) -> bool {
        self.code.starts_with(OWN)
    }

    /// Takes a plugin's finding if it keeps to the contract; else says in what it does not.
    pub(super) fn read(told: Told) -> Result<Self, &'static str> {
        if !is_code(&told.code) {
            return Err("a code that is not a word of at most 64 lower-case letters, digits, dots and dashes");
        }
        if told.code.starts_with(OWN) {
            return Err("a code that begins with `plugin.`, which is for the gateway");
        }
        if told.reason.is_empty() || told.reason.len() > TEXT {
            return Err("a reason that is empty or longer than 1 KiB");
        }
        if told.remediation.as_ref().is_some_and(|text| text.len() > TEXT) {
            return Err("a remediation that is longer than 1 KiB");
        }
        if told.pointer.as_ref().is_some_and(|pointer| !is_pointer(pointer)) {
            return Err("a pointer that is not a JSON pointer of at most 1 KiB");
        }
        Ok(Self {
            code: told.code.into(),
            reason: shown(&told.reason, TEXT),
            pointer: told.pointer.map(|pointer| shown(&pointer, TEXT)),
            remediation: told.remediation.map(|text| shown(&text, TEXT).into()),
        })
    }
}

/// Whether this is a word for programs.
fn is_code(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    !text.is_empty() && text.len() <= CODE && text.bytes().all(may_stand)
}

/// Whether this is a JSON pointer of a length that can be shown.
pub(super) fn is_pointer(text: &str) -> bool {
    let well_formed = text.is_empty() || text.starts_with('/');
    well_formed && text.len() <= TEXT && text.split('/').all(|token| unescape(token).is_some())
}

/// A text as it may be shown: characters that are not seen, or that move others, stand as their number, and what would make
/// it longer than `longest` bytes is cut off.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len().min(longest));
    for letter in text.chars() {
        let before = out.len();
        match letter {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter if !is_visible(letter) => {
                let _infallible = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
        if out.len() > longest {
            out.truncate(before);
            while out.len() + '…'.len_utf8() > longest && out.pop().is_some() {}
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::contract::words::types::Severity;
    use super::*;

    fn told(code: &str, reason: &str, pointer: Option<&str>) -> Told {
        Told {
            code: code.to_owned(),
            reason: reason.to_owned(),
            severity: Severity::Error,
            pointer: pointer.map(str::to_owned),
            remediation: None,
        }
    }

    #[test]
    fn a_finding_keeps_to_the_contract_or_is_none() {
        let long = "x".repeat(1025);
        for (told, kept) in [
            (told("flag.unknown", "why", Some("/command")), true),
            (told("a-b_c.9", "why", Some("")), true),
            (told("", "why", None), false),
            (told("Flag", "why", None), false),
            (told(&long, "why", None), false),
            (told("plugin.timeout", "why", None), false),
            (told("a", "", None), false),
            (told("a", &long, None), false),
            (told("a", "why", Some("command")), false),
            (told("a", "why", Some("/~2")), false),
            (told("a", "why", Some(&format!("/{long}"))), false),
        ] {
            assert_eq!(Finding::read(told.clone()).is_ok(), kept, "{told:?}");
        }
    }

    #[test]
    fn what_hides_or_moves_text_is_shown_as_its_number() {
        for (text, expected) in [
            ("plain ü 漢", "plain ü 漢"),
            ("\x1b[2Jrm\r\n", "\\u{1b}[2Jrm\\u{d}\\n"),
            ("a\u{202e}b\u{e0041}", "a\\u{202e}b\\u{e0041}"),
            ("a\u{200b}b", "a\\u{200b}b"),
        ] {
            assert_eq!(shown(text, 1024), expected);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shown("äääää", 8), "ää…");
        assert_eq!(shown("12345678", 8), "12345678");
        assert_eq!(shown("1234567\u{202e}", 8), "12345…");
        assert!(shown(&"x".repeat(5000), 1024).len() <= 1024);
    }
}
