use proptest::prelude::*;

use crate::call::{Call, Caller, ServerName};
use crate::json::Object;
use crate::json::commented::{Report, Source};
use crate::policy::scope::Work;
use crate::policy::tests::{NOW, json, with};
use crate::policy::{Circumstances, Definition, Listing, Session};

use super::*;

fn read(text: &str, binding: Binding) -> Result<Path, String> {
    let quoted = String::from_utf8(Value::from(text).to_bytes()).unwrap();
    let mut report = Report::new(Source::new("p", quoted.as_str()));
    let path = report.parse().and_then(|node| Path::read(&node, binding, &mut report));
    let found: Vec<String> = report
        .into_findings()
        .into_iter()
        .map(|it| format!("{} {}", it.message, it.help.unwrap_or_default()))
        .collect();
    path.ok_or_else(|| found.join("\n"))
}

/// What a path leads to, each in a line.
fn found_in(path: &str, call: &Call, circumstances: &Circumstances<'_>) -> Vec<String> {
    let path = read(path, Binding::Nothing).unwrap_or_else(|found| panic!("{path}: {found}"));
    let (left, zone) = (Work::default(), TimeZone::get("Europe/Berlin").unwrap());
    let mut seen = Vec::new();
    let _all = path.visit(&Scope::new(call, circumstances, &zone, &left), &mut |found| {
        seen.push(match found {
            Found::Value(value) => String::from_utf8(value.to_bytes()).unwrap(),
            Found::Missing => "missing".to_owned(),
            Found::Unknown => "unknown".to_owned(),
        });
        ControlFlow::Continue(())
    });
    seen
}

fn check(path: &str, arguments: &str, want: &[&str]) {
    let session = Session::default();
    let circumstances =
        Circumstances { groups: &[], claims: None, listing: Listing::Unasked, session: &session, now: NOW };
    assert_eq!(found_in(path, &with(arguments), &circumstances), want, "{path} in {arguments}");
}

#[test]
fn a_path_leads_to_values_or_says_why_not() {
    let files =
        r#"{"files": [{"localPath": "/a", "size": 1}, {"localPath": "/b"}], "text": "äö", "n": 5, "none": null}"#;
    check("args.n", files, &["5"]);
    check("args.none", files, &["null"]);
    check("args.none.x", files, &["unknown"]);
    check("args.other", files, &["missing"]);
    check("args.other.x", files, &["missing"]);
    check("args.n.x", files, &["unknown"]);
    check("args.files[*].localPath", files, &["\"/a\"", "\"/b\""]);
    check("args.files[*].size", files, &["1", "missing"]);
    check("args.files[1].localPath", files, &["\"/b\""]);
    check("args.files[2].localPath", files, &["missing"]);
    check("args.files[length]", files, &["2"]);
    check("args.text[length]", files, &["2"]);
    check("args.n[length]", files, &["unknown"]);
    check("args.n[*]", files, &["unknown"]);
    check("args.none[*]", files, &["unknown"]);
    check("args.text[*]", files, &["unknown"]);
    check("args.text[0]", files, &["unknown"]);
    check("args.files[keys]", files, &["unknown"]);
    check("args.files[*][keys]", files, &["\"localPath\"", "\"size\"", "\"localPath\""]);
    check("args[keys]", files, &["\"files\"", "\"text\"", "\"n\"", "\"none\""]);
    check("args[length]", files, &["4"]);
    check("args[length]", "{}", &["0"]);
}

