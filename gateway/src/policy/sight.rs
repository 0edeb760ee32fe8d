//! What an agent sees of the names that there are.

use crate::call::{Target, Verdict};

use super::Policy;

/// Whether a name is shown to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is listed, and a call of it is judged.
    Shown,
    /// It is not listed, and a call of it says why it is refused.
    Withheld,
    /// It is as if it were not there.
    Hidden,
}

/// What an agent sees of a name. Listed if and only if callable: this asks what [`judge`](super::judge) asks, but for
/// what depends on arguments, session, time and limits.
pub fn sight<'p>(policies: impl IntoIterator<Item = &'p Policy>, target: &Target) -> Sight {
    let mut sight = None;
    for policy in policies {
        // Hidden by one is hidden, whatever another says: else the other's reason would tell that it is there.
        if policy.enforce && policy.hides(target) {
            return Sight::Hidden;
        }
        let (base, enforced) = policy.base(target, policy.entry(target));
        if enforced && base.verdict == Verdict::Deny {
            sight = Some(Sight::Withheld);
        }
        sight.get_or_insert(Sight::Shown);
    }
    sight.unwrap_or(Sight::Withheld)
}
