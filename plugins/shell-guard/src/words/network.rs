//! Ports, sockets, and what `tcpdump` chooses by.

use super::hosts::{is_peer, is_port};
use super::one_of;

/// `22,80,443`, `8000-8005`
pub(super) fn are_ports(text: &str) -> bool {
    const MOST: u32 = 16;
    let mut count: u32 = 0;
    text.split(',').all(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let width =
            last.parse::<u32>().ok().zip(first.parse::<u32>().ok()).and_then(|(last, first)| last.checked_sub(first));
        count = count.saturating_add(width.unwrap_or(MOST)).saturating_add(1);
        is_port(first) && is_port(last) && width.is_some() && count <= MOST
    })
}

/// `hash:/etc/postfix/virtual`: a file of addresses, and none of passwords.
pub(super) fn is_table(text: &str) -> bool {
    let Some((kind, path)) = text.split_once(':') else { return false };
    let lower = path.to_ascii_lowercase();
    one_of("hash btree lmdb cdb dbm texthash regexp pcre cidr", kind)
        && super::is_of(crate::rule::Kind::Configuration, path)
        && !["sasl", "pass", "auth", "cred", "secret", "relay_pw"].iter().any(|part| lower.contains(part))
}

/// Sockets at which haproxy listens. `socat` would make a file of a bare path that lacks, so these are all.
const SOCKETS: &[&str] = &[
    "haproxy-master.sock",
    "haproxy.sock",
    "haproxy.stat",
    "haproxy/admin.sock",
    "haproxy/haproxy.sock",
    "haproxy/info.sock",
    "haproxy/stats",
    "haproxy/stats.sock",
];

/// `UNIX-CONNECT:/run/x.sock`, `TCP:localhost:2181`: without options, of which some run and write.
pub(super) fn is_socket(text: &str) -> bool {
    if let Some(path) = text.strip_prefix("/var/run/").or_else(|| text.strip_prefix("/run/")) {
        return SOCKETS.contains(&path);
    }
    let Some((way, place)) = text.split_once(':') else { return text == "/var/lib/haproxy/stats" };
    match way.to_ascii_lowercase().as_str() {
        "unix-connect" | "unix-client" | "unix" => {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c);
            place.starts_with('/') && !place.contains("..") && place.chars().all(is_plain)
        }
        "tcp" | "tcp4" | "tcp6" | "tcp-connect" | "tcp4-connect" | "tcp6-connect" => is_peer(place),
        _ => false,
    }
}

pub(super) fn is_filter(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " ._:/[]()&|!=<>+-".contains(c))
}

/// What the network says of itself, in which nothing of what is sent over it is shown.
const SIGNALS: &str = "arp carp icmp icmp6 igmp rarp stp vrrp";

/// `icmp and host 10.0.0.1`, `arp or vrrp`
pub(super) fn is_signal(text: &str) -> bool {
    let mut choices = vec![Vec::new()];
    for word in text.split_ascii_whitespace() {
        match (word, choices.last_mut()) {
            ("or" | "||", _) => choices.push(Vec::new()),
            (_, Some(choice)) => choice.push(word),
            _ => {}
        }
    }
    let is_one = |choice: &Vec<&str>| {
        choice
            .split_first()
            .is_some_and(|(first, rest)| one_of(SIGNALS, first) && rest.iter().all(|word| is_narrower(word)))
    };
    choices.iter().all(is_one)
}

/// Behind a choice: no other one, and no brackets.
pub(super) fn is_narrower(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " ._:/=!&-".contains(c));
    is_plain && !text.split_ascii_whitespace().any(|word| word == "or")
}

#[cfg(test)]
mod tests {
    use super::{are_ports, is_signal, is_socket, is_table};

    #[test]
    fn sockets_have_no_options_and_lead_nowhere_else() {
        for text in [
            "UNIX-CONNECT:/run/haproxy/admin.sock",
            "unix:/var/run/haproxy.sock",
            "/run/haproxy/admin.sock",
            "/var/run/haproxy.sock",
            "TCP:localhost:2181",
            "tcp4-connect:10.0.0.5:11211",
        ] {
            assert!(is_socket(text), "{text}");
        }
        for text in [
            "EXEC:id",
            "SYSTEM:id",
            "OPEN:/etc/passwd",
            "CREATE:/tmp/x",
            "/tmp/x",
            "/run/x.sock",
            "/run/haproxy/../x",
            "UNIX-LISTEN:/run/x",
            "UNIX-CONNECT:/run/x,fork",
            "UNIX-CONNECT:x",
            "TCP:169.254.169.254:80",
            "TCP:localhost:80,fork",
            "TCP-LISTEN:80",
            "",
        ] {
            assert!(!is_socket(text), "{text}");
        }
    }

    #[test]
    fn signals_are_not_what_is_sent() {
        for text in ["vrrp", "icmp and host 10.0.0.1", "arp or icmp", "arp and not host 10.0.0.1"] {
            assert!(is_signal(text), "{text}");
        }
        for text in
            ["", "port 21", "icmp or port 21", "icmp or", "icmp and (host a or port 21)", "not icmp", "icmp || tcp"]
        {
            assert!(!is_signal(text), "{text}");
        }
        assert!(
            is_table("hash:/etc/postfix/virtual")
                && !is_table("hash:/etc/postfix/sasl_passwd")
                && !is_table("/etc/x/y")
        );
        assert!(
            are_ports("22,80,443")
                && are_ports("8000-8010")
                && !are_ports("1-1024")
                && !are_ports("9-1")
                && !are_ports("")
                && !are_ports("22,")
        );
    }
}
