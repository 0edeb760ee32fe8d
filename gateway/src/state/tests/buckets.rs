use super::Then::{Never, Passes, Waits};
use super::*;

#[tokio::test]
async fn a_bucket_is_full_at_first_and_is_filled_evenly() {
    check(
        "ten a second, four at once",
        &bucket("c", 1000, 10, 4),
        &[
            (0, 4, Passes),
            (0, 1, Waits { used: 4, millis: 100 }),
            (0, 4, Waits { used: 4, millis: 400 }),
            (99, 1, Waits { used: 4, millis: 1 }),
            (100, 1, Passes),
            (199, 1, Waits { used: 4, millis: 1 }),
            (200, 1, Passes),
            (200, 5, Never { used: 4 }),
            // It holds no more than four, however long nobody comes.
            (9000, 4, Passes),
            (9000, 1, Waits { used: 4, millis: 100 }),
        ],
    )
    .await;
    check(
        "more at once than in a window",
        &bucket("c", 1000, 1, 3),
        &[
            (0, 2, Passes),
            (500, 1, Passes),
            (500, 1, Waits { used: 3, millis: 500 }),
            (1000, 1, Passes),
            (1000, 3, Waits { used: 3, millis: 3000 }),
        ],
    )
    .await;
}

#[tokio::test]
async fn nothing_is_lost_to_rounding() {
    // Three in 1000 ms: one flows back in 333⅓ ms.
    check(
        "thirds",
        &bucket("c", 1000, 3, 1),
        &[
            (0, 1, Passes),
            (333, 1, Waits { used: 1, millis: 1 }),
            (334, 1, Passes),
            (667, 1, Waits { used: 1, millis: 1 }),
            (668, 1, Passes),
            (1001, 1, Waits { used: 1, millis: 1 }),
            (1002, 1, Passes),
        ],
    )
    .await;
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    // What is looked at or charged in between does not change when the next one passes.
    let three = bucket("c", 1000, 3, 3);
    passes(&store, "all", &[three.clone().costing(3)]).await;
    for call in 0..300 {
        hand.pass(if call % 3 == 0 { 334 } else { 333 });
        passes(&store, &format!("call {call}"), std::slice::from_ref(&three)).await;
        let next = charge(&store, "next", std::slice::from_ref(&three)).await;
        let Charged::Over(Over { retry_after: Some(wait), .. }) = next else { panic!("{next:?}") };
        assert_eq!(wait.as_millis(), if call % 3 == 2 { 334 } else { 333 });
    }
}

#[tokio::test]
async fn the_largest_numbers_do_not_overflow() {
    check(
        "all of it",
        &bucket("c", u64::MAX, u64::MAX, u64::MAX),
        &[(0, u64::MAX, Passes), (0, 1, Waits { used: i64::MAX as u64, millis: 1 }), (1, 1, Passes)],
    )
    .await;
    check("none of it", &bucket("c", 1000, 0, 0), &[(0, 1, Never { used: 0 }), (0, 0, Passes)]).await;
    let dry = bucket("c", 1000, 0, 2);
    check("it is never filled", &dry, &[(0, 2, Passes), (u64::MAX / 4, 1, Never { used: 2 })]).await;
}

#[tokio::test]
async fn a_refund_gives_back_what_has_not_flowed_back_by_itself() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let ten = bucket("c", 1000, 10, 10);
    let five = [ten.clone().costing(5)];
    // At once, all of it.
    let receipt = passes(&store, "a", &five).await;
    store.refund(receipt).await.unwrap();
    passes(&store, "b", &[ten.clone().costing(10)]).await;
    hand.pass(1000);
    // Three of the five flow back, and are used again; two are given back. Were it five, thirteen could pass at once.
    let receipt = passes(&store, "c", &five).await;
    hand.pass(300);
    passes(&store, "d", &[ten.clone().costing(8)]).await;
    store.refund(receipt).await.unwrap();
    assert_eq!(charge(&store, "e", &[ten.clone().costing(3)]).await, over(0, 8, 100));
    passes(&store, "e", &[ten.clone().costing(2)]).await;
    // What has flowed back altogether is not given back.
    hand.pass(1000);
    let receipt = passes(&store, "f", &five).await;
    hand.pass(500);
    passes(&store, "g", &[ten.clone().costing(10)]).await;
    store.refund(receipt).await.unwrap();
    assert_eq!(charge(&store, "h", &[ten]).await, over(0, 10, 100));
}

#[tokio::test]
async fn a_call_counts_once_for_as_long_as_it_has_not_flowed_back() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let two = [bucket("c", 1000, 10, 4).costing(2)];
    passes(&store, "a", &two).await;
    hand.pass(199);
    let second = passes(&store, "a", &two).await;
    assert!(second.counters.is_empty());
    hand.pass(1);
    let third = passes(&store, "a", &two).await;
    assert_eq!(third.counters.len(), 1);
}

#[tokio::test]
async fn buckets_of_another_maximum_are_others() {
    let store = Store::in_memory_with(Hand::new().steady()).unwrap();
    passes(&store, "a", &[bucket("c", 1000, 1, 2).costing(2)]).await;
    passes(&store, "a", &[bucket("c", 1000, 2, 2).costing(2)]).await;
    // What a full one holds is for each call to say: the smallest decides.
    let both = [bucket("c", 1000, 3, 5), bucket("c", 1000, 3, 2)];
    passes(&store, "a", &both).await;
    passes(&store, "b", &both).await;
    assert_eq!(charge(&store, "c", &both).await, over(1, 2, 334));
    passes(&store, "c", &both[..1]).await;
}

#[tokio::test]
async fn setting_the_clock_fills_no_bucket() {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let one = [bucket("c", 1000, 1, 1)];
    passes(&store, "a", &one).await;
    for wall in [START + 9 * HOUR, START - 9 * HOUR, 0] {
        hand.set_wall(wall);
        assert_eq!(charge(&store, "b", &one).await, over(0, 1, 1000));
    }
}
