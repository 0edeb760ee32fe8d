//! What the room promises: which texts are accepted and which refused, where the limits lie, and that nothing is lost
//! between reading and writing.

mod accepted;
mod duplicates;
mod limits;
mod numbers;
mod oracle;
mod properties;
mod refused;
mod texts;
mod tree;

use super::{Fault, FaultKind, Limits, Number, Numbers, Object, Value, scan};

/// Limits that no text of these tests reaches by its length.
const REQUEST: Limits = Limits::request(ROOM);
/// The same for replies.
const REPLY: Limits = Limits::reply(ROOM);

const ROOM: usize = 8 << 20;

fn fault(kind: FaultKind, offset: usize) -> Result<Value, Fault> {
    Err(Fault { kind, offset })
}
