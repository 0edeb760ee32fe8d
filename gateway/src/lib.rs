//! Doorward keeps the door between AI agents and MCP servers: it decides, call by call, what may pass.
//!
//! # Words
//!
//! - **Caller**: who asks, proven by the transport, never by what it says of itself.
//! - **Grant**: what one caller may do; its place at one server is a [`gate::Seat`], with the policies that apply there.
//! - **Server**: an MCP server behind the door, an HTTP URL or a child process; a [`upstreams::Link`] is one
//!   conversation with it.
//! - **Call**: one thing a caller wants of one server, canonical and immutable ([`call::Call`]).
//! - **Verdict**: `Allow < Ask < Deny`. Verdicts combine by the maximum.
//! - **Limit**: what calls may count as within a window of time; **Cost**: what one counts as; **Counter**: where they do.
//! - **Fact**: what an answer told, remembered for a session under a name and a key; **Memo**: what a policy wants remembered.
//! - **Permit**: the proof that this exact call may go; sending the call uses it up. **Mint**: what makes Permits.
//! - **Pin**: the digest of a tool's definition as somebody approved it ([`pins::Pins`]).
//! - **Hook**: what a plugin is asked about: a call, a reply, a listed item ([`plugins::Hook`]). **Terms**: what it is granted and may use.
//! - **Snapshot**: a plugin as it is once it has read its settings; **Shelf**: where its machine code waits for the next start.
//! - **Errand**: anything else that goes to a server, from a closed list.
//! - **Refusal**: a reasoned no, an ordinary value. **Failure**: something broke, an error.
//! - **Reply**: what came back, a stream of events; **Passed**: what the gate lets through of it.
//! - **Legacy**: MCP up to 2025-11-25, with sessions. **Modern**: from 2026-07-28 on, without.
//!
//! # Floors
//!
//! A floor uses only floors below it, and the rooms of one floor do not know each other; `tests/floors.rs` checks it.
//!
//! ```text
//! 5  street   main  cli  app  config  demo   start, wire, stop
//! 4  doors    server  admin                  speak MCP to agents; speak HTTP to operators
//! 3  gate     gate                           the one way through
//! 2  rooms    listener  identity  plugins  approvals  upstreams  audit  packs  import
//! 1  ground   policy  pins  risk             the law, and what is known of tools: pure, synchronous
//!             state  telemetry               what rooms stand on
//! 0  words    call  mcp                      what everybody speaks of
//!    bricks   json  secret  clock            and what the words are made of
//! ```

pub mod admin;
pub mod app;
pub mod approvals;
pub mod audit;
pub mod call;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod gate;
pub mod identity;
pub mod import;
pub mod json;
pub mod listener;
pub mod mcp;
pub mod packs;
pub mod pins;
pub mod plugins;
pub mod policy;
pub mod risk;
pub mod secret;
pub mod server;
pub mod state;
pub mod telemetry;
pub mod upstreams;
