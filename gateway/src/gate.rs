//! The one way through: every message between an agent and a server passes here, in both directions.
//!
//! [`Gate::request`] starts an owned task for each request, so that a decision once begun runs to its end whatever the
//! agent does; what comes of it arrives as [`Passed`] on a channel. The gate knows neither HTTP nor stdio.

mod awaited;
mod back;
mod call;
mod charge;
mod curate;
mod decide;
mod errand;
mod explain;
mod hidden;
mod law;
mod legible;
mod listing;
mod memory;
mod party;
mod past;
mod pinned;
mod review;
mod sealed;
mod time;
mod unenforced;
mod watch;

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::audit::Audit;
use crate::call::{Caller, Mint, Refusal, ServerName};
use crate::mcp::{Era, Request};
use crate::secret::Key;
use crate::state::Store;
use crate::telemetry::Metrics;
use crate::upstreams::{Connector, Event, Failure, Link, Shared};

use call::DETACHED;
use decide::Open;
use sealed::Outstanding;

pub use call::target;
pub use errand::is_judged;
pub use explain::{Explanation, Known, LimitStep, PluginStep, Scene, explain, hear, rehearse};
pub use law::{Law, Plugins, Seat};
pub use party::Party;

/// How many events may wait for the agent to read them.
const EVENTS: usize = 16;
/// How long it may take to tell somebody that something is over.
const NOTICE: Duration = Duration::from_secs(5);

/// The gate.
pub struct Gate {
    mint: Mint,
    law: ArcSwap<Law>,
    shared: Shared,
    outstanding: Outstanding,
    rooms: Rooms,
}

/// What the gate works with.
pub struct Rooms {
    /// How servers are connected to.
    pub connector: Connector,
    /// What states that go out are sealed with.
    pub seal: Key,
    /// The record.
    pub audit: Arc<Audit>,
    /// The counters.
    pub store: Arc<Store>,
    /// What is counted for operators.
    pub metrics: Arc<Metrics>,
    /// What owns the gate's tasks.
    pub tasks: TaskTracker,
}

/// The record that a request has opened, for whoever ends the request.
type Slot = std::sync::Mutex<Option<Open>>;

/// A request of an agent.
pub struct Asked {
    /// Where it comes from.
    pub party: Party,
    /// What it says.
    pub request: Request,
    /// The `Mcp-Param-*` headers with which it came, their names in lower case; `None` where there are no headers.
    pub mirrored: Option<Vec<(String, String)>>,
}

/// What the gate lets through to the agent.
#[derive(Debug)]
pub enum Passed {
    /// The server has begun to answer.
    Opened {
        /// Whether it streams.
        stream: bool,
        /// The HTTP status with which it refused, if it did.
        status: Option<u16>,
    },
    /// An event. An answer is the last one.
    Event(Event),
    /// A reasoned no. It is the last.
    Refused(Refusal),
    /// Something broke. It is the last.
    Failed(Failure),
    /// The agent took the request back: no answer is due. It is the last.
    Withdrawn,
}

/// What the gate lets through, as it comes. It ends after an answer, or early where the agent can come back for the rest.
///
/// In boxes, because a channel makes room for many at once, and mostly two come.
pub type Passage = mpsc::Receiver<Box<Passed>>;

/// The other end of a [`Passage`].
type Passing = mpsc::Sender<Box<Passed>>;

/// A way that ends before an answer.
enum Stop {
    Refused(Refusal),
    Failed(Failure),
}

impl Gate {
    /// A gate under this law.
    pub fn new(mint: Mint, law: Law, rooms: Rooms) -> Self {
        unenforced::warn(&law);
        Self {
            mint,
            law: ArcSwap::from_pointee(law),
            shared: Shared::default(),
            outstanding: Outstanding::default(),
            rooms,
        }
    }

    /// The law in force.
    pub fn law(&self) -> Arc<Law> {
        self.law.load_full()
    }

    /// Puts another law in force. Whoever has no place under it any more is shown out.
    pub fn enact(&self, law: Law) {
        unenforced::warn(&law);
        let old = self.law.swap(Arc::new(law));
        old.end_seats_missing_in(&self.law.load());
        self.shared.reap();
    }

