use super::*;
use crate::json::commented::Source;
use crate::json::{Limits, scan};

fn read(text: &str) -> (Option<Condition>, Vec<String>) {
    let mut report = Report::new(Source::new("p", text));
    let condition = report.parse().and_then(|node| Condition::read(&node, &mut report));
    let findings = report.into_findings().into_iter();
    (condition, findings.map(|found| format!("{} {}", found.message, found.help.unwrap_or_default())).collect())
}

fn truth(operator: &str, value: &str, arguments: &str, missing: Missing) -> Truth {
    let text = format!(r#"{{"path": "args.x", "op": "{operator}", "value": {value}}}"#);
    let (condition, findings) = read(&text);
    let arguments = scan(arguments.as_bytes(), &Limits::request(1 << 16)).unwrap();
    condition.unwrap_or_else(|| panic!("{findings:?}")).holds(arguments.as_object(), missing)
}

fn check(operator: &str, value: &str, argument: &str, want: Truth) {
    let found = truth(operator, value, &format!(r#"{{"x": {argument}}}"#), Missing::Unknown);
    assert_eq!(found, want, "{argument} {operator} {value}");
}

#[test]
fn every_operator() {
    use Truth::{False, True, Unknown};
    for (operator, value, argument, want) in [
        ("eq", "5", "5.0", True),
        ("eq", "5", "6", False),
        ("eq", "5", "\"5\"", Unknown),
        ("eq", "null", "null", True),
        ("eq", "\"a\"", "null", Unknown),
        ("eq", "{\"a\": 1}", "{\"a\": 1.0}", True),
        ("eq", "[1]", "[1, 2]", False),
        ("neq", "5", "6", True),
        ("neq", "5", "5e0", False),
        ("neq", "5", "\"6\"", Unknown),
        ("in", "[\"a\", \"b\"]", "\"b\"", True),
        ("in", "[\"a\", \"b\"]", "\"c\"", False),
        ("in", "[\"a\"]", "1", Unknown),
        ("not_in", "[\"bad\"]", "\"good\"", True),
        ("not_in", "[\"bad\"]", "\"bad\"", False),
        ("not_in", "[\"bad\"]", "[\"bad\"]", Unknown),
        ("lt", "5", "4.9", True),
        ("lt", "5", "5", False),
        ("lte", "5", "5", True),
        ("gt", "5", "5", False),
        ("gt", "5", "1e1", True),
        ("gte", "5000", "-5", False),
        ("gte", "5000", "5000", True),
        ("gte", "5000", "\"5000\"", Unknown),
        ("gte", "5000", "null", Unknown),
        ("gte", "9007199254740991", "9007199254740990", False),
        ("regex", "\"^rm \"", "\"rm -rf\"", True),
        ("regex", "\"^rm \"", "\"ls\\nrm x\"", False),
        ("regex", "\"^rm \"", "7", Unknown),
        ("contains", "\"sudo\"", "\"x sudo y\"", True),
        ("contains", "\"sudo\"", "\"ls\"", False),
        ("contains", "\"sudo\"", "[\"sudo\"]", True),
        ("contains", "\"sudo\"", "[\"ls\"]", False),
        ("contains", "\"sudo\"", "{\"sudo\": 1}", Unknown),
        ("contains", "7", "[7.0]", True),
        ("exists", "true", "null", True),
        ("exists", "false", "null", False),
    ] {
        check(operator, value, argument, want);
    }
}

#[test]
fn a_missing_path_is_unknown_where_it_is_required_and_false_where_it_denies() {
    for (operator, value) in [("eq", "1"), ("neq", "1"), ("not_in", "[1]"), ("lt", "1"), ("contains", "\"a\"")] {
        assert_eq!(truth(operator, value, "{}", Missing::Unknown), Truth::Unknown, "{operator}");
        assert_eq!(truth(operator, value, "{}", Missing::False), Truth::False, "{operator}");
    }
    assert_eq!(truth("exists", "false", "{}", Missing::Unknown), Truth::True);
    assert_eq!(truth("exists", "true", "{}", Missing::False), Truth::False);
}

#[test]
fn three_values_combine_as_kleene_says() {
    use Truth::{False, True, Unknown};
    for (a, b, both) in [(True, True, True), (True, Unknown, Unknown), (Unknown, False, False), (False, True, False)] {
        assert_eq!(a.and(b), both);
        assert_eq!(b.and(a), both);
    }
}

#[test]
fn what_means_nothing_is_refused() {
    for (text, part) in [
        (r#"{"path": "args.x", "op": "gte", "value": "5"}"#, "compares with a number"),
        (r#"{"path": "x", "op": "eq", "value": 1}"#, "no path to an argument"),
        (r#"{"path": "args.", "op": "eq", "value": 1}"#, "no path to an argument"),
        (r#"{"path": "args.a[*].b", "op": "eq", "value": 1}"#, "no path to an argument"),
        (r#"{"path": "args.x", "op": "equals", "value": 1}"#, "`equals` is not one of"),
        (r#"{"path": "args.x", "op": "in", "value": []}"#, "an empty list"),
        (r#"{"path": "args.x", "op": "in", "value": 1}"#, "expected an array"),
        (r#"{"path": "args.x", "op": "regex", "value": "("}"#, "no regular expression"),
        (r#"{"path": "args.x", "op": "regex", "value": "(a{1000}){1000}"}"#, "no regular expression"),
        (r#"{"path": "args.x", "op": "contains", "value": ""}"#, "an empty text"),
        (r#"{"path": "args.x", "op": "eq"}"#, "`value` is missing"),
        (r#"{"path": "args.x", "op": "exists", "value": 1}"#, "`true` or `false`"),
        (r#"{"path": "args.x", "op": "eq", "value": 1, "vlaue": 2}"#, "did you mean `value`?"),
    ] {
        let (condition, findings) = read(text);
        assert!(condition.is_none() || !findings.is_empty(), "{text}");
        assert!(findings.join("\n").contains(part), "{text}: {findings:?}");
    }
}
