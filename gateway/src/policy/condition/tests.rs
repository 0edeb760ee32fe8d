use crate::json::commented::{Report, Source};
use crate::policy::Session;
use crate::policy::scope::Work;
use crate::policy::tests::{nothing_known, with};

use super::*;

use Sense::{ApproveIf, DenyIf, Require};
use Truth::{False, True, Unknown};

fn read(text: &str) -> (Option<Condition>, Vec<String>) {
    let mut report = Report::new(Source::new("p", text));
    let mut tally = Tally::default();
    let condition = report.parse().and_then(|node| Condition::read(&node, Binding::Nothing, &mut tally, &mut report));
    let findings = report.into_findings().into_iter();
    (condition, findings.map(|found| format!("{} {}", found.message, found.help.unwrap_or_default())).collect())
}

fn truth(condition: &str, arguments: &str, sense: Sense) -> Truth {
    let (condition, findings) = read(condition);
    let condition = condition.unwrap_or_else(|| panic!("{findings:?}"));
    let (call, session, left) = (with(arguments), Session::default(), Work::default());
    let circumstances = nothing_known(&session);
    condition.holds(&Scope::new(&call, &circumstances, &jiff::tz::TimeZone::UTC, &left), Reading::of(sense))
}

/// What a condition comes to where it is required, and where it denies.
fn check(condition: &str, arguments: &str, required: Truth, denied: Truth) {
    assert_eq!(truth(condition, arguments, Require), required, "require {condition} of {arguments}");
    assert_eq!(truth(condition, arguments, DenyIf), denied, "deny_if {condition} of {arguments}");
    assert_eq!(truth(condition, arguments, ApproveIf), denied, "approve_if {condition} of {arguments}");
}

