use super::{Allowed, Endpoint, Host, Location, NamePattern, Network, carried, port_of, special, special_name};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn told<T: std::fmt::Debug>(read: Result<T, super::Unclear>) -> &'static str {
    read.expect_err("it is not clear").code
}

#[test]
fn a_host_comes_out_in_one_spelling() {
    let check = |text: &str, expected: &str| {
        let host = Host::parse(text).unwrap_or_else(|unclear| panic!("{text}: {unclear:?}"));
        assert_eq!(host.to_string(), expected, "{text}");
    };
    check("example.com", "example.com");
    check("EXAMPLE.Com.", "example.com");
    check("web-1", "web-1");
    check("_srv.x_y.org", "_srv.x_y.org");
    check("xn--bcher-kva.example", "xn--bcher-kva.example");
    check("192.0.2.7", "192.0.2.7");
    check("::1", "::1");
    check("[::1]", "::1");
    check("2001:DB8:0:0::1", "2001:db8::1");
    check("::ffff:10.0.0.1", "10.0.0.1");
    check("[::ffff:a9fe:a9fe]", "169.254.169.254");
    check("1.example", "1.example");
    check("3com.com", "3com.com");
}

#[test]
fn what_programs_read_differently_is_no_host() {
    let check = |text: &str, code: &str| assert_eq!(told(Host::parse(text)), code, "{text}");
    check("", "host.empty");
    for text in ["-oProxyCommand=id", "-x", "--", "-"] {
        check(text, "host.option");
    }
    for text in [
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "127.0.0.01",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.4.",
        "0",
        "08.1.1.1",
        "x.0x7f",
        "a.1",
        "0x",
        "127.0.0.0x1",
        "999999999999",
    ] {
        check(text, "host.number");
    }
    for text in
        ["１２７.0.0.1", "ⓔxample.com", "exämple.com", "a\u{200b}b", "a b", "a\n", "a\0", "\ta", "a。b", "\u{202e}a"]
    {
        check(text, "host.letters");
    }
    for text in [
        "a..b",
        ".",
        ".a",
        "a-",
        "a-.b",
        "a/b",
        "a:80",
        "[::1",
        "::1]",
        "[a]",
        "fe80::1%eth0",
        "a%2eb",
        "a,b",
        "a;b",
        "$(id)",
        "a*",
        "a?b",
        "a#b",
        "[::1]:80",
        "xn--a",
        "1::2::3",
        "a\\b",
        "'a'",
        "a|b",
        "[127.0.0.1]",
        "::1.2.3.256",
    ] {
        check(text, "host.invalid");
    }
    check("root@a", "host.user");
    check(&"a".repeat(64), "host.invalid");
    check(&"a.".repeat(128), "host.invalid");
}

#[test]
fn an_endpoint_is_a_host_with_or_without_a_port() {
    let check = |text: &str, host: &str, port: Option<u16>| {
        let endpoint = Endpoint::parse(text).unwrap_or_else(|unclear| panic!("{text}: {unclear:?}"));
        assert_eq!((endpoint.host.to_string().as_str(), endpoint.port), (host, port), "{text}");
    };
    check("a.example", "a.example", None);
    check("a.example:22", "a.example", Some(22));
    check("192.0.2.1:65535", "192.0.2.1", Some(65535));
    check("::1", "::1", None);
    check("[::1]", "::1", None);
    check("[::1]:443", "::1", Some(443));
    for text in ["a:", "a:0", "a:65536", "a:x", "a:022", "a:+22", "a:22 ", "a:-1", "a:2e1"] {
        assert!(["port.invalid", "host.letters"].contains(&told(Endpoint::parse(text))), "{text}");
    }
    for text in ["a:1:2", ":22", "[::1]22", "u@a:22", "::1:99999", "[::1]]:1"] {
        Endpoint::parse(text).expect_err(text);
    }
}

