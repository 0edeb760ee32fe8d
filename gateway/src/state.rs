//! What outlives a call: the counters behind limits, in one SQLite file that all processes of a user share.
//!
//! All counting is exact, in whole millionths, and all limits of a call are charged together or not at all. The room
//! knows names, algorithms and costs; it does not know what a policy, a grant or a session is. Every error here is a
//! refusal upstairs.

mod algorithm;
mod count;
mod file;
mod labels;
mod queue;
mod schema;
#[cfg(test)]
mod tests;
mod time;

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

pub use algorithm::Algorithm;
pub use time::{Boot, Reading, Steady};

use labels::Mark;
use queue::{Duty, Job, Reply, Want};

/// How long a charge, a look or a refund may take, waiting for other processes included.
pub const DEADLINE: Duration = Duration::from_millis(500);

/// How long closing may take: the file is brought up to date on the disk.
const CLOSING: Duration = Duration::from_secs(5);

/// How many jobs may wait for the store's thread.
pub const QUEUE: usize = 1024;

/// The counters. The SQLite connections live on threads of their own, which end with [`Store::close`] or the store.
pub struct Store {
    jobs: mpsc::SyncSender<Job>,
    /// Where looks go; a database in memory has the one connection only.
    looks: Option<mpsc::SyncSender<Job>>,
}

/// One limit that a call counts against, and how much. Maxima, bursts and costs are in millionths.
///
/// Charges with the same counter, scope and algorithm share what they count, whatever their maximum; only buckets are
/// shared by those alone whose maximum is the same, because it is what flows back. A call counts once in a counter: if
/// several charges of one call share one, the largest cost counts, and each maximum must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The counter's name.
    pub counter: String,
    /// For whom it counts, as a key that is already resolved, such as `grant:ci`.
    pub scope: String,
    /// How it counts.
    pub algorithm: Algorithm,
    /// The most that may be used within a window.
    pub max: u64,
    /// What this call uses. What costs nothing is within every limit.
    pub cost: u64,
}

/// What became of the charges of a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Charged {
    /// All were within their limits, and count.
    Within(Receipt),
    /// At least one was not; none counts.
    Over(Over),
}

/// A limit that a call would pass. Where there are several it is the one that stays so longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Which of the charges, by its place in the list.
    pub place: usize,
    /// When there will be room, if nothing is added meanwhile and nobody sets the clock of a calendar: exact to the
    /// millisecond. `None` if the cost is above what there can ever be, so that waiting cannot help.
    pub retry_after: Option<Duration>,
    /// How much is used now.
    pub used: u64,
}

/// What a charge took, to be given back if nothing was sent. Dropped, it changes nothing.
///
/// It covers what its own charge took: where a call was charged a second time under the same id, the second receipt is
/// empty, because the first still holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Receipt {
    call: String,
    counters: Vec<i64>,
}

/// The store did not do what it was asked. Nothing was charged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It took too long: for anything but closing, longer than [`DEADLINE`].
    #[error("the counters took too long to answer: try again")]
    Slow,
    /// The queue is full.
    #[error("too many calls wait for the counters: try again")]
    Busy,
    /// The store was closed, or its thread is gone.
    #[error("the counters are closed: start doorward again")]
    Closed,
    /// The file is not, or no longer, a whole database.
    #[error(
        "the state file `{}` is damaged: stop every doorward that uses it, move it away and start again; \
         all counters then begin at zero",
        .0.display()
    )]
    Damaged(PathBuf),
    /// The file is a database of some other program.
    #[error("`{}` is a database that is not doorward's: name another state file", .0.display())]
    Foreign(PathBuf),
    /// A later doorward has written the file.
    #[error(
        "the state file `{}` has version {found}, and this doorward knows versions up to {known}: \
         install a newer doorward, or name another state file",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest that is known.
        known: i64,
    },
    /// The file, or the folder that it is in, cannot be used.
    #[error("the state file `{}` cannot be used: check that its folder can be written and has space", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
}

