//! The threads that own the connections, and the queues before them: one that writes, and one that only looks.
//!
//! What waits in a queue is done in one transaction, so that a crowd costs little more than a single call. Answers
//! are sent once it is committed. A charge whose asker has gone meanwhile is given back. Who looks at a file waits for
//! nobody who writes to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::clock::Stopwatch;

use super::labels::{self, Mark};
use super::time::{Logical, Moment};
use super::{Charge, Charged, DEADLINE, Over, QUEUE, Receipt, Steady, StoreError, count};

/// How many jobs share a transaction.
const BATCH: usize = 64;

/// How long to wait before a lock that another process holds is tried again. SQLite by itself would wait ever longer,
/// up to 100 ms, and of two busy processes one could starve.
const TURN: Duration = Duration::from_micros(500);

/// How often counters that are dead are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// How many of them are removed at a time: jobs go in between.
const SWEPT: u32 = 256;

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the thread is asked for.
pub(super) enum Job {
    Charge(Want<(String, Arc<[Charge]>), Charged>),
    Peek(Want<Arc<[Charge]>, Option<Over>>),
    Refund(Want<Receipt, ()>),
    Mark(Want<Mark, ()>),
    Labels(Want<String, Vec<String>>),
    Close(Reply<()>),
}

/// One job: what it is about, since when it waits, what came of it.
pub(super) struct Want<W, T> {
    what: W,
    since: Stopwatch,
    done: Option<T>,
    reply: Reply<T>,
}

/// What a thread is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Whatever is asked, and to sweep.
    Everything,
    /// Looks, and nothing that writes.
    Looks,
}

struct Desk {
    connection: Connection,
    path: PathBuf,
    steady: Steady,
    duty: Duty,
    swept: Stopwatch,
    unswept: bool,
}

/// Starts a thread.
pub(super) fn serve(
    connection: Connection,
    path: &Path,
    steady: Steady,
    duty: Duty,
) -> Result<SyncSender<Job>, StoreError> {
    let (jobs, queue) = mpsc::sync_channel(QUEUE);
    let (path, unswept) = (path.to_owned(), duty == Duty::Everything);
    let desk = Desk { connection, path: path.clone(), steady, duty, swept: Stopwatch::start(), unswept };
    let name = if duty == Duty::Looks { "state looks" } else { "state" };
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || desk.run(&queue));
    started.map_err(|error| StoreError::Unusable { path, source: Arc::new(error) })?;
    Ok(jobs)
}

impl Desk {
    /// Works until the store is closed or gone.
    fn run(mut self, queue: &Receiver<Job>) {
        loop {
            let first = match queue.recv_timeout(self.pause()) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut batch: Vec<Job> = first.into_iter().collect();
            batch.extend(queue.try_iter().take(BATCH));
            let close = batch.iter().position(|job| matches!(job, Job::Close(_))).map(|place| batch.split_off(place));
            self.attend(batch);
            if let Some(Job::Close(reply)) = close.and_then(|rest| rest.into_iter().next()) {
                let closed = self.connection.close().map_err(|(_, error)| StoreError::of(&self.path, error));
                let _gone = reply.send(closed);
                return;
            }
            if self.pause().is_zero() {
                self.sweep();
            }
        }
    }

    /// How long until the next sweep.
    fn pause(&self) -> Duration {
        match self.duty {
            Duty::Looks => Duration::MAX,
            Duty::Everything if self.unswept => Duration::ZERO,
            Duty::Everything => SWEEP.saturating_sub(self.swept.elapsed()),
        }
    }

    /// Does the jobs and answers them. What nobody waits for any more is undone.
    fn attend(&mut self, batch: Vec<Job>) {
        // Jobs that are late must not have a lock waited for, which those in time may not need.
        let (late, mut batch): (Vec<Job>, Vec<Job>) = batch.into_iter().partition(Job::late);
        late.into_iter().for_each(|job| drop(job.answer(Some(&StoreError::Slow))));
        while !batch.is_empty() {
            let outcome = self.transact(&mut batch).map_err(|error| StoreError::of(&self.path, error));
            batch = settle(batch, outcome.err().as_ref());
        }
    }

