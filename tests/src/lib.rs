//! What the end-to-end tests stand on: the real binary started as users start it, agents that speak raw bytes over
//! sockets, and servers that record every byte that reached them.
//!
//! Nothing here uses a type of the gateway: what is shown is shown on the wire. Every wait has a deadline, and a wait
//! that fails says what it was for.
#![expect(clippy::disallowed_types, reason = "an agent's view of JSON is what agents use")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails by panicking"
)]

pub mod agent;
pub mod author;
pub mod gateway;
pub mod guests;
pub mod http;
pub mod process;
pub mod record;
pub mod sse;
pub mod upstream;
pub mod wait;
pub mod wire;
pub mod world;
pub mod wrap;

pub use agent::Agent;
pub use author::Author;
pub use gateway::Gateway;
pub use http::{Connection, Request, Response};
pub use record::Record;
pub use upstream::{Exchange, Upstream};
pub use wait::{PATIENCE, until, within};
pub use wrap::Wrap;
