//! Tools whose definitions somebody approved: one that has become another is not listed, and a call of it is refused.

use crate::call::{Refusal, RefusalKind};
use crate::json::Object;
use crate::pins::{Difference, Pins, Standing, digest_of};
use crate::secret::Digest;
use crate::upstreams::Tool;

use super::Seat;

/// How many places are named to an agent.
const PLACES: usize = 5;

/// Holds a tool against its pins: the pin that it matches, or nothing where it has none.
pub(super) fn check(seat: &Seat, name: &str, tool: &Tool) -> Result<Option<Digest>, Refusal> {
    match standing(seat, name, tool.digest) {
        Standing::Pinned => Ok(Some(tool.digest)),
        Standing::Unpinned => Ok(None),
        Standing::Changed => {
            let differences = seat.pins().map(|pins| pins.differences(name, &tool.definition)).unwrap_or_default();
            Err(refusal(&differences))
        }
    }
}

/// Whether a definition that the server lists may be shown.
pub(super) fn may_be_listed(seat: &Seat, name: &str, definition: &Object) -> bool {
    standing(seat, name, digest_of(definition)) != Standing::Changed
}

/// Whether a tool that the server does not list was pinned once.
pub(super) fn is_known(seat: &Seat, name: &str) -> bool {
    seat.pins().is_some_and(|pins| pins.has(name))
}

fn standing(seat: &Seat, name: &str, digest: Digest) -> Standing {
    let standing = seat.pins().map_or(Standing::Unpinned, |pins: &Pins| pins.standing(name, digest));
    let server = seat.server();
    if standing == Standing::Unpinned && server.watch(name, digest) {
        let (server, tool): (&str, String) = (server.name().as_str(), name.escape_debug().take(100).collect());
        tracing::warn!(server, tool, "an unpinned tool changed its definition; pin it with `doorward scan`");
    }
    standing
}

/// The agent is told where the definitions differ, and none of the words: they may have been written for it to read.
fn refusal(differences: &[Difference]) -> Refusal {
    let mut places: Vec<String> = differences.iter().take(PLACES).map(Difference::place).collect();
    if differences.len() > PLACES {
        places.push("…".to_owned());
    }
    let reason = format!("tool changed: its definition is not the one that was approved: {}", places.join(", "));
    Refusal {
        kind: RefusalKind::Denied,
        rule: "(tool changed)".into(),
        reason: reason.into(),
        remedy: Some("a call of it once an operator has approved it with `doorward scan --accept`".into()),
        record: None,
    }
}
