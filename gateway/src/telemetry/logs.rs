//! Logs on stderr: for people, or one JSON object a line.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging. `filter` is in the form of `tracing`'s directives, such as `info` or `doorward=debug`; one that
/// cannot be read is an error that says so.
pub fn start(filter: &str, format: Format, color: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("`{filter}` is no log filter: {error}"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        Format::Text => logs.with_ansi(color && io::stderr().is_terminal()).with_target(false).try_init(),
        Format::Json => logs.json().try_init(),
    };
    started.map_err(|error| error.to_string())
}
