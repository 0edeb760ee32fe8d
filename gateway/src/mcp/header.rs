//! The HTTP headers of MCP, and how a value travels in one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The session of a legacy conversation.
pub const SESSION_ID: &str = "mcp-session-id";
/// The revision in use.
pub const PROTOCOL_VERSION: &str = "mcp-protocol-version";
/// The method of a modern request.
pub const METHOD: &str = "mcp-method";
/// What a modern request is about.
pub const NAME: &str = "mcp-name";
/// Begins the names of headers that mirror an argument.
pub const PARAM_PREFIX: &str = "mcp-param-";
/// The event after which a legacy stream goes on.
pub const LAST_EVENT_ID: &str = "last-event-id";

const OPEN: &str = "=?base64?";
const CLOSE: &str = "?=";

/// Makes a header value: as it is where it survives, else as `=?base64?…?=` (2026-07-28, "Header Encoding").
pub fn encode(value: &str) -> String {
    let printable = value.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if printable && value.trim() == value && !(value.starts_with(OPEN) && value.ends_with(CLOSE)) {
        return value.to_owned();
    }
    format!("{OPEN}{}{CLOSE}", STANDARD.encode(value))
}

/// Reads a header value; `None` where it claims to be base64 and is not, in its one canonical spelling.
pub fn decode(value: &str) -> Option<String> {
    let Some(inside) = value.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE)) else {
        return Some(value.to_owned());
    };
    String::from_utf8(STANDARD.decode(inside).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_survives_the_header() {
        for value in ["plain", "", " edge", "tab\t", "naïve", "=?base64?SGVsbG8=?=", "line\nbreak", "日本"] {
            assert_eq!(decode(&encode(value)).as_deref(), Some(value));
        }
        assert_eq!(encode("plain"), "plain");
    }

    #[test]
    fn false_base64_is_no_value() {
        for value in ["=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64?/w==?=", "=?base64?SGVsbG9=?="] {
            assert_eq!(decode(value), None, "{value}");
        }
        assert_eq!(decode("SGVsbG8=").as_deref(), Some("SGVsbG8="));
    }
}
