//! JSON as a gateway needs it: read strictly once, kept without loss, written one way.
//!
//! Two programs that read one text differently are a hole in the wall between them, so whatever JSON readers are known
//! to disagree about is refused here and never repaired: repeated names, lone surrogates, numbers that a double cannot
//! hold. What is accepted keeps the order of its members and the text of its numbers, and [`Value::to_bytes`] is the
//! only form in which it leaves. This room knows nothing of MCP.

pub mod commented;
mod letters;
mod scan;
pub mod schema;
pub mod sheet;
mod value;
mod write;

pub use letters::is_visible;
pub use scan::{Fault, FaultKind, Limits, Numbers, scan};
pub use value::{Number, Object, Value};

#[cfg(test)]
mod tests;
