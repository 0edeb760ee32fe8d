use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::state::count::ENTRIES;

/// A state file with one call in it.
async fn written(path: &Path) {
    let store = Store::open(path).unwrap();
    passes(&store, "a", &[limit("c", HOUR, 1)]).await;
    store.close().await.unwrap();
}

#[tokio::test]
async fn counters_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let hand = Hand::new();
    let charges = [limit("c", HOUR, 1)];
    let store = Store::open_with(&path, hand.steady()).unwrap();
    passes(&store, "a", &charges).await;
    store.close().await.unwrap();
    hand.pass(1000);
    let store = Store::open_with(&path, hand.steady()).unwrap();
    assert_eq!(charge(&store, "b", &charges).await, over(0, 1, HOUR - 1000));
    // Dropped rather than closed, and opened again after a reboot of five seconds.
    drop(store);
    hand.pass(5000);
    hand.reboot("second");
    let store = Store::open_with(&path, hand.steady()).unwrap();
    assert_eq!(charge(&store, "b", &charges).await, over(0, 1, HOUR - 6000));
    hand.pass(HOUR - 6000);
    passes(&store, "b", &charges).await;
}

#[test]
fn opening_waits_for_another_process_that_makes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (opened, opens) = std::sync::mpsc::channel();
    std::thread::spawn(move || opened.send(Store::open(&path).map(drop)));
    let early = opens.recv_timeout(Duration::from_millis(100));
    assert!(early.is_err(), "{early:?}");
    other.execute_batch("ROLLBACK").unwrap();
    opens.recv().unwrap().unwrap();
}

#[tokio::test]
async fn what_no_longer_counts_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let hand = Hand::new();
    let store = Store::open_with(&path, hand.steady()).unwrap();
    for session in 0..600 {
        passes(&store, "a", &[limit("c", 1000, 5).scoped(&format!("session:{session}"))]).await;
    }
    passes(&store, "b", &[limit("c", HOUR, 5)]).await;
    store.close().await.unwrap();
    let look = Connection::open(&path).unwrap();
    let count =
        |table| look.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((count("counter"), count("entry")), (601, 601));
    // A millisecond before, nothing is swept: the store would have done so before it takes its first job.
    for (passed, left) in [(999, 601), (1, 1)] {
        hand.pass(passed);
        let store = Store::open_with(&path, hand.steady()).unwrap();
        passes(&store, "b", &[limit("c", HOUR, 5)]).await;
        while count("counter") > left {
            tokio::task::yield_now().await;
        }
        store.close().await.unwrap();
        assert_eq!((count("counter"), count("entry")), (left, left));
    }
}

#[tokio::test]
async fn entries_are_deleted_as_they_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let hand = Hand::new();
    let store = Store::open_with(&path, hand.steady()).unwrap();
    for call in 0..500 {
        passes(&store, &format!("call {call}"), &[limit("c", 20, 10)]).await;
        hand.pass(2);
    }
    let look = Connection::open(&path).unwrap();
    let sums = "SELECT count(*), sum(cost), (SELECT used FROM counter) FROM entry";
    let sums: (i64, i64, i64) = look.query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(sums, (10, 10, 10));
}

#[tokio::test]
async fn so_many_calls_count_at_a_time_and_no_more_however_little_they_cost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let hand = Hand::new();
    let store = Store::open_with(&path, hand.steady()).unwrap();
    let limits = [
        limit("slides", 1000, u64::MAX),
        // A call flows back within a tenth of the window.
        bucket("flows", 1000, 10, 100),
        calendar("strikes", Unit::Second, "UTC", u64::MAX),
    ];
    passes(&store, "first", &limits).await;
    hand.pass(40);
    passes(&store, "second", &limits).await;
    let rows = Connection::open(&path).unwrap();
    rows.busy_timeout(Duration::from_secs(5)).unwrap();
    rows.execute("UPDATE counter SET entries = ?1", [i64::try_from(ENTRIES).unwrap()]).unwrap();
    for (limit, wait) in limits.iter().zip([960, 60, 960]) {
        let limit = std::slice::from_ref(limit);
        let Charged::Over(over) = charge(&store, "third", limit).await else { panic!("{limit:?}") };
        assert_eq!(over.retry_after, Some(Duration::from_millis(wait)), "{limit:?}");
        // A call that counts already is none more.
        passes(&store, "second", limit).await;
    }
    for (limit, passed) in limits.iter().zip([960, 0, 0]) {
        hand.pass(passed);
        passes(&store, "third", std::slice::from_ref(limit)).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_this_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/state.db");
    let store = Store::open(&path).unwrap();
    passes(&store, "a", &[limit("c", HOUR, 1)]).await;
    assert_eq!((mode(&folder.path().join("a")), mode(&folder.path().join("a/b"))), (0o700, 0o700));
    let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    store.close().await.unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    written_again(&path).await;
    assert_eq!(mode(&path), 0o600);
}

#[cfg(unix)]
async fn written_again(path: &Path) {
    Store::open(path).unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_file_of_a_later_doorward_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    written(&path).await;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
    let error = Store::open(&path).err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 3, known: 2, .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()) && text.contains("install a newer doorward"), "{text}");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE theirs (a); PRAGMA user_version = 1;").unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path).err().unwrap();
    assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    written(&path).await;
    let whole = fs::read(&path).unwrap();
    let mut torn = whole.clone();
    torn[4096..8192].fill(0x5a);
    let damages: [(&str, Vec<u8>); 3] = [
        ("garbage", b"not a database, and long enough to be one".repeat(200)),
        ("torn", torn),
        ("cut", whole[..6000].to_vec()),
    ];
    for (name, bytes) in damages {
        fs::write(&path, bytes).unwrap();
        let error = Store::open(&path).err().unwrap();
        assert!(matches!(error, StoreError::Damaged(_)), "{name}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(&path.display().to_string()) && text.contains("move it away"), "{name}: {text}");
    }
    fs::write(&path, whole).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(look(&store, &[limit("c", HOUR, 1)]).await.unwrap().used, 1);
}

#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_used_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    written(&path).await;
    let store = Store::open(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("DROP TABLE entry").unwrap();
    let error = store.charge("b", [limit("c", HOUR, 5)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unusable { .. }), "{error:?}");
}

#[test]
fn a_place_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for path in [folder.path().join("file/state.db"), folder.path().to_owned()] {
        let error = Store::open(&path).err().unwrap();
        assert!(matches!(error, StoreError::Unusable { .. }), "{error:?}");
        assert!(std::error::Error::source(&error).is_some());
    }
}
