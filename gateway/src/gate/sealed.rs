//! The state that a modern server hands out when it needs more input, sealed so that it can only come back with the
//! call that it was made for (2026-07-28, "Multi Round-Trip Requests").
//!
//! The specification calls `requestState` attacker-controlled. A state that opens, and fits, makes the request a further
//! round of the same call, which counts against limits once; with any other the request is refused. A state that comes
//! back a second time begins a call of its own, or one charge would pay for as many calls as somebody cares to make. The
//! seal keeps the state from being changed, not from being read: that is the server's affair.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::call::{Call, Document, Refusal};
use crate::clock::Timestamp;
use crate::json::{Limits, Object, scan};
use crate::mcp::method;

use super::{Gate, Seat};

/// The parameter, and the member of the result.
const STATE: &str = "requestState";
/// How long a state may be out.
const LIFETIME: Duration = Duration::from_secs(3600);
/// How many rounds one call may take.
const ROUNDS: u64 = 16;
/// How many states may be out, each of which pays for a further round.
const MOST: usize = 4096;

/// Which round of which call a request is.
#[derive(Default)]
pub(super) struct Round {
    /// How many came before.
    pub(super) number: u64,
    /// The id of the call, if this goes on with it.
    pub(super) call: Option<String>,
}

/// The states that are out and have not come back: the id of the call and the round that they begin, the oldest first.
#[derive(Default)]
pub(super) struct Outstanding(Mutex<VecDeque<(String, u64)>>);

impl Outstanding {
    fn note(&self, call: &str, round: u64) {
        self.with(|out| {
            if out.len() >= MOST {
                out.pop_front();
            }
            out.push_back((call.to_owned(), round));
        });
    }

    /// Whether this state was out; from now on it is not.
    fn take(&self, call: &str, round: u64) -> bool {
        self.with(|out| {
            let place = out.iter().position(|(known, number)| known == call && *number == round);
            place.is_some_and(|place| out.remove(place).is_some())
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<(String, u64)>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Gate {
    /// Seals the state in a result that asks for more input.
    pub(super) fn seal(&self, call: &Call, result: &mut Object) {
        let Some(state) = result.text(STATE) else { return };

        let subject = call.params().and_then(|params| method::subject(call.method(), params)).unwrap_or_default();
        let arguments = call.asked().map(|document| document.digest().to_string()).unwrap_or_default();
        let (id, round) = (call.id().unwrap_or_default(), call.round() + 1);
        self.outstanding.note(id, round);
        let sealed = Object::from([
            ("call", id.into()),
            ("state", state.into()),
            ("caller", call.caller().as_str().into()),
            ("server", call.server().as_str().into()),
            ("method", call.method().into()),
            ("subject", subject.into()),
            ("arguments", arguments.into()),
            ("until", Timestamp::now().after(LIFETIME).as_millis().into()),
            ("round", round.into()),
        ]);
        let sealed = self.rooms.seal.seal(&sealed.to_bytes());
        result.insert(STATE, sealed);
    }

    /// Puts the server's own state in place of the seal, and tells the round that the parameters begin. A state that does
    /// not open, or was made for another call, is refused: only the server's own may reach it.
    pub(super) fn unseal(&self, seat: &Seat, method: &str, params: &mut Object) -> Result<Round, Refusal> {
        if params.get(STATE).is_none() {
            return Ok(Round::default());
        }
        let refused = || Refusal::malformed("`requestState` does not belong to this call; call again without it");
        let (state, round) = self.open_state(seat, method, params).ok_or_else(refused)?;
        params.insert(STATE, state);
        Ok(round)
    }

    fn open_state(&self, seat: &Seat, method: &str, params: &Object) -> Option<(String, Round)> {
        let opened = self.rooms.seal.open(params.text(STATE)?)?;
        let sealed = scan(&opened, &Limits::reply(opened.len())).ok()?;
        let sealed = sealed.as_object()?;
        let arguments = params.get("arguments").map(|arguments| Document::new(arguments).digest().to_string());
        let fits = sealed.text("caller")? == seat.caller().as_str()
            && sealed.text("server")? == seat.server().name().as_str()
            && sealed.text("method")? == method
            && sealed.text("subject")? == method::subject(method, params).unwrap_or_default()
            && sealed.text("arguments")? == arguments.unwrap_or_default()
            && sealed.get("until")?.as_u64()? > Timestamp::now().as_millis();
        let round = sealed.get("round")?.as_u64().filter(|round| *round <= ROUNDS)?;
        let (state, id) = (sealed.text("state")?, sealed.text("call")?);
        fits.then(|| {
            let call = self.outstanding.take(id, round).then(|| id.to_owned());
            (state.to_owned(), Round { number: round, call })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_pays_for_one_round_and_so_many_may_be_out() {
        let out = Outstanding::default();
        out.note("a", 1);
        assert!(!out.take("a", 2) && !out.take("b", 1), "another call, another round");
        assert!(out.take("a", 1));
        assert!(!out.take("a", 1), "it has come back");
        for number in 0..=MOST {
            out.note(&number.to_string(), 1);
        }
        assert!(!out.take("0", 1), "the oldest is forgotten");
        assert!(out.take("1", 1) && out.take(&MOST.to_string(), 1));
    }
}
