//! Host and Origin: a page on the web must not reach a gateway on this machine, whatever its name resolves to.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// Which hosts a request may be for, and which pages may send one.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Guard {
    /// Host names beside the loopback's, in lower case and without a port.
    pub hosts: Vec<String>,
    /// Origins beside the loopback's, as `https://name:port`.
    pub origins: Vec<String>,
}

impl Guard {
    /// Whether a request with these headers may be read at all. `Host` must be there, once, and known; `Origin`, which
    /// only browsers send, must be known if it is there.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let host_known = host.to_str().is_ok_and(|host| self.knows_host(without_port(host)));
        let origins_known =
            headers.get_all(ORIGIN).iter().all(|origin| origin.to_str().is_ok_and(|it| self.knows_origin(it)));
        host_known && origins_known
    }

    /// Whether a request line that names a host itself names a known one.
    pub fn admits_host(&self, host: &str) -> bool {
        self.knows_host(without_port(host))
    }

    fn knows_host(&self, host: &str) -> bool {
        is_loopback(host) || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    fn knows_origin(&self, origin: &str) -> bool {
        if self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin)) {
            return true;
        }
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(|host| is_loopback(without_port(host)))
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]"
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn check(host: &[&str], origin: Option<&str>, admitted: bool) {
        let guard = Guard { hosts: vec!["gate.example".to_owned()], origins: vec!["https://app.example".to_owned()] };
        let mut headers = HeaderMap::new();
        for host in host {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        if let Some(origin) = origin {
            headers.append(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        assert_eq!(guard.admits(&headers), admitted, "{host:?} {origin:?}");
    }

    #[test]
    fn only_known_hosts_and_pages_come_in() {
        check(&["127.0.0.1:7070"], None, true);
        check(&["localhost"], Some("http://localhost:3000"), true);
        check(&["[::1]:7070"], Some("http://[::1]"), true);
        check(&["Gate.Example:443"], Some("https://app.example"), true);
        check(&["evil.example"], None, false);
        check(&["localhost"], Some("http://evil.example"), false);
        check(&["localhost"], Some("null"), false);
        check(&["localhost"], Some("http://localhost.evil.example"), false);
        check(&["127.0.0.1.evil.example"], None, false);
        check(&[], None, false);
        check(&["localhost", "localhost"], None, false);
    }
}
