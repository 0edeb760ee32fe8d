//! All the counters of a call, over rows: looked at together, and charged together or not at all.
//!
//! A counter keeps the sum of its entries, so that a charge costs the same however many there are: what no longer counts
//! is taken off as it is passed over. All of it happens within a transaction of the caller.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::algorithm::{Key, Kind, Level, MOST};
use super::time::Moment;
use super::{Charge, Charged, Over, Receipt};

/// ?8 is the time, ?9 the call.
const LOOK: &str = "
SELECT id, used, part, at_ms, entries,
    (SELECT coalesce(sum(cost), 0) FROM entry WHERE counter = id AND ends_ms <= ?8),
    (SELECT count(*) FROM entry WHERE counter = id AND ends_ms <= ?8),
    EXISTS (SELECT 1 FROM entry WHERE counter = id AND call = ?9 AND ends_ms > ?8)
FROM counter
WHERE name = ?1 AND scope = ?2 AND algorithm = ?3 AND window_ms = ?4 AND rate = ?5 AND zone = ?6 AND begins_ms = ?7";
const OLDEST_FIRST: &str = "SELECT ends_ms, cost FROM entry WHERE counter = ?1 AND ends_ms > ?2 ORDER BY ends_ms";
const FORGET: &str = "DELETE FROM entry WHERE counter = ?1 AND ends_ms <= ?2";
const LOWER: &str = "UPDATE counter SET used = used - ?2, entries = entries - ?3 WHERE id = ?1";
const OPEN: &str = "
INSERT INTO counter (name, scope, algorithm, window_ms, rate, zone, begins_ms, used, part, entries, at_ms, ends_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0, 0) RETURNING id";
const ENTER: &str = "INSERT INTO entry (counter, ends_ms, call, at_ms, cost) VALUES (?1, ?2, ?3, ?4, ?5)";
const RAISE: &str = "
UPDATE counter SET used = ?2, part = ?3, at_ms = ?4, ends_ms = ?5, entries = entries + 1 WHERE id = ?1";
const TAKE_BACK: &str = "DELETE FROM entry WHERE counter = ?1 AND call = ?2 RETURNING at_ms, cost";
const READ: &str = "SELECT algorithm, window_ms, rate, used, part, at_ms FROM counter WHERE id = ?1";
const GIVE_BACK: &str = "
UPDATE counter SET used = ?2, part = ?3, at_ms = ?4, entries = entries - 1 WHERE id = ?1";
const DEAD: &str = "SELECT id FROM counter WHERE ends_ms <= ?1 LIMIT ?2";
const EMPTY: &str = "DELETE FROM entry WHERE counter = ?1";
const CLOSE: &str = "DELETE FROM counter WHERE id = ?1";

/// How many calls count in a counter at a time, however little they cost.
pub(super) const ENTRIES: u64 = 1_000_000;

/// The charges of one call that share a counter. The tightest of them decides: they share cost and entries.
struct Share<'a> {
    tightest: &'a Charge,
    place: usize,
    cost: u64,
    key: Key<'a>,
}

/// A counter as it stands for a call.
struct Standing {
    /// None if nothing was ever counted there.
    counter: Option<i64>,
    /// What is used now, in the key's parts.
    used: u128,
    /// How many entries count.
    entries: u64,
    /// What entries cost that no longer count and still stand there, and how many they are.
    stale: (i64, i64),
    /// Whether this call is counted already.
    counted: bool,
}

/// Charges a call. `None` if it was too late to.
pub(super) fn charge(
    connection: &Connection,
    now: Moment,
    call: &str,
    charges: &[Charge],
    late: impl FnOnce() -> bool,
) -> rusqlite::Result<Option<Charged>> {
    let mut standings = Vec::with_capacity(charges.len());
    for share in shares(charges, now) {
        let mut standing = look(connection, now, Some(call), &share)?;
        forget(connection, now, &mut standing)?;
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
        if !standing.counted {
            counters.push(enter(connection, now, call, &share, &standing)?);
        }
    }
    Ok(Some(Charged::Within(Receipt { call: call.to_owned(), counters })))
}

