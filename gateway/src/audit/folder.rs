//! The audit folder: whose it is, what its files are called, its key, and who is still writing.
//!
//! ```text
//! key                                              32 random bytes, made once: the key of every `args_digest`
//! 20261104T120301123Z-9f2c61d0a4b7.0001.jsonl      a writer's first file: start time, random id, part
//! 20261104T120301123Z-9f2c61d0a4b7.lock            locked for as long as that writer runs, gone when it stopped
//! ```

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::secret::{self, random_id};

use super::AuditError;

/// The bytes of the installation's key.
pub(super) type KeyBytes = Zeroizing<[u8; 32]>;

const KEY: &str = "key";

/// The name of a writer's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileName {
    /// The writer. It begins with the time of its start, so names sort by age.
    pub writer: String,
    /// Which of its files, from 1.
    pub part: u32,
}

impl FileName {
    /// Reads a name; `None` for what is no file of a writer.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (writer, part) = name.strip_suffix(".jsonl")?.rsplit_once('.')?;
        let name = Self { writer: writer.to_owned(), part: part.parse().ok()? };
        (is_writer(writer) && name.part > 0 && part.len() >= 4).then_some(name)
    }

    /// Where the file is.
    pub(super) fn in_dir(&self, dir: &Path) -> PathBuf {
        dir.join(self.to_string())
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}.jsonl", self.writer, self.part)
    }
}

/// Makes the folder if it is missing, and refuses one that is not ours alone to write.
pub(super) fn prepare(dir: &Path) -> Result<(), AuditError> {
    let unwritable = |cause| unwritable(dir, cause);
    match fs::metadata(dir) {
        Ok(found) if !found.is_dir() => return Err(AuditError::NotFolder(dir.to_owned())),
        Ok(found) => refuse_shared(dir, &found)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            private_folder().recursive(true).create(dir).map_err(unwritable)?;
        }
        Err(error) => return Err(unwritable(error)),
    }
    // The folder is tried by a file in it: what may be written shows only so, and on Unix the file shows who we are.
    let probe = dir.join(format!(".probe-{}", random_id::<8>()?));
    let file = create(&probe).map_err(unwritable)?;
    let owned = refuse_foreign(dir, &file);
    drop(file);
    fs::remove_file(&probe).map_err(unwritable)?;
    owned
}

/// The installation's key. It is made if it is missing.
pub(super) fn key(dir: &Path) -> Result<KeyBytes, AuditError> {
    if let Some(bytes) = read_key(dir)? {
        return Ok(bytes);
    }
    let unwritable = |cause| unwritable(dir, cause);
    install_key(dir, &Zeroizing::new(secret::random()?)).map_err(unwritable)?;
    let missing = || AuditError::Key { path: dir.join(KEY), wrong: "is gone as soon as it is made" };
    read_key(dir)?.ok_or_else(missing)
}

/// Puts a key in its place, whole or not at all, unless there is one already.
pub(super) fn install_key(dir: &Path, bytes: &KeyBytes) -> io::Result<()> {
    let place = dir.join(KEY);
    if place.exists() {
        return Ok(());
    }
    let draft = dir.join(format!(".key-{}", random_id::<8>().map_err(io::Error::other)?));
    let written = create(&draft).and_then(|mut file| file.write_all(&**bytes).and_then(|()| file.sync_all()));
    let placed = written.and_then(|()| match fs::hard_link(&draft, &place) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Not every file system has links.
        Err(_) if !place.exists() => fs::rename(&draft, &place),
        linked => linked,
    });
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => placed.and(Err(error)),
        _ => placed,
    }
}

fn read_key(dir: &Path) -> Result<Option<KeyBytes>, AuditError> {
    let path = dir.join(KEY);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(AuditError::unreadable(&path, error)),
    };
    if shows_to_others(&file).map_err(|error| AuditError::unreadable(&path, error))? {
        return Err(AuditError::Key { path, wrong: "can be read by others: run `chmod 600` on it" });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(64));
    let length = file.take(33).read_to_end(&mut bytes).map_err(|error| AuditError::unreadable(&path, error))?;
    let wrong = "is not 32 bytes long: bring it back from a backup, or move it away, and digests will no longer match \
                 those of before";
    let key: [u8; 32] =
        bytes.get(..length).unwrap_or_default().try_into().map_err(|_| AuditError::Key { path, wrong })?;
    Ok(Some(Zeroizing::new(key)))
}

