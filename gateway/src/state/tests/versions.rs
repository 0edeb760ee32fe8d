//! Files that an earlier doorward made are opened and go on counting.

use std::path::Path;

use rusqlite::{Connection, params};

use super::*;

/// The tables of version 1, which counted whole calls in windows that slide.
const VERSION_1: &str = "
CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boot TEXT,
    boot_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    logical_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE counter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    window_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    newest_ms INTEGER NOT NULL,
    UNIQUE (name, scope, window_ms)
) STRICT;
CREATE TABLE entry (
    counter INTEGER NOT NULL REFERENCES counter (id),
    at_ms INTEGER NOT NULL,
    call TEXT NOT NULL,
    cost INTEGER NOT NULL CHECK (cost > 0),
    PRIMARY KEY (counter, at_ms, call)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_of_call ON entry (counter, call);
INSERT INTO clock (one, boot, boot_ms, wall_ms, logical_ms) VALUES (1, 'first', 1000, 1800000000000, 1800000000000);
PRAGMA application_id = 0x446f6f72;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
";

/// A file of version 1 in which an hour and a day are counted: one call now, one of cost 2 a minute ago.
fn version_1(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(VERSION_1).unwrap();
    let now = i64::try_from(START).unwrap();
    for (id, name, window) in [(1, "hour", HOUR), (2, "day", 24 * HOUR)] {
        let window = i64::try_from(window).unwrap();
        let counter = params![id, name, "grant:ci", window, 3, now];
        connection.execute("INSERT INTO counter VALUES (?1, ?2, ?3, ?4, ?5, ?6)", counter).unwrap();
        for (call, cost, at) in [("now", 1, now), ("before", 2, now - 60_000)] {
            let entry = params![id, at, call, cost];
            connection.execute("INSERT INTO entry VALUES (?1, ?2, ?3, ?4)", entry).unwrap();
        }
    }
    connection
}

/// As many whole calls as `max`, each of which costs `cost`.
fn whole(counter: &str, window_ms: u64, max: u64, cost: u64) -> Charge {
    limit(counter, window_ms, max * 1_000_000).costing(cost * 1_000_000)
}

#[tokio::test]
async fn what_version_1_counted_still_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    drop(version_1(&path));
    let hand = Hand::new();
    let store = Store::open_with(&path, hand.steady()).unwrap();
    let both = [whole("hour", HOUR, 3, 1), whole("day", 24 * HOUR, 9, 1)];
    assert_eq!(charge(&store, "a", &both).await, over(0, 3_000_000, HOUR - 60_000));
    // Under the ids of then, calls count once.
    assert!(passes(&store, "now", &both).await.counters.is_empty());
    passes(&store, "half", &[whole("day", 24 * HOUR, 4, 0).costing(500_000)]).await;
    assert_eq!(charge(&store, "a", &[whole("day", 24 * HOUR, 4, 1)]).await, over(0, 3_500_000, 24 * HOUR - 60_000));
    hand.pass(HOUR - 60_000);
    passes(&store, "a", &[whole("hour", HOUR, 3, 2)]).await;
    assert_eq!(charge(&store, "b", &both).await, over(0, 3_000_000, 60_000));
    store.close().await.unwrap();
    // The next time there is nothing to do.
    let store = Store::open_with(&path, hand.steady()).unwrap();
    assert_eq!(charge(&store, "b", &both).await, over(0, 3_000_000, 60_000));
    store.close().await.unwrap();
    // It dies as it would have.
    hand.pass(48 * HOUR);
    let store = Store::open_with(&path, hand.steady()).unwrap();
    let rows = Connection::open(&path).unwrap();
    let count = || rows.query_row("SELECT count(*) FROM counter", [], |row| row.get::<_, i64>(0)).unwrap();
    while count() > 0 {
        tokio::task::yield_now().await;
    }
    drop(store);
}

#[tokio::test]
async fn processes_that_find_an_older_file_bring_it_up_to_date_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let old = version_1(&path);
    let hand = Hand::new();
    let openers: Vec<_> = (0..8)
        .map(|_| {
            let (path, steady) = (path.clone(), hand.steady());
            std::thread::spawn(move || Store::open_with(&path, steady).unwrap())
        })
        .collect();
    for opener in openers {
        let store = opener.join().unwrap();
        assert_eq!(look(&store, &[whole("hour", HOUR, 3, 1)]).await.unwrap().used, 3_000_000);
    }
    // Whoever still has it open finds no table that it knows, and so counts nothing and lets nothing pass.
    let looked = old.query_row("SELECT newest_ms FROM counter", [], |row| row.get::<_, i64>(0));
    assert!(matches!(looked, Err(rusqlite::Error::SqliteFailure(..))), "{looked:?}");
}

#[test]
fn an_older_file_that_is_in_use_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let old = version_1(&path);
    old.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (opened, opens) = std::sync::mpsc::channel();
    std::thread::spawn(move || opened.send(Store::open(&path).map(drop)));
    let early = opens.recv_timeout(Duration::from_millis(100));
    assert!(early.is_err(), "{early:?}");
    old.execute_batch("ROLLBACK").unwrap();
    opens.recv().unwrap().unwrap();
}
