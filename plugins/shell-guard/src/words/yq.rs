//! Which programs of `yq` only choose from a document.
//!
//! Two programs have this name, with languages that differ: one hands the text to `jq`, the other has a language of its
//! own, with operators that read files, the environment and, in some versions, run commands. So it is a closed set: paths,
//! comparisons, strings without escapes, and the functions that are harmless in both.

const FUNCTIONS: &str = "add all alt and any ascii_downcase ascii_upcase contains del documentIndex downcase empty \
                         endswith false first flatten from_entries group_by has inside join keys kind last length line \
                         map map_values max max_by min min_by not null or parent path paths pick recurse reverse select \
                         sort sort_by sort_keys split startswith style tag test to_entries to_number tojson tonumber \
                         tostring trim true type unique unique_by upcase values with_entries";

/// Whether `program` is one of them.
pub(super) fn is_harmless(program: &str) -> bool {
    let mut rest = program;
    let mut before = ' ';
    loop {
        let Some(first) = rest.chars().next() else { return program.is_ascii() };
        let behind = match first {
            '"' => match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                Some((text, behind)) if !text.contains('\\') => behind,
                _ => return false,
            },
            'A'..='Z' | 'a'..='z' | '_' => {
                let behind = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
                let name = rest.strip_suffix(behind).unwrap_or(rest);
                // With a step of its own it may never end.
                let is_endless = name == "recurse" && behind.trim_start().starts_with('(');
                let is_known = FUNCTIONS.split_ascii_whitespace().any(|known| known == name) && !is_endless;
                if before != '.' && !is_known {
                    return false;
                }
                behind
            }
            '0'..='9' => rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
            // All beneath: what stands behind is no name in a path.
            '.' if rest.starts_with("..") => {
                before = ' ';
                rest = rest.trim_start_matches('.');
                continue;
            }
            _ if " .,:|()[]{}=!<>?+-*/".contains(first) => rest.strip_prefix(first).unwrap_or_default(),
            _ => return false,
        };
        before = first;
        rest = behind;
    }
}
