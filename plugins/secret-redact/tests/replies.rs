//! Whole replies: where secrets may stand, and what the verdict is.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorward_plugin::{Call, Document, Reply, ResultVerdict, Validator};
use secret_redact::SecretRedact;

fn token() -> String {
    ["gh", "p_abcdefghijklmnopqrstuvwxyz0123456789"].concat()
}

const MARK: &str = "[redacted: github-token]";

fn verdict(settings: &str, reply: &str) -> ResultVerdict {
    let plugin = SecretRedact::from_json(settings).expect("the settings are right");
    let (call, reply) = (Document::parse("{}").expect("it is JSON"), Document::parse(reply).expect("it is JSON"));
    plugin.check_result(&Call::of_tool("s", "t"), &call, &Reply::of(reply))
}

/// The patches, as `pointer=value`; `TOKEN` in the reply is a secret.
fn patched(reply: &str) -> Vec<String> {
    match verdict("{}", &reply.replace("TOKEN", &token())) {
        ResultVerdict::Pass => Vec::new(),
        ResultVerdict::Redact(patches) => {
            patches.iter().map(|patch| format!("{}={}", patch.pointer, patch.value_json)).collect()
        }
        ResultVerdict::Refuse(finding) => panic!("{reply}: {finding:?}"),
    }
}

