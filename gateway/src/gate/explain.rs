//! One call, the whole decision, and nothing forwarded, charged or recorded.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, Refusal, Ruling, Target, Verdict};
use crate::clock::Timestamp;
use crate::json::Object;
use crate::plugins::{Context, Finding, Hook, Opinion};
use crate::policy::{
    self, Circumstances, Definition, Hints, Judgement, Limit, Listing, OnFailure, PluginUse, Recalled, Sight, Step,
};
use crate::secret::{Digest, random_id};
use crate::state::{Charge, Store};

use super::Seat;
use super::charge::{Bill, charge_of};
use super::decide::{ROUNDS, ruling_of, told, unsettled};
use super::review::patched;

/// Everything that has a say in a call.
pub struct Explanation {
    /// Every rule of the law, with its value.
    pub steps: Vec<Step>,
    /// Every plugin that the policy names for it, whatever the rules said.
    pub plugins: Vec<PluginStep>,
    /// Every limit that it would count against.
    pub limits: Vec<LimitStep>,
    /// What is known of the tool.
    pub known: Known,
    /// The facts that rules looked for.
    pub recalled: Vec<Recalled>,
    /// What it comes to.
    pub ruling: Ruling,
    /// What the agent would be refused with.
    pub refusal: Option<Refusal>,
}

/// What is known of a tool without asking its server.
#[derive(Clone, Debug)]
pub enum Known {
    /// Nothing, though it is a tool: arguments are held against no schema.
    Nothing,
    /// Its definition as it was pinned last.
    Pinned(Arc<Definition>, Digest),
    /// A definition that somebody supposes.
    Supposed(Arc<Definition>),
    /// It is no tool.
    NoTool,
}

/// What a plugin says.
pub struct PluginStep {
    /// The plugin.
    pub name: String,
    /// What it says.
    pub ruling: Ruling,
    /// How long it took.
    pub took: Duration,
    /// The call as it wants it to be.
    pub patched: Option<Arc<Call>>,
}

/// How a limit stands.
pub struct LimitStep {
    /// The rule.
    pub rule: String,
    /// The limit in words.
    pub sentence: String,
    /// How much of it is used.
    pub standing: String,
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
    /// The caller's groups; `None` for those of its grant.
    pub groups: Option<Vec<String>>,
    /// What the caller's token claims.
    pub claims: Option<Object>,
    /// What is known of the tool; `None` for what is pinned.
    pub tool: Option<Known>,
    /// What the client program calls itself.
    pub client: Option<Arc<str>>,
}

impl<'s> Scene<'s> {
    /// Now, and nothing came before but what the counters hold.
    pub fn new(store: &'s Store) -> Self {
        Self::at(store, Timestamp::now())
    }

    /// The same at another time.
    pub fn at(store: &'s Store, now: Timestamp) -> Self {
        let past = policy::Session::default();
        Self { store, past, now, groups: None, claims: None, tool: None, client: None }
    }

    fn groups<'a>(&'a self, seat: &'a Seat) -> &'a [String] {
        self.groups.as_deref().unwrap_or(seat.groups())
    }

    fn circumstances<'a>(&'a self, seat: &'a Seat, known: &'a Known) -> Circumstances<'a> {
        let (groups, claims) = (self.groups(seat), self.claims.as_ref());
        Circumstances { groups, claims, listing: known.listing(), session: &self.past, now: self.now }
    }

    /// What plugins are told.
    fn context(&self, seat: &Seat, target: &Target) -> Context {
        Context {
            call_id: "explain".to_owned(),
            hints: self.known(seat, target).hints(),
            groups: self.groups(seat).to_vec(),
            client: self.client.clone(),
            facts: told(self.past.facts()),
            now: self.now,
        }
    }

    fn known(&self, seat: &Seat, target: &Target) -> Known {
        self.tool.clone().unwrap_or_else(|| seat.known(target))
    }
}

