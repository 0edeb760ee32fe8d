//! The record of every decision: append-only JSON Lines, one chain of hashes for each writer (process).
//!
//! A decision is durable when [`Audit::decide`] returns: it is with the kernel and survives `kill -9` of this process,
//! and with [`Fsync::Always`] a loss of power as well. What cannot be recorded is an error, and the gate then lets
//! nothing pass; the next decision tries again by itself. Of arguments the record has a digest under the installation's
//! key, and themselves only where a decision brings them along to be kept. This room knows neither how decisions are made
//! nor who reads the record.

mod entry;
mod flood;
mod folder;
mod inbox;
mod journal;
mod line;
mod repair;
mod tail;
mod verify;
mod writer;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::clock::{Stopwatch, Timestamp};
use crate::secret::{Key, NoRandomness};

use flood::{Cap, Refusals};
use inbox::Outbox;
use journal::Journal;
use line::Entry;
use writer::{Order, Writer};

pub use entry::{Completion, Decision, Fact, Note, Outcome, Review};
pub use repair::Repair;
pub use tail::{Line, tail};
pub use verify::{Ending, FileReport, Finding, Problem, Report, verify};

/// How many entries may wait for the disk. Whoever comes then waits for a place, at most [`Config::wait`].
const QUEUE: usize = 1024;

/// Where and how the record is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder. It is made if it is missing; it must belong to the user, and nobody else may write to it.
    pub dir: PathBuf,
    /// What durable means.
    pub fsync: Fsync,
    /// A file that has reached so many bytes is followed by another. From 4 KiB to 1 GiB.
    pub file_size: u64,
    /// How long a decision may wait to become durable before it is given up, and the call refused.
    pub wait: Duration,
    /// How many refusals a second are recorded one by one, for each caller and rule; a caller has five times as many
    /// over all rules. What is above is counted, and the count recorded.
    pub refusals_per_second: u32,
    /// How many refusals may come at once before they are counted instead.
    pub refusal_burst: u32,
    /// How often counts of refusals are recorded.
    pub summary_every: Duration,
}

/// What durable means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fsync {
    /// With the kernel: survives the end of this process, however it ends.
    Never,
    /// On the disk: survives a loss of power.
    Always,
}

/// The record, open for writing.
pub struct Audit {
    writer: String,
    wait: Duration,
    key: Key,
    places: Arc<Semaphore>,
    orders: Outbox,
    refusals: Arc<Mutex<Refusals>>,
    fault: Arc<Mutex<Option<Arc<io::Error>>>>,
    since: Stopwatch,
}

/// Names one decision: short, unique, printable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(Arc<str>);

/// Why there is no record.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// There is something else under that name.
    #[error("`{}` is not a folder: name another one in `audit.dir`, or move it out of the way", .0.display())]
    NotFolder(PathBuf),
    /// The folder belongs to somebody else (Unix).
    #[error(
        "the audit folder `{}` belongs to user {owner}, and this is user {me}: \
         name a folder of your own in `audit.dir`, or a new one inside it", .dir.display()
    )]
    Foreign {
        /// The folder.
        dir: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who asks.
        me: u32,
    },
    /// Other users may write to the folder (Unix).
    #[error("others may write to the audit folder `{}` (mode {mode:04o}): run `chmod go-w` on it", .dir.display())]
    Shared {
        /// The folder.
        dir: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The folder cannot be written to.
    #[error(
        "the audit folder `{}` cannot be written to{}: {cause}; make it writable, or name another one in `audit.dir`",
        .dir.display(), owned_by(*.owner)
    )]
    Unwritable {
        /// The folder.
        dir: PathBuf,
        /// Whose it is, where that is known.
        owner: Option<u32>,
        /// What the system says.
        cause: Arc<io::Error>,
    },
    /// A file or folder cannot be read.
    #[error("`{}` cannot be read: {cause}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: Arc<io::Error>,
    },
    /// The installation's key is not as it was made.
    #[error("the key `{}` {wrong}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        wrong: &'static str,
    },
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// An entry could not be written.
    #[error("the decision cannot be recorded: {0}")]
    Unrecorded(Arc<io::Error>),
    /// An entry was not durable in time.
    #[error("the decision was not recorded within {} ms", .0.as_millis())]
    Slow(Duration),
    /// The record was closed before.
    #[error("the record is closed")]
    Closed,
}

impl Config {
    /// The defaults: files of 64 MiB, no fsync, 5 s, and 20 refusals a second after a burst of 100.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            fsync: Fsync::Never,
            file_size: 64 << 20,
            wait: Duration::from_secs(5),
            refusals_per_second: 20,
            refusal_burst: 100,
            summary_every: Duration::from_secs(10),
        }
    }
}

