use super::*;

mod schema;
mod truth;
mod widening;

/// What is found of a policy, each in a line that begins with its code and the text at its place.
pub(super) fn found_in(text: &str, around: &Surroundings<'_>) -> Vec<String> {
    let source = Source::new("p", text);
    let policy = crate::policy::tests::policy(text);
    let findings = findings(&policy, &source, around);
    findings.iter().map(|it| format!("{} {} | {}", it.code.name, &text[it.span.clone()], it.message)).collect()
}

/// Entries `tools` of a policy that denies by default, and what is to be found: a code and a part of the line each.
fn check(members: &str, want: &[(&str, &str)]) {
    let text = format!(r#"{{"version": "1", "default": "deny", {members}}}"#);
    let found = found_in(&text, &Surroundings::default());
    let fits = found.len() == want.len()
        && found.iter().zip(want).all(|(line, (code, part))| line.starts_with(code) && line.contains(part));
    assert!(fits, "{members}\nfound {found:#?}\nwanted {want:#?}");
}

fn check_x(entry: &str, want: &[(&str, &str)]) {
    check(&format!(r#""tools": {{"x": {entry}}}"#), want);
}

/// A rule of conditions `path op value`, of which several are joined by ` & `.
fn rule(conditions: &str) -> String {
    let one = |condition: &str| {
        let mut parts = condition.splitn(3, ' ');
        let (path, op, value) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or("true"));
        format!(r#"{{"path": "{path}", "op": "{op}", "value": {value}}}"#)
    };
    let conditions: Vec<String> = conditions.split(" & ").map(one).collect();
    format!(r#"{{"conditions": [{}]}}"#, conditions.join(", "))
}

fn rules(key: &str, list: &[&str]) -> String {
    format!(r#""{key}": [{}]"#, list.iter().map(|it| rule(it)).collect::<Vec<_>>().join(", "))
}

#[test]
fn what_stands_beside_a_denial_is_dead() {
    let rule = rules("deny_if", &["args.a eq 1"]);
    let limit = r#""limits": [{"counter": "c", "window": "hour", "max": 1}]"#;
    check_x(
        &format!(r#"{{"action": "deny", {rule}, {limit}, "plugins": [{{"use": "g"}}]}}"#),
        &[("rule.dead", "`x` is denied"), ("rule.dead", "\"c\""), ("rule.dead", "\"g\"")],
    );
    check_x(&format!(r#"{{"action": "deny", "enforce": false, {rule}, {limit}}}"#), &[]);
    check_x(&format!(r#"{{{rule}, {limit}}}"#), &[]);
    let ask = rules("approve_if", &["args.a eq 1"]);
    check_x(&format!(r#"{{"action": "require_approval", {ask}}}"#), &[("rule.dead", "a person is asked")]);
    check_x(&format!(r#"{{"action": "require_approval", {rule}}}"#), &[]);
}

#[test]
fn entries_that_nothing_comes_to_are_dead() {
    check(r#""hide": ["x"], "tools": {"x": {}, "y": {}}"#, &[("entry.dead \"x\"", "is hidden")]);
    check(
        r#""hide": ["x*"], "tools": {"x*y": {}, "x": {}, "*": {}}"#,
        &[("entry.dead \"x*y\"", ""), ("entry.dead \"x\"", "")],
    );
    check(r#""hide": ["x"], "enforce": false, "tools": {"x": {}}"#, &[]);
    check(r#""hide": ["x"], "tools": {"x*": {}}"#, &[]);
    check(
        r#""tools": {"get_*": {}, "get_*_all": {}, "get_**": {}, "get": {}}"#,
        &[("entry.dead \"get_*_all\"", "`get_*` in line 1, column"), ("entry.dead \"get_**\"", "")],
    );
    check(r#""tools": {"get_*_all": {}, "get_*": {}, "*": {}, "*_x": {}, "put_*": {}}"#, &[("entry.dead \"*_x\"", "")]);
    check(r#""resources": {"file:///a/*": {}, "file:///a/*/b": {}}"#, &[]);
    check(r#""resources": {"file:///a/**": {}, "file:///a/*.txt": {}}"#, &[("entry.dead \"file:///a/*.txt\"", "")]);
    check(
        r#""resources": {"file:///a/../b": {}, "file:///b": {}}"#,
        &[("entry.dead \"file:///a/../b\"", "several ways")],
    );
}

#[test]
fn what_holds_for_all_tools_is_dead_where_none_can_be_called() {
    let all = format!(r#""all_tools": {{{}}}"#, rules("deny_if", &["args.a eq 1"]));
    check(&format!(r#"{all}, "tools": {{"x": {{"action": "deny"}}}}"#), &[("rule.dead", "no tool can be called")]);
    check(&format!(r#"{all}, "tools": {{"x": {{"action": "deny"}}, "y": {{}}}}"#), &[]);
    check(
        &format!(r#"{all}, "hide": ["*"], "tools": {{"y": {{}}}}"#),
        &[("rule.dead", "no tool can be called"), ("entry.dead", "is hidden")],
    );
}

#[test]
fn a_rule_that_another_covers_never_decides() {
    for (key, before, after) in [
        ("deny_if", "args.a gt 5", "args.a gt 10"),
        ("deny_if", "args.a gt 5", "args.a gte 6"),
        ("deny_if", "args.a gt 5", "args.a between [6, 9]"),
        ("deny_if", "args.a gt 5", "args.a eq 6"),
        ("deny_if", "args.a in [1, 2, 3]", "args.a in [3, 1]"),
        ("deny_if", "args.a in [1, 2, 3]", "args.a eq 2 & args.b eq 1"),
        ("deny_if", "args.a starts_with \"/e\"", "args.a starts_with [\"/etc\", \"/e\"]"),
        ("deny_if", "args.a starts_with \"/e\"", "args.a eq \"/etc\""),
        ("deny_if", "args.a neq \"x\"", "args.a eq \"y\""),
        ("deny_if", "args.a not_in [\"x\", \"y\"]", "args.a eq \"z\""),
        ("deny_if", "args.a lt \"09:00\"", "args.a lt \"08:30\""),
        ("deny_if", "args.a between [\"22:00\", \"06:00\"]", "args.a gt \"23:00\""),
        ("deny_if", "args.a exists", "args.a eq 5"),
        ("deny_if", "args.a[*] gt 5", "args.a[*] gt 10"),
        ("deny_if", "args.a contains \"x\"", "args.a contains \"x\""),
        ("deny_if", "args.a.b gt 5 & args.a.c eq 1", "args.a.c eq 1 & args.a.b gt 7"),
        ("require", "args.a gte 6", "args.a gt 5"),
        ("require", "args.a in [1, 2]", "args.a in [1, 2, 3]"),
        ("require", "args.a eq 1 & args.b eq 1", "args.a lt 2"),
        ("require", "args.a type \"integer\"", "args.a type [\"number\", \"string\"]"),
        ("require", "args.a type \"integer\" & args.a between [0, 1]", "args.a in [0, 1]"),
        ("approve_if", "args.a gt 5", "args.a gt 10"),
    ] {
        let entry = format!("{{{}}}", rules(key, &[before, after]));
        check_x(&entry, &[("rule.shadowed", "never decides")]);
        // Of two that say the same the first stays, in either order.
        let same = ["contains", "[\"/etc", "integer\" & "].iter().any(|part| [before, after].concat().contains(part));
        let turned = format!("{{{}}}", rules(key, &[after, before]));
        check_x(&turned, if same { &[("rule.shadowed", "")] } else { &[] });
    }
}

#[test]
fn a_rule_that_says_more_in_some_case_is_not_covered() {
    for (key, before, after) in [
        ("deny_if", "args.a gt 5", "args.a gte 5"),
        ("deny_if", "args.a gt 5", "args.b gt 10"),
        // A text cannot be told in the first, and is refused by it; the second speaks of what is not there.
        ("deny_if", "args.a gt 5", "args.a exists false"),
        ("deny_if", "args.a in [1, 2]", "args.a in [2, 3]"),
        ("deny_if", "args.a gt 5 & args.b eq 1", "args.a gt 10"),
        ("deny_if", "args.a starts_with \"/etc\"", "args.a starts_with \"/e\""),
        ("deny_if", "args.a contains \"xy\"", "args.a contains \"xyz\""),
        ("deny_if", "args.a regex \"x\"", "args.a eq \"x\""),
        ("deny_if", "args.a eq 5", "args.a neq 5"),
        ("deny_if", "args.a type \"string\"", "args.a eq 1"),
        // One element may be above 5, and another below 3.
        ("deny_if", "args.a[*] between [6, 9]", "args.a[*] gt 5 & args.a[*] lt 10"),
        ("deny_if", "args.a lt \"09:00\"", "args.a starts_with \"08\""),
        ("require", "args.a gte 5", "args.a gt 5"),
        ("require", "args.a exists", "args.a gt 5"),
        ("require", "args.a gt 5", "args.b gt 5"),
        ("require", "args.a type \"number\" & args.a between [0, 1]", "args.a in [0, 1]"),
    ] {
        check_x(&format!("{{{}}}", rules(key, &[before, after])), &[]);
    }
    let (one, other) = (rule("args.a gt 5"), rule("args.a gt 10"));
    let shadow = one.replace("{\"cond", "{\"enforce\": false, \"cond");
    check_x(&format!(r#"{{"deny_if": [{shadow}, {other}]}}"#), &[]);
    check_x(&format!(r#"{{"deny_if": [{one}], "approve_if": [{other}]}}"#), &[("rule.shadowed", "")]);
    check_x(&format!(r#"{{"approve_if": [{one}], "deny_if": [{other}]}}"#), &[]);
}

#[test]
fn rules_of_all_tools_come_before_those_of_each() {
    let all = format!(r#""all_tools": {{{}}}"#, rules("deny_if", &["args.a gt 5"]));
    let x = format!(r#""tools": {{"x": {{{}}}}}"#, rules("deny_if", &["args.a gt 10", "args.a lt 0"]));
    check(&format!("{all}, {x}"), &[("rule.shadowed", "the one in line 1")]);
    let each = |bound: u8| {
        format!(r#"{{"for_each": "args.l[*]", "conditions": [{{"path": "each.n", "op": "gt", "value": {bound}}}]}}"#)
    };
    check_x(&format!(r#"{{"deny_if": [{}, {}]}}"#, each(5), each(9)), &[("rule.shadowed", "")]);
    check_x(&format!(r#"{{"deny_if": [{}, {}]}}"#, each(9), each(5)), &[]);
    check_x(&format!(r#"{{"deny_if": [{}], "require": [{}]}}"#, each(5), each(9)), &[]);
}

#[test]
fn rules_that_no_call_can_satisfy_contradict_each_other() {
    for list in [
        &["args.a eq 1", "args.a eq 2"][..],
        &["args.a gt 5", "args.a lt 3"],
        &["args.a gt 5 & args.a lt 3"],
        &["args.a in [1, 2]", "args.a in [3, \"x\"]"],
        &["args.a type \"string\"", "args.a gt 3"],
        &["args.a exists false", "args.a eq 1"],
        &["args.a type \"integer\"", "args.a gt 1", "args.a lt 2"],
        &["args.a starts_with \"/srv/\"", "args.a eq \"/etc\""],
        &["args.a.b gt \"12:00\"", "args.a.b lt \"11:00\""],
        &["args.a[length] gt 3", "args.a[length] lt 3"],
    ] {
        check_x(&format!("{{{}}}", rules("require", list)), &[("rule.contradiction", "no call of x can pass")]);
    }
    for list in [
        &["args.a gt 1", "args.a lt 2"][..],
        &["args.a gte 5", "args.a lte 5"],
        &["args.a eq 1", "args.b eq 2"],
        &["args.a[*] eq 1", "args.a[*] eq 2"],
        &["args.a eq 1", "args.a.b eq 1"],
        &["args.a contains \"x\"", "args.a eq \"y\""],
    ] {
        check_x(&format!("{{{}}}", rules("require", list)), &[]);
    }
}

#[test]
fn what_is_required_may_be_denied_always() {
    let both =
        |require: &str, deny: &[&str]| format!("{{{}, {}}}", rules("require", &[require]), rules("deny_if", deny));
    check_x(&both("args.a in [1, 2]", &["args.a eq 1", "args.a eq 2"]), &[("rule.contradiction", "\"value\": 2")]);
    check_x(&both("args.a gt 5", &["args.a gt 4"]), &[("rule.contradiction", "contradicts the one in line 1")]);
    check_x(&both("args.a gt 5", &["args.a gt 7"]), &[]);
    check_x(&both("args.a in [1, 2]", &["args.a eq 3"]), &[("rule.shadowed", "\"value\": 3")]);
    check_x(&both("args.a gt 5", &["args.a gt 4 & args.b eq 1"]), &[]);
    let unenforced = both("args.a gt 5", &["args.a gt 4"]).replace("{\"require", "{\"enforce\": false, \"require");
    check_x(&unenforced, &[]);
    let all = format!(r#""all_tools": {{{}}}"#, rules("require", &["args.a eq 1"]));
    let x = format!(r#""tools": {{"x": {{{}}}, "y": {{}}}}"#, rules("require", &["args.a eq 2"]));
    check(&format!("{all}, {x}"), &[("rule.contradiction", "\"value\": 2")]);
}

#[test]
fn conditions_that_never_hold_together_deny_nothing() {
    check_x(
        &format!("{{{}}}", rules("deny_if", &["args.a exists false & args.a eq 1"])),
        &[("rule.dead", "never hold")],
    );
    // Of a text neither can be told, so it is denied.
    check_x(&format!("{{{}}}", rules("deny_if", &["args.a eq 1 & args.a eq 2"])), &[]);
    check_x(&format!("{{{}}}", rules("deny_if", &["args.a.b exists false & args.a.b eq 1"])), &[]);
}

#[test]
fn a_limit_that_another_reaches_first_never_binds() {
    let limit = |counter: &str, window: u32, max: u32, more: &str| {
        format!(r#"{{"counter": "{counter}", "window": {window}, "max": {max}{more}}}"#)
    };
    let two = |one: &str, other: &str| format!(r#"{{"limits": [{one}, {other}]}}"#);
    for (first, then) in [
        (limit("a", 60, 10, ""), limit("b", 60, 20, "")),
        (limit("a", 60, 10, ""), limit("b", 60, 10, "")),
        (limit("a", 60, 10, ""), limit("b", 30, 10, "")),
        (limit("a", 60, 10, ""), limit("b", 150, 30, "")),
        (limit("a", 60, 10, r#", "algorithm": "token_bucket", "burst": 5"#), limit("b", 60, 16, "")),
        (limit("a", 60, 10, r#", "cost": "args.n""#), limit("b", 60, 20, r#", "cost": "args.n""#)),
    ] {
        check_x(&two(&first, &then), &[("limit.never-binds \"b\"", "is never reached")]);
    }
    for (first, then) in [
        (limit("a", 60, 10, ""), limit("b", 120, 19, "")),
        (limit("a", 60, 10, ""), limit("b", 30, 9, "")),
        (limit("a", 60, 10, ""), limit("b", 150, 29, "")),
        (limit("a", 60, 10, ""), limit("b", 60, 20, r#", "scope": "server""#)),
        (limit("a", 60, 10, ""), limit("b", 60, 20, r#", "cost": 2"#)),
        (limit("a", 60, 10, r#", "algorithm": "token_bucket", "burst": 5"#), limit("b", 60, 14, "")),
    ] {
        check_x(&two(&first, &then), &[]);
    }
    let all = format!(r#""all_tools": {{"limits": [{}]}}"#, limit("all", 3600, 500, ""));
    let x = |more: &str| format!(r#"{all}, "tools": {{"x": {{"limits": [{}]}}{more}}}"#, limit("x", 3600, 600, ""));
    check(&x(""), &[("limit.never-binds", "")]);
    let shared = format!(r#", "y": {{"limits": [{}]}}"#, limit("x", 3600, 700, ""));
    check(&x(&shared), &[]);
    let text = format!(r#"{{"version": "1", "default": "deny", {}}}"#, x(""));
    let elsewhere = Surroundings { counters: HashSet::from(["x"]), ..Surroundings::default() };
    assert_eq!(found_in(&text, &elsewhere), Vec::<String>::new());
}

#[test]
fn a_table_of_nothing_or_of_too_much_is_told() {
    let limit = |table: &str| {
        format!(
            r#"{{"limits": [{{"counter": "c", "window": "hour", "max": 5, "cost": {{"path": "args.t", {table}}}}}]}}"#
        )
    };
    check_x(&limit(r#""table": {"a": 0}, "default": 0"#), &[("limit.never-binds", "counts as 0")]);
    check_x(&limit(r#""table": {"a": 0}"#), &[]);
    check_x(&limit(r#""table": {"a": 6, "b": 7}, "default": 9"#), &[("limit.refuses-all", "")]);
    check_x(&limit(r#""table": {"a": 6, "b": 5}"#), &[]);
}

#[test]
fn a_policy_of_very_many_rules_is_looked_at_in_bounded_work() {
    let rule = |place: usize| rule(&format!("args.a{} eq {place}", place % 7));
    let rules: Vec<String> = (0..3000).map(rule).collect();
    let text =
        format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {{"deny_if": [{}]}}}}}}"#, rules.join(","));
    let found = found_in(&text, &Surroundings::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("check.capped"), "{found:?}");
}
