use super::*;
use crate::call::{Call, Caller, ServerName, Target, Verdict};
use crate::json::Object;
use crate::json::commented::{Report, Source};

fn read(text: &str) -> (Option<Policy>, Vec<String>) {
    let mut report = Report::new(Source::new("policy.json", text));
    let policy = report.parse().and_then(|node| load(&node, text, &mut report));
    let findings = report.into_findings().into_iter();
    let lines = findings.map(|found| {
        let (line, column) = found.place();
        format!("{line}:{column}: {} {}", found.message, found.help.unwrap_or_default())
    });
    (policy, lines.collect())
}

fn policy(text: &str) -> Policy {
    let (policy, findings) = read(text);
    policy.unwrap_or_else(|| panic!("{findings:?}"))
}

fn call(target: Target) -> Call {
    let method = "tools/call".to_owned();
    Call::new(Caller::new("ci"), ServerName::new("ssh"), target, method, None, Object::new())
}

fn tool(name: &str) -> Target {
    Target::Tool(name.to_owned())
}

const SOME: &str = r#"{"version": "1", "default": "deny", "hide": ["secret"],
    "tools": {"read": {}, "secret": {}, "drop": {"action": "deny", "reason": "never here"}}}"#;
const OPEN: &str = r#"{"version": "1", "default": "allow", "tools": {"drop": {"action": "deny"}}}"#;

#[test]
fn the_first_law() {
    for (text, target, verdict, rule) in [
        (SOME, tool("read"), Verdict::Allow, "/tools/read"),
        (SOME, tool("secret"), Verdict::Deny, "(hidden)"),
        (SOME, tool("drop"), Verdict::Deny, "/tools/drop/action"),
        (SOME, tool("other"), Verdict::Deny, "(default deny)"),
        (SOME, Target::Resource("file:///x".to_owned()), Verdict::Deny, "(default deny)"),
        (SOME, Target::ServerRequest("sampling/createMessage".to_owned()), Verdict::Deny, "(default deny)"),
        (OPEN, tool("drop"), Verdict::Deny, "/tools/drop/action"),
        (OPEN, tool("other"), Verdict::Allow, "(default allow)"),
        (OPEN, Target::Method("completion/complete".to_owned()), Verdict::Allow, "(default allow)"),
        (r#"{"version": "1", "default": "allow", "hide": ["*"]}"#, tool("x"), Verdict::Deny, "(hidden)"),
        (
            r#"{"version": "1", "default": "deny", "tools": {"a/b~c": {}}}"#,
            tool("a/b~c"),
            Verdict::Allow,
            "/tools/a~1b~0c",
        ),
    ] {
        let ruling = judge([&policy(text)], &call(target.clone()));
        assert_eq!((ruling.verdict, ruling.rule.as_ref()), (verdict, rule), "{target}");
    }
}

#[test]
fn without_a_policy_everything_is_refused() {
    let ruling = judge([], &call(tool("read")));
    assert_eq!((ruling.verdict, ruling.rule.as_ref()), (Verdict::Deny, "(no policy)"));
    assert_eq!(sight([], &tool("read")), Sight::Withheld);
}

#[test]
fn every_policy_must_allow() {
    let (some, open) = (policy(SOME), policy(OPEN));
    for (name, verdict) in [("read", Verdict::Allow), ("drop", Verdict::Deny), ("other", Verdict::Deny)] {
        assert_eq!(judge([&some, &open], &call(tool(name))).verdict, verdict, "{name}");
        assert_eq!(judge([&open, &some], &call(tool(name))).verdict, verdict, "{name}");
    }
}

#[test]
fn listed_if_and_only_if_callable() {
    let (some, open) = (policy(SOME), policy(OPEN));
    for policies in [vec![&some], vec![&open], vec![&some, &open], vec![]] {
        for name in ["read", "secret", "drop", "other"] {
            let callable = judge(policies.iter().copied(), &call(tool(name))).verdict == Verdict::Allow;
            let shown = sight(policies.iter().copied(), &tool(name)) == Sight::Shown;
            assert_eq!(shown, callable, "{name}");
        }
    }
    assert_eq!(sight([&some], &tool("secret")), Sight::Hidden);
}

#[test]
fn every_mistake_is_found_at_once_with_its_place() {
    let (policy, findings) = read(
        "{\n  \"version\": \"2\",\n  \"defualt\": \"deny\",\n  \"tools\": {\"x\": {\"action\": \"alow\", \"reasn\": 1}}\n}",
    );
    assert_eq!(policy, None);
    let text = findings.join("\n");
    for part in [
        "2:14: `2` is not one of `1`",
        "1:1: `default` is missing",
        "3:3: unknown key `defualt` did you mean `default`?",
        "4:29: `alow` is not one of `allow`, `deny` did you mean `allow`?",
        "4:37: unknown key `reasn` did you mean `reason`?",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn a_policy_of_another_dialect_is_not_taken_for_ours() {
    let (policy, findings) =
        read(r#"{"version": "1", "default": "deny", "tools": {"x": {"rules": [{"action": "deny"}]}}}"#);
    assert_eq!(policy, None);
    assert!(findings.join("\n").contains("Intercept"), "{findings:?}");
}

#[test]
fn a_name_written_twice_is_an_error() {
    let (_, findings) = read(r#"{"version": "1", "default": "deny", "default": "allow"}"#);
    assert!(findings.join("\n").contains("`default` is written twice"), "{findings:?}");
}
