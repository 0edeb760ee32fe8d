//! Limits: how often something may happen within a window of time, or how much of it.

mod amount;
mod cost;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, Ruling, Verdict};
use crate::clock::{Calendar, Unit};
use crate::json::commented::{Fields, Kind, Node, Report, Span, nearest};

use super::scope::Scope as Seen;
pub(super) use amount::Amount;
pub(super) use cost::Cost;

/// The longest window.
const LONGEST: u64 = 366 * 24 * 3600;

/// The largest limit of calls that count 1 each.
const MOST: u64 = 1_000_000;

/// The zone of a calendar that names none.
const UTC: &str = "UTC";

/// A limit. What the calls within a window count as adds up to no more than `max`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The rule's place in the policy.
    pub rule: Arc<str>,
    /// What is counted under one name counts together.
    pub counter: Arc<str>,
    /// The window.
    pub window: Duration,
    /// How much.
    pub max: u64,
    /// Whose calls are counted together.
    pub scope: Scope,
    /// How it is counted.
    pub algorithm: Algorithm,
    pub(super) cost: Cost,
    pub(super) span: Span,
}

/// How a limit is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// No stretch of time as long as the window holds more than the limit.
    Sliding,
    /// A bucket holds a number of calls, and is filled up evenly, by the limit in each window.
    TokenBucket {
        /// What a full bucket holds.
        burst: u64,
    },
    /// No second, minute, hour or day of a calendar holds more than the limit.
    Calendar(Calendar),
}

/// Whose calls are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of one grant at this server.
    Grant,
    /// Those of one legacy session; without sessions, of the grant.
    Session,
    /// All at this server.
    Server,
    /// All, at every server.
    All,
}

#[derive(Clone, Copy)]
enum Word {
    Sliding,
    TokenBucket,
    Calendar,
}

const ALGORITHMS: [(&str, Word); 3] =
    [("sliding", Word::Sliding), ("token_bucket", Word::TokenBucket), ("calendar", Word::Calendar)];

const SCOPES: [(&str, Scope); 4] =
    [("grant", Scope::Grant), ("session", Scope::Session), ("server", Scope::Server), ("all", Scope::All)];

const UNITS: [(&str, Unit); 4] =
    [("second", Unit::Second), ("minute", Unit::Minute), ("hour", Unit::Hour), ("day", Unit::Day)];

/// A window as it was written: calendars have units only.
#[derive(Clone, Copy)]
struct Window {
    length: Duration,
    unit: Option<Unit>,
}

impl Limit {
    /// Reads an element of `limits`.
    pub(super) fn read(node: &Node, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let counter = fields.need("counter", report);
        let window = fields.need("window", report).and_then(|node| read_window(node, report));
        let max = fields.need("max", report);
        let scope = match fields.get("scope") {
            Some(node) => report.one_of(node, &SCOPES),
            None => Some(Scope::Grant),
        };
        let (cost, largest) = match fields.get("cost") {
            Some(node) => (Cost::read(node, report), Amount::LARGEST.millionths() / Amount::ONE.millionths()),
            None => (Some(Cost::Constant(Amount::ONE)), MOST),
        };
        let max = max.and_then(|node| read_max(node, largest, report));
        let algorithm = read_algorithm(&mut fields, window, max, largest, report);
        let costs_at = fields.get("cost").map_or_else(|| node.span.clone(), |node| node.span.clone());
        fields.finish(report);
        let span = counter.map(|node| node.span.clone());
        let counter = counter.and_then(|node| read_counter(node, report))?;
        let rule = format!("{owner}/limits/{counter}").into();
        let (counter, length) = (counter.into(), window?.length);
        let (max, scope, algorithm, cost) = (max?, scope?, algorithm?, cost?);
        let limit = Self { rule, counter, window: length, max, scope, algorithm, cost, span: span? };
        limit.lets_something_pass(costs_at, report)
    }

    /// Reads `rate_limit`: `{"max": 10, "window": 60}` for each grant.
    pub(super) fn read_rate(node: &Node, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let max = fields.need("max", report).and_then(|node| read_max(node, MOST, report));
        let window = fields.need("window", report).and_then(|node| read_window(node, report));
        fields.finish(report);
        let rule: Arc<str> = format!("{owner}/rate_limit").into();
        let (counter, scope, algorithm) = (Arc::clone(&rule), Scope::Grant, Algorithm::Sliding);
        let (cost, span) = (Cost::Constant(Amount::ONE), node.span.clone());
        Some(Self { counter, rule, window: window?.length, max: max?, scope, algorithm, cost, span })
    }

