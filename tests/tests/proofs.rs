//! What is promised of a judgement, held against the real binary: limits, verdicts, the record, reloads, and faults.
//! One module a story.
#![expect(clippy::disallowed_types, reason = "an agent's view of JSON is what agents use")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails by panicking"
)]

#[path = "proofs/canary.rs"]
mod canary;
#[path = "proofs/clock.rs"]
mod clock;
#[path = "proofs/containment.rs"]
mod containment;
#[path = "proofs/disk.rs"]
mod disk;
#[path = "proofs/explained.rs"]
mod explained;
#[path = "proofs/faults.rs"]
mod faults;
#[path = "proofs/full.rs"]
mod full;
#[path = "proofs/home.rs"]
mod home;
#[path = "proofs/killed.rs"]
mod killed;
#[path = "proofs/limits.rs"]
mod limits;
#[path = "proofs/load.rs"]
mod load;
#[path = "proofs/pinned.rs"]
mod pinned;
#[path = "proofs/pipe.rs"]
mod pipe;
#[path = "proofs/reloads.rs"]
mod reloads;
#[path = "proofs/unwell.rs"]
mod unwell;
#[path = "proofs/verdicts.rs"]
mod verdicts;
