use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn mark(store: &Store, caller: &str, labels: &[&str]) {
    store.mark(caller, labels.iter().map(ToString::to_string).collect(), DAY).await.unwrap();
}

#[tokio::test]
async fn a_label_stays_from_when_it_was_last_given_and_for_its_caller_alone() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    mark(&store, "ci", &["reads-private", "own"]).await;
    mark(&store, "ops", &["own"]).await;
    hand.pass(23 * HOUR);
    mark(&store, "ci", &["own"]).await;
    assert_eq!(store.labels("ci").await.unwrap(), ["own", "reads-private"]);
    hand.pass(HOUR);
    assert_eq!(store.labels("ci").await.unwrap(), ["own"]);
    assert_eq!(store.labels("ops").await.unwrap(), Vec::<String>::new());
    // Setting the wall clock forth takes no label away.
    hand.set_wall(START + 1000 * HOUR);
    assert_eq!(store.labels("ci").await.unwrap(), ["own"]);
    hand.pass(22 * HOUR);
    assert_eq!(store.labels("ci").await.unwrap(), ["own"]);
    hand.pass(HOUR);
    assert_eq!(store.labels("ci").await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn labels_are_shared_by_all_who_open_the_file_and_outlive_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counters.sqlite");
    let (first, second) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    mark(&first, "ci", &["reads-private"]).await;
    assert_eq!(second.labels("ci").await.unwrap(), ["reads-private"]);
    for store in [first, second] {
        store.close().await.unwrap();
    }
    let third = Store::open(&path).unwrap();
    assert_eq!(third.labels("ci").await.unwrap(), ["reads-private"]);
    third.close().await.unwrap();
    assert!(matches!(third.labels("ci").await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn labels_whose_time_is_over_are_swept_also_where_no_counter_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counters.sqlite");
    let hand = Hand::new();
    let store = Store::open_with(&path, hand.steady()).unwrap();
    for caller in 0..600 {
        mark(&store, &format!("caller {caller}"), &["own"]).await;
    }
    hand.pass(HOUR);
    mark(&store, "ci", &["own"]).await;
    store.close().await.unwrap();
    let look = rusqlite::Connection::open(&path).unwrap();
    let count = || look.query_row("SELECT count(*) FROM label", [], |row| row.get::<_, i64>(0)).unwrap();
    // A millisecond before, nothing is swept: the store would have done so before it takes its first job.
    for (passed, left) in [(23 * HOUR - 1, 601), (1, 1)] {
        hand.pass(passed);
        let store = Store::open_with(&path, hand.steady()).unwrap();
        store.labels("ci").await.unwrap();
        while count() > left {
            tokio::task::yield_now().await;
        }
        store.close().await.unwrap();
        assert_eq!(count(), left);
    }
}
