use super::*;

/// Something happens to the folder of a writer that runs: its next decision is recorded none the less, and what became
/// of the earlier ones shows.
async fn check(what: &str, accident: impl Fn(&Path, &Path), problems: fn(&str) -> Vec<Problem>) {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    audit.decide(&about.allowed(1)).await.unwrap();
    let file = files(&folder.dir()).remove(0);
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let key = fs::read(folder.dir().join("key")).unwrap();
    accident(&folder.dir(), &file);
    let mut records = Vec::new();
    for millis in 2..5 {
        records.push(audit.decide(&about.allowed(millis)).await.unwrap_or_else(|error| panic!("{what}: {error}")));
    }
    assert!(audit.fault().is_none());
    audit.close().await.unwrap();
    assert_eq!(fs::read(folder.dir().join("key")).unwrap(), key, "{what}: digests keep their key");
    let report = verify(&folder.dir()).unwrap();
    let found: Vec<Problem> =
        report.files.iter().flat_map(|file| &file.problems).map(|finding| finding.problem.clone()).collect();
    assert_eq!(found, problems(&name), "{what}: {report:#?}");
    let last = fs::read_to_string(files(&folder.dir()).pop().unwrap()).unwrap();
    for record in records {
        assert!(last.contains(&format!("\"record\":\"{record}\"")), "{what}: {record} in {last}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_where_it_was_is_followed_by_another() {
    let missing = |name: &str| vec![Problem::Missing { file: name.to_owned() }];
    check("deleted file", |_, file| fs::remove_file(file).unwrap(), missing).await;
    check("deleted folder", |dir, _| fs::remove_dir_all(dir).unwrap(), missing).await;
    check("moved file", |dir, file| fs::rename(file, dir.with_extension("moved")).unwrap(), missing).await;
    check("moved folder", |dir, _| fs::rename(dir, dir.with_extension("moved")).unwrap(), missing).await;
    let replace = |_: &Path, file: &Path| {
        fs::remove_file(file).unwrap();
        fs::write(file, "").unwrap();
    };
    check("replaced file", replace, |_| vec![Problem::Gap { due: 0, found: Some(2) }]).await;
}

#[tokio::test]
async fn a_file_that_somebody_else_has_touched_is_followed_by_another() {
    let set_len = |file: &Path, len: u64| fs::OpenOptions::new().write(true).open(file).unwrap().set_len(len).unwrap();
    check("emptied", |_, file| set_len(file, 0), |_| vec![Problem::Gap { due: 0, found: Some(2) }]).await;
    // What others add is not in the chain: the first line of the next file says where the chain left this one.
    check("lengthened", |_, file| set_len(file, 1 << 20), |_| Vec::new()).await;
}

#[tokio::test]
async fn decisions_fail_while_there_is_no_folder_and_no_longer() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    let first = audit.decide(&about.allowed(1)).await.unwrap();
    let (dir, aside) = (folder.dir(), folder.0.path().join("aside"));
    fs::rename(&dir, &aside).unwrap();
    fs::write(&dir, "in the way").unwrap();
    for millis in 2..5 {
        audit.complete(&first, &completion(millis)).await.unwrap();
        let error = audit.decide(&about.allowed(millis)).await.unwrap_err();
        assert!(matches!(error, AuditError::Unrecorded(_)), "{error}");
    }
    assert!(audit.fault().is_some());
    fs::remove_file(&dir).unwrap();
    fs::rename(&aside, &dir).unwrap();
    audit.decide(&about.allowed(5)).await.unwrap();
    assert!(audit.fault().is_none());
    audit.close().await.unwrap();

    let report = assert_ok(&dir);
    assert_eq!(report.files.len(), 1, "the old file is as good as before");
    let gap = of_kind(&dir, "gap").remove(0);
    assert_eq!(gap.get("refused").and_then(Value::as_u64), Some(3));
    assert_eq!(gap.get("lost").and_then(Value::as_u64), Some(0));
    assert_eq!(of_kind(&dir, "completion").len(), 3, "completions wait for better times");
    assert_eq!(of_kind(&dir, "decision").len(), 2);
}

#[tokio::test]
async fn what_waits_for_better_times_is_bounded_and_what_is_lost_is_counted() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    let first = audit.decide(&about.allowed(1)).await.unwrap();
    let (dir, aside) = (folder.dir(), folder.0.path().join("aside"));
    fs::rename(&dir, &aside).unwrap();
    fs::write(&dir, "in the way").unwrap();
    for millis in 0..5000 {
        audit.complete(&first, &completion(millis)).await.unwrap();
    }
    audit.decide(&about.allowed(2)).await.unwrap_err();
    fs::remove_file(&dir).unwrap();
    fs::rename(&aside, &dir).unwrap();
    audit.decide(&about.allowed(3)).await.unwrap();
    audit.close().await.unwrap();
    assert_ok(&dir);
    let lost = of_kind(&dir, "gap").remove(0).get("lost").and_then(Value::as_u64).unwrap();
    let kept = of_kind(&dir, "completion").len() as u64;
    assert_eq!(kept + lost, 5000);
    assert!((1000..3000).contains(&kept), "{kept}");
}

#[tokio::test]
async fn a_record_that_cannot_be_closed_says_so() {
    let folder = Folder::new();
    let audit = folder.open();
    fs::rename(folder.dir(), folder.0.path().join("aside")).unwrap();
    fs::write(folder.dir(), "in the way").unwrap();
    assert!(matches!(audit.close().await, Err(AuditError::Unrecorded(_))));
}
