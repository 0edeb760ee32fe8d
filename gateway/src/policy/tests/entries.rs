//! Which entry applies, and what it decides before any argument is looked at.

use super::*;

fn check(law: &Policy, target: &Target, verdict: Verdict, rule: &str) {
    let ruling = ruled(law, &call(target.clone()));
    assert_eq!((ruling.verdict, ruling.rule.as_ref()), (verdict, rule), "{target}");
}

const GLOBS: &str = r#"{"version": "1", "default": "deny", "hide": ["createTerminal*", "secret"],
    "tools": {"*": {"action": "require_approval", "reason": "look first"}, "read*": {}, "readSecret": {"action": "deny"},
              "createTerminalX": {}, "run_shell": {"require": [{"conditions": [{"path": "args.c", "op": "eq", "value": "ls"}]}]},
              "secret": {}},
    "aliases": {"run_shell": ["run_cmd", "start_process"], "secret": ["secret2"]}}"#;

#[test]
fn globs_aliases_and_hidden_names() {
    let law = policy(GLOBS);
    for (name, verdict, rule) in [
        ("readFile", Verdict::Allow, "/tools/read*"),
        ("readSecret", Verdict::Deny, "/tools/readSecret/action"),
        ("other", Verdict::Ask, "/tools/*/action"),
        ("createTerminal", Verdict::Deny, "(hidden)"),
        ("createTerminalX", Verdict::Deny, "(hidden)"),
        ("secret", Verdict::Deny, "(hidden)"),
        ("secret2", Verdict::Deny, "(hidden)"),
        ("run_cmd", Verdict::Deny, "/tools/run_shell/require/args.c-eq"),
        ("start_process", Verdict::Deny, "/tools/run_shell/require/args.c-eq"),
        ("run_cmdx", Verdict::Ask, "/tools/*/action"),
    ] {
        check(&law, &tool(name), verdict, rule);
    }
    assert_eq!(ruled(&law, &call_of("run_cmd", r#"{"c": "ls"}"#)).verdict, Verdict::Allow);
    assert_eq!(ruled(&law, &call(tool("other"))).reason, "look first");
}

#[test]
fn a_tool_that_needs_approval_is_listed() {
    let law = policy(GLOBS);
    for (name, want) in [
        ("other", Sight::Shown),
        ("readFile", Sight::Shown),
        ("readSecret", Sight::Withheld),
        ("secret2", Sight::Hidden),
        ("createTerminalX", Sight::Hidden),
    ] {
        assert_eq!(sight([&law], &tool(name)), want, "{name}");
    }
}

const OTHERS: &str = r#"{"version": "1", "default": "deny",
    "resources": {"file:///srv/**": {"deny_if": [{"conditions": [{"path": "args.uri", "op": "ends_with", "value": ".env"}]}]},
                  "file:///srv/private/*": {"action": "deny"}, "FILE:///odd/..": {}},
    "prompts": {"review*": {}}, "server_requests": {"sampling/createMessage": {"action": "require_approval"}, "roots/*": {}},
    "methods": {"completion/complete": {}, "resources/templates/list": {}}}"#;

#[test]
fn what_is_no_tool_has_entries_of_its_own() {
    let law = policy(OTHERS);
    let resource = |uri: &str| Target::Resource(uri.to_owned());
    for (target, verdict, rule) in [
        (resource("file:///srv/a/b"), Verdict::Allow, "/resources/file:~1~1~1srv~1**"),
        (resource("file:///srv/private/b"), Verdict::Deny, "/resources/file:~1~1~1srv~1private~1*/action"),
        (resource("file:///etc/passwd"), Verdict::Deny, "(default deny)"),
        (resource("file:///srv/../etc/passwd"), Verdict::Deny, "(ambiguous address)"),
        (resource("file:///srv/%2e%2e/etc/passwd"), Verdict::Deny, "(ambiguous address)"),
        (resource("File:///srv/a"), Verdict::Deny, "(ambiguous address)"),
        (Target::Prompt("review_code".to_owned()), Verdict::Allow, "/prompts/review*"),
        (Target::Prompt("other".to_owned()), Verdict::Deny, "(default deny)"),
        (
            Target::ServerRequest("sampling/createMessage".to_owned()),
            Verdict::Ask,
            "/server_requests/sampling~1createMessage/action",
        ),
        (Target::ServerRequest("roots/list".to_owned()), Verdict::Allow, "/server_requests/roots~1*"),
        (Target::ServerRequest("elicitation/create".to_owned()), Verdict::Deny, "(default deny)"),
        (Target::Method("completion/complete".to_owned()), Verdict::Allow, "/methods/completion~1complete"),
        (Target::Method("tasks/get".to_owned()), Verdict::Deny, "(default deny)"),
        (tool("review_code"), Verdict::Deny, "(default deny)"),
    ] {
        check(&law, &target, verdict, rule);
    }
    assert_eq!(sight([&law], &resource("file:///srv/a")), Sight::Shown);
    assert_eq!(sight([&law], &resource("file:///srv/private/a")), Sight::Withheld);
    assert_eq!(sight([&law], &resource("file:///srv/../a")), Sight::Withheld);
}

#[test]
fn their_arguments_are_the_parameters_of_the_request() {
    let law = policy(OTHERS);
    let read = |uri: &str| {
        let params = Object::from([("uri", uri.into())]);
        let (caller, server, target) = (Caller::new("ci"), ServerName::new("s"), Target::Resource(uri.to_owned()));
        Call::new(caller, server, target, "resources/read".to_owned(), Some(params), Object::new())
    };
    assert_eq!(ruled(&law, &read("file:///srv/a.txt")).verdict, Verdict::Allow);
    assert_eq!(ruled(&law, &read("file:///srv/.env")).rule, "/resources/file:~1~1~1srv~1**/deny_if/args.uri-ends_with");
}

#[test]
fn without_entries_for_resources_an_odd_address_follows_the_default() {
    let open = policy(r#"{"version": "1", "default": "allow", "hide": ["x"]}"#);
    check(&open, &Target::Resource("FILE:///../a".to_owned()), Verdict::Allow, "(default allow)");
}

#[test]
fn a_person_is_asked_where_a_rule_says_so_and_a_no_is_still_a_no() {
    let law = policy_of_x(
        r#"{"approve_if": [{"conditions": [{"path": "args.n", "op": "gt", "value": 10}], "on_ask": "large"}],
            "deny_if": [{"conditions": [{"path": "args.n", "op": "gt", "value": 100}], "on_deny": "too large"}]}"#,
    );
    for (arguments, verdict, reason) in [
        (r#"{"n": 5}"#, Verdict::Allow, "allowed"),
        (r#"{"n": 50}"#, Verdict::Ask, "large"),
        (r#"{"n": 500}"#, Verdict::Deny, "too large"),
        (r#"{}"#, Verdict::Allow, "allowed"),
    ] {
        let ruling = ruled(&law, &with(arguments));
        assert_eq!((ruling.verdict, ruling.reason.as_ref()), (verdict, reason), "{arguments}");
    }
    let asks = policy_of_x(r#"{"approve_if": [{"conditions": [{"path": "args.n", "op": "gt", "value": 10}]}]}"#);
    assert_eq!(ruled(&asks, &with(r#"{"n": "50"}"#)).verdict, Verdict::Ask, "what cannot be told is asked");
    let both = policy(r#"{"version": "1", "default": "deny", "tools": {"x": {"action": "deny"}}}"#);
    assert_eq!(judged([&asks, &both], &with(r#"{"n": 50}"#)).ruling.verdict, Verdict::Deny);
}

#[test]
fn rules_that_would_have_one_id_are_numbered() {
    let rule = |text: &str| format!(r#"{{"conditions": [{{"path": "args.c", "op": "contains", "value": "{text}"}}]}}"#);
    let law = policy_of_x(&format!(r#"{{"deny_if": [{}, {}]}}"#, rule("a"), rule("b")));
    assert_eq!(ruled(&law, &with(r#"{"c": "b"}"#)).rule, "/tools/x/deny_if/args.c-contains#2");
}
