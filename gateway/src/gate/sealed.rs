//! The state that a modern server hands out when it needs more input, sealed so that it can only come back with the
//! call that it was made for (2026-07-28, "Multi Round-Trip Requests").
//!
//! The specification calls `requestState` attacker-controlled. A state that opens, and fits, makes the request a further
//! round of the same call; with any other the request is refused. The seal keeps the state from being changed, not from
//! being read: that is the server's affair.

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

impl Gate {
    /// Seals the state in a result that asks for more input.
    pub(super) fn seal(&self, call: &Call, result: &mut Object) {
        let Some(state) = result.text(STATE) else { return };

        let subject = call.params().and_then(|params| method::subject(call.method(), params)).unwrap_or_default();
        let arguments = call.document().map(|document| document.digest().to_string()).unwrap_or_default();
        let sealed = Object::from([
            ("state", state.into()),
            ("caller", call.caller().as_str().into()),
            ("server", call.server().as_str().into()),
            ("method", call.method().into()),
            ("subject", subject.into()),
            ("arguments", arguments.into()),
            ("until", Timestamp::now().after(LIFETIME).as_millis().into()),
            ("round", (call.round() + 1).into()),
        ]);
        let sealed = self.rooms.seal.seal(&sealed.to_bytes());
        result.insert(STATE, sealed);
    }

    /// The parameters with the server's own state in place of the seal, and the round that they begin. A state that does
    /// not open, or was made for another call, is refused: only the server's own may reach it.
    pub(super) fn unseal(&self, seat: &Seat, method: &str, mut params: Object) -> Result<(Object, u64), Refusal> {
        if params.get(STATE).is_none() {
            return Ok((params, 0));
        }
        let refused = || Refusal::malformed("`requestState` does not belong to this call; call again without it");
        let (state, round) = self.open_state(seat, method, &params).ok_or_else(refused)?;
        params.insert(STATE, state);
        Ok((params, round))
    }

    fn open_state(&self, seat: &Seat, method: &str, params: &Object) -> Option<(String, u64)> {
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
        fits.then(|| (sealed.text("state").unwrap_or_default().to_owned(), round))
    }
}
