//! What is not enforced (`enforce: false`): it judges like the rest, its no is recorded as `would deny`, and the call passes.

use std::sync::Arc;

use crate::call::{Call, Ruling, Verdict};
use crate::plugins::{Finding, Hook};
use crate::policy::{Judgement, Policy};
use crate::state::Receipt;
use crate::telemetry::{Metrics, Would};

use super::charge::Bill;
use super::decide::{Hearing, code_of};
use super::review::Opinion;
use super::{Gate, Law, Party, Seat};

impl Gate {
    /// Hears what is not enforced of a call that passes otherwise, and charges those limits that would let it pass.
    pub(super) async fn hear_unenforced(
        &self,
        seat: &Seat,
        party: &Party,
        judgement: &Judgement<'_>,
        hearing: &mut Hearing<'_>,
    ) -> Vec<Receipt> {
        hearing.would.clone_from(&judgement.would);
        let (call, id) = (hearing.call, hearing.id.clone().unwrap_or_default());
        for wanted in &judgement.unenforced.plugins {
            let Some(plugin) = seat.plugin(wanted) else {
                let missing = Finding::missing(&wanted.name);
                hearing.hear(Verdict::Deny, &wanted.rule, code_of(&missing));
                continue;
            };
            if !plugin.has(Hook::Call) {
                continue;
            }
            let mut reviewed = self.hear_plugin(seat, plugin, hearing).await;
            hearing.keep(reviewed.draft.take());
            if let Some(finding) = reviewed.finding() {
                hearing.hear(reviewed.verdict(), &wanted.rule, code_of(finding));
            }
            hearing.opinions.push(Opinion { plugin: Arc::clone(plugin), reviewed, enforced: false, spared: false });
        }
        let mut receipts = Vec::new();
        for (place, limit) in judgement.unenforced.limits.iter().enumerate() {
            let one = [*limit];
            let charged = async {
                Bill::of(&one, party.session(), call)?.charge(&self.rooms.store, &format!("{id}.{place}")).await
            };
            match charged.await {
                Ok(receipt) => receipts.push(receipt),
                Err(refusal) => hearing.hear(Verdict::Deny, &limit.rule, refusal.reason.into_owned()),
            }
        }
        receipts
    }
}

impl Hearing<'_> {
    /// Keeps an objection that does not count, if it is stricter than those before.
    fn hear(&mut self, verdict: Verdict, rule: &str, reason: String) {
        let stricter = self.would.as_ref().is_none_or(|would| verdict > would.verdict);
        if verdict > Verdict::Allow && stricter {
            let (rule, reason) = (rule.to_owned().into(), reason.into());
            self.would = Some(Ruling { verdict, rule, reason, remedy: None });
        }
    }
}

/// Counts and logs a call that passes because something is not enforced.
pub(super) fn tell(metrics: &Metrics, call: &Call, would: &Ruling) {
    let (caller, server, verdict) = (call.caller().as_str(), call.server().as_str(), would.verdict.as_str());
    metrics.count_would(&Would { server: server.to_owned(), verdict, rule: would.rule.to_string() });
    tracing::warn!(caller, server, target = %call.target(), verdict, rule = %would.rule, "passed, and would be refused");
}

/// Says aloud what of a law is not enforced.
pub(super) fn warn(law: &Law) {
    let mut told: Vec<*const Policy> = Vec::new();
    for policy in law.policies() {
        if told.contains(&std::ptr::from_ref(policy)) {
            continue;
        }
        told.push(std::ptr::from_ref(policy));
        for rule in policy.unenforced() {
            tracing::warn!(%rule, policy = %policy.digest(), "NOT ENFORCED: what it would refuse is recorded, and passes");
        }
    }
}
