//! The store against a naive model: a list of all entries, looked through from end to end, and buckets that are filled
//! millisecond by millisecond.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SECOND: u64 = 1000;

/// Limits of every algorithm; of the windows that slide two share a counter, and so do two buckets and two calendars.
fn limits() -> [Charge; 8] {
    [
        limit("slides", 50, 6),
        limit("slides", 50, 4),
        limit("slides longer", 120, 9),
        bucket("flows", 70, 5, 6),
        bucket("flows", 70, 5, 4),
        bucket("flows slowly", 90, 2, 9),
        calendar("strikes", Unit::Second, "UTC", 30),
        calendar("strikes", Unit::Second, "UTC", 25),
    ]
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
    Charge { call: u8, costs: [Option<u64>; 8] },
    /// A charge is given back.
    Refund(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let costs = || prop::array::uniform8(prop::option::weighted(0.3, 0..6u64));
    prop_oneof![
        4 => (0..70u64).prop_map(Step::Pass),
        1 => (START - 9 * HOUR..START + 9 * HOUR).prop_map(Step::SetWall),
        // To and fro between two seconds.
        1 => (START..START + 2 * SECOND).prop_map(Step::SetWall),
        1 => Just(Step::Reboot),
        12 => (0..40u8, costs()).prop_map(|(call, costs)| Step::Charge { call, costs }),
        1 => (0..40u8).prop_map(Step::Refund),
    ]
}

/// Counter, window in milliseconds, and for a bucket what flows back, for a calendar which window it is.
type Key = (String, u64, u64);

#[derive(Clone)]
struct Entry {
    key: Key,
    at: u64,
    /// When it no longer counts.
    ends: u64,
    call: String,
    cost: u64,
    receipt: usize,
}

#[derive(Clone, Default)]
struct Model {
    now: u64,
    wall: u64,
    entries: Vec<Entry>,
    /// What is used in calendars, also of windows that are not now.
    struck: BTreeMap<Key, u64>,
    /// What is missing in buckets, in as many parts as a window has milliseconds.
    missing: BTreeMap<Key, u64>,
}

fn millis(window: Duration) -> u64 {
    u64::try_from(window.as_millis()).unwrap()
}

impl Model {
    fn key(&self, charge: &Charge) -> Key {
        let (window, which) = match &charge.algorithm {
            Algorithm::Sliding(window) => (millis(*window), 0),
            Algorithm::TokenBucket { window, .. } => (millis(*window), charge.max),
            Algorithm::Calendar(_) => (SECOND, self.wall / SECOND),
        };
        (charge.counter.clone(), window, which)
    }

    fn pass(&mut self, millis: u64) {
        for _ in 0..millis {
            (self.now, self.wall) = (self.now + 1, self.wall + 1);
            for ((_, _, rate), missing) in &mut self.missing {
                *missing = missing.saturating_sub(*rate);
            }
        }
    }

    fn live<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.key == *key && self.now < entry.ends)
    }

    /// What is used now, in parts, and how many parts are one.
    fn used(&self, charge: &Charge) -> (u64, u64) {
        let key = self.key(charge);
        match &charge.algorithm {
            Algorithm::Sliding(_) => (self.live(&key).map(|entry| entry.cost).sum(), 1),
            Algorithm::TokenBucket { .. } => (self.missing.get(&key).copied().unwrap_or_default(), key.1),
            Algorithm::Calendar(_) => (self.struck.get(&key).copied().unwrap_or_default(), 1),
        }
    }

    /// What the call costs in each counter that does not count it yet.
    fn due(&self, call: &str, charges: &[Charge]) -> BTreeMap<Key, u64> {
        let mut due = BTreeMap::new();
        for charge in charges {
            let cost: &mut u64 = due.entry(self.key(charge)).or_default();
            *cost = charge.cost.max(*cost);
        }
        due.retain(|key, cost| *cost > 0 && !self.live(key).any(|entry| entry.call == call));
        due
    }

    fn fits(&self, charge: &Charge, cost: u64) -> bool {
        let (used, one) = self.used(charge);
        used + cost * one <= charge.ceiling() * one
    }

    /// In how many milliseconds a charge would pass if nothing else did; `None` for never.
    fn wait(&self, charge: &Charge, due: &BTreeMap<Key, u64>) -> Option<u64> {
        let Some(cost) = due.get(&self.key(charge)).filter(|_| charge.cost > 0) else { return Some(0) };
        let (mut later, key) = (self.clone(), self.key(charge));
        (0..=SECOND).find(|_| {
            // Of a calendar's next window something is used already if the clock was set back, which is not foreseen.
            let fits = later.fits(charge, *cost) || (later.key(charge) != key && *cost <= charge.max);
            later.pass(1);
            fits
        })
    }

    fn enter(&mut self, call: &str, due: BTreeMap<Key, u64>, receipt: usize) {
        for (key, cost) in due {
            let (_, window, which) = key;
            let bucket = key.0.starts_with("flows");
            let stretch = if bucket { (cost * window).div_ceil(which) } else { window };
            if bucket {
                *self.missing.entry(key.clone()).or_default() += cost * window;
            } else if which > 0 {
                *self.struck.entry(key.clone()).or_default() += cost;
            }
            let (at, ends, call) = (self.now, self.now + stretch, call.to_owned());
            self.entries.push(Entry { key, at, ends, call, cost, receipt });
        }
    }

    fn refund(&mut self, receipt: usize) {
        let (back, stay): (Vec<Entry>, _) =
            std::mem::take(&mut self.entries).into_iter().partition(|entry| entry.receipt == receipt);
        self.entries = stay;
        for Entry { key, at, cost, .. } in back {
            if let Some(missing) = self.missing.get_mut(&key) {
                *missing = missing.saturating_sub((cost * key.1).saturating_sub((self.now - at) * key.2));
            }
            if let Some(used) = self.struck.get_mut(&key) {
                *used -= cost;
            }
        }
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(walk(steps))
}

async fn walk(steps: &[Step]) -> Result<(), TestCaseError> {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let mut model = Model { wall: START, ..Model::default() };
    let mut receipts = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Pass(millis) => {
                hand.pass(*millis);
                model.pass(*millis);
            }
            Step::SetWall(wall) => {
                hand.set_wall(*wall);
                model.wall = *wall;
            }
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
                let waits: Vec<Option<u64>> = charges.iter().map(|charge| model.wait(charge, &due)).collect();
                let longest = waits.iter().try_fold(0, |longest, wait| wait.map(|wait| wait.max(longest)));
                match charge(&store, &call, &charges).await {
                    Charged::Within(receipt) => {
                        prop_assert_eq!(longest, Some(0));
                        model.enter(&call, due, place);
                        receipts.insert(call, (place, receipt));
                    }
                    Charged::Over(over) => {
                        prop_assert_ne!(longest, Some(0));
                        prop_assert_eq!(over.retry_after, longest.map(Duration::from_millis));
                        prop_assert_eq!(waits[over.place], longest, "another stays passed longer");
                        let (used, one) = model.used(&charges[over.place]);
                        prop_assert_eq!(over.used, used.div_ceil(one));
                    }
                }
            }
            Step::Refund(call) => {
                if let Some((place, receipt)) = receipts.remove(&format!("call {call}")) {
                    store.refund(receipt).await.unwrap();
                    model.refund(place);
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
