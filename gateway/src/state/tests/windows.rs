use super::*;

use Then::{Never, Passes, Waits};

#[tokio::test]
async fn an_entry_counts_until_its_window_has_passed_and_not_a_millisecond_longer() {
    check(
        "one",
        &limit("c", 1000, 1),
        &[
            (0, 1, Passes),
            (0, 1, Waits { used: 1, millis: 1000 }),
            (1, 1, Waits { used: 1, millis: 999 }),
            (999, 1, Waits { used: 1, millis: 1 }),
            (1000, 1, Passes),
            (1000, 1, Waits { used: 1, millis: 1000 }),
            (1999, 1, Waits { used: 1, millis: 1 }),
            (2001, 1, Passes),
            (3000, 1, Waits { used: 1, millis: 1 }),
            (3001, 1, Passes),
        ],
    )
    .await;
    check(
        "two",
        &limit("c", 1000, 2),
        &[
            (0, 1, Passes),
            (600, 1, Passes),
            (999, 1, Waits { used: 2, millis: 1 }),
            (1000, 1, Passes),
            (1001, 1, Waits { used: 2, millis: 599 }),
            (1600, 1, Passes),
            (1600, 1, Waits { used: 2, millis: 400 }),
        ],
    )
    .await;
    check(
        "a millisecond",
        &limit("c", 1, 1),
        &[(0, 1, Passes), (0, 1, Waits { used: 1, millis: 1 }), (1, 1, Passes), (2, 1, Passes)],
    )
    .await;
    check(
        "around a minute of the calendar",
        &limit("c", 60_000, 10),
        &[
            (59_000, 10, Passes),
            (60_000, 1, Waits { used: 10, millis: 59_000 }),
            (118_999, 1, Waits { used: 10, millis: 1 }),
            (119_000, 10, Passes),
        ],
    )
    .await;
}

#[tokio::test]
async fn costs_add_up_and_leave_one_by_one() {
    check(
        "costs",
        &limit("c", 1000, 10),
        &[
            (0, 3, Passes),
            (100, 4, Passes),
            (200, 4, Waits { used: 7, millis: 800 }),
            (200, 8, Waits { used: 7, millis: 900 }),
            (200, 3, Passes),
            (300, 1, Waits { used: 10, millis: 700 }),
            (300, 10, Waits { used: 10, millis: 900 }),
            (300, 11, Never { used: 10 }),
            (300, 0, Passes),
            (1000, 3, Passes),
            (1100, 5, Waits { used: 6, millis: 100 }),
            (1100, 4, Passes),
            (1100, 1, Waits { used: 10, millis: 100 }),
        ],
    )
    .await;
    check(
        "nothing is allowed",
        &limit("c", 1000, 0),
        &[(0, 1, Never { used: 0 }), (0, 0, Passes), (5000, 1, Never { used: 0 })],
    )
    .await;
    check(
        "the largest numbers",
        &limit("c", u64::MAX, u64::MAX),
        &[
            (0, u64::MAX, Passes),
            (0, 1, Waits { used: i64::MAX as u64, millis: i64::MAX as u64 / 2 }),
            (0, u64::MAX, Waits { used: i64::MAX as u64, millis: i64::MAX as u64 / 2 }),
        ],
    )
    .await;
    check("one more than the largest", &limit("c", 1000, u64::MAX - 1), &[(0, u64::MAX, Never { used: 0 })]).await;
}

#[tokio::test]
async fn a_window_is_never_shorter_than_asked_for() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let charges = [charge_of("c", Algorithm::Sliding(Duration::from_micros(1500)), 1)];
    passes(&store, "a", &charges).await;
    hand.pass(1);
    assert_eq!(charge(&store, "b", &charges).await, over(0, 1, 1));
    hand.pass(1);
    passes(&store, "b", &charges).await;
    let none = [limit("no window", 0, 1)];
    passes(&store, "c", &none).await;
    assert_eq!(charge(&store, "d", &none).await, over(0, 1, 1));
}

#[tokio::test]
async fn all_limits_are_charged_or_none() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let (minute, hour) = (limit("minute", 60_000, 2), limit("hour", HOUR, 3));
    let both = [minute.clone(), hour.clone()];
    passes(&store, "a", &both).await;
    passes(&store, "b", &both).await;
    assert_eq!(charge(&store, "c", &both).await, over(0, 2, 60_000));
    // What was refused for the minute was not counted in the hour.
    hand.pass(60_000);
    passes(&store, "d", &both).await;
    assert_eq!(charge(&store, "e", &both).await, over(1, 3, HOUR - 60_000));
    // What was refused for the hour was not counted in the minute.
    passes(&store, "f", std::slice::from_ref(&minute)).await;
    // Of two that are passed, the answer is the one that stays so longest, wherever it stands.
    assert_eq!(charge(&store, "g", &both).await, over(1, 3, HOUR - 60_000));
    assert_eq!(charge(&store, "g", &[hour.clone(), minute.clone()]).await, over(0, 3, HOUR - 60_000));
    // What can never pass stays so longest of all.
    let never = charge(&store, "h", &[hour, minute.costing(3)]).await;
    assert_eq!(never, Charged::Over(Over { place: 1, retry_after: None, used: 2 }));
}

