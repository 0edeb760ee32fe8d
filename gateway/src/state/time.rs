//! The store's own time, which all processes that share a file agree on and nobody can set. Only calendars need the
//! wall clock.
//!
//! The file holds a logical clock, in milliseconds. It starts at the wall clock's time and then moves with the clock of
//! the boot (`CLOCK_BOOTTIME`, which counts sleep and cannot be set) for as long as the machine runs, and with the
//! wall clock from one boot to the next. It never goes back. Where there is no clock of the boot, it moves with the
//! highest wall time yet seen: setting the wall clock back does not fool it, setting it forth does.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use crate::clock::Timestamp;

const READ: &str = "SELECT boot, boot_ms, wall_ms, logical_ms FROM clock";
const WRITE: &str = "UPDATE clock SET boot = ?1, boot_ms = ?2, wall_ms = ?3, logical_ms = ?4";

/// A source of readings.
#[derive(Clone)]
pub enum Steady {
    /// The clocks of this machine.
    System(System),
    /// Readings that somebody else takes.
    Told(Arc<dyn Fn() -> Reading + Send + Sync>),
}

/// The clocks of this machine, and the boot that they belong to.
#[derive(Clone, Debug)]
pub struct System {
    boot: Option<Arc<str>>,
}

/// What the clocks show at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The clock of the boot, where there is one.
    pub boot: Option<Boot>,
    /// The wall clock.
    pub wall: Timestamp,
}

/// The clock of a boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boot {
    /// Which boot; readings of different boots do not compare.
    pub id: Arc<str>,
    /// Milliseconds since it began, sleep included.
    pub millis: u64,
}

/// One moment, on both clocks, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The store's own time, by which all but calendars count.
    pub(super) logical_ms: i64,
    /// What the wall clock shows, whoever set it.
    pub(super) wall: Timestamp,
}

/// The clock that the file holds: where it stands, and the reading that it was last moved by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Logical {
    boot: Option<Boot>,
    wall_ms: i64,
    logical_ms: i64,
}

impl Steady {
    /// The clocks of this machine.
    pub fn system() -> Self {
        Self::System(System { boot: system::boot() })
    }

    /// What the clocks show now.
    pub(super) fn read(&self) -> Reading {
        match self {
            Self::System(System { boot }) => {
                let boot = boot.as_ref().map(|id| Boot { id: Arc::clone(id), millis: system::millis() });
                Reading { boot, wall: Timestamp::now() }
            }
            Self::Told(read) => read(),
        }
    }
}

impl Logical {
    /// The clock of a new file.
    pub(super) fn begin(steady: &Steady) -> Self {
        let Reading { boot, wall } = steady.read();
        let wall_ms = whole(wall.as_millis());
        Self { boot, wall_ms, logical_ms: wall_ms }
    }

    /// Where the clock stands now. The connection must be within a transaction: only then do readings come in order.
    pub(super) fn now(connection: &Connection, steady: &Steady) -> rusqlite::Result<Moment> {
        let before = Self::read(connection)?;
        let reading = steady.read();
        let wall = reading.wall;
        Ok(Moment { logical_ms: before.after(reading).logical_ms, wall })
    }

    /// Moves the clock on to now, for all who share the file. It needs a transaction that writes.
    pub(super) fn advance(connection: &Connection, steady: &Steady) -> rusqlite::Result<Moment> {
        let before = Self::read(connection)?;
        let reading = steady.read();
        let wall = reading.wall;
        let next = before.after(reading);
        next.write(connection)?;
        Ok(Moment { logical_ms: next.logical_ms, wall })
    }

    /// Writes the row.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let boot = self.boot.as_ref().map(|boot| &*boot.id);
        let boot_ms = self.boot.as_ref().map_or(0, |boot| whole(boot.millis));
        let values = params![boot, boot_ms, self.wall_ms, self.logical_ms];
        connection.prepare_cached(WRITE)?.execute(values).map(drop)
    }

    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        connection.prepare_cached(READ)?.query_row([], |row: &Row<'_>| {
            let boot_ms: i64 = row.get(1)?;
            let boot = row.get::<_, Option<Arc<str>>>(0)?;
            let boot = boot.map(|id| Boot { id, millis: u64::try_from(boot_ms).unwrap_or_default() });
            Ok(Self { boot, wall_ms: row.get(2)?, logical_ms: row.get(3)? })
        })
    }

    /// The clock, moved on by a new reading.
    fn after(&self, reading: Reading) -> Self {
        let wall_ms = whole(reading.wall.as_millis());
        let passed = match (&self.boot, &reading.boot) {
            // A machine that was restored from a snapshot steps back within its boot: time then goes on from there.
            (Some(before), Some(now)) if before.id == now.id => whole(now.millis.saturating_sub(before.millis)),
            _ => wall_ms.saturating_sub(self.wall_ms).max(0),
        };
        // Without a clock of the boot the highest wall time counts; else, what it shows at the end of the boot.
        let wall_ms = if reading.boot.is_some() { wall_ms } else { wall_ms.max(self.wall_ms) };
        Self { boot: reading.boot, wall_ms, logical_ms: self.logical_ms.saturating_add(passed) }
    }
}