impl Audit {
    /// Opens the record for a new writer and brings what earlier writers left behind into order.
    ///
    /// Blocks for as long as the folder needs. What was repaired is recorded and returned.
    pub fn open(config: &Config) -> Result<(Self, Vec<Repair>), AuditError> {
        let mut journal = Journal::open(config)?;
        let repairs = repair::earlier(&mut journal)?;
        let cap = Cap { per_second: config.refusals_per_second, burst: config.refusal_burst };
        let refusals = Arc::new(Mutex::new(Refusals::new(journal.short(), cap)));
        let fault = Arc::new(Mutex::new(None));
        let (orders, inbox) = inbox::queue();
        let since = Stopwatch::start();
        let audit = Self {
            writer: journal.writer().to_owned(),
            wait: config.wait,
            key: journal.key(),
            places: Arc::new(Semaphore::new(QUEUE)),
            orders,
            refusals: Arc::clone(&refusals),
            fault: Arc::clone(&fault),
            since,
        };
        let writer = Writer::new(journal, inbox, refusals, fault, since, config.summary_every);
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || writer.run())
            .map_err(|cause| AuditError::Unrecorded(Arc::new(cause)))?;
        Ok((audit, repairs))
    }

    /// This process, as its entries and files name it.
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Why decisions cannot be recorded at present, if that is so.
    pub fn fault(&self) -> Option<Arc<io::Error>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records a decision and returns when it is durable.
    ///
    /// A refusal above the cap is counted instead, and its id is that of the `refusals` entry that will hold the count.
    /// If the future is dropped before it ends, or gives up with [`AuditError::Slow`], the decision may be in the record
    /// or not; without a completion it says that nothing is known to have been sent.
    pub async fn decide(&self, decision: &Decision<'_>) -> Result<RecordId, AuditError> {
        if let Some(counted) = self.count(decision) {
            return Ok(counted);
        }
        let entry = entry::of_decision(&self.key, decision);
        let work = async {
            let place = self.place().await?;
            let (answer, answered) = oneshot::channel();
            self.order(Order::Decide { entry, answer, place })?;
            answered.await.unwrap_or(Err(AuditError::Closed))
        };
        timeout(self.wait, work).await.unwrap_or(Err(AuditError::Slow(self.wait)))
    }

    /// Records what became of a decision. Returns when the entry is queued, not when it is durable: if the disk fails,
    /// it is kept, up to a bound, and written when the disk is well again.
    pub async fn complete(&self, record: &RecordId, completion: &Completion<'_>) -> Result<(), AuditError> {
        self.keep(entry::of_completion(record, completion)).await
    }

    /// Records something that is no decision. Returns when the entry is queued.
    pub async fn note(&self, time: Timestamp, note: &Note<'_>) -> Result<(), AuditError> {
        self.keep(entry::of_note(time, note)).await
    }

    /// Writes what is waiting, says in the record that this writer stops, and lets go of the files.
    pub async fn close(&self) -> Result<(), AuditError> {
        let (answer, answered) = oneshot::channel();
        self.order(Order::Close { answer })?;
        match timeout(self.wait, answered).await {
            Ok(closed) => closed.unwrap_or(Err(AuditError::Closed)),
            Err(_) => Err(AuditError::Slow(self.wait)),
        }
    }

    async fn keep(&self, entry: Entry) -> Result<(), AuditError> {
        let work = async {
            let place = self.place().await?;
            self.order(Order::Keep { entry, place })
        };
        timeout(self.wait, work).await.unwrap_or(Err(AuditError::Slow(self.wait)))
    }

    /// The id of the count into which a refusal goes, if its caller has had too many.
    fn count(&self, decision: &Decision<'_>) -> Option<RecordId> {
        let Outcome::Refuse(refusal) = decision.outcome else { return None };
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.count(decision.caller, decision.server, refusal, decision.time, self.since.elapsed())
    }

    async fn place(&self) -> Result<tokio::sync::OwnedSemaphorePermit, AuditError> {
        Arc::clone(&self.places).acquire_owned().await.map_err(|_| AuditError::Closed)
    }

    fn order(&self, order: Order) -> Result<(), AuditError> {
        self.orders.put(order).map_err(|_| AuditError::Closed)
    }
}

impl AuditError {
    fn unreadable(path: &Path, cause: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), cause: Arc::new(cause) }
    }
}

impl RecordId {
    /// The id as it stands in the record.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn owned_by(owner: Option<u32>) -> String {
    owner.map_or_else(String::new, |owner| format!(", which belongs to user {owner}"))
}

#[cfg(test)]
mod tests;
