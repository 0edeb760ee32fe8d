//! `file:///srv/app`, as a path.

use super::{Doubt, System, doubt};

/// What stands behind `file:`; none where it is no URL of a file.
pub(super) fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// The path of a URL, decoded once.
pub(super) fn path(rest: &str, system: System) -> Result<String, Doubt> {
    let unclear = doubt("path.url", "the URL of the file has a host, a query or a broken `%`", "write `file:///PATH`");
    let path = rest.strip_prefix("//localhost").or_else(|| rest.strip_prefix("//")).ok_or(unclear)?;
    if !path.starts_with('/') || path.contains(['?', '#', '\\']) {
        return Err(unclear);
    }
    let decoded = decode(path).ok_or(unclear)?;
    Ok(match system {
        System::Posix => decoded,
        // `file:///C:/work`
        System::Windows => decoded.strip_prefix('/').unwrap_or(&decoded).to_owned(),
    })
}

/// None where `%` is not followed by two digits, or where what comes out has a separator too many or is no text.
fn decode(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|byte| is_hex && !matches!(byte, b'/' | b'\\'))?;
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
