//! What a person must say. Nobody can be asked yet, so an Ask is refused as pending.

use crate::call::{Refusal, Ruling, Verdict};

/// Settles a ruling: only a yes goes on.
pub fn settle(ruling: Ruling) -> Result<Ruling, Refusal> {
    match ruling.verdict {
        Verdict::Allow => Ok(ruling),
        Verdict::Ask | Verdict::Deny => Err(ruling.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::RefusalKind;

    #[test]
    fn only_a_yes_goes_on() {
        let ruling = |verdict| Ruling { verdict, rule: "/r".into(), reason: "because".into(), remedy: None };
        assert!(settle(ruling(Verdict::Allow)).is_ok());
        assert_eq!(settle(ruling(Verdict::Ask)).unwrap_err().kind, RefusalKind::Pending);
        assert_eq!(settle(ruling(Verdict::Deny)).unwrap_err().kind, RefusalKind::Denied);
    }
}