#[tokio::test]
async fn counters_are_shared_by_name_scope_and_algorithm() {
    let store = Store::in_memory_with(Hand::new().steady()).unwrap();
    let one = limit("c", 1000, 1);
    passes(&store, "a", std::slice::from_ref(&one)).await;
    assert_eq!(charge(&store, "b", &[Charge { max: 5, ..one.clone() }.costing(5)]).await, over(0, 1, 1000));
    let bucket = bucket("c", 1000, 1, 1);
    for apart in [
        limit("d", 1000, 1),
        limit("c", 1001, 1),
        one.clone().scoped("grant:other"),
        bucket,
        calendar("c", Unit::Second, "UTC", 1),
        calendar("c", Unit::Second, "Europe/Berlin", 1),
        calendar("c", Unit::Minute, "UTC", 1),
    ] {
        passes(&store, "b", std::slice::from_ref(&apart)).await;
        assert!(matches!(charge(&store, "c", &[apart]).await, Charged::Over(_)));
    }
    // A call counts once in a counter, at its largest cost, and every maximum holds.
    let twice = |max, cost| [limit("twice", 1000, 10).costing(2), limit("twice", 1000, max).costing(cost)];
    passes(&store, "a", &twice(10, 3)).await;
    assert_eq!(charge(&store, "b", &twice(4, 1)).await, over(1, 3, 1000));
    passes(&store, "b", &twice(5, 1)).await;
    let never = charge(&store, "c", &twice(1, 1)).await;
    assert_eq!(never, Charged::Over(Over { place: 1, retry_after: None, used: 5 }));
}

#[tokio::test]
async fn a_call_counts_once_under_its_id() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let (short, long) = (limit("short", 100, 2), limit("long", 1000, 2));
    let first = passes(&store, "a", &[short.clone(), long.clone()]).await;
    let second = passes(&store, "a", &[short.clone(), long.clone()]).await;
    // Also with a limit that the first charge did not name.
    passes(&store, "a", &[short.clone(), limit("more", 1000, 1)]).await;
    assert_eq!(charge(&store, "b", &[limit("more", 1000, 1)]).await, over(0, 1, 1000));
    // The second receipt holds nothing, so that it cannot give back what the first still needs.
    store.refund(second).await.unwrap();
    passes(&store, "b", &[short.clone(), long.clone()]).await;
    assert_eq!(charge(&store, "c", std::slice::from_ref(&short)).await, over(0, 2, 100));
    passes(&store, "a", &[short.clone(), long.clone()]).await;
    store.refund(first).await.unwrap();
    passes(&store, "c", &[short, long.clone()]).await;
    // Once the entry has left the window, the id is as good as new.
    hand.pass(1000);
    passes(&store, "a", std::slice::from_ref(&long)).await;
    passes(&store, "b", std::slice::from_ref(&long)).await;
    assert_eq!(charge(&store, "d", &[long]).await, over(0, 2, 1000));
}

#[tokio::test]
async fn a_refund_gives_back_all_of_a_charge_and_no_more() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let both = [limit("c", 1000, 5).costing(5), limit("d", 9000, 1)];
    let receipt = passes(&store, "a", &both).await;
    assert_eq!(charge(&store, "b", &both).await, over(1, 1, 9000));
    store.refund(receipt).await.unwrap();
    let receipt = passes(&store, "b", &both).await;
    // It left one window before it was given back.
    hand.pass(1000);
    passes(&store, "c", &both[..1]).await;
    store.refund(receipt).await.unwrap();
    assert_eq!(charge(&store, "d", &both).await, over(0, 5, 1000));
    passes(&store, "d", &both[1..]).await;
    // Entries that left the window and still stand there are given back as well.
    let late = [limit("late", 10, 3).costing(3)];
    let receipt = passes(&store, "a", &late).await;
    hand.pass(10);
    store.refund(receipt).await.unwrap();
    passes(&store, "b", &late).await;
    assert_eq!(charge(&store, "c", &late).await, over(0, 3, 10));
}

#[tokio::test]
async fn what_costs_nothing_is_within_every_limit() {
    let store = Store::in_memory_with(Hand::new().steady()).unwrap();
    let full = [limit("a", 1000, 2).costing(2), bucket("b", 1000, 2, 2).costing(2)];
    passes(&store, "a", &full).await;
    let free = [limit("a", 1000, 1).costing(0), bucket("b", 1000, 2, 2).costing(0), limit("c", 1000, 0).costing(0)];
    assert_eq!(look(&store, &free).await, None);
    passes(&store, "b", &free).await;
    // It counts for nothing, and what costs something beside it counts.
    passes(&store, "c", &[limit("a", 1000, 1).costing(0), limit("d", 1000, 1)]).await;
    assert_eq!(charge(&store, "d", &[limit("d", 1000, 1)]).await, over(0, 1, 1000));
}

#[tokio::test]
async fn no_limits_are_no_limits() {
    let store = Store::in_memory().unwrap();
    let receipt = passes(&store, "a", &[]).await;
    assert_eq!(look(&store, &[]).await, None);
    store.refund(receipt).await.unwrap();
}

#[tokio::test]
async fn a_look_charges_nothing() {
    let store = Store::in_memory_with(Hand::new().steady()).unwrap();
    let charges = [limit("c", 1000, 1)];
    for _ in 0..3 {
        assert_eq!(look(&store, &charges).await, None);
    }
    passes(&store, "a", &charges).await;
    for _ in 0..3 {
        assert_eq!(look(&store, &charges).await.map(Charged::Over), Some(over(0, 1, 1000)));
    }
}
