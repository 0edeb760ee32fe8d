//! The file: who may read it, which version it has, and whether it is whole.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::clock::Stopwatch;

use super::schema::{self, APPLICATION, VERSION};
use super::time::Logical;
use super::{Steady, StoreError};

/// What stands for the path of a database in memory.
pub(super) const MEMORY: &str = "(in memory)";

/// How long opening waits for other processes that open the same file.
const OPENING: Duration = Duration::from_secs(5);

/// What a file holds.
#[derive(PartialEq, Eq)]
enum Found {
    Nothing,
    Counters,
}

/// Why a file is not taken.
enum Unfit {
    Foreign,
    Newer(i64),
    Torn,
    Broken(rusqlite::Error),
}

/// Opens the file, making it if need be.
pub(super) fn open(path: &Path, steady: &Steady) -> Result<Connection, StoreError> {
    let unusable = |source| StoreError::Unusable { path: path.to_owned(), source };
    private::prepare(path).map_err(|error| unusable(Arc::new(error)))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| StoreError::of(path, error))?;
    ready(&mut connection, steady).map_err(|unfit| match unfit {
        Unfit::Foreign => StoreError::Foreign(path.to_owned()),
        Unfit::Newer(found) => StoreError::Newer { path: path.to_owned(), found, known: VERSION },
        Unfit::Torn => StoreError::Damaged(path.to_owned()),
        Unfit::Broken(error) => StoreError::of(path, error),
    })?;
    Ok(connection)
}

/// Opens a file that is open already a second time, for looks.
pub(super) fn open_to_look(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(OPENING)?;
        // A connection that may only read could not take part in the log that readers and writers share.
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")?;
        Ok(connection)
    };
    open().map_err(|error| StoreError::of(path, error))
}

/// A database in memory.
pub(super) fn in_memory(steady: &Steady) -> Result<Connection, StoreError> {
    let path = Path::new(MEMORY);
    let mut connection = Connection::open_in_memory().map_err(|error| StoreError::of(path, error))?;
    make(&mut connection, steady).map_err(|error| StoreError::of(path, error))?;
    Ok(connection)
}

/// Checks that the file is ours and whole, sets it up, and makes the tables if there are none.
fn ready(connection: &mut Connection, steady: &Steady) -> Result<(), Unfit> {
    connection.busy_timeout(OPENING)?;
    let found = recognise(connection)?;
    write_ahead(connection)?;
    if found == Found::Nothing {
        make(connection, steady)?;
        // Another process may have been first, and of another version.
        recognise(connection)?;
    }
    // What a kill of the process leaves behind survives; a power cut may take the last few charges with it.
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;")?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Unfit::Torn);
    }
    // It fails here, and not at the first call, where the file may be read but not written.
    upgrade(connection)?;
    Ok(())
}

/// What the file holds, if it is ours or nobody's.
fn recognise(connection: &mut Connection) -> Result<Found, Unfit> {
    let transaction = connection.transaction()?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (schema::signature(&transaction)?, tables) {
        ((0, 0), 0) => Ok(Found::Nothing),
        ((APPLICATION, 1..=VERSION), _) => Ok(Found::Counters),
        ((APPLICATION, found), _) if found > VERSION => Err(Unfit::Newer(found)),
        _ => Err(Unfit::Foreign),
    }
}

/// Turns the write-ahead log on. SQLite does not wait for another process that does the same, so this does.
fn write_ahead(connection: &mut Connection) -> Result<(), Unfit> {
    let since = Stopwatch::start();
    loop {
        let turned = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
        match turned {
            Err(error) if busy(&error) && since.elapsed() < OPENING => {
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?.rollback()?;
            }
            turned => return Ok(turned?),
        }
    }
}

/// Makes the tables, unless another process was first.
fn make(connection: &mut Connection, steady: &Steady) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (_, version) = schema::signature(&transaction)?;
    if version == 0 {
        schema::make(&transaction)?;
        Logical::begin(steady).write(&transaction)?;
    }
    transaction.commit()
}

/// Brings the tables of an earlier version up to this one, unless another process was first. A doorward of that version
/// that still runs can then count no more, and so lets nothing pass that has a limit.
fn upgrade(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (_, version) = schema::signature(&transaction)?;
    if version < VERSION {
        schema::upgrade(&transaction)?;
    }
    transaction.commit()
}

fn busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}

#[cfg(unix)]
mod private {
    use std::fs::{self, DirBuilder, OpenOptions, Permissions};
    use std::io::{self, ErrorKind};
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
    use std::path::Path;

    /// Makes the folder and an empty file for this user alone, and takes from others what rights they have to a file
    /// that is there. SQLite gives the files beside it the same rights.
    ///
    /// A file that is there is not opened: closing it would end the locks that this process has on it.
    pub(super) fn prepare(path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(drop),
        }
        if fs::metadata(path)?.permissions().mode() & 0o077 == 0 {
            return Ok(());
        }
        fs::set_permissions(path, Permissions::from_mode(0o600))
    }
}

#[cfg(not(unix))]
mod private {
    use std::path::Path;
    use std::{fs, io};

    /// Makes the folder; what a user's own folders inherit is for that user alone.
    pub(super) fn prepare(path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), fs::create_dir_all)
    }
}
