//! The decision about a call: law, a look at the limits, plugins, approval, limits, record; and the Permit that comes
//! of a yes.

use std::sync::Arc;

use crate::approvals;
use crate::audit::{Completion, Decision, Fact, Outcome, RecordId, Review};
use crate::call::{Call, Permit, Refusal, Ruling, Target, Verdict};
use crate::clock::{Stopwatch, Timestamp};
use crate::json::{Object, Value};
use crate::plugins::{Draft, Finding, Memory};
use crate::policy::{self, Circumstances, Facts, Hints, Judgement, Listing, PluginUse, Recalled};
use crate::secret::random_id;
use crate::state::Receipt;
use crate::telemetry::Verdicts;
use crate::upstreams::Tool;

use super::charge::Bill;
use super::review::{Opinion, Panel, Remembering};
use super::watch::Watch;
use super::{Gate, Party, Seat, unenforced};

/// How many times a call that plugins change is judged.
pub(super) const ROUNDS: usize = 4;

/// A yes: the Permit, and the record that it opens.
pub(super) struct Decided {
    pub(super) permit: Permit,
    pub(super) open: Open,
    /// The call as it goes: plugins may have changed its arguments.
    pub(super) call: Arc<Call>,
    /// Who looks at its answer.
    pub(super) watch: Option<Arc<Watch>>,
}

/// A record that waits for its completion.
pub(super) struct Open {
    record: RecordId,
    receipts: Vec<Receipt>,
    since: Stopwatch,
    watch: Option<Arc<Watch>>,
    remembered: Option<(Arc<Memory>, Vec<Draft>)>,
}

/// What a call comes to that is judged once.
enum Judged {
    /// A yes.
    Decided(Decided),
    /// It is to be another, which is judged from the start.
    Patched(Arc<Call>),
}

/// What a call that passes has taken.
struct Taken {
    ruling: Ruling,
    receipts: Vec<Receipt>,
}

/// What the law, the limits and the plugins say together.
enum Deliberated {
    /// It passes.
    Passes(Taken),
    /// A plugin wants it to be another.
    Patches(Arc<Call>),
}

/// What is carried on when a call is judged from the start: what plugins said before, and the turn at the memory.
#[derive(Default)]
struct Before {
    opinions: Vec<Opinion>,
    remembering: Option<Remembering>,
}

/// What is known of a call while it is decided about.
pub(super) struct Hearing<'c> {
    pub(super) call: &'c Arc<Call>,
    /// What plugins and counters know the call by; its record carries it.
    pub(super) id: Option<String>,
    pub(super) now: Timestamp,
    /// The facts that rules looked for.
    pub(super) recalled: Vec<Recalled>,
    /// What plugins are told of the session.
    pub(super) facts: Vec<(String, String)>,
    /// What plugins are told of the tool.
    pub(super) hints: Hints,
    /// What plugins are told of the client program.
    pub(super) client: Option<Arc<str>>,
    pub(super) opinions: Vec<Opinion>,
    /// How many of them were heard before the call was as it is now.
    before: usize,
    /// What is remembered of the conversation, where a plugin remembers it.
    pub(super) remembering: Option<Remembering>,
    /// What the ruling would be if everything were enforced, where that is stricter.
    pub(super) would: Option<Ruling>,
}

impl Gate {
    /// Decides about a call and makes the decision durable. Whatever fails on the way is a no, and recorded like one.
    /// `tool` is what the server lists under the name of a tool that is called.
    pub(super) async fn decide(
        &self,
        seat: &Seat,
        party: &Party,
        call: &Arc<Call>,
        tool: Option<&Tool>,
    ) -> Result<Decided, Refusal> {
        let (mut call, mut before) = (Arc::clone(call), Before::default());
        for _ in 0..ROUNDS {
            match Box::pin(self.judge_once(seat, party, &call, tool, &mut before)).await? {
                Judged::Decided(decided) => return Ok(decided),
                Judged::Patched(patched) => call = patched,
            }
        }
        let ruling = unsettled();
        let mut hearing = Hearing { before: before.opinions.len(), opinions: before.opinions, ..Hearing::of(&call) };
        hearing.introduce(party, tool);
        Err(self.refuse(seat, party, &hearing, Refusal::from(ruling)).await)
    }

