//! The first-party plugin, through the real host.

use super::*;
use crate::call::Verdict;

const SETTINGS: &[u8] =
    br#"{"profile":"readonly-diagnostics","arguments":["/command"],"cwd":"/cwd","opaque":["/connectionId"]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_told_apart() {
    let host = host();
    let guard = host.load("shell-guard", first_party("shell-guard").unwrap(), SETTINGS).await.unwrap();
    for (command, code, token) in [
        ("df -h && uptime", "", ""),
        ("rm -rf /", "command.writes", "`rm`"),
        ("uptime; $(reboot)", "shell.substitution", "`$(`"),
    ] {
        let arguments = json::Value::from([("command", command.into()), ("connectionId", "$(any)".into())]);
        let arguments = String::from_utf8(arguments.to_bytes()).unwrap();
        let reviewed = guard.check(&call(&arguments), context()).await;
        let (found, reason) = said(&reviewed);
        assert!(found == code && reason.contains(token), "{command}: {reviewed:?}");
        assert_eq!(reviewed.verdict(), if code.is_empty() { Verdict::Allow } else { Verdict::Deny }, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_settings_are_checked_at_load() {
    let component = first_party("shell-guard").unwrap();
    let faults = host().load("shell-guard", component, br#"{"profile":"none","arguments":[]}"#).await.unwrap_err();
    let pointers: Vec<_> = faults.iter().filter_map(|fault| fault.pointer.as_deref()).collect();
    assert_eq!(pointers, ["/profile", "/arguments"], "{faults:#?}");
}

#[test]
fn it_is_inside_the_program() {
    assert_eq!(FIRST_PARTY, ["net-guard", "path-guard", "secret-redact", "shell-guard", "sql-guard", "terminal-guard"]);
    assert_eq!(first_party("nobody"), None);
}
