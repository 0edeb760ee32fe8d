use super::{Absent, Arguments, MAX_ARGUMENTS, MAX_STRINGS, Written};
use crate::Document;

fn read(named: &[(&str, Absent)], opaque: &[&str]) -> Result<Arguments<usize>, Vec<(String, Option<String>)>> {
    let written = |(role, (pointer, absent)): (usize, &(&str, Absent))| Written {
        place: format!("/arguments/{role}"),
        pointer: (*pointer).to_owned(),
        role,
        absent: *absent,
    };
    let opaque: Vec<_> = opaque.iter().map(|pointer| (*pointer).to_owned()).collect();
    Arguments::read(named.iter().enumerate().map(written).collect(), &opaque)
        .map_err(|findings| findings.into_iter().map(|finding| (finding.code, finding.pointer)).collect())
}

/// What of `{"a": …, "list": [{"b": …}], "note": …}` is found, as `pointer role text`.
fn found(call: &str) -> Result<Vec<String>, String> {
    let named = [("/a", Absent::Allow), ("/list/*/b", Absent::Allow), ("/map/*", Absent::Allow)];
    let arguments = read(&named, &["/note", "/free/*/x"]).unwrap();
    let call = Document::parse(call).unwrap();
    let found = arguments
        .of(&call)
        .map_err(|finding| format!("{} {}", finding.code, finding.pointer.unwrap_or_default()).trim_end().to_owned())?;
    Ok(found.into_iter().map(|found| format!("{} {} {:?}", found.pointer, found.role, found.value)).collect())
}

#[test]
fn every_named_argument_is_found_wherever_it_stands() {
    let check = |call: &str, expected: &[&str]| assert_eq!(found(call).unwrap(), expected, "{call}");
    check("{}", &[]);
    check(r#"{"a": "x"}"#, &[r#"/a 0 Text("x")"#]);
    check(r#"{"a": null, "count": 5}"#, &[]);
    check(r#"{"a": 5}"#, &[r#"/a 0 Number("5")"#]);
    check(r#"{"a": {}}"#, &["/a 0 Object(0)"]);
    check(r#"{"list": [{"b": "x"}, {"b": "y"}]}"#, &[r#"/list/0/b 1 Text("x")"#, r#"/list/1/b 1 Text("y")"#]);
    check(r#"{"list": {"k": {"b": "x"}}}"#, &[r#"/list/k/b 1 Text("x")"#]);
    check(r#"{"map": {"k/1": "x", "~": "y"}}"#, &[r#"/map/k~11 2 Text("x")"#, r#"/map/~0 2 Text("y")"#]);
    check(r#"{"list": []}"#, &[]);
    check(r#"{"note": {"deep": ["x", {"y": "z"}]}}"#, &[]);
    check(r#"{"free": [{"x": "y"}]}"#, &[]);
}

#[test]
fn a_string_without_a_role_refuses_the_call() {
    let check = |call: &str, expected: &str| assert_eq!(found(call).unwrap_err(), expected, "{call}");
    check(r#"{"b": "x"}"#, "argument.unnamed /b");
    check(r#"{"a": ["x"]}"#, "argument.unnamed /a/0");
    check(r#"{"a": {"x": 1}}"#, "argument.unnamed /a/x");
    check(r#"{"list": "x"}"#, "argument.unnamed /list");
    check(r#"{"list": ["x"]}"#, "argument.unnamed /list/0");
    check(r#"{"list": [{"c": 1}]}"#, "argument.unnamed /list/0/c");
    check(r#"{"list": [{"b": ["x"]}]}"#, "argument.unnamed /list/0/b/0");
    check(r#"{"free": ["x"]}"#, "argument.unnamed /free/0");
    check(r#"{"a b": 1}"#, "argument.unnamed /a b");
    check(r#"{"": 1}"#, "argument.unnamed /");
    check(r#"{"-a": 1}"#, "argument.unnamed /-a");
    check(r#"{"A": "x"}"#, "argument.unnamed /A");
}

#[test]
fn a_call_may_only_lack_what_it_may_lack() {
    let arguments = read(&[("/a", Absent::Refuse), ("/b", Absent::Allow), ("/c/*", Absent::Refuse)], &[]).unwrap();
    let check = |call: &str, expected: Option<&str>| {
        let told = arguments.of(&Document::parse(call).unwrap()).err().and_then(|finding| finding.pointer);
        assert_eq!(told.as_deref(), expected, "{call}");
    };
    check(r#"{"a": "x", "c": ["y"]}"#, None);
    check(r#"{"a": "x", "c": []}"#, Some("/c/*"));
    check(r#"{"a": null, "c": ["y"]}"#, Some("/a"));
    check(r#"{"c": ["y"], "b": "z"}"#, Some("/a"));
}

#[test]
fn the_settings_name_each_argument_once_and_well() {
    let check = |named: &[&str], opaque: &[&str], expected: &[(&str, &str)]| {
        let named: Vec<_> = named.iter().map(|pointer| (*pointer, Absent::Allow)).collect();
        let findings = read(&named, opaque).err().unwrap_or_default();
        let told: Vec<_> = findings.iter().map(|(code, place)| (code.as_str(), place.as_deref().unwrap())).collect();
        assert_eq!(told, expected, "{named:?} {opaque:?}");
    };
    check(&["/a", "/b/*/c"], &["/d"], &[]);
    check(&["/b/*/c"], &["/b/*/d"], &[]);
    check(&["a"], &[""], &[("pointer.invalid", "/arguments/0"), ("pointer.invalid", "/opaque/0")]);
    check(&["/~2"], &[], &[("pointer.invalid", "/arguments/0")]);
    check(&["/a", "/a"], &[], &[("pointer.overlap", "/arguments/1")]);
    check(&["/a", "/a/b"], &[], &[("pointer.overlap", "/arguments/1")]);
    check(&["/a/b"], &["/*"], &[("pointer.overlap", "/opaque/0")]);
    check(&["/a/*", "/a/0"], &[], &[("pointer.overlap", "/arguments/1")]);
}

#[test]
fn what_is_too_much_to_look_at_is_refused() {
    let list = |count: usize, element: &str| format!("{{\"map\": [{}]}}", vec![element; count].join(","));
    let strings = usize::try_from(MAX_STRINGS).unwrap();
    assert_eq!(found(&list(strings - 1, "\"x\"")).map(|found| found.len()), Ok(strings - 1));
    assert_eq!(found(&list(strings, "\"x\"")).unwrap_err(), "argument.too-many");
    assert_eq!(found(&list(MAX_ARGUMENTS, "1")).map(|found| found.len()), Ok(MAX_ARGUMENTS));
    assert_eq!(found(&list(MAX_ARGUMENTS + 1, "1")).unwrap_err(), "argument.too-many");
    let one_more = list(MAX_ARGUMENTS, "1").replace('{', "{\"a\": 1, ");
    assert_eq!(found(&one_more).unwrap_err(), "argument.too-many");
}
