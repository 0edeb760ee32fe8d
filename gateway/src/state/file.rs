//! The file: who may read it, which version it has, and whether it is whole.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::clock::Stopwatch;

use super::time::Logical;
use super::{Steady, StoreError};

/// What stands for the path of a database in memory.
pub(super) const MEMORY: &str = "(in memory)";

/// How long opening waits for other processes that open the same file.
const OPENING: Duration = Duration::from_secs(5);

/// "Door" in ASCII, where `file` and others look for whose database it is.
const APPLICATION: i64 = 0x446f_6f72;

/// The version of the schema.
const VERSION: i64 = 1;

/// `counter.used` is always the sum of the costs of the counter's entries.
const SCHEMA: &str = "
CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boot TEXT,
    boot_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    logical_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE counter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    window_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    newest_ms INTEGER NOT NULL,
    UNIQUE (name, scope, window_ms)
) STRICT;
CREATE TABLE entry (
    counter INTEGER NOT NULL REFERENCES counter (id),
    at_ms INTEGER NOT NULL,
    call TEXT NOT NULL,
    cost INTEGER NOT NULL CHECK (cost > 0),
    PRIMARY KEY (counter, at_ms, call)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_of_call ON entry (counter, call);
INSERT INTO clock (one, boot_ms, wall_ms, logical_ms) VALUES (1, 0, 0, 0);
";

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
    let version = recognise(connection)?;
    write_ahead(connection)?;
    if version == 0 {
        make(connection, steady)?;
        // Another process may have been first, and it may be newer.
        recognise(connection)?;
    }
    // What a kill of the process leaves behind survives; a power cut may take the last few charges with it.
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;")?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Unfit::Torn);
    }
    // Fails here, and not at the first call, where the file may be read but not written.
    connection.transaction_with_behavior(TransactionBehavior::Immediate)?.commit()?;
    Ok(())
}

/// The version of the schema, 0 if the file is empty.
fn recognise(connection: &mut Connection) -> Result<i64, Unfit> {
    let transaction = connection.transaction()?;
    let pragma = |name: &str| transaction.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    match (application, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION, VERSION, _) => Ok(VERSION),
        (APPLICATION, found, _) if found > VERSION => Err(Unfit::Newer(found)),
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
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(SCHEMA)?;
        Logical::begin(steady).write(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
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