#[test]
fn what_is_missing_is_unknown_where_it_is_required_and_false_where_it_denies() {
    for (operator, value) in [("eq", "1"), ("neq", "1"), ("not_in", "[1]"), ("lt", "1"), ("contains", "\"a\"")] {
        let condition = format!(r#"{{"path": "args.x", "op": "{operator}", "value": {value}}}"#);
        check(&condition, "{}", Unknown, False);
        // `not` comes after: what is not there is not equal either.
        check(&format!(r#"{{"not": {condition}}}"#), "{}", Unknown, True);
    }
    check(r#"{"path": "args.x", "op": "exists"}"#, "{}", False, False);
    check(r#"{"path": "args.x", "op": "exists", "value": false}"#, "{}", True, True);
    check(r#"{"path": "args.x.y", "op": "exists"}"#, r#"{"x": "text"}"#, Unknown, Unknown);
    check(r#"{"path": "args.x.y", "op": "eq", "value": 1}"#, r#"{"x": "text"}"#, Unknown, Unknown);
}

#[test]
fn a_rule_is_read_as_its_strictest() {
    let small = r#"{"path": "args.n[*]", "op": "lt", "value": 5}"#;
    let not_small = format!(r#"{{"not": {small}}}"#);
    let not_not_small = format!(r#"{{"not": {not_small}}}"#);
    for (arguments, every, any) in [
        (r#"{"n": [1, 2]}"#, True, True),
        (r#"{"n": [1, 9]}"#, False, True),
        (r#"{"n": [8, 9]}"#, False, False),
        (r#"{"n": []}"#, True, False),
        (r#"{"n": {"a": 1, "b": 9}}"#, False, True),
        (r#"{"n": [1, "x"]}"#, Unknown, True),
        (r#"{"n": [9, "x"]}"#, False, Unknown),
        (r#"{"n": "12"}"#, Unknown, Unknown),
        (r#"{"n": null}"#, Unknown, Unknown),
        ("{}", Unknown, False),
    ] {
        check(small, arguments, every, any);
        check(&not_not_small, arguments, every, any);
        if arguments != "{}" {
            // Under `not` it is the other way round: none may be small, or one is not small.
            check(&not_small, arguments, any.not(), every.not());
        }
    }
}

#[test]
fn conditions_make_others() {
    let (a, b) = (r#"{"path": "args.a", "op": "eq", "value": 1}"#, r#"{"path": "args.b", "op": "eq", "value": 1}"#);
    let (all, any) = (format!(r#"{{"all_of": [{a}, {b}]}}"#), format!(r#"{{"any_of": [{a}, {b}]}}"#));
    for (arguments, both, either) in [
        (r#"{"a": 1, "b": 1}"#, True, True),
        (r#"{"a": 1, "b": 2}"#, False, True),
        (r#"{"a": 1, "b": "1"}"#, Unknown, True),
        (r#"{"a": "1", "b": 2}"#, False, Unknown),
        (r#"{"a": 2, "b": 2}"#, False, False),
    ] {
        check(&all, arguments, both, both);
        check(&any, arguments, either, either);
        check(&format!(r#"{{"not": {all}}}"#), arguments, both.not(), both.not());
    }
}

#[test]
fn a_value_is_compared_with_another_one_of_the_call() {
    for (operator, arguments, want) in [
        ("eq", r#"{"a": "x", "b": "x"}"#, True),
        ("neq", r#"{"a": "x", "b": "x"}"#, False),
        ("lt", r#"{"a": 1, "b": 2}"#, True),
        ("lt", r#"{"a": "1", "b": 2}"#, Unknown),
        ("in", r#"{"a": "x", "b": ["x", "y"]}"#, True),
        ("in", r#"{"a": "z", "b": []}"#, False),
        ("in", r#"{"a": "z", "b": "z"}"#, Unknown),
        ("contains", r#"{"a": "xyz", "b": "y"}"#, True),
        ("contains", r#"{"a": "xyz", "b": ""}"#, Unknown),
        ("starts_with", r#"{"a": "xyz", "b": "x"}"#, True),
        ("starts_with", r#"{"a": "xyz", "b": ""}"#, Unknown),
        ("ends_with", r#"{"a": "xyz", "b": ["q", "z"]}"#, True),
        ("path_within", r#"{"a": "/srv/a", "b": "/srv"}"#, True),
        ("path_within", r#"{"a": "/srv/a", "b": "srv"}"#, Unknown),
    ] {
        let condition = format!(r#"{{"path": "args.a", "op": "{operator}", "value_from": "args.b"}}"#);
        check(&condition, arguments, want, want);
    }
    let same = r#"{"path": "args.a[*]", "op": "eq", "value_from": "args.b"}"#;
    check(same, r#"{"a": [1, 2], "b": 1}"#, False, True);
    check(same, r#"{"a": [1, 1]}"#, Unknown, False);
}

#[test]
fn work_has_a_bound_and_beyond_it_nothing_is_told() {
    let text = "a".repeat(1 << 20);
    let arguments = format!(r#"{{"x": ["{}"]}}"#, text.get(..1 << 19).unwrap());
    let one = r#"{"path": "args.x[*]", "op": "regex", "value": "b"}"#;
    let many = format!(r#"{{"any_of": [{}]}}"#, [one; 400].join(","));
    check(&many, &arguments, Unknown, Unknown);
    let few = format!(r#"{{"any_of": [{}]}}"#, [one; 40].join(","));
    check(&few, &arguments, False, False);
}

#[test]
fn what_means_nothing_is_refused() {
    let nested = |depth: usize| {
        let inner = r#"{"path": "args.x", "op": "exists"}"#;
        format!("{}{inner}{}", r#"{"not": "#.repeat(depth), "}".repeat(depth))
    };
    assert!(read(&nested(15)).0.is_some());
    for (text, part) in [
        (nested(16).as_str(), "stands too deep"),
        (r#"{"path": "args.x", "op": "equals", "value": 1}"#, "`equals` is not one of"),
        (r#"{"path": "args.x", "op": "start_with", "value": "a"}"#, "did you mean `starts_with`?"),
        (r#"{"path": "args.x", "op": "eq"}"#, "`value` is missing"),
        (r#"{"path": "args.x", "op": "eq", "value": 1, "vlaue": 2}"#, "did you mean `value`?"),
        (r#"{"path": "args.x", "op": "eq", "value": 1, "value_from": "args.y"}"#, "a `value` or a `value_from`"),
        (r#"{"path": "args.x", "op": "eq", "value_from": "args.y[*]"}"#, "may lead to many values"),
        (r#"{"path": "args.x", "op": "regex", "value_from": "args.y"}"#, "takes no value from a call"),
        (r#"{"all_of": []}"#, "`all_of` of nothing"),
        (r#"{"any_of": {}}"#, "expected an array"),
        (r#"{"any_of": [{"path": "args.x", "op": "exists"}], "path": "args.y"}"#, "unknown key `path`"),
        (r#"{"not": []}"#, "expected an object"),
        (r#"{"any_off": []}"#, "`path` is missing"),
        (r#"{"path": "time.weekday", "op": "eq", "value": "Monday"}"#, "did you mean `monday`?"),
        (r#"{"path": "time.weekday", "op": "in", "value": ["monday", "tusday"]}"#, "did you mean `tuesday`?"),
    ] {
        let (condition, findings) = read(text);
        assert!(condition.is_none() || !findings.is_empty(), "{text}");
        assert!(findings.join("\n").contains(part), "{text}: {findings:?}");
    }
}

#[test]
fn conditions_are_told_as_people_say_it() {
    for (text, told) in [
        (r#"{"path": "args.n", "op": "gte", "value": 5000}"#, "`args.n` is 5000 or more"),
        (r#"{"path": "args.n", "op": "between", "value": [1, 2]}"#, "`args.n` is from 1 to 2"),
        (r#"{"path": "args.n", "op": "matches", "value": "a|b"}"#, "`args.n` is as a whole `a|b`"),
        (
            r#"{"path": "args.n", "op": "path_within", "value": ["/a/", "/b"]}"#,
            "`args.n` is a path within `/a` or `/b`",
        ),
        (r#"{"path": "args.n", "op": "host", "value": "*.Example.com"}"#, "`args.n` is at the host `*.example.com`"),
        (r#"{"path": "args.n", "op": "cidr", "value": "10.1.1.1/8"}"#, "`args.n` is an address in 10.0.0.0/8"),
        (r#"{"path": "args.n", "op": "length", "value": {"max": 3}}"#, "`args.n` has a length of up to 3"),
        (r#"{"path": "args.n", "op": "in", "value_from": "args.m"}"#, "`args.n` is one of `args.m`"),
        (
            r#"{"any_of": [{"not": {"path": "args.a", "op": "exists"}}, {"path": "args.a", "op": "type", "value": "null"}]}"#,
            "it is not so that `args.a` is given or `args.a` is of the type null",
        ),
    ] {
        assert_eq!(read(text).0.map(|condition| condition.to_string()).as_deref(), Some(told), "{text}");
    }
}
