//! The limits of a call: looked at when the law has judged, and charged when everybody else has said yes.

use std::sync::Arc;

use crate::call::{Call, Refusal, RefusalKind};
use crate::policy::{Limit, Scope};
use crate::secret::Digest;
use crate::state::{Charge, Charged, Over, Receipt, Store, StoreError};

/// What a call counts against its limits.
pub(super) struct Bill<'p> {
    limits: &'p [&'p Limit],
    charges: Arc<[Charge]>,
}

impl<'p> Bill<'p> {
    /// What a call counts against these limits.
    pub(super) fn of(limits: &'p [&'p Limit], session: Option<Digest>, call: &Call) -> Self {
        Self { limits, charges: limits.iter().map(|limit| charge_of(limit, session, call)).collect() }
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
        let limit = self.limits.get(over.place);
        let rule = limit.map_or_else(|| "(limit)".to_owned(), |limit| limit.rule.to_string());
        let allowed = limit.map(|limit| limit.sentence()).unwrap_or_default();
        let kind = match over.retry_after {
            Some(retry_after) => RefusalKind::RateLimited { retry_after },
            None => RefusalKind::Denied,
        };
        let reason = format!("this may be done {allowed}").into();
        Refusal { kind, rule: rule.into(), reason, remedy: None, record: None }
    }
}

fn uncounted(error: &StoreError) -> Refusal {
    if !matches!(error, StoreError::Busy) {
        tracing::error!(%error, "limits cannot be counted");
    }
    Refusal { rule: "(store)".into(), ..Refusal::unavailable("limits cannot be counted at present") }
}

/// What a call counts against one limit.
pub(super) fn charge_of(limit: &Limit, session: Option<Digest>, call: &Call) -> Charge {
    let (server, caller) = (call.server(), call.caller());
    let scope = match (limit.scope, session) {
        (Scope::Grant, _) | (Scope::Session, None) => format!("{server}/grant:{caller}"),
        (Scope::Session, Some(session)) => format!("{server}/session:{session}"),
        (Scope::Server, _) => format!("{server}/"),
        (Scope::All, _) => String::new(),
    };
    Charge { counter: limit.counter.to_string(), scope, window: limit.window, max: limit.max, cost: 1 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::call::{Caller, ServerName, Target};
    use crate::json::Object;

    fn call() -> Call {
        let (caller, server) = (Caller::new("ci"), ServerName::new("ssh"));
        Call::new(caller, server, Target::Tool("x".to_owned()), "tools/call".to_owned(), None, Object::new())
    }

    fn once_an_hour() -> Limit {
        let window = Duration::from_secs(3600);
        Limit { rule: "/tools/x/limits/c".into(), counter: "c".into(), window, max: 1, scope: Scope::Grant }
    }

    #[tokio::test]
    async fn what_cannot_be_looked_at_or_charged_is_refused() {
        let limit = once_an_hour();
        let store = Store::in_memory().unwrap();
        store.close().await.unwrap();
        let limits = [&limit];
        let looked = Bill::of(&limits, None, &call()).look(&store).await.unwrap_err();
        let charged = Bill::of(&limits, None, &call()).charge(&store, "a").await.unwrap_err();
        for refusal in [looked, charged] {
            assert_eq!((refusal.kind, refusal.rule.as_ref()), (RefusalKind::Unavailable, "(store)"));
        }
    }

    #[tokio::test]
    async fn a_look_refuses_like_a_charge_and_takes_nothing() {
        let limit = once_an_hour();
        let limits = [&limit];
        let store = Store::in_memory().unwrap();
        let bill = || Bill::of(&limits, None, &call());
        for _ in 0..3 {
            bill().look(&store).await.unwrap();
        }
        bill().charge(&store, "a").await.unwrap();
        let looked = bill().look(&store).await.unwrap_err();
        let charged = bill().charge(&store, "b").await.unwrap_err();
        for refusal in [looked, charged] {
            assert!(matches!(refusal.kind, RefusalKind::RateLimited { .. }), "{refusal:?}");
            assert_eq!(
                (refusal.rule.as_ref(), refusal.reason.as_ref()),
                ("/tools/x/limits/c", "this may be done once an hour")
            );
        }
    }
}