/// The files of all writers, sorted by writer and part.
pub(super) fn files(dir: &Path) -> Result<Vec<FileName>, AuditError> {
    let mut files: Vec<FileName> = names(dir)?.iter().filter_map(|name| FileName::parse(name)).collect();
    files.sort();
    Ok(files)
}

/// The writers that have a lock file.
pub(super) fn locked(dir: &Path) -> Result<Vec<String>, AuditError> {
    let writer = |name: &String| name.strip_suffix(".lock").filter(|writer| is_writer(writer)).map(str::to_owned);
    Ok(names(dir)?.iter().filter_map(writer).collect())
}

/// Where a writer's lock file is.
pub(super) fn lock_path(dir: &Path, writer: &str) -> PathBuf {
    dir.join(format!("{writer}.lock"))
}

/// Makes a new file that only we can read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    private_file().write(true).create_new(true).open(path)
}

/// Opens a lock file and makes it if it is missing.
pub(super) fn open_lock(dir: &Path, writer: &str) -> io::Result<File> {
    private_file().write(true).create(true).truncate(false).open(lock_path(dir, writer))
}

/// Makes names in the folder durable, where a folder can be synced.
pub(super) fn sync(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// The error for a folder that does not take what is written.
pub(super) fn unwritable(dir: &Path, cause: io::Error) -> AuditError {
    AuditError::Unwritable { dir: dir.to_owned(), owner: owner(dir), cause: Arc::new(cause) }
}

fn names(dir: &Path) -> Result<Vec<String>, AuditError> {
    let listed = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default())).collect::<io::Result<Vec<_>>>()
    });
    let mut names = listed.map_err(|error| AuditError::unreadable(dir, error))?;
    names.sort();
    Ok(names)
}

fn is_writer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(unix)]
mod system {
    //! Who may do what, as Unix says it.

    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::Path;

    use super::AuditError;

    pub(super) fn private_folder() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    pub(super) fn private_file() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.mode(0o600);
        options
    }

    pub(super) fn owner(dir: &Path) -> Option<u32> {
        Some(dir.metadata().ok()?.uid())
    }

    pub(super) fn refuse_shared(dir: &Path, found: &Metadata) -> Result<(), AuditError> {
        let mode = found.mode() & 0o7777;
        if mode & 0o022 == 0 { Ok(()) } else { Err(AuditError::Shared { dir: dir.to_owned(), mode }) }
    }

    pub(super) fn refuse_foreign(dir: &Path, probe: &File) -> Result<(), AuditError> {
        let unreadable = |error| AuditError::unreadable(dir, error);
        let owner = dir.metadata().map_err(unreadable)?.uid();
        let me = probe.metadata().map_err(unreadable)?.uid();
        if owner == me { Ok(()) } else { Err(AuditError::Foreign { dir: dir.to_owned(), owner, me }) }
    }

    pub(super) fn shows_to_others(file: &File) -> io::Result<bool> {
        Ok(file.metadata()?.mode() & 0o077 != 0)
    }

    /// How long the open file is, if it is the one at `path`.
    pub(in super::super) fn len_at(file: &File, path: &Path) -> io::Result<Option<u64>> {
        let held = file.metadata()?;
        match path.symlink_metadata() {
            Ok(found) => Ok(((found.dev(), found.ino()) == (held.dev(), held.ino())).then_some(held.len())),
            Err(error) if gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn gone(error: &io::Error) -> bool {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    }
}

#[cfg(not(unix))]
mod system {
    //! Elsewhere a user's folders are private by inheritance, and an open file cannot be replaced.

    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    use super::AuditError;

    pub(super) fn private_folder() -> DirBuilder {
        DirBuilder::new()
    }

    pub(super) fn private_file() -> OpenOptions {
        OpenOptions::new()
    }

    pub(super) fn owner(_dir: &Path) -> Option<u32> {
        None
    }

    pub(super) fn refuse_shared(_dir: &Path, _found: &Metadata) -> Result<(), AuditError> {
        Ok(())
    }

    pub(super) fn refuse_foreign(_dir: &Path, _probe: &File) -> Result<(), AuditError> {
        Ok(())
    }

    pub(super) fn shows_to_others(_file: &File) -> io::Result<bool> {
        Ok(false)
    }

    /// How long the open file is, if there is one at `path`.
    pub(in super::super) fn len_at(file: &File, path: &Path) -> io::Result<Option<u64>> {
        if path.try_exists()? { file.metadata().map(|held| Some(held.len())) } else { Ok(None) }
    }
}

pub(super) use system::len_at;
use system::{owner, private_file, private_folder, refuse_foreign, refuse_shared, shows_to_others};