impl Known {
    fn listing(&self) -> Listing<'_> {
        match self {
            Self::Pinned(definition, _) | Self::Supposed(definition) => Listing::Listed(definition),
            Self::Nothing | Self::NoTool => Listing::Unasked,
        }
    }

    fn hints(&self) -> Hints {
        match self {
            Self::Pinned(definition, _) | Self::Supposed(definition) => definition.hints(),
            Self::Nothing | Self::NoTool => Hints::default(),
        }
    }
}

impl Seat {
    /// What is known of what is called without asking the server.
    pub fn known(&self, target: &Target) -> Known {
        let Target::Tool(name) = target else { return Known::NoTool };
        match self.pins().and_then(|pins| pins.newest(name)) {
            Some((definition, digest)) => Known::Pinned(Arc::new(Definition::read(definition)), digest),
            None => Known::Nothing,
        }
    }

    /// The definition of a tool that was pinned last.
    pub fn pinned(&self, tool: &str) -> Option<&Object> {
        self.pins()?.newest(tool).map(|(definition, _)| definition)
    }
}

/// Explains what would become of a call. Counters are looked at as they stand.
pub async fn explain(seat: &Seat, scene: &Scene<'_>, call: &Arc<Call>) -> Explanation {
    let (mut call, mut plugins) = (Arc::clone(call), Vec::new());
    for _ in 0..ROUNDS {
        let mut explanation = explain_once(seat, scene, &call).await;
        let patched = explanation.plugins.iter().find_map(|step| step.patched.clone());
        plugins.append(&mut explanation.plugins);
        match patched.filter(|_| explanation.passes()) {
            None => return Explanation { plugins, ..explanation },
            Some(patched) => call = patched,
        }
    }
    let explanation = explain_once(seat, scene, &call).await;
    let ruling = unsettled();
    let refusal = Some(Refusal::from(ruling.clone()));
    Explanation { plugins, ruling, refusal, ..explanation }
}

/// Explains what would become of a call as it is.
async fn explain_once(seat: &Seat, scene: &Scene<'_>, call: &Arc<Call>) -> Explanation {
    let (store, session) = (scene.store, None);
    let known = scene.known(seat, call.target());
    let circumstances = scene.circumstances(seat, &known);
    let mut judgement = policy::judge(seat.policies(), call, &circumstances);
    let recalled = std::mem::take(&mut judgement.recalled);
    let mut ruling = judgement.ruling.clone();
    let mut refusal = None;
    let Judgement { unenforced, .. } = &judgement;
    let mut limits = Vec::new();
    for limit in judgement.limits.iter().chain(&unenforced.limits) {
        limits.push(explain_limit(limit, store, session, call).await);
    }
    if ruling.verdict != Verdict::Deny
        && let Err(over) = look(&judgement.limits, store, session, call).await
    {
        let Refusal { rule, reason, remedy, .. } = over.clone();
        ruling = Ruling { verdict: Verdict::Deny, rule, reason, remedy };
        refusal = Some(over);
    }
    let mut plugins = Vec::new();
    for wanted in &judgement.plugins {
        let step = explain_plugin(seat, wanted, call, scene).await;
        if step.ruling.verdict > ruling.verdict {
            ruling = step.ruling.clone();
        }
        let patches = step.patched.is_some();
        plugins.push(step);
        if patches {
            break;
        }
    }
    for wanted in &unenforced.plugins {
        plugins.push(explain_plugin(seat, wanted, call, scene).await);
    }
    if ruling.verdict > Verdict::Allow && refusal.is_none() {
        let hidden = policy::sight(seat.policies(), call.target()) == Sight::Hidden;
        refusal = Some(if hidden { Refusal::unknown("(hidden)") } else { Refusal::from(ruling.clone()) });
    }
    let steps = policy::trace(seat.policies(), call, &circumstances);
    Explanation { steps, plugins, limits, known, recalled, ruling, refusal }
}