#[test]
fn a_url_is_read_as_all_read_it() {
    let check = |text: &str, host: &str, port: Option<u16>, has_login: bool| {
        let location = Location::parse(text).unwrap_or_else(|unclear| panic!("{text}: {unclear:?}"));
        assert_eq!((location.host.to_string().as_str(), location.port), (host, port), "{text}");
        assert_eq!(location.has_login, has_login, "{text}");
    };
    check("https://a.example", "a.example", Some(443), false);
    check("HTTPS://A.Example/x?y=@z#//b", "a.example", Some(443), false);
    check("http://a.example:8080/", "a.example", Some(8080), false);
    check("http://a.example:80/", "a.example", Some(80), false);
    check("ws://[::1]:1/x", "::1", Some(1), false);
    check("ssh://root@a.example", "a.example", Some(22), true);
    check("postgresql://u:p%40x@db.example/x", "db.example", Some(5432), true);
    check("http://a.example/http://b/", "a.example", Some(80), false);
    check("made-up://a.example", "a.example", None, false);
    check("http://a.example?x", "a.example", Some(80), false);
    for text in [
        "a.example",
        "//a.example",
        "http:a.example",
        "http:/a.example",
        "http:///a.example",
        "file:///etc/passwd",
        "file://a/x",
        "data:text/html,x",
        "javascript://%0aalert(1)",
        "mailto:a@b",
        "1http://a",
        "://a",
        "http://",
        "http://:80",
        "http://a:80:80/",
        "http://a@b@c/",
        "http://a\\@b/",
        "http://a#@b/",
        "http://a?@b/",
        "http://a#@b@c/\u{0}",
        "http://a /",
        "http://a\t.b/",
        "http://\u{ff41}/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://2130706433/",
        "http://a%2eb/",
        "http://[fe80::1%25eth0]/",
        "http://a\nb/",
        "http://-a/",
        "http://u\"@a/",
        "http://a:/",
        "http://a:0/",
        "http://a:080/",
        "http://[::1]x/",
        "http://a,b/",
        "http://exämple.com/",
    ] {
        Location::parse(text).expect_err(text);
    }
}

#[test]
fn ports_are_plain_numbers() {
    assert_eq!(port_of("22"), Ok(22));
    for text in ["", "0", "00", "022", "65536", "+1", "-1", "1.0", "1e3", " 1", "1 ", "٣", "ssh"] {
        assert_eq!(told(port_of(text)), "port.invalid", "{text}");
    }
}

#[test]
fn special_addresses_are_known() {
    for text in [
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(special(text.parse().unwrap()).is_some(), "{text}");
    }
    for text in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "169.253.255.255",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.0.1",
        "192.169.0.1",
        "223.255.255.255",
        "2606:4700::1",
        "2a00::1",
    ] {
        assert_eq!(special(text.parse().unwrap()), None, "{text}");
    }
}

#[test]
fn special_names_are_known() {
    for name in [
        "localhost",
        "a.localhost",
        "web-1",
        "metadata.google.internal",
        "printer.local",
        "x.lan",
        "10.0.0.1.nip.io",
        "localtest.me",
        "x.onion",
    ] {
        assert!(special_name(name), "{name}");
    }
    for name in ["example.com", "localhost.com", "mylocalhost.org", "internal.example.org", "anip.io"] {
        assert!(!special_name(name), "{name}");
    }
}

#[test]
fn an_address_within_an_address_is_found() {
    let check = |text: &str, expected: Option<&str>| {
        let expected: Option<IpAddr> = expected.map(|text| text.parse().unwrap());
        assert_eq!(carried(text.parse().unwrap()), expected, "{text}");
    };
    check("64:ff9b::a9fe:a9fe", Some("169.254.169.254"));
    check("64:ff9b:1::a9fe:a9fe", Some("169.254.169.254"));
    check("2002:a9fe:a9fe::1", Some("169.254.169.254"));
    check("2001::5601:5601", Some("169.254.169.254"));
    check("::a9fe:a9fe", Some("169.254.169.254"));
    check("::ffff:0:a9fe:a9fe", Some("169.254.169.254"));
    check("2606:4700::5efe:a9fe:a9fe", Some("169.254.169.254"));
    check("2606:4700::1", None);
    check("10.0.0.1", None);
}

fn allowed(names: &[&str], networks: &[&str]) -> Allowed {
    Allowed {
        names: names.iter().map(|text| NamePattern::parse(text).unwrap()).collect(),
        networks: networks.iter().map(|text| Network::parse(text).unwrap()).collect(),
    }
}

