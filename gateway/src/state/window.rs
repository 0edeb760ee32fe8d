//! Sliding windows over rows: an entry that was made at `t` counts in a window `w` until, and not at, `t + w`.
//!
//! A counter keeps the sum of its entries, so that a charge costs the same however many there are: what has left the
//! window is taken off as it is passed over. All of it happens within a transaction of the caller.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Charge, Charged, Over, Receipt};

/// ?4 is the latest time that has left the window, ?5 the call.
const LOOK: &str = "
SELECT id, used,
    (SELECT coalesce(sum(cost), 0) FROM entry WHERE counter = id AND at_ms <= ?4),
    EXISTS (SELECT 1 FROM entry WHERE counter = id AND call = ?5 AND at_ms > ?4)
FROM counter WHERE name = ?1 AND scope = ?2 AND window_ms = ?3";
const OLDEST_FIRST: &str = "SELECT at_ms, cost FROM entry WHERE counter = ?1 AND at_ms > ?2 ORDER BY at_ms";
const FORGET: &str = "DELETE FROM entry WHERE counter = ?1 AND at_ms <= ?2";
const OPEN: &str =
    "INSERT INTO counter (name, scope, window_ms, used, newest_ms) VALUES (?1, ?2, ?3, 0, 0) RETURNING id";
const ENTER: &str = "INSERT INTO entry (counter, at_ms, call, cost) VALUES (?1, ?2, ?3, ?4)";
const LOWER: &str = "UPDATE counter SET used = ?2 WHERE id = ?1";
const RAISE: &str = "UPDATE counter SET used = ?2, newest_ms = ?3 WHERE id = ?1";
const GIVE_BACK: &str = "DELETE FROM entry WHERE counter = ?1 AND call = ?2 RETURNING cost";
const TAKE_OFF: &str = "UPDATE counter SET used = used - ?2 WHERE id = ?1";
const DEAD: &str = "SELECT id FROM counter WHERE newest_ms + window_ms <= ?1 LIMIT ?2";
const EMPTY: &str = "DELETE FROM entry WHERE counter = ?1";
const CLOSE: &str = "DELETE FROM counter WHERE id = ?1";

/// The longest window, about 146 million years: times and windows add up within 64 bits.
const LONGEST: i64 = i64::MAX / 2;

/// The most that SQLite counts to: a larger maximum means this one, and a larger cost uses all of it.
const MOST: u64 = i64::MAX as u64;

/// The charges of one call that share a counter. The tightest of them decides: they share cost and entries.
struct Share<'a> {
    tightest: &'a Charge,
    place: usize,
    cost: u64,
    window_ms: i64,
}

/// A counter as it stands for a call.
struct Standing {
    /// None if nothing was ever counted there.
    counter: Option<i64>,
    /// What is used within the window that ends now.
    used: i64,
    /// Whether entries have left the window and still stand there.
    stale: bool,
    /// Whether this call is counted already.
    counted: bool,
}

/// Charges a call. `None` if it was too late to.
pub(super) fn charge(
    connection: &Connection,
    now: i64,
    call: &str,
    charges: &[Charge],
    late: impl FnOnce() -> bool,
) -> rusqlite::Result<Option<Charged>> {
    let mut standings = Vec::with_capacity(charges.len());
    for share in shares(charges) {
        let mut standing = look(connection, now, Some(call), &share)?;
        forget(connection, now, &share, &mut standing)?;
        standings.push((share, standing));
    }
    // What was forgotten stays forgotten, so that however much it is, the next charge finds it done.
    if late() {
        return Ok(None);
    }
    if let Some(over) = over(connection, now, &standings)? {
        return Ok(Some(Charged::Over(over)));
    }
    let mut counters = Vec::with_capacity(standings.len());
    for (share, standing) in standings {
        if !standing.counted && share.cost > 0 {
            counters.push(enter(connection, now, call, &share, &standing)?);
        }
    }
    Ok(Some(Charged::Within(Receipt { call: call.to_owned(), counters })))
}

/// Looks whether a call would be within its limits.
pub(super) fn peek(connection: &Connection, now: i64, charges: &[Charge]) -> rusqlite::Result<Option<Over>> {
    let mut standings = Vec::with_capacity(charges.len());
    for share in shares(charges) {
        let standing = look(connection, now, None, &share)?;
        standings.push((share, standing));
    }
    over(connection, now, &standings)
}

/// Gives back what a charge took, as far as it still counts.
pub(super) fn refund(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<()> {
    for counter in &receipt.counters {
        let mut statement = connection.prepare_cached(GIVE_BACK)?;
        let cost: Option<i64> = statement.query_row(params![counter, receipt.call], |row| row.get(0)).optional()?;
        if let Some(cost) = cost {
            connection.prepare_cached(TAKE_OFF)?.execute(params![counter, cost])?;
        }
    }
    Ok(())
}

/// Whether there are counters that nothing counts in any more.
pub(super) fn any_dead(connection: &Connection, now: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached(DEAD)?.exists(params![now, 1])
}

/// Removes at most `most` of the counters that nothing counts in any more, and says how many.
pub(super) fn sweep(connection: &Connection, now: i64, most: u32) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(DEAD)?;
    let dead = statement.query_map(params![now, most], |row| row.get(0))?;
    let dead = dead.collect::<rusqlite::Result<Vec<i64>>>()?;
    for counter in &dead {
        connection.prepare_cached(EMPTY)?.execute([counter])?;
        connection.prepare_cached(CLOSE)?.execute([counter])?;
    }
    Ok(u32::try_from(dead.len()).unwrap_or(most))
}

