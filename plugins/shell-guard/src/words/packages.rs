//! Formats in which lists of packages are printed.
//!
//! `rpm` expands macros in what it is told to expand, and macros run programs; so a format only names what it shows.

/// How a tag may be shown.
const FORMATS: &str = "arraysize date dateshort day depflags fflags hex humaniec humansi octal perms permissions pgpsig \
                       string tagname";

/// Text with tags in it: `%{NAME}`, `%-30{NAME}`, `%{INSTALLTIME:date}`.
pub(super) fn is_format(text: &str) -> bool {
    let mut parts = text.split('%');
    let before = parts.next().unwrap_or_default();
    text.len() <= 1024 && !before.contains(['{', '}']) && parts.all(is_tag)
}

/// What stands behind a `%`, up to the next one.
fn is_tag(part: &str) -> bool {
    const WIDEST: usize = 4;
    let width = part.strip_prefix('-').unwrap_or(part);
    let part = width.trim_start_matches(|c: char| c.is_ascii_digit());
    if width.len() - part.len() > WIDEST {
        return false;
    }
    let Some((tag, after)) = part.strip_prefix('{').and_then(|rest| rest.split_once('}')) else { return false };
    let (name, format) = tag.split_once(':').unwrap_or((tag, "string"));
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && FORMATS.split_ascii_whitespace().any(|known| known == format)
        && !after.contains(['{', '}'])
}
