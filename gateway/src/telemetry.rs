//! What an operator sees from outside: metrics and logs. No argument, token or body ever comes here.

pub mod logs;
mod metrics;

pub use metrics::{Metrics, Review, Verdicts, Would};