#[test]
fn odd_names_and_free_maps_can_be_reached() {
    let headers = r#"{"headers": {"X-Api.Key": "k", "a]b": 1}, "[*]": 2}"#;
    check(r#"args.headers["X-Api.Key"]"#, headers, &["\"k\""]);
    check(r#"args.headers["a]b"]"#, headers, &["1"]);
    check(r#"args["[*]"]"#, headers, &["2"]);
    check("args.headers[*]", headers, &["\"k\"", "1"]);
    check("args.headers[keys]", headers, &["\"X-Api.Key\"", "\"a]b\""]);
    check("args.headers[keys][length]", headers, &["9", "3"]);
}

#[test]
fn text_that_is_json_is_read_as_strictly_as_a_request() {
    check("args.body[json].user.id", r#"{"body": "{\"user\": {\"id\": 7}}"}"#, &["7"]);
    check("args.body[json][*]", r#"{"body": "[1, 2]"}"#, &["1", "2"]);
    check("args.body[json].a", r#"{"body": "{\"a\": 1, \"a\": 2}"}"#, &["unknown"]);
    check("args.body[json].a", r#"{"body": "no json"}"#, &["unknown"]);
    check("args.body[json].a", r#"{"body": {"a": 1}}"#, &["unknown"]);
    check("args.body[json].a", "{}", &["missing"]);
}

#[test]
fn whatever_is_known_around_a_call_can_be_asked() {
    let definition = json(r#"{"name": "x", "annotations": {"readOnlyHint": true}, "inputSchema": {}}"#);
    let definition = Definition::read(definition.as_object().unwrap());
    let claims = json(r#"{"team": {"id": 4}}"#);
    let mut session = Session::default();
    session.mark("reads-private");
    session.remember("host", "c1", "db1".into());
    session.remember("host", "7", "db7".into());
    session.remember("host", "c2", "a".into());
    session.remember("host", "c2", "b".into());
    let groups = ["dev".to_owned(), "ops".to_owned()];
    let circumstances = Circumstances {
        groups: &groups,
        claims: claims.as_object(),
        listing: Listing::Listed(&definition),
        session: &session,
        now: NOW,
    };
    let call = with(
        r#"{"id": "c1", "n": 7, "half": 7.5, "bad": "c2", "new": "c3", "many": ["c1", "c3"], "key": {"k": "c1"}}"#,
    );
    for (path, want) in [
        ("caller.name", "\"ci\""),
        ("caller.groups", "[\"dev\",\"ops\"]"),
        ("caller.groups[1]", "\"ops\""),
        ("caller.claims.team.id", "4"),
        ("caller.claims.nothing", "missing"),
        ("server", "\"ssh\""),
        ("tool.name", "\"x\""),
        ("tool.annotations.readOnlyHint", "true"),
        ("tool.annotations.destructiveHint", "missing"),
        ("session.labels", "[\"reads-private\"]"),
        ("session.facts.host[args.id]", "\"db1\""),
        ("session.facts.host[args.id][length]", "3"),
        ("session.facts.host[args.key.k]", "\"db1\""),
        ("session.facts.host[\"c1\"]", "\"db1\""),
        ("session.facts.host[args.n]", "\"db7\""),
        ("session.facts.host[args.half]", "unknown"),
        ("session.facts.host[args.bad]", "unknown"),
        ("session.facts.host[args.new]", "missing"),
        ("session.facts.host[args.nothing]", "missing"),
        ("session.facts.host[args.key]", "unknown"),
        ("session.facts.other[args.id]", "missing"),
        ("time.hour", "22"),
        ("time.minute", "30"),
        ("time.weekday", "\"friday\""),
        ("time.date", "\"2026-11-20\""),
        ("time.time", "\"22:30\""),
    ] {
        assert_eq!(found_in(path, &call, &circumstances), [want], "{path}");
    }
    assert_eq!(found_in("session.facts.host[args.many[*]]", &call, &circumstances), ["\"db1\"", "missing"]);
}

#[test]
fn for_what_is_no_tool_args_are_the_parameters() {
    let params = Object::from([("uri", "file:///a".into())]);
    let target = crate::call::Target::Resource("file:///a".to_owned());
    let method = "resources/read".to_owned();
    let call = Call::new(Caller::new("ci"), ServerName::new("s"), target, method, Some(params), Object::new());
    let session = Session::default();
    let circumstances =
        Circumstances { groups: &[], claims: None, listing: Listing::Unlisted, session: &session, now: NOW };
    assert_eq!(found_in("args.uri", &call, &circumstances), ["\"file:///a\""]);
    assert_eq!(found_in("tool.name", &call, &circumstances), ["missing"]);
}

#[test]
fn a_path_that_means_nothing_is_refused_with_the_nearest_word() {
    for (path, part) in [
        ("x", "write `args.x`"),
        ("arg.x", "did you mean `args`?"),
        ("args.", "no path"),
        ("args..x", "no path"),
        ("args.x[", "no path"),
        ("args.x]", "no path"),
        ("args.x[]", "no step"),
        ("args.x[*", "no path"),
        ("args.x[*]y", "no path"),
        ("args.*", "no path"),
        ("args.x[all]", "no step"),
        ("args.x[lenght]", "did you mean `[length]`?"),
        ("args.x[key]", "did you mean `[keys]`?"),
        ("args.x[99999999999999999999999]", "no path"),
        ("args.x[\"a]", "no path"),
        ("args.x[length].y", "goes on after `[length]`"),
        ("args.x[args.y]", "only facts are found by another value"),
        ("caller", "not known of `caller`"),
        ("caller.grups", "did you mean `caller.groups`?"),
        ("caller.name.x", "goes on where nothing follows"),
        ("server.x", "goes on where nothing follows"),
        ("tool.anotations.x", "did you mean `tool.annotations`?"),
        ("result.x", "only `remember` sees the result of a call"),
        ("session.fact.x", "did you mean `session.facts`?"),
        ("session.facts.host", "does not say which fact"),
        ("session.facts.host[*]", "does not say which fact"),
        ("time.weekdays", "did you mean `time.weekday`?"),
        ("time", "not known of `time`"),
        ("each.x", "nothing binds `each`"),
        ("session.facts.a[session.facts.a[session.facts.a[session.facts.a[session.facts.a[args.x]]]]]", "too deep"),
    ] {
        let found = read(path, Binding::Nothing).expect_err(path);
        assert!(found.contains(part), "{path}: {found}");
    }
    assert!(read("each.x", Binding::Each).is_ok());
    assert!(read(&format!("args.{}", "a".repeat(2000)), Binding::Nothing).is_err());
}

proptest! {
    #[test]
    fn no_text_is_too_odd_for_a_path(text in "(args|each|caller|session|time)?[.a-z\\[\\]\"*0-9\\\\]{0,30}") {
        if let Ok(path) = read(&text, Binding::Each) {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn every_element_is_seen(numbers in proptest::collection::vec(0_u64..100, 0..50)) {
        let arguments = format!(r#"{{"a": {numbers:?}}}"#);
        let want: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        check("args.a[*]", &arguments, &want.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
