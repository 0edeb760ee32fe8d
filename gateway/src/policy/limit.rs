//! Limits: how often something may happen within a window of time.

use std::sync::Arc;
use std::time::Duration;

use crate::json::commented::{Kind, Node, Report};

/// The longest window.
const LONGEST: u64 = 366 * 24 * 3600;

/// A limit. In no window of this length do more than `max` calls pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The rule's place in the policy.
    pub rule: Arc<str>,
    /// What is counted under one name counts together.
    pub counter: Arc<str>,
    /// The window, sliding.
    pub window: Duration,
    /// How many calls.
    pub max: u64,
    /// Whose calls are counted together.
    pub scope: Scope,
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

const SCOPES: [(&str, Scope); 4] =
    [("grant", Scope::Grant), ("session", Scope::Session), ("server", Scope::Server), ("all", Scope::All)];

impl Limit {
    /// Reads an element of `limits`.
    pub(super) fn read(node: &Node, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let counter = fields.need("counter", report).and_then(|node| read_counter(node, report));
        let window = fields.need("window", report).and_then(|node| read_window(node, report));
        let max = fields.need("max", report).and_then(|node| read_max(node, report));
        let scope = match fields.get("scope") {
            Some(node) => report.one_of(node, &SCOPES),
            None => Some(Scope::Grant),
        };
        fields.finish(report);
        let counter = counter?;
        let rule = format!("{owner}/limits/{counter}").into();
        Some(Self { rule, counter: counter.into(), window: window?, max: max?, scope: scope? })
    }

    /// Reads `rate_limit`: `{"max": 10, "window": 60}` for each grant.
    pub(super) fn read_rate(node: &Node, owner: &str, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let max = fields.need("max", report).and_then(|node| read_max(node, report));
        let window = fields.need("window", report).and_then(|node| read_window(node, report));
        fields.finish(report);
        let rule: Arc<str> = format!("{owner}/rate_limit").into();
        Some(Self { counter: Arc::clone(&rule), rule, window: window?, max: max?, scope: Scope::Grant })
    }

    /// The limit, as a model reads it.
    pub fn sentence(&self) -> String {
        let times = if self.max == 1 { "once".to_owned() } else { format!("{} times", self.max) };
        let window = match self.window.as_secs() {
            1 => "a second".to_owned(),
            60 => "a minute".to_owned(),
            3600 => "an hour".to_owned(),
            86400 => "a day".to_owned(),
            seconds => format!("within {seconds} s"),
        };
        format!("{times} {window}")
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
fn read_window(node: &Node, report: &mut Report) -> Option<Duration> {
    const WORDS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400)];
    let seconds = match &node.kind {
        Kind::Text(_) => report.one_of(node, &WORDS)?,
        _ => report.count(node)?,
    };
    if !(1..=LONGEST).contains(&seconds) {
        let help = format!("write `second`, `minute`, `hour`, `day`, or 1 to {LONGEST} seconds");
        report.error(node.span.clone(), format!("a window of {seconds} s is not possible"), Some(help));
        return None;
    }
    Some(Duration::from_secs(seconds))
}

fn read_max(node: &Node, report: &mut Report) -> Option<u64> {
    const MOST: u64 = 1_000_000;
    let max = report.count(node)?;
    if max == 0 {
        let help = "write `\"action\": \"deny\"` for a tool that may never be called".to_owned();
        report.error(node.span.clone(), "a limit of 0 lets nothing pass", Some(help));
        return None;
    }
    if max > MOST {
        report.error(node.span.clone(), format!("a limit above {MOST} is not counted exactly"), None);
        return None;
    }
    Some(max)
}
