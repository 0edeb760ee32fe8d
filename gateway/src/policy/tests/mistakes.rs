//! Policies that are wrong, and what is said of them.

use super::*;

fn check(rows: &[(&str, &str)], around: impl Fn(&str) -> String) {
    for (text, part) in rows {
        let (policy, findings) = read(&around(text));
        assert!(policy.is_none(), "{text}");
        assert!(findings.join("\n").contains(part), "{text}: {findings:?}");
    }
}

#[test]
fn keys_of_the_top() {
    let rows = [
        (r#""hide": "x""#, "expected an array"),
        (r#""hide": [1]"#, "expected a string"),
        (r#""enforce": "no""#, "expected `true` or `false`"),
        (r#""time_zone": "Europe/Berln""#, "did you mean `Europe/Berlin`?"),
        (r#""time_zone": "CET+1:00""#, "is no time zone"),
        (r#""arguments": {"unknown": "ignore"}"#, "is not one of `deny`, `allow`"),
        (r#""arguments": {"shema": "ignore"}"#, "did you mean `schema`?"),
        (r#""flows": [{"from": "a"}]"#, "`to` is missing"),
        (r#""flows": [{"from": "a", "to": "b c"}]"#, "no label"),
        (r#""flows": [{"from": "a", "to": "b", "action": "allow"}]"#, "is not one of `deny`, `require_approval`"),
        (r#""all_tools": {"action": "deny"}"#, "unknown key `action`"),
        (r#""all_tools": {"labels": []}"#, "unknown key `labels`"),
        (r#""resource": {}"#, "did you mean `resources`?"),
        (r#""prompts": {"x": {"arguments": {}}}"#, "unknown key `arguments`"),
        (r#""methods": {"x": {"labels": []}}"#, "unknown key `labels`"),
        (r#""server_requests": {"x": {"arguments": {}}}"#, "unknown key `arguments`"),
    ];
    check(&rows, |text| format!(r#"{{"version": "1", "default": "deny", {text}}}"#));
}

#[test]
fn keys_of_a_tool_and_of_a_rule() {
    let exists = r#"{"path": "args.a", "op": "exists"}"#;
    let rule = |text: &str| format!(r#""require": [{{"conditions": [{exists}], {text}}}]"#);
    let rows = [
        (r#""action": "ask""#.to_owned(), "is not one of `allow`, `deny`, `require_approval`"),
        (r#""labels": ["a b"]"#.to_owned(), "no label"),
        (r#""labels": [""]"#.to_owned(), "no label"),
        (rule(r#""for_each": "args.files""#), "write `args.files[*]`"),
        (rule(r#""for_each": "each[*]""#), "nothing binds `each`"),
        (rule(r#""on_ask": "x""#), "unknown key `on_ask`"),
        (rule(r#""enforce": 1"#), "expected `true` or `false`"),
        (format!(r#""require": [{{"conditions": [{}]}}]"#, vec![exists; 257].join(",")), "up to 256 conditions"),
    ];
    let rows: Vec<(&str, &str)> = rows.iter().map(|(text, part)| (text.as_str(), *part)).collect();
    check(&rows, |text| format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {{{text}}}}}}}"#));
}

#[test]
fn families_of_tools() {
    let rows = [
        (r#"{"runn": ["a"]}"#, "did you mean `run`?"),
        (r#"{"other": ["a"]}"#, "there is no entry `other`"),
        (r#"{"run*": ["a"]}"#, "there is no entry `run*`"),
        (r#"{"run": ["own"]}"#, "`own` has an entry of its own"),
        (r#"{"run": ["run"]}"#, "`run` has siblings itself"),
        (r#"{"run": ["a", "a"]}"#, "`a` is a sibling already"),
        (r#"{"run": ["a"], "own": ["a"]}"#, "`a` is a sibling already"),
        (r#"{"run": ["own"], "own": ["run"]}"#, "has siblings itself"),
        (r#"{"run": ["a"], "a": ["b"]}"#, "`a` has siblings itself"),
        (r#"{"run": ["a*"]}"#, "`a*` is a glob"),
        (r#"{"run": "a"}"#, "expected an array"),
    ];
    check(&rows, |text| {
        format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"run": {{}}, "run*": {{}}, "own": {{}}}}, "aliases": {text}}}"#
        )
    });
}

#[test]
fn policies_that_are_too_much() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let (policy, findings) = read(&deep);
    assert!(policy.is_none() && findings.join("\n").contains("depth"), "{findings:?}");

    let long = format!(r#"{{"version": "1", "default": "deny", "hide": ["{}"]}}"#, "a".repeat(33 << 20));
    let (policy, findings) = read(&long);
    assert!(policy.is_none() && findings.join("\n").contains("a policy holds up to"), "{findings:?}");

    let regex = r#"{"conditions": [{"path": "args.a", "op": "regex", "value": "a"}]}"#;
    let many = vec![regex; 10_001].join(",");
    let (policy, findings) =
        read(&format!(r#"{{"version": "1", "default": "deny", "all_tools": {{"deny_if": [{many}]}}}}"#));
    assert!(policy.is_none(), "too many patterns");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings.join("\n").contains("up to 10000 patterns"), "{findings:?}");

    let globs = vec![r#""a*""#; 10_001].join(",");
    let (policy, findings) = read(&format!(r#"{{"version": "1", "default": "deny", "hide": [{globs}]}}"#));
    assert!(policy.is_none(), "too many globs");
    assert!(findings.join("\n").contains("up to 10000 patterns"), "{findings:?}");
}

#[test]
fn a_hundred_thousand_tools_are_read() {
    let rule = r#"{"deny_if": [{"conditions": [{"path": "args.c", "op": "contains", "value": "x"}]}]}"#;
    let tools: Vec<String> = (0..100_000).map(|n| format!(r#""tool{n}": {rule}"#)).collect();
    let law = policy(&format!(r#"{{"version": "1", "default": "deny", "tools": {{{}}}}}"#, tools.join(",")));
    assert_eq!(ruled(&law, &call_of("tool99999", r#"{"c": "x"}"#)).rule, "/tools/tool99999/deny_if/args.c-contains");
    assert_eq!(ruled(&law, &call_of("tool99999", r#"{"c": "y"}"#)).verdict, Verdict::Allow);
}

#[test]
fn a_rule_on_claims_says_that_nothing_fills_them_yet() {
    let of = |path: &str| {
        format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"x": {{"require": [{{"conditions": [{path}]}}]}}}}}}"#
        )
    };
    for (condition, warned) in [
        (r#"{"path": "caller.claims.team", "op": "eq", "value": "a"}"#, true),
        (r#"{"path": "args.team", "op": "eq", "value_from": "caller.claims.team"}"#, true),
        (r#"{"path": "caller.groups", "op": "contains", "value": "a"}"#, false),
    ] {
        let (policy, findings) = read(&of(condition));
        assert!(policy.is_some(), "{findings:?}");
        let found = findings.iter().any(|line| line.contains("no caller's token makes claims yet"));
        assert_eq!(found, warned, "{condition}: {findings:?}");
    }
}
