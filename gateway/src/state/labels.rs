//! What callers have done, in words: a label stays for a time from when it was last given.
//!
//! Labels belong to a caller, across all servers and all processes of a user: what was read through one gateway must not
//! leave through another.

use std::time::Duration;

use rusqlite::{Connection, params};

use super::time::Moment;

const MARK: &str = "
INSERT INTO label (caller, name, ends_ms) VALUES (?1, ?2, ?3)
ON CONFLICT (caller, name) DO UPDATE SET ends_ms = max(ends_ms, excluded.ends_ms)
";
const READ: &str = "SELECT name FROM label WHERE caller = ?1 AND ends_ms > ?2 ORDER BY name";
const OVER: &str = "SELECT 1 FROM label WHERE ends_ms <= ?1 LIMIT 1";
const SWEEP: &str = "
DELETE FROM label WHERE (caller, name) IN (SELECT caller, name FROM label WHERE ends_ms <= ?1 LIMIT ?2)
";

/// Labels for a caller, for a time from now on.
pub(super) struct Mark {
    pub(super) caller: String,
    pub(super) labels: Vec<String>,
    pub(super) time: Duration,
}

/// Gives the labels. A label that was given before stays for as long as the later of both.
pub(super) fn mark(connection: &Connection, now: Moment, mark: &Mark) -> rusqlite::Result<()> {
    let time = i64::try_from(mark.time.as_millis()).unwrap_or(i64::MAX);
    let ends = now.logical_ms.saturating_add(time);
    let mut statement = connection.prepare_cached(MARK)?;
    for label in &mark.labels {
        statement.execute(params![mark.caller, label, ends])?;
    }
    Ok(())
}

/// The labels that a caller has now, in their order.
pub(super) fn of(connection: &Connection, now: Moment, caller: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(READ)?;
    statement.query_map(params![caller, now.logical_ms], |row| row.get(0))?.collect()
}

/// Whether there are labels whose time is over.
pub(super) fn any_over(connection: &Connection, now: Moment) -> rusqlite::Result<bool> {
    connection.prepare_cached(OVER)?.exists([now.logical_ms])
}

/// Removes at most `most` of the labels whose time is over, and says how many.
pub(super) fn sweep(connection: &Connection, now: Moment, most: u32) -> rusqlite::Result<u32> {
    let removed = connection.prepare_cached(SWEEP)?.execute(params![now.logical_ms, most])?;
    Ok(u32::try_from(removed).unwrap_or(most))
}