    /// The caller's place at a server.
    pub fn seat(&self, caller: &Caller, server: &ServerName) -> Option<Arc<Seat>> {
        self.law.load().seat(caller, server)
    }

    /// Opens a conversation of its own, for a legacy session.
    pub fn open(&self, seat: &Seat) -> Result<Arc<Link>, Failure> {
        Link::open(seat.server(), &self.rooms.connector, seat.gone().child_token()).map(Arc::new)
    }

    /// The caller's shared conversation with a server, for the modern era.
    pub fn link(&self, seat: &Seat) -> Result<Arc<Link>, Failure> {
        self.shared.link(seat.caller(), seat.server().name(), || {
            let link = Link::open(seat.server(), &self.rooms.connector, seat.gone().child_token())?;
            link.stand_alone();
            Ok(link)
        })
    }

    /// Closes modern conversations that have been idle for too long.
    pub fn reap(&self) {
        self.shared.reap();
    }

    /// What a request of an agent comes to.
    pub fn request(self: &Arc<Self>, mut asked: Asked) -> Passage {
        let (passed, passage) = mpsc::channel(EVENTS);
        let gate = Arc::clone(self);
        asked.party.introduce(&asked.request.method, asked.request.params.as_ref());
        // Before the task begins: a withdrawal may be right behind.
        let open = asked.party.begin(&asked.request.id);
        // In a box, because a task is moved several times before it begins, and this one is large.
        self.rooms.tasks.spawn(Box::pin(async move {
            let (link, era) = (Arc::clone(&asked.party.link), asked.party.era);
            let _busy = link.busy();
            let hung_up = async {
                match era {
                    // A legacy agent may come back for the answer.
                    Era::Legacy => std::future::pending().await,
                    Era::Modern => passed.closed().await,
                }
            };
            let slot = Slot::default();
            let (status, last) = tokio::select! {
                biased;
                () = link.end().cancelled() => ("revoked", Some(Passed::Failed(Failure::Revoked))),
                () = open.withdrawn() => ("cancelled", Some(Passed::Withdrawn)),
                () = hung_up => ("cancelled", None),
                outcome = gate.walk(&mut asked, &passed, &slot) => match outcome {
                    Ok(status) => (status, None),
                    Err(stop) => (stop.word(), Some(Passed::from(stop))),
                },
            };
            let opened = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some(opened) = opened {
                if let Some(watch) = opened.watch().filter(|_| status != DETACHED) {
                    asked.party.watches.end(watch);
                }
                gate.close(opened, status, status != UNSENT).await;
            }
            if let Some(last) = last {
                let _gone = timeout(NOTICE, passed.send(Box::new(last))).await;
            }
            drop(passed);
            let _gone = timeout(NOTICE, link.tell_abandoned()).await;
        }));
        passage
    }

    /// What becomes of a request, in a word for its record.
    async fn walk(&self, asked: &mut Asked, passed: &Passing, slot: &Slot) -> Result<&'static str, Stop> {
        let seat = self.seat_now(&asked.party)?;
        let _place = seat.server().place(&asked.request.method)?;
        match errand::of_request(&asked.request) {
            Some(errand) => self.run(&seat, asked, errand, passed).await,
            None => self.call(&seat, asked, passed, slot).await,
        }
    }

    /// The caller's place under the law of this moment: a grant that was narrowed a moment ago is narrow already.
    fn seat_now(&self, party: &Party) -> Result<Arc<Seat>, Failure> {
        let seat = self.seat(party.seat.caller(), party.seat.server().name());
        seat.filter(|_| !party.seat.gone().is_cancelled()).ok_or(Failure::Revoked)
    }
}

/// What a record says of a call that never went out.
const UNSENT: &str = "unsent";

impl Stop {
    /// The word for the record.
    fn word(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Failed(failure) if failure.sent_nothing() => UNSENT,
            Self::Failed(Failure::Timeout(_)) => "timeout",
            Self::Failed(_) => "failed",
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Stop> for Passed {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Refused(refusal),
            Stop::Failed(failure) => Self::Failed(failure),
        }
    }
}
