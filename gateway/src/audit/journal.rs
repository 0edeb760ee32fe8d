//! The files of one writer: whole lines at the end of one chain, or nothing.
//!
//! [`Journal::append`] writes all of its entries or none: what a failed write left is cut off again, or stays behind in a
//! file that is never touched again while the chain goes on in the next. Every append looks anew whether its file is
//! where and as it was left, so nothing has to be restarted when a folder was moved, removed or full.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::secret::{Digest, Key, random_id};

use super::folder::{self, FileName, KeyBytes};
use super::line::{Chain, Entry, Members, Rfc3339};
use super::{AuditError, Config, Fsync, RecordId};

/// The longest name of a file in an entry, in bytes.
const NAME: usize = 256;
/// The bounds of [`Config::file_size`].
const SIZES: (u64, u64) = (4 << 10, 1 << 30);

/// One writer's place in the record.
pub(super) struct Journal {
    dir: PathBuf,
    fsync: Fsync,
    file_size: u64,
    key: KeyBytes,
    writer: Arc<str>,
    short: Arc<str>,
    chain: Chain,
    page: Page,
    lock: File,
}

/// The file that is written at present.
struct Page {
    file: File,
    path: PathBuf,
    name: FileName,
    /// What of it is in the chain. Nothing else may stay in it.
    len: u64,
    /// Whether more may be written to it.
    sound: bool,
    /// Its first line.
    opening: Entry,
}

impl Journal {
    /// Begins a new writer in the folder of `config`.
    pub(super) fn open(config: &Config) -> Result<Self, AuditError> {
        let dir = std::path::absolute(&config.dir).map_err(|error| AuditError::unreadable(&config.dir, error))?;
        folder::prepare(&dir)?;
        let key = folder::key(&dir)?;
        let before = folder::files(&dir)?.pop();
        let now = Timestamp::now();
        let mut short = Digest::of(random_id::<16>()?.as_bytes()).to_string();
        short.truncate(12);
        let start: String = Rfc3339(now).to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        let writer = format!("{start}-{short}");
        let opening = of_start(now, before);
        let unwritable = |cause| folder::unwritable(&config.dir, cause);
        let lock = hold(&dir, &writer).map_err(unwritable)?;
        let name = FileName { writer: writer.clone(), part: 1 };
        let opened = Page::create(&dir, name, opening).map_err(unwritable).and_then(|page| {
            let (writer, short): (Arc<str>, Arc<str>) = (writer.as_str().into(), short.into());
            let chain = Chain::new(Arc::clone(&writer), Arc::clone(&short));
            let file_size = config.file_size.clamp(SIZES.0, SIZES.1);
            let mut journal =
                Self { dir: dir.clone(), fsync: config.fsync, file_size, key, writer, short, chain, page, lock };
            let synced = if journal.fsync == Fsync::Always { folder::sync(&journal.dir) } else { Ok(()) };
            match synced.and_then(|()| journal.append(&[])) {
                Ok(_) => Ok(journal),
                Err(error) => {
                    let _left = fs::remove_file(&journal.page.path);
                    Err(unwritable(error))
                }
            }
        });
        if opened.is_err() {
            let _left = fs::remove_file(folder::lock_path(&dir, &writer));
        }
        opened
    }

    /// The folder, as an absolute path.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The writer, as its entries and files name it.
    pub(super) fn writer(&self) -> &str {
        &self.writer
    }

    /// What the ids of its decisions begin with.
    pub(super) fn short(&self) -> Arc<str> {
        Arc::clone(&self.short)
    }

    /// The installation's key.
    pub(super) fn key(&self) -> Key {
        Key::from_bytes(&self.key)
    }

    /// The id of the decision in line `seq`.
    pub(super) fn record(&self, seq: u64) -> RecordId {
        self.chain.record(seq)
    }

    /// Writes all of the entries, or none of them. Returns the number of the first one's line.
    pub(super) fn append(&mut self, entries: &[&Entry]) -> io::Result<u64> {
        if !self.stands()? {
            self.turn()?;
        }
        match self.write(entries) {
            // The system's limit to the size of a file is met before ours: like ours, it is one for each file.
            Err(error) if error.kind() == ErrorKind::FileTooLarge && self.page.len > 0 => {
                self.turn()?;
                self.write(entries)
            }
            written => written,
        }
    }

