//! The plugins' say in a call: each in the policy's order, until one objects. One that wants to change the arguments has the
//! call judged again from the start.

use std::sync::Arc;

use crate::audit::Review;
use crate::call::{Call, Refusal, Ruling, Target, Verdict};
use crate::json::Limits;
use crate::plugins::{self, Context, Draft, Finding, Hook, Memory, Patches, Plugin, Reviewed, Turn};
use crate::policy::{Judgement, OnFailure};
use crate::telemetry;

use super::decide::{Hearing, code_of, ruling_of};
use super::memory::turn;
use super::{Gate, Party, Seat};

/// What one plugin said of a call.
pub(super) struct Opinion {
    pub(super) plugin: Arc<Plugin>,
    pub(super) reviewed: Reviewed,
    /// Whether it counts.
    pub(super) enforced: bool,
    /// Whether it failed, and what it judged passes in spite of it.
    pub(super) spared: bool,
}

/// What the plugins come to.
pub(super) enum Panel {
    /// The ruling, with theirs in it.
    Rules(Ruling),
    /// The call is to be another.
    Patches(Arc<Call>),
}

/// What is remembered of the conversation, by the plugins that judge a call of it.
pub(super) struct Remembering {
    pub(super) memory: Arc<Memory>,
    /// What they wrote while they judged.
    pub(super) drafts: Vec<Draft>,
    /// Nobody else judges with this memory meanwhile.
    _turn: Turn,
}

impl Gate {
    /// Has the plugins review a call.
    pub(super) async fn review(
        &self,
        seat: &Seat,
        party: &Party,
        judgement: &Judgement<'_>,
        mut ruling: Ruling,
        hearing: &mut Hearing<'_>,
    ) -> Result<Panel, Refusal> {
        self.wait_turn(seat, party, judgement, hearing).await?;
        for wanted in &judgement.plugins {
            if ruling.verdict == Verdict::Deny {
                break;
            }
            let Some(plugin) = seat.plugin(wanted) else {
                return Err(Refusal::from(ruling_of(wanted, Verdict::Deny, &Finding::missing(&wanted.name))));
            };
            if !plugin.has(Hook::Call) {
                continue;
            }
            let mut reviewed = self.hear_plugin(seat, plugin, hearing).await;
            let spared = wanted.on_failure == OnFailure::Allow && reviewed.failure().is_some();
            if spared {
                tell_spared(plugin, hearing.call.target(), reviewed.failure());
            }
            hearing.keep(reviewed.draft.take());
            let patched = match &reviewed.opinion {
                plugins::Opinion::Modify(patches) => Some(patched(hearing.call, patches)),
                _ => None,
            };
            if let Some(finding) = reviewed.finding()
                && !spared
                && reviewed.verdict() > ruling.verdict
            {
                ruling = ruling_of(wanted, reviewed.verdict(), finding);
            }
            hearing.opinions.push(Opinion { plugin: Arc::clone(plugin), reviewed, enforced: true, spared });
            match patched {
                None | Some(Ok(None)) => {}
                Some(Ok(Some(call))) => return Ok(Panel::Patches(call)),
                Some(Err(finding)) => return Err(Refusal::from(ruling_of(wanted, Verdict::Deny, &finding))),
            }
        }
        Ok(Panel::Rules(ruling))
    }

    /// Asks one plugin, and counts what it says.
    pub(super) async fn hear_plugin(&self, seat: &Seat, plugin: &Plugin, hearing: &Hearing<'_>) -> Reviewed {
        let context = hearing.context(seat);
        let reviewed = match &hearing.remembering {
            Some(remembering) => plugin.check_in(hearing.call, context, &remembering.memory).await,
            None => plugin.check(hearing.call, context).await,
        };
        let word = match reviewed.opinion {
            plugins::Opinion::Modify(_) => "modify",
            _ => reviewed.verdict().as_str(),
        };
        let failure = reviewed.failure().map(|failure| &*failure.code);
        let (plugin, verdict, Reviewed { took, taken, .. }) = (plugin.name(), word, &reviewed);
        self.rooms.metrics.reviewed(&telemetry::Review { plugin, verdict, failure, took: *took, taken: *taken });
        reviewed
    }

    /// Where one of the plugins remembers conversations, waits for the turn of this call.
    async fn wait_turn(
        &self,
        seat: &Seat,
        party: &Party,
        judgement: &Judgement<'_>,
        hearing: &mut Hearing<'_>,
    ) -> Result<(), Refusal> {
        let mut all = judgement.plugins.iter().chain(&judgement.unenforced.plugins);
        if hearing.remembering.is_some() || !all.any(|wanted| seat.plugin(wanted).is_some_and(|it| it.remembers())) {
            return Ok(());
        }
        let memory = Arc::clone(party.memory().pages());
        let turn = turn(&memory).await?;
        hearing.remembering = Some(Remembering { memory, drafts: Vec::new(), _turn: turn });
        Ok(())
    }
}

impl Hearing<'_> {
    /// What plugins may know of the call.
    pub(super) fn context(&self, seat: &Seat) -> Context {
        Context {
            call_id: self.id.clone().unwrap_or_default(),
            hints: self.hints,
            groups: seat.groups().to_vec(),
            client: self.client.clone(),
            facts: self.facts.clone(),
            now: self.now,
        }
    }

    /// Keeps what a plugin wrote, until it is known whether the call goes.
    pub(super) fn keep(&mut self, draft: Option<Draft>) {
        if let Some(remembering) = &mut self.remembering {
            remembering.drafts.extend(draft);
        }
    }
}

impl Opinion {
    pub(super) fn review(&self) -> Review<'_> {
        let Self { plugin, reviewed, spared, .. } = self;
        let failed = reviewed.failure().filter(|_| *spared).map(|failure| &*failure.code);
        let verdict = if *spared { Verdict::Allow } else { reviewed.verdict() };
        Review { name: plugin.name(), digest: plugin.digest(), verdict, took: reviewed.took, failed }
    }

    /// Why it is not a yes, where that counts.
    pub(super) fn objection(&self) -> Option<String> {
        self.reviewed.finding().filter(|_| self.enforced && !self.spared).map(code_of)
    }
}

/// The call as patched; nothing where it is the same then. What the patches make is read like what an agent sends.
pub(super) fn patched(call: &Call, patches: &Patches) -> Result<Option<Arc<Call>>, Finding> {
    let arguments = call.arguments().cloned().unwrap_or_default();
    let arguments = patches.apply(&arguments, Limits::request)?;
    let patched = call.patched(arguments).ok_or_else(|| Finding::misplaced("only arguments of tools and prompts"))?;
    let digest = |call: &Call| call.document().map(crate::call::Document::digest);
    Ok((digest(&patched) != digest(call)).then(|| Arc::new(patched)))
}

/// Says aloud that something passes though a plugin failed, because the policy says so.
pub(super) fn tell_spared(plugin: &Plugin, target: &Target, failure: Option<&Finding>) {
    let code = failure.map_or("", |failure| &*failure.code);
    tracing::warn!(plugin = plugin.name(), code, %target, "a plugin failed, and `on_failure` lets it pass");
}
