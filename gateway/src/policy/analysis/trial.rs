//! Trials: conditions asked of specimens, by the code that decides, for as long as the work for one policy lasts.

use jiff::tz::TimeZone;

use crate::call::{Call, Caller, ServerName, Target};
use crate::clock::Timestamp;
use crate::json::{Object, Value};
use crate::policy::Policy;
use crate::policy::circumstances::{Circumstances, Session};
use crate::policy::condition::{Condition, Reading, Sense};
use crate::policy::operator::Test;
use crate::policy::path::{Found, Path};
use crate::policy::rule::Rule;
use crate::policy::scope::{Scope, Work};
use crate::policy::truth::Truth;

use super::specimen::{Specimen, specimens};

/// How many tests are made of specimens for one policy.
const WORK: usize = 50_000_000;

/// Where conditions are asked.
pub(super) struct Trial<'t> {
    call: &'t Call,
    circumstances: &'t Circumstances<'t>,
    zone: &'t TimeZone,
    work: usize,
    /// Whether all work is done that may be, and whether something was left out.
    over: bool,
    left_out: bool,
}

/// A condition of a rule of some sense.
#[derive(Clone, Copy)]
pub(super) struct Asked<'r> {
    pub(super) condition: &'r Condition,
    pub(super) sense: Sense,
}

impl<'r> Asked<'r> {
    /// The conditions of a rule.
    pub(super) fn all_of(rule: &'r Rule) -> Vec<Self> {
        rule.conditions.iter().map(|condition| Self { condition, sense: rule.sense }).collect()
    }

    /// Whether the condition, alone, has the rule object to what was found.
    fn objects(self, found: Found<'_>, scope: &Scope<'_>) -> bool {
        let truth = come_to(self.condition, found, Reading::of(self.sense), scope);
        match self.sense {
            Sense::Require => truth != Truth::True,
            Sense::DenyIf | Sense::ApproveIf => truth != Truth::False,
        }
    }
}

impl Trial<'_> {
    /// Begins trials for a policy. Nothing is asked of the call that stands for all: every path is given what it leads to.
    pub(super) fn with<T>(policy: &Policy, look: impl FnOnce(&mut Trial<'_>) -> T) -> T {
        let target = Target::Tool(String::new());
        let call = Call::new(Caller::new(""), ServerName::new(""), target, String::new(), None, Object::new());
        let session = Session::default();
        let circumstances = Circumstances::unasked(&session, Timestamp::from_millis(0));
        let (call, circumstances, zone) = (&call, &circumstances, &policy.zone);
        look(&mut Trial { call, circumstances, zone, work: WORK, over: false, left_out: false })
    }

    /// Whether something was left out because it would have been too much work.
    pub(super) fn is_over(&self) -> bool {
        self.over || self.left_out
    }

    /// Notes that something was left out.
    pub(super) fn leave_out(&mut self) {
        self.left_out = true;
    }

    /// Whether a value may pass a test, as far as that was not too much work to tell.
    pub(super) fn may_hold(&mut self, test: &Test, value: &Value) -> bool {
        let Some(left) = self.work.checked_sub(1) else {
            self.over = true;
            return true;
        };
        self.work = left;
        let work = Work::default();
        test.holds(value, &Scope::new(self.call, self.circumstances, self.zone, &work)) == Truth::True
    }

    /// Whether every specimen passes: of all that conditions on one path can tell apart. `None` if that cannot be told.
    pub(super) fn every(
        &mut self,
        path: &Path,
        asked: &[Asked<'_>],
        mut passes: impl FnMut(&[bool]) -> bool,
    ) -> Option<bool> {
        if self.over {
            return None;
        }
        let specimens = specimens(path, asked.iter().map(|asked| asked.condition))?;
        // For each constant that a test may hold a specimen against there are several specimens.
        let work = specimens.len().saturating_mul(specimens.len() / 4 + asked.len());
        let Some(left) = self.work.checked_sub(work) else {
            self.over = true;
            return None;
        };
        self.work = left;
        let mut objections = Vec::with_capacity(asked.len());
        Some(specimens.iter().all(|specimen: &Specimen| {
            objections.clear();
            objections.extend(asked.iter().map(|asked| {
                let work = Work::default();
                asked.objects(specimen.found(), &Scope::new(self.call, self.circumstances, self.zone, &work))
            }));
            passes(&objections)
        }))
    }
}

/// What a condition that speaks of one path alone comes to, where that leads to `found`.
fn come_to(condition: &Condition, found: Found<'_>, reading: Reading, scope: &Scope<'_>) -> Truth {
    match condition {
        Condition::Test { path, test, .. } => reading.of_one(path, test, found, scope),
        Condition::Compare { .. } => Truth::Unknown,
        Condition::All(all) => all.iter().map(|one| come_to(one, found, reading, scope)).fold(Truth::True, Truth::and),
        Condition::Any(any) => any.iter().map(|one| come_to(one, found, reading, scope)).fold(Truth::False, Truth::or),
        Condition::Not(condition) => come_to(condition, found, reading.negated(), scope).not(),
    }
}