/// The counters of a call, each once.
fn shares(charges: &[Charge]) -> Vec<Share<'_>> {
    let mut shares: Vec<Share<'_>> = Vec::with_capacity(charges.len());
    for (place, charge) in charges.iter().enumerate() {
        let window_ms = millis(charge.window);
        let same = shares.iter_mut().find(|share| {
            let other = share.tightest;
            other.counter == charge.counter && other.scope == charge.scope && share.window_ms == window_ms
        });
        let Some(share) = same else {
            shares.push(Share { tightest: charge, place, cost: charge.cost, window_ms });
            continue;
        };
        share.cost = share.cost.max(charge.cost);
        if charge.max < share.tightest.max {
            (share.tightest, share.place) = (charge, place);
        }
    }
    shares
}

/// Reads how a counter stands. Nothing is written.
fn look(connection: &Connection, now: i64, call: Option<&str>, share: &Share<'_>) -> rusqlite::Result<Standing> {
    let Charge { counter, scope, .. } = share.tightest;
    let values = params![counter, scope, share.window_ms, now - share.window_ms, call];
    let found = connection.prepare_cached(LOOK)?.query_row(values, |row| {
        let (used, stale): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(Standing { counter: Some(row.get(0)?), used: used - stale, stale: stale > 0, counted: row.get(3)? })
    });
    Ok(found.optional()?.unwrap_or(Standing { counter: None, used: 0, stale: false, counted: false }))
}

/// Removes the entries that have left the window.
fn forget(connection: &Connection, now: i64, share: &Share<'_>, standing: &mut Standing) -> rusqlite::Result<()> {
    let Some(counter) = standing.counter.filter(|_| standing.stale) else { return Ok(()) };
    connection.prepare_cached(FORGET)?.execute(params![counter, now - share.window_ms])?;
    connection.prepare_cached(LOWER)?.execute(params![counter, standing.used])?;
    standing.stale = false;
    Ok(())
}

/// The limit that stays passed longest, if any is.
fn over(connection: &Connection, now: i64, standings: &[(Share<'_>, Standing)]) -> rusqlite::Result<Option<Over>> {
    let mut longest: Option<Over> = None;
    for (share, standing) in standings.iter().filter(|(_, standing)| !standing.counted) {
        let used = u64::try_from(standing.used).unwrap_or_default();
        if share.cost > share.tightest.max {
            return Ok(Some(Over { place: share.place, retry_after: None, used }));
        }
        let surplus = (used + share.cost.min(MOST)).saturating_sub(share.tightest.max.min(MOST));
        if surplus == 0 {
            continue;
        }
        let wait = wait(connection, now, share, standing, surplus)?;
        if longest.is_none_or(|longest| longest.retry_after < Some(wait)) {
            longest = Some(Over { place: share.place, retry_after: Some(wait), used });
        }
    }
    Ok(longest)
}

/// How long until enough entries have left the window.
fn wait(
    connection: &Connection,
    now: i64,
    share: &Share<'_>,
    standing: &Standing,
    surplus: u64,
) -> rusqlite::Result<Duration> {
    let mut statement = connection.prepare_cached(OLDEST_FIRST)?;
    let mut rows = statement.query(params![standing.counter, now - share.window_ms])?;
    let mut freed = 0u64;
    let mut leaves = now;
    while freed < surplus {
        let Some(row) = rows.next()? else { break };
        freed = freed.saturating_add(u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default());
        leaves = row.get::<_, i64>(0)?.saturating_add(share.window_ms);
    }
    Ok(Duration::from_millis(u64::try_from(leaves - now).unwrap_or_default()))
}

/// Writes the entry of a call that passes.
fn enter(
    connection: &Connection,
    now: i64,
    call: &str,
    share: &Share<'_>,
    standing: &Standing,
) -> rusqlite::Result<i64> {
    let counter = match standing.counter {
        Some(counter) => counter,
        None => {
            let Charge { counter, scope, .. } = share.tightest;
            connection.prepare_cached(OPEN)?.query_row(params![counter, scope, share.window_ms], |row| row.get(0))?
        }
    };
    let cost = i64::try_from(share.cost).unwrap_or(i64::MAX);
    connection.prepare_cached(ENTER)?.execute(params![counter, now, call, cost])?;
    connection.prepare_cached(RAISE)?.execute(params![counter, standing.used.saturating_add(cost), now])?;
    Ok(counter)
}

/// A window in milliseconds, rounded up so that it is never shorter than asked for.
fn millis(window: Duration) -> i64 {
    let millis = window.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(LONGEST).clamp(1, LONGEST)
}
