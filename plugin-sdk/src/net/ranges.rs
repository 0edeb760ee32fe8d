//! Addresses and names that lead to this machine, into the network around it, or nowhere.
//!
//! The ranges are those of the special-purpose registries of IANA (RFC 6890 and later), multicast, and addresses that
//! clouds use for their metadata.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const V4: &[([u8; 4], u8, &str)] = &[
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by a carrier"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([168, 63, 129, 16], 32, "the metadata of a cloud"),
    ([169, 254, 0, 0], 16, "link-local, where clouds keep metadata"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved for protocols"),
    ([192, 0, 2, 0], 24, "for documentation"),
    ([192, 88, 99, 0], 24, "a relay"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "for measurements"),
    ([198, 51, 100, 0], 24, "for documentation"),
    ([203, 0, 113, 0], 24, "for documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

const V6: &[([u16; 8], u8, &str)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, "loopback, none, or an address of IPv4"),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "an address of IPv4"),
    ([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "an address of IPv4"),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "an address of IPv4"),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "an address of IPv4"),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discarded"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "reserved for protocols"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "for documentation"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "an address of IPv4"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "for documentation"),
    ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "for routing"),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "private"),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local"),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "site-local"),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast"),
    // All but `2000::/3`, of which nothing is given out.
    ([0, 0, 0, 0, 0, 0, 0, 0], 3, "reserved"),
    ([0x4000, 0, 0, 0, 0, 0, 0, 0], 2, "reserved"),
    ([0x8000, 0, 0, 0, 0, 0, 0, 0], 1, "reserved"),
];

/// Names of which every resolver, or every network, makes something of its own, with all below them.
const NAMES: &[&str] = &[
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
    "example",
    "alt",
    // Names that are made of the addresses to which they lead.
    "nip.io",
    "sslip.io",
    "xip.io",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "traefik.me",
    "local.gd",
];

/// What an address is for where it is not one of the public internet.
pub fn special(address: IpAddr) -> Option<&'static str> {
    nets().find(|(net, _)| net.contains(&address)).map(|(_, what)| what)
}

/// Whether a name, in small letters, leads or may lead to this machine or into the network around it: a single word, or
/// one of a list.
pub fn special_name(name: &str) -> bool {
    let is_below = |known: &&str| name.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.contains('.') || NAMES.iter().any(is_below)
}

/// The IPv4 address to which an IPv6 address may lead elsewhere: by translation (RFC 6052, RFC 7915), 6to4 (RFC 3056),
/// Teredo (RFC 4380), ISATAP (RFC 5214), or the old compatible form (RFC 4291, 2.5.5.1).
pub fn carried(address: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(address) = address else { return None };
    let v4 = |high: u16, low: u16| Some(IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))));
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x64, 0xff9b, 1, .., high, low] => v4(high, low),
        [0x2001, 0, .., high, low] => v4(!high, !low),
        [0x2002, high, low, ..] => v4(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => v4(high, low),
        [.., 0 | 0x200, 0x5efe, high, low] => v4(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => v4(high, low),
        _ => None,
    }
}

/// Whether no address of the network is one of the public internet.
pub(super) fn all_special(net: &IpNet) -> bool {
    nets().any(|(special, _)| special.contains(net))
}

fn nets() -> impl Iterator<Item = (IpNet, &'static str)> {
    let v4 = V4.iter().filter_map(|(address, length, what)| {
        Some((IpNet::V4(Ipv4Net::new(Ipv4Addr::from(*address), *length).ok()?), *what))
    });
    let v6 = V6.iter().filter_map(|(address, length, what)| {
        Some((IpNet::V6(Ipv6Net::new(Ipv6Addr::from(*address), *length).ok()?), *what))
    });
    v4.chain(v6)
}