    /// Writes all of the entries to the present file, or none of them.
    fn write(&mut self, entries: &[&Entry]) -> io::Result<u64> {
        let mut chain = self.chain.clone();
        let mut lines = Vec::with_capacity(512 * (entries.len() + 1));
        if self.page.len == 0 {
            chain.push(&self.page.opening, &mut lines);
        }
        let first = chain.seq();
        for entry in entries {
            chain.push(entry, &mut lines);
        }
        self.page.write(&lines, self.fsync)?;
        self.chain = chain;
        Ok(first)
    }

    /// Says that this writer stops, and lets go of its lock.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.append(&[&Entry::new(Timestamp::now(), "stop", Members::default())])?;
        drop(self.lock);
        fs::remove_file(folder::lock_path(&self.dir, &self.writer))
    }

    /// Whether the next lines may go to the present file: it is where it was, nobody else has touched it, the last
    /// write left nothing behind, and it is not full.
    fn stands(&self) -> io::Result<bool> {
        let Page { file, path, len, sound, .. } = &self.page;
        let in_place = folder::len_at(file, path)? == Some(*len);
        Ok(in_place && (*len == 0 || (*sound && *len < self.file_size)))
    }

    /// Goes on in a new file. The folder, the key and the lock may have gone with the old one. A file that holds no line
    /// is replaced, so that failures leave no trail of empty files.
    fn turn(&mut self) -> io::Result<()> {
        folder::prepare(&self.dir).map_err(io::Error::other)?;
        folder::install_key(&self.dir, &self.key)?;
        if folder::len_at(&self.lock, &folder::lock_path(&self.dir, &self.writer))?.is_none() {
            self.lock = hold(&self.dir, &self.writer)?;
        }
        let Page { name, path, len, opening, .. } = &self.page;
        let (part, opening) = if *len == 0 {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => (name.part, opening.clone()),
            }
        } else {
            (name.part + 1, of_rotation(&name.to_string(), *len))
        };
        let name = FileName { writer: name.writer.clone(), part };
        self.page = Page::create(&self.dir, name, opening)?;
        if self.fsync == Fsync::Always {
            folder::sync(&self.dir)?;
        }
        Ok(())
    }
}

impl Page {
    fn create(dir: &Path, name: FileName, opening: Entry) -> io::Result<Self> {
        let path = name.in_dir(dir);
        let file = folder::create(&path)?;
        Ok(Self { file, path, name, len: 0, sound: true, opening })
    }

    /// Writes whole lines, or cuts off again what came of them. After a failure other than a full disk the file is left
    /// alone: after a failed sync nobody knows what of it is on the disk.
    fn write(&mut self, lines: &[u8], fsync: Fsync) -> io::Result<()> {
        let written = self.file.write_all(lines).and_then(|()| match fsync {
            Fsync::Always => self.file.sync_data(),
            Fsync::Never => Ok(()),
        });
        let Err(error) = written else {
            self.len += lines.len() as u64;
            return Ok(());
        };
        let cut = self.file.set_len(self.len).and_then(|()| self.file.seek(SeekFrom::Start(self.len)));
        self.sound = cut.is_ok() && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        Err(error)
    }
}

/// Takes the lock that tells others that this writer runs.
fn hold(dir: &Path, writer: &str) -> io::Result<File> {
    let lock = folder::open_lock(dir, writer)?;
    match lock.lock() {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            tracing::warn!("the audit folder's file system has no locks: what a killed writer leaves is not repaired");
            Ok(lock)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(lock),
    }
}

fn of_start(now: Timestamp, before: Option<FileName>) -> Entry {
    let mut members = Members::default();
    members.text("version", env!("CARGO_PKG_VERSION"), NAME).number("pid", std::process::id());
    members.maybe_text("before", before.map(|name| name.to_string()).as_deref(), NAME);
    Entry::new(now, "start", members)
}

fn of_rotation(file: &str, size: u64) -> Entry {
    let mut members = Members::default();
    members.text("file", file, NAME).number("size", size);
    Entry::new(Timestamp::now(), "rotate", members)
}

#[cfg(test)]
mod tests;
