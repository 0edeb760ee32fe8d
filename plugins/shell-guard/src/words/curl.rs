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
    "health-check",
    "healthy",
    "heartbeat",
    "indices",
    "info",
    "leader",
    "live",
    "liveness",
    "livez",
    "metrics",
    "nginx_status",
    "nodes",
    "overview",
    "peers",
    "pending_tasks",
    "ping",
    "ready",
    "readiness",
    "readyz",
    "server-status",
    "shards",
    "stats",
    "status",
    "recovery",
    "thread_pool",
    "stub_status",
    "summary",
    "targets",
    "up",
    "version",
];

/// What may stand behind a path: a form of the answer.
const FORMS: &[&str] = &["?pretty", "?v", "?verbose", "?auto", "?full", "?json", "?h"];

/// `http://localhost:8080/health` and the like: this machine by name or number, nobody's name or password, and a
/// path without parameters, but for those that ask for a form of the answer.
pub(super) fn is_health(text: &str) -> bool {
    let text = FORMS.iter().find_map(|form| text.strip_suffix(form)).unwrap_or(text);
    let url = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    let (place, path) = url.split_once('/').unwrap_or((url, ""));
    let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/_-".contains(c));
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    is_place(place) && is_plain && PATHS.contains(&last)
}

/// `localhost:443`
pub(super) fn is_local(text: &str) -> bool {
    text.contains(':') && is_place(text)
}

/// This machine, perhaps with a port.
fn is_place(place: &str) -> bool {
    let (host, port) = match place.strip_prefix("[::1]") {
        Some(rest) => ("::1", rest),
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| is_digits(port) && port.len() <= 5);
    matches!(host, "localhost" | "127.0.0.1" | "::1") && is_port
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
