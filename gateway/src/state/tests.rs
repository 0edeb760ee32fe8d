mod buckets;
mod calendars;
mod crowd;
mod figures;
mod file;
mod labels;
mod model;
mod processes;
mod versions;
mod windows;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::{Calendar, Timestamp, Unit};

use super::{Algorithm, Boot, Charge, Charged, Over, Reading, Receipt, Steady, Store, StoreError};

/// Where hand-set clocks begin.
const START: u64 = 1_800_000_000_000;
const HOUR: u64 = 3_600_000;

/// Clocks that are set by hand.
struct Hand {
    boot: AtomicU64,
    wall: AtomicU64,
    id: Mutex<Arc<str>>,
}

impl Hand {
    fn new() -> Arc<Self> {
        Arc::new(Self { boot: AtomicU64::new(1000), wall: AtomicU64::new(START), id: Mutex::new("first".into()) })
    }

    fn steady(self: &Arc<Self>) -> Steady {
        let hand = Arc::clone(self);
        Steady::Told(Arc::new(move || {
            let id = Arc::clone(&hand.id.lock().unwrap());
            let boot = Boot { id, millis: hand.boot.load(Ordering::SeqCst) };
            Reading { boot: Some(boot), wall: Timestamp::from_millis(hand.wall.load(Ordering::SeqCst)) }
        }))
    }

    /// Time passes, for both clocks.
    fn pass(&self, millis: u64) {
        self.boot.fetch_add(millis, Ordering::SeqCst);
        self.wall.fetch_add(millis, Ordering::SeqCst);
    }

    fn set_wall(&self, wall: u64) {
        self.wall.store(wall, Ordering::SeqCst);
    }

    fn reboot(&self, id: &str) {
        *self.id.lock().unwrap() = id.into();
        self.boot.store(0, Ordering::SeqCst);
    }
}

fn charge_of(counter: &str, algorithm: Algorithm, max: u64) -> Charge {
    Charge { counter: counter.to_owned(), scope: "grant:ci".to_owned(), algorithm, max, cost: 1 }
}

/// A window that slides.
fn limit(counter: &str, window_ms: u64, max: u64) -> Charge {
    charge_of(counter, Algorithm::Sliding(Duration::from_millis(window_ms)), max)
}

/// A bucket.
fn bucket(counter: &str, window_ms: u64, max: u64, burst: u64) -> Charge {
    charge_of(counter, Algorithm::TokenBucket { window: Duration::from_millis(window_ms), burst }, max)
}

/// A window of a calendar.
fn calendar(counter: &str, unit: Unit, zone: &str, max: u64) -> Charge {
    charge_of(counter, Algorithm::Calendar(Calendar::new(unit, zone).unwrap()), max)
}

impl Charge {
    fn costing(mut self, cost: u64) -> Self {
        self.cost = cost;
        self
    }

    fn scoped(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }
}

/// What becomes of one charge in a table.
enum Then {
    Passes,
    Waits { used: u64, millis: u64 },
    Never { used: u64 },
}

/// Charges one limit at the given times, for the given costs, and looks before that.
async fn check(name: &str, limit: &Charge, steps: &[(u64, u64, Then)]) {
    let hand = Hand::new();
    let store = Store::in_memory_with(hand.steady()).unwrap();
    let mut time = 0;
    for (place, (at, cost, then)) in steps.iter().enumerate() {
        hand.pass(at - time);
        time = *at;
        let charges = [limit.clone().costing(*cost)];
        let looked = look(&store, &charges).await;
        let charged = charge(&store, &format!("call {place}"), &charges).await;
        let expected = match *then {
            Then::Passes => None,
            Then::Waits { used, millis } => {
                Some(Over { place: 0, used, retry_after: Some(Duration::from_millis(millis)) })
            }
            Then::Never { used } => Some(Over { place: 0, used, retry_after: None }),
        };
        assert_eq!(looked, expected, "{name}: a look at {at}");
        match (charged, expected) {
            (Charged::Within(_), None) => {}
            (charged, Some(expected)) => assert_eq!(charged, Charged::Over(expected), "{name}: at {at}"),
            (charged, None) => panic!("{name}: at {at}: {charged:?}"),
        }
    }
}

impl Charged {
    fn receipt(self) -> Receipt {
        match self {
            Self::Within(receipt) => receipt,
            Self::Over(over) => panic!("{over:?}"),
        }
    }
}

/// The limit at `place` is passed: `used` are used, and in `millis` there is room.
fn over(place: usize, used: u64, millis: u64) -> Charged {
    Charged::Over(Over { place, used, retry_after: Some(Duration::from_millis(millis)) })
}

/// Charges, again where the machine was too busy with other things: nothing was charged then.
async fn charge(store: &Store, call: &str, charges: &[Charge]) -> Charged {
    loop {
        match store.charge(call, charges).await {
            Err(StoreError::Slow | StoreError::Busy) => tokio::task::yield_now().await,
            charged => return charged.unwrap(),
        }
    }
}

/// Looks, again where the machine was too busy with other things.
async fn look(store: &Store, charges: &[Charge]) -> Option<Over> {
    loop {
        match store.peek(charges).await {
            Err(StoreError::Slow | StoreError::Busy) => tokio::task::yield_now().await,
            looked => return looked.unwrap(),
        }
    }
}

async fn passes(store: &Store, call: &str, charges: &[Charge]) -> Receipt {
    charge(store, call, charges).await.receipt()
}