    /// Judges a call as it is now.
    async fn judge_once(
        &self,
        seat: &Seat,
        party: &Party,
        call: &Arc<Call>,
        tool: Option<&Tool>,
        before: &mut Before,
    ) -> Result<Judged, Refusal> {
        let Before { opinions, remembering } = std::mem::take(before);
        let mut hearing = Hearing { before: opinions.len(), opinions, remembering, ..Hearing::of(call) };
        let session = match self.recall(seat, party).await {
            Ok(session) => session,
            Err(refusal) => return Err(self.refuse(seat, party, &hearing, refusal).await),
        };
        let now = hearing.now;
        let listing = tool.map_or(Listing::Unlisted, |tool| Listing::Listed(&tool.shape));
        let circumstances = Circumstances { groups: seat.groups(), claims: None, listing, session: &session, now };
        let mut judgement = policy::judge(seat.policies(), call, &circumstances);
        hearing.recalled = std::mem::take(&mut judgement.recalled);
        if !judgement.plugins.is_empty() || !judgement.unenforced.plugins.is_empty() {
            hearing.facts = told(session.facts());
            hearing.introduce(party, tool);
        }
        let Taken { ruling, receipts } = match self.deliberate(seat, party, &judgement, &mut hearing).await {
            Ok(Deliberated::Passes(taken)) => taken,
            Ok(Deliberated::Patches(patched)) => {
                let Hearing { opinions, mut remembering, .. } = hearing;
                // What was written of a call that is another now was never so.
                if let Some(remembering) = &mut remembering {
                    remembering.drafts.clear();
                }
                *before = Before { opinions, remembering };
                return Ok(Judged::Patched(patched));
            }
            Err(refusal) => return Err(self.refuse(seat, party, &hearing, refusal).await),
        };
        let would = hearing.would.as_ref();
        let outcome = Outcome::Allow { rule: &ruling.rule, reason: &ruling.reason, would };
        let record = match self.record(seat, party, &hearing, outcome).await {
            Ok(record) => record,
            Err(refusal) => {
                self.give_back(receipts).await;
                return Err(refusal);
            }
        };
        let watch = Watch::of(seat, party, &judgement, &hearing, record.to_string());
        let permit = self.mint.permit(Arc::clone(call), &ruling).ok_or_else(|| Refusal::from(ruling))?;
        // From here on it goes. What was remembered of it counts, unless nothing goes after all.
        let remembered = hearing.remembering.take().map(|Remembering { memory, drafts, .. }| {
            memory.keep(&drafts);
            (memory, drafts)
        });
        let open = Open { record, receipts, since: Stopwatch::start(), watch: watch.clone(), remembered };
        Ok(Judged::Decided(Decided { permit, open, call: Arc::clone(call), watch }))
    }

    /// Records a request that was refused before there was a call to judge.
    pub(super) async fn refuse_early(
        &self,
        seat: &Seat,
        party: &Party,
        target: Target,
        params: Option<&Object>,
        refusal: Refusal,
    ) -> Refusal {
        let (caller, server) = (seat.caller().clone(), seat.server().name().clone());
        let call = Arc::new(Call::new(caller, server, target, String::new(), params.cloned(), Object::new()));
        self.refuse(seat, party, &Hearing::of(&call), refusal).await
    }

