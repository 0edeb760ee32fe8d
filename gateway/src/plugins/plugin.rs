//! A plugin with its settings, and how it is asked: a fresh instance for each question, thrown away with the answer.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::block_in_place;
use tokio::time::timeout;
use wasmtime::Store;
use wasmtime::component::Instance;

use super::breaker::{Breaker, Standing, Turned};
use super::contract::Hook;
use super::document::Lent;
use super::failure::{TIMEOUT, contained};
use super::finding::Finding;
use super::house::{House, Ran, Time};
use super::loading::Loaded;
use super::memory::{Desk, Draft, Memory};
use super::pace::Pace;
use super::sandbox::Sandbox;
use super::{Description, Limits};
use crate::call::Call;
use crate::clock::{Stopwatch, Timestamp};
use crate::json::Object;
use crate::secret::Digest;

/// A component with the settings that one policy gives it.
pub struct Plugin {
    name: Arc<str>,
    settings: Box<str>,
    hooks: BTreeSet<Hook>,
    identity: Digest,
    pub(super) loaded: Arc<Loaded>,
    pub(super) house: Arc<House>,
    limits: Limits,
    pub(super) pace: Pace,
    breaker: Breaker,
    places: Semaphore,
}

/// What is put to a plugin: the documents, the time, and its memory where it has one.
pub(super) struct Question<'q> {
    pub(super) call: Option<&'q Arc<Call>>,
    /// The reply, or the listed item.
    pub(super) other: Option<&'q Arc<Object>>,
    pub(super) now: Timestamp,
    pub(super) memory: Option<&'q Memory>,
}

/// What came of a question, and how long it took: the wait for a place included.
pub(super) struct Heard<T> {
    pub(super) told: Result<T, Finding>,
    pub(super) took: Duration,
    /// How much memory the instance took, in bytes.
    pub(super) taken: usize,
    /// What it wrote to its memory.
    pub(super) draft: Option<Draft>,
}

/// The one question that tries a plugin. Until it is answered, or given up, there is no other.
struct Trial<'b>(&'b Breaker);

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        self.0.let_be();
    }
}

impl Plugin {
    pub(super) fn new(name: &str, settings: &str, loaded: Arc<Loaded>, house: Arc<House>, limits: Limits) -> Self {
        Self {
            name: name.into(),
            settings: settings.into(),
            hooks: loaded.fitted.hooks.exported(),
            identity: Digest::of(format!("{name} {} {}", loaded.digest, loaded.settings).as_bytes()),
            loaded,
            house,
            pace: Pace::default(),
            breaker: Breaker::new(limits.failures, limits.rest),
            places: Semaphore::new(limits.concurrent),
            limits,
        }
    }

    /// What the policy calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of the component.
    pub fn digest(&self) -> Digest {
        self.loaded.digest
    }

    /// What it says of itself.
    pub fn description(&self) -> &Description {
        &self.loaded.description
    }

    /// Whether it is to be asked this.
    pub fn has(&self, hook: Hook) -> bool {
        self.hooks.contains(&hook)
    }

    /// Whether it remembers a conversation, so that its questions must come one after another.
    pub fn remembers(&self) -> bool {
        self.loaded.fitted.remembers
    }

