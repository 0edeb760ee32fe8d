//! The door for agents: MCP over Streamable HTTP and over stdio.
//!
//! It reads, routes and answers; whether anything may pass is the gate's to say. What a caller sees of a refusal or a
//! failure is written in one place, `answer.rs`.

mod agreement;
mod answer;
mod batch;
mod body;
mod http;
mod sessions;
pub mod stdio;

pub use answer::told;
pub use http::{Config, Door};
