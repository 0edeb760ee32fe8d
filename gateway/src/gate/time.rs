//! The time that a request has: one budget from its first step to its last.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::clock::Stopwatch;
use crate::mcp::{Era, Request, method};
use crate::upstreams::Failure;

use super::Seat;

/// How long a call may wait for answers of the agent's side, in all. Its own time does not run meanwhile.
const CLIENT_TIME: Duration = Duration::from_secs(600);

/// What time a request has left.
pub(super) struct Time {
    /// What it was given; `None` for a subscription, which has no end.
    limit: Option<Duration>,
    spent: Duration,
    spent_by_client: Duration,
}

impl Time {
    /// The time that a request has by the configuration.
    pub(super) fn of(seat: &Seat, era: Era, request: &Request) -> Self {
        let tool = request.params.as_ref().filter(|_| request.method == method::TOOLS_CALL);
        let limit = seat.server().timeout(tool.and_then(|params| params.text("name")));
        let endless = era == Era::Modern && request.method == method::LISTEN;
        Self { limit: (!endless).then_some(limit), spent: Duration::ZERO, spent_by_client: Duration::ZERO }
    }

    /// Does some work within the time that is left. The work stays where it is: it is large, and each hand would move it.
    pub(super) async fn within<T>(&mut self, work: Pin<&mut impl Future<Output = T>>) -> Result<T, Failure> {
        let Some(limit) = self.limit else { return Ok(work.await) };
        spend(&mut self.spent, limit, limit, work).await
    }

    /// Waits for a server that waits for the agent.
    pub(super) async fn within_clients<T>(&mut self, work: Pin<&mut impl Future<Output = T>>) -> Result<T, Failure> {
        let Some(limit) = self.limit else { return Ok(work.await) };
        spend(&mut self.spent_by_client, CLIENT_TIME, limit, work).await
    }
}

async fn spend<T>(
    spent: &mut Duration,
    budget: Duration,
    told: Duration,
    work: Pin<&mut impl Future<Output = T>>,
) -> Result<T, Failure> {
    let left = budget.saturating_sub(*spent);
    if left.is_zero() {
        return Err(Failure::Timeout(told));
    }
    let watch = Stopwatch::start();
    let done = timeout(left, work).await.map_err(|_| Failure::Timeout(told));
    *spent += watch.elapsed();
    done
}
