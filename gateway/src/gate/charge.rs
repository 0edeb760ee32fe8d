//! The limits of a call: looked at when the law has judged, and charged when everybody else has said yes.

use std::sync::Arc;

use crate::call::{Call, Refusal, RefusalKind, Ruling};
use crate::policy::{self, Limit, Scope};
use crate::secret::Digest;
use crate::state::{Algorithm, Charge, Charged, Over, Receipt, Store, StoreError};

/// What a call counts against its limits.
pub(super) struct Bill<'p> {
    limits: &'p [&'p Limit],
    charges: Arc<[Charge]>,
}

impl<'p> Bill<'p> {
    /// What a call counts against these limits. What cannot be told is a no.
    pub(super) fn of(limits: &'p [&'p Limit], session: Option<Digest>, call: &Call) -> Result<Self, Refusal> {
        let charges = limits.iter().map(|limit| charge_of(limit, session, call));
        let charges = charges.collect::<Result<Vec<Charge>, Ruling>>()?.into();
        Ok(Self { limits, charges })
    }

    /// Looks whether the limits would hold now, and charges nothing. What cannot be looked at is a no.
    pub(super) async fn look(&self, store: &Store) -> Result<(), Refusal> {
        match store.peek(Arc::clone(&self.charges)).await {
            Ok(None) => Ok(()),
            Ok(Some(over)) => Err(self.refusal(&over)),
            Err(error) => Err(uncounted(&error)),
        }
    }

    /// Charges every limit, or none, once for this call id.
    pub(super) async fn charge(self, store: &Store, id: &str) -> Result<Receipt, Refusal> {
        match store.charge(id, Arc::clone(&self.charges)).await {
            Ok(Charged::Within(receipt)) => Ok(receipt),
            Ok(Charged::Over(over)) => Err(self.refusal(&over)),
            Err(error) => Err(uncounted(&error)),
        }
    }

    fn refusal(&self, over: &Over) -> Refusal {
        let limit = self.limits.get(over.place).zip(self.charges.get(over.place));
        let (rule, reason) = match limit {
            Some((limit, charge)) => (limit.rule.to_string(), limit.reason(charge.cost)),
            None => ("(limit)".to_owned(), "a limit is reached".to_owned()),
        };
        let kind = match over.retry_after {
            Some(retry_after) => RefusalKind::RateLimited { retry_after },
            None => RefusalKind::Denied,
        };
        Refusal { kind, rule: rule.into(), reason: reason.into(), remedy: None, record: None }
    }
}

fn uncounted(error: &StoreError) -> Refusal {
    if !matches!(error, StoreError::Busy) {
        tracing::error!(%error, "limits cannot be counted");
    }
    Refusal { rule: "(store)".into(), ..Refusal::unavailable("limits cannot be counted at present") }
}

/// What a call counts against one limit.
pub(super) fn charge_of(limit: &Limit, session: Option<Digest>, call: &Call) -> Result<Charge, Ruling> {
    let (server, caller) = (call.server(), call.caller());
    let scope = match (limit.scope, session) {
        (Scope::Grant, _) | (Scope::Session, None) => format!("{server}/grant:{caller}"),
        (Scope::Session, Some(session)) => format!("{server}/session:{session}"),
        (Scope::Server, _) => format!("{server}/"),
        (Scope::All, _) => String::new(),
    };
    let algorithm = match &limit.algorithm {
        policy::Algorithm::Sliding => Algorithm::Sliding(limit.window),
        policy::Algorithm::TokenBucket { .. } => {
            Algorithm::TokenBucket { window: limit.window, burst: limit.ceiling() }
        }
        policy::Algorithm::Calendar(calendar) => Algorithm::Calendar(calendar.clone()),
    };
    let (counter, max) = (limit.counter.to_string(), limit.max_millionths());
    Ok(Charge { counter, scope, algorithm, max, cost: limit.cost(call)? })
}

#[cfg(test)]
mod tests;
