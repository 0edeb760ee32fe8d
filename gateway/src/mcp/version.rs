//! Protocol revisions and the two eras into which they fall.

/// How a conversation is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Era {
    /// Up to 2025-11-25: a handshake, then a session.
    Legacy,
    /// From 2026-07-28 on: every request stands alone and says its version.
    Modern,
}

/// The revisions with a handshake, oldest first.
pub const LEGACY: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// The one revision that has batches: arrays of messages.
pub const BATCHING: &str = "2025-03-26";

/// The revisions without one, oldest first.
pub const MODERN: [&str; 1] = ["2026-07-28"];

impl Era {
    /// The era that an `MCP-Protocol-Version` header announces. Without one it is 2025-03-26, as the revisions say.
    ///
    /// A version that nobody here knows counts as modern, so that it is answered with the versions that are supported.
    pub fn announced(version: Option<&str>) -> Self {
        match version {
            None => Self::Legacy,
            Some(version) if LEGACY.contains(&version) => Self::Legacy,
            Some(_) => Self::Modern,
        }
    }
}