    /// Does all jobs in one transaction.
    fn transact(&mut self, batch: &mut [Job]) -> rusqlite::Result<()> {
        let patience = batch.iter().map(Job::left).max().unwrap_or_default();
        self.wait_for_others(patience)?;
        let writes = batch.iter().any(|job| !matches!(job, Job::Peek(_) | Job::Labels(_)));
        let kind = if writes { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
        let transaction = self.connection.transaction_with_behavior(kind)?;
        // The clock is read within the transaction: whoever comes later reads later.
        let now = if writes {
            Logical::advance(&transaction, &self.steady)?
        } else {
            Logical::now(&transaction, &self.steady)?
        };
        for job in batch {
            job.work(&transaction, now)?;
        }
        transaction.commit()
    }

    /// Has the next transaction wait for a lock as long as that, and no longer.
    fn wait_for_others(&mut self, patience: Duration) -> rusqlite::Result<()> {
        let since = Stopwatch::start();
        self.connection.busy_handler(Some(move |_| {
            thread::park_timeout(TURN);
            since.elapsed() < patience
        }))
    }

    /// Removes some of the counters that are dead and of the labels whose time is over, and notes whether there are more.
    fn sweep(&mut self) {
        self.swept = Stopwatch::start();
        self.unswept = match self.sweep_some() {
            Ok(removed) => removed == SWEPT,
            Err(error) => {
                tracing::warn!(%error, "counters that are no longer used stay until the next sweep");
                false
            }
        };
    }

    fn sweep_some(&mut self) -> rusqlite::Result<u32> {
        self.wait_for_others(DEADLINE)?;
        let look = self.connection.transaction()?;
        let now = Logical::now(&look, &self.steady)?;
        if !count::any_dead(&look, now)? && !labels::any_over(&look, now)? {
            return Ok(0);
        }
        look.rollback()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = Logical::advance(&transaction, &self.steady)?;
        let removed = count::sweep(&transaction, now, SWEPT)?.max(labels::sweep(&transaction, now, SWEPT)?);
        transaction.commit()?;
        Ok(removed)
    }
}

/// Answers the jobs, and says what is to be undone because its asker has gone.
fn settle(batch: Vec<Job>, failed: Option<&StoreError>) -> Vec<Job> {
    let unclaimed = batch.into_iter().filter_map(|job| job.answer(failed));
    unclaimed.map(|receipt| Job::Refund(Want::new(receipt, oneshot::channel().0))).collect()
}

impl Job {
    /// How long it is worth waiting for. A refund is, whether or not its asker still waits.
    fn left(&self) -> Duration {
        match self {
            Self::Charge(want) => want.left(),
            Self::Peek(want) => want.left(),
            Self::Mark(want) => want.left(),
            Self::Labels(want) => want.left(),
            Self::Refund(_) | Self::Close(_) => DEADLINE,
        }
    }

    /// Whether nobody waits for it any more. A refund is never too late.
    fn late(&self) -> bool {
        match self {
            Self::Charge(want) => want.late(),
            Self::Peek(want) => want.late(),
            Self::Mark(want) => want.late(),
            Self::Labels(want) => want.late(),
            Self::Refund(_) | Self::Close(_) => false,
        }
    }

    /// Does it, unless it has become too late for it.
    fn work(&mut self, connection: &Connection, now: Moment) -> rusqlite::Result<()> {
        match self {
            Self::Charge(want) => {
                let (call, charges) = &want.what;
                want.done = count::charge(connection, now, call, charges, || want.late())?;
            }
            Self::Peek(want) => want.done = Some(count::peek(connection, now, &want.what)?),
            Self::Refund(want) => want.done = Some(count::refund(connection, now, &want.what)?),
            Self::Mark(want) => want.done = Some(labels::mark(connection, now, &want.what)?),
            Self::Labels(want) => want.done = Some(labels::of(connection, now, &want.what)?),
            Self::Close(_) => {}
        }
        Ok(())
    }

    /// Answers it. What a charge took and nobody claims comes back.
    fn answer(self, failed: Option<&StoreError>) -> Option<Receipt> {
        match self {
            Self::Charge(want) => match want.answer(failed) {
                Some(Charged::Within(receipt)) if !receipt.counters.is_empty() => return Some(receipt),
                _ => {}
            },
            Self::Peek(want) => drop(want.answer(failed)),
            Self::Refund(want) => want.answer(failed).unwrap_or_default(),
            Self::Mark(want) => want.answer(failed).unwrap_or_default(),
            Self::Labels(want) => drop(want.answer(failed)),
            Self::Close(_) => {}
        }
        None
    }
}

impl<W, T> Want<W, T> {
    /// Something wanted from now on.
    pub(super) fn new(what: W, reply: Reply<T>) -> Self {
        Self { what, since: Stopwatch::start(), done: None, reply }
    }

    fn left(&self) -> Duration {
        DEADLINE.saturating_sub(self.since.elapsed())
    }

    fn late(&self) -> bool {
        self.reply.is_closed() || self.left().is_zero()
    }

    /// Sends the answer; what was done, but not claimed, comes back.
    fn answer(self, failed: Option<&StoreError>) -> Option<T> {
        let answer = match failed {
            Some(error) => Err(error.clone()),
            None => self.done.ok_or(StoreError::Slow),
        };
        self.reply.send(answer).err().and_then(Result::ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Algorithm, file};

    #[test]
    fn a_charge_whose_asker_left_while_it_was_made_is_given_back() {
        let steady = Steady::system();
        let connection = file::in_memory(&steady).unwrap();
        let path = PathBuf::from(file::MEMORY);
        let duty = Duty::Everything;
        let mut desk = Desk { connection, path, steady, duty, swept: Stopwatch::start(), unswept: false };
        let algorithm = Algorithm::Sliding(Duration::from_secs(3600));
        let limit = Charge { counter: "c".to_owned(), scope: "s".to_owned(), algorithm, max: 1, cost: 1 };
        let charges: Arc<[Charge]> = vec![limit].into();
        for call in ["a", "b", "c"] {
            let (reply, asker) = oneshot::channel();
            let mut batch = vec![Job::Charge(Want::new((call.to_owned(), Arc::clone(&charges)), reply))];
            desk.transact(&mut batch).unwrap();
            drop(asker);
            let undo = settle(batch, None);
            assert_eq!(undo.len(), 1);
            desk.attend(undo);
        }
    }
}
