use super::*;

#[tokio::test]
async fn the_newest_entries_of_all_writers_come_in_the_order_of_their_times() {
    let folder = Folder::new();
    let (first, second) = (folder.open(), folder.open());
    let about = About::new();
    // Later than the lines that say `start`, whose times are the clock's.
    let base = 9_000_000_000_000;
    for millis in 0..10 {
        let audit = if millis % 3 == 0 { &first } else { &second };
        audit.decide(&about.allowed(base + millis)).await.unwrap();
    }
    for count in [0, 1, 4, 10] {
        let lines = tail(&folder.dir(), count).unwrap();
        let times: Vec<_> = lines.iter().map(|line| line.entry().text("time").unwrap().to_owned()).collect();
        let expected: Vec<_> =
            (10 - count as u64..10).map(|millis| format!("2255-03-14T16:00:00.{millis:03}Z")).collect();
        assert_eq!(times, expected, "{count}");
    }
    let all = tail(&folder.dir(), 1000).unwrap();
    assert_eq!(all.len(), 12);
    let raw: Vec<&str> = all.iter().map(Line::raw).collect();
    let text = files(&folder.dir()).iter().map(|file| fs::read_to_string(file).unwrap()).collect::<String>();
    assert!(raw.iter().all(|raw| text.contains(raw)));
}

#[tokio::test]
async fn a_long_file_is_read_from_its_end() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    for millis in 0..500 {
        audit.decide(&about.allowed(9_000_000_000_000 + millis)).await.unwrap();
    }
    assert!(files(&folder.dir())[0].metadata().unwrap().len() > 3 * (64 << 10));
    for count in [1, 100, 200, 499] {
        let lines = tail(&folder.dir(), count).unwrap();
        assert_eq!(lines.len(), count);
        let seq = lines[0].entry().get("seq").and_then(Value::as_u64);
        assert_eq!(seq, Some(501 - count as u64), "{count}");
    }
}

#[tokio::test]
async fn a_line_for_people_says_who_what_and_why() {
    let folder = Folder::new();
    let (audit, _) = Audit::open(&Config { refusal_burst: 1, ..folder.config() }).unwrap();
    let base = 9_000_000_000_000;
    let about = About::new();
    let allowed = audit.decide(&about.allowed(base)).await.unwrap();
    audit.complete(&allowed, &completion(base + 1)).await.unwrap();
    let hostile = About {
        target: Target::Prompt("a\u{1b}[2J\u{202e}b".to_owned()),
        refusal: Refusal { reason: "no\n2026-01-01  allow".into(), ..About::new().refusal },
        ..About::new()
    };
    let refused = audit.decide(&hostile.refused(base + 2)).await.unwrap();
    let counted = audit.decide(&about.refused(base + 3)).await.unwrap();
    audit.note(Timestamp::from_millis(base + 4), &Note::Kept { policy: Digest::of(b""), reason: "bad" }).await.unwrap();
    audit.close().await.unwrap();
    let shown: Vec<String> = tail(&folder.dir(), 100).unwrap().iter().map(ToString::to_string).collect();
    let decided = |line: &&String| line.starts_with("2255");
    let shown: Vec<&String> =
        shown.iter().filter(decided).chain(shown.iter().filter(|line| line.contains("more"))).collect();
    let rule = "tools.backgroundExecute.plugins[0]";
    assert_eq!(
        shown[..3],
        [
            &format!(
                "2255-03-14T16:00:00.000Z  allow        ci  mcp-ssh/backgroundExecute  tools.backgroundExecute  \
                 allowed by name  {allowed}"
            ),
            &format!("2255-03-14T16:00:00.001Z  completion   ok  1.234 ms  {allowed}"),
            &format!(
                "2255-03-14T16:00:00.002Z  deny         ci  mcp-ssh/a\\u{{1b}}[2J\\u{{202e}}b  {rule}  \
                 no\\u{{a}}2026-01-01  allow  {refused}"
            ),
        ]
    );
    assert!(shown[3].contains("  reload       status=kept  reason=bad  policy="), "{}", shown[3]);
    let times = "from 2255-03-14T16:00:00.003Z to 2255-03-14T16:00:00.003Z";
    assert!(
        shown[4].ends_with(&format!("  deny         ci  mcp-ssh  {rule}  1 more {times}  {counted}")),
        "{}",
        shown[4]
    );
}
