//! Hosts, addresses, ports and URLs, as whoever connects will read them.
//!
//! Programs read what they are to connect to in their own ways: `0177.0.0.1` is two different addresses, `a@b@c` two
//! different hosts, and `-oProxyCommand=…` is none. What readers are known to disagree on is refused, and so is every
//! spelling but the usual one; what is left names one host. Nothing is resolved: a name may lead anywhere.

mod location;
mod pattern;
mod ranges;
#[cfg(test)]
mod tests;

pub use location::Location;
pub use pattern::{Allowed, NamePattern, Network};
pub use ranges::{carried, special, special_name};

use crate::Finding;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest name of a host, in bytes.
pub const MAX_HOST: usize = 253;

/// What is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name in small ASCII letters, without a dot at the end.
    Name(String),
    /// An address; one of IPv4 that is mapped into IPv6 is the one of IPv4.
    Address(IpAddr),
}

/// A host, and a port where one is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The host.
    pub host: Host,
    /// The port, from 1 on.
    pub port: Option<u16>,
}

/// Why a text names nothing for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclear {
    /// A stable word for programs.
    pub code: &'static str,
    /// One sentence for people.
    pub reason: &'static str,
    /// What to send instead.
    pub remedy: &'static str,
}

impl Host {
    /// Reads a name or an address alone: no port, no user, no scheme. An address of IPv6 may stand in brackets.
    pub fn parse(text: &str) -> Result<Self, Unclear> {
        check_letters(text)?;
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = bare.parse::<Ipv6Addr>() {
            return Ok(Self::Address(address.to_canonical()));
        }
        if text.contains(['[', ']', ':']) {
            return Err(INVALID);
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        Self::name(text)
    }

    fn name(text: &str) -> Result<Self, Unclear> {
        if text.contains('@') {
            return Err(unclear("host.user", "there is a user in the place of a host", "send the host alone"));
        }
        let bare = text.strip_suffix('.').unwrap_or(text);
        let is_label = |label: &str| {
            let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            (1..=63).contains(&label.len()) && !label.ends_with('-') && label.bytes().all(is_inner)
        };
        if bare.len() > MAX_HOST || !bare.split('.').all(is_label) {
            return Err(INVALID);
        }
        match url::Host::parse(bare) {
            Ok(url::Host::Domain(name)) if name.eq_ignore_ascii_case(bare) => Ok(Self::Name(name.to_ascii_lowercase())),
            _ if is_number(bare) => Err(unclear(
                "host.number",
                "the host is an address in a spelling that programs read differently",
                "write it as four decimal numbers, such as `192.0.2.7`",
            )),
            _ => Err(INVALID),
        }
    }
}

impl Endpoint {
    /// Reads `HOST` or `HOST:PORT`; an address of IPv6 with a port stands in brackets.
    pub fn parse(text: &str) -> Result<Self, Unclear> {
        check_letters(text)?;
        let alone = |host| Self { host, port: None };
        let (host, port) = match text.rsplit_once(':') {
            None => return Host::parse(text).map(alone),
            Some(_) if text.ends_with(']') || text.parse::<Ipv6Addr>().is_ok() => return Host::parse(text).map(alone),
            Some(parts) => parts,
        };
        if host.contains(':') && !host.starts_with('[') {
            return Err(INVALID);
        }
        Ok(Self { host: Host::parse(host)?, port: Some(port_of(port)?) })
    }
}

/// Reads a port: a decimal number from 1 to 65535, and nothing else.
pub fn port_of(text: &str) -> Result<u16, Unclear> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse::<u16>().ok().filter(|_| is_plain).ok_or(unclear(
        "port.invalid",
        "the port is not a number from 1 to 65535",
        "send a port such as 443",
    ))
}

/// Whether every reader sees the same characters, and none an option.
fn check_letters(text: &str) -> Result<(), Unclear> {
    if text.is_empty() {
        return Err(unclear("host.empty", "no host is named", "send a host"));
    }
    if text.starts_with('-') {
        return Err(unclear("host.option", "what begins with `-` could be read as an option", "send a host"));
    }
    if !text.is_ascii() {
        return Err(unclear(
            "host.letters",
            "the host has a character beyond ASCII in it",
            "write such a name as it is registered, beginning with `xn--`",
        ));
    }
    match text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(unclear("host.letters", "there is a blank or a control character in it", "send it without")),
    }
}

/// Whether some reader takes the name for a number: `2130706433`, `0x7f.1`, `1.2.3`.
fn is_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_hex = hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_hex || last.bytes().all(|byte| byte.is_ascii_digit())
}

const INVALID: Unclear =
    unclear("host.invalid", "this is no name and no address of a host", "send a host such as `www.example.com`");

const fn unclear(code: &'static str, reason: &'static str, remedy: &'static str) -> Unclear {
    Unclear { code, reason, remedy }
}

impl From<Unclear> for Finding {
    fn from(unclear: Unclear) -> Self {
        Self::new(unclear.code, unclear.reason).instead(unclear.remedy)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}