    /// Whether all limits of one name count alike: what does not cannot count together.
    pub(super) fn agree<'l>(limits: impl IntoIterator<Item = &'l Self>, report: &mut Report) -> Option<()> {
        let mut limits: Vec<&Self> = limits.into_iter().collect();
        limits.sort_by_key(|limit| limit.span.start);
        let mut first: HashMap<&str, &Self> = HashMap::new();
        let mut agreed = Some(());
        for limit in limits {
            let before = *first.entry(&limit.counter).or_insert(limit);
            if limit.manner() != before.manner() {
                let (line, column) = report.source().place(before.span.start);
                let (here, there) = (limit.manner(), before.manner());
                let message =
                    format!("`{}` counts {here} here, and {there} in line {line}, column {column}", limit.counter);
                let help = "let both count alike, or give one of them another name".to_owned();
                report.error(limit.span.clone(), message, Some(help));
                agreed = None;
            }
        }
        agreed
    }

    /// What a call counts as, in millionths. What cannot be told is a no.
    pub fn cost(&self, call: &Call) -> Result<u64, Ruling> {
        self.cost.of(call, self.window).map(Amount::millionths).map_err(|why| {
            let path = self.cost.path().map(|path| format!("`{path}` {why}, so ")).unwrap_or_default();
            let reason = format!("{path}what this call counts as cannot be told").into();
            let remedy = self.cost.remedy().map(Into::into);
            Ruling { verdict: Verdict::Deny, rule: self.rule.to_string().into(), reason, remedy }
        })
    }

    /// Whether its cost reads something that was left out of a recorded call.
    pub(super) fn meets_mark(&self, scope: &Seen<'_>) -> bool {
        self.cost.path().is_some_and(|path| path.meets_mark(scope))
    }

    /// The most that may count at one moment, in millionths.
    pub fn ceiling(&self) -> u64 {
        Amount::whole(self.capacity().into()).millionths()
    }

    /// `max`, in millionths.
    pub fn max_millionths(&self) -> u64 {
        Amount::whole(self.max.into()).millionths()
    }

    /// Why a call of this cost, in millionths, does not pass now.
    pub fn reason(&self, cost: u64) -> String {
        let sentence = self.sentence();
        if self.counts_calls() {
            return format!("this may be done {sentence}");
        }
        let cost = Amount::from_millionths(cost);
        let never = if cost.millionths() > self.ceiling() { ", so it can never pass" } else { "" };
        format!("{sentence} may be used, and this call counts as {cost}{never}")
    }

    /// How the limit stands where so many millionths are used: `3 of 10 used`.
    pub fn standing(&self, used: u64) -> String {
        format!("{} of {} used", Amount::from_millionths(used), self.capacity())
    }

    /// The limit, as a model reads it.
    pub fn sentence(&self) -> String {
        let times = match (self.counts_calls(), self.max) {
            (true, 1) => "once".to_owned(),
            (true, max) => format!("{max} times"),
            (false, max) => max.to_string(),
        };
        let window = length(self.window);
        match &self.algorithm {
            Algorithm::Sliding => format!("{times} {window}"),
            Algorithm::TokenBucket { burst } => format!("{times} {window}, {burst} at once"),
            Algorithm::Calendar(calendar) => format!("{times} {window} of the calendar ({})", calendar.zone()),
        }
    }

    fn counts_calls(&self) -> bool {
        self.cost == Cost::Constant(Amount::ONE)
    }

    /// The most that may count at one moment.
    fn capacity(&self) -> u64 {
        match self.algorithm {
            Algorithm::TokenBucket { burst } => burst,
            Algorithm::Sliding | Algorithm::Calendar(_) => self.max,
        }
    }

    /// What limits that count together have in common.
    fn manner(&self) -> Manner<'_> {
        let bucket = match self.algorithm {
            Algorithm::TokenBucket { burst } => Some((self.max, burst)),
            Algorithm::Sliding | Algorithm::Calendar(_) => None,
        };
        let zone = match &self.algorithm {
            Algorithm::Calendar(calendar) => Some(calendar.zone()),
            Algorithm::Sliding | Algorithm::TokenBucket { .. } => None,
        };
        Manner { window: self.window, bucket, zone }
    }

    /// A constant that no call can afford, or that is nothing, is a mistake.
    fn lets_something_pass(self, at: Span, report: &mut Report) -> Option<Self> {
        let Cost::Constant(cost) = self.cost else { return Some(self) };
        if cost.millionths() == 0 {
            let help = "write how much a call counts as, or leave the limit out".to_owned();
            report.error(at, "a cost of 0 is never limited", Some(help));
            return None;
        }
        if cost.millionths() > self.ceiling() {
            let help = "write `\"action\": \"deny\"` for a tool that may never be called".to_owned();
            let message =
                format!("a cost of {cost} is above the {} that may count, so nothing passes", self.capacity());
            report.error(at, message, Some(help));
            return None;
        }
        Some(self)
    }
}

/// How limits of one name count.
#[derive(PartialEq, Eq)]
struct Manner<'l> {
    window: Duration,
    /// What flows back into a bucket, and what it holds.
    bucket: Option<(u64, u64)>,
    /// The zone of a calendar.
    zone: Option<&'l str>,
}

