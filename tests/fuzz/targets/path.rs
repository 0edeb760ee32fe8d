//! A path, an operator with its value, and arguments, a line each: the ruling is the same every time, and what `require`
//! lets pass and `deny_if` refuses agrees.
#![no_main]

use doorward::call::{Call, Caller, ServerName, Target, Verdict};
use doorward::clock::Timestamp;
use doorward::json::commented::{Report, Source};
use doorward::json::{Limits, Object, Value, scan};
use doorward::policy::{self, Circumstances, Policy, Session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let (Some(path), Some(test), Some(arguments)) = (lines.next(), lines.next(), lines.next()) else { return };
    let Ok(arguments @ Value::Object(_)) = scan(arguments.as_bytes(), &Limits::request(1 << 14)) else { return };
    let path = String::from_utf8(Value::from(path).to_bytes()).expect("JSON is UTF-8");
    let condition = format!(r#"{{"path": {path}, {test}}}"#);
    let params = Object::from([("name", "x".into()), ("arguments", arguments)]);
    let (caller, server, target) = (Caller::new("c"), ServerName::new("s"), Target::Tool("x".to_owned()));
    let call = Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new());
    let ruled = |rule: &str, condition: &str| {
        let policy = load(&format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"x": {{"{rule}": [{{"conditions": [{condition}]}}]}}}}}}"#
        ))?;
        let session = Session::default();
        let circumstances = Circumstances::unasked(&session, Timestamp::from_millis(1_800_000_000_000));
        let judged = || policy::judge([&policy], &call, &circumstances).ruling.verdict;
        let first = judged();
        assert_eq!(first, judged());
        Some(first)
    };
    let (required, denied) = (ruled("require", &condition), ruled("deny_if", &condition));
    assert_eq!(required.is_some(), denied.is_some());
    // The same condition is required and not required: at most one of both can be let pass.
    let other = ruled("require", &format!(r#"{{"not": {condition}}}"#));
    if let (Some(required), Some(other)) = (required, other)
        && !path.contains('*')
        && !path.contains("keys")
    {
        assert!(required != Verdict::Allow || other != Verdict::Allow, "both {condition} and its contrary hold");
    }
    let asked = ruled("approve_if", &condition);
    assert!(
        denied != Some(Verdict::Allow) || asked == Some(Verdict::Allow),
        "{condition}: denied is what is asked for"
    );
});

fn load(text: &str) -> Option<Policy> {
    let mut report = Report::new(Source::new("policy.json", text));
    report.parse().and_then(|node| policy::load(&node, text, &mut report))
}
