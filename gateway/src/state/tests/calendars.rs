use super::Then::{Never, Passes, Waits};
use super::*;

const DAY: u64 = 24 * HOUR;

/// A moment of the wall clock.
fn at(text: &str) -> u64 {
    u64::try_from(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()).unwrap()
}

/// A store whose wall clock shows this, and its clocks.
fn store_at(wall: &str) -> (Arc<Hand>, Store) {
    let hand = Hand::new();
    hand.set_wall(at(wall));
    let store = Store::in_memory_with(hand.steady()).unwrap();
    (hand, store)
}

#[tokio::test]
async fn a_window_ends_when_the_clock_strikes() {
    // Hand-set clocks begin at 08:00:00 UTC.
    check(
        "a minute",
        &calendar("c", Unit::Minute, "UTC", 3),
        &[
            (59_000, 2, Passes),
            (59_000, 2, Waits { used: 2, millis: 1000 }),
            (59_999, 1, Passes),
            (59_999, 1, Waits { used: 3, millis: 1 }),
            (60_000, 3, Passes),
            (60_000, 4, Never { used: 3 }),
            (60_000, 1, Waits { used: 3, millis: 60_000 }),
            (120_000, 3, Passes),
        ],
    )
    .await;
    check("a second", &calendar("c", Unit::Second, "UTC", 1), &[(999, 1, Passes), (1000, 1, Passes)]).await;
    check(
        "the largest numbers",
        &calendar("c", Unit::Second, "UTC", u64::MAX),
        &[(0, u64::MAX, Passes), (0, 1, Waits { used: i64::MAX as u64, millis: 1000 })],
    )
    .await;
}

#[tokio::test]
async fn days_end_at_midnight_of_their_zone_also_when_clocks_change() {
    for (zone, now, hours) in [
        ("UTC", "2027-01-01T00:00:00Z", 24),
        ("Europe/Berlin", "2027-01-01T00:00:00Z", 23),
        ("America/New_York", "2027-01-01T00:00:00Z", 5),
        // Clocks go forward, and back: at 01:00 UTC.
        ("Europe/Berlin", "2027-03-27T23:00:00Z", 23),
        ("Europe/Berlin", "2027-03-28T00:59:59Z", 22),
        ("Europe/Berlin", "2027-03-28T01:00:00Z", 21),
        ("Europe/Berlin", "2027-10-30T22:00:00Z", 25),
        ("Europe/Berlin", "2027-10-31T00:30:00Z", 23),
        ("Europe/Berlin", "2027-10-31T01:30:00Z", 22),
    ] {
        let (hand, store) = store_at(now);
        let day = [calendar("c", Unit::Day, zone, 1)];
        passes(&store, "a", &day).await;
        let charged = charge(&store, "b", &day).await;
        let Charged::Over(Over { used: 1, retry_after: Some(wait), .. }) = charged else { panic!("{charged:?}") };
        assert_eq!(wait.as_secs().div_ceil(3600), hours, "{zone} {now}");
        hand.pass(u64::try_from(wait.as_millis()).unwrap() - 1);
        assert_eq!(charge(&store, "b", &day).await, over(0, 1, 1), "{zone} {now}");
        hand.pass(1);
        passes(&store, "b", &day).await;
    }
}

#[tokio::test]
async fn the_wall_clock_says_which_window_it_is() {
    let (hand, store) = store_at("2027-06-01T12:00:00Z");
    let day = [calendar("c", Unit::Day, "UTC", 2)];
    passes(&store, "a", &day).await;
    passes(&store, "b", &day).await;
    // Set forth, it is another day, which has its own.
    hand.set_wall(at("2027-06-02T12:00:00Z"));
    passes(&store, "c", &day).await;
    // Set back, it is the same day again, and what was used of it is used.
    hand.set_wall(at("2027-06-01T12:00:00Z"));
    assert_eq!(charge(&store, "d", &day).await, over(0, 2, 12 * HOUR));
    hand.set_wall(at("2027-06-02T12:00:00Z"));
    passes(&store, "d", &day).await;
    assert_eq!(charge(&store, "e", &day).await, over(0, 2, 12 * HOUR));
}

#[tokio::test]
async fn what_was_used_of_a_day_is_known_for_a_day_whatever_the_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let hand = Hand::new();
    hand.set_wall(at("2027-06-01T23:00:00Z"));
    let day = [calendar("c", Unit::Day, "UTC", 1)];
    let store = Store::open_with(&path, hand.steady()).unwrap();
    passes(&store, "a", &day).await;
    store.close().await.unwrap();
    for (passed, known) in [(DAY - 1, true), (1, false)] {
        hand.pass(passed);
        let store = Store::open_with(&path, hand.steady()).unwrap();
        // A store that was opened has swept once it has done its first job.
        for call in ["first", "second"] {
            passes(&store, call, &[limit("other", 1, u64::MAX)]).await;
        }
        hand.set_wall(at("2027-06-01T23:00:00Z"));
        assert_eq!(look(&store, &day).await.is_some(), known);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_refund_and_a_second_charge_are_of_their_window() {
    let (hand, store) = store_at("2027-06-01T12:00:00Z");
    let hour = [calendar("c", Unit::Hour, "UTC", 3).costing(3)];
    let receipt = passes(&store, "a", &hour).await;
    assert!(passes(&store, "a", &hour).await.counters.is_empty());
    store.refund(receipt).await.unwrap();
    let receipt = passes(&store, "b", &hour).await;
    // What was taken of one hour is not given back to the next.
    hand.pass(HOUR);
    passes(&store, "c", &hour).await;
    store.refund(receipt).await.unwrap();
    assert_eq!(charge(&store, "d", &hour).await, over(0, 3, HOUR));
    hand.pass(HOUR);
    assert_eq!(passes(&store, "c", &hour).await.counters.len(), 1);
}
