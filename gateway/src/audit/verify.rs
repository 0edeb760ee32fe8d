//! Whether the record is as it was written: every line whole, in its place, and none missing.
//!
//! A chain shows what was changed, taken out or moved within it. How it ends shows whether something was taken off the
//! end: with `stop`, with the `repair` entry of a later writer that sealed its length, or with a writer that still runs.
//! The chain has no secret: to hold the record against somebody who may write to the folder and makes a whole chain
//! anew, keep the heads of this report somewhere else.

mod walk;

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::json::Object;
use crate::secret::Digest;

use super::AuditError;
use super::folder::{self, FileName};
use super::line::{self, LONGEST};

use walk::Walk;

/// How many problems of one file are listed.
const LISTED: usize = 100;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The files, sorted by writer and part.
    pub files: Vec<FileReport>,
    /// Files that were there when a later writer started and are gone now, as old files are once they are put away.
    pub gone: Vec<String>,
}

/// What was found in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Who wrote it.
    pub writer: String,
    /// How many lines it has.
    pub lines: u64,
    /// The time of the first sound line.
    pub first: Option<String>,
    /// The time of the last sound line.
    pub last: Option<String>,
    /// How it ends.
    pub ending: Ending,
    /// The digest of the last line, if it is sound.
    pub head: Option<Digest>,
    /// What is wrong, at most the first 100.
    pub problems: Vec<Finding>,
    /// How many problems more there are.
    pub more: u64,
}

/// How a file ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// The writer said that it stops.
    Stopped,
    /// The writer still runs.
    Running,
    /// The writer went on in another file.
    Rotated,
    /// The writer was killed, and a later one sealed the file.
    Sealed,
    /// The writer was killed, and no other one has started since.
    Killed,
    /// Nobody knows.
    #[default]
    Open,
}

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, counted from 1; `None` if it is about the file.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A line is not as it was written.
    Changed,
    /// A line is no JSON object.
    NotJson,
    /// A line is longer than any that is written.
    TooLong,
    /// A line of another writer.
    Strange,
    /// Lines are missing, moved or doubled.
    Gap {
        /// The number that was due.
        due: u64,
        /// The number that is there.
        found: Option<u64>,
    },
    /// The line before is not the one that was there when this one was written.
    Broken,
    /// The last line is not whole.
    Torn {
        /// How much of it there is.
        bytes: u64,
    },
    /// A file of this writer, before this one, is missing.
    Missing {
        /// Its name.
        file: String,
    },
    /// The file is not as long as when a later writer sealed it.
    Resized {
        /// How long it was then.
        sealed: u64,
        /// How long it is.
        found: u64,
    },
    /// The writer neither stopped nor runs, and nobody sealed the file: lines may have been taken off its end.
    Unended,
}

/// Checks the whole folder.
pub fn verify(dir: &Path) -> Result<Report, AuditError> {
    let names = folder::files(dir)?;
    let mut walk = Walk::new(&names);
    let mut files = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let next = names.get(place + 1).filter(|next| next.writer == name.writer);
        // The first line of the next file says where the chain left this one.
        let left = next.filter(|next| next.part == name.part + 1).and_then(|next| opening(dir, next));
        let left = left.and_then(|opening| opening.get("size")?.as_u64());
        let running = next.is_none() && is_running(dir, &name.writer);
        let mut report = FileReport::new(name);
        let path = name.in_dir(dir);
        let walked = File::open(&path).and_then(|file| walk.file(name, file, left, &mut report));
        let torn = walked.map_err(|error| AuditError::unreadable(&path, error))?;
        report.ending = match next {
            Some(_) => Ending::Rotated,
            None if running => Ending::Running,
            None => walk.ending(),
        };
        // Of a writer that runs, the last line may be on its way.
        if torn > 0 && !running {
            report.find(None, Problem::Torn { bytes: torn });
        }
        files.push(report);
    }
    for (report, name) in files.iter_mut().zip(&names) {
        judge_end(dir, report, walk.sealed(name))?;
    }
    Ok(Report { files, gone: walk.gone() })
}

impl Report {
    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.files.iter().all(|file| file.problems.is_empty())
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.files.iter().map(|file| file.lines).sum()
    }
}

impl FileReport {
    fn new(name: &FileName) -> Self {
        let (file, writer, ending) = (name.to_string(), name.writer.clone(), Ending::Open);
        let (first, last, head, problems) = (None, None, None, Vec::new());
        Self { file, writer, lines: 0, first, last, ending, head, problems, more: 0 }
    }

    fn find(&mut self, line: Option<u64>, problem: Problem) {
        if self.problems.len() < LISTED {
            self.problems.push(Finding { line, problem });
        } else {
            self.more += 1;
        }
    }
}

/// Judges the end of a writer's last file.
fn judge_end(dir: &Path, report: &mut FileReport, sealed: Option<u64>) -> Result<(), AuditError> {
    if matches!(report.ending, Ending::Rotated | Ending::Running) {
        return Ok(());
    }
    if let Some(sealed) = sealed {
        let path = dir.join(&report.file);
        let found = path.metadata().map_err(|error| AuditError::unreadable(&path, error))?.len();
        let torn = report.problems.iter().any(|finding| matches!(finding.problem, Problem::Torn { .. }));
        if sealed != found && !torn {
            report.find(None, Problem::Resized { sealed, found });
        }
        report.ending = Ending::Sealed;
    }
    if report.ending == Ending::Open {
        if folder::lock_path(dir, &report.writer).exists() {
            report.ending = Ending::Killed;
        } else {
            report.find(None, Problem::Unended);
        }
    }
    Ok(())
}

/// The first line of a file, if it is sound.
fn opening(dir: &Path, name: &FileName) -> Option<Object> {
    let file = File::open(name.in_dir(dir)).ok()?;
    let mut line = Vec::new();
    BufReader::new(file.take(LONGEST as u64 + 1)).read_until(b'\n', &mut line).ok()?;
    line::read(line.strip_suffix(b"\n")?).ok()
}

/// Whether somebody holds the writer's lock.
fn is_running(dir: &Path, writer: &str) -> bool {
    let Ok(lock) = File::open(folder::lock_path(dir, writer)) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("is not as it was written"),
            Self::NotJson => f.write_str("is no JSON object"),
            Self::TooLong => write!(f, "is longer than {LONGEST} bytes"),
            Self::Strange => f.write_str("was not written by this writer"),
            Self::Gap { due, found: Some(found) } => {
                write!(f, "has the number {found} where {due} is due: lines are missing, moved or doubled")
            }
            Self::Gap { due, found: None } => write!(f, "has no number where {due} is due"),
            Self::Broken => f.write_str("does not follow the line before it: that one was changed"),
            Self::Torn { bytes } => write!(f, "the last line is torn: {bytes} bytes without a newline"),
            Self::Missing { file } => write!(f, "`{file}` comes before it and is missing"),
            Self::Resized { sealed, found } => {
                write!(f, "is {found} bytes long, and was {sealed} when a later writer sealed it")
            }
            Self::Unended => {
                f.write_str("ends without a `stop` and was sealed by nobody: lines may be missing at its end")
            }
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopped => "stopped",
            Self::Running => "running",
            Self::Rotated => "rotated",
            Self::Sealed => "sealed",
            Self::Killed => "killed",
            Self::Open => "open",
        })
    }
}
