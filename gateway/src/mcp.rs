//! The words of MCP, for every revision at once: messages, versions, headers, events and codes.
//!
//! A message keeps all that it came with; what this room names is only what a gateway must read to judge and to route.
//! It does no I/O and knows nothing of callers, policies or servers.
//!
//! Sources: <https://modelcontextprotocol.io/specification>, revisions 2024-11-05 to 2026-07-28, and JSON-RPC 2.0.

mod ambiguity;
pub mod code;
pub mod header;
pub mod line;
pub mod message;
pub mod meta;
pub mod method;
pub mod mirror;
pub mod sse;
mod template;
mod version;

pub use ambiguity::Ambiguous;
pub use message::{Answer, Id, Malformed, Message, Notification, Outcome, Request};
pub use template::Template;
pub use version::{BATCHING, Era, LEGACY, MODERN};
