//! Waiting: for a condition, and never for ever.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// How long a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a gateway may take to start: it compiles the plugins of its policies, some of which are large.
pub const START: Duration = Duration::from_secs(120);

/// How often a condition is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits for a future. If it takes longer than [`PATIENCE`] the test fails and says what it waited for.
pub async fn within<T>(what: impl Display, future: impl Future<Output = T>) -> T {
    within_time(PATIENCE, what, future).await
}

async fn within_time<T>(time: Duration, what: impl Display, future: impl Future<Output = T>) -> T {
    match timeout(time, future).await {
        Ok(done) => done,
        Err(_) => panic!("waited {} s in vain for {what}", time.as_secs()),
    }
}

/// Waits until a condition yields a value.
pub async fn until<T>(what: impl Display, condition: impl AsyncFnMut() -> Option<T>) -> T {
    until_in_time(PATIENCE, what, condition).await
}

/// The same, for at most so long.
pub async fn until_in_time<T>(time: Duration, what: impl Display, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    within_time(time, what, async {
        loop {
            if let Some(found) = condition().await {
                return found;
            }
            sleep(PAUSE).await;
        }
    })
    .await
}
