//! Any text for a command: what is let through is one command after another that the recogniser reads, and what the narrower
//! settings let through, wider ones do.
#![no_main]

#[path = "guards.rs"]
mod guards;

use std::sync::LazyLock;

use doorward_plugin::{Validator, shell};
use guards::is_allowed;
use libfuzzer_sys::fuzz_target;
use shell_guard::ShellGuard;

fn guard(more: &str) -> ShellGuard {
    ShellGuard::from_json(&format!(r#"{{"arguments": ["/command"]{more}}}"#)).expect("the settings are right")
}

static NARROW: LazyLock<ShellGuard> = LazyLock::new(|| guard(""));
static WIDE: LazyLock<ShellGuard> = LazyLock::new(|| guard(r#", "profile": "service-operator", "readable": ["/data"]"#));
static CLOSED: LazyLock<ShellGuard> = LazyLock::new(|| guard(r#", "profile": "deny-all""#));

fuzz_target!(|text: &str| {
    assert!(!is_allowed(&*CLOSED, "command", text));
    let wide = is_allowed(&*WIDE, "command", text);
    if !is_allowed(&*NARROW, "command", text) {
        return;
    }
    assert!(wide, "the wider profile refuses {text:?}");
    let commands = shell::recognise(text).expect("what is let through is recognised");
    assert!(!commands.is_empty() && commands.len() <= 64);
    assert!(!text.contains(['\0', '\r']) || text.contains('\''), "{text:?}");
    // What stands behind it counts as if it stood alone.
    for more in ["; rm x", "\nrm x", " | sh", " && sudo id", " > /tmp/x"] {
        assert!(!is_allowed(&*NARROW, "command", &format!("{text}{more}")), "{text:?}{more}");
    }
});