impl Store {
    /// Opens the state file, making it and its folder if need be, for this user alone. It waits, for a few seconds at
    /// most, while another process makes the same file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, Steady::system())
    }

    /// Like [`Store::open`], with another source of time.
    pub fn open_with(path: &Path, steady: Steady) -> Result<Self, StoreError> {
        let connection = file::open(path, &steady)?;
        let looks = queue::serve(file::open_to_look(path)?, path, steady.clone(), Duty::Looks)?;
        Ok(Self { jobs: queue::serve(connection, path, steady, Duty::Everything)?, looks: Some(looks) })
    }

    /// Counters that end with this process and are shared with no other.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::in_memory_with(Steady::system())
    }

    /// Like [`Store::in_memory`], with another source of time.
    pub fn in_memory_with(steady: Steady) -> Result<Self, StoreError> {
        let connection = file::in_memory(&steady)?;
        Ok(Self { jobs: queue::serve(connection, Path::new(file::MEMORY), steady, Duty::Everything)?, looks: None })
    }

    /// Charges all limits of a call together: all count, or none.
    ///
    /// A call that was charged under the same `call` id counts once for as long as its entry counts. If
    /// the future is dropped before it is done, nothing stays charged, unless the answer was on its way already.
    pub async fn charge(&self, call: &str, charges: impl Into<Arc<[Charge]>>) -> Result<Charged, StoreError> {
        let (call, charges) = (call.to_owned(), charges.into());
        if charges.is_empty() {
            return Ok(Charged::Within(Receipt { call, counters: Vec::new() }));
        }
        ask(&self.jobs, DEADLINE, |reply| Job::Charge(Want::new((call, charges), reply))).await
    }

    /// Looks whether the limits of a call would hold now, and charges nothing. `None` means that they would. It waits for
    /// no charge, unless the counters are in memory.
    pub async fn peek(&self, charges: impl Into<Arc<[Charge]>>) -> Result<Option<Over>, StoreError> {
        let charges = charges.into();
        if charges.is_empty() {
            return Ok(None);
        }
        let looks = self.looks.as_ref().unwrap_or(&self.jobs);
        ask(looks, DEADLINE, |reply| Job::Peek(Want::new(charges, reply))).await
    }

    /// Gives back what a charge took, because nothing was sent: of a bucket, what has not flowed back by itself. After an
    /// error it may stay charged until its window ends.
    pub async fn refund(&self, receipt: Receipt) -> Result<(), StoreError> {
        if receipt.counters.is_empty() {
            return Ok(());
        }
        ask(&self.jobs, DEADLINE, |reply| Job::Refund(Want::new(receipt, reply))).await
    }

    /// Gives a caller labels, for a time from now on.
    pub async fn mark(&self, caller: &str, labels: Vec<String>, time: Duration) -> Result<(), StoreError> {
        if labels.is_empty() {
            return Ok(());
        }
        let mark = Mark { caller: caller.to_owned(), labels, time };
        ask(&self.jobs, DEADLINE, |reply| Job::Mark(Want::new(mark, reply))).await
    }

    /// The labels that a caller has now, in their order. It waits for no charge, unless the labels are in memory.
    pub async fn labels(&self, caller: &str) -> Result<Vec<String>, StoreError> {
        let looks = self.looks.as_ref().unwrap_or(&self.jobs);
        ask(looks, DEADLINE, |reply| Job::Labels(Want::new(caller.to_owned(), reply))).await
    }

    /// Answers what waits, closes the file and ends the threads. What is asked later fails with [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        // The last connection to close brings the file up to date, so it must be the one that may write.
        let looks = match &self.looks {
            Some(looks) => ask(looks, CLOSING, Job::Close).await,
            None => Ok(()),
        };
        ask(&self.jobs, CLOSING, Job::Close).await.and(looks)
    }
}

async fn ask<T>(
    jobs: &mpsc::SyncSender<Job>,
    limit: Duration,
    job: impl FnOnce(Reply<T>) -> Job,
) -> Result<T, StoreError> {
    let (reply, answer) = oneshot::channel();
    jobs.try_send(job(reply)).map_err(|refused| match refused {
        mpsc::TrySendError::Full(_) => StoreError::Busy,
        mpsc::TrySendError::Disconnected(_) => StoreError::Closed,
    })?;
    match timeout(limit, answer).await {
        Ok(answer) => answer.unwrap_or(Err(StoreError::Closed)),
        Err(_) => Err(StoreError::Slow),
    }
}

impl StoreError {
    /// What a SQLite error means for whoever asked.
    fn of(path: &Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Slow,
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(path.to_owned()),
            _ => Self::Unusable { path: path.to_owned(), source: Arc::new(error) },
        }
    }
}
