//! What waits for the thread that writes. Whoever waits for an answer wakes the thread; what nobody waits for goes out with
//! the next order that somebody waits for, or after a while.
//!
//! To wake a thread costs more than to write an entry, and half of all entries are completions. The queue has no bound of
//! its own: each order holds a place.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::writer::Order;

/// How long an entry may wait for another one to go out with.
const LINGER: Duration = Duration::from_millis(2);

/// Where orders are given. When it goes, the thread is told that no more will come.
pub(super) struct Outbox(Arc<Shared>);

/// Where orders are taken. When it goes, no more can be given, and whoever waits is told.
pub(super) struct Inbox(Arc<Shared>);

/// Nobody takes orders any more.
#[derive(Debug)]
pub(super) struct Gone;

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    woken: Condvar,
}

#[derive(Default)]
struct Queue {
    orders: Vec<Order>,
    /// Whether somebody waits for one of them.
    urgent: bool,
    thread: Thread,
    /// One of the two ends has gone.
    over: bool,
}

/// What the thread does.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Thread {
    /// It will look at the queue by itself.
    #[default]
    Works,
    /// It waits for an order that somebody waits for, and looks at the others in a while.
    Lingers,
    /// It waits for any order.
    Sleeps,
}

/// Both ends of a queue.
pub(super) fn queue() -> (Outbox, Inbox) {
    let shared = Arc::new(Shared::default());
    (Outbox(Arc::clone(&shared)), Inbox(shared))
}

impl Outbox {
    /// Gives an order.
    pub(super) fn put(&self, order: Order) -> Result<(), Gone> {
        let mut queue = self.0.lock();
        if queue.over {
            return Err(Gone);
        }
        let urgent = order.is_urgent();
        queue.urgent |= urgent;
        queue.orders.push(order);
        let wake = match queue.thread {
            Thread::Works => false,
            Thread::Lingers => urgent,
            Thread::Sleeps => true,
        };
        drop(queue);
        if wake {
            self.0.woken.notify_one();
        }
        Ok(())
    }
}

impl Inbox {
    /// Waits for orders, at most for `patience`, and puts all there are into `orders`. Says whether more can come.
    pub(super) fn take(&self, patience: Duration, orders: &mut Vec<Order>) -> bool {
        let mut queue = self.0.wait(self.0.lock(), Thread::Lingers, LINGER.min(patience), |queue| queue.urgent);
        if queue.orders.is_empty() {
            queue = self.0.wait(queue, Thread::Sleeps, patience, |queue| !queue.orders.is_empty());
            if !queue.orders.is_empty() {
                queue = self.0.wait(queue, Thread::Lingers, LINGER, |queue| queue.urgent);
            }
        }
        queue.urgent = false;
        orders.append(&mut queue.orders);
        !queue.over
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `enough`, or until the time is up, or until nothing more can come.
    fn wait<'q>(
        &self,
        mut queue: MutexGuard<'q, Queue>,
        thread: Thread,
        time: Duration,
        enough: impl Fn(&Queue) -> bool,
    ) -> MutexGuard<'q, Queue> {
        queue.thread = thread;
        let goes_on = |queue: &mut Queue| !queue.over && !enough(queue);
        let (mut queue, _) =
            self.woken.wait_timeout_while(queue, time, goes_on).unwrap_or_else(PoisonError::into_inner);
        queue.thread = Thread::Works;
        queue
    }

    fn end(&self) {
        let mut queue = self.lock();
        queue.over = true;
        drop(queue);
        self.woken.notify_one();
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.0.end();
        // Whoever waits for an answer learns that none will come when the order goes.
        let orders = std::mem::take(&mut self.0.lock().orders);
        drop(orders);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tokio::sync::{Semaphore, oneshot};

    use super::*;
    use crate::audit::line::{Entry, Members};
    use crate::clock::Timestamp;

    const LONG: Duration = Duration::from_secs(3600);

    fn keep() -> Order {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Order::Keep { entry: Entry::new(Timestamp::from_millis(0), "reload", Members::default()), place }
    }

    fn close() -> (Order, oneshot::Receiver<Result<(), crate::audit::AuditError>>) {
        let (answer, answered) = oneshot::channel();
        (Order::Close { answer }, answered)
    }

    /// What comes out, by whether somebody waits for it, and whether more can come.
    fn taken(inbox: &Inbox, patience: Duration) -> (Vec<bool>, bool) {
        let mut orders = Vec::new();
        let more = inbox.take(patience, &mut orders);
        (orders.iter().map(Order::is_urgent).collect(), more)
    }

    #[test]
    fn orders_come_out_in_their_order_and_together() {
        let (outbox, inbox) = queue();
        let (order, _answered) = close();
        for order in [keep(), order, keep()] {
            outbox.put(order).unwrap();
        }
        assert_eq!(taken(&inbox, LONG), (vec![false, true, false], true));
    }

    #[test]
    fn what_nobody_waits_for_comes_out_too() {
        let (outbox, inbox) = queue();
        assert_eq!(taken(&inbox, Duration::ZERO), (vec![], true));
        outbox.put(keep()).unwrap();
        assert_eq!(taken(&inbox, LONG), (vec![false], true));
    }

    #[test]
    fn whoever_sleeps_is_woken_by_any_order_and_by_the_end() {
        let (outbox, inbox) = queue();
        thread::scope(|scope| {
            let thread = scope.spawn(|| (taken(&inbox, LONG), taken(&inbox, LONG)));
            while outbox.0.lock().thread != Thread::Sleeps {
                thread::yield_now();
            }
            outbox.put(keep()).unwrap();
            while outbox.0.lock().thread != Thread::Sleeps || !outbox.0.lock().orders.is_empty() {
                thread::yield_now();
            }
            drop(outbox);
            assert_eq!(thread.join().unwrap(), ((vec![false], true), (vec![], false)));
        });
    }

    #[test]
    fn nobody_waits_for_a_thread_that_has_ended() {
        let (outbox, inbox) = queue();
        let (order, mut answered) = close();
        outbox.put(order).unwrap();
        drop(inbox);
        assert!(outbox.put(keep()).is_err());
        assert!(answered.try_recv().is_err());
    }
}
