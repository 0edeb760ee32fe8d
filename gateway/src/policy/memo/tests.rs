use super::*;
use crate::json::Object;
use crate::policy::tests::{call_of, json, policy, policy_of_x, read};

const CONNECT: &str = r#"{"remember": [{
    "fact": "host", "key": "result.structuredContent.id", "value": "args.host",
    "when": [{"path": "result.structuredContent.ok", "op": "eq", "value": true}]}]}"#;
const PROSE: &str = r#"{"remember": [{
    "fact": "host",
    "key": {"path": "result.content[0].text", "capture": "(?s)Connected to .*\nconnectionId: ([0-9a-f]+)\n?"},
    "value": "args.host",
    "when": [{"path": "result.content[0].text", "op": "starts_with", "value": "Connected"}]}]}"#;

/// What is remembered, each as `NAME[KEY]=VALUE`.
fn told(policies: &[&Policy], arguments: &str, result: &Value) -> Vec<String> {
    let result = result.as_object().unwrap();
    let told = remembered(policies.iter().copied(), &call_of("x", arguments), result);
    let line = |it: Remembered| {
        let value = it.value.map_or_else(|| "?".to_owned(), |value| String::from_utf8(value.to_bytes()).unwrap());
        format!("{}[{}]={value}", it.fact, it.key)
    };
    told.into_iter().map(line).collect()
}

fn check(entry: &str, rows: &[(&str, &str, &[&str])]) {
    let law = policy_of_x(entry);
    for (arguments, result, want) in rows {
        assert_eq!(told(&[&law], arguments, &json(result)), *want, "{arguments}, {result}");
    }
}