    /// Whether every call begins where the plugin had read its settings.
    pub fn is_snapshot(&self) -> bool {
        self.loaded.configured
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long a fresh instance takes to be made and thrown away: no question is answered quicker.
    pub fn floor(&self) -> Duration {
        let watch = Stopwatch::start();
        let time = Time::Whole(self.limits.deadline);
        let made = |store: &mut Store<Sandbox>| self.loaded.fitted.pre.instantiate(store).map(drop);
        let _made_or_not = contained(|| Ok(self.house.run(&self.name, &self.limits, time, made)));
        watch.elapsed()
    }

    /// Puts a question. It is answered within the deadline and the wait for a place.
    ///
    /// Nothing is kept from one run to the next, and nothing shows how often a question was begun. So a plugin has a moment on
    /// this thread first, which is all that most need, and only one that needs longer begins again apart from others.
    pub(super) async fn ask<T>(
        &self,
        hook: Hook,
        question: &Question<'_>,
        put: impl Fn(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<T>,
    ) -> Heard<T> {
        let watch = Stopwatch::start();
        let standing = self.breaker.ask();
        let _trial = (standing == Standing::Trial).then(|| Trial(&self.breaker));
        let ran = match standing {
            Standing::Resting => Ran { told: Err(self.rests()), taken: 0, desk: None },
            Standing::Open | Standing::Trial => {
                let ran = match self.ask_for_a_moment(question, &put) {
                    Some(ran) => ran,
                    None => self.ask_apart(question, &put).await,
                };
                self.note(ran.told.as_ref().err());
                ran
            }
        };
        let Ran { told, taken, desk } = ran;
        if let Err(failure) = &told {
            let (hook, code) = (hook.as_str(), &*failure.code);
            match standing {
                Standing::Resting => tracing::debug!(plugin = &*self.name, hook, code, "a plugin rests"),
                Standing::Open | Standing::Trial => {
                    tracing::warn!(plugin = &*self.name, hook, code, reason = failure.reason, "a plugin failed");
                }
            }
        }
        let draft = desk.and_then(|desk| desk.draft(self.identity()));
        Heard { told, took: watch.elapsed(), taken, draft }
    }

    /// An answer that is none: the plugin keeps to the time, and not to the contract.
    pub(super) fn spoke_out_of_form(&self, finding: &Finding) {
        tracing::warn!(plugin = &*self.name, code = &*finding.code, reason = finding.reason, "a plugin failed");
        self.note(Some(finding));
    }

    /// Notes how it answered, and says aloud when that changes what it is asked.
    fn note(&self, failure: Option<&Finding>) {
        let turned = match failure {
            None => self.breaker.answered(),
            // It was not asked.
            Some(failure) if failure.code == BUSY => Turned::Same,
            Some(_) => self.breaker.failed(),
        };
        let plugin = &*self.name;
        match turned {
            Turned::Same => {}
            Turned::Rests => tracing::error!(
                plugin,
                rest = ?self.limits.rest,
                "a plugin failed {} times in a row: it rests, and what it would judge is refused",
                self.limits.failures,
            ),
            Turned::Well => tracing::warn!(plugin, "a plugin that rested is asked again"),
        }
    }

    /// What the plugin says at once. There is no answer where it takes longer, or all places are taken.
    fn ask_for_a_moment<T>(
        &self,
        question: &Question<'_>,
        put: &impl Fn(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<T>,
    ) -> Option<Ran<T>> {
        if !self.pace.is_worth_a_moment() {
            return None;
        }
        let _place = self.house.places.try_acquire().ok()?;
        let ran = self.run(Time::Moment(self.limits.deadline), question, put);
        if matches!(&ran.told, Err(finding) if finding.code == TIMEOUT) {
            self.pace.was_slow();
            return None;
        }
        self.pace.was_quick();
        Some(ran)
    }

    /// What the plugin says when it has all of its time. Others on this thread are taken over by another; dropping the
    /// future does not interrupt it.
    async fn ask_apart<T>(
        &self,
        question: &Question<'_>,
        put: &impl Fn(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<T>,
    ) -> Ran<T> {
        match timeout(self.limits.patience, self.place()).await {
            Ok(Some(_places)) => aside(|| self.run(Time::Whole(self.limits.deadline), question, put)),
            Ok(None) | Err(_) => Ran { told: Err(Finding::busy(self.limits.patience)), taken: 0, desk: None },
        }
    }

    /// A place among the questions to this plugin, one among all that take long, and one in the house.
    async fn place(&self) -> Option<[SemaphorePermit<'_>; 3]> {
        let own = self.places.acquire().await.ok()?;
        let apart = self.house.apart.acquire().await.ok()?;
        Some([own, apart, self.house.places.acquire().await.ok()?])
    }

    /// Asks a fresh instance, configured.
    fn run<T>(
        &self,
        time: Time,
        question: &Question<'_>,
        put: &impl Fn(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<T>,
    ) -> Ran<T> {
        let desk = match self.desk(question) {
            Ok(desk) => desk,
            Err(finding) => return Ran { told: Err(finding), taken: 0, desk: None },
        };
        let ran = contained(|| {
            Ok(self.house.run(&self.name, &self.limits, time, |store| self.put(store, question, desk, put)))
        });
        match ran {
            Ok(Ran { told, taken, desk }) => Ran { told: told.and_then(|told| told.ok_or_else(refused)), taken, desk },
            Err(finding) => Ran { told: Err(finding), taken: 0, desk: None },
        }
    }

    /// Puts a question to a fresh instance in a fresh store. There is no answer where it does not take its settings.
    pub(super) fn put<T>(
        &self,
        store: &mut Store<Sandbox>,
        question: &Question<'_>,
        desk: Option<Desk>,
        put: impl FnOnce(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<T>,
    ) -> wasmtime::Result<Option<T>> {
        let Loaded { fitted, configured, .. } = &*self.loaded;
        let instance = fitted.pre.instantiate(&mut *store)?;
        if !configured && fitted.hooks.configure(&mut *store, &instance, &self.settings)?.is_err() {
            return Ok(None);
        }
        let sandbox = store.data_mut();
        sandbox.lend(Lent::new(question.call, question.other), question.now);
        sandbox.desk = desk;
        put(store, &instance).map(Some)
    }

    /// The pages that it may read and write; where nothing is remembered of the conversation, they are empty.
    pub(super) fn desk(&self, question: &Question<'_>) -> Result<Option<Desk>, Finding> {
        if !self.remembers() {
            return Ok(None);
        }
        let scratch = Memory::default();
        let desk = question.memory.unwrap_or(&scratch).desk(self.identity());
        let full = || Finding::own("plugin.memories", "more plugins than there is room for remember this conversation");
        desk.ok_or_else(full).map(Some)
    }

    /// What tells it from others: its name, the component and the settings. A memory is one such plugin's.
    pub fn identity(&self) -> Digest {
        self.identity
    }

    fn rests(&self) -> Finding {
        let reason = format!("the plugin failed {} times in a row, and rests", self.limits.failures);
        Finding::own_with("plugin.rests", reason, "ask the operator of the gateway to look at the plugin")
    }
}

/// The code of a question that found no place.
const BUSY: &str = "plugin.busy";

fn refused() -> Finding {
    Finding::own("plugin.settings", "the plugin refused settings that it took when it was loaded")
}

/// Runs `work` on this thread, and has another one take over its tasks meanwhile: a plugin may use up its deadline.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => block_in_place(work),
        _ => work(),
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("name", &self.name).field("digest", &self.digest()).finish_non_exhaustive()
    }
}
