//! What `curl` may ask: how the services of this machine are.

use super::is_digits;

/// The last part of a path at which services tell their health.
const PATHS: &[&str] = &[
    "",
    "alerts",
    "allocation",
    "fpm-status",
    "health",
    "healthz",
    "healthcheck",
    "healthy",
    "indices",
    "info",
    "live",
    "liveness",
    "livez",
    "metrics",
    "nginx_status",
    "nodes",
    "ping",
    "ready",
    "readiness",
    "readyz",
    "server-status",
    "shards",
    "stats",
    "status",
    "stub_status",
    "targets",
    "up",
    "version",
];

/// `http://localhost:8080/health` and the like: this machine by name or number, nobody's name or password, and a
/// path without parameters, but for the one that asks for a table or a well-formed text.
pub(super) fn is_health(text: &str) -> bool {
    let text = text.strip_suffix("?pretty").or_else(|| text.strip_suffix("?v")).unwrap_or(text);
    let url = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    let (place, path) = url.split_once('/').unwrap_or((url, ""));
    let (host, port) = match place.strip_prefix("[::1]") {
        Some(rest) => ("::1", rest),
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "::1");
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| is_digits(port) && port.len() <= 5);
    let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/_-".contains(c));
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    is_here && is_port && is_plain && PATHS.contains(&last)
}

/// `@file` would be read and `%output{file}` written.
pub(super) fn is_write_out(text: &str) -> bool {
    let mut parts = text.split('%');
    let is_name = |part: &str| {
        let name = part.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        name.is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    };
    parts.next().is_some_and(|before| !before.starts_with('@')) && parts.all(is_name)
}
