//! The tables, and how those of an earlier version become these. Nothing that was counted is lost on the way.

use rusqlite::Connection;

/// "Door" in ASCII, where `file` and others look for whose database it is.
pub(super) const APPLICATION: i64 = 0x446f_6f72;

/// The version of the schema. Version 1 knew sliding windows alone, and counted calls where later ones count millionths.
pub(super) const VERSION: i64 = 2;

const CLOCK: &str = "
CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boot TEXT,
    boot_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    logical_ms INTEGER NOT NULL
) STRICT;
INSERT INTO clock (one, boot_ms, wall_ms, logical_ms) VALUES (1, 0, 0, 0);
";

/// `counter.used` is what counts, in millionths: of a sliding window and of a calendar's the sum of its entries, of a
/// bucket what was missing from it at `at_ms`, together with `part`, which is in `window_ms`ths of a millionth. From
/// `ends_ms` on nothing counts. All times are logical but `begins_ms`, which is where a calendar's window begins by the wall clock.
const COUNTERS: &str = "
CREATE TABLE counter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('sliding', 'token_bucket', 'calendar')),
    window_ms INTEGER NOT NULL,
    rate INTEGER NOT NULL,
    zone TEXT NOT NULL,
    begins_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    part INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    UNIQUE (name, scope, algorithm, window_ms, rate, zone, begins_ms)
) STRICT;
CREATE TABLE entry (
    counter INTEGER NOT NULL REFERENCES counter (id),
    ends_ms INTEGER NOT NULL,
    call TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    cost INTEGER NOT NULL CHECK (cost > 0),
    PRIMARY KEY (counter, ends_ms, call)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_of_call ON entry (counter, call);
";

const LABELS: &str = "
CREATE TABLE label (
    caller TEXT NOT NULL,
    name TEXT NOT NULL,
    ends_ms INTEGER NOT NULL,
    PRIMARY KEY (caller, name)
) STRICT, WITHOUT ROWID;
";

const SET_ASIDE: &str = "
DROP INDEX entry_of_call;
ALTER TABLE entry RENAME TO entry_1;
ALTER TABLE counter RENAME TO counter_1;
";

const TAKE_OVER: &str = "
INSERT INTO counter
    SELECT id, name, scope, 'sliding', window_ms, 0, '', 0, min(used, 9223372036854) * 1000000, 0,
        (SELECT count(*) FROM entry_1 WHERE entry_1.counter = counter_1.id), newest_ms, newest_ms + window_ms
    FROM counter_1;
INSERT INTO entry
    SELECT counter, at_ms + window_ms, call, at_ms, min(cost, 9223372036854) * 1000000
    FROM entry_1 JOIN counter_1 ON counter_1.id = entry_1.counter;
DROP TABLE entry_1;
DROP TABLE counter_1;
";

/// Makes the tables.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(CLOCK)?;
    connection.execute_batch(COUNTERS)?;
    connection.execute_batch(LABELS)?;
    sign(connection)
}

/// Makes tables of version 1 those of this one.
pub(super) fn upgrade(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(SET_ASIDE)?;
    connection.execute_batch(COUNTERS)?;
    connection.execute_batch(LABELS)?;
    connection.execute_batch(TAKE_OVER)?;
    sign(connection)
}

/// Whose database it is, and of which version.
pub(super) fn signature(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    Ok((pragma("application_id")?, pragma("user_version")?))
}

fn sign(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)
}
