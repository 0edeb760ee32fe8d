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
fn what_is_not_remembered_never_allows_and_only_exists_tells() {
    let verdict = |session: &Session, rules: &str, arguments: &str| {
        let law = policy_of_x(&format!("{{{rules}}}"));
        judge([&law], &with(arguments), &nothing_known(session)).ruling.verdict
    };
    let mut session = Session::default();
    session.remember("host", "c1", "db1".into());
    session.remember("host", "c2", "a".into());
    session.remember("host", "c2", "b".into());
    let (allow, ask, deny) = (Verdict::Allow, Verdict::Ask, Verdict::Deny);
    // Of what is known, disputed, never remembered, and asked for without a key.
    let ids = [r#"{"id": "c1"}"#, r#"{"id": "c2"}"#, r#"{"id": "c3"}"#, "{}"];
    let fact = r#""path": "session.facts.host[args.id]""#;
    for (rules, want) in [
        (format!(r#""require": [{{"conditions": [{{{fact}, "op": "eq", "value": "db1"}}]}}]"#), [allow, deny, deny, deny]),
        (format!(r#""require": [{{"conditions": [{{{fact}, "op": "neq", "value": "x"}}]}}]"#), [allow, deny, deny, deny]),
        (format!(r#""deny_if": [{{"conditions": [{{{fact}, "op": "eq", "value": "x"}}]}}]"#), [allow, deny, deny, deny]),
        (format!(r#""approve_if": [{{"conditions": [{{{fact}, "op": "eq", "value": "x"}}]}}]"#), [allow, ask, ask, ask]),
        (format!(r#""deny_if": [{{"conditions": [{{"not": {{{fact}, "op": "eq", "value": "db1"}}}}]}}]"#), [allow, deny, deny, deny]),
        (
            r#""deny_if": [{"conditions": [{"path": "args.x", "op": "neq", "value_from": "session.facts.host[args.id]"}]}]"#.to_owned(),
            [allow, deny, deny, deny],
        ),
        (format!(r#""require": [{{"conditions": [{{{fact}, "op": "exists"}}]}}]"#), [allow, deny, deny, deny]),
        (format!(r#""require": [{{"conditions": [{{{fact}, "op": "exists", "value": false}}]}}]"#), [deny, deny, allow, allow]),
        (format!(r#""deny_if": [{{"conditions": [{{{fact}, "op": "exists"}}]}}]"#), [deny, deny, allow, allow]),
    ] {
        let found = ids.map(|arguments| verdict(&session, &rules, &arguments.replace('}', r#", "x": "db1"}"#).replace("{,", "{")));
        assert_eq!(found, want, "{rules}");
    }
}

#[test]
fn a_judgement_names_the_facts_that_rules_looked_for() {
    let law = policy_of_x(
        r#"{"require": [{"conditions": [{"path": "session.facts.host[args.ids[*]]", "op": "exists"}]},
                        {"conditions": [{"path": "session.facts.host[\"c1\"]", "op": "exists"}]}]}"#,
    );
    let mut session = Session::default();
    session.remember("host", "c1", "db1".into());
    let recalled = |arguments: &str| judge([&law], &with(arguments), &nothing_known(&session)).recalled;
    let fact = |key: &str, value: Option<&str>| Recalled {
        name: "host".to_owned(),
        key: key.to_owned(),
        value: value.map(Value::from),
        private: false,
    };
    assert_eq!(recalled(r#"{"ids": ["c1", "c1"]}"#), [fact("c1", Some("db1"))]);
    assert_eq!(recalled(r#"{"ids": ["c1", "c2", "c3"]}"#), [fact("c1", Some("db1")), fact("c2", None)]);
    assert_eq!(recalled(r#"{"ids": []}"#), [fact("c1", Some("db1"))]);
    session.remember("host", "c2", "db2".into());
    let many: Vec<String> = (0..100).map(|n| format!("\"k{n}\"")).collect();
    (0..100).for_each(|n| session.remember("host", format!("k{n}"), "db".into()));
    let named = judge([&law], &with(&format!(r#"{{"ids": [{}]}}"#, many.join(","))), &nothing_known(&session)).recalled;
    assert_eq!(named.len(), 16);
    let long = "é".repeat(1000);
    let named = judge([&law], &with(&format!(r#"{{"ids": ["{long}"]}}"#)), &nothing_known(&session)).recalled;
    assert_eq!(named, [fact(&"é".repeat(128), None)]);
}

#[test]
fn what_a_record_leaves_out_it_does_not_show_as_a_fact() {
    let memo = r#"{"fact": "user", "key": "result.id", "value": "args.user", "when": [{"path": "result.id", "op": "exists"}]}"#;
    let login = format!(r#""login": {{"remember": [{memo}]}}"#);
    let reads = r#""x": {"require": [{"conditions": [{"path": "session.facts.user[args.id]", "op": "exists"}]}]}"#;
    let law = |record: &str| {
        policy(&format!(r#"{{"version": "1", "default": "deny", "record": {record}, "tools": {{{login}, {reads}}}}}"#))
    };
    let (shows, hides) = (law("{}"), law(r#"{"redact": ["args.user"]}"#));
    for (policies, private) in [
        ([&shows, &shows], false),
        // What one policy leaves out another does not bring back.
        ([&shows, &hides], true),
        ([&shows, &law(r#"{"redact": ["args.user.name"]}"#)], true),
        ([&shows, &law(r#"{"redact": ["args.id"]}"#)], true),
        ([&shows, &law(r#"{"redact": ["args.other"]}"#)], false),
    ] {
        let (called, result) = (call_of("login", r#"{"user": "me"}"#), json(r#"{"id": "c1"}"#));
        let mut session = Session::default();
        remembered(policies, &called, result.as_object().unwrap()).into_iter().for_each(|told| session.learn(told));
        let recalled = judge(policies, &with(r#"{"id": "c1"}"#), &nothing_known(&session)).recalled;
        assert_eq!(recalled.len(), 1);
        assert_eq!(recalled[0].private, private, "{recalled:?}");
    }
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
