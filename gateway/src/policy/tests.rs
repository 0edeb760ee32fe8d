use super::*;
use crate::call::{Call, Caller, Ruling, ServerName, Target, Verdict};
use crate::clock::Timestamp;
use crate::json::commented::{Report, Severity, Source};
use crate::json::{Limits, Object, Value, scan};

mod arguments;
mod entries;
mod flows;
mod laws;
mod mistakes;
mod record;
mod shadow;
mod shapes;

pub(super) fn json(text: &str) -> Value {
    scan(text.as_bytes(), &Limits::request(1 << 20)).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

pub(super) fn read(text: &str) -> (Option<Policy>, Vec<String>) {
    let mut report = Report::new(Source::new("policy.json", text));
    let policy = report.parse().and_then(|node| load(&node, text, &mut report));
    let findings = report.into_findings();
    let sound = findings.iter().all(|finding| finding.severity < Severity::Error);
    let lines = findings.into_iter().map(|found| {
        let (line, column) = found.place();
        format!("{line}:{column}: {} {}", found.message, found.help.unwrap_or_default())
    });
    (policy.filter(|_| sound), lines.collect())
}

pub(super) fn policy(text: &str) -> Policy {
    let (policy, findings) = read(text);
    policy.unwrap_or_else(|| panic!("{findings:?}"))
}

pub(super) fn call(target: Target) -> Call {
    let method = "tools/call".to_owned();
    Call::new(Caller::new("ci"), ServerName::new("ssh"), target, method, None, Object::new())
}

pub(super) fn tool(name: &str) -> Target {
    Target::Tool(name.to_owned())
}

/// A call of a tool with these arguments.
pub(super) fn call_of(name: &str, arguments: &str) -> Call {
    let params = Object::from([("name", name.into()), ("arguments", json(arguments))]);
    let method = "tools/call".to_owned();
    Call::new(Caller::new("ci"), ServerName::new("ssh"), tool(name), method, Some(params), Object::new())
}

/// A call of `x` with these arguments.
pub(super) fn with(arguments: &str) -> Call {
    call_of("x", arguments)
}

/// 2026-11-20T21:30:00Z, a Friday.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_795_210_200_000);

/// Circumstances in which nothing is known but the time.
pub(super) fn nothing_known(session: &Session) -> Circumstances<'_> {
    Circumstances { groups: &[], claims: None, listing: Listing::Unasked, session, now: NOW }
}

pub(super) fn judged<'p>(
    policies: impl IntoIterator<Item = &'p Policy, IntoIter: Clone>,
    call: &Call,
) -> Judgement<'p> {
    judge(policies, call, &nothing_known(&Session::default()))
}

/// The ruling of one policy.
pub(super) fn ruled(policy: &Policy, call: &Call) -> Ruling {
    judged([policy], call).ruling
}

/// A policy with this entry for `x`.
pub(super) fn policy_of_x(entry: &str) -> Policy {
    policy(&format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {entry}}}}}"#))
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
        let ruling = judged([&policy(text)], &call(target.clone())).ruling;
        assert_eq!((ruling.verdict, ruling.rule.as_ref()), (verdict, rule), "{target}");
    }
}

#[test]
fn without_a_policy_everything_is_refused() {
    let ruling = judged([], &call(tool("read"))).ruling;
    assert_eq!((ruling.verdict, ruling.rule.as_ref()), (Verdict::Deny, "(no policy)"));
    assert_eq!(sight([], &tool("read")), Sight::Withheld);
}

#[test]
fn every_policy_must_allow() {
    let (some, open) = (policy(SOME), policy(OPEN));
    for (name, verdict) in [("read", Verdict::Allow), ("drop", Verdict::Deny), ("other", Verdict::Deny)] {
        assert_eq!(judged([&some, &open], &call(tool(name))).ruling.verdict, verdict, "{name}");
        assert_eq!(judged([&open, &some], &call(tool(name))).ruling.verdict, verdict, "{name}");
    }
}

