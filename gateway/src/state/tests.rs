mod crowd;
mod file;
mod model;
mod processes;
mod windows;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Timestamp;

use super::{Boot, Charge, Charged, Over, Reading, Receipt, Steady, Store, StoreError};

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

fn limit(counter: &str, window_ms: u64, max: u64) -> Charge {
    let window = Duration::from_millis(window_ms);
    Charge { counter: counter.to_owned(), scope: "grant:ci".to_owned(), window, max, cost: 1 }
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
