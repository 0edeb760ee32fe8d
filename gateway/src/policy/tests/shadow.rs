//! What is not enforced judges like the rest, and lets pass.

use super::*;

/// The verdict and its rule, and what it would be with its rule.
fn told(policies: &[&Policy], call: &Call) -> String {
    let Judgement { ruling, would, .. } = judged(policies.iter().copied(), call);
    let would = would.map(|it| format!(", would {} {}", it.verdict.as_str(), it.rule)).unwrap_or_default();
    format!("{} {}{would}", ruling.verdict.as_str(), ruling.rule)
}

#[test]
fn a_rule_a_tool_or_a_policy_may_only_be_looked_at() {
    let sudo = r#"{"conditions": [{"path": "args.c", "op": "contains", "value": "sudo"}], "enforce": false}"#;
    let rm = r#"{"conditions": [{"path": "args.c", "op": "contains", "value": "rm"}]}"#;
    let rule = policy_of_x(&format!(r#"{{"deny_if": [{sudo}, {rm}]}}"#));
    assert_eq!(told(&[&rule], &with(r#"{"c": "ls"}"#)), "allow /tools/x");
    assert_eq!(
        told(&[&rule], &with(r#"{"c": "sudo"}"#)),
        "allow /tools/x, would deny /tools/x/deny_if/args.c-contains"
    );
    assert!(told(&[&rule], &with(r#"{"c": "sudo rm"}"#)).starts_with("deny /tools/x/deny_if/args.c-contains#2"));

    let tool = policy_of_x(r#"{"action": "deny", "enforce": false}"#);
    assert_eq!(told(&[&tool], &with("{}")), "allow /tools/x/action, would deny /tools/x/action");
    assert_eq!(sight([&tool], &super::tool("x")), Sight::Shown);
    assert_eq!(told(&[&tool], &call_of("y", "{}")), "deny (default deny)");

    let whole = policy(r#"{"version": "1", "default": "deny", "enforce": false, "hide": ["h"]}"#);
    assert_eq!(told(&[&whole], &with("{}")), "allow (default deny), would deny (default deny)");
    assert_eq!(told(&[&whole], &call_of("h", "{}")), "allow (hidden), would deny (hidden)");
    assert_eq!(sight([&whole], &super::tool("h")), Sight::Shown);
    assert_eq!(told(&[&whole, &tool], &call_of("y", "{}")), "deny (default deny), would deny (default deny)");
}

#[test]
fn what_all_tools_must_do_holds_for_a_tool_that_is_only_looked_at() {
    let law = policy(
        r#"{"version": "1", "default": "deny", "tools": {"x": {"enforce": false, "approve_if": [{"conditions": [{"path": "args.c", "op": "exists"}]}]}},
            "all_tools": {"deny_if": [{"conditions": [{"path": "args.c", "op": "eq", "value": "rm"}]}]}}"#,
    );
    assert_eq!(told(&[&law], &with(r#"{"c": "ls"}"#)), "allow /tools/x, would ask /tools/x/approve_if/args.c-exists");
    assert!(told(&[&law], &with(r#"{"c": "rm"}"#)).starts_with("deny /all_tools/deny_if/args.c-eq"));
}

#[test]
fn plugins_and_limits_of_what_is_not_enforced_are_kept_apart() {
    let entry = r#""plugins": [{"use": "p"}], "rate_limit": {"max": 1, "window": 60}"#;
    let law = policy_of_x(&format!(r#"{{"enforce": false, {entry}}}"#));
    let judgement = judged([&law], &with("{}"));
    assert!(judgement.plugins.is_empty() && judgement.limits.is_empty());
    assert_eq!((judgement.unenforced.plugins.len(), judgement.unenforced.limits.len()), (1, 1));
}

#[test]
fn what_is_not_enforced_is_said_aloud() {
    let text = r#"{"version": "1", "default": "deny", "tools": {"x": {"enforce": false, "deny_if": [
        {"conditions": [{"path": "args.c", "op": "exists"}], "enforce": false}]}}}"#;
    let (law, findings) = read(text);
    assert_eq!(findings.iter().filter(|found| found.contains("this is not enforced")).count(), 2, "{findings:?}");
    let law = law.unwrap();
    assert_eq!(law.unenforced().collect::<Vec<_>>(), ["/tools/x", "/tools/x/deny_if/args.c-exists"]);
}