/// Looks whether a call would be within its limits.
pub(super) fn peek(connection: &Connection, now: Moment, charges: &[Charge]) -> rusqlite::Result<Option<Over>> {
    let mut standings = Vec::with_capacity(charges.len());
    for share in shares(charges, now) {
        let standing = look(connection, now, None, &share)?;
        standings.push((share, standing));
    }
    over(connection, now, &standings)
}

/// Gives back what a charge took, as far as it still counts.
pub(super) fn refund(connection: &Connection, now: Moment, receipt: &Receipt) -> rusqlite::Result<()> {
    for counter in &receipt.counters {
        let mut statement = connection.prepare_cached(TAKE_BACK)?;
        let entry = statement.query_row(params![counter, receipt.call], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((at_ms, cost)) = entry.optional()? else { continue };
        let (key, before) = connection.prepare_cached(READ)?.query_row([counter], |row| {
            let kind = Kind::of(&row.get::<_, String>(0)?).unwrap_or(Kind::Sliding);
            let key = Key { rate: row.get(2)?, ..Key::plain(kind, row.get(1)?) };
            Ok((key, Level { used: row.get(3)?, part: row.get(4)?, at_ms: row.get(5)? }))
        })?;
        let used = key.used(before, now).saturating_sub(key.left(at_ms, cost, now));
        let Level { used, part, at_ms } = key.level(used, now);
        connection.prepare_cached(GIVE_BACK)?.execute(params![counter, used, part, at_ms])?;
    }
    Ok(())
}

/// Whether there are counters that nothing counts in any more.
pub(super) fn any_dead(connection: &Connection, now: Moment) -> rusqlite::Result<bool> {
    connection.prepare_cached(DEAD)?.exists(params![now.logical_ms, 1])
}

/// Removes at most `most` of the counters that nothing counts in any more, and says how many.
pub(super) fn sweep(connection: &Connection, now: Moment, most: u32) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(DEAD)?;
    let dead = statement.query_map(params![now.logical_ms, most], |row| row.get(0))?;
    let dead = dead.collect::<rusqlite::Result<Vec<i64>>>()?;
    for counter in &dead {
        connection.prepare_cached(EMPTY)?.execute([counter])?;
        connection.prepare_cached(CLOSE)?.execute([counter])?;
    }
    Ok(u32::try_from(dead.len()).unwrap_or(most))
}

/// The counters of a call, each once. What costs nothing counts in none.
fn shares(charges: &[Charge], now: Moment) -> Vec<Share<'_>> {
    let mut shares: Vec<Share<'_>> = Vec::with_capacity(charges.len());
    for (place, charge) in charges.iter().enumerate().filter(|(_, charge)| charge.cost > 0) {
        let key = charge.key(now);
        let same = shares.iter_mut().find(|share| {
            let other = share.tightest;
            other.counter == charge.counter && other.scope == charge.scope && share.key == key
        });
        let Some(share) = same else {
            shares.push(Share { tightest: charge, place, cost: charge.cost, key });
            continue;
        };
        share.cost = share.cost.max(charge.cost);
        if charge.ceiling() < share.tightest.ceiling() {
            (share.tightest, share.place) = (charge, place);
        }
    }
    shares
}

/// Reads how a counter stands. Nothing is written.
fn look(connection: &Connection, now: Moment, call: Option<&str>, share: &Share<'_>) -> rusqlite::Result<Standing> {
    let Share { tightest: Charge { counter, scope, .. }, key, .. } = share;
    let Key { kind, window_ms, rate, zone, begins_ms, .. } = key;
    let values = params![counter, scope, kind.word(), window_ms, rate, zone, begins_ms, now.logical_ms, call];
    let found = connection.prepare_cached(LOOK)?.query_row(values, |row| {
        let level = Level { used: row.get(1)?, part: row.get(2)?, at_ms: row.get(3)? };
        let (entries, stale): (i64, (i64, i64)) = (row.get(4)?, (row.get(5)?, row.get(6)?));
        let stale = if *kind == Kind::Sliding { stale } else { (0, stale.1) };
        let live = Level { used: level.used.saturating_sub(stale.0), ..level };
        let entries = u64::try_from(entries.saturating_sub(stale.1)).unwrap_or_default();
        Ok(Standing { counter: Some(row.get(0)?), used: key.used(live, now), entries, stale, counted: row.get(7)? })
    });
    let nothing = Standing { counter: None, used: 0, entries: 0, stale: (0, 0), counted: false };
    Ok(found.optional()?.unwrap_or(nothing))
}

