//! Any text for a host, an endpoint, a login, a URL, a port or a tunnel: what is let through has one host, which decides.
#![no_main]

#[path = "guards.rs"]
mod guards;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use doorward_plugin::Validator;
use doorward_plugin::net::{Host, Location};
use guards::is_allowed;
use libfuzzer_sys::fuzz_target;
use net_guard::NetGuard;

const HOSTS: &str = r#""hosts": ["*.example.com"], "networks": ["192.0.2.0/24"]"#;

fn guard(kind: &str, more: &str) -> NetGuard {
    let settings = format!(r#"{{"targets": [{{"arguments": ["/x"], "kind": "{kind}", {more}}}]}}"#);
    NetGuard::from_json(&settings).expect("the settings are right")
}

static HOST: LazyLock<NetGuard> = LazyLock::new(|| guard("host", HOSTS));
static PUBLIC: LazyLock<NetGuard> =
    LazyLock::new(|| guard("host", r#""hosts": ["*"], "networks": ["0.0.0.0/0", "::/0"]"#));
static URL: LazyLock<NetGuard> = LazyLock::new(|| guard("url", &format!(r#"{HOSTS}, "schemes": ["http", "https"]"#)));
static OTHERS: LazyLock<[NetGuard; 4]> = LazyLock::new(|| {
    [
        guard("endpoint", &format!(r#"{HOSTS}, "ports": [443]"#)),
        guard("login", &format!(r#"{HOSTS}, "users": ["deploy"]"#)),
        guard("tunnel", &format!(r#"{HOSTS}, "ports": [443]"#)),
        guard("port", r#""ports": [443]"#),
    ]
});

fuzz_target!(|text: &str| {
    for guard in &*OTHERS {
        if is_allowed(guard, "x", text) {
            assert!(text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.starts_with('-'), "{text:?}");
        }
    }
    if is_allowed(&*HOST, "x", text) {
        let bare = text.trim_end_matches('.').to_ascii_lowercase();
        let address = bare.trim_matches(['[', ']']).parse().map(|address: IpAddr| address.to_canonical());
        let is_ours = address.is_ok_and(|address| address.to_string().starts_with("192.0.2."));
        assert!(is_ours || bare.ends_with(".example.com"), "{text:?}");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)), "{text:?}");
    }
    if is_allowed(&*PUBLIC, "x", text) {
        let special = [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(169, 254, 169, 254)];
        let address = text.trim_matches(['[', ']']).parse().map(|address: IpAddr| address.to_canonical());
        assert!(!address.is_ok_and(|address| special.iter().any(|special| address == IpAddr::V4(*special))), "{text:?}");
        // The same host in the form that does not change any more is judged the same.
        let host = Host::parse(text).expect("what is let through is a host");
        assert!(is_allowed(&*PUBLIC, "x", &host.to_string()), "{text:?}, {host}");
    }
    if is_allowed(&*URL, "x", text) {
        let host = Location::parse(text).expect("what is let through is a URL").host;
        assert!(is_allowed(&*HOST, "x", &host.to_string()), "{text:?}, {host}");
        let authority = text.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        assert!(!authority.contains(['@', '%', '\\']), "{text:?}");
    }
});