#[test]
fn listed_if_and_only_if_callable() {
    let (some, open) = (policy(SOME), policy(OPEN));
    for policies in [vec![&some], vec![&open], vec![&some, &open], vec![]] {
        for name in ["read", "secret", "drop", "other"] {
            let callable = judged(policies.iter().copied(), &call(tool(name))).ruling.verdict == Verdict::Allow;
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
    assert!(policy.is_none());
    let text = findings.join("\n");
    for part in [
        "2:14: `2` is not one of `1`",
        "1:1: `default` is missing",
        "3:3: unknown key `defualt` did you mean `default`?",
        "4:29: `alow` is not one of `allow`, `deny`, `require_approval` did you mean `allow`?",
        "4:37: unknown key `reasn` did you mean `reason`?",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn a_policy_of_another_dialect_is_not_taken_for_ours() {
    let (policy, findings) =
        read(r#"{"version": "1", "default": "deny", "tools": {"x": {"rules": [{"action": "deny"}]}}}"#);
    assert!(policy.is_none());
    let findings = findings.join("\n");
    assert!(findings.contains("Intercept") && findings.contains("doorward policy import"), "{findings}");
}

#[test]
fn a_name_written_twice_is_an_error() {
    let (_, findings) = read(r#"{"version": "1", "default": "deny", "default": "allow"}"#);
    assert!(findings.join("\n").contains("`default` is written twice"), "{findings:?}");
}

const RULES: &str = r#"{"version": "1", "default": "deny",
    "all_tools": {"deny_if": [{"conditions": [{"path": "args.force", "op": "eq", "value": true}]}],
                  "limits": [{"counter": "all", "window": "hour", "max": 500}]},
    "tools": {"x": {
        "require": [{"conditions": [{"path": "args.interval", "op": "gte", "value": 5000}], "on_deny": "interval too short"}],
        "deny_if": [{"conditions": [{"path": "args.command", "op": "contains", "value": "sudo"},
                                    {"path": "args.host", "op": "neq", "value": "test"}], "on_deny": "no sudo"}],
        "rate_limit": {"max": 10, "window": 60},
        "limits": [{"counter": "x/rate", "window": "minute", "max": 3, "scope": "server"}]}}}"#;

#[test]
fn rules_on_arguments() {
    for (arguments, verdict, rule) in [
        (r#"{"interval": 5000, "command": "ls"}"#, Verdict::Allow, "/tools/x"),
        (r#"{"interval": -5, "command": "ls"}"#, Verdict::Deny, "/tools/x/require/args.interval-gte"),
        (r#"{"interval": "5000", "command": "ls"}"#, Verdict::Deny, "/tools/x/require/args.interval-gte"),
        (r#"{"command": "ls"}"#, Verdict::Deny, "/tools/x/require/args.interval-gte"),
        (
            r#"{"interval": 1e4, "command": "sudo x", "host": "prod"}"#,
            Verdict::Deny,
            "/tools/x/deny_if/args.command-contains+args.host-neq",
        ),
        (r#"{"interval": 1e4, "command": "sudo x", "host": "test"}"#, Verdict::Allow, "/tools/x"),
        (r#"{"interval": 1e4, "command": ["sudo x"], "host": 7}"#, Verdict::Allow, "/tools/x"),
        (
            r#"{"interval": 1e4, "command": "sudo x", "host": 7}"#,
            Verdict::Deny,
            "/tools/x/deny_if/args.command-contains+args.host-neq",
        ),
        (r#"{"interval": 1e4, "force": true}"#, Verdict::Deny, "/all_tools/deny_if/args.force-eq"),
        (r#"{"interval": 1e4, "force": "true"}"#, Verdict::Deny, "/all_tools/deny_if/args.force-eq"),
    ] {
        let law = policy(RULES);
        let judged = judged([&law], &with(arguments));
        assert_eq!((judged.ruling.verdict, judged.ruling.rule.as_ref()), (verdict, rule), "{arguments}");
    }
}

#[test]
fn a_refusal_says_why_and_what_would_be_allowed() {
    let law = policy(RULES);
    let ruling = judged([&law], &with(r#"{"interval": -5}"#)).ruling;
    assert_eq!(ruling.reason, "interval too short");
    assert_eq!(ruling.remedy.as_deref(), Some("a call in which `args.interval` is 5000 or more"));
}

#[test]
fn limits_and_plugins_of_all_tools_come_first_and_add_up() {
    let law = policy(RULES);
    let judgement = judged([&law], &with(r#"{"interval": 5000}"#));
    let limits: Vec<_> =
        judgement.limits.iter().map(|limit| (limit.rule.as_ref(), limit.max, limit.window.as_secs())).collect();
    let want =
        [("/all_tools/limits/all", 500, 3600), ("/tools/x/limits/x/rate", 3, 60), ("/tools/x/rate_limit", 10, 60)];
    assert_eq!(limits, want);
    assert_eq!(judged([&law, &law], &with(r#"{"interval": 5000}"#)).limits.len(), 6, "every policy counts");
}

#[test]
fn a_trace_tells_every_rule_with_its_value() {
    let law = policy(RULES);
    let steps = trace([&law], &with(r#"{"interval": -5, "command": "ls"}"#), &nothing_known(&Session::default()));
    let told: Vec<String> =
        steps.iter().map(|step| format!("{} {:?} {:?}", step.rule, step.truth, step.verdict)).collect();
    assert_eq!(
        told,
        [
            "/tools/x None Allow",
            "(unknown argument) Some(Unknown) Allow",
            "(argument schema) Some(Unknown) Allow",
            "/all_tools/deny_if/args.force-eq Some(False) Allow",
            "/tools/x/require/args.interval-gte Some(False) Deny",
            "/tools/x/deny_if/args.command-contains+args.host-neq Some(False) Allow",
        ]
    );
}

#[test]
fn what_hides_wins_over_what_denies() {
    let (deny, hide) = (
        policy(r#"{"version": "1", "default": "deny"}"#),
        policy(r#"{"version": "1", "default": "allow", "hide": ["x"]}"#),
    );
    assert_eq!(sight([&deny, &hide], &tool("x")), Sight::Hidden);
    assert_eq!(sight([&hide, &deny], &tool("x")), Sight::Hidden);
}

#[test]
fn limits_that_mean_nothing_are_refused() {
    let limit = |text: &str| format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {{{text}}}}}}}"#);
    for (text, part) in [
        (r#""limits": [{"counter": "", "window": "minute", "max": 1}]"#, "a counter needs a name"),
        (r#""limits": [{"counter": "a", "window": 0, "max": 1}]"#, "a window of 0 s is not possible"),
        (r#""limits": [{"counter": "a", "window": 99999999, "max": 1}]"#, "is not possible"),
        (r#""limits": [{"counter": "a", "window": "fortnight", "max": 1}]"#, "`fortnight` is not one of"),
        (r#""limits": [{"counter": "a", "window": "minute", "max": 0}]"#, "lets nothing pass"),
        (r#""limits": [{"counter": "a", "window": "minute", "max": -1}]"#, "expected a whole number"),
        (r#""limits": [{"counter": "a", "window": "minute", "max": 1, "scope": "grants"}]"#, "did you mean `grant`?"),
        (r#""limits": [{"counter": "a", "windo": "minute", "max": 1}]"#, "did you mean `window`?"),
        (r#""rate_limit": "10/minute""#, "expected an object"),
        (r#""require": [{"conditions": []}]"#, "a rule without conditions"),
        (r#""plugins": [{"config": {}}]"#, "`use` is missing"),
        (r#""plugins": [{"use": "g", "config": []}]"#, "expected an object"),
    ] {
        let (policy, findings) = read(&limit(text));
        assert!(policy.is_none(), "{text}");
        assert!(findings.join("\n").contains(part), "{text}: {findings:?}");
    }
}
