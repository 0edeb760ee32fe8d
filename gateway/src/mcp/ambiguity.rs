//! Names that some reader takes for a name of the protocol, and another does not.
//!
//! Go's `encoding/json` matches names without regard to case, by Unicode's simple folding: it reads `Method`, and
//! `param\u{17f}` with a long s, as the protocol's. A request that holds such a name says two things at once.

use unicode_normalization::UnicodeNormalization as _;

use crate::json::{Object, is_visible};

/// A name that looks like one of the protocol's names and is another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("member `{name}` can be mistaken for `{meant}`")]
pub struct Ambiguous {
    /// The name as written.
    pub name: String,
    /// The protocol's name.
    pub meant: &'static str,
}

/// The members of an envelope.
pub(super) const ENVELOPE: &[&str] = &["jsonrpc", "id", "method", "params", "result", "error"];

/// The members of parameters that route, name or bind something.
pub(super) const PARAMS: &[&str] = &[
    "name",
    "arguments",
    "uri",
    "cursor",
    "_meta",
    "task",
    "taskId",
    "ref",
    "argument",
    "context",
    "requestState",
    "inputResponses",
    "requestId",
    "progressToken",
    "protocolVersion",
    "capabilities",
    "clientInfo",
    "level",
    "notifications",
];

/// The members of a result that the gateway reads or filters by.
pub(super) const RESULT: &[&str] = &[
    "_meta",
    "tools",
    "resources",
    "resourceTemplates",
    "prompts",
    "nextCursor",
    "inputRequests",
    "requestState",
    "resultType",
    "isError",
    "content",
    "structuredContent",
];

/// The members of `_meta` that belong to the protocol.
pub(super) const META: &[&str] = &[
    super::meta::PROTOCOL_VERSION,
    super::meta::CLIENT_CAPABILITIES,
    super::meta::CLIENT_INFO,
    super::meta::SUBSCRIPTION_ID,
    super::meta::PROGRESS_TOKEN,
];

/// Finds a member that is none of `names` but folds to one of them.
pub(super) fn check(object: &Object, names: &[&'static str]) -> Result<(), Ambiguous> {
    for name in object.names() {
        if names.contains(&name) {
            continue;
        }
        let plain = name.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        let meant = if plain {
            names.iter().find(|known| known.eq_ignore_ascii_case(name))
        } else {
            let folded = fold(name);
            names.iter().find(|known| known.eq_ignore_ascii_case(&folded))
        };
        if let Some(meant) = meant {
            return Err(Ambiguous { name: name.to_owned(), meant });
        }
    }
    Ok(())
}

/// Compatibility form, lower case, without the characters that do not show, and up to a NUL, where some readers end.
fn fold(name: &str) -> String {
    let name = name.split('\0').next().unwrap_or_default();
    name.nfkc().flat_map(char::to_lowercase).nfkc().filter(|letter| is_visible(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Value;

    fn check_name(name: &str) -> Result<(), Ambiguous> {
        check(&Object::from([(name, Value::Null)]), ENVELOPE)
    }

    #[test]
    fn names_that_another_reader_takes_for_the_protocols_are_found() {
        for name in [
            "Method",
            "METHOD",
            "param\u{17f}",
            "ｍｅｔｈｏｄ",
            "met\u{200b}hod",
            "re\u{17f}ult",
            "I\u{44}",
            "method\0x",
            "method\u{7}",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["method", "methods", "x-method", "méthod", "paramz"] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
    }
}
