//! Hosts, addresses and URLs, as whoever connects will read them.
//!
//! The grammar is the `url` crate's: case, IDNA, a trailing dot and the many spellings of an IPv4 address come out as one.
//! Where readers are known to disagree (`\`, blanks, `%`, two `@`) it cannot be told what is meant.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::Url;

use crate::json::commented::{Fields, Kind, Node, Report};
use crate::policy::truth::Truth;

use super::{either, read_some};

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 8192;

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Host {
    Name(String),
    Address(IpAddr),
}

/// `example.com`, `*.example.com` for what lies below it, or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) enum HostPattern {
    Exactly(Host),
    Below(String),
}

/// What a URL must have.
#[derive(Clone, Debug)]
pub(in crate::policy) struct UrlTest {
    schemes: Vec<String>,
    hosts: Vec<HostPattern>,
    ports: Vec<u16>,
}

impl HostPattern {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let text = report.text(node)?;
        let (below, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        let clear = is_clear(rest) && !rest.contains('%');
        let pattern = match (alone(rest).filter(|_| clear), below) {
            (Some(Host::Name(name)), true) => Some(Self::Below(format!(".{name}"))),
            (Some(host), false) => Some(Self::Exactly(host)),
            _ => None,
        };
        if pattern.is_none() {
            let help = "write `example.com`, `*.example.com` for all below it, or an address".to_owned();
            report.error(node.span.clone(), format!("`{text}` is no host"), Some(help));
        }
        pattern
    }

    fn is_of(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Exactly(wanted), host) => wanted == host,
            (Self::Below(suffix), Host::Name(name)) => name.ends_with(suffix.as_str()),
            (Self::Below(_), Host::Address(_)) => false,
        }
    }
}

/// Reads a network, or one address.
pub(super) fn read_net(node: &Node, report: &mut Report) -> Option<IpNet> {
    let text = report.text(node)?;
    let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    if net.is_none() {
        let help = "write `10.0.0.0/8`, `fd00::/8` or one address".to_owned();
        report.error(node.span.clone(), format!("`{text}` is no network"), Some(help));
    }
    net.map(|net| net.trunc())
}

/// Whether a text names one of the hosts: `HOST`, `USER@HOST`, `HOST:PORT`, or a URL.
pub(super) fn is_host(text: &str, patterns: &[HostPattern]) -> Truth {
    match host(text) {
        Some(host) => patterns.iter().any(|pattern| pattern.is_of(&host)).into(),
        None => Truth::Unknown,
    }
}

/// Whether a text names an address in one of the networks. A name is no address.
pub(super) fn is_within(text: &str, nets: &[IpNet]) -> Truth {
    let Some(Host::Address(address)) = host(text) else { return Truth::Unknown };
    // An address that carries another one may arrive at either.
    let faces = [Some(address), carried(address)];
    let mut inside = faces.iter().flatten().map(|face| nets.iter().any(|net| net.contains(face)));
    match (inside.next(), inside.next()) {
        (Some(first), None) => first.into(),
        (Some(first), Some(second)) if first == second => first.into(),
        _ => Truth::Unknown,
    }
}

/// The host that a text names.
fn host(text: &str) -> Option<Host> {
    if !is_clear(text) {
        return None;
    }
    if let Some((_, rest)) = text.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next()?;
        if authority.contains('%') || authority.matches('@').count() > 1 {
            return None;
        }
        return named(Url::parse(text).ok()?.host_str()?);
    }
    if text.contains(['/', '?', '#', '%']) || text.matches('@').count() > 1 {
        return None;
    }
    let text = text.split_once('@').map_or(text, |(_, host)| host);
    if let Some(Host::Address(address)) = alone(text) {
        return Some(Host::Address(address));
    }
    let (name, port) = match text.strip_prefix('[') {
        Some(_) => {
            let (inside, after) = text.split_at(text.find(']')? + 1);
            (inside, after.strip_prefix(':').or_else(|| after.is_empty().then_some("0"))?)
        }
        None => text.split_once(':').unwrap_or((text, "0")),
    };
    let sound = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if sound { named(name) } else { None }
}

/// A host without anything around it.
fn alone(text: &str) -> Option<Host> {
    text.parse::<Ipv6Addr>().map(of_address).ok().or_else(|| named(text))
}

