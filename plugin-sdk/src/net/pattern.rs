//! Which hosts are meant: names, names below others, and networks.

use super::{Host, carried, ranges, special, special_name};
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

/// `www.example.com`, `*.example.com` for what lies below it, or `*` for every public name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePattern {
    /// This name.
    Exactly(String),
    /// Every name below this one, which begins with a dot.
    Below(String),
    /// Every name that is not special.
    Public,
}

/// A network of addresses. What is special in it is not meant, unless all of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    net: IpNet,
    is_special: bool,
}

/// Hosts that may be connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// By name.
    pub names: Vec<NamePattern>,
    /// By address.
    pub networks: Vec<Network>,
}

impl NamePattern {
    /// None where it is no pattern of names.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Public);
        }
        let (is_below, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        match Host::parse(rest) {
            Ok(Host::Name(name)) if is_below => Some(Self::Below(format!(".{name}"))),
            Ok(Host::Name(name)) => Some(Self::Exactly(name)),
            _ => None,
        }
    }

    fn is_of(&self, name: &str) -> bool {
        match self {
            Self::Exactly(wanted) => wanted == name,
            Self::Below(suffix) => name.ends_with(suffix.as_str()),
            Self::Public => !special_name(name),
        }
    }
}

impl Network {
    /// `10.0.0.0/8`, `fd00::/8` or one address; none where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(Self { net: net.trunc(), is_special: ranges::all_special(&net) })
    }

    fn holds(&self, address: IpAddr) -> bool {
        self.net.contains(&address) && (self.is_special || special(address).is_none())
    }
}

impl Allowed {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.networks.is_empty()
    }

    /// Whether the host is among them. An address that carries another one may arrive at either, so both must be.
    pub fn holds(&self, host: &Host) -> bool {
        match host {
            Host::Name(name) => self.names.iter().any(|pattern| pattern.is_of(name)),
            Host::Address(address) => {
                let mut faces = [Some(*address), carried(*address)].into_iter().flatten();
                faces.all(|face| self.networks.iter().any(|network| network.holds(face)))
            }
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(name) => f.write_str(name),
            Self::Below(suffix) => write!(f, "*{suffix}"),
            Self::Public => f.write_str("*"),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.net)
    }
}