/// Does to the counters and to the past what a call that passed would have done.
pub async fn rehearse(seat: &Seat, scene: &mut Scene<'_>, call: &Arc<Call>) -> Result<(), Refusal> {
    let judgement = {
        let known = scene.known(seat, call.target());
        policy::judge(seat.policies(), call, &scene.circumstances(seat, &known))
    };
    let id = random_id::<12>().map_err(|error| Refusal::unavailable(error.to_string()))?;
    Bill::of(&judgement.limits, None, call)?.charge(scene.store, &id).await?;
    let labels: Vec<String> = judgement.labels.iter().map(ToString::to_string).collect();
    labels.into_iter().for_each(|label| scene.past.mark(label));
    Ok(())
}

/// Remembers what the result of a call would have told.
pub fn hear(seat: &Seat, scene: &mut Scene<'_>, call: &Call, result: &Object) {
    policy::remembered(seat.policies(), call, result).into_iter().for_each(|told| scene.past.learn(told));
}

async fn look(limits: &[&Limit], store: &Store, session: Option<Digest>, call: &Call) -> Result<(), Refusal> {
    Bill::of(limits, session, call)?.look(store).await
}

async fn explain_limit(limit: &Limit, store: &Store, session: Option<Digest>, call: &Call) -> LimitStep {
    let charge = charge_of(limit, session, call);
    let over = match &charge {
        Ok(charge) => Some(store.peek(vec![charge.clone()]).await),
        Err(_) => None,
    };
    let standing = standing(limit, store, charge.as_ref().ok()).await;
    let (within, retry_after) = match over {
        Some(Ok(None)) => (true, None),
        Some(Ok(Some(over))) => (false, over.retry_after),
        Some(Err(_)) | None => (false, None),
    };
    LimitStep { rule: limit.rule.to_string(), sentence: limit.sentence(), standing, retry_after, within }
}

/// How much of a limit is used. A cost above everything is within no limit, so that how it stands is told.
async fn standing(limit: &Limit, store: &Store, charge: Option<&Charge>) -> String {
    let Some(charge) = charge else { return "its cost cannot be told".to_owned() };
    match store.peek(vec![Charge { cost: u64::MAX, ..charge.clone() }]).await {
        Ok(over) => limit.standing(over.map_or(0, |over| over.used)),
        Err(error) => error.to_string(),
    }
}

async fn explain_plugin(seat: &Seat, wanted: &PluginUse, call: &Arc<Call>, scene: &Scene<'_>) -> PluginStep {
    let name = wanted.name.to_string();
    let Some(plugin) = seat.plugin(wanted) else {
        let ruling = ruling_of(wanted, Verdict::Deny, &Finding::missing(&wanted.name));
        return PluginStep { name, ruling, took: Duration::ZERO, patched: None };
    };
    let says = |verdict, reason: &'static str| Ruling {
        verdict,
        rule: wanted.rule.to_string().into(),
        reason: reason.into(),
        remedy: None,
    };
    if !plugin.has(Hook::Call) {
        let ruling = says(Verdict::Allow, "it does not judge calls");
        return PluginStep { name, ruling, took: Duration::ZERO, patched: None };
    }
    let reviewed = plugin.check(call, scene.context(seat, call.target())).await;
    let spared = wanted.on_failure == OnFailure::Allow && reviewed.failure().is_some();
    let (ruling, patched) = match (&reviewed.opinion, reviewed.finding()) {
        (Opinion::Modify(patches), _) => match patched(call, patches) {
            Ok(Some(patched)) => (says(Verdict::Allow, "it changes the arguments"), Some(patched)),
            Ok(None) => (says(Verdict::Allow, "no objection"), None),
            Err(finding) => (ruling_of(wanted, Verdict::Deny, &finding), None),
        },
        (_, Some(_)) if spared => (says(Verdict::Allow, "it failed, and `on_failure` lets the call pass"), None),
        (_, Some(finding)) => (ruling_of(wanted, reviewed.verdict(), finding), None),
        (_, None) => (says(reviewed.verdict(), "no objection"), None),
    };
    PluginStep { name, ruling, took: reviewed.took, patched }
}
