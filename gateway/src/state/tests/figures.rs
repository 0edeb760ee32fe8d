//! What a look and a charge cost. `cargo test --release -p doorward figures -- --ignored --nocapture` prints it.

use tokio::task::JoinSet;

use super::*;
use crate::clock::Stopwatch;

const CALLS: usize = 20_000;

fn print(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let at = |part: usize| took[took.len() * part / 1000].as_secs_f64() * 1e6;
    println!("{what:>52}: p50 {:6.1} µs, p99 {:6.1} µs, p99.9 {:6.1} µs", at(500), at(990), at(999));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures mean something in a release build, on a machine that does nothing else"]
async fn looks_and_charges_cost_little() {
    const MAX: u64 = 1_000_000_000_000;
    let folder = tempfile::tempdir().unwrap();
    let stores = [
        ("file", Arc::new(Store::open(&folder.path().join("state.db")).unwrap())),
        ("memory", Arc::new(Store::in_memory().unwrap())),
    ];
    for (place, store) in stores {
        let limits = [
            ("a sliding minute", vec![limit("slides", 60_000, MAX)]),
            ("a bucket", vec![bucket("flows", 60_000, MAX, MAX)]),
            ("a day of a calendar", vec![calendar("strikes", Unit::Day, "Europe/Berlin", MAX)]),
            ("four limits", (0..4).map(|number| limit(&format!("slides {number}"), 60_000, MAX)).collect()),
            ("a limit that is reached", vec![limit("reached", 3_600_000, 1)]),
        ];
        for (name, limits) in limits {
            let charges: Arc<[Charge]> = limits.into();
            let (mut charged, mut looked) = (Vec::with_capacity(CALLS), Vec::with_capacity(CALLS));
            for call in 0..CALLS {
                let call = format!("{name} {call}");
                let watch = Stopwatch::start();
                let _passed = store.charge(&call, Arc::clone(&charges)).await.unwrap();
                charged.push(watch.elapsed());
                let watch = Stopwatch::start();
                let _over = store.peek(Arc::clone(&charges)).await.unwrap();
                looked.push(watch.elapsed());
            }
            print(&format!("{place}, {name}, a charge"), charged);
            print(&format!("{place}, {name}, a look"), looked);
        }
        let watch = Stopwatch::start();
        let mut tasks = JoinSet::new();
        for task in 0..64 {
            let store = Arc::clone(&store);
            tasks.spawn(async move {
                let charges: Arc<[Charge]> = vec![limit("crowd", 60_000, MAX)].into();
                for call in 0..CALLS / 64 {
                    assert_eq!(store.peek(Arc::clone(&charges)).await.unwrap(), None);
                    store.charge(&format!("{task} {call}"), Arc::clone(&charges)).await.unwrap().receipt();
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        let each = watch.elapsed().as_secs_f64() * 1e6 / CALLS as f64;
        println!("{:>52}: {each:6.1} µs each", format!("{place}, 64 at once, a look and a charge"));
    }
}
