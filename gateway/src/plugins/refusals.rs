//! What did not load is not tried again for a while: a reload asks for the same plugins once more, and it may take long to find
//! out that one does not load.

use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;

use super::fault::LoadFault;

/// How long it is remembered at least, and how many are.
const AT_LEAST: Duration = Duration::from_secs(5);
const MOST: u64 = 64;

/// What did not load, by what it was made of.
pub(super) struct Refusals<K>(Cache<K, Refusal>);

#[derive(Clone)]
struct Refusal {
    faults: Arc<Vec<LoadFault>>,
    lasts: Duration,
}

/// Each refusal for as long as it says.
struct Lasting;

impl<K> Expiry<K, Refusal> for Lasting {
    fn expire_after_create(&self, _: &K, refusal: &Refusal, _: Instant) -> Option<Duration> {
        Some(refusal.lasts)
    }

    fn expire_after_update(&self, _: &K, refusal: &Refusal, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(refusal.lasts)
    }
}

impl<K: Hash + Eq + Send + Sync + 'static> Refusals<K> {
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(MOST).expire_after(Lasting).build())
    }

    /// Why it did not load, if that is still known.
    pub(super) async fn of(&self, key: &K) -> Option<Arc<Vec<LoadFault>>> {
        Some(self.0.get(key).await?.faults)
    }

    /// Remembers what it took so long to find out.
    pub(super) async fn remember(&self, key: K, faults: &[LoadFault], took: Duration) {
        let refusal = Refusal { faults: Arc::new(faults.to_vec()), lasts: lasts(took) };
        self.0.insert(key, refusal).await;
    }
}

/// How long a refusal is remembered: who tries again and again spends at most half of the time on it.
fn lasts(took: Duration) -> Duration {
    took.max(AT_LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_is_remembered_for_as_long_as_it_took() {
        for (took, lasted) in [(0, 5), (4, 5), (5, 5), (20, 20), (600, 600)] {
            let (took, lasted) = (Duration::from_secs(took), Duration::from_secs(lasted));
            let refusal = Refusal { faults: Arc::default(), lasts: lasts(took) };
            assert_eq!(Lasting.expire_after_create(&(), &refusal, Instant::now()), Some(lasted));
            assert_eq!(Lasting.expire_after_update(&(), &refusal, Instant::now(), None), Some(lasted));
        }
        let refusals = Refusals::new();
        refusals.remember(1, &[LoadFault::missing("one")], Duration::ZERO).await;
        assert_eq!(refusals.of(&1).await.map(|faults| faults.len()), Some(1));
        assert_eq!(refusals.of(&2).await, None);
    }
}
