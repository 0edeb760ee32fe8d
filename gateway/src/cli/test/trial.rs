//! One case, tried under its law by the code that decides in `run`.

use std::sync::Arc;

use crate::call::{Call, Caller, Refusal, ServerName};
use crate::gate::{Explanation, Law, Scene, explain, rehearse};
use crate::state::{Store, StoreError};

use super::super::rehearsal;
use super::suite::{Asked, Case, Expectation};

/// What came of a case.
pub(super) struct Trial {
    pub(super) explanation: Explanation,
    /// How it differs from what is expected, line by line; nothing where it does not.
    pub(super) differences: Vec<String>,
}

/// What keeps a case from being tried.
#[derive(Debug, thiserror::Error)]
pub(super) enum Untried {
    /// Nobody of this name has a place at the server.
    #[error("`{caller}` has no access to a server `{server}`; name a grant in `caller`")]
    NoSeat {
        /// Who.
        caller: Caller,
        /// Where.
        server: ServerName,
    },
    /// What came before cannot have come.
    #[error("the history cannot have happened: {}", .0.reason)]
    History(Refusal),
    /// Limits cannot be counted.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tries a case: what came before it first, on counters of its own.
pub(super) async fn run(case: &Case, law: &Law, caller: &Caller, server: &ServerName) -> Result<Trial, Untried> {
    let store = Store::in_memory()?;
    let Some(seat) = law.seat(caller, server) else {
        return Err(Untried::NoSeat { caller: caller.clone(), server: server.clone() });
    };
    let mut scene = Scene::new(&store);
    for past in &case.history {
        let call = call_of(&past.call, caller, server);
        for _ in 0..past.times {
            rehearse(&seat, &mut scene, &call).await.map_err(Untried::History)?;
        }
    }
    let explanation = explain(&seat, &scene, &call_of(&case.call, caller, server)).await;
    store.close().await?;
    let differences = differences(&case.expect, &explanation);
    Ok(Trial { explanation, differences })
}

fn call_of(asked: &Asked, caller: &Caller, server: &ServerName) -> Arc<Call> {
    rehearsal::call(caller, server, &asked.name, &asked.arguments)
}

/// `- what was expected`, `+ what came`.
fn differences(expected: &Expectation, found: &Explanation) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differ = |what: &str, expected: &str, found: &str| {
        lines.push(format!("- {what}: {expected}"));
        lines.push(format!("+ {what}: {found}"));
    };
    let ruling = &found.ruling;
    if expected.verdict != ruling.verdict {
        differ("verdict", expected.verdict.as_str(), ruling.verdict.as_str());
    }
    if let Some(rule) = &expected.rule
        && *rule != ruling.rule
    {
        differ("rule", rule, &ruling.rule);
    }
    if let Some(reason) = &expected.reason
        && !ruling.reason.contains(reason.as_str())
    {
        differ("reason", reason, &ruling.reason);
    }
    lines
}
