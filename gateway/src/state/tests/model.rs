//! The store against a naive model: a list of all entries, looked through from end to end.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Three limits, of which the first two share a counter.
fn limits() -> [Charge; 3] {
    [limit("a", 50, 6), limit("a", 50, 4), limit("b", 120, 9)]
}

#[derive(Clone, Debug)]
enum Step {
    /// Time passes.
    Pass(u64),
    /// The wall clock is set.
    SetWall(u64),
    /// The machine starts again, in no time.
    Reboot,
    /// A call is charged, for the costs at each limit that it counts against.
    Charge { call: u8, costs: [Option<u64>; 3] },
    /// A charge is given back.
    Refund(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let cost = proptest::option::weighted(0.6, 0..6u64);
    prop_oneof![
        4 => (0..70u64).prop_map(Step::Pass),
        1 => (START - 9 * HOUR..START + 9 * HOUR).prop_map(Step::SetWall),
        1 => Just(Step::Reboot),
        12 => (0..40u8, [cost.clone(), cost.clone(), cost]).prop_map(|(call, costs)| Step::Charge { call, costs }),
        1 => (0..40u8).prop_map(Step::Refund),
    ]
}

/// Counter, window.
type Key = (String, Duration);

struct Entry {
    key: Key,
    at: u64,
    call: String,
    cost: u64,
    receipt: usize,
}

#[derive(Default)]
struct Model {
    now: u64,
    entries: Vec<Entry>,
}

fn key(charge: &Charge) -> Key {
    (charge.counter.clone(), charge.window)
}

impl Model {
    fn live<'a>(&'a self, key: &'a Key, at: u64) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| {
            entry.key == *key && entry.at <= at && at < entry.at + u64::try_from(key.1.as_millis()).unwrap()
        })
    }

    fn used(&self, charge: &Charge, at: u64) -> u64 {
        self.live(&key(charge), at).map(|entry| entry.cost).sum()
    }

    /// What the call costs in each counter that does not count it yet.
    fn due(&self, call: &str, charges: &[Charge]) -> BTreeMap<Key, u64> {
        let mut due = BTreeMap::new();
        for charge in charges {
            let cost: &mut u64 = due.entry(key(charge)).or_default();
            *cost = charge.cost.max(*cost);
        }
        due.retain(|key, _| !self.live(key, self.now).any(|entry| entry.call == call));
        due
    }

    fn fits(&self, charge: &Charge, due: &BTreeMap<Key, u64>, at: u64) -> bool {
        due.get(&key(charge)).is_none_or(|cost| self.used(charge, at) + cost <= charge.max)
    }

    /// When it would pass; `None` for never.
    fn passes_at(&self, charges: &[Charge], due: &BTreeMap<Key, u64>) -> Option<u64> {
        (self.now..=self.now + 120).find(|at| charges.iter().all(|charge| self.fits(charge, due, *at)))
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(walk(steps))
}

async fn walk(steps: &[Step]) -> Result<(), TestCaseError> {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let mut model = Model::default();
    let mut receipts = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Pass(millis) => {
                hand.pass(*millis);
                model.now += millis;
            }
            Step::SetWall(wall) => hand.set_wall(*wall),
            // From one boot to the next there is only the wall clock, so the store looks at it before and after.
            Step::Reboot => {
                tick(&store).await;
                hand.reboot(&format!("boot {place}"));
                tick(&store).await;
            }
            Step::Charge { call, costs } => {
                let call = format!("call {call}");
                let of = |(charge, cost): (Charge, &Option<u64>)| cost.map(|cost| charge.costing(cost));
                let charges: Vec<Charge> = limits().into_iter().zip(costs).filter_map(of).collect();
                let due = model.due(&call, &charges);
                match charge(&store, &call, &charges).await {
                    Charged::Within(receipt) => {
                        prop_assert_eq!(model.passes_at(&charges, &due), Some(model.now));
                        let (at, receipt_of) = (model.now, place);
                        model.entries.extend(due.into_iter().filter(|(_, cost)| *cost > 0).map(|(key, cost)| Entry {
                            key,
                            at,
                            call: call.clone(),
                            cost,
                            receipt: receipt_of,
                        }));
                        receipts.insert(call, (place, receipt));
                    }
                    Charged::Over(over) => {
                        let at = model.passes_at(&charges, &due);
                        prop_assert!(at != Some(model.now), "refused for {:?}", over);
                        let wait = at.map(|at| Duration::from_millis(at - model.now));
                        prop_assert_eq!(over.retry_after, wait);
                        let blamed = &charges[over.place];
                        prop_assert_eq!(over.used, model.used(blamed, model.now));
                        let before = at.unwrap_or(model.now + 120) - 1;
                        prop_assert!(!model.fits(blamed, &due, before), "{:?} is not what it waits for", blamed);
                    }
                }
            }
            Step::Refund(call) => {
                if let Some((place, receipt)) = receipts.remove(&format!("call {call}")) {
                    store.refund(receipt).await.unwrap();
                    model.entries.retain(|entry| entry.receipt != place);
                }
            }
        }
    }
    Ok(())
}

/// Has the store look at its clock.
async fn tick(store: &Store) {
    passes(store, "(tick)", &[limit("tick", 1, u64::MAX)]).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_a_naive_model_does(steps in vec(step(), 1..150)) {
        run(&steps)?;
    }
}
