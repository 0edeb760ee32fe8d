//! Whatever is sent, the guard answers, and what it lets through names a host that it should.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Validator, Verdict};
use net_guard::NetGuard;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};

/// A group of every kind, for the argument `/x`.
fn settings(kind: &str) -> String {
    let hosts = r#""hosts": ["*.example.com"], "networks": ["192.0.2.0/24"]"#;
    let more = match kind {
        "host" => hosts.to_owned(),
        "url" => format!(r#"{hosts}, "schemes": ["http", "https"]"#),
        "login" => format!(r#"{hosts}, "users": ["deploy"]"#),
        "port" => r#""ports": [443]"#.to_owned(),
        _ => format!(r#"{hosts}, "ports": [443]"#),
    };
    format!(r#"{{"targets": [{{"arguments": ["/x"], "kind": "{kind}", {more}}}]}}"#)
}

fn is_allowed(kind: &str, text: &str) -> bool {
    let guard = NetGuard::from_json(&settings(kind)).expect("the settings are right");
    let arguments = serde_json::json!({ "x": text }).to_string();
    let document = Document::parse(&arguments).expect("the arguments are JSON");
    matches!(guard.check_call(&Call::of_tool("net", "connect"), &document), Verdict::Allow)
}

const KINDS: [&str; 6] = ["host", "endpoint", "login", "url", "port", "tunnel"];

fn target() -> impl Strategy<Value = String> {
    let piece = "(www\\.example\\.com|example\\.com|evil\\.org|192\\.0\\.2\\.7|127\\.0\\.0\\.1|2130706433|::1|::ffff:|\\[|\\]|:|:443|:22|@|\
                 deploy@|/|//|https?://|\\?|#|\\\\|%2f|%00|\\.|-|-o|,|;| |\u{200b}|。|[a-z]|[0-9]|\\PC)";
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,80}", target in target()) {
        for kind in KINDS {
            is_allowed(kind, &text);
            is_allowed(kind, &target);
        }
    }

    #[test]
    fn what_is_allowed_as_a_host_is_one_of_them(text in target()) {
        if is_allowed("host", &text) {
            let bare = text.trim_end_matches('.').to_ascii_lowercase();
            let is_address = bare.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.to_canonical().to_string().starts_with("192.0.2."));
            prop_assert!(is_address || bare.ends_with(".example.com"), "{}", text);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)));
        }
    }

    #[test]
    fn what_is_allowed_as_a_url_has_one_host_for_everybody(text in target()) {
        if is_allowed("url", &text) {
            let rest = text.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            prop_assert!(!authority.contains(['@', '%', '\\']), "{}", text);
            prop_assert!(is_allowed("host", authority.trim_end_matches(":443").trim_end_matches(":80")), "{}", text);
        }
    }

    #[test]
    fn an_address_that_the_system_reads_is_allowed_in_one_spelling_only(parts in proptest::collection::vec("(0x)?[0-9a-f]{1,10}", 1..5)) {
        let text = parts.join(".");
        if is_allowed("host", &text) {
            let address: Ipv4Addr = text.parse().expect("it is written as it should be");
            prop_assert!(address.octets().starts_with(&[192, 0, 2]));
        }
    }
}

/// Nothing is asked of the network: what is tried are numbers.
#[test]
fn no_spelling_that_the_system_takes_for_loopback_is_allowed() {
    let mut taken = 0;
    for text in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "0x7f.0.0.1",
        "127.0.0.01",
        "0",
        "::1",
        "::ffff:127.0.0.1",
    ] {
        let arrives = (text, 80).to_socket_addrs().into_iter().flatten();
        taken += arrives.filter(|address| address.ip().to_canonical().is_loopback()).count();
        for kind in ["host", "endpoint", "login"] {
            assert!(!is_allowed(kind, text), "{text}");
        }
        for url in [format!("http://{text}/"), format!("http://[{text}]/")] {
            assert!(!is_allowed("url", &url), "{url}");
        }
    }
    assert!(taken > 3, "the system knows {taken} of the spellings");
}

#[test]
fn nothing_can_be_put_around_an_allowed_host_that_leads_elsewhere() {
    let around = [
        "@", "#@", "?@", "\\@", "%00", "%2f", ",", ";", " ", "\n", "\0", "\u{200b}", "\u{2044}", "。", "/", ":80@",
        "\t", "..", "-", "_",
    ];
    for host in ["www.example.com", "192.0.2.7"] {
        assert!(is_allowed("host", host) && is_allowed("url", &format!("https://{host}/")), "{host}");
        for between in around {
            let text = format!("{host}{between}evil.org");
            assert!(
                !is_allowed("host", &text) && !is_allowed("endpoint", &text) && !is_allowed("login", &text),
                "{text:?}"
            );
            let url = format!("https://{text}/");
            let stays = url.starts_with(&format!("https://{host}/"));
            assert_eq!(is_allowed("url", &url), stays, "{url:?}");
        }
    }
}

#[test]
fn a_call_has_at_most_128_targets() {
    let settings = r#"{"targets": [{"arguments": ["/ports/*"], "kind": "port", "ports": [443]}]}"#;
    let guard = NetGuard::from_json(settings).expect("the settings are right");
    for (count, expected) in [(128, true), (129, false)] {
        let arguments = serde_json::json!({ "ports": vec![443; count] }).to_string();
        let document = Document::parse(&arguments).expect("the arguments are JSON");
        let verdict = guard.check_call(&Call::of_tool("net", "scan"), &document);
        assert_eq!(verdict == Verdict::Allow, expected, "{count}: {verdict:?}");
    }
}

#[test]
fn the_longest_texts_are_answered() {
    for text in
        ["a.".repeat(5000), "[".repeat(9000), ":".repeat(9000), format!("https://www.example.com/{}", "%".repeat(8000))]
    {
        for kind in KINDS {
            is_allowed(kind, &text);
        }
    }
}
