use std::time::Duration;

use super::*;
use crate::call::{Caller, ServerName, Target};
use crate::clock::Timestamp;
use crate::json::commented::{Report, Source};
use crate::json::{Limits, Object, scan};
use crate::policy::{Circumstances, Policy, Session};

/// A policy in which the tool `x` has these limits.
fn policy(limits: &str) -> Policy {
    let text = format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {{"limits": [{limits}]}}}}}}"#);
    let mut report = Report::new(Source::new("policy.json", text.as_str()));
    let policy = report.parse().and_then(|node| policy::load(&node, &text, &mut report));
    policy.unwrap_or_else(|| panic!("{:?}", report.into_findings()))
}

/// A call of the tool `x` by this caller at this server.
fn call_of(caller: &str, server: &str, arguments: &str) -> Call {
    let arguments = scan(arguments.as_bytes(), &Limits::request(1 << 16)).unwrap();
    let params = Object::from([("name", "x".into()), ("arguments", arguments)]);
    let (caller, server, target) = (Caller::new(caller), ServerName::new(server), Target::Tool("x".to_owned()));
    Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new())
}

fn call(arguments: &str) -> Call {
    call_of("ci", "ssh", arguments)
}

fn limits_of<'p>(policy: &'p Policy, call: &Call) -> Vec<&'p Limit> {
    let session = Session::default();
    policy::judge([policy], call, &Circumstances::unasked(&session, Timestamp::now())).limits
}

/// Charges a call under an id.
async fn charge(
    policy: &Policy,
    store: &Store,
    id: &str,
    session: Option<&str>,
    call: &Call,
) -> Result<Receipt, Refusal> {
    let limits = limits_of(policy, call);
    let session = session.map(|session| Digest::of(session.as_bytes()));
    Bill::of(&limits, session, call)?.charge(store, id).await
}

const ONCE_AN_HOUR: &str = r#"{"counter": "c", "window": "hour", "max": 1}"#;

#[tokio::test]
async fn what_cannot_be_looked_at_or_charged_is_refused() {
    let (policy, store, call) = (policy(ONCE_AN_HOUR), Store::in_memory().unwrap(), call("{}"));
    store.close().await.unwrap();
    let limits = limits_of(&policy, &call);
    let looked = Bill::of(&limits, None, &call).unwrap().look(&store).await.unwrap_err();
    let charged = Bill::of(&limits, None, &call).unwrap().charge(&store, "a").await.unwrap_err();
    for refusal in [looked, charged] {
        assert_eq!((refusal.kind, refusal.rule.as_ref()), (RefusalKind::Unavailable, "(store)"));
    }
}

#[tokio::test]
async fn a_look_refuses_like_a_charge_and_takes_nothing() {
    let (policy, store, call) = (policy(ONCE_AN_HOUR), Store::in_memory().unwrap(), call("{}"));
    let limits = limits_of(&policy, &call);
    let bill = || Bill::of(&limits, None, &call).unwrap();
    for _ in 0..3 {
        bill().look(&store).await.unwrap();
    }
    bill().charge(&store, "a").await.unwrap();
    let looked = bill().look(&store).await.unwrap_err();
    let charged = bill().charge(&store, "b").await.unwrap_err();
    for refusal in [looked, charged] {
        assert!(matches!(refusal.kind, RefusalKind::RateLimited { .. }), "{refusal:?}");
        assert_eq!(
            (refusal.rule.as_ref(), refusal.reason.as_ref()),
            ("/tools/x/limits/c", "this may be done once an hour")
        );
    }
}

