//! The shapes of real servers that break naive rules, each with a rule that does not break.

use super::*;

/// Which calls of `x` pass.
fn check(entry: &str, rows: &[(&str, Verdict)]) {
    let law = policy_of_x(entry);
    for (arguments, verdict) in rows {
        let ruling = ruled(&law, &with(arguments));
        assert_eq!(ruling.verdict, *verdict, "{arguments}: {} {}", ruling.rule, ruling.reason);
    }
}

const YES: Verdict = Verdict::Allow;
const NO: Verdict = Verdict::Deny;

#[test]
fn every_element_of_an_array_of_objects() {
    check(
        r#"{"require": [{"conditions": [{"path": "args.files[*].localPath", "op": "path_within", "value": "/srv/files"}]}]}"#,
        &[
            (r#"{"files": [{"localPath": "/srv/files/a"}, {"localPath": "/srv/files/b"}]}"#, YES),
            (r#"{"files": [{"localPath": "/srv/files/a"}, {"localPath": "/etc/passwd"}]}"#, NO),
            (r#"{"files": [{"localPath": "/srv/files/a"}, {"localPath": "../a"}]}"#, NO),
            (r#"{"files": [{"localPath": "/srv/files/a"}, {"local_path": "/srv/files/b"}]}"#, NO),
            (r#"{"files": [{"localPath": "/srv/files/a"}, "/etc/passwd"]}"#, NO),
            (r#"{"files": "[{\"localPath\": \"/srv/files/a\"}]"}"#, NO),
            (r#"{"files": []}"#, YES),
            (r#"{}"#, NO),
        ],
    );
}

#[test]
fn several_conditions_speak_of_one_element() {
    let conditions = r#"[{"path": "each.remotePath", "op": "starts_with", "value": "/prod"},
                         {"path": "each.mode", "op": "eq", "value": "write"}]"#;
    let denied = format!(r#"{{"deny_if": [{{"for_each": "args.files[*]", "conditions": {conditions}}}]}}"#);
    check(
        &denied,
        &[
            (
                r#"{"files": [{"remotePath": "/prod/a", "mode": "read"}, {"remotePath": "/test/a", "mode": "write"}]}"#,
                YES,
            ),
            (
                r#"{"files": [{"remotePath": "/test/a", "mode": "read"}, {"remotePath": "/prod/a", "mode": "write"}]}"#,
                NO,
            ),
            (r#"{"files": [{"remotePath": "/prod/a", "mode": 7}]}"#, NO),
            (r#"{"files": 7}"#, NO),
            (r#"{}"#, YES),
        ],
    );
    let required = format!(r#"{{"require": [{{"for_each": "args.files[*]", "conditions": {conditions}}}]}}"#);
    check(
        &required,
        &[
            (r#"{"files": [{"remotePath": "/prod/a", "mode": "write"}]}"#, YES),
            (r#"{"files": [{"remotePath": "/prod/a", "mode": "write"}, {"remotePath": "/prod/b"}]}"#, NO),
            (r#"{"files": []}"#, YES),
            (r#"{}"#, NO),
        ],
    );
}

#[test]
fn every_word_of_an_argv() {
    check(
        r#"{"require": [{"conditions": [{"path": "args.extra_args[*]", "op": "matches", "value": "[a-z0-9.]+"}]}]}"#,
        &[
            (r#"{"extra_args": ["a", "b.c"]}"#, YES),
            (r#"{"extra_args": ["a", "-oProxyCommand=x"]}"#, NO),
            (r#"{"extra_args": ["a\n"]}"#, NO),
            (r#"{"extra_args": "a"}"#, NO),
        ],
    );
}

#[test]
fn a_union_and_json_within_a_text() {
    let entry = r#"{"require": [{"conditions": [{"any_of": [
        {"all_of": [{"path": "args.dsn", "op": "type", "value": "object"}, {"path": "args.dsn.host", "op": "eq", "value": "test"}]},
        {"all_of": [{"path": "args.dsn", "op": "type", "value": "string"}, {"path": "args.dsn[json].host", "op": "eq", "value": "test"}]}]}]}]}"#;
    check(
        entry,
        &[
            (r#"{"dsn": {"host": "test"}}"#, YES),
            (r#"{"dsn": {"host": "prod"}}"#, NO),
            (r#"{"dsn": "{\"host\": \"test\"}"}"#, YES),
            (r#"{"dsn": "{\"host\": \"test\", \"host\": \"prod\"}"}"#, NO),
            (r#"{"dsn": "host=test"}"#, NO),
            (r#"{"dsn": 5}"#, NO),
            (r#"{"dsn": null}"#, NO),
        ],
    );
}

#[test]
fn names_that_the_caller_chooses() {
    check(
        r#"{"deny_if": [{"conditions": [{"path": "args.headers[keys]", "op": "matches", "value": "(?i)authorization|cookie"}]}]}"#,
        &[
            (r#"{"headers": {"Accept": "x"}}"#, YES),
            (r#"{"headers": {"Accept": "x", "AUTHORIZATION": "y"}}"#, NO),
            (r#"{"headers": [["Cookie", "x"]]}"#, NO),
            (r#"{}"#, YES),
        ],
    );
    check(
        r#"{"require": [{"conditions": [{"path": "args.form_fields[*]", "op": "length", "value": {"max": 5}}]}]}"#,
        &[(r#"{"form_fields": {"a": "12345"}}"#, YES), (r#"{"form_fields": {"a": "1", "b": "123456"}}"#, NO)],
    );
}

#[test]
fn what_is_absent_has_a_default() {
    check(
        r#"{"require": [{"conditions": [{"any_of": [{"path": "args.interval", "op": "exists", "value": false},
            {"all_of": [{"path": "args.interval", "op": "type", "value": "integer"},
                        {"path": "args.interval", "op": "between", "value": [5000, 86400000]}]}]}]}]}"#,
        &[
            (r#"{}"#, YES),
            (r#"{"interval": 5000}"#, YES),
            (r#"{"interval": 5000.0}"#, YES),
            (r#"{"interval": 5000.5}"#, NO),
            (r#"{"interval": -5}"#, NO),
            (r#"{"interval": 0.5}"#, NO),
            (r#"{"interval": 1e308}"#, NO),
            (r#"{"interval": "10000"}"#, NO),
            (r#"{"interval": 86400001}"#, NO),
            (r#"{"interval": null}"#, NO),
        ],
    );
}

#[test]
fn texts_that_look_like_others() {
    check(
        r#"{"require": [{"conditions": [{"path": "args.command", "op": "matches", "value": "[ -~]*"}]}],
            "deny_if": [{"conditions": [{"path": "args.command", "op": "contains", "value": "sudo"}]}]}"#,
        &[
            (r#"{"command": "ls -l"}"#, YES),
            (r#"{"command": "echo 'a sudo b'"}"#, NO),
            (r#"{"command": "ls\nrm x"}"#, NO),
            (r#"{"command": "ls\u0000"}"#, NO),
            (r#"{"command": "ls\r"}"#, NO),
            (r#"{"command": "su\u200bdo"}"#, NO),
            (r#"{"command": "ｓｕｄｏ"}"#, NO),
            (r#"{"command": ["sudo"]}"#, NO),
        ],
    );
}

#[test]
fn addresses_of_the_cloud_in_every_spelling() {
    check(
        r#"{"require": [{"conditions": [{"path": "args.url", "op": "url", "value": {"scheme": ["http", "https"]}}]}],
            "deny_if": [{"conditions": [{"path": "args.url", "op": "host", "value": ["169.254.169.254", "metadata.google.internal"]}]}]}"#,
        &[
            (r#"{"url": "https://example.com/"}"#, YES),
            (r#"{"url": "file:///etc/passwd"}"#, NO),
            (r#"{"url": "http://169.254.169.254/latest"}"#, NO),
            (r#"{"url": "http://2852039166/"}"#, NO),
            (r#"{"url": "http://0xA9.0xFE.0xA9.0xFE/"}"#, NO),
            (r#"{"url": "http://[::ffff:a9fe:a9fe]/"}"#, NO),
            (r#"{"url": "http://Metadata.Google.Internal./"}"#, NO),
            (r#"{"url": "http://example.com\\@169.254.169.254/"}"#, NO),
            (r#"{"url": "http://１６９.254.169.254/"}"#, NO),
        ],
    );
}

#[test]
fn an_option_in_the_place_of_a_host() {
    check(
        r#"{"require": [{"conditions": [{"path": "args.remote_host", "op": "host", "value": "*.test.example"}]}]}"#,
        &[
            (r#"{"remote_host": "db.test.example"}"#, YES),
            (r#"{"remote_host": "root@db.test.example:22"}"#, YES),
            (r#"{"remote_host": "-oProxyCommand=x.test.example"}"#, NO),
            (r#"{"remote_host": "db.test.example -oProxyCommand=x"}"#, NO),
        ],
    );
}

#[test]
fn an_open_object_is_searched_as_deep_as_its_schema() {
    let schema = r##"{"$defs": {"c": {"type": "object", "propertyNames": {"enum": ["and", "name", "value"]},
        "properties": {"and": {"type": "array", "items": {"$ref": "#/$defs/c"}}, "value": {"type": "string"}}}}, "$ref": "#/$defs/c"}"##;
    check(
        &format!(
            r#"{{"require": [{{"conditions": [{{"path": "args.condition", "op": "schema", "value": {schema}}}]}}]}}"#
        ),
        &[
            (r#"{"condition": {"and": [{"name": "a", "value": "b"}]}}"#, YES),
            (r#"{"condition": {"and": [{"name": "a", "shell": "rm"}]}}"#, NO),
            (r#"{"condition": {"and": [{"and": [{"value": 5}]}]}}"#, NO),
            (r#"{"condition": "x"}"#, NO),
        ],
    );
}
