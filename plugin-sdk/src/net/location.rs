//! URLs that name a host: `SCHEME://[USER[:PASSWORD]@]HOST[:PORT]…`

use super::{Endpoint, Host, Unclear, unclear};
use url::Url;

/// The longest URL that is looked at, in bytes.
const MAX_URL: usize = 8192;

/// The ports of schemes.
const PORTS: &[(&str, u16)] = &[
    ("amqp", 5672),
    ("amqps", 5671),
    ("ftp", 21),
    ("ftps", 990),
    ("git", 9418),
    ("http", 80),
    ("https", 443),
    ("ldap", 389),
    ("ldaps", 636),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("rediss", 6379),
    ("sftp", 22),
    ("ssh", 22),
    ("ws", 80),
    ("wss", 443),
];

/// Schemes that read files, run code, wrap other URLs or carry any other protocol: the host says little of what they do.
const CLOSED: &[&str] = &[
    "about",
    "blob",
    "data",
    "dict",
    "expect",
    "file",
    "gopher",
    "jar",
    "javascript",
    "netdoc",
    "phar",
    "php",
    "vbscript",
    "view-source",
];

/// What a URL says of where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// In small letters.
    pub scheme: String,
    /// Whether there is a user, or a user and a password, before the host.
    pub has_login: bool,
    /// Whether there is a `?`, a `#` or an `@` behind the host. Clients of databases take another host from there: to some
    /// `#?host=…` is a query, and to some all before an `@` is a user and a password.
    pub has_more: bool,
    /// Where to.
    pub host: Host,
    /// The port that is written, or the one of the scheme where that is known.
    pub port: Option<u16>,
}

impl Location {
    /// Reads a URL. It is read twice, by the `url` crate as browsers do and by hand as others do; both must find the same
    /// host.
    pub fn parse(text: &str) -> Result<Self, Unclear> {
        if text.len() > MAX_URL {
            return Err(unclear("url.long", "the URL is longer than 8192 bytes", "send a shorter one"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(unclear(
                "url.letters",
                "the URL has a blank, a `\\`, or a character beyond ASCII in it",
                "write them as `%` and two digits",
            ));
        }
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return Err(FORM);
        }
        let scheme = scheme.to_ascii_lowercase();
        if CLOSED.contains(&scheme.as_str()) {
            return Err(unclear("url.scheme", "a URL of this scheme leads to more than a host", "send one of `https`"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // Old readers take what stands before an `@` for the user, whatever stands in it.
        let behind = rest.get(authority.len()..).unwrap_or_default();
        if behind.starts_with(['?', '#']) && behind.contains('@') {
            return Err(FORM);
        }
        let (login, endpoint) = match authority.split_once('@') {
            Some((login, endpoint)) => (Some(login), endpoint),
            None => (None, authority),
        };
        if !login.is_none_or(is_login) {
            return Err(unclear("url.login", "what stands before the host is not plain", "leave it out"));
        }
        let endpoint = Endpoint::parse(endpoint)?;
        let url = Url::parse(text).map_err(|_| FORM)?;
        let is_agreed = url.scheme() == scheme
            && url.host_str().and_then(|host| Host::parse(host).ok()).as_ref() == Some(&endpoint.host)
            && endpoint.port.is_none_or(|port| url.port_or_known_default() == Some(port));
        if !is_agreed {
            return Err(FORM);
        }
        let port = endpoint.port.or_else(|| usual_port(&scheme));
        let has_more = behind.contains(['?', '#', '@']);
        Ok(Self { has_login: login.is_some(), has_more, host: endpoint.host, port, scheme })
    }

    /// The port of the scheme, where that is known.
    pub fn usual_port(&self) -> Option<u16> {
        usual_port(&self.scheme)
    }
}

fn usual_port(scheme: &str) -> Option<u16> {
    PORTS.iter().find(|(known, _)| *known == scheme).map(|(_, port)| *port)
}

const FORM: Unclear =
    unclear("url.invalid", "this is no URL with a host", "send a URL such as `https://www.example.com/`");

fn is_login(login: &str) -> bool {
    login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:%".contains(&byte))
}