    /// Closes a record: what became of the call, in a word. What was charged is given back if nothing was sent.
    pub(super) async fn close(&self, open: Open, status: &str, sent: bool) {
        let Open { record, receipts, since, watch, remembered } = open;
        if !sent {
            self.give_back(receipts).await;
            if let Some((memory, drafts)) = remembered {
                memory.undo(&drafts);
            }
        }
        let heard = watch.map(|watch| std::mem::take(&mut *watch.heard())).unwrap_or_default();
        let (time, took, reviews) = (Timestamp::now(), since.elapsed(), heard.reviews());
        let refused = heard.refused.as_ref();
        let completion = Completion { time, status, http: None, took, refused, reviews: &reviews };
        if let Err(error) = self.rooms.audit.complete(&record, &completion).await {
            tracing::error!(%record, %error, "a completion could not be recorded");
        }
    }

    async fn give_back(&self, receipts: Vec<Receipt>) {
        for receipt in receipts {
            let _best_effort = self.rooms.store.refund(receipt).await;
        }
    }

    /// Law, a look at the limits, plugins, approval and limits, in this order; the first no ends it.
    async fn deliberate(
        &self,
        seat: &Seat,
        party: &Party,
        judgement: &Judgement<'_>,
        hearing: &mut Hearing<'_>,
    ) -> Result<Deliberated, Refusal> {
        let call = hearing.call;
        let ruling = judgement.ruling.clone();
        if ruling.verdict == Verdict::Deny {
            return Err(ruling.into());
        }
        let id = match call.id() {
            Some(id) => id.to_owned(),
            None => random_id::<12>().map_err(|error| Refusal::unavailable(error.to_string()))?,
        };
        hearing.id = Some(id.clone());
        let bill = Bill::of(&judgement.limits, party.session(), call)?;
        // Only where somebody is asked in between is there anything to save, and a further round is charged already.
        if call.round() == 0 && (ruling.verdict == Verdict::Ask || !judgement.plugins.is_empty()) {
            bill.look(&self.rooms.store).await?;
        }
        let ruling = match self.review(seat, party, judgement, ruling, hearing).await? {
            Panel::Rules(ruling) => ruling,
            Panel::Patches(patched) => return Ok(Deliberated::Patches(patched)),
        };
        let ruling = approvals::settle(ruling)?;
        let mut receipts = vec![bill.charge(&self.rooms.store, &id).await?];
        receipts.extend(self.hear_unenforced(seat, party, judgement, hearing).await);
        if let Err(refusal) = self.mark(call.caller(), &judgement.labels).await {
            self.give_back(receipts).await;
            return Err(refusal);
        }
        Ok(Deliberated::Passes(Taken { ruling, receipts }))
    }

    async fn refuse(&self, seat: &Seat, party: &Party, hearing: &Hearing<'_>, mut refusal: Refusal) -> Refusal {
        // A plugin quotes what it refuses, for the agent to read; the record holds no arguments, so there its code stands.
        let code = hearing.opinions.iter().skip(hearing.before).find_map(Opinion::objection);
        let recorded = match code {
            Some(code) => Refusal { reason: code.into(), ..refusal.clone() },
            None => refusal.clone(),
        };
        match self.record(seat, party, hearing, Outcome::Refuse(&recorded)).await {
            Ok(record) => refusal.record = Some(record.to_string()),
            Err(unrecorded) => tracing::error!(reason = %unrecorded.reason, "a refusal could not be recorded"),
        }
        refusal
    }