/// Removes the entries that no longer count.
fn forget(connection: &Connection, now: Moment, standing: &mut Standing) -> rusqlite::Result<()> {
    let (cost, entries) = std::mem::take(&mut standing.stale);
    let Some(counter) = standing.counter.filter(|_| entries > 0) else { return Ok(()) };
    connection.prepare_cached(FORGET)?.execute(params![counter, now.logical_ms])?;
    connection.prepare_cached(LOWER)?.execute(params![counter, cost, entries])?;
    Ok(())
}

/// The limit that stays passed longest, if any is.
fn over(connection: &Connection, now: Moment, standings: &[(Share<'_>, Standing)]) -> rusqlite::Result<Option<Over>> {
    let mut longest: Option<Over> = None;
    for (share, standing) in standings.iter().filter(|(_, standing)| !standing.counted) {
        let scale = share.key.scale();
        let used = u64::try_from(standing.used.div_ceil(scale)).unwrap_or(MOST);
        let ceiling = share.tightest.ceiling();
        let never = Over { place: share.place, retry_after: None, used };
        if share.cost > ceiling {
            return Ok(Some(never));
        }
        let wanted = standing.used + u128::from(share.cost.min(MOST)) * scale;
        let surplus = wanted.saturating_sub(u128::from(ceiling.min(MOST)) * scale);
        if surplus == 0 && standing.entries < ENTRIES {
            continue;
        }
        let Some(wait) = wait(connection, now, share, standing, surplus)? else { return Ok(Some(never)) };
        if longest.is_none_or(|longest| longest.retry_after < Some(wait)) {
            longest = Some(Over { retry_after: Some(wait), ..never });
        }
    }
    Ok(longest)
}

/// How long until there is room; `None` is never.
fn wait(
    connection: &Connection,
    now: Moment,
    share: &Share<'_>,
    standing: &Standing,
    surplus: u128,
) -> rusqlite::Result<Option<Duration>> {
    let wait = match share.key.kind {
        Kind::Sliding => Some(leave(connection, now, standing, surplus)?),
        Kind::TokenBucket | Kind::Calendar => share.key.wait(surplus, now),
    };
    // Where there are too many entries, one must go first, which a new window of a calendar begins without.
    let wait = match share.key.kind {
        Kind::TokenBucket if standing.entries >= ENTRIES => wait.max(Some(leave(connection, now, standing, 1)?)),
        _ => wait,
    };
    Ok(wait.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or_default())))
}

/// How long until entries of so much cost, and one at least, no longer count.
fn leave(connection: &Connection, now: Moment, standing: &Standing, surplus: u128) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached(OLDEST_FIRST)?;
    let mut rows = statement.query(params![standing.counter, now.logical_ms])?;
    let mut freed = 0u128;
    let mut leaves = now.logical_ms;
    while freed < surplus.max(1) {
        let Some(row) = rows.next()? else { break };
        freed += u128::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        leaves = row.get(0)?;
    }
    Ok(leaves - now.logical_ms)
}

/// Writes the entry of a call that passes.
fn enter(
    connection: &Connection,
    now: Moment,
    call: &str,
    share: &Share<'_>,
    standing: &Standing,
) -> rusqlite::Result<i64> {
    let key = &share.key;
    let counter = match standing.counter {
        Some(counter) => counter,
        None => {
            let Charge { counter, scope, .. } = share.tightest;
            let Key { kind, window_ms, rate, zone, begins_ms, .. } = key;
            let values = params![counter, scope, kind.word(), window_ms, rate, zone, begins_ms];
            connection.prepare_cached(OPEN)?.query_row(values, |row| row.get(0))?
        }
    };
    let cost = share.cost.min(MOST);
    let used = standing.used + u128::from(cost) * key.scale();
    let Level { used: whole, part, at_ms } = key.level(used, now);
    let entry = params![counter, key.ends(cost, now), call, at_ms, i64::try_from(cost).unwrap_or(i64::MAX)];
    connection.prepare_cached(ENTER)?.execute(entry)?;
    connection.prepare_cached(RAISE)?.execute(params![counter, whole, part, at_ms, key.dies(used, now)])?;
    Ok(counter)
}
