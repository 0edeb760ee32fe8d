use super::*;
use crate::json::is_visible;

#[tokio::test]
async fn an_entry_says_what_was_decided_and_never_the_arguments() {
    let folder = Folder::new();
    let audit = folder.open();
    let canary = Object::from([("command", Value::from("canary-0123")), ("token", Value::from("canary-4567"))]);
    let about = About { document: Document::new(&Value::from(canary)), ..About::new() };
    let review = Review {
        name: "shell-guard",
        digest: Digest::of(b"component"),
        verdict: Verdict::Allow,
        took: Duration::from_micros(87),
        failed: None,
    };
    let decision = Decision {
        call: Some("a-call"),
        session: Some(Digest::of(b"session")),
        client: Some("an agent"),
        pin: Some(Digest::of(b"pin")),
        hints: Hints { read_only: Some(true), ..Hints::default() },
        facts: &[
            Fact { name: "host", key: "c1", value: Some(&"db1".into()), private: false },
            Fact { name: "host", key: "c2", value: None, private: true },
        ],
        reviews: &[review],
        ..about.allowed(1_793_000_000_123)
    };
    let record = audit.decide(&decision).await.unwrap();
    audit.complete(&record, &completion(1_793_000_001_000)).await.unwrap();
    audit.close().await.unwrap();

    let key: [u8; 32] = fs::read(folder.dir().join("key")).unwrap().try_into().unwrap();
    let args = Key::from_bytes(&key).tag(about.document.bytes());
    let writer = audit.writer();
    let text = fs::read_to_string(&files(&folder.dir())[0]).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let start = Digest::of(lines[0].as_bytes());
    let (session, pin) = (Digest::of(b"session"), Digest::of(b"pin"));
    let (component, policy) = (Digest::of(b"component"), Digest::of(b"policy"));
    let expected = format!(
        r#"{{"writer":"{writer}","seq":1,"time":"2026-10-26T07:33:20.123Z","kind":"decision","record":"{record}","call":"a-call","session":"{session}","caller":"ci","grant":"ci","client":"an agent","server":"mcp-ssh","target":"tool","tool":"backgroundExecute","pin":"{pin}","annotations":{{"readOnlyHint":true}},"args_digest":"{args}","facts":[{{"name":"host","key":"c1","value":"db1"}},{{"name":"host","key":"[redacted]","value":"[redacted]"}}],"verdict":"allow","rule":"tools.backgroundExecute","reason":"allowed by name","plugins":[{{"name":"shell-guard","digest":"{component}","verdict":"allow","us":87}}],"policy":"{policy}","prev":"{start}","sum":""#
    );
    assert_eq!(lines[1].split_once("\"sum\":\"").unwrap().0.to_owned() + "\"sum\":\"", expected);
    let upstream = r#""upstream":{"status":"ok","http":200,"us":1234}"#;
    assert!(lines[2].contains(upstream) && lines[2].contains(&format!(r#""record":"{record}""#)), "{}", lines[2]);
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(of_kind(&folder.dir(), "stop").len(), 1);
    assert_ok(&folder.dir());
}

#[tokio::test]
async fn arguments_that_are_kept_read_as_they_were_and_show_whole() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    let odd = "\u{202e}\u{1b}[2J\n\"é";
    let kept = Value::from([
        ("command", odd.into()),
        (odd, Value::Array(vec![Value::Null, true.into(), 5u64.into()])),
        ("none", Object::new().into()),
    ]);
    let long = Value::from([("text", "x".repeat(24 << 10).into())]);
    for kept in [&kept, &long] {
        audit.decide(&Decision { kept: Some(kept), ..about.allowed(1) }).await.unwrap();
    }
    audit.close().await.unwrap();

    let entries = entries(&folder.dir());
    assert_eq!(entries[1].get("arguments"), Some(&kept));
    assert_eq!(entries[2].get("arguments"), None, "half of them would be others");
    assert_eq!(entries[2].get("arguments_left_out").and_then(Value::as_u64), Some(24_600));
    let text = fs::read_to_string(&files(&folder.dir())[0]).unwrap();
    assert!(
        text.chars().all(|letter| letter == '\n' || letter == 'é' || letter.is_ascii_graphic() || letter == ' '),
        "{text}"
    );
    assert_ok(&folder.dir());
}

#[tokio::test]
async fn kinds_of_entries_have_their_members() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    let (caller, server, session) = (&about.caller, &about.server, Digest::of(b"session"));
    let (policy, time) = (Digest::of(b"policy"), Timestamp::from_millis(5));
    let notes = [
        (Note::SessionOpened { session, caller, server }, "session", "opened"),
        (Note::SessionEnded { session, caller, server }, "session", "ended"),
        (Note::Reloaded { policy, widened: 2, first: &["calls of `x` may pass now"] }, "reload", "enacted"),
        (Note::Kept { policy, reason: "unknown key" }, "reload", "kept"),
    ];
    for (note, ..) in &notes {
        audit.note(time, note).await.unwrap();
    }
    let target = Target::Resource("file:///etc/motd".to_owned());
    let refused = Decision { target: &target, arguments: None, grant: None, ..about.refused(6) };
    let record = audit.decide(&refused).await.unwrap();
    let completion = Completion { refused: Some(&about.refusal), http: None, ..completion(7) };
    audit.complete(&record, &completion).await.unwrap();
    audit.close().await.unwrap();

    let entries = entries(&folder.dir());
    for (entry, (_, kind, status)) in entries[1..].iter().zip(&notes) {
        assert_eq!((entry.text("kind"), entry.text("status")), (Some(*kind), Some(*status)));
    }
    let decision = &entries[5];
    assert_eq!(decision.text("name"), Some("file:///etc/motd"));
    assert_eq!((decision.text("target"), decision.text("verdict")), (Some("resource"), Some("deny")));
    assert!(decision.get("args_digest").is_none() && decision.get("tool").is_none());
    assert_eq!(entries[6].text("rule"), Some("tools.backgroundExecute.plugins[0]"));
    assert_eq!(entries.last().unwrap().text("kind"), Some("stop"));
}

#[tokio::test]
async fn what_a_hostile_sender_chooses_is_cut_off_and_shows() {
    let folder = Folder::new();
    let audit = folder.open();
    let worst = "\u{1b}\u{202e}\u{e0041}\"\\\u{9b}".repeat(100_000);
    let review = Review {
        name: &worst,
        digest: Digest::of(b""),
        verdict: Verdict::Deny,
        took: Duration::MAX,
        failed: Some(&worst),
    };
    let about = About {
        caller: Caller::new(worst.as_str()),
        server: ServerName::new(worst.as_str()),
        target: Target::Tool(worst.clone()),
        refusal: Refusal { rule: worst.clone().into(), reason: worst.clone().into(), ..About::new().refusal },
        ..About::new()
    };
    let reviews = [review; 40];
    let (long, most) = (Value::from(worst.as_str()), Value::from(worst.get(..144).unwrap_or_default()));
    let fact = |value| Fact { name: &worst, key: &worst, value, private: false };
    let facts =
        [fact(None), fact(Some(&long)), fact(Some(&most)), fact(Some(&most)), fact(Some(&most)), fact(Some(&most))];
    let facts = [facts, facts].concat();
    let (grant, client) = (Some(worst.as_str()), Some(worst.as_str()));
    let (facts, reviews) = (facts.as_slice(), reviews.as_slice());
    let decision = Decision { grant, client, facts, reviews, ..about.refused(u64::MAX) };
    audit.decide(&decision).await.unwrap();
    audit.close().await.unwrap();
    let text = fs::read_to_string(&files(&folder.dir())[0]).unwrap();
    assert!(text.lines().all(|line| line.len() < line::LONGEST));
    assert!(text.chars().all(|letter| letter == '\n' || is_visible(letter)));
    let decision = of_kind(&folder.dir(), "decision").remove(0);
    assert_eq!(decision.get("more_plugins").and_then(Value::as_u64), Some(24));
    assert_eq!(decision.get("more_facts").and_then(Value::as_u64), Some(4));
    let facts = decision.get("facts").and_then(Value::as_array).unwrap();
    let members = |place: usize| facts[place].as_object().unwrap().names().collect::<Vec<_>>();
    assert_eq!((members(0), members(1)), (vec!["name", "key"], vec!["name", "key", "value_left_out"]));
    assert_eq!((members(2), facts.len()), (vec!["name", "key", "value"], 8));
    assert_ok(&folder.dir());
}

#[tokio::test]
async fn one_chain_goes_through_all_files_of_a_writer() {
    let folder = Folder::new();
    let (audit, _) = Audit::open(&Config { file_size: 1, ..folder.config() }).unwrap();
    let about = About::new();
    let mut records = Vec::new();
    for millis in 0..50 {
        records.push(audit.decide(&about.allowed(millis)).await.unwrap());
    }
    audit.close().await.unwrap();
    let report = assert_ok(&folder.dir());
    assert!(report.files.len() > 3, "{report:#?}");
    let recorded = of_kind(&folder.dir(), "decision");
    let recorded: Vec<&str> = recorded.iter().filter_map(|entry| entry.text("record")).collect();
    assert_eq!(recorded, records.iter().map(RecordId::as_str).collect::<Vec<_>>());
    for (seq, entry) in (0..).zip(entries(&folder.dir())) {
        assert_eq!(entry.get("seq").and_then(Value::as_u64), Some(seq));
    }
}

#[tokio::test]
async fn every_fsync_ends_in_a_durable_decision() {
    for fsync in [Fsync::Never, Fsync::Always] {
        let folder = Folder::new();
        let (audit, _) = Audit::open(&Config { fsync, ..folder.config() }).unwrap();
        let record = audit.decide(&About::new().allowed(0)).await.unwrap();
        let decision = of_kind(&folder.dir(), "decision").remove(0);
        assert_eq!(decision.text("record"), Some(record.as_str()), "it is in the file before it is acknowledged");
        audit.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_record_takes_nothing() {
    let folder = Folder::new();
    let audit = folder.open();
    audit.close().await.unwrap();
    assert!(matches!(audit.decide(&About::new().allowed(0)).await, Err(AuditError::Closed)));
    assert!(matches!(audit.close().await, Err(AuditError::Closed)));
    let names: Vec<_> = fs::read_dir(folder.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "a key and a file are left: {names:?}");
}
