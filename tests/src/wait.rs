//! Waiting: for a condition, and never for ever.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// How long a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often a condition is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits for a future. If it takes longer than [`PATIENCE`] the test fails and says what it waited for.
pub async fn within<T>(what: impl Display, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(done) => done,
        Err(_) => panic!("waited {} s in vain for {what}", PATIENCE.as_secs()),
    }
}

/// Waits until a condition yields a value.
pub async fn until<T>(what: impl Display, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        loop {
            if let Some(found) = condition().await {
                return found;
            }
            sleep(PAUSE).await;
        }
    })
    .await
}
