//! What a caller did before, as far as the law asks for it: labels of what was called, at any server, and the facts that
//! its session remembers.

use std::time::Duration;

use crate::call::{Caller, Refusal};
use crate::policy::{Policy, Session};
use crate::state::StoreError;

use super::{Gate, Party, Seat};

/// How long a label stays from when it was last given.
const STAY: Duration = Duration::from_secs(24 * 3600);

impl Gate {
    /// What the law may know of what was done before. What cannot be recalled is a no.
    pub(super) async fn recall(&self, seat: &Seat, party: &Party) -> Result<Session, Refusal> {
        let mut session = Session::from(party.memory().facts());
        if seat.policies().any(Policy::asks_of_the_past) {
            let labels = self.rooms.store.labels(seat.caller().as_str()).await;
            labels.map_err(|error| untold(&error))?.into_iter().for_each(|label| session.mark(label));
        }
        Ok(session)
    }

    /// Labels a caller, before anything is sent: whatever comes back comes after.
    pub(super) async fn mark(&self, caller: &Caller, labels: &[&str]) -> Result<(), Refusal> {
        let labels = labels.iter().map(ToString::to_string).collect();
        self.rooms.store.mark(caller.as_str(), labels, STAY).await.map_err(|error| untold(&error))
    }
}

fn untold(error: &StoreError) -> Refusal {
    if !matches!(error, StoreError::Busy) {
        tracing::error!(%error, "what callers did cannot be remembered");
    }
    Refusal { rule: "(store)".into(), ..Refusal::unavailable("what was done before cannot be told at present") }
}