fn whole(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;
    use std::sync::Arc;

    use rustix::time::{ClockId, clock_gettime};

    /// Which boot this is, if the system says so. Time namespaces have clocks of their own, so that one is named too.
    pub(super) fn boot() -> Option<Arc<str>> {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let namespace = fs::read_link("/proc/self/ns/time").unwrap_or_default();
        Some(format!("{} {}", boot.trim(), namespace.display()).into())
    }

    /// Milliseconds since the boot, sleep included.
    pub(super) fn millis() -> u64 {
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        seconds.saturating_mul(1000).saturating_add(u64::try_from(time.tv_nsec).unwrap_or_default() / 1_000_000)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::Arc;

    /// There is no clock of the boot that two processes could share.
    pub(super) fn boot() -> Option<Arc<str>> {
        None
    }

    /// Never asked for without a boot.
    pub(super) fn millis() -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn reading(boot: Option<(&str, u64)>, wall: i64) -> Reading {
        let boot = boot.map(|(id, millis)| Boot { id: id.into(), millis });
        Reading { boot, wall: Timestamp::from_millis(u64::try_from(wall).unwrap()) }
    }

    /// A boot and its milliseconds, the wall clock, and what has passed by then, in all.
    type Step = (Option<(&'static str, u64)>, i64, i64);

    fn check(name: &str, steps: &[Step]) {
        let start = 10 * HOUR;
        let first = steps[0];
        let mut clock = Logical { boot: reading(first.0, 0).boot, wall_ms: start + first.1, logical_ms: start };
        for (place, (boot, wall, passed)) in steps.iter().enumerate() {
            clock = clock.after(reading(*boot, start + wall));
            assert_eq!(clock.logical_ms - start, *passed, "{name}, step {place}");
        }
    }

    #[test]
    fn within_a_boot_the_wall_clock_does_not_matter() {
        let a = |millis| Some(("a", millis));
        check("both move", &[(a(5), 0, 0), (a(6), 1, 1), (a(1006), 1001, 1001)]);
        check("the wall is set forth", &[(a(5), 0, 0), (a(6), 5 * HOUR, 1), (a(7), 5 * HOUR + 1, 2)]);
        check("the wall is set back", &[(a(5), 0, 0), (a(6), -5 * HOUR, 1), (a(7), 5 * HOUR, 2)]);
        check("restored from a snapshot", &[(a(5000), 0, 0), (a(1000), 1, 0), (a(1001), 2, 1)]);
    }

    #[test]
    fn from_boot_to_boot_the_wall_clock_counts_but_never_back() {
        let (a, b) = (|millis| Some(("a", millis)), |millis| Some(("b", millis)));
        check("a reboot", &[(a(5000), 0, 0), (b(10), 700, 700), (b(20), 710, 710)]);
        check("a reboot into the past", &[(a(5000), 0, 0), (b(10), -HOUR, 0), (b(20), 0, 10)]);
        check("the wall set in between", &[(a(1), 0, 0), (a(2), HOUR, 1), (b(1), HOUR + 9, 10), (b(2), 0, 11)]);
    }

    #[test]
    fn without_a_boot_time_follows_the_highest_wall_time() {
        check("forth", &[(None, 0, 0), (None, 5, 5)]);
        check("back and forth", &[(None, 0, 0), (None, -HOUR, 0), (None, 0, 0), (None, 3, 3)]);
        check("a boot appears", &[(None, 0, 0), (Some(("a", 9)), 4, 4), (Some(("a", 10)), 99, 5)]);
    }

    #[test]
    fn the_system_reads_clocks_that_move() {
        let steady = Steady::system();
        let (first, second) = (steady.read(), steady.read());
        assert!(first.wall.as_millis() > 1_700_000_000_000);
        if cfg!(target_os = "linux") {
            let (first, second) = (first.boot.unwrap(), second.boot.unwrap());
            assert_eq!(first.id, second.id);
            assert!(first.millis > 0 && second.millis >= first.millis);
        }
    }
}
