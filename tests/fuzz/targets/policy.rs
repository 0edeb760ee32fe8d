//! Any text for a policy: it is taken or there is a finding, and every finding has its place. What is taken judges.
#![no_main]

use doorward::call::{Call, Caller, ServerName, Target};
use doorward::clock::Timestamp;
use doorward::json::commented::{Report, Source};
use doorward::json::{Limits, Object, Value, scan};
use doorward::policy::{self, Circumstances, Session};
use libfuzzer_sys::fuzz_target;

const ARGUMENTS: &str = r#"{"a": 1, "command": "ls -l", "list": [{"n": 1.5, "p": "/srv/a"}], "map": {"k": null}}"#;

fuzz_target!(|text: &str| {
    let mut report = Report::new(Source::new("policy.json", text));
    let policy = report.parse().and_then(|node| policy::load(&node, text, &mut report));
    let findings = report.into_findings();
    assert!(policy.is_some() || !findings.is_empty());
    for finding in &findings {
        assert!(finding.span.start <= finding.span.end && finding.span.end <= text.len());
        let _places = (finding.place(), finding.end());
    }
    let Some(policy) = policy else { return };
    let session = Session::default();
    let circumstances = Circumstances::unasked(&session, Timestamp::from_millis(1_800_000_000_000));
    for target in
        [Target::Tool("x".to_owned()), Target::Resource("file:///a".to_owned()), Target::Method("m".to_owned())]
    {
        let call = call(target);
        let judged = || policy::judge([&policy], &call, &circumstances);
        let first = judged();
        assert_eq!(first.ruling, judged().ruling);
        for limit in first.limits {
            let _cost = (limit.cost(&call), limit.sentence());
        }
        let strictest = policy::trace([&policy], &call, &circumstances).into_iter().map(|step| step.verdict).max();
        assert!(strictest.is_some());
        let _sight = policy::sight([&policy], call.target());
    }
});

fn call(target: Target) -> Call {
    let Ok(Value::Object(arguments)) = scan(ARGUMENTS.as_bytes(), &Limits::request(1 << 10)) else { unreachable!() };
    let params = Object::from([("name", "x".into()), ("uri", "file:///a".into()), ("arguments", arguments.into())]);
    Call::new(Caller::new("c"), ServerName::new("s"), target, "tools/call".to_owned(), Some(params), Object::new())
}
