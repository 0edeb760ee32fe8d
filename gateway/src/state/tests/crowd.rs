use std::sync::atomic::AtomicUsize;

use rusqlite::Connection;
use tokio::task::JoinSet;

use super::*;
use crate::state::QUEUE;

/// Has the database itself note every entry that is made, with the time of the boot that it was made at, and the window
/// of the calendar that it was made in.
pub(super) fn keep_log(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    let log = "CREATE TABLE admission (name TEXT, boot_ms INTEGER, begins_ms INTEGER, cost INTEGER);
        CREATE TRIGGER admit AFTER INSERT ON entry BEGIN
            INSERT INTO admission
                SELECT name, boot_ms, begins_ms, new.cost FROM clock, counter WHERE counter.id = new.counter;
        END;";
    connection.execute_batch(log).unwrap();
    connection
}

/// The admissions of a counter, what they cost, and that no window holds more than there is room for.
pub(super) fn check_log(connection: &Connection, limit: &Charge) -> (usize, u64) {
    let mut statement =
        connection.prepare("SELECT boot_ms, begins_ms, cost FROM admission WHERE name = ?1 ORDER BY boot_ms").unwrap();
    let rows = statement.query_map([&limit.counter], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap();
    let numbers = rows.map(|row: rusqlite::Result<[i64; 3]>| row.unwrap().map(|number| u64::try_from(number).unwrap()));
    let log: Vec<(u64, u64, u64)> = numbers.map(|[at, begins, cost]| (at, begins, cost)).collect();
    for (place, (begins, day, _)) in log.iter().enumerate() {
        let mut used = 0;
        for (at, of, cost) in &log[place..] {
            let room = match &limit.algorithm {
                Algorithm::Sliding(window) if u128::from(at - begins) < window.as_millis() => limit.max,
                Algorithm::Calendar(_) if of == day => limit.max,
                Algorithm::Sliding(_) | Algorithm::Calendar(_) => continue,
                // What a full bucket holds, and what has flowed back since.
                Algorithm::TokenBucket { window, burst } => {
                    burst + (at - begins) * limit.max / u64::try_from(window.as_millis()).unwrap()
                }
            };
            used += cost;
            assert!(used <= room, "{used} of `{}` from {begins} to {at}", limit.counter);
        }
    }
    (log.len(), log.iter().map(|(_, _, cost)| cost).sum())
}

/// 64 tasks, each of which tries to charge as often; says how many passed.
pub(super) async fn crowd(store: &Arc<Store>, name: &str, tries: usize, charges: &[Charge]) -> usize {
    crowd_of(store, name, tries, |_| charges.to_vec()).await
}

/// The same, each try with charges of its own.
pub(super) async fn crowd_of(
    store: &Arc<Store>,
    name: &str,
    tries: usize,
    charges: impl Fn(usize) -> Vec<Charge>,
) -> usize {
    let passed = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let charges: Vec<Vec<Charge>> = (0..tries).map(|attempt| charges(task * tries + attempt)).collect();
        let (store, passed, name) = (Arc::clone(store), Arc::clone(&passed), name.to_owned());
        tasks.spawn(async move {
            for (attempt, charges) in charges.into_iter().enumerate() {
                match store.charge(&format!("{name} {task} {attempt}"), charges).await {
                    Ok(Charged::Within(_)) => drop(passed.fetch_add(1, Ordering::SeqCst)),
                    Ok(Charged::Over(_)) | Err(StoreError::Slow) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    passed.load(Ordering::SeqCst)
}

/// A clock of the boot that goes on a little with every reading, and a wall clock that somebody sets by hours.
pub(super) fn restless() -> Steady {
    let (steps, boot) = (AtomicU64::new(0), AtomicU64::new(0));
    Steady::Told(Arc::new(move || {
        let step = steps.fetch_add(1, Ordering::SeqCst);
        let millis = boot.fetch_add(step * 7 % 10, Ordering::SeqCst);
        let wall = START + millis + (step * 11 % 7) * HOUR - 3 * HOUR;
        Reading { boot: Some(Boot { id: "one".into(), millis }), wall: Timestamp::from_millis(wall) }
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_tasks_exactly_the_maximum_passes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, store) in [("memory", Store::in_memory()), ("file", Store::open(&folder.path().join("state.db")))] {
        let store = Arc::new(store.unwrap());
        let (all, some) = (limit("all", HOUR, 200), limit("some", 24 * HOUR, 100));
        assert_eq!(crowd(&store, "a", 10, &[all.clone(), some]).await, 100, "{name}");
        assert_eq!(crowd(&store, "b", 10, &[all]).await, 100, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_window_holds_more_than_the_maximum_while_the_clock_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let store = Arc::new(Store::open_with(&path, restless()).unwrap());
    let log = keep_log(&path);
    let (few, many) = (limit("few", 20, 7), limit("many", 90, 20).costing(2));
    let passed = crowd(&store, "a", 300, &[few.clone(), many.clone()]).await;
    assert_eq!(check_log(&log, &few), (passed, u64::try_from(passed).unwrap()));
    assert_eq!(check_log(&log, &many).0, passed);
    assert!(passed > 50, "{passed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_window_holds_more_than_the_maximum_whatever_calls_cost_and_however_it_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let store = Arc::new(Store::open_with(&path, restless()).unwrap());
    let log = keep_log(&path);
    let slides = limit("slides", 40, 5_000_000);
    let flows = bucket("flows", 30, 3_000_000, 4_000_000);
    let strikes = calendar("strikes", Unit::Second, "UTC", 40_000_000);
    // From 0.1 to 0.7 and a little.
    let cost = |attempt: usize| 100_000 * u64::try_from(1 + attempt * 5 % 7).unwrap() + 1;
    let all = |attempt| [&slides, &flows, &strikes].map(|limit| limit.clone().costing(cost(attempt))).to_vec();
    let passed = crowd_of(&store, "a", 200, all).await;
    for limit in [&slides, &flows, &strikes] {
        assert_eq!(check_log(&log, limit).0, passed, "{}", limit.counter);
    }
    assert!(passed > 50, "{passed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_is_slow_or_busy_and_charges_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let store = Arc::new(Store::open(&path).unwrap());
    let charges = [limit("c", HOUR, 5).costing(5)];
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = JoinSet::new();
    for call in 0..2 * QUEUE {
        let (store, charges) = (Arc::clone(&store), charges.clone());
        tasks.spawn(async move { store.charge(&format!("call {call}"), charges).await });
    }
    let (mut slow, mut busy) = (0, 0);
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            Err(StoreError::Slow) => slow += 1,
            Err(StoreError::Busy) => busy += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(slow >= QUEUE && busy > 0, "{slow} slow, {busy} busy");
    // Looks do not wait for who writes.
    let looked = tokio::time::timeout(Duration::from_secs(10), look(&store, &charges)).await;
    assert_eq!(looked.unwrap(), None);
    other.execute_batch("ROLLBACK").unwrap();
    passes(&store, "after", &charges).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_waits_for_no_charge() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let store = Arc::new(Store::open(&path).unwrap());
    let charges = [limit("c", HOUR, 1)];
    passes(&store, "a", &charges).await;
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waiting = JoinSet::new();
    for task in 0..8 {
        let (store, charges) = (Arc::clone(&store), charges.clone());
        waiting.spawn(async move {
            for attempt in 0.. {
                let charged = store.charge(&format!("{task} {attempt}"), &charges[..]).await;
                assert!(matches!(charged, Err(StoreError::Slow)), "{charged:?}");
            }
        });
    }
    let looks = async {
        for _ in 0..1000 {
            assert_eq!(look(&store, &charges).await.unwrap().used, 1);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), looks).await.unwrap();
    waiting.abort_all();
    while waiting.join_next().await.is_some_and(|ended| ended.unwrap_err().is_cancelled()) {}
    other.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn a_charge_that_nobody_waits_for_is_given_back() {
    let store = Store::in_memory().unwrap();
    let charges = [limit("c", HOUR, 1)];
    for call in 0..200 {
        let left = tokio::time::timeout(Duration::ZERO, store.charge(&format!("call {call}"), &charges[..])).await;
        if let Ok(charged) = left {
            store.refund(charged.unwrap().receipt()).await.unwrap();
        }
        let given_back = async { while look(&store, &charges).await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(10), given_back).await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let store = Store::in_memory().unwrap();
    store.close().await.unwrap();
    let charged = store.charge("a", [limit("c", 1000, 1)]).await;
    assert!(matches!(charged, Err(StoreError::Closed)), "{charged:?}");
    assert!(matches!(store.close().await, Err(StoreError::Closed)));
}
