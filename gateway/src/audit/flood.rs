//! Refused calls cost too: above a cap they are counted, and the counts recorded from time to time.
//!
//! Buckets of tokens, one for each caller and one for each caller, server and rule; a refusal is written in full if both
//! have a token left. Allowed calls never come here. The tables are bounded, and what does not fit shares one row.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Caller, Refusal, ServerName};
use crate::clock::Timestamp;

use super::RecordId;
use super::entry::RULE;
use super::line::clip;

/// How many callers are kept apart.
const CALLERS: usize = 256;
/// How many pairs of server and rule are kept apart for one caller.
const ROWS: usize = 32;
/// How much more than for one rule a caller may have over all rules.
const OVER_ALL: u32 = 5;
/// Names what did not fit.
const OTHERS: &str = "(others)";

/// How many refusals are written in full.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cap {
    /// So many a second,
    pub per_second: u32,
    /// after so many at once.
    pub burst: u32,
}

/// What has been refused lately.
pub(super) struct Refusals {
    short: Arc<str>,
    named: u64,
    cap: Cap,
    callers: HashMap<Caller, Visits>,
}

/// Refusals that were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    /// The id that whoever was refused was told.
    pub id: RecordId,
    /// Who asked.
    pub caller: Caller,
    /// Of which server.
    pub server: ServerName,
    /// The rule that refused.
    pub rule: String,
    /// How it refused, the last time.
    pub verdict: &'static str,
    /// How often.
    pub count: u64,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
}

struct Visits {
    bucket: Bucket,
    rows: HashMap<(ServerName, String), Row>,
}

struct Row {
    bucket: Bucket,
    counted: Option<Summary>,
}

struct Bucket {
    tokens: f64,
    filled: Duration,
}

impl Refusals {
    /// Nothing yet. `short` begins the ids of the counts.
    pub(super) fn new(short: Arc<str>, cap: Cap) -> Self {
        Self { short, named: 0, cap, callers: HashMap::new() }
    }

    /// Takes in a refusal at `now`, measured from some beginning: `None` if it is to be written in full, else the id of
    /// the count into which it went.
    pub(super) fn count(
        &mut self,
        caller: &Caller,
        server: &ServerName,
        refusal: &Refusal,
        time: Timestamp,
        now: Duration,
    ) -> Option<RecordId> {
        let all = self.cap.over_all();
        let fits = self.callers.len() < CALLERS || self.callers.contains_key(caller);
        let caller = if fits { caller.clone() } else { Caller::new(OTHERS) };
        let visits = self.callers.entry(caller.clone());
        let visits = visits.or_insert_with(|| Visits { bucket: Bucket::full(all, now), rows: HashMap::new() });
        let mut place = (server.clone(), clip(&refusal.rule, RULE).into_owned());
        if visits.rows.len() >= ROWS && !visits.rows.contains_key(&place) {
            place = (ServerName::new(OTHERS), OTHERS.to_owned());
        }
        let (server, rule) = place.clone();
        let row =
            visits.rows.entry(place).or_insert_with(|| Row { bucket: Bucket::full(self.cap, now), counted: None });
        visits.bucket.fill(all, now);
        row.bucket.fill(self.cap, now);
        if visits.bucket.tokens >= 1.0 && row.bucket.tokens >= 1.0 {
            visits.bucket.tokens -= 1.0;
            row.bucket.tokens -= 1.0;
            return None;
        }
        let summary = row.counted.get_or_insert_with(|| {
            self.named += 1;
            let id = RecordId(format!("{}-s{}", self.short, self.named).into());
            Summary { id, caller, server, rule, verdict: refusal.verdict(), count: 0, first: time, last: time }
        });
        summary.count += 1;
        summary.verdict = refusal.verdict();
        summary.last = time;
        Some(summary.id.clone())
    }

    /// Takes the counts out, and forgets whoever has been quiet for as long as their buckets need to fill.
    pub(super) fn drain(&mut self, now: Duration) -> Vec<Summary> {
        let all = self.cap.over_all();
        let mut summaries = Vec::new();
        self.callers.retain(|_, visits| {
            visits.rows.retain(|_, row| {
                summaries.extend(row.counted.take());
                !row.bucket.fill(self.cap, now)
            });
            !visits.bucket.fill(all, now) || !visits.rows.is_empty()
        });
        summaries.sort_by(|a, b| (a.first, &a.id).cmp(&(b.first, &b.id)));
        summaries
    }
}

impl Cap {
    fn over_all(self) -> Self {
        Self { per_second: self.per_second.saturating_mul(OVER_ALL), burst: self.burst.saturating_mul(OVER_ALL) }
    }
}

impl Bucket {
    fn full(cap: Cap, now: Duration) -> Self {
        Self { tokens: f64::from(cap.burst), filled: now }
    }

    /// Adds what has come in since the last time, and says whether the bucket is full.
    fn fill(&mut self, cap: Cap, now: Duration) -> bool {
        let come = now.saturating_sub(self.filled).as_secs_f64() * f64::from(cap.per_second);
        self.tokens = (self.tokens + come).min(f64::from(cap.burst));
        self.filled = self.filled.max(now);
        self.tokens >= f64::from(cap.burst)
    }
}
