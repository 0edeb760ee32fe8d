//! From the law to a ruling.

use std::borrow::Cow;

use crate::call::{Call, Ruling, Target, Verdict};

use super::{Decision, Hidden, Policy};

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

/// Judges one call. Every policy must allow it; the first that does not gives the reason. Without any policy the answer
/// is no.
pub fn judge<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> Ruling {
    let mut strictest = ruling(Verdict::Deny, "(no policy)", "no policy allows anything here");
    let mut judged = false;
    for policy in policies {
        let found = policy.rule(call.target());
        if !judged || found.verdict > strictest.verdict {
            strictest = found;
        }
        judged = true;
    }
    strictest
}

/// What an agent sees of a name. Listed if and only if callable: this asks what [`judge`] asks.
pub fn sight<'p>(policies: impl IntoIterator<Item = &'p Policy>, target: &Target) -> Sight {
    let mut shown = false;
    for policy in policies {
        if policy.hides(target) {
            return Sight::Hidden;
        }
        if policy.rule(target).verdict == Verdict::Deny {
            return Sight::Withheld;
        }
        shown = true;
    }
    if shown { Sight::Shown } else { Sight::Withheld }
}

impl Policy {
    fn rule(&self, target: &Target) -> Ruling {
        if self.hides(target) {
            return ruling(Verdict::Deny, "(hidden)", "no such name");
        }
        if let Target::Tool(name) = target
            && let Some(rule) = self.tools.get(name)
        {
            let path = format!("/tools/{}", escape(name));
            return match rule.action {
                Decision::Allow => ruling(Verdict::Allow, path, "allowed"),
                Decision::Deny => {
                    let reason = rule.reason.clone().unwrap_or_else(|| "the policy denies this tool".to_owned());
                    ruling(Verdict::Deny, format!("{path}/action"), reason)
                }
            };
        }
        match self.default {
            Decision::Allow => ruling(Verdict::Allow, "(default allow)", "allowed"),
            Decision::Deny => {
                let reason = format!("the policy does not allow the {} `{}`", target.kind(), target.name());
                ruling(Verdict::Deny, "(default deny)", reason)
            }
        }
    }

    fn hides(&self, target: &Target) -> bool {
        match (target, &self.hide) {
            (Target::Tool(_), Hidden::All) => true,
            (Target::Tool(name), Hidden::Names(names)) => names.contains(name),
            _ => false,
        }
    }
}

fn ruling(verdict: Verdict, rule: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Ruling {
    Ruling { verdict, rule: rule.into(), reason: reason.into(), remedy: None }
}

/// A name as a part of a JSON Pointer (RFC 6901).
fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}
