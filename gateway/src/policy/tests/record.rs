//! What the record keeps of a call, and what can still be said of a call of which something was left out.

use super::*;

/// A policy with `record` at its top and for `x`.
fn recording(top: &str, own: &str) -> Policy {
    let record = |text: &str| if text.is_empty() { String::new() } else { format!(r#""record": {text}"#) };
    let top = if top.is_empty() { String::new() } else { format!("{},", record(top)) };
    policy(&format!(r#"{{"version": "1", "default": "deny", {top} "tools": {{"x": {{{}}}}}}}"#, record(own)))
}

#[test]
fn arguments_are_kept_where_a_policy_asks_for_them_and_the_tool_has_the_last_word() {
    let (yes, no) = (r#"{"arguments": true}"#, r#"{"arguments": false}"#);
    for (top, own, is_kept) in [
        ("", "", false),
        (yes, "", true),
        (no, "", false),
        ("", yes, true),
        (yes, no, false),
        (no, yes, true),
        (yes, r#"{"redact": ["args.b"]}"#, true),
        (r#"{"redact": ["args.b"]}"#, "", false),
    ] {
        let found = kept([&recording(top, own)], &with(r#"{"a": 1}"#));
        assert_eq!(found, is_kept.then(|| json(r#"{"a": 1}"#)), "{top} and {own}");
    }
    let (asks, silent) = (recording(yes, ""), recording("", no));
    assert_eq!(kept([&silent, &asks], &with(r#"{"a": 1}"#)), Some(json(r#"{"a": 1}"#)), "one that asks is enough");
    assert_eq!(kept([&asks], &with("{}")), Some(json("{}")));
    assert_eq!(kept([&asks], &call(tool("x"))), None, "a request that never became a call has none");
    let resource = Target::Resource("file:///a".to_owned());
    let (params, extra) = (Some(Object::from([("uri", "file:///a".into())])), Object::new());
    let read =
        Call::new(Caller::new("ci"), ServerName::new("ssh"), resource, "resources/read".to_owned(), params, extra);
    assert_eq!(kept([&asks], &read), None);
    assert_eq!(kept([], &with("{}")), None);
}

#[test]
fn what_is_left_out_leaves_a_mark_in_its_place() {
    for (redact, arguments, expected) in [
        (r#"["args.a"]"#, r#"{"a": {"b": [1]}, "c": 2}"#, r#"{"a": "[redacted]", "c": 2}"#),
        (r#"["args.a"]"#, r#"{"a": null}"#, r#"{"a": "[redacted]"}"#),
        (r#"["args.a"]"#, r#"{"A": 1}"#, r#"{"A": 1}"#),
        (r#"["args.a.b"]"#, r#"{"a": {"b": 1, "c": 2}}"#, r#"{"a": {"b": "[redacted]", "c": 2}}"#),
        (r#"["args[\"a.b\"]"]"#, r#"{"a.b": 1, "a": {"b": 2}}"#, r#"{"a.b": "[redacted]", "a": {"b": 2}}"#),
        (r#"["args.h[*]"]"#, r#"{"h": {"x": 1, "y": [2]}}"#, r#"{"h": {"x": "[redacted]", "y": "[redacted]"}}"#),
        (r#"["args.l[*].p"]"#, r#"{"l": [{"p": 1, "q": 2}, {}]}"#, r#"{"l": [{"p": "[redacted]", "q": 2}, {}]}"#),
        (r#"["args.l[1]"]"#, r#"{"l": [1, 2, 3]}"#, r#"{"l": [1, "[redacted]", 3]}"#),
        (r#"["args.l[7]"]"#, r#"{"l": [1]}"#, r#"{"l": [1]}"#),
        (r#"["args[*]"]"#, r#"{"a": 1, "b": {}}"#, r#"{"a": "[redacted]", "b": "[redacted]"}"#),
        (
            r#"["args.a", "args.a.b", "args.c"]"#,
            r#"{"a": {"b": 1}, "c": 2}"#,
            r#"{"a": "[redacted]", "c": "[redacted]"}"#,
        ),
        // What is not as the path takes it may hold the secret in another form.
        (r#"["args.login.password"]"#, r#"{"login": "me:secret"}"#, r#"{"login": "[redacted]"}"#),
        (r#"["args.login.password"]"#, r#"{"login": [{"password": 1}]}"#, r#"{"login": "[redacted]"}"#),
        (r#"["args.l[*].p"]"#, r#"{"l": ["p=1", {"p": 1}]}"#, r#"{"l": ["[redacted]", {"p": "[redacted]"}]}"#),
        (r#"["args.l[*]"]"#, r#"{"l": "secret"}"#, r#"{"l": "[redacted]"}"#),
    ] {
        let policy = recording(&format!(r#"{{"arguments": true, "redact": {redact}}}"#), "");
        assert_eq!(kept([&policy], &with(arguments)), Some(json(expected)), "{redact} of {arguments}");
    }
}

#[test]
fn what_one_leaves_out_another_does_not_bring_back() {
    let asks = recording(r#"{"arguments": true, "redact": ["args.a"]}"#, r#"{"redact": ["args.b"]}"#);
    let silent = recording(r#"{"redact": ["args.c"]}"#, r#"{"arguments": false, "redact": ["args.d"]}"#);
    let found = kept([&asks, &silent], &with(r#"{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}"#)).unwrap();
    let expected = r#"{"a": "[redacted]", "b": "[redacted]", "c": "[redacted]", "d": "[redacted]", "e": 5}"#;
    assert_eq!(found, json(expected));
}

#[test]
fn what_cannot_be_left_out_is_an_error_with_its_place() {
    for (record, finding) in [
        (r#"{"argument": true}"#, "unknown key `argument` did you mean `arguments`?"),
        (r#"{"arguments": "yes"}"#, "expected `true` or `false`"),
        (r#"{"redact": "args.a"}"#, "expected an array"),
        (r#"{"redact": ["a"]}"#, "`a` is no path write `args.a` for an argument"),
        (r#"{"redact": ["args"]}"#, "`args` cannot be left out write `args.NAME`"),
        (r#"{"redact": ["args[0]"]}"#, "`args[0]` cannot be left out"),
        (r#"{"redact": ["caller.name"]}"#, "`caller.name` cannot be left out"),
        (r#"{"redact": ["args.a[keys]"]}"#, "`args.a[keys]` cannot be left out"),
        (r#"{"redact": ["args.a[length]"]}"#, "`args.a[length]` cannot be left out"),
        (r#"{"redact": ["args.a[json].b"]}"#, "`args.a[json].b` cannot be left out"),
        (r#"{"redact": ["each.a"]}"#, "nothing binds `each` here"),
    ] {
        for text in [
            format!("{{\"version\": \"1\", \"default\": \"deny\",\n\"record\": {record}}}"),
            format!("{{\"version\": \"1\", \"default\": \"deny\", \"tools\": {{\"x\":\n{{\"record\": {record}}}}}}}"),
        ] {
            let (policy, findings) = read(&text);
            assert!(policy.is_none(), "{text}");
            let found = findings.iter().any(|line| line.starts_with("2:") && line.contains(finding));
            assert!(found, "{text}: {findings:?}");
        }
    }
    let many: Vec<String> = (0..257).map(|number| format!("\"args.a{number}\"")).collect();
    let text = format!(r#"{{"version": "1", "default": "deny", "record": {{"redact": [{}]}}}}"#, many.join(","));
    assert!(read(&text).1.concat().contains("these are too many paths"));
    let (_, findings) = read(r#"{"version": "1", "default": "deny", "resources": {"x": {"record": {}}}}"#);
    assert!(findings.concat().contains("unknown key `record`"), "{findings:?}");
}

#[test]
fn it_is_told_whether_a_rule_reads_what_was_left_out() {
    let rule = |conditions: &str| format!(r#"{{"deny_if": [{{"conditions": [{conditions}]}}]}}"#);
    let each =
        |conditions: &str| format!(r#"{{"require": [{{"for_each": "args.l[*]", "conditions": [{conditions}]}}]}}"#);
    let a = r#"{"path": "args.a", "op": "eq", "value": 1}"#;
    let hidden = r#"{"a": "[redacted]", "b": 1, "l": [{"p": "[redacted]", "q": 1}], "o": {"k": "[redacted]"}}"#;
    for (entry, reads) in [
        ("{}".to_owned(), false),
        (r#"{"action": "deny"}"#.to_owned(), false),
        (rule(a), true),
        (rule(r#"{"path": "args.b", "op": "eq", "value": 1}"#), false),
        (rule(r#"{"path": "args.a.c", "op": "eq", "value": 1}"#), true),
        (rule(r#"{"path": "args.a[length]", "op": "eq", "value": 1}"#), true),
        (rule(r#"{"path": "args.l", "op": "exists"}"#), true),
        (rule(r#"{"path": "args.l[length]", "op": "gt", "value": 1}"#), false),
        (rule(r#"{"path": "args.o[keys]", "op": "eq", "value": "k"}"#), false),
        (rule(r#"{"path": "args.o[*]", "op": "eq", "value": "k"}"#), true),
        (rule(r#"{"path": "args.l[*].q", "op": "eq", "value": 1}"#), false),
        (rule(r#"{"path": "args.l[*].p", "op": "eq", "value": 1}"#), true),
        (rule(r#"{"path": "args.b", "op": "eq", "value_from": "args.a"}"#), true),
        (rule(&format!(r#"{{"any_of": [{{"not": {a}}}]}}"#)), true),
        (rule(r#"{"path": "session.facts.host[args.a]", "op": "exists"}"#), true),
        (each(r#"{"path": "each.q", "op": "eq", "value": 1}"#), false),
        (each(r#"{"path": "each.p", "op": "eq", "value": 1}"#), true),
        (each(a), true),
        (r#"{"limits": [{"counter": "c", "window": "day", "max": 5, "cost": "args.a"}]}"#.to_owned(), true),
        (r#"{"limits": [{"counter": "c", "window": "day", "max": 5, "cost": "args.b"}]}"#.to_owned(), false),
        (r#"{"limits": [{"counter": "c", "window": "day", "max": 5}]}"#.to_owned(), false),
        (r#"{"plugins": [{"use": "shell-guard"}]}"#.to_owned(), true),
        (format!(r#"{{"action": "deny", {}"#, rule(a).trim_start_matches('{')), false),
        (format!(r#"{{"action": "deny", "enforce": false, {}"#, rule(a).trim_start_matches('{')), true),
    ] {
        let (policy, session) = (policy_of_x(&entry), Session::default());
        let found = |arguments| reads_what_is_redacted([&policy], &with(arguments), &nothing_known(&session));
        assert_eq!(found(hidden), reads, "{entry}");
        assert!(!found(r#"{"a": 1, "l": [], "o": {}}"#), "{entry}: nothing was left out");
    }
}
