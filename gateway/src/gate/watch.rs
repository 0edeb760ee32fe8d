//! The plugins' say in a reply: what a server answered to a call, before the agent sees it. Only answers to calls that are
//! sent to a plugin with such a hook are looked at; everything else passes as it comes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::audit::Review;
use crate::call::{Call, Refusal, RefusalKind, Verdict};
use crate::json::{Limits, Value};
use crate::mcp::{Answer, Outcome};
use crate::plugins::{Answered, Context, Finding, Hook, Inspected, Inspection, Memory, Plugin};
use crate::policy::{Judgement, OnFailure, PluginUse};
use crate::telemetry;

use super::decide::{Hearing, code_of, ruling_of};
use super::memory::turn;
use super::review::tell_spared;
use super::{Gate, Party, Seat};

/// Who looks at the answer to a call, and what they said.
pub(super) struct Watch {
    call: Arc<Call>,
    context: Context,
    memory: Arc<Memory>,
    plugins: Vec<Watcher>,
    record: String,
    heard: Mutex<Heard>,
}

/// One who looks.
struct Watcher {
    plugin: Arc<Plugin>,
    wanted: PluginUse,
    /// Whether what it says counts.
    enforced: bool,
}

/// What was said of an answer.
#[derive(Default)]
pub(super) struct Heard {
    notes: Vec<Noted>,
    /// Why the agent did not get it, in the words of the record.
    pub(super) refused: Option<Refusal>,
}

struct Noted {
    plugin: Arc<Plugin>,
    verdict: Verdict,
    took: Duration,
    /// Why it failed, where that counts for nothing.
    failed: Option<String>,
}

impl Watch {
    /// Who of the plugins that judged a call looks at its answer; nothing where nobody does.
    pub(super) fn of(
        seat: &Seat,
        party: &Party,
        judgement: &Judgement<'_>,
        hearing: &Hearing<'_>,
        record: String,
    ) -> Option<Arc<Self>> {
        let watcher = |enforced: bool| {
            move |wanted: &&PluginUse| {
                let plugin = seat.plugin(wanted).filter(|plugin| plugin.has(Hook::Result))?;
                Some(Watcher { plugin: Arc::clone(plugin), wanted: (*wanted).clone(), enforced })
            }
        };
        let enforced = judgement.plugins.iter().filter_map(watcher(true));
        let plugins: Vec<_> = enforced.chain(judgement.unenforced.plugins.iter().filter_map(watcher(false))).collect();
        (!plugins.is_empty()).then(|| {
            Arc::new(Self {
                call: Arc::clone(hearing.call),
                context: hearing.context(seat),
                memory: Arc::clone(party.memory().pages()),
                plugins,
                record,
                heard: Mutex::default(),
            })
        })
    }

    /// The call, as it went.
    pub(super) fn call(&self) -> Arc<Call> {
        Arc::clone(&self.call)
    }

    /// How much it holds, in bytes.
    pub(super) fn size(&self) -> usize {
        let facts = self.context.facts.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        self.call.params().map_or(0, |params| params.to_bytes().len()) + facts
    }

    /// What was said.
    pub(super) fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, watcher: &Watcher, inspected: &Inspected, failed: Option<String>) {
        let verdict = if failed.is_some() { Verdict::Allow } else { inspected.verdict() };
        let plugin = Arc::clone(&watcher.plugin);
        self.heard().notes.push(Noted { plugin, verdict, took: inspected.took, failed });
    }

    fn refuse(&self, wanted: &PluginUse, finding: &Finding) -> Refusal {
        let mut refusal = Refusal::from(ruling_of(wanted, Verdict::Deny, finding));
        // The record holds nothing of a reply, so there the code stands.
        self.heard().refused = Some(Refusal { reason: code_of(finding).into(), ..refusal.clone() });
        refusal.record = Some(self.record.clone());
        refusal
    }
}

impl Heard {
    /// For the record.
    pub(super) fn reviews(&self) -> Vec<Review<'_>> {
        self.notes.iter().map(Noted::review).collect()
    }
}

impl Noted {
    fn review(&self) -> Review<'_> {
        let Self { plugin, verdict, took, failed } = self;
        let (name, digest) = (plugin.name(), plugin.digest());
        Review { name, digest, verdict: *verdict, took: *took, failed: failed.as_deref() }
    }
}

impl Gate {
    /// Has the plugins look at an answer, which is redacted as they say. A refusal stands in its place.
    pub(super) async fn watch(&self, watch: &Watch, answer: &mut Answer) -> Result<(), Refusal> {
        // What was said when the same answer came before is said again.
        *watch.heard() = Heard::default();
        let (answered, value) = match &mut answer.outcome {
            Outcome::Result(value) => (Answered::Result, value),
            Outcome::Error(value) => (Answered::Error, value),
        };
        let _turn = if watch.plugins.iter().any(|watcher| watcher.plugin.remembers()) {
            Some(turn(&watch.memory).await?)
        } else {
            None
        };
        let Value::Object(members) = value else {
            // Nobody can look at it, and MCP has no such answers.
            return Err(Refusal {
                kind: RefusalKind::Denied,
                rule: "(plugins)".into(),
                reason: "the server answered with what is no object, which no plugin can look at".into(),
                remedy: None,
                record: Some(watch.record.clone()),
            });
        };
        let mut reply = Arc::new(std::mem::take(members));
        let mut drafts = Vec::new();
        for watcher in &watch.plugins {
            let Watcher { plugin, wanted, enforced } = watcher;
            let mut inspected =
                plugin.inspect(&watch.call, &watch.context, (answered, &reply), Some(&watch.memory)).await;
            self.count_inspected(plugin, &inspected);
            drafts.extend(inspected.draft.take());
            let spared = inspected.failure().filter(|_| wanted.on_failure == OnFailure::Allow);
            if let Some(failure) = spared {
                tell_spared(plugin, watch.call.target(), Some(failure));
                watch.note(watcher, &inspected, Some(failure.code.to_string()));
                continue;
            }
            watch.note(watcher, &inspected, None);
            match &inspected.opinion {
                _ if !enforced => {}
                Inspection::Pass => {}
                Inspection::Redact(patches) => match patches.apply(&reply, Limits::reply) {
                    Ok(redacted) => reply = Arc::new(redacted),
                    Err(finding) => return Err(watch.refuse(wanted, &finding)),
                },
                Inspection::Refuse(finding) => return Err(watch.refuse(wanted, finding)),
            }
        }
        watch.memory.keep(&drafts);
        *members = Arc::unwrap_or_clone(reply);
        Ok(())
    }

    fn count_inspected(&self, plugin: &Plugin, inspected: &Inspected) {
        let word = match inspected.opinion {
            Inspection::Pass => "pass",
            Inspection::Redact(_) => "redact",
            Inspection::Refuse(_) => "refuse",
        };
        let failure = inspected.failure().map(|failure| &*failure.code);
        let (plugin, verdict, Inspected { took, taken, .. }) = (plugin.name(), word, inspected);
        self.rooms.metrics.reviewed(&telemetry::Review { plugin, verdict, failure, took: *took, taken: *taken });
    }
}
