//! What a session remembers: the facts that answers to its calls told, and what plugins wrote down. It ends with the session, and no other sees it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::call::{Call, Document, Refusal};
use crate::json::Object;
use crate::mcp::Answer;
use crate::plugins::{self, Turn};
use crate::policy::{self, Facts};
use crate::upstreams::{Address, Failure, Link};

use super::{Gate, Party, Seat};

/// How many calls are kept whose answers may come on another stream, and how large their arguments may be, in bytes.
const CALLS: usize = 32;
const ARGUMENTS: usize = 16 << 10;

/// How long a call or a reply waits until nobody else is judged with what plugins remember of the conversation.
const PATIENCE: Duration = Duration::from_secs(5);

/// The memory of a legacy session, or of a caller at a server in the modern era.
#[derive(Debug, Default)]
pub(super) struct Memory {
    facts: Mutex<Arc<Facts>>,
    /// Calls whose answers have not come yet, by the number under which they went out; oldest first.
    unanswered: Mutex<VecDeque<(u64, Arc<Call>)>>,
    /// What plugins wrote down.
    pages: Arc<plugins::Memory>,
}

/// The memory of a caller at a server in the modern era, which has no sessions.
#[derive(Default)]
pub(super) struct Shelf(Mutex<(Weak<Link>, Arc<Memory>)>);

impl Shelf {
    /// The memory for calls over this link. What a program handed out means nothing to the next one, so there it ends with
    /// the link.
    pub(super) fn memory(&self, link: &Arc<Link>, address: &Address) -> Arc<Memory> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let link = Arc::downgrade(link);
        if matches!(address, Address::Child(_)) && !kept.0.ptr_eq(&link) {
            *kept = (link, Arc::default());
        }
        Arc::clone(&kept.1)
    }
}

/// Waits for the turn to judge with what plugins remember of a conversation.
pub(super) async fn turn(pages: &plugins::Memory) -> Result<Turn, Refusal> {
    let turn = pages.turn(PATIENCE).await;
    turn.ok_or_else(|| Refusal::unavailable("other calls of the conversation are judged at present"))
}

impl Gate {
    /// Remembers what an answer tells, before the agent has it: its next call may turn on it. That call sees what was
    /// remembered by then.
    pub(super) fn remember(&self, party: &Party, call: &Call, result: &Object) -> Result<(), Failure> {
        let seat = self.seat_now(party)?;
        let told = policy::remembered(seat.policies(), call, result);
        if !told.is_empty() && party.memory().learn(told) {
            let (caller, server) = (seat.caller(), seat.server().name());
            tracing::warn!(%caller, %server, "a session remembers no more facts: what it does not know refuses calls");
        }
        Ok(())
    }

    /// Remembers what the answer to a request tells that comes when the agent asks for the rest of a stream.
    pub(super) fn remember_late(&self, party: &Party, number: u64, answer: &Answer) -> Result<(), Failure> {
        match (party.memory().answered(number), answer.members()) {
            (Some(call), Some(result)) => self.remember(party, &call, result),
            _ => Ok(()),
        }
    }
}

impl Memory {
    /// What is known at this moment.
    pub(super) fn facts(&self) -> Arc<Facts> {
        Arc::clone(&self.facts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What plugins wrote down.
    pub(super) fn pages(&self) -> &Arc<plugins::Memory> {
        &self.pages
    }

    /// Takes in what was told. Whether there is room for no more of it since now.
    fn learn(&self, told: Vec<policy::Remembered>) -> bool {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let was_full = facts.is_full();
        let facts = Arc::make_mut(&mut facts);
        told.into_iter().for_each(|told| facts.remember(told));
        facts.is_full() && !was_full
    }

    /// Keeps a call of which something may be remembered until it is answered, for its answer may come on another
    /// stream. Where there are too many, nothing will be remembered of the oldest.
    pub(super) fn expect(&self, number: u64, call: &Arc<Call>, seat: &Seat) {
        let small = call.document().is_none_or(|document: &Document| document.bytes().len() <= ARGUMENTS);
        if !small || !policy::remembers(seat.policies(), call.target()) {
            return;
        }
        let mut unanswered = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        if unanswered.len() >= CALLS {
            unanswered.pop_front();
        }
        unanswered.push_back((number, Arc::clone(call)));
    }

    /// Takes out a call that has been answered.
    pub(super) fn answered(&self, number: u64) -> Option<Arc<Call>> {
        let mut unanswered = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        let place = unanswered.iter().position(|(known, _)| *known == number)?;
        unanswered.remove(place).map(|(_, call)| call)
    }
}
