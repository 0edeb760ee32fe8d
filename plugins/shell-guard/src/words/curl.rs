//! What `curl` and `wget` may ask: how the services of this machine and of its network are, and of others whether and how fast
//! they answer.

mod endpoints;

use super::hosts::{is_here, is_near, is_port, is_site, split};

/// A URL of this machine or of its network at which a service tells how it is: `http://localhost:8080/health`. Nobody's name or
/// password, and only the parameters that are known there.
pub(super) fn is_health(text: &str) -> bool {
    let is_ours = |place: &str| is_here(place) || split(place).is_some_and(|(host, _)| is_near(host));
    parts(text)
        .is_some_and(|(place, path, query)| is_ours(place) && !is_of_docker(place) && endpoints::are_known(path, query))
}

/// A URL of any machine, of which nothing but the headers is shown, or nothing: without parameters, in which something
/// could be sent along.
pub(super) fn is_web(text: &str) -> bool {
    parts(text).is_some_and(|(place, path, query)| {
        query.is_none() && split(place).is_some_and(|(host, _)| is_site(host)) && is_looking(path)
    })
}

/// The same of this machine, with parameters.
pub(super) fn is_local_web(text: &str) -> bool {
    parts(text).is_some_and(|(place, path, query)| {
        is_here(place)
            && !is_of_docker(place)
            && is_looking(path)
            && query.is_none_or(|query| is_looking(query) && query.chars().all(|c| c.is_ascii_graphic()))
    })
}

/// What answers there is the program that could be told to do anything.
fn is_of_docker(place: &str) -> bool {
    matches!(split(place), Some((_, "2375" | "2376" | "2377")))
}

/// The longest URL that is asked for.
const MAX_URL: usize = 1024;

/// Host and port, path, and what stands behind the question mark.
fn parts(text: &str) -> Option<(&str, &str, Option<&str>)> {
    if text.len() > MAX_URL || text.contains(['#', '\\']) {
        return None;
    }
    let (url, query) = match text.split_once('?') {
        Some((url, query)) => (url, Some(query)),
        None => (text, None),
    };
    let named = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let (place, path) = named.unwrap_or(url).split_once('/').unwrap_or((named.unwrap_or(url), ""));
    // Without `http://` the name of the machine may choose another protocol.
    const PROTOCOLS: &[&str] = &["dict.", "ftp.", "imap.", "ldap.", "pop3.", "smtp."];
    let lower = place.to_ascii_lowercase();
    let is_web = named.is_some() || !PROTOCOLS.iter().any(|protocol| lower.starts_with(protocol));
    is_web.then_some((place, path, query))
}

/// What no page is called that is only looked at, and what is not asked with.
const ACTING: &str = "alter apply cancel clear commit create cron deploy destroy disable drop enable exec execute flush grant \
                      insert kill logout merge optimize promote purge quit quitquitquit reindex reload remove rename reset \
                      revoke rollback run set split stop stream submit swap trigger truncate undeploy uninstall unload \
                      unsubscribe update write apikey passwd password secret token";

/// What is not even part of a word.
const ACTING_PARTS: &[&str] = &["delete", "factory", "poweroff", "reboot", "restart", "shutdown"];

/// A path of plain characters that names nothing that acts, as some pages do that are only asked for.
fn is_looking(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    path.chars().all(|c| c.is_ascii_alphanumeric() || "/_.~:+,=-&%".contains(c))
        && !words.any(|word| super::one_of(ACTING, word))
        && !ACTING_PARTS.iter().any(|part| lower.contains(part))
}

/// `--resolve HOST:PORT:ADDRESS` and `--connect-to HOST:PORT:HOST:PORT`, that lead to a machine that may be asked.
pub(super) fn is_detour(text: &str) -> bool {
    let text = text.strip_prefix('+').unwrap_or(text);
    let Some(pieces) = pieces(text) else { return false };
    let is_name = |host: &str| matches!(host, "" | "*") || is_site(host);
    let is_port = |port: &str| port.is_empty() || is_port(port);
    match pieces.as_slice() {
        [host, port, addresses] => is_name(host) && is_port(port) && addresses.split(',').all(is_site),
        [host, port, there, its_port] => {
            is_name(host) && is_port(port) && (there.is_empty() || is_site(there)) && is_port(its_port)
        }
        _ => false,
    }
}

/// What stands between colons, brackets kept together.
fn pieces(text: &str) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let end = match rest.starts_with('[') {
            true => rest.find(']')? + 1,
            false => rest.find(':').unwrap_or(rest.len()),
        };
        let (piece, behind) = rest.split_at_checked(end)?;
        pieces.push(piece);
        if behind.is_empty() {
            return Some(pieces);
        }
        rest = behind.strip_prefix(':')?;
    }
}

/// Headers that ask for a form of the answer, or for one of several sites. None that says who asks.
const HEADERS: &str = "accept accept-encoding accept-language cache-control connection content-type fastly-debug host if-modified-since if-none-match \
                       origin pragma range user-agent x-forwarded-host x-forwarded-proto x-scheme";

/// `Host: example.com`
pub(super) fn is_header(text: &str) -> bool {
    let Some((name, value)) = text.split_once(':') else { return false };
    let value = value.trim_start();
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "host" | "x-forwarded-host" => split(value).is_some_and(|(host, _)| is_site(host)),
        _ => super::one_of(HEADERS, &name) && is_agent(value),
    }
}

/// How a program calls itself, and other short texts.
pub(super) fn is_agent(text: &str) -> bool {
    text.len() <= 160
        && !text.starts_with(['@', '-'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " ._-/;:,()*+=\"".contains(c))
}

/// `query=up`, and the times for which it is asked. Not `@file`, nor `name@file`.
pub(super) fn is_parameter(text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else { return false };
    matches!(name, "query" | "time" | "start" | "end" | "step" | "timeout" | "limit" | "match[]")
        && value.len() <= MAX_URL
        && !value.starts_with('@')
        && value.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

/// `@file` would be read and `%output{file}` written.
pub(super) fn is_write_out(text: &str) -> bool {
    let text = text.replace("%%", "");
    let mut parts = text.split('%');
    let is_name = |part: &str| {
        let part = part.strip_prefix("header").unwrap_or(part);
        let name = part.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        name.is_some_and(|(name, _)| {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
        })
    };
    parts.next().is_some_and(|before| !before.starts_with('@')) && parts.all(is_name)
}

#[cfg(test)]
mod tests;
