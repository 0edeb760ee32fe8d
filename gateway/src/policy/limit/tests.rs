use super::*;
use crate::call::{Caller, ServerName, Target};
use crate::json::commented::Source;
use crate::json::{self, Object};

/// Reads the limits of a tool.
fn read(text: &str) -> (Option<Vec<Limit>>, Vec<String>) {
    let mut report = Report::new(Source::new("policy.json", text));
    let node = report.parse().unwrap();
    let elements = report.elements(&node).unwrap();
    let limits: Vec<Option<Limit>> =
        elements.iter().map(|element| Limit::read(element, "/tools/x", &mut report)).collect();
    let limits: Option<Vec<Limit>> = limits.into_iter().collect();
    let agreed = limits.as_ref().is_none_or(|limits| Limit::agree(limits, &mut report).is_some());
    let findings = report.into_findings().into_iter();
    let lines = findings.map(|found| {
        let (line, column) = found.place();
        format!("{line}:{column}: {} {}", found.message, found.help.unwrap_or_default())
    });
    (limits.filter(|_| agreed), lines.collect())
}

/// Reads one limit with these members, after the name of its counter.
fn limit(members: &str) -> Limit {
    let (limits, findings) = read(&format!(r#"[{{"counter": "c", {members}}}]"#));
    limits.unwrap_or_else(|| panic!("{members}: {findings:?}")).remove(0)
}

fn call(target: Target, params: &str) -> Call {
    let params = json::scan(params.as_bytes(), &json::Limits::request(1 << 16)).unwrap();
    let params = params.as_object().cloned();
    Call::new(Caller::new("ci"), ServerName::new("s"), target, "m".to_owned(), params, Object::new())
}

fn with(arguments: &str) -> Call {
    call(Target::Tool("x".to_owned()), &format!(r#"{{"name": "x", "arguments": {arguments}}}"#))
}

#[test]
fn a_limit_says_what_it_lets_pass() {
    for (members, sentence) in [
        (r#""window": "minute", "max": 1"#, "once a minute"),
        (r#""window": 90, "max": 5, "algorithm": "sliding""#, "5 times within 90 s"),
        (r#""window": "hour", "max": 5, "algorithm": "token_bucket""#, "5 times an hour, 5 at once"),
        (r#""window": "hour", "max": 5, "algorithm": "token_bucket", "burst": 9"#, "5 times an hour, 9 at once"),
        (r#""window": "day", "max": 5, "algorithm": "calendar""#, "5 times a day of the calendar (UTC)"),
        (
            r#""window": "second", "max": 1, "algorithm": "calendar", "zone": "america/new_york""#,
            "once a second of the calendar (America/New_York)",
        ),
        (r#""window": "day", "max": 999999999999, "cost": "args.bytes""#, "999999999999 a day"),
        (r#""window": "day", "max": 5, "cost": 1.0"#, "5 times a day"),
        (r#""window": "day", "max": 5, "cost": 0.5"#, "5 a day"),
    ] {
        assert_eq!(limit(members).sentence(), sentence, "{members}");
    }
}

#[test]
fn what_means_nothing_is_an_error_with_its_place() {
    for (members, finding) in [
        (
            r#""algorithm": "slidng""#,
            "`slidng` is not one of `sliding`, `token_bucket`, `calendar` did you mean `sliding`?",
        ),
        (r#""burst": 5"#, "`burst` belongs to the algorithm `token_bucket` add `\"algorithm\": \"token_bucket\"`"),
        (r#""zone": "UTC""#, "`zone` belongs to the algorithm `calendar`"),
        (r#""algorithm": "token_bucket", "zone": "UTC""#, "`zone` belongs to the algorithm `calendar`"),
        (r#""algorithm": "calendar", "burst": 5"#, "`burst` belongs to the algorithm `token_bucket`"),
        (r#""algorithm": "token_bucket", "burst": 0"#, "a limit of 0 lets nothing pass"),
        (r#""algorithm": "token_bucket", "burst": 1.5"#, "expected a whole number"),
        (r#""algorithm": "token_bucket", "burst": 1000001"#, "a limit above 1000000 is not counted exactly"),
        (
            r#""algorithm": "calendar", "zone": "Europe/Berlim""#,
            "there is no time zone `Europe/Berlim` did you mean `Europe/Berlin`?",
        ),
        (r#""algorithm": "calendar", "zone": "CEST""#, "there is no time zone `CEST`"),
        (r#""algorithm": "calendar", "zone": 1"#, "expected a string"),
        (r#""algorithm": "calendar", "zone": """#, "there is no time zone ``"),
        (r#""cost": -1"#, "`-1` is negative write a number from 0 to 1000000000000 with at most 6 digits"),
        (r#""cost": 0"#, "a cost of 0 is never limited"),
        (r#""cost": 0.0000001"#, "`0.0000001` has more than 6 digits after the point"),
        (r#""cost": 1e13"#, "`1e13` is above 1000000000000"),
        (r#""cost": 10.5"#, "a cost of 10.5 is above the 10 that may count, so nothing passes"),
        (r#""algorithm": "token_bucket", "burst": 2, "cost": 3"#, "a cost of 3 is above the 2 that may count"),
        (r#""cost": true"#, "a cost is a number or says where it stands"),
        (r#""cost": "amount""#, "`amount` is no path write `args.amount` for an argument"),
        (r#""cost": "caller.name""#, "`caller.name` is no path to an argument write `args.NAME`"),
        (r#""cost": "args""#, "`args` is no path to an argument"),
        (r#""cost": "args.""#, "`args.` is no path"),
        (r#""cost": {"path": "args.a[size]"}"#, "`[size]` is no step"),
        (r#""cost": {"every": "each.a"}"#, "nothing binds `each` here"),
        (r#""cost": {}"#, "`path` is missing"),
        (r#""cost": {"path": "args.a", "most": 5}"#, "unknown key `most`"),
        (r#""cost": {"path": "args.a", "max": -5}"#, "`-5` is negative"),
        (r#""cost": {"path": "args.a", "max": "5"}"#, "expected a number"),
        (r#""cost": {"path": "args.a", "default": -5}"#, "`-5` is negative"),
        (r#""cost": {"path": "args.a", "table": {}}"#, "an empty table says nothing"),
        (r#""cost": {"path": "args.a", "table": {"b": -1}}"#, "`-1` is negative"),
        (r#""cost": {"path": "args.a", "table": {"b": 1}, "max": 5}"#, "`max` says nothing beside `table`"),
        (r#""cost": {"every": "args.a", "unit": "sec"}"#, "`sec` is not one of `ms`, `s`, `m`, `h`"),
        (r#""cost": {"every": "args.a", "default": 0}"#, "an interval of 0 repeats without end"),
        (r#""cost": {"every": "args.a", "path": "args.b"}"#, "unknown key `path`"),
    ] {
        let text = format!("[{{\"counter\": \"c\", \"window\": \"minute\", \"max\": 10,\n{members}}}]");
        let (_, findings) = read(&text);
        assert!(
            findings.iter().any(|line| line.starts_with("2:") && line.contains(finding)),
            "{members}: {findings:?}"
        );
    }
    let (limits, findings) = read(r#"[{"counter": "c", "window": 60, "max": 10, "algorithm": "calendar"}]"#);
    assert!(limits.is_none());
    assert_eq!(
        findings,
        ["1:29: a calendar has no windows of so many seconds write `second`, `minute`, `hour` or `day`"]
    );
    let (limits, findings) = read(r#"[{"counter": "c", "window": 60, "max": 1000000000001, "cost": "args.n"}]"#);
    assert!(limits.is_none());
    assert!(findings.concat().contains("a limit above 1000000000000 is not counted exactly"), "{findings:?}");
}

#[test]
fn limits_of_one_name_count_alike() {
    let minute = r#""window": "minute", "max": 5"#;
    for (other, says) in [
        (r#""window": "minute", "max": 5, "scope": "all""#, None),
        (r#""window": 60, "max": 9, "algorithm": "sliding", "cost": "args.n""#, None),
        (r#""window": "hour", "max": 5"#, Some("`c` counts by an hour that slides here, and by a minute that slides")),
        (
            r#""window": "minute", "max": 5, "algorithm": "calendar", "zone": "Europe/Berlin""#,
            Some("`c` counts by a minute of the calendar (Europe/Berlin) here, and by a minute that slides"),
        ),
        (
            r#""window": "minute", "max": 5, "algorithm": "token_bucket""#,
            Some("`c` counts in a bucket of 5 that is filled by 5 a minute here, and by a minute that slides"),
        ),
    ] {
        let text = format!(
            "[{{\"counter\": \"c\", {minute}}},\n {{\"counter\": \"d\", {minute}}},\n {{\"counter\": \"c\", {other}}}]"
        );
        let (limits, findings) = read(&text);
        let Some(says) = says else {
            assert!(limits.is_some(), "{other}: {findings:?}");
            continue;
        };
        assert!(limits.is_none(), "{other}");
        let finding =
            format!("3:14: {says} in line 1, column 14 let both count alike, or give one of them another name");
        assert_eq!(findings, [finding]);
    }
    let bucket = |max: u64, burst: u64| {
        format!(r#"{{"counter": "c", "window": "day", "algorithm": "token_bucket", "max": {max}, "burst": {burst}}}"#)
    };
    for (other, agree) in [(bucket(5, 9), true), (bucket(4, 9), false), (bucket(5, 8), false)] {
        assert_eq!(read(&format!("[{}, {other}]", bucket(5, 9))).0.is_some(), agree, "{other}");
    }
    let calendar = |zone: &str| {
        format!(r#"{{"counter": "c", "window": "day", "max": 5, "algorithm": "calendar", "zone": "{zone}"}}"#)
    };
    for (other, agree) in [(calendar("utc"), true), (calendar("Asia/Tokyo"), false)] {
        assert_eq!(read(&format!("[{}, {other}]", calendar("UTC"))).0.is_some(), agree, "{other}");
    }
}

#[test]
fn a_call_costs_what_its_arguments_say_exactly_or_is_refused() {
    let number = r#""cost": "args.a.b""#;
    let bounded = r#""cost": {"path": "args.n", "max": 2.5, "default": 0.25}"#;
    let table = r#""cost": {"path": "args.tag", "table": {"web": 12, "db": 0.5, "none": 0}}"#;
    let fanned = r#""cost": {"path": "args.tag", "table": {"web": 12}, "default": 50}"#;
    let every = r#""cost": {"every": "args.interval", "unit": "ms", "default": 10000}"#;
    let seconds = r#""cost": {"every": "args.interval", "unit": "s"}"#;
    let odd = r#""cost": "args.a[\"b.c\"][0]""#;
    let many = r#""cost": "args.files[*].size""#;
    let all = r#""cost": {"path": "args.files[*].size", "max": 3, "default": 0.5}"#;
    let length = r#""cost": "args.files[length]""#;
    let tags = r#""cost": {"path": "args.tags[*]", "table": {"web": 12, "db": 3}, "default": 1}"#;
    let hosts = r#""cost": {"path": "args.hosts[keys]", "table": {"web": 12, "db": 3}}"#;
    let repeats = r#""cost": {"every": "args.jobs[*].every", "unit": "s"}"#;
    for (cost, arguments, millionths) in [
        (r#""cost": 3"#, "{}", Ok(3_000_000)),
        (r#""cost": 0.5"#, "{}", Ok(500_000)),
        (number, r#"{"a": {"b": 0.99}}"#, Ok(990_000)),
        (number, r#"{"a": {"b": 0}}"#, Ok(0)),
        (number, r#"{"a": {"b": 1e308}}"#, Err("`args.a.b` is above 1000000000000")),
        (number, r#"{"a": {"b": -1000}}"#, Err("`args.a.b` is negative")),
        (number, r#"{"a": {"b": 0.1234567}}"#, Err("`args.a.b` has more than 6 digits after the point")),
        (number, r#"{"a": {"b": "5"}}"#, Err("`args.a.b` is not a number")),
        (number, r#"{"a": {"b": null}}"#, Err("`args.a.b` is not a number")),
        (number, r#"{"a": {"b": [1]}}"#, Err("`args.a.b` is not a number")),
        (number, r#"{"a": {"c": 1}}"#, Err("`args.a.b` is missing")),
        (number, r#"{"a": 1}"#, Err("`args.a.b` leads into something of another type")),
        (odd, r#"{"a": {"b.c": [0.5]}}"#, Ok(500_000)),
        (many, "{}", Err("`args.files[*].size` is missing")),
        (many, r#"{"files": []}"#, Ok(0)),
        (many, r#"{"files": [{"size": 1}, {"size": 2.25}]}"#, Ok(3_250_000)),
        (many, r#"{"files": {"a": {"size": 1}, "b": {"size": 2}}}"#, Ok(3_000_000)),
        (many, r#"{"files": [{"size": 1}, {}]}"#, Err("`args.files[*].size` is missing")),
        (many, r#"{"files": [{"size": 1}, {"size": -1}]}"#, Err("`args.files[*].size` is negative")),
        (many, r#"{"files": "all"}"#, Err("`args.files[*].size` leads into something of another type")),
        (all, r#"{"files": [{"size": 1}, {}]}"#, Ok(1_500_000)),
        (all, r#"{"files": [{"size": 2}, {"size": 2}]}"#, Err("`args.files[*].size` is above 3")),
        (length, r#"{"files": [7, 8, 9]}"#, Ok(3_000_000)),
        (length, r#"{"files": 3}"#, Err("`args.files[length]` leads into something of another type")),
        (tags, r#"{"tags": ["web", "db", "other"]}"#, Ok(16_000_000)),
        (hosts, r#"{"hosts": {"web": [], "db": null}}"#, Ok(15_000_000)),
        (repeats, r#"{"jobs": [{"every": 30}, {"every": 60}]}"#, Ok(3_000_000)),
        (bounded, r#"{"n": 2.500000}"#, Ok(2_500_000)),
        (bounded, r#"{"n": 2.500001}"#, Err("`args.n` is above 2.5")),
        (bounded, "{}", Ok(250_000)),
        (bounded, r#"{"n": null}"#, Err("`args.n` is not a number")),
        (table, r#"{"tag": "web"}"#, Ok(12_000_000)),
        (table, r#"{"tag": "none"}"#, Ok(0)),
        (table, r#"{"tag": "WEB"}"#, Err("`args.tag` is none of the texts that the policy names")),
        (table, r#"{"tag": ["web"]}"#, Err("`args.tag` is not a text")),
        (table, "{}", Err("`args.tag` is missing")),
        (fanned, r#"{"tag": "all"}"#, Ok(50_000_000)),
        (fanned, r#"{"tag": 5}"#, Err("`args.tag` is not a text")),
        (fanned, "{}", Ok(50_000_000)),
        (every, r#"{"interval": 5000}"#, Ok(12_000_000)),
        (every, r#"{"interval": 7000}"#, Ok(9_000_000)),
        (every, r#"{"interval": 60000}"#, Ok(1_000_000)),
        (every, r#"{"interval": 86400000}"#, Ok(1_000_000)),
        (every, r#"{"interval": 0.5}"#, Ok(120_000_000_000)),
        (every, "{}", Ok(6_000_000)),
        (every, r#"{"interval": 0}"#, Err("`args.interval` is 0")),
        (every, r#"{"interval": -5}"#, Err("`args.interval` is negative")),
        (every, r#"{"interval": "5000"}"#, Err("`args.interval` is not a number")),
        (seconds, r#"{"interval": 0.000001}"#, Ok(60_000_000_000_000)),
        (seconds, "{}", Err("`args.interval` is missing")),
    ] {
        let limit = limit(&format!(r#""window": "minute", "max": 10, {cost}"#));
        let told = limit.cost(&with(arguments));
        match millionths {
            Ok(millionths) => assert_eq!(told, Ok(millionths), "{cost} of {arguments}"),
            Err(reason) => {
                let ruling = told.unwrap_err();
                assert_eq!(ruling.reason, format!("{reason}, so what this call counts as cannot be told"));
                assert_eq!((ruling.verdict, ruling.rule.as_ref()), (Verdict::Deny, "/tools/x/limits/c"));
                assert!(ruling.remedy.is_some(), "{cost} of {arguments}");
            }
        }
    }
}

#[test]
fn a_cost_that_is_beyond_counting_is_above_every_limit() {
    let limit = limit(r#""window": 31622400, "max": 10, "cost": {"every": "args.interval"}"#);
    let cost = limit.cost(&with(r#"{"interval": 0.000001}"#)).unwrap();
    assert!(cost > limit.ceiling());
}

#[test]
fn a_remedy_says_what_can_be_counted() {
    for (cost, remedy) in [
        (
            r#""args.n""#,
            "a call in which `args.n` is a number from 0 to 1000000000000 with at most 6 digits after the point",
        ),
        (
            r#"{"path": "args.n", "max": 2.5}"#,
            "a call in which `args.n` is a number from 0 to 2.5 with at most 6 digits after the point",
        ),
        (r#"{"path": "args.n", "table": {"web": 1, "db": 2}}"#, "a call in which `args.n` is one of db, web"),
        (r#"{"path": "args.n", "table": {"web": 1}, "default": 2}"#, "a call in which `args.n` is a text"),
        (r#"{"every": "args.n", "unit": "m"}"#, "a call in which `args.n` is a number above 0, in m"),
        (
            r#"{"path": "args.n[*].size", "max": 5, "default": 1}"#,
            "a call in which every `args.n[*].size` is a number from 0, in all up to 5 with at most 6 digits after the point",
        ),
    ] {
        let limit = limit(&format!(r#""window": "minute", "max": 10, "cost": {cost}"#));
        let ruling = limit.cost(&with(r#"{"n": [[]]}"#)).unwrap_err();
        assert_eq!(ruling.remedy.as_deref(), Some(remedy));
    }
}

#[test]
fn the_parameters_of_what_is_no_tool_are_its_arguments() {
    let limit = limit(r#""window": "minute", "max": 10, "cost": "args.size""#);
    let resource = Target::Resource("file:///a".to_owned());
    assert_eq!(limit.cost(&call(resource.clone(), r#"{"size": 2}"#)), Ok(2_000_000));
    assert!(limit.cost(&call(resource, r#"{"arguments": {"size": 2}}"#)).is_err());
    assert!(limit.cost(&call(Target::Tool("x".to_owned()), r#"{"size": 2}"#)).is_err());
}
