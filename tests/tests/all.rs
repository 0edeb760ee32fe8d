//! End to end: the real binary between agents and servers that speak over real sockets and pipes. One module a story.
#![expect(clippy::disallowed_types, reason = "an agent's view of JSON is what agents use")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

#[path = "all/agreement.rs"]
mod agreement;
#[path = "all/batches.rs"]
mod batches;
#[path = "all/cases.rs"]
mod cases;
#[path = "all/faults.rs"]
mod faults;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/http_bounds.rs"]
mod http_bounds;
#[path = "all/identity.rs"]
mod identity;
#[path = "all/ids.rs"]
mod ids;
#[path = "all/importing.rs"]
mod importing;
#[path = "all/law.rs"]
mod law;
#[path = "all/reload.rs"]
mod reload;
#[path = "all/replaying.rs"]
mod replaying;
#[path = "all/sessions.rs"]
mod sessions;
#[path = "all/smuggling.rs"]
mod smuggling;
#[path = "all/stopping.rs"]
mod stopping;
#[path = "all/streams.rs"]
mod streams;
#[path = "all/way_back.rs"]
mod way_back;