    /// Makes a decision durable, and counts and logs it. Without a record there is no call.
    async fn record(
        &self,
        seat: &Seat,
        party: &Party,
        hearing: &Hearing<'_>,
        outcome: Outcome<'_>,
    ) -> Result<RecordId, Refusal> {
        let Hearing { call, id, now, recalled, hints, client, opinions, .. } = hearing;
        let facts: Vec<Fact<'_>> = recalled.iter().map(fact_of).collect();
        let reviews: Vec<Review<'_>> = opinions.iter().map(Opinion::review).collect();
        let kept = policy::kept(seat.policies(), call);
        let decision = Decision {
            time: *now,
            call: id.as_deref(),
            session: party.session(),
            caller: call.caller(),
            client: client.as_deref(),
            groups: seat.groups(),
            grant: Some(call.caller().as_str()),
            server: call.server(),
            target: call.target(),
            pin: call.pin(),
            hints: *hints,
            arguments: call.document(),
            asked: call.asked().filter(|_| call.is_patched()),
            kept: kept.as_ref(),
            facts: &facts,
            outcome,
            reviews: &reviews,
            policy: seat.revision(),
        };
        let recorded = self.rooms.audit.decide(&decision).await;
        let (verdict, rule) = match outcome {
            Outcome::Allow { rule, .. } => (Verdict::Allow.as_str(), rule),
            Outcome::Refuse(refusal) => (refusal.verdict(), refusal.rule.as_ref()),
        };
        let server = call.server().to_string();
        if let Outcome::Allow { would: Some(would), .. } = outcome {
            unenforced::tell(&self.rooms.metrics, call, would);
        }
        self.rooms.metrics.count(&Verdicts { server, verdict, rule: rule.to_owned() });
        let (caller, server) = (call.caller().as_str(), call.server().as_str());
        match &outcome {
            Outcome::Allow { .. } => tracing::debug!(caller, server, target = %call.target(), verdict, rule, "decided"),
            Outcome::Refuse(_) => tracing::info!(caller, server, target = %call.target(), verdict, rule, "decided"),
        }
        recorded.map_err(|error| {
            tracing::error!(%error, "a decision could not be recorded");
            Refusal { rule: "(audit)".into(), ..Refusal::unavailable("decisions cannot be recorded at present") }
        })
    }
}

impl Open {
    /// Who looks at the answer.
    pub(super) fn watch(&self) -> Option<&Arc<Watch>> {
        self.watch.as_ref()
    }
}

impl<'c> Hearing<'c> {
    fn of(call: &'c Arc<Call>) -> Self {
        Self {
            call,
            id: None,
            now: Timestamp::now(),
            recalled: Vec::new(),
            facts: Vec::new(),
            hints: Hints::default(),
            client: None,
            opinions: Vec::new(),
            before: 0,
            remembering: None,
            would: None,
        }
    }

    /// Keeps what plugins are told of the tool and of the client program.
    fn introduce(&mut self, party: &Party, tool: Option<&Tool>) {
        self.hints = tool.map(|tool| tool.shape.hints()).unwrap_or_default();
        self.client = party.client();
    }
}

fn fact_of(recalled: &Recalled) -> Fact<'_> {
    Fact { name: &recalled.name, key: &recalled.key, value: recalled.value.as_ref(), private: recalled.private }
}

/// What plugins are told of a session: each name with its keys and their values, as JSON.
pub(super) fn told(facts: &Facts) -> Vec<(String, String)> {
    let as_text = |value: Value| String::from_utf8_lossy(&value.to_bytes()).into_owned();
    facts.known().map(|(name, known)| (name.to_owned(), as_text(known))).collect()
}

/// What a plugin's finding means for the call.
pub(super) fn ruling_of(wanted: &PluginUse, verdict: Verdict, finding: &Finding) -> Ruling {
    ruling(verdict, &wanted.rule, finding)
}

/// What becomes of a call that plugins never leave as it is.
pub(super) fn unsettled() -> Ruling {
    ruling(Verdict::Deny, "(plugins)", &Finding::unsettled(ROUNDS))
}

fn ruling(verdict: Verdict, rule: &str, finding: &Finding) -> Ruling {
    Ruling {
        verdict,
        rule: rule.to_owned().into(),
        reason: format!("{} ({})", finding.reason, code_of(finding)).into(),
        remedy: finding.remediation.clone(),
    }
}

/// A finding without what it quotes: its code, and the place in the arguments.
pub(super) fn code_of(finding: &Finding) -> String {
    let place = finding.pointer.as_deref().map(|pointer| format!(" at {pointer}")).unwrap_or_default();
    format!("{}{place}", finding.code)
}
