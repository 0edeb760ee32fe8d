//! Which machines may be asked: this one, and others, but for those that clouds put beside every machine to tell it its
//! credentials.

use super::is_digits;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Names at which clouds tell a machine its credentials.
const METADATA: &[&str] = &[
    "instance-data",
    "instance-data.ec2.internal",
    "metadata",
    "metadata.azure.com",
    "metadata.azure.internal",
    "metadata.goog",
    "metadata.google.internal",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "metadata.tencentyun.com",
];

/// Addresses of the same kind outside of 169.254.0.0/16: of Alibaba, Oracle and Azure.
const ADDRESSES: &[[u8; 4]] = &[[100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]];

/// How names end that are known in one's own network alone. Sources: RFC 6762, RFC 8375, ICANN's `.internal`, Kubernetes.
const NEAR: &[&str] =
    &["corp", "home.arpa", "internal", "intra", "intranet", "lan", "local", "localdomain", "private", "svc"];

/// Services by the names of their ports.
const PORTS: &[&str] = &[
    "domain",
    "ftp",
    "http",
    "https",
    "imap",
    "imaps",
    "ldap",
    "ldaps",
    "mysql",
    "pop3",
    "pop3s",
    "postgresql",
    "smtp",
    "smtps",
    "ssh",
    "submission",
    "submissions",
];

/// A machine that may be asked, by its name or address: the latter as everybody writes it.
pub(super) fn is_site(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let host = lower.strip_suffix('.').unwrap_or(&lower);
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse().is_ok_and(is_open_v6);
    }
    let is_label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return false;
    }
    // What ends in a number is an address, in one of many spellings, or several; one is read here.
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        return host.parse().is_ok_and(is_open_v4);
    }
    // Some names are served that lead to the address in them.
    let leads_there = ["169.254.", "169-254-", "a9fea9fe"].iter().any(|part| host.contains(part));
    !METADATA.contains(&host) && !leads_there
}

/// A machine of one's own network: a name that nobody outside has, or a private address.
pub(super) fn is_near(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let name = lower.strip_suffix('.').unwrap_or(&lower);
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_private = match address {
        Some(address) => address.parse().is_ok_and(|address: Ipv6Addr| address.is_unique_local()),
        None => name.parse().is_ok_and(|address: Ipv4Addr| address.is_private()),
    };
    let is_number = name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('.');
    let ends_near = NEAR.iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')));
    let is_named = address.is_none() && !is_number && (!name.contains('.') || ends_near);
    is_site(host) && (is_private || is_named)
}

fn is_open_v4(address: Ipv4Addr) -> bool {
    !address.is_link_local() && !ADDRESSES.contains(&address.octets())
}

/// Neither link-local, nor the metadata of a cloud, nor an address of the older kind in disguise.
fn is_open_v6(address: Ipv6Addr) -> bool {
    let [first, second, rest @ ..] = address.segments();
    let is_older = matches!((first, second), (0, 0) | (0x64, 0xff9b) | (0x2002 | 0x2001, _))
        && !address.is_loopback()
        && !(first == 0x2001 && second != 0);
    let is_metadata = first == 0xfd00 && second == 0x0ec2 || first == 0xfd20 && second == 0x00ce && rest[5] == 0x0254;
    !address.is_unicast_link_local() && !is_older && !is_metadata
}

/// Host and port, the latter empty where it is not told; none where it is not written like that.
pub(super) fn split(place: &str) -> Option<(&str, &str)> {
    let end = match place.starts_with('[') {
        true => place.find(']')? + 1,
        false => place.find(':').unwrap_or(place.len()),
    };
    let (host, port) = place.split_at_checked(end)?;
    if port.is_empty() {
        return Some((host, ""));
    }
    let port = port.strip_prefix(':')?;
    (is_port(port) || PORTS.contains(&port)).then_some((host, port))
}

/// `example.com:443`
pub(super) fn is_peer(text: &str) -> bool {
    split(text).is_some_and(|(host, port)| !port.is_empty() && is_site(host))
}

/// This machine, perhaps with a port.
pub(super) fn is_here(place: &str) -> bool {
    split(place).is_some_and(|(host, port)| {
        matches!(host, "localhost" | "127.0.0.1" | "[::1]") && (port.is_empty() || is_port(port))
    })
}

pub(super) fn is_port(text: &str) -> bool {
    is_digits(text) && text.len() <= 5 && text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::{is_here, is_near, is_peer, is_site};

    #[test]
    fn credentials_of_clouds_are_no_site_in_any_spelling() {
        for host in [
            "169.254.169.254",
            "169.254.170.2",
            "169.254.1.1.",
            "2852039166",
            "0xa9fea9fe",
            "0XA9FEA9FE",
            "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "169.0xfe.43518",
            "169.254.169.0xfe",
            "[fd00:ec2::254]",
            "[FD00:0EC2:0:0:0:0:0:254]",
            "[fd20:ce::254]",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[::a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::]",
            "[fe80::1]",
            "[fe80::1%eth0]",
            "[febf::1]",
            "metadata.google.internal",
            "METADATA.google.internal.",
            "metadata",
            "metadata.goog",
            "instance-data.ec2.internal",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "169.254.169.254.nip.io",
            "a9fea9fe.nip.io",
            "169-254-169-254.sslip.io",
        ] {
            assert!(!is_site(host), "{host}");
        }
        for host in [
            "",
            ".",
            "-x",
            "a b",
            "a_b/c",
            "user@host",
            "a%2e",
            "1.2",
            "010.0.0.1",
            "1.2.3.4.5",
            "10.0.0.1-254",
            "10.0.0-9.1",
            "10.0.0.0/24",
            "é.example",
            "a..b",
        ] {
            assert!(!is_site(host), "{host}");
        }
    }

    #[test]
    fn other_machines_are_sites() {
        for host in [
            "example.com",
            "example.com.",
            "db-1",
            "10.0.0.1",
            "127.0.0.1",
            "192.168.254.169",
            "[::1]",
            "[2001:db8::1]",
            "[fd12::5]",
            "web_1.internal",
            "0x.example.com",
            "1.example.com",
        ] {
            assert!(is_site(host), "{host}");
        }
    }

    #[test]
    fn what_nobody_outside_can_be_is_near() {
        for host in
            ["db01", "db-1.internal", "es.prod.svc.cluster.local", "web.lan.", "10.1.2.3", "192.168.0.7", "[fd12::5]"]
        {
            assert!(is_near(host), "{host}");
        }
        for host in [
            "db01.example.com",
            "internal",
            "xinternal.com",
            "1.1.1.1",
            "172.32.0.1",
            "[2001:db8::1]",
            "127.1",
            "2130706433",
            "metadata",
            "metadata.google.internal",
            "169.254.169.254",
            "169-254-169-254.internal",
            "a,b",
            "",
        ] {
            assert_eq!(is_near(host), host == "internal", "{host}");
        }
    }

    #[test]
    fn a_peer_has_a_port() {
        for place in ["example.com:443", "[::1]:8443", "10.0.0.1:25", "mail.example.org:smtp"] {
            assert!(is_peer(place), "{place}");
        }
        for place in [
            "example.com",
            "example.com:",
            "example.com:0",
            "example.com:70000",
            "169.254.169.254:80",
            "a:b",
            "::1:443",
        ] {
            assert!(!is_peer(place), "{place}");
        }
        assert!(is_here("localhost") && is_here("127.0.0.1:9200") && is_here("[::1]:80"));
        assert!(
            !is_here("localhost.example.com") && !is_here("127.0.0.2") && !is_here("::1") && !is_here("localhost:")
        );
    }
}
