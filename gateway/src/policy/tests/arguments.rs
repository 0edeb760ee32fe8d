//! Arguments are held against the tool's schema, unless the policy says otherwise.

use super::*;

const TOOL: &str = r#"{"name": "x", "inputSchema": {"type": "object", "required": ["command"],
    "properties": {"command": {"type": "string"}, "interval": {"type": "integer", "minimum": 1}}}}"#;

fn check(policy: &Policy, arguments: &str, verdict: Verdict, rule: &str) {
    let definition = json(TOOL);
    let (definition, session) = (Definition::read(definition.as_object().unwrap()), Session::default());
    let circumstances = Circumstances { listing: Listing::Listed(&definition), ..nothing_known(&session) };
    let ruling = judge([policy], &with(arguments), &circumstances).ruling;
    assert_eq!((ruling.verdict, ruling.rule.as_ref()), (verdict, rule), "{arguments}");
}

#[test]
fn arguments_must_be_known_and_as_the_schema_says() {
    let law = policy_of_x("{}");
    check(&law, r#"{"command": "ls"}"#, Verdict::Allow, "/tools/x");
    check(&law, r#"{"command": "ls", "interval": 5.0}"#, Verdict::Allow, "/tools/x");
    check(&law, r#"{"command": "ls", "intervall": 5}"#, Verdict::Deny, "(unknown argument)");
    check(&law, r#"{"command": "ls", "Command": "rm"}"#, Verdict::Deny, "(unknown argument)");
    check(&law, r#"{"command": ["ls"]}"#, Verdict::Deny, "(argument schema)");
    check(&law, r#"{"command": "ls", "interval": 0}"#, Verdict::Deny, "(argument schema)");
    check(&law, r#"{}"#, Verdict::Deny, "(argument schema)");
}

#[test]
fn a_policy_may_ask_for_less_and_a_tool_for_other_than_the_policy() {
    let (unknown, wrong) = (r#"{"command": "ls", "x": 1}"#, r#"{"command": 5}"#);
    let law = |top: &str, tool: &str| {
        policy(&format!(r#"{{"version": "1", "default": "deny", {top} "tools": {{"x": {{{tool}}}}}}}"#))
    };
    let (open, loose) = (r#""arguments": {"unknown": "allow"}"#, r#""arguments": {"schema": "ignore"}"#);
    check(&law("", open), unknown, Verdict::Allow, "/tools/x");
    check(&law("", open), wrong, Verdict::Deny, "(argument schema)");
    check(&law("", loose), wrong, Verdict::Allow, "/tools/x");
    check(&law("", loose), unknown, Verdict::Deny, "(unknown argument)");
    check(&law(&format!("{open},"), ""), unknown, Verdict::Allow, "/tools/x");
    check(
        &law(&format!("{open},"), r#""arguments": {"unknown": "deny"}"#),
        unknown,
        Verdict::Deny,
        "(unknown argument)",
    );
    check(&law(&format!("{loose},"), open), unknown, Verdict::Allow, "/tools/x");
}

#[test]
fn a_policy_that_says_nothing_asks_for_nothing() {
    let open = policy(r#"{"version": "1", "default": "allow"}"#);
    check(&open, r#"{"x": 1}"#, Verdict::Allow, "(default allow)");
    let less_open = policy(r#"{"version": "1", "default": "allow", "hide": ["y"]}"#);
    check(&less_open, r#"{"x": 1}"#, Verdict::Deny, "(unknown argument)");
}

#[test]
fn a_tool_that_its_server_does_not_list_is_refused() {
    let (law, session) = (policy_of_x("{}"), Session::default());
    let circumstances = Circumstances { listing: Listing::Unlisted, ..nothing_known(&session) };
    assert_eq!(judge([&law], &with("{}"), &circumstances).ruling.rule, "(unlisted)");
}

#[test]
fn a_refusal_names_the_argument_and_what_would_be_allowed() {
    let (law, session, definition) = (policy_of_x("{}"), Session::default(), json(TOOL));
    let definition = Definition::read(definition.as_object().unwrap());
    let circumstances = Circumstances { listing: Listing::Listed(&definition), ..nothing_known(&session) };
    let told = |arguments: &str| {
        let ruling = judge([&law], &with(arguments), &circumstances).ruling;
        format!("{}; {}", ruling.reason, ruling.remedy.unwrap_or_default())
    };
    assert_eq!(
        told(r#"{"command": "ls", "intervall": 5}"#),
        "the tool takes no argument `intervall`; the same with `interval` instead, or without it"
    );
    assert_eq!(
        told(r#"{"command": "secret", "interval": 0}"#),
        "the arguments are not as the tool's schema says at `/interval`: `minimum`; the same with `minimum` 1 there"
    );
}
