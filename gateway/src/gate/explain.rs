//! One call, the whole decision, and nothing forwarded, charged or recorded.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, Refusal, Ruling, Verdict};
use crate::clock::Timestamp;
use crate::plugins::{Context, Finding};
use crate::policy::{self, Circumstances, Judgement, Limit, PluginUse, Step};
use crate::secret::{Digest, random_id};
use crate::state::Store;

use super::Seat;
use super::charge::{Bill, charge_of};
use super::decide::ruling_of;

/// Everything that has a say in a call.
pub struct Explanation {
    /// Every rule of the law, with its value.
    pub steps: Vec<Step>,
    /// Every plugin that the policy names for it, whatever the rules said.
    pub plugins: Vec<PluginStep>,
    /// Every limit that it would count against.
    pub limits: Vec<LimitStep>,
    /// What it comes to.
    pub ruling: Ruling,
}

/// What a plugin says.
pub struct PluginStep {
    /// The plugin.
    pub name: String,
    /// What it says.
    pub ruling: Ruling,
    /// How long it took.
    pub took: Duration,
}

/// How a limit stands.
pub struct LimitStep {
    /// The rule.
    pub rule: String,
    /// The limit in words.
    pub sentence: String,
    /// When the call would pass, if it would not pass now.
    pub retry_after: Option<Duration>,
    /// Whether it would pass now.
    pub within: bool,
}

impl Explanation {
    /// Whether the call would pass.
    pub fn passes(&self) -> bool {
        self.ruling.verdict == Verdict::Allow
    }
}

/// What is supposed around a call that is only looked at.
pub struct Scene<'s> {
    /// The counters.
    pub store: &'s Store,
    /// What is remembered of the session.
    pub past: policy::Session,
    /// The time.
    pub now: Timestamp,
}

impl<'s> Scene<'s> {
    /// Now, and nothing came before but what the counters hold.
    pub fn new(store: &'s Store) -> Self {
        Self { store, past: policy::Session::default(), now: Timestamp::now() }
    }

    fn circumstances(&self) -> Circumstances<'_> {
        Circumstances::unasked(&self.past, self.now)
    }
}

/// Explains what would become of a call. Counters are looked at as they stand.
pub async fn explain(seat: &Seat, scene: &Scene<'_>, call: &Arc<Call>) -> Explanation {
    let (store, session) = (scene.store, None);
    let circumstances = scene.circumstances();
    let judgement = policy::judge(seat.policies(), call, &circumstances);
    let mut ruling = judgement.ruling.clone();
    let Judgement { unenforced, .. } = &judgement;
    let mut limits = Vec::new();
    for limit in judgement.limits.iter().chain(&unenforced.limits) {
        limits.push(explain_limit(limit, store, session, call).await);
    }
    if ruling.verdict != Verdict::Deny
        && let Err(refusal) = look(&judgement.limits, store, session, call).await
    {
        let Refusal { rule, reason, remedy, .. } = refusal;
        ruling = Ruling { verdict: Verdict::Deny, rule, reason, remedy };
    }
    let mut plugins = Vec::new();
    for wanted in &judgement.plugins {
        let step = explain_plugin(seat, wanted, call, scene.now).await;
        if step.ruling.verdict > ruling.verdict {
            ruling = step.ruling.clone();
        }
        plugins.push(step);
    }
    for wanted in &unenforced.plugins {
        plugins.push(explain_plugin(seat, wanted, call, scene.now).await);
    }
    Explanation { steps: policy::trace(seat.policies(), call, &circumstances), plugins, limits, ruling }
}

/// Does to the counters and to the past what a call that passed would have done.
pub async fn rehearse(seat: &Seat, scene: &mut Scene<'_>, call: &Arc<Call>) -> Result<(), Refusal> {
    let judgement = policy::judge(seat.policies(), call, &scene.circumstances());
    let id = random_id::<12>().map_err(|error| Refusal::unavailable(error.to_string()))?;
    Bill::of(&judgement.limits, None, call)?.charge(scene.store, &id).await?;
    let labels: Vec<String> = judgement.labels.iter().map(ToString::to_string).collect();
    labels.into_iter().for_each(|label| scene.past.mark(label));
    Ok(())
}

async fn look(limits: &[&Limit], store: &Store, session: Option<Digest>, call: &Call) -> Result<(), Refusal> {
    Bill::of(limits, session, call)?.look(store).await
}

async fn explain_limit(limit: &Limit, store: &Store, session: Option<Digest>, call: &Call) -> LimitStep {
    let over = match charge_of(limit, session, call) {
        Ok(charge) => Some(store.peek(vec![charge]).await),
        Err(_) => None,
    };
    let (within, retry_after) = match over {
        Some(Ok(None)) => (true, None),
        Some(Ok(Some(over))) => (false, over.retry_after),
        Some(Err(_)) | None => (false, None),
    };
    LimitStep { rule: limit.rule.to_string(), sentence: limit.sentence(), retry_after, within }
}

async fn explain_plugin(seat: &Seat, wanted: &PluginUse, call: &Arc<Call>, now: Timestamp) -> PluginStep {
    let name = wanted.name.to_string();
    let Some(plugin) = seat.plugin(wanted) else {
        let ruling = ruling_of(wanted, Verdict::Deny, &Finding::missing(&wanted.name));
        return PluginStep { name, ruling, took: Duration::ZERO };
    };
    let call_id = "explain".to_owned();
    let reviewed = plugin.check(call, Context { call_id, groups: Vec::new(), facts: Vec::new(), now }).await;
    let ruling = match reviewed.finding() {
        Some(finding) => ruling_of(wanted, reviewed.verdict(), finding),
        None => {
            let (verdict, rule) = (reviewed.verdict(), wanted.rule.to_string().into());
            Ruling { verdict, rule, reason: "no objection".into(), remedy: None }
        }
    };
    PluginStep { name, ruling, took: reviewed.took }
}