#[tokio::test]
async fn a_scope_says_whose_calls_count_together() {
    const OWN: (&str, &str, Option<&str>) = ("ci", "ssh", Some("s1"));
    for (scope, others) in [
        // In turn: another session, no session, another caller, another server.
        ("grant", [false, false, true, true]),
        ("session", [true, true, true, true]),
        ("server", [false, false, false, true]),
        ("all", [false, false, false, false]),
    ] {
        let limit = format!(r#"{{"counter": "c", "window": "hour", "max": 1, "scope": "{scope}"}}"#);
        let askers =
            [("ci", "ssh", Some("s2")), ("ci", "ssh", None), ("cd", "ssh", Some("s3")), ("ci", "sql", Some("s4"))];
        for (asker, apart) in askers.into_iter().zip(others) {
            let (policy, store) = (policy(&limit), Store::in_memory().unwrap());
            for (number, (caller, server, session)) in [OWN, asker].into_iter().enumerate() {
                let call = call_of(caller, server, "{}");
                let charged = charge(&policy, &store, &number.to_string(), session, &call).await;
                assert_eq!(charged.is_ok(), number == 0 || apart, "{scope}: {asker:?}");
            }
        }
    }
    // Without sessions, a session's limit is the grant's.
    let session = policy(r#"{"counter": "c", "window": "hour", "max": 1, "scope": "session"}"#);
    let store = Store::in_memory().unwrap();
    charge(&session, &store, "a", None, &call("{}")).await.unwrap();
    assert!(charge(&session, &store, "b", None, &call("{}")).await.is_err());
}

#[tokio::test]
async fn costs_add_up_exactly_and_are_given_back_exactly() {
    let policy = policy(r#"{"counter": "usd", "window": "day", "max": 1, "cost": "args.amount"}"#);
    let store = Store::in_memory().unwrap();
    let spend = async |id: &str, amount: &str| {
        let call = call(&format!(r#"{{"amount": {amount}}}"#));
        charge(&policy, &store, id, None, &call).await
    };
    // Ten times 0.1 is 1, which it is not for doubles.
    for number in 0..9 {
        spend(&number.to_string(), "0.1").await.unwrap();
    }
    let last = spend("last", "1e-1").await.unwrap();
    spend("free", "0").await.unwrap();
    let refused = spend("more", "0.000001").await.unwrap_err();
    assert!(matches!(refused.kind, RefusalKind::RateLimited { .. }), "{refused:?}");
    assert_eq!(refused.reason, "1 a day may be used, and this call counts as 0.000001");
    store.refund(last).await.unwrap();
    assert!(spend("too much", "0.100001").await.is_err());
    spend("enough", "0.100000").await.unwrap();
}

#[tokio::test]
async fn what_can_never_pass_says_so_and_not_when() {
    for (limit, reason) in [
        (
            r#"{"counter": "c", "window": "day", "max": 10, "cost": "args.n"}"#,
            "10 a day may be used, and this call counts as 12, so it can never pass",
        ),
        (
            r#"{"counter": "c", "window": "day", "max": 20, "algorithm": "token_bucket", "burst": 11, "cost": "args.n"}"#,
            "20 a day, 11 at once may be used, and this call counts as 12, so it can never pass",
        ),
        (
            r#"{"counter": "c", "window": "day", "max": 11, "algorithm": "calendar", "cost": "args.n"}"#,
            "11 a day of the calendar (UTC) may be used, and this call counts as 12, so it can never pass",
        ),
    ] {
        let store = Store::in_memory().unwrap();
        let refused = charge(&policy(limit), &store, "a", None, &call(r#"{"n": 12}"#)).await.unwrap_err();
        assert_eq!((refused.kind, refused.reason.as_ref()), (RefusalKind::Denied, reason));
    }
}

#[tokio::test]
async fn a_cost_that_cannot_be_told_refuses_and_takes_nothing() {
    let policy = policy(
        r#"{"counter": "calls", "window": "day", "max": 1},
           {"counter": "usd", "window": "day", "max": 5, "cost": {"path": "args.amount", "max": 3}}"#,
    );
    let store = Store::in_memory().unwrap();
    for arguments in ["{}", r#"{"amount": -1}"#, r#"{"amount": "1"}"#, r#"{"amount": 4}"#, r#"{"amount": null}"#] {
        let refused = charge(&policy, &store, arguments, None, &call(arguments)).await.unwrap_err();
        assert_eq!((refused.kind, refused.rule.as_ref()), (RefusalKind::Denied, "/tools/x/limits/usd"), "{arguments}");
        assert!(refused.remedy.is_some(), "{arguments}");
    }
    charge(&policy, &store, "good", None, &call(r#"{"amount": 3}"#)).await.unwrap();
}

#[tokio::test]
async fn each_algorithm_counts_as_it_says() {
    let limit = |algorithm: &str| format!(r#"{{"counter": "c", "window": "day", "max": 2, {algorithm}}}"#);
    for (algorithm, passes) in [
        (r#""algorithm": "sliding""#, 2),
        (r#""algorithm": "token_bucket""#, 2),
        (r#""algorithm": "token_bucket", "burst": 3"#, 3),
        (r#""algorithm": "calendar", "zone": "Asia/Tokyo""#, 2),
    ] {
        let (policy, store) = (policy(&limit(algorithm)), Store::in_memory().unwrap());
        let mut passed = 0;
        let refused = loop {
            match charge(&policy, &store, &passed.to_string(), None, &call("{}")).await {
                Ok(_) => passed += 1,
                Err(refused) => break refused,
            }
        };
        assert_eq!(passed, passes, "{algorithm}");
        let RefusalKind::RateLimited { retry_after } = refused.kind else { panic!("{refused:?}") };
        assert!(retry_after <= Duration::from_secs(86_400), "{retry_after:?}");
    }
}