#[test]
fn only_what_is_named_is_allowed() {
    let check = |names: &[&str], networks: &[&str], host: &str, expected: bool| {
        let host = Host::parse(host).unwrap();
        assert_eq!(allowed(names, networks).holds(&host), expected, "{host} of {names:?} {networks:?}");
    };
    check(&["a.example.com"], &[], "A.example.com.", true);
    check(&["a.example.com"], &[], "b.example.com", false);
    check(&["*.example.com"], &[], "b.example.com", true);
    check(&["*.example.com"], &[], "c.b.example.com", true);
    check(&["*.example.com"], &[], "example.com", false);
    check(&["*.example.com"], &[], "badexample.com", false);
    check(&["example.com"], &[], "example.com.evil.org", false);
    check(&["*"], &[], "example.com", true);
    check(&["*"], &[], "localhost", false);
    check(&["*"], &[], "metadata.google.internal", false);
    check(&["*"], &[], "127-0-0-1.nip.io", false);
    check(&["*"], &[], "8.8.8.8", false);
    check(&["*", "localhost"], &[], "localhost", true);
    check(&["*.internal"], &[], "db.internal", true);
    check(&[], &["8.8.8.0/24"], "8.8.8.8", true);
    check(&[], &["8.8.8.8"], "8.8.8.8", true);
    check(&[], &["8.8.8.0/24"], "8.8.9.8", false);
    check(&[], &["0.0.0.0/0"], "8.8.8.8", true);
    check(&[], &["0.0.0.0/0"], "10.0.0.1", false);
    check(&[], &["0.0.0.0/0"], "169.254.169.254", false);
    check(&[], &["0.0.0.0/0", "10.0.0.0/8"], "10.0.0.1", true);
    check(&[], &["10.0.0.0/8"], "::ffff:10.0.0.1", true);
    check(&[], &["169.254.169.254/32"], "169.254.169.254", true);
    check(&[], &["::/0"], "2606:4700::1", true);
    check(&[], &["::/0"], "::1", false);
    check(&[], &["::/0"], "64:ff9b::808:808", false);
    check(&[], &["64:ff9b::/96"], "64:ff9b::808:808", false);
    check(&[], &["64:ff9b::/96", "8.8.8.8"], "64:ff9b::808:808", true);
    check(&[], &["64:ff9b::/96", "0.0.0.0/0"], "64:ff9b::a9fe:a9fe", false);
    check(&[], &["::/0"], "2606:4700::5efe:a9fe:a9fe", false);
    for text in ["", "*.", "*a", "a.*", "1.2.3", "10.0.0.1", "*.10.0.0.1", "a b", "http://a"] {
        assert_eq!(NamePattern::parse(text), None, "{text}");
    }
    for text in ["", "10.0.0.0/33", "10.0.0/8", "a", "10.0.0.0-10.0.0.9"] {
        assert_eq!(Network::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}", pieces in "([a-c0-9]|\\.|:|/|@|\\[|\\]|%|0x|-|http://|#|\\?|\\\\){0,24}") {
        for text in [&text, &pieces, &format!("http://{pieces}")] {
            let _ = (Host::parse(text), Endpoint::parse(text), Location::parse(text), NamePattern::parse(text));
        }
    }

    #[test]
    fn a_host_is_read_again_the_same(text in "([a-c0-9]|\\.|:|-|x|\\[|\\]){1,24}") {
        if let Ok(host) = Host::parse(&text) {
            prop_assert_eq!(Host::parse(&host.to_string()), Ok(host));
        }
    }

    #[test]
    fn every_address_is_read(v4 in any::<u32>(), v6 in any::<u128>()) {
        for address in [IpAddr::from(Ipv4Addr::from(v4)), IpAddr::from(Ipv6Addr::from(v6))] {
            prop_assert_eq!(Host::parse(&address.to_string()), Ok(Host::Address(address.to_canonical())));
        }
    }

    #[test]
    fn the_url_crate_arrives_at_the_same_host(rest in "([a-c0-9]|\\.|:|/|@|\\[|\\]|%|0x|-|#|\\?|\\\\){1,24}") {
        let text = format!("http://{rest}");
        if let Ok(location) = Location::parse(&text) {
            let url = url::Url::parse(&text).expect("it is a URL");
            prop_assert_eq!(Host::parse(url.host_str().expect("it has a host")), Ok(location.host));
        }
    }
}
