//! Any text for a path: what is let through lies beneath the directory, and names no secret.
#![no_main]

#[path = "guards.rs"]
mod guards;

use std::path::{Component, Path};
use std::sync::LazyLock;

use doorward_plugin::Validator;
use guards::is_allowed;
use libfuzzer_sys::fuzz_target;
use path_guard::PathGuard;

fn guard(more: &str) -> PathGuard {
    PathGuard::from_json(&format!(r#"{{"paths": [{{"arguments": ["/path"], {more}}}"#)).expect("the settings are right")
}

static STRICT: LazyLock<PathGuard> = LazyLock::new(|| guard(r#""within": ["/srv/app"]}]"#));
static WRITE: LazyLock<PathGuard> = LazyLock::new(|| guard(r#""within": ["/srv/app"], "access": "write"}]"#));
static LOOSE: LazyLock<PathGuard> = LazyLock::new(|| {
    guard(
        r#""within": ["/srv/app"]}], "base": "/srv/app/b", "home": "/srv/app/h",
        "forms": ["parent", "letters", "percent", "punctuation", "edges", "file-url"]"#,
    )
});
static WINDOWS: LazyLock<PathGuard> = LazyLock::new(|| {
    guard(
        r#""within": ["C:\\work"]}], "system": "windows", "base": "C:\\work",
        "forms": ["parent", "letters", "percent", "punctuation", "file-url"]"#,
    )
});

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

fn is_within(path: &str) -> bool {
    arrives(path).starts_with(&["srv".to_owned(), "app".to_owned()])
}

fuzz_target!(|text: &str| {
    if is_allowed(&*WRITE, "path", text) {
        assert!(is_allowed(&*STRICT, "path", text), "what may be written may be read: {text:?}");
    }
    if is_allowed(&*STRICT, "path", text) {
        assert!(text.starts_with('/') && is_within(text), "{text:?}");
        assert!(text.is_ascii() && !text.contains(['\\', '%', '$']), "{text:?}");
        assert!(text.split('/').all(|name| name != ".."), "{text:?}");
        assert!(is_allowed(&*LOOSE, "path", text), "{text:?}");
        for secret in ["/.env", "/.ssh/id_rsa", "/../../etc/passwd"] {
            assert!(!is_allowed(&*STRICT, "path", &format!("{text}{secret}")), "{text:?}");
        }
    }
    if is_allowed(&*LOOSE, "path", text) && !text.starts_with('~') && !text.to_lowercase().starts_with("file:") {
        let text = if text.starts_with('/') { text.to_owned() } else { format!("/srv/app/b/{text}") };
        assert!(is_within(&text), "{text:?}");
    }
    if is_allowed(&*WINDOWS, "path", text) {
        let text = text.to_lowercase().replace('/', "\\");
        assert!(!text.contains('\0') && !text.starts_with("\\\\"), "{text:?}");
        assert!(text.strip_prefix("c:").is_none_or(|rest| rest.starts_with('\\')), "{text:?}");
    }
});
