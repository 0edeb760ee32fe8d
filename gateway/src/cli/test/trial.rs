//! One case, tried under its law by the code that decides in `run`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::call::{Call, Caller, Refusal, ServerName};
use crate::clock::Timestamp;
use crate::gate::{Explanation, Law, Scene, Seat, explain, hear, rehearse};
use crate::server::told as told_to_agent;
use crate::state::{Store, StoreError};

use super::super::rehearsal::told;
use super::super::report::tried::Differences;
use super::suite::{Case, Expectation, Past};

/// What came of a case.
pub(super) struct Trial {
    pub(super) explanation: Explanation,
    /// How it differs from what is expected, line by line; nothing where it does not.
    pub(super) differences: Vec<String>,
    /// What came of those of the history of which something is expected.
    pub(super) history: Vec<Explanation>,
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

/// Tries a case: what came before it first, on counters and a clock of its own.
pub(super) async fn run(case: &Case, law: &Law, caller: &Caller, server: &ServerName) -> Result<Trial, Untried> {
    let Some(seat) = law.seat(caller, server) else {
        return Err(Untried::NoSeat { caller: caller.clone(), server: server.clone() });
    };
    let first = case.history.iter().find_map(|past| past.now).or(case.setting.now);
    let begin = first.unwrap_or_else(Timestamp::now);
    let clock = Arc::new(AtomicU64::new(begin.as_millis()));
    let store = Store::in_memory_with(told(&clock))?;
    let mut scene = Scene { past: case.session.clone(), ..Scene::at(&store, begin) };
    let set = |now: Option<Timestamp>, scene: &mut Scene<'_>| {
        scene.now = now.unwrap_or(scene.now);
        clock.store(scene.now.as_millis(), Ordering::Relaxed);
    };
    let (mut differences, mut history) = (Vec::new(), Vec::new());
    for (place, past) in case.history.iter().enumerate() {
        set(past.now, &mut scene);
        case.setting.suppose(&seat, past.call.target(), &mut scene);
        scene.tool = Some(seat.known(past.call.target()));
        let call = past.call.call(caller, server);
        let different = relive(past, &seat, &mut scene, &call, &mut history).await?;
        differences.extend(different.into_iter().map(|line| format!("{line} (history, {})", place + 1)));
    }
    set(case.setting.now, &mut scene);
    case.setting.suppose(&seat, case.call.target(), &mut scene);
    let call = case.call.call(caller, server);
    let explanation = explain(&seat, &scene, &call).await;
    store.close().await?;
    differences.extend(compare(&case.expect, &explanation, &call));
    Ok(Trial { explanation, differences, history })
}

/// Does what a call of the history did, each time, and says how that differs from what is expected the first time that
/// it does.
async fn relive(
    past: &Past,
    seat: &Seat,
    scene: &mut Scene<'_>,
    call: &Arc<Call>,
    history: &mut Vec<Explanation>,
) -> Result<Vec<String>, Untried> {
    let mut differences = Vec::new();
    for _ in 0..past.times {
        if let Some(expected) = &past.expect {
            let found = explain(seat, scene, call).await;
            let passes = found.passes();
            if differences.is_empty() {
                differences = compare(expected, &found, call);
            }
            history.push(found);
            if !passes {
                continue;
            }
        }
        rehearse(seat, scene, call).await.map_err(Untried::History)?;
        past.result.iter().for_each(|result| hear(seat, scene, call, result));
    }
    Ok(differences)
}

/// `- what was expected`, `+ what came`.
fn compare(expected: &Expectation, found: &Explanation, call: &Call) -> Vec<String> {
    let mut differences = Differences::default();
    let mut differ = |what, expected: &str, found: &str| differences.differ(what, expected, found);
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
    if let Some(text) = &expected.text {
        let told = found.refusal.as_ref().map(|refusal| told_to_agent(call.target(), refusal)).unwrap_or_default();
        if !told.contains(text.as_str()) {
            differ("text", text, &told);
        }
    }
    differences.into_lines()
}
