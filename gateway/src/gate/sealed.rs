//! The state that a modern server hands out when it needs more input, sealed so that it can only come back with the
//! call that it was made for (2026-07-28, "Multi Round-Trip Requests").
//!
//! The specification calls `requestState` attacker-controlled. A state that opens, and fits, makes the request a further
//! round of the same call; any other is passed on as it is, and the request is a new call.

use std::time::Duration;

use crate::call::{Call, Document};
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
        let sealed = self.seal.seal(&sealed.to_bytes());
        result.insert(STATE, sealed);
    }

    /// The parameters with the server's own state in place of a seal that fits, and the round that they begin.
    pub(super) fn unseal(&self, seat: &Seat, method: &str, params: &Object) -> (Object, u64) {
        let mut params = params.clone();
        match self.open_state(seat, method, &params) {
            Some((state, round)) => {
                params.insert(STATE, state);
                (params, round)
            }
            None => (params, 0),
        }
    }

    fn open_state(&self, seat: &Seat, method: &str, params: &Object) -> Option<(String, u64)> {
        let opened = self.seal.open(params.text(STATE)?)?;
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