#[test]
fn a_call_that_succeeded_is_remembered() {
    let host = r#"{"host": "db1"}"#;
    let rows: &[(&str, &str, &[&str])] = &[
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}}"#, &[r#"host[c1]="db1""#]),
        (host, r#"{"structuredContent": {"ok": true, "id": 7}, "isError": false}"#, &[r#"host[7]="db1""#]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "resultType": "complete"}"#, &[r#"host[c1]="db1""#]),
        (
            r#"{"host": {"name": "db1"}}"#,
            r#"{"structuredContent": {"ok": true, "id": "c1"}}"#,
            &[r#"host[c1]={"name":"db1"}"#],
        ),
        // What it is about is told, and what it is is not.
        ("{}", r#"{"structuredContent": {"ok": true, "id": "c1"}}"#, &["host[c1]=?"]),
        // It did not succeed, or that cannot be told.
        (host, r#"{"structuredContent": {"ok": false, "id": "c1"}}"#, &[]),
        (host, r#"{"structuredContent": {"id": "c1"}}"#, &[]),
        (host, "{}", &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "isError": true}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "isError": "false"}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "resultType": "input_required"}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "resultType": 1}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "task": {"taskId": "t"}}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": "c1"}, "task": 1, "content": []}"#, &[r#"host[c1]="db1""#]),
        // There is no key.
        (host, r#"{"structuredContent": {"ok": true}}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": null}}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": 1.5}}"#, &[]),
        (host, r#"{"structuredContent": {"ok": true, "id": ["c1"]}}"#, &[]),
    ];
    check(CONNECT, rows);
}

#[test]
fn a_part_of_a_text_is_captured_if_the_whole_text_is_as_it_must_be() {
    let host = r#"{"host": "db1"}"#;
    let text = |text: &str| Value::from([("content", vec![Value::from([("text", text.into())])].into())]);
    let law = policy_of_x(PROSE);
    for (reply, want) in [
        ("Connected to db1\nconnectionId: abc1", vec![r#"host[abc1]="db1""#]),
        ("Connected to db1\nand more\nconnectionId: abc1\n", vec![r#"host[abc1]="db1""#]),
        ("Connected to db1\nconnectionId: abc1\nconnectionId: evil!", vec![]),
        ("Connected to db1\nconnectionId: ", vec![]),
        ("Not Connected to db1\nconnectionId: abc1", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(told(&[&law], host, &text(reply)), want, "{reply}");
    }
    let long = format!("Connected to {}\nconnectionId: abc1", "x".repeat(TEXT));
    assert!(told(&[&law], host, &text(&long)).is_empty(), "too long");
    assert!(told(&[&law], host, &json(r#"{"content": [{"text": 5}]}"#)).is_empty());
}

#[test]
fn a_result_that_does_not_say_so_is_no_error() {
    let entry = |when: &str| {
        format!(r#"{{"remember": [{{"fact": "f", "key": "args.k", "value": "result.v", "when": [{when}]}}]}}"#)
    };
    let arguments = r#"{"k": "k"}"#;
    check(
        &entry(r#"{"path": "result.isError", "op": "eq", "value": false}"#),
        &[(arguments, r#"{"v": 1}"#, &["f[k]=1"]), (arguments, r#"{"v": 1, "isError": true}"#, &[])],
    );
    // All of them must hold, and one may compare the result with the call.
    check(
        &entry(
            r#"{"path": "result.v", "op": "gt", "value": 1}, {"path": "result.v", "op": "eq", "value_from": "args.v"}"#,
        ),
        &[
            (r#"{"k": "k", "v": 2}"#, r#"{"v": 2}"#, &["f[k]=2"]),
            (r#"{"k": "k", "v": 1}"#, r#"{"v": 1}"#, &[]),
            (r#"{"k": "k", "v": 3}"#, r#"{"v": 2}"#, &[]),
            (r#"{"k": "k"}"#, r#"{"v": 2}"#, &[]),
        ],
    );
}

#[test]
fn every_policy_and_every_memo_has_its_say_and_siblings_are_alike() {
    let memo = |fact: &str| {
        format!(
            r#"{{"fact": "{fact}", "key": "args.k", "value": "args.v", "when": [{{"path": "args.k", "op": "exists"}}]}}"#
        )
    };
    let law = |memos: &[&str]| {
        let memos: Vec<String> = memos.iter().map(|fact| memo(fact)).collect();
        policy(&format!(
            r#"{{"version": "1", "default": "deny", "aliases": {{"connect": ["x"]}},
                 "tools": {{"connect": {{"remember": [{}]}}}}}}"#,
            memos.join(",")
        ))
    };
    let (two, one, none) = (law(&["a", "b"]), law(&["c"]), policy_of_x("{}"));
    let want = ["a[k]=1", "b[k]=1", "c[k]=1"];
    assert_eq!(told(&[&two, &none, &one], r#"{"k": "k", "v": 1}"#, &Object::new().into()), want);
    let target = |name: &str| Target::Tool(name.to_owned());
    assert!(remembers([&none, &one], &target("x")) && remembers([&one], &target("connect")));
    assert!(!remembers([&none], &target("x")) && !remembers([&one], &target("y")));
}

#[test]
fn what_is_written_wrong_is_told() {
    let exists = r#"{"path": "args.k", "op": "exists"}"#;
    let whole = |fact: &str, key: &str, value: &str, when: &str| {
        format!(r#"{{"fact": {fact}, "key": {key}, "value": {value}, "when": {when}}}"#)
    };
    let key = |key: &str| whole(r#""host""#, key, r#""args.v""#, &format!("[{exists}]"));
    let captured = |capture: &str| key(&format!(r#"{{"path": "result.t", "capture": "{capture}"}}"#));
    let when = |when: &str| whole(r#""host""#, r#""args.k""#, r#""args.v""#, when);
    let sound = key(r#""args.k""#);
    for (memo, part) in [
        (r#"{"key": "args.k"}"#.to_owned(), "`fact` is missing"),
        (r#"{"fact": "host", "value": "args.v"}"#.to_owned(), "`key` is missing"),
        (r#"{"fact": "host", "key": "args.k"}"#.to_owned(), "`value` is missing"),
        (r#"{"fact": "host", "key": "args.k", "value": "args.v"}"#.to_owned(), "`when` is missing add `\"when\""),
        (r#"{"fact": "host", "keys": "args.k", "value": "args.v", "when": []}"#.to_owned(), "did you mean `key`?"),
        (whole(r#""a b""#, r#""args.k""#, r#""args.v""#, "[]"), "`a b` is no name of a fact"),
        (whole(r#""""#, r#""args.k""#, r#""args.v""#, "[]"), "is no name of a fact"),
        (whole("5", r#""args.k""#, r#""args.v""#, "[]"), "expected a string"),
        (when("[]"), "without conditions"),
        (when("{}"), "expected an array"),
        (when(r#"[{"path": "caller.name", "op": "exists"}]"#), "`remember` sees `args` and `result`"),
        (when(r#"[{"path": "each.x", "op": "exists"}]"#), "`remember` sees `args` and `result`"),
        (when(r#"[{"path": "session.facts.host[args.k]", "op": "exists"}]"#), "sees `args` and `result`"),
        (when(r#"[{"path": "args.k", "op": "eq", "value_from": "time.hour"}]"#), "sees `args` and `result`"),
        (key(r#""reslt.id""#), "did you mean `result`?"),
        (key(r#""result.content[*].text""#), "`result.content[*].text` may lead to many values"),
        (key("5"), "expected an object"),
        (key(r#"{"path": "result.t"}"#), "`capture` is missing"),
        (key(r#"{"capture": "(a)"}"#), "`path` is missing"),
        (key(r#"{"path": "result.t", "capture": "(a)", "regex": "b"}"#), "unknown key `regex`"),
        (captured("id: .*"), "a capture has one group, and this one has 0 put what is wanted in parentheses"),
        (captured("(a)(b)"), "this one has 2 write `(?:…)`"),
        (captured("(a"), "is no regular expression"),
        (captured("a)|(b"), "is no regular expression"),
        (captured("((a{1000}){1000})"), "is no regular expression"),
        (vec![sound.as_str(); MOST + 1].join(","), "up to 16 facts are remembered of a call"),
    ] {
        let text = format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {{"remember": [{memo}]}}}}}}"#);
        let (policy, findings) = read(&text);
        assert!(policy.is_none(), "{memo}");
        assert!(findings.join("\n").contains(part), "{memo}: {findings:?}");
    }
    let elsewhere = r#"{"version": "1", "default": "deny", "tools": {"x": {"require": [{"conditions": [
        {"path": "result.ok", "op": "exists"}]}]}}}"#;
    assert!(read(elsewhere).1.join("\n").contains("only `remember` sees the result of a call"));
    for place in ["all_tools", "prompts"] {
        let memos = format!(r#"{{"remember": [{sound}]}}"#);
        let memos = if place == "prompts" { format!(r#"{{"x": {memos}}}"#) } else { memos };
        let (policy, findings) = read(&format!(r#"{{"version": "1", "default": "deny", "{place}": {memos}}}"#));
        assert!(policy.is_none() && findings.join("\n").contains("unknown key `remember`"), "{findings:?}");
    }
}
