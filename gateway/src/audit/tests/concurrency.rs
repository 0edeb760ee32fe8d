use std::collections::HashSet;
use std::sync::Arc;

use super::*;

const TASKS: u64 = 64;
const DECISIONS: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_share_one_chain_without_a_gap() {
    let folder = Folder::new();
    let (audit, _) = Audit::open(&Config { file_size: 256 << 10, ..folder.config() }).unwrap();
    let audit = Arc::new(audit);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let audit = Arc::clone(&audit);
        tasks.spawn(async move {
            let about = About { target: Target::Tool(format!("tool-{task}")), ..About::new() };
            let mut records = Vec::new();
            for millis in 0..DECISIONS {
                let record = audit.decide(&about.allowed(millis)).await.unwrap();
                audit.complete(&record, &completion(millis)).await.unwrap();
                records.push((record, format!("tool-{task}"), millis));
            }
            records
        });
    }
    let records = tasks.join_all().await.concat();
    audit.close().await.unwrap();

    let report = assert_ok(&folder.dir());
    let parts = report.files.len() as u64;
    assert!(parts > 4, "{parts} files");
    assert_eq!(report.lines(), 2 * TASKS * DECISIONS + parts + 1, "a first line each, and the stop");
    let unique: HashSet<&RecordId> = records.iter().map(|(record, ..)| record).collect();
    assert_eq!(unique.len() as u64, TASKS * DECISIONS);
    let entries = entries(&folder.dir());
    for (record, tool, millis) in &records {
        let seq: usize = record.as_str().rsplit_once('-').unwrap().1.parse().unwrap();
        let entry = &entries[seq];
        assert_eq!((entry.text("record"), entry.text("tool")), (Some(record.as_str()), Some(tool.as_str())));
        let time = line::Rfc3339(Timestamp::from_millis(*millis)).to_string();
        assert_eq!(entry.text("time"), Some(time.as_str()));
    }
}

/// One write takes whatever waits: with a sync for each decision this would need thousands of syncs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_share_one_sync() {
    let folder = Folder::new();
    let (audit, _) = Audit::open(&Config { fsync: Fsync::Always, ..folder.config() }).unwrap();
    let audit = Arc::new(audit);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let audit = Arc::clone(&audit);
        tasks.spawn(async move {
            for millis in 0..10 {
                audit.decide(&About::new().allowed(millis)).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    audit.close().await.unwrap();
    assert_eq!(assert_ok(&folder.dir()).lines(), TASKS * 10 + 2);
}

#[tokio::test]
async fn a_decision_that_nobody_waits_for_does_no_harm() {
    let folder = Folder::new();
    let audit = folder.open();
    let about = About::new();
    for millis in 0..100 {
        let decision = about.allowed(millis);
        let mut future = Box::pin(audit.decide(&decision));
        let _once = std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context))).await;
    }
    audit.decide(&about.allowed(100)).await.unwrap();
    audit.close().await.unwrap();
    assert_ok(&folder.dir());
}
