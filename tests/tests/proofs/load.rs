//! Agents that call without a pause, and count what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use doorward_tests::agent::{assert_echoed, assert_unavailable, call};
use doorward_tests::{Agent, Connection, Gateway, until};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

const CALLERS: usize = 16;

/// Calls that go on until they are stopped, each with other arguments. Each must pass, or be refused as unavailable.
pub(crate) struct Load {
    passed: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    callers: JoinSet<()>,
}

impl Load {
    /// Begins.
    pub(crate) async fn on(gateway: &Gateway) -> Self {
        let (passed, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (stop, stopped) = watch::channel(false);
        let agent = Agent::modern(gateway);
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let mut connection = Connection::open(gateway.address).await;
            let (agent, stopped) = (agent.clone(), stopped.clone());
            let (passed, refused) = (Arc::clone(&passed), Arc::clone(&refused));
            callers.spawn(async move {
                for number in 0.. {
                    if *stopped.borrow() {
                        return;
                    }
                    let arguments = json!({ "unique": format!("{caller}-{number}") });
                    let message = call(json!(1), "echo", arguments.clone());
                    connection.send(&agent.request(&message).to_bytes()).await;
                    let answer = connection.response().await.answer();
                    if answer["result"]["isError"] == true {
                        assert_unavailable(&answer);
                        refused.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_echoed(&answer, &arguments);
                        passed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        Self { passed, refused, stop, callers }
    }

    /// Waits until so many more calls have passed.
    pub(crate) async fn until_passed(&self, more: usize) {
        until_more("passed", &self.passed, more).await;
    }

    /// Waits until so many more calls have been refused.
    pub(crate) async fn until_refused(&self, more: usize) {
        until_more("refused", &self.refused, more).await;
    }

    /// Ends, and yields how many calls passed and how many were refused.
    pub(crate) async fn stopped(self) -> (usize, usize) {
        self.stop.send_replace(true);
        self.callers.join_all().await;
        (self.passed.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed))
    }
}

async fn until_more(what: &str, count: &AtomicUsize, more: usize) {
    let enough = count.load(Ordering::Relaxed) + more;
    until(format!("{more} more calls to be {what}"), async || (count.load(Ordering::Relaxed) >= enough).then_some(()))
        .await;
}
