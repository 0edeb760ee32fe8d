//! What a change of a policy lets pass is never missed, and what only tightens is not told.

use proptest::prelude::*;

use super::*;
use crate::policy::tests::{policy, ruled, tool};
use crate::policy::{Policy, Sight, sight};

fn widened(old: &str, new: &str) -> Vec<String> {
    let revisions = [old, new].map(|text| (policy(text), Source::new("p", text)));
    let [old, new] = revisions.each_ref().map(|(policy, source)| Revision { policy, source });
    widenings(old, new, ["pinned"]).into_iter().map(|it| format!("{}: {}", it.calls, it.why)).collect()
}

/// Two policies that deny by default, and what is told of the change from one to the other.
fn check_change(old: &str, new: &str, want: &[&str]) {
    let whole = |members: &str| {
        let default = if members.contains("\"default\"") { "" } else { r#""default": "deny","# };
        format!(r#"{{"version": "1", {default} {members}}}"#)
    };
    let found = widened(&whole(old), &whole(new));
    let fits = found.len() == want.len() && found.iter().zip(want).all(|(line, part)| line.contains(part));
    assert!(fits, "{old}\n{new}\nfound {found:#?}\nwanted {want:#?}");
}

fn x(entry: &str) -> String {
    format!(r#""tools": {{"x": {entry}}}"#)
}

/// Entries of `x`, and what is told of the change; of the change back nothing is.
fn check_entries(old: &str, new: &str, part: &str) {
    check_change(&x(old), &x(new), &[part]);
    check_change(&x(new), &x(old), &[]);
}

#[test]
fn calls_that_were_refused_and_are_not_are_told() {
    check_change(r#""tools": {}"#, &x("{}"), &["calls of the tool `x`: they were denied, and they are allowed now"]);
    check_change(&x("{}"), r#""tools": {}"#, &[]);
    check_entries(r#"{"action": "deny"}"#, "{}", "they were denied");
    check_entries(r#"{"action": "deny"}"#, r#"{"action": "require_approval"}"#, "a person is asked now");
    check_entries(r#"{"action": "require_approval"}"#, "{}", "a person was asked, and is not now");
    check_change(r#""hide": ["x"], "tools": {"x": {}}"#, &x("{}"), &["they were hidden"]);
    check_change(
        r#""default": "deny""#,
        r#""default": "allow", "tools": {"x": {"action": "deny"}}"#,
        &[
            "calls of the tool `pinned`",
            "calls of any other tool",
            "calls of any other resource",
            "calls of any other prompt",
            "calls of any other request of the server",
            "calls of any other method",
        ],
    );
    check_change(r#""tools": {}"#, r#""resources": {"file:///a/**": {}}"#, &["calls of the resource `file:///a/**`"]);
    check_change(
        r#""aliases": {"x": []}, "tools": {"x": {}}"#,
        r#""aliases": {"x": ["y"]}, "tools": {"x": {}}"#,
        &["tool `y`"],
    );
    check_change(
        r#""enforce": true, "tools": {}"#,
        r#""enforce": false, "tools": {}"#,
        &["every call: the policy is no longer enforced"],
    );
    check_change(r#""enforce": false, "tools": {}"#, r#""tools": {"x": {}}"#, &[]);
    check_entries("{}", r#"{"enforce": false}"#, "`enforce` is false");
}

#[test]
fn rules_that_are_gone_or_another_are_told_unless_they_are_as_tight() {
    let entry = |key: &str, list: &[&str]| format!("{{{}}}", rules(key, list));
    for (old, new) in [
        (entry("deny_if", &["args.a eq 1"]), "{}".to_owned()),
        (entry("require", &["args.a eq 1"]), "{}".to_owned()),
        (entry("approve_if", &["args.a eq 1"]), "{}".to_owned()),
        (entry("deny_if", &["args.a eq 1", "args.a eq 2"]), entry("deny_if", &["args.a eq 2"])),
        (entry("deny_if", &["args.a gt 5"]), entry("deny_if", &["args.a gt 6"])),
        (entry("require", &["args.a lt 5"]), entry("require", &["args.a lt 6"])),
        (entry("require", &["args.a in [1, 2]"]), entry("require", &["args.a in [1, 2, 3]"])),
        (entry("deny_if", &["args.a eq 1"]), entry("approve_if", &["args.a eq 1"])),
        (entry("deny_if", &["args.a exists"]), entry("deny_if", &["args.a exists & args.b exists"])),
        (
            entry("deny_if", &["args.a eq 1"]),
            entry("deny_if", &["args.a eq 1"]).replace("{\"cond", "{\"enforce\": false, \"cond"),
        ),
    ] {
        check_entries(&old, &new, "is gone, or another");
    }
    // The same in other words.
    for (old, new) in [
        (
            entry("deny_if", &["args.a regex \"x\"", "args.b eq 1"]),
            entry("deny_if", &["args.b eq 1", "args.a regex \"x\""]),
        ),
        (
            entry("deny_if", &["args.a regex \"x\""]),
            entry("deny_if", &["args.a regex \"x\""]).replace("{\"cond", "{\"on_deny\": \"no\", \"cond"),
        ),
        (entry("deny_if", &["args.a gt 5"]), entry("require", &["args.a lte 5"])),
        (entry("require", &["args.a in [1, 2]"]), entry("require", &["args.a in [2, 1]"])),
    ] {
        check_change(&x(&old), &x(&new), &[]);
    }
    // What cannot be compared may be wider.
    check_change(
        &x(&entry("deny_if", &["args.a regex \"x\""])),
        &x(&entry("deny_if", &["args.a regex \"x|y\""])),
        &["is gone, or another"],
    );
    let all = |list: &[&str]| format!(r#""all_tools": {{{}}}, "tools": {{"x": {{}}}}"#, rules("deny_if", list));
    check_change(&all(&["args.a eq 1"]), &all(&[]), &["calls of every tool: `/all_tools/deny_if/args.a-eq`"]);
    // What was said of one is said of all.
    check_change(&x(&entry("deny_if", &["args.a eq 1"])), &all(&["args.a eq 1"]), &[]);
    let timed = |zone: &str| format!(r#""time_zone": "{zone}", {}"#, x(&entry("deny_if", &["time.hour lt 7"])));
    check_change(&timed("UTC"), &timed("Europe/Berlin"), &["`time_zone` is another"]);
}

#[test]
fn limits_plugins_arguments_labels_and_flows_are_told() {
    let limit =
        |max: u32, more: &str| format!(r#"{{"limits": [{{"counter": "c", "window": "hour", "max": {max}{more}}}]}}"#);
    check_entries(&limit(5, ""), &limit(6, ""), "the limit `c` was 5 times an hour, and is 6 times an hour");
    check_entries(&limit(5, ""), "{}", "the limit `c` is gone");
    check_entries(&limit(5, r#", "scope": "server""#), &limit(5, ""), "the limit `c` was");
    check_entries(
        &limit(5, r#", "algorithm": "token_bucket", "burst": 2"#),
        &limit(5, r#", "algorithm": "token_bucket", "burst": 3"#),
        "the limit `c` was",
    );
    check_entries(r#"{"plugins": [{"use": "g"}]}"#, "{}", "the plugin `g` is gone");
    let settings = r#"{"plugins": [{"use": "g", "config": {"a": 1}}]}"#;
    check_change(&x(settings), &x(r#"{"plugins": [{"use": "g"}]}"#), &["the plugin `g` has other settings"]);
    check_entries("{}", r#"{"arguments": {"unknown": "allow"}}"#, "does not know are let pass");
    check_entries("{}", r#"{"arguments": {"schema": "ignore"}}"#, "not held against the tool's schema");
    check_entries(r#"{"labels": ["l"]}"#, "{}", "the label `l` is gone");
    let flow = |action: &str| format!(r#""flows": [{{"from": "a", "to": "b", "action": "{action}"}}]"#);
    check_change(&flow("deny"), &flow("require_approval"), &["the flow `/flows/a-b`"]);
    check_change(&flow("require_approval"), &flow("deny"), &[]);
    check_change(&flow("deny"), r#""flows": []"#, &["the flow `/flows/a-b`"]);
}

#[test]
fn names_that_globs_stand_for_are_compared_where_they_meet() {
    check_change(r#""tools": {"get_*": {}}"#, r#""tools": {"get_*": {}, "put_*": {"action": "deny"}}"#, &[]);
    check_change(r#""tools": {"get_*": {}}"#, r#""tools": {"get_*": {}, "put_*": {}}"#, &["calls of the tool `put_*`"]);
    check_change(
        r#""tools": {"get_*": {}, "get_secret*": {"action": "deny"}}"#,
        r#""tools": {"get_*": {}}"#,
        &["calls of the tool `get_*`: they were denied"],
    );
    check_change(
        r#""tools": {"get_*": {}, "get_secret*": {"action": "deny"}}"#,
        r#""tools": {"get_*": {}, "get_secret*": {"action": "deny"}, "get_secrets*": {"action": "deny"}}"#,
        &[],
    );
    check_change(
        r#""tools": {"*_a": {"action": "deny"}, "*_*": {}}"#,
        r#""tools": {"*_*": {}, "*_a": {"action": "deny"}}"#,
        &["`*_*`"],
    );
    check_change(
        r#""hide": ["a*"], "default": "allow", "tools": {"k": {}}"#,
        r#""default": "allow", "tools": {"k": {}}"#,
        &["calls of the tool `a*`: they were hidden"],
    );
    check_change(r#""hide": ["a*"]"#, r#""hide": []"#, &[]);
    check_change(r#""hide": ["a*"], "default": "allow""#, r#""hide": ["*"], "default": "allow""#, &[]);
    check_change(r#""tools": {"x": {"action": "deny"}, "*": {}}"#, r#""tools": {"*": {}}"#, &["calls of the tool `x`"]);
}

fn entry() -> impl Strategy<Value = String> {
    let rule = prop_oneof![
        Just("args.a eq 1"),
        Just("args.a gt 0"),
        Just("args.a gt 1"),
        Just("args.a in [1, 2]"),
        Just("args.a exists"),
        Just("args.b exists false"),
        Just("args.a eq 1 & args.b eq 1"),
        Just("args.a contains \"x\""),
        Just("args.a type \"string\""),
        Just("args.a[*] gt 1"),
    ];
    let list =
        |key: &'static str| proptest::collection::vec(rule.clone(), 0..2).prop_map(move |list| rules(key, &list));
    let action = prop_oneof![3 => Just("allow"), 1 => Just("deny"), 1 => Just("require_approval")];
    let enforce = prop_oneof![6 => Just("true"), 1 => Just("false")];
    (action, enforce, list("require"), list("deny_if"), list("approve_if")).prop_map(
        |(action, enforce, one, two, three)| {
            format!(r#"{{"action": "{action}", "enforce": {enforce}, {one}, {two}, {three}}}"#)
        },
    )
}

fn law() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("x"), Just("xy"), Just("x*"), Just("*"), Just("*y"), Just("x*y")];
    let tools = proptest::collection::vec((name, entry()), 0..4).prop_map(|mut tools| {
        let mut seen = HashSet::new();
        tools.retain(|(name, _)| seen.insert(*name));
        tools.into_iter().map(|(name, entry)| format!(r#""{name}": {entry}"#)).collect::<Vec<_>>().join(", ")
    });
    let hide =
        prop_oneof![5 => Just(""), 1 => Just("\"x\""), 1 => Just("\"x*\""), 1 => Just("\"*\""), 1 => Just("\"*y\"")];
    let default = prop_oneof![Just("allow"), Just("deny")];
    let all = proptest::option::of(Just("args.b eq 1"));
    (default, hide, tools, all).prop_map(|(default, hide, tools, all)| {
        let all = all.map(|rule| format!(r#""all_tools": {{{}}},"#, rules("deny_if", &[rule]))).unwrap_or_default();
        format!(r#"{{"version": "1", "default": "{default}", "hide": [{hide}], {all} "tools": {{{tools}}}}}"#)
    })
}

fn shown(law: &Policy, name: &str) -> Sight {
    sight([law], &tool(name))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn where_nothing_is_told_no_call_passes_that_did_not(
        old in law(), new in law(),
        calls in proptest::collection::vec((
            prop_oneof![Just("x"), Just("xy"), Just("xay"), Just("xa"), Just("y"), Just("z"), Just("zy")],
            prop_oneof![
                Just("{}"), Just(r#"{"a": 1}"#), Just(r#"{"a": 2}"#), Just(r#"{"a": 1, "b": 1}"#), Just(r#"{"a": "x"}"#),
                Just(r#"{"a": ["x"]}"#), Just(r#"{"a": [2]}"#), Just(r#"{"b": 2}"#), Just(r#"{"a": 0.5}"#),
            ],
        ), 20),
    ) {
        if widened(&old, &new).is_empty() {
            let (before, after) = (policy(&old), policy(&new));
            for (name, arguments) in calls {
                let call = crate::policy::tests::call_of(name, arguments);
                prop_assert!(ruled(&after, &call).verdict >= ruled(&before, &call).verdict, "{name} {arguments}\n{old}\n{new}");
                prop_assert!(shown(&after, name) as u8 >= (shown(&before, name) as u8).min(1), "{name}");
            }
        }
    }

    #[test]
    fn a_policy_is_no_wider_than_itself(law in law()) {
        prop_assert_eq!(widened(&law, &format!("{law} ")), Vec::<String>::new());
    }
}
