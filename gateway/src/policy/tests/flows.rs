//! What may not follow what, and what a session remembers.

use super::*;

const LABELS: &str = r#"{"version": "1", "default": "deny",
    "tools": {"mail": {"labels": ["sends-out"]}, "read": {"labels": ["reads-private"]}, "note": {}}}"#;
const FLOWS: &str = r#"{"version": "1", "default": "allow", "flows": [
    {"from": "reads-private", "to": "sends-out"},
    {"from": "reads-untrusted", "to": "sends-out", "action": "require_approval", "reason": "it may have been told to"}]}"#;

fn ruling_after(marks: &[&str], policies: &[&Policy], name: &str) -> Ruling {
    let mut session = Session::default();
    marks.iter().for_each(|mark| session.mark(*mark));
    judge(policies.iter().copied(), &call_of(name, "{}"), &nothing_known(&session)).ruling
}

#[test]
fn who_has_read_private_things_sends_nothing_out() {
    let (labels, flows) = (policy(LABELS), policy(FLOWS));
    for (marks, name, verdict, rule) in [
        (vec![], "mail", Verdict::Allow, "/tools/mail"),
        (vec!["reads-private"], "mail", Verdict::Deny, "/flows/reads-private-sends-out"),
        (vec!["reads-private"], "note", Verdict::Allow, "/tools/note"),
        (vec!["reads-private"], "read", Verdict::Allow, "/tools/read"),
        (vec!["reads-untrusted"], "mail", Verdict::Ask, "/flows/reads-untrusted-sends-out"),
        (vec!["reads-untrusted", "reads-private"], "mail", Verdict::Deny, "/flows/reads-private-sends-out"),
        (vec!["own"], "mail", Verdict::Allow, "/tools/mail"),
    ] {
        // Labels and flows may stand in different layers.
        let ruling = ruling_after(&marks, &[&labels, &flows], name);
        assert_eq!((ruling.verdict, ruling.rule.as_ref()), (verdict, rule), "{name} after {marks:?}");
    }
    assert_eq!(ruling_after(&["reads-untrusted"], &[&labels, &flows], "mail").reason, "it may have been told to");
}

#[test]
fn a_judgement_names_the_labels_of_what_is_called() {
    let (labels, flows) = (policy(LABELS), policy(FLOWS));
    assert_eq!(judged([&labels, &flows], &call_of("read", "{}")).labels, ["reads-private"]);
    assert_eq!(judged([&labels, &labels], &call_of("mail", "{}")).labels, ["sends-out"]);
    assert!(judged([&flows], &call_of("mail", "{}")).labels.is_empty());
}

#[test]
fn a_rule_reads_what_the_session_remembers() {
    let law = policy_of_x(
        r#"{"require": [{"conditions": [{"path": "session.facts.host[args.id]", "op": "host", "value": "*.test.example"}]}],
            "deny_if": [{"conditions": [{"path": "session.labels", "op": "contains", "value": "sends-out"}]}]}"#,
    );
    let mut session = Session::default();
    session.remember("host", "c1", "db.test.example".into());
    session.remember("host", "c2", "db.prod.example".into());
    session.remember("host", "c3", "a.test.example".into());
    session.remember("host", "c3", "b.test.example".into());
    let verdict = |session: &Session, id: &str| {
        judge([&law], &with(&format!(r#"{{"id": "{id}"}}"#)), &nothing_known(session)).ruling.verdict
    };
    for (id, want) in [("c1", Verdict::Allow), ("c2", Verdict::Deny), ("c3", Verdict::Deny), ("c4", Verdict::Deny)] {
        assert_eq!(verdict(&session, id), want, "{id}");
    }
    session.mark("sends-out");
    assert_eq!(verdict(&session, "c1"), Verdict::Deny);
}

#[test]
fn rules_know_the_caller_and_the_time() {
    let law = policy(
        r#"{"version": "1", "default": "deny", "time_zone": "Europe/Berlin", "tools": {"x": {"require": [
            {"conditions": [{"path": "caller.groups", "op": "contains", "value": "ops"}]},
            {"conditions": [{"any_of": [{"path": "time.weekday", "op": "in", "value": ["saturday", "sunday"]},
                                        {"path": "time.time", "op": "between", "value": ["22:00", "06:00"]}]}]}]}}}"#,
    );
    let session = Session::default();
    let verdict = |groups: &[String], millis: u64| {
        let now = Timestamp::from_millis(millis);
        let circumstances = Circumstances { groups, claims: None, listing: Listing::Unasked, session: &session, now };
        judge([&law], &with("{}"), &circumstances).ruling.verdict
    };
    let ops = ["ops".to_owned()];
    let (night, noon) = (NOW.as_millis(), NOW.as_millis() - 10 * 3_600_000);
    assert_eq!(verdict(&ops, night), Verdict::Allow, "22:30 in Berlin");
    assert_eq!(verdict(&ops, noon), Verdict::Deny);
    assert_eq!(verdict(&ops, noon + 24 * 3_600_000), Verdict::Allow, "a Saturday");
    assert_eq!(verdict(&[], night), Verdict::Deny);
}
