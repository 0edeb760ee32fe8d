//! Whatever is sent, the guard answers, and what it lets through lies where it should.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Validator, Verdict};
use path_guard::PathGuard;
use proptest::prelude::*;
use std::path::{Component, Path};

const STRICT: &str = r#"{"paths": [{"arguments": ["/path"], "within": ["/srv/app"]}]}"#;
const LOOSE: &str = r#"{"paths": [{"arguments": ["/path"], "within": ["/srv/app"]}], "base": "/srv/app/b", "home": "/srv/app/h",
    "forms": ["parent", "letters", "percent", "punctuation", "edges", "file-url"]}"#;
const WINDOWS: &str = r#"{"paths": [{"arguments": ["/path"], "within": ["C:\\work"]}], "system": "windows", "base": "C:\\work",
    "forms": ["parent", "letters", "percent", "punctuation", "file-url"]}"#;

fn is_allowed(settings: &str, path: &str) -> bool {
    let guard = PathGuard::from_json(settings).expect("the settings are right");
    let arguments = serde_json::json!({ "path": path }).to_string();
    let document = Document::parse(&arguments).expect("the arguments are JSON");
    matches!(guard.check_call(&Call::of_tool("files", "read"), &document), Verdict::Allow)
}

/// Where the kernel would arrive, were there no links.
fn arrives(path: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    parts
}

fn path() -> impl Strategy<Value = String> {
    let piece = "(srv|app|/|/|/srv/app/|\\.|\\.\\.|/\\.\\./|\\\\|~|~/|C:|C:\\\\work\\\\|%2e%2e|file:///|\\.env|\\.ssh| |\u{200b}|\
                 ．．|[a-z]|[A-Z]|\\PC)";
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,80}") {
        for settings in [STRICT, LOOSE, WINDOWS] {
            is_allowed(settings, &text);
        }
    }

    #[test]
    fn what_is_allowed_lies_beneath_the_directory(text in path()) {
        if is_allowed(STRICT, &text) {
            prop_assert!(text.starts_with("/srv/app"), "{}", text);
            prop_assert!(arrives(&text).starts_with(&["srv".to_owned(), "app".to_owned()]), "{}", text);
            prop_assert!(text.is_ascii() && text.split('/').all(|name| name != "..") && !text.contains(['\\', '%', '$']));
        }
        if is_allowed(LOOSE, &text) && !text.starts_with('~') && !text.to_lowercase().starts_with("file:") {
            let text = if text.starts_with('/') { text } else { format!("/srv/app/b/{text}") };
            prop_assert!(arrives(&text).starts_with(&["srv".to_owned(), "app".to_owned()]), "{}", text);
        }
    }

    #[test]
    fn nothing_that_is_allowed_names_a_secret(before in "[a-z/]{0,8}", after in "(|/|/[a-z]{1,4})") {
        for secret in [".env", ".ssh", "id_rsa", ".aws", "server.key", "credentials.json", ".GIT-credentials"] {
            let path = format!("/srv/app/{before}/{secret}{after}");
            prop_assert!(!is_allowed(STRICT, &path) && !is_allowed(LOOSE, &path), "{}", path);
        }
    }
}

#[test]
fn nothing_can_be_put_into_an_allowed_path_that_leads_elsewhere() {
    let more = [
        "/../../../etc/passwd",
        "/..",
        "\\..\\..\\etc",
        "/%2e%2e/%2e%2e",
        "/..%2f",
        "\0",
        "\0.txt",
        "\n",
        "/.\u{200b}./x",
        "/．．/x",
        "/..;/x",
        ";id",
        "|id",
        "$(id)",
        "`id`",
        "/.env",
        "/.ssh/authorized_keys",
        "/secrets",
        "/x.pem",
        "/.. /x",
        "/*",
        "/{a,b}",
        "/x ",
        "/x.",
        "/\u{202e}x",
    ];
    for path in ["/srv/app", "/srv/app/a", "/srv/app/a/b.txt"] {
        assert!(is_allowed(STRICT, path), "{path}");
        for more in more {
            assert!(!is_allowed(STRICT, &format!("{path}{more}")), "{path}{more:?}");
        }
    }
}

#[test]
fn a_call_has_at_most_256_names_in_its_paths() {
    let settings = r#"{"paths": [{"arguments": ["/paths/*"], "within": ["/srv"]}]}"#;
    let guard = PathGuard::from_json(settings).expect("the settings are right");
    for (count, expected) in [(64, true), (65, false), (1000, false)] {
        let arguments = serde_json::json!({ "paths": vec!["/srv/a/b/c"; count] }).to_string();
        let document = Document::parse(&arguments).expect("the arguments are JSON");
        let verdict = guard.check_call(&Call::of_tool("files", "read"), &document);
        assert_eq!(verdict == Verdict::Allow, expected, "{count}: {verdict:?}");
    }
}

#[test]
fn the_longest_paths_are_quickly_answered() {
    let long = format!("/srv/app/{}", "a/".repeat(2000));
    let deep = format!("/srv/app/{}", "..b/".repeat(1000));
    assert!(!is_allowed(LOOSE, &long) && !is_allowed(LOOSE, &deep));
    assert!(is_allowed(LOOSE, &format!("/srv/app/{}", "a/".repeat(100))));
}