impl fmt::Display for Manner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let window = length(self.window);
        match (self.bucket, self.zone) {
            (Some((max, burst)), _) => write!(f, "in a bucket of {burst} that is filled by {max} {window}"),
            (None, Some(zone)) => write!(f, "by {window} of the calendar ({zone})"),
            (None, None) => write!(f, "by {window} that slides"),
        }
    }
}

fn length(window: Duration) -> String {
    match window.as_secs() {
        1 => "a second".to_owned(),
        60 => "a minute".to_owned(),
        3600 => "an hour".to_owned(),
        86400 => "a day".to_owned(),
        seconds => format!("within {seconds} s"),
    }
}

fn read_counter(node: &Node, report: &mut Report) -> Option<String> {
    let text = report.text(node)?;
    if text.trim().is_empty() || text.len() > 128 {
        report.error(node.span.clone(), "a counter needs a name", Some("use up to 128 characters".to_owned()));
        return None;
    }
    Some(text.to_owned())
}

/// `"second"`, `"minute"`, `"hour"`, `"day"`, or a number of seconds.
fn read_window(node: &Node, report: &mut Report) -> Option<Window> {
    if let Kind::Text(_) = &node.kind {
        let unit = report.one_of(node, &UNITS)?;
        let length = Duration::from_millis(unit.millis().unsigned_abs());
        return Some(Window { length, unit: Some(unit) });
    }
    let seconds = report.count(node)?;
    if !(1..=LONGEST).contains(&seconds) {
        let help = format!("write `second`, `minute`, `hour`, `day`, or 1 to {LONGEST} seconds");
        report.error(node.span.clone(), format!("a window of {seconds} s is not possible"), Some(help));
        return None;
    }
    Some(Window { length: Duration::from_secs(seconds), unit: None })
}

fn read_max(node: &Node, largest: u64, report: &mut Report) -> Option<u64> {
    let max = report.count(node)?;
    if max == 0 {
        let help = "write `\"action\": \"deny\"` for a tool that may never be called".to_owned();
        report.error(node.span.clone(), "a limit of 0 lets nothing pass", Some(help));
        return None;
    }
    if max > largest {
        report.error(node.span.clone(), format!("a limit above {largest} is not counted exactly"), None);
        return None;
    }
    Some(max)
}

/// Reads `algorithm`, and what belongs to one of them only.
fn read_algorithm(
    fields: &mut Fields<'_>,
    window: Option<Window>,
    max: Option<u64>,
    largest: u64,
    report: &mut Report,
) -> Option<Algorithm> {
    let word = match fields.get("algorithm") {
        Some(node) => report.one_of(node, &ALGORITHMS),
        None => Some(Word::Sliding),
    };
    let (burst, zone, span) = (fields.get("burst"), fields.get("zone"), fields.span());
    let mut belongs = |node: Option<&Node>, key, owner| match node {
        Some(node) => {
            let message = format!("`{key}` belongs to the algorithm `{owner}`");
            report.error(node.span.clone(), message, Some(format!("add `\"algorithm\": \"{owner}\"`, or take it out")));
            None
        }
        None => Some(()),
    };
    match word? {
        Word::Sliding => {
            let (burst, zone) = (belongs(burst, "burst", "token_bucket"), belongs(zone, "zone", "calendar"));
            burst.and(zone).map(|()| Algorithm::Sliding)
        }
        Word::TokenBucket => {
            belongs(zone, "zone", "calendar")?;
            let burst = match burst {
                Some(node) => read_max(node, largest, report),
                None => max,
            };
            Some(Algorithm::TokenBucket { burst: burst? })
        }
        Word::Calendar => {
            belongs(burst, "burst", "token_bucket")?;
            let Some(unit) = window?.unit else {
                let at = fields.get("window").map_or(span, |node| node.span.clone());
                let help = "write `second`, `minute`, `hour` or `day`".to_owned();
                report.error(at, "a calendar has no windows of so many seconds", Some(help));
                return None;
            };
            read_calendar(unit, zone, report).map(Algorithm::Calendar)
        }
    }
}

fn read_calendar(unit: Unit, zone: Option<&Node>, report: &mut Report) -> Option<Calendar> {
    let Some(node) = zone else { return Calendar::new(unit, UTC) };
    let name = report.text(node)?;
    let calendar = Calendar::new(unit, name);
    if calendar.is_none() {
        let zones = if report.has_room() { Calendar::zones() } else { Vec::new() };
        let known: Vec<&str> = zones.iter().map(String::as_str).collect();
        let help = nearest(name, &known).map_or_else(
            || "write a name of the IANA database, such as `Europe/Berlin`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        report.error(node.span.clone(), format!("there is no time zone `{name}`"), Some(help));
    }
    calendar
}

#[cfg(test)]
mod tests;
