//! What killed writers left behind: a torn last line is cut off, and the record says so.
//!
//! A writer whose lock is free no longer runs. The cut is written into our own chain before it is made, so that a chain
//! has one writer only, and a repair that is itself cut short is simply made again. The entry also seals how long the
//! dead writer's file is, so that nothing can be taken off it later.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::clock::Timestamp;

use super::AuditError;
use super::folder::{self, FileName};
use super::journal::Journal;
use super::line::{self, Entry, LONGEST, Members};

/// How many writers are looked at in one start; the others wait for the next.
const WRITERS: usize = 1000;
/// The longest name of a file in an entry, in bytes.
const NAME: usize = 256;

/// A file of a writer that was killed, brought into order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The file.
    pub file: PathBuf,
    /// How many bytes of a torn last line were cut off; 0 if the last line was whole.
    pub cut: u64,
    /// How many bytes remain.
    pub kept: u64,
}

/// How a file ends.
pub(super) struct End {
    /// The bytes up to the end of the last whole line.
    pub whole: u64,
    /// The bytes after it.
    pub torn: u64,
    /// The last whole line, without its newline; empty if there is none, or if it is too long.
    pub last: Vec<u8>,
}

/// Brings the files of earlier writers that no longer run into order.
pub(super) fn earlier(journal: &mut Journal) -> Result<Vec<Repair>, AuditError> {
    let dir = journal.dir().to_owned();
    let mut newest: Vec<(String, Option<FileName>)> = Vec::new();
    for name in folder::files(&dir)? {
        match newest.last_mut() {
            Some((writer, newest)) if *writer == name.writer => *newest = Some(name),
            _ => newest.push((name.writer.clone(), Some(name))),
        }
    }
    let locked = folder::locked(&dir)?;
    let lone = locked.iter().filter(|writer| newest.binary_search_by(|(known, _)| known.cmp(writer)).is_err());
    let lone: Vec<_> = lone.map(|writer| (writer.clone(), None)).collect();
    newest.extend(lone);
    newest.retain(|(writer, name)| {
        let locked = locked.binary_search(writer).is_ok();
        writer != journal.writer() && (locked || name.as_ref().is_some_and(|name| is_torn(&dir, name)))
    });
    let mut repairs = Vec::new();
    for (writer, name) in newest.into_iter().take(WRITERS) {
        match one(journal, &dir, &writer, name.as_ref()) {
            Ok(repair) => repairs.extend(repair),
            Err(error) => tracing::warn!(%error, writer, "an earlier writer's audit file could not be repaired"),
        }
    }
    Ok(repairs)
}

/// Repairs one writer's newest file, if that writer no longer runs.
fn one(journal: &mut Journal, dir: &Path, writer: &str, name: Option<&FileName>) -> io::Result<Option<Repair>> {
    let lock = folder::open_lock(dir, writer)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let mut repair = None;
    if let Some(name) = name {
        let path = name.in_dir(dir);
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        let end = end(&file)?;
        if end.torn > 0 || !says_stop(&end.last) {
            let mut members = Members::default();
            members.text("file", &name.to_string(), NAME).number("size", end.whole).number("cut", end.torn);
            journal.append(&[&Entry::new(Timestamp::now(), "repair", members)])?;
            if end.torn > 0 {
                file.set_len(end.whole)?;
                file.sync_all()?;
            }
            repair = Some(Repair { file: path, cut: end.torn, kept: end.whole });
        }
    }
    drop(lock);
    std::fs::remove_file(folder::lock_path(dir, writer))?;
    Ok(repair)
}

/// Finds the end of the last whole line, from behind.
pub(super) fn end(mut file: &File) -> io::Result<End> {
    const STEP: u64 = 8 << 10;
    let length = file.metadata()?.len();
    let mut whole = length;
    while whole > 0 {
        let start = whole.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        let mut step = Vec::new();
        file.take(whole - start).read_to_end(&mut step)?;
        match step.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => {
                whole = start + newline as u64 + 1;
                break;
            }
            None => whole = start,
        }
    }
    let start = whole.saturating_sub(LONGEST as u64 + 2);
    file.seek(SeekFrom::Start(start))?;
    let mut last = Vec::new();
    file.take((whole - start).saturating_sub(1)).read_to_end(&mut last)?;
    let last = match last.iter().rposition(|byte| *byte == b'\n') {
        Some(newline) => last.split_off(newline + 1),
        None if start == 0 => last,
        None => Vec::new(),
    };
    Ok(End { whole, torn: length - whole, last })
}

/// Whether a writer said in this line that it stops.
pub(super) fn says_stop(line: &[u8]) -> bool {
    line::read(line).is_ok_and(|entry| entry.text("kind") == Some("stop"))
}

/// Whether the file does not end with a whole line. What cannot be read is not for us to repair.
fn is_torn(dir: &Path, name: &FileName) -> bool {
    let last_byte = || -> io::Result<u8> {
        let mut file = File::open(name.in_dir(dir))?;
        let mut byte = [b'\n'];
        if file.metadata()?.len() > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut byte)?;
        }
        let [byte] = byte;
        Ok(byte)
    };
    last_byte().is_ok_and(|byte| byte != b'\n')
}