/// A host by itself, whatever the scheme: only for some of them the URL's own grammar reads it as a host.
fn named(text: &str) -> Option<Host> {
    match url::Host::parse(text).ok()? {
        url::Host::Ipv4(address) => Some(Host::Address(address.into())),
        url::Host::Ipv6(address) => Some(of_address(address)),
        url::Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(&name);
            let label = |label: &str| {
                let plain =
                    |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
                !label.is_empty() && !label.starts_with('-') && label.bytes().all(plain)
            };
            name.split('.').all(label).then(|| Host::Name(name.to_owned()))
        }
    }
}

/// Whether every reader takes a text for the same.
fn is_clear(text: &str) -> bool {
    text.len() <= LONGEST && !text.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\')
}

/// An IPv4 address that is mapped into IPv6 is that address.
fn of_address(address: Ipv6Addr) -> Host {
    Host::Address(address.to_canonical())
}

/// The IPv4 address to which an IPv6 address leads elsewhere: by translation (RFC 6052), 6to4 (RFC 3056), or the old
/// compatible form (RFC 4291, 2.5.5.1).
fn carried(address: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(address) = address else { return None };
    let last = |high: u16, low: u16| Some(IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))));
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => last(high, low),
        [0x2002, high, low, ..] => last(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => last(high, low),
        _ => None,
    }
}

impl UrlTest {
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let schemes = read_part(&mut fields, "scheme", report, read_scheme);
        let hosts = read_part(&mut fields, "host", report, HostPattern::read);
        let ports = read_part(&mut fields, "port", report, read_port);
        fields.finish(report);
        let (schemes, hosts, ports) = (schemes?, hosts?, ports?);
        if schemes.is_empty() && hosts.is_empty() && ports.is_empty() {
            let help = "name a `scheme`, a `host` or a `port`".to_owned();
            report.error(node.span.clone(), "every URL is like this", Some(help));
            return None;
        }
        Some(Self { schemes, hosts, ports })
    }

    pub(super) fn holds(&self, text: &str) -> Truth {
        let Some(url) = Url::parse(text).ok().filter(|_| is_clear(text)) else { return Truth::Unknown };
        let mut truth = Truth::True;
        if !self.schemes.is_empty() {
            truth = truth.and(self.schemes.iter().any(|scheme| scheme == url.scheme()).into());
        }
        if !self.hosts.is_empty() {
            truth = truth.and(if url.has_host() { is_host(text, &self.hosts) } else { Truth::False });
        }
        if !self.ports.is_empty() {
            let port = url.port_or_known_default();
            truth = truth.and(port.map_or(Truth::Unknown, |port| self.ports.contains(&port).into()));
        }
        truth
    }
}

fn read_part<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    report: &mut Report,
    read: impl FnMut(&Node, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    fields.get(name).map_or(Some(Vec::new()), |node| read_some(node, report, read))
}

fn read_scheme(node: &Node, report: &mut Report) -> Option<String> {
    let text = report.text(node)?;
    let scheme = text.to_ascii_lowercase();
    if Url::parse(&format!("{scheme}://x")).map(|url| url.scheme() == scheme) != Ok(true) {
        let help = "write it alone, such as `https`".to_owned();
        report.error(node.span.clone(), format!("`{text}` is no scheme"), Some(help));
        return None;
    }
    Some(scheme)
}

fn read_port(node: &Node, report: &mut Report) -> Option<u16> {
    let number = match &node.kind {
        Kind::Number(text) => text.parse::<u16>().ok(),
        _ => None,
    };
    if number.is_none() {
        report.error(node.span.clone(), "no port", Some("write a number up to 65535".to_owned()));
    }
    number
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(host) => write!(f, "`{host}`"),
            Self::Below(suffix) => write!(f, "`*{suffix}`"),
        }
    }
}

impl fmt::Display for UrlTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |scheme: &String| format!("`{scheme}`");
        let parts = [
            (!self.schemes.is_empty()).then(|| format!("the scheme {}", either(self.schemes.iter().map(quoted)))),
            (!self.hosts.is_empty()).then(|| format!("the host {}", either(&self.hosts))),
            (!self.ports.is_empty()).then(|| format!("the port {}", either(&self.ports))),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" and "))
    }
}