#[test]
fn secrets_are_found_wherever_a_reply_has_strings() {
    let check = |reply: &str, expected: &[&str]| {
        let expected: Vec<_> = expected.iter().map(|patch| patch.replace("MARK", MARK)).collect();
        assert_eq!(patched(reply), expected, "{reply}");
    };
    check(r#"{"content": []}"#, &[]);
    check(r#"{"content": [{"type": "text", "text": "a TOKEN b"}]}"#, &[r#"/content/0/text="a MARK b""#]);
    check(
        r#"{"content": [{"type": "text", "text": "TOKEN"}], "structuredContent": {"a": [{"b": "x TOKEN"}]}}"#,
        &[r#"/content/0/text="MARK""#, r#"/structuredContent/a/0/b="x MARK""#],
    );
    check(
        r#"{"content": [{"type": "resource", "resource": {"uri": "file:///x", "text": "TOKEN"}}]}"#,
        &[r#"/content/0/resource/text="MARK""#],
    );
    check(r#"{"contents": [{"uri": "file:///x?TOKEN", "text": "y"}]}"#, &[r#"/contents/0/uri="file:///x?MARK""#]);
    check(
        r#"{"code": -32000, "message": "bad TOKEN", "data": {"a/b": "TOKEN"}}"#,
        &[r#"/message="bad MARK""#, r#"/data/a~1b="MARK""#],
    );
    check(r#"{"_meta": {"x": "TOKEN"}}"#, &[r#"/_meta/x="MARK""#]);
}

#[test]
fn a_member_that_is_called_a_secret_is_one() {
    let check = |member: &str, expected: bool| {
        let reply = format!(r#"{{"structuredContent": {{{member}}}}}"#);
        assert_eq!(!patched(&reply).is_empty(), expected, "{member}");
    };
    for member in [
        r#""password": "hunter2""#,
        r#""dbPassword": "hunter2""#,
        r#""client_secret": "a8F3kd92jfLs0""#,
        r#""apiKey": "a8F3kd92jfLs0""#,
        r#""access-token": "a8F3kd92jfLs0""#,
        r#""passwords": "hunter2""#,
        r#""AUTH_KEY": "a8F3kd92jfLs0""#,
    ] {
        check(member, true);
    }
    for member in [
        r#""password": null"#,
        r#""password": true"#,
        r#""password": "***""#,
        r#""password": "the password is wrong""#,
        r#""token": "string""#,
        r#""name": "hunter2""#,
        r#""passwordPolicy": "strong""#,
        r#""tokenCount": "a8F3kd92jfLs0x""#,
        r#""secret": "none""#,
    ] {
        check(member, false);
    }
}

#[test]
fn base64_is_read_where_the_protocol_has_it() {
    let encoded = STANDARD.encode(format!("key: {}", token()));
    let clean = STANDARD.encode(format!("key: {MARK}"));
    for (reply, place) in [
        (format!(r#"{{"contents": [{{"uri": "file:///x", "blob": "{encoded}"}}]}}"#), "/contents/0/blob"),
        (
            format!(r#"{{"content": [{{"type": "resource", "resource": {{"uri": "x", "blob": "{encoded}"}}}}]}}"#),
            "/content/0/resource/blob",
        ),
    ] {
        assert_eq!(patched(&reply), [format!("{place}=\"{clean}\"")], "{reply}");
    }
    // Bytes that are no text stay, whatever their letters look like.
    let image = format!("{}AKIAIOSFODNN7EXAMPLE+/w==", STANDARD.encode([0xff; 3]));
    assert_eq!(
        patched(&format!(r#"{{"content": [{{"type": "image", "data": "{image}", "mimeType": "image/png"}}]}}"#)),
        [""; 0]
    );
}

#[test]
fn more_than_the_patches_of_a_verdict_are_one_for_the_whole() {
    let lines: Vec<_> = (0..100).map(|index| format!(r#"{{"n": {index}.0, "t": "TOKEN"}}"#)).collect();
    let reply = format!(r#"{{"structuredContent": [{}]}}"#, lines.join(","));
    let expected = reply.replace("TOKEN", MARK);
    assert_eq!(patched(&reply), [format!("={expected}")]);
}

#[test]
fn a_name_of_a_member_may_be_a_secret() {
    assert_eq!(
        patched(r#"{"structuredContent": {"TOKEN": 1, "b": 2.50}}"#),
        [format!(r#"={{"structuredContent": {{"{MARK}": 1, "b": 2.50}}}}"#)]
    );
    let two = format!(r#"{{"x": {{"{}": 1, "{}": 2}}}}"#, token(), token().replace("abc", "xyz"));
    assert!(matches!(verdict("{}", &two), ResultVerdict::Refuse(finding) if finding.code == "reply.large"));
}

#[test]
fn what_is_too_much_to_look_at_is_refused() {
    let many = format!(r#"{{"x": [{}]}}"#, vec!["\"a\""; 20_001].join(","));
    assert!(matches!(verdict("{}", &many), ResultVerdict::Refuse(finding) if finding.code == "reply.large"));
    let long = format!(r#"{{"x": "{} {}"}}"#, token(), "a ".repeat(600_000));
    assert!(matches!(verdict("{}", &long), ResultVerdict::Refuse(finding) if finding.code == "reply.large"));
}

#[test]
fn what_is_too_much_may_go_on_as_it_is_but_not_what_holds_a_secret() {
    let passes = r#"{"on_large": "pass"}"#;
    let many = format!(r#"{{"x": [{}]}}"#, vec!["\"a\""; 20_001].join(","));
    let long = format!(r#"{{"x": "{}"}}"#, "a ".repeat(3 << 20));
    for reply in [many, long] {
        assert!(matches!(verdict("{}", &reply), ResultVerdict::Refuse(finding) if finding.code == "reply.large"));
        assert_eq!(verdict(passes, &reply), ResultVerdict::Pass);
    }
    let secret = format!(r#"{{"x": "{} {}"}}"#, token(), "a ".repeat(600_000));
    assert!(matches!(verdict(passes, &secret), ResultVerdict::Refuse(finding) if finding.code == "reply.large"));
}

#[test]
fn a_reply_with_a_secret_may_be_refused() {
    let reply = format!(r#"{{"content": [{{"type": "text", "text": "{}"}}]}}"#, token());
    let refused = verdict(r#"{"on_secret": "refuse"}"#, &reply);
    assert!(
        matches!(&refused, ResultVerdict::Refuse(finding) if finding.code == "reply.secret" && finding.reason.contains("1 of `github-token`"))
    );
    assert!(!format!("{refused:?}").contains(&token()));
    assert_eq!(verdict(r#"{"on_secret": "refuse"}"#, r#"{"content": []}"#), ResultVerdict::Pass);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let check = |settings: &str, code: &str, place: &str| {
        let findings = SecretRedact::from_json(settings).expect_err(settings);
        let finding = findings.first().expect("there is one");
        assert_eq!((finding.code.as_str(), finding.pointer.as_deref()), (code, Some(place)), "{settings}");
    };
    check(r#"{"on_secret": "ignore"}"#, "settings.invalid", "/on_secret");
    check(r#"{"on_large": "look"}"#, "settings.invalid", "/on_large");
    check(r#"{"rule": {}}"#, "settings.invalid", "/rule");
    check(r#"{"rules": {"remove": ["jwt", "nothing"]}}"#, "rules.unknown", "/rules/remove/1");
    check(r#"{"rules": {"add": [{"name": "Ours", "pattern": "x"}]}}"#, "rules.invalid", "/rules/add/0/name");
    check(r#"{"rules": {"add": [{"name": "jwt", "pattern": "x"}]}}"#, "rules.invalid", "/rules/add/0/name");
    check(r#"{"rules": {"add": [{"name": "ours", "pattern": "("}]}}"#, "rules.invalid", "/rules/add/0/pattern");
    check(r#"{"rules": {"add": [{"name": "ours", "pattern": "a*"}]}}"#, "rules.invalid", "/rules/add/0/pattern");
    check(
        r#"{"rules": {"add": [{"name": "ours", "pattern": "(a{1000}){1000}"}]}}"#,
        "rules.invalid",
        "/rules/add/0/pattern",
    );
}
