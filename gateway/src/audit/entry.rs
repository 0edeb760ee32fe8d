//! What is recorded, and how it is written: the record's own mirror of decisions, completions and notes.
//!
//! Everything that a hostile sender can choose is cut off at a bound, so no line is longer than
//! [`LONGEST`](super::line::LONGEST).

use std::time::Duration;

use crate::call::{Caller, Document, Refusal, Ruling, ServerName, Target, Verdict};
use crate::clock::Timestamp;
use crate::json::Value;
use crate::policy::Hints;
use crate::secret::{Digest, Key};

use super::RecordId;
use super::flood::Summary;
use super::line::{Entry, Members, Record, Rfc3339};

/// The longest name of a caller, a grant, a server or a plugin, in bytes.
const NAME: usize = 256;
/// The longest name of a target, and the longest rule.
pub(super) const RULE: usize = 512;
/// The longest reason.
const REASON: usize = 1024;
/// The longest arguments that are kept, as they are written.
const ARGUMENTS: usize = 24 << 10;
/// How many groups of a caller are named, and the longest name.
const GROUPS: usize = 32;
const GROUP: usize = 128;
/// How many plugins are named with their verdicts; of the others there is a count.
const REVIEWS: usize = 16;
/// How many facts are named, the longest key, and the largest value, in bytes.
const FACTS: usize = 8;
const KEY: usize = 128;
const VALUE: usize = 256;
/// What stands in the place of what is left out.
const REDACTED: &str = "[redacted]";

/// What was decided about a call, or about a request that did not become one.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// When: the `now` that the rules used.
    pub time: Timestamp,
    /// What plugins know the call by; `None` where there was no call to judge.
    pub call: Option<&'a str>,
    /// The digest of the session's id, where there is a session.
    pub session: Option<Digest>,
    /// Who asked.
    pub caller: &'a Caller,
    /// What the client program calls itself, where plugins were told.
    pub client: Option<&'a str>,
    /// The groups that the caller is in.
    pub groups: &'a [String],
    /// Under which grant; `None` for anonymous callers.
    pub grant: Option<&'a str>,
    /// Of which server.
    pub server: &'a ServerName,
    /// What for.
    pub target: &'a Target,
    /// The definition of the tool, as it was pinned.
    pub pin: Option<Digest>,
    /// What the server says of the tool, where plugins were told.
    pub hints: Hints,
    /// The canonical arguments, of which only a keyed digest is written.
    pub arguments: Option<&'a Document>,
    /// The arguments as they were sent by the agent, where a plugin changed them.
    pub asked: Option<&'a Document>,
    /// The arguments themselves, where the policy asks for them, less what it wants left out.
    pub kept: Option<&'a Value>,
    /// The facts of the session that rules looked for.
    pub facts: &'a [Fact<'a>],
    /// What came of it.
    pub outcome: Outcome<'a>,
    /// What each plugin said, in their order.
    pub reviews: &'a [Review<'a>],
    /// The revision of the policies in force.
    pub policy: Digest,
}

/// What a decision came to.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The call may go.
    Allow {
        /// The rule that allowed it.
        rule: &'a str,
        /// Why.
        reason: &'a str,
        /// What would have been decided if everything were enforced, where that is stricter.
        would: Option<&'a Ruling>,
    },
    /// It may not.
    Refuse(&'a Refusal),
}

/// A fact of the session that a rule looked for.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// Its name.
    pub name: &'a str,
    /// The key.
    pub key: &'a str,
    /// What was known; `None` where nothing was.
    pub value: Option<&'a Value>,
    /// Whether key and value are left out, as the arguments are from which they came.
    pub private: bool,
}

/// What one plugin said.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The plugin.
    pub name: &'a str,
    /// Its component's digest.
    pub digest: Digest,
    /// Its verdict.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
    /// The code of its failure, where it failed and that counts for nothing.
    pub failed: Option<&'a str>,
}

/// What became of a call that was allowed.
#[derive(Clone, Copy, Debug)]
pub struct Completion<'a> {
    /// When.
    pub time: Timestamp,
    /// What the server did, as a word: `ok`, `error`, `timeout`, `cancelled`, `unsent`, …
    pub status: &'a str,
    /// The HTTP status with which it answered, where there is one.
    pub http: Option<u16>,
    /// The time from sending the call to the last event of the reply.
    pub took: Duration,
    /// Why the reply was not passed on, if it was not.
    pub refused: Option<&'a Refusal>,
    /// What plugins said of the reply.
    pub reviews: &'a [Review<'a>],
}

/// Something to be recorded that is no decision.
#[derive(Clone, Copy, Debug)]
pub enum Note<'a> {
    /// A session began.
    SessionOpened {
        /// The digest of its id.
        session: Digest,
        /// Whose it is.
        caller: &'a Caller,
        /// With which server.
        server: &'a ServerName,
    },
    /// A session ended.
    SessionEnded {
        /// The digest of its id.
        session: Digest,
        /// Whose it was.
        caller: &'a Caller,
        /// With which server.
        server: &'a ServerName,
    },
    /// Another configuration is in force.
    Reloaded {
        /// Its revision.
        policy: Digest,
        /// By how much it lets calls pass that did not before, as far as was told.
        widened: usize,
        /// The first of that, in words.
        first: &'a [&'a str],
    },
    /// Another configuration was refused, and the old one kept.
    Kept {
        /// The revision that stays in force.
        policy: Digest,
        /// Why.
        reason: &'a str,
    },
}

/// The entry of a decision.
pub(super) fn of_decision(key: &Key, decision: &Decision<'_>) -> Entry {
    let mut members = Members::default();
    members.maybe_text("call", decision.call, NAME).digest("session", decision.session);
    members.text("caller", decision.caller.as_str(), NAME).maybe_text("grant", decision.grant, NAME);
    members.maybe_text("client", decision.client, NAME);
    if !decision.groups.is_empty() {
        let groups: Vec<&str> = decision.groups.iter().take(GROUPS).map(String::as_str).collect();
        members.texts("groups", &groups, GROUP);
    }
    members.text("server", decision.server.as_str(), NAME).text("target", decision.target.kind(), NAME);
    let name = if matches!(decision.target, Target::Tool(_)) { "tool" } else { "name" };
    members.text(name, decision.target.name(), RULE).digest("pin", decision.pin);
    if decision.hints != Hints::default() {
        members.value("annotations", &decision.hints.to_annotations().into());
    }
    members.digest("args_digest", decision.arguments.map(|document| key.tag(document.bytes())));
    members.digest("asked_digest", decision.asked.map(|document| key.tag(document.bytes())));
    if let Some(kept) = decision.kept {
        keep(kept, &mut members);
    }
    facts(decision.facts, &mut members);
    let (verdict, rule, reason) = match decision.outcome {
        Outcome::Allow { rule, reason, .. } => (Verdict::Allow.as_str(), rule, reason),
        Outcome::Refuse(refusal) => (refusal.verdict(), &*refusal.rule, &*refusal.reason),
    };
    members.text("verdict", verdict, NAME).text("rule", rule, RULE).text("reason", reason, REASON);
    if let Outcome::Allow { would: Some(would), .. } = decision.outcome {
        let mut shadow = Members::default();
        shadow.text("verdict", would.verdict.as_str(), NAME);
        shadow.text("rule", &would.rule, RULE).text("reason", &would.reason, REASON);
        members.object("would", &shadow);
    }
    reviews(decision.reviews, &mut members);
    members.digest("policy", Some(decision.policy));
    Entry { time: decision.time, kind: "decision", record: Record::Itself, members }
}

/// The entry of a completion.
pub(super) fn of_completion(record: &RecordId, completion: &Completion<'_>) -> Entry {
    let mut upstream = Members::default();
    upstream.text("status", completion.status, NAME);
    if let Some(http) = completion.http {
        upstream.number("http", http);
    }
    upstream.number("us", micros(completion.took));
    let mut members = Members::default();
    members.object("upstream", &upstream);
    if let Some(refusal) = completion.refused {
        members.text("verdict", refusal.verdict(), NAME);
        members.text("rule", &refusal.rule, RULE).text("reason", &refusal.reason, REASON);
    }
    reviews(completion.reviews, &mut members);
    Entry { time: completion.time, kind: "completion", record: Record::Of(record.clone()), members }
}

/// The entry of a note.
pub(super) fn of_note(time: Timestamp, note: &Note<'_>) -> Entry {
    let mut members = Members::default();
    let kind = match *note {
        Note::SessionOpened { session, caller, server } => {
            of_session("opened", session, caller, server, &mut members);
            "session"
        }
        Note::SessionEnded { session, caller, server } => {
            of_session("ended", session, caller, server, &mut members);
            "session"
        }
        Note::Reloaded { policy, widened, first } => {
            members.text("status", "enacted", NAME).digest("policy", Some(policy));
            if widened > 0 {
                members.number("widened", widened as u64).text("first", &first.join("; "), REASON);
            }
            "reload"
        }
        Note::Kept { policy, reason } => {
            members.text("status", "kept", NAME).text("reason", reason, REASON).digest("policy", Some(policy));
            "reload"
        }
    };
    Entry::new(time, kind, members)
}

/// The entry of refusals that were counted instead of being written one by one.
pub(super) fn of_summary(time: Timestamp, summary: &Summary) -> Entry {
    let mut members = Members::default();
    members.text("caller", summary.caller.as_str(), NAME).text("server", summary.server.as_str(), NAME);
    members.text("verdict", summary.verdict, NAME).text("rule", &summary.rule, RULE).number("count", summary.count);
    members.text("first", &Rfc3339(summary.first).to_string(), NAME);
    members.text("last", &Rfc3339(summary.last).to_string(), NAME);
    Entry { time, kind: "refusals", record: Record::Of(summary.id.clone()), members }
}

fn of_session(status: &str, session: Digest, caller: &Caller, server: &ServerName, members: &mut Members) {
    members.text("status", status, NAME).digest("session", Some(session));
    members.text("caller", caller.as_str(), NAME).text("server", server.as_str(), NAME);
}

/// Arguments that are too long are left out whole: half of them would be others.
fn keep(arguments: &Value, members: &mut Members) {
    let shown = Members::default().value("arguments", arguments).take();
    if shown.len() <= ARGUMENTS {
        members.append(&shown);
    } else {
        members.number("arguments_left_out", shown.len() as u64);
    }
}

/// What is not known has no value; of one that is too large there is its size.
fn facts(all: &[Fact<'_>], members: &mut Members) {
    if all.is_empty() {
        return;
    }
    let of_one = |fact: &Fact<'_>| {
        let mut members = Members::default();
        members.text("name", fact.name, NAME);
        if fact.private {
            return members.text("key", REDACTED, KEY).text("value", REDACTED, VALUE).take();
        }
        members.text("key", fact.key, KEY);
        if let Some(value) = fact.value {
            let size = value.to_bytes().len();
            if size <= VALUE {
                members.value("value", value)
            } else {
                members.number("value_left_out", size as u64)
            };
        }
        members
    };
    let named: Vec<Members> = all.iter().take(FACTS).map(of_one).collect();
    members.objects("facts", &named);
    if let Some(more @ 1..) = all.len().checked_sub(FACTS) {
        members.number("more_facts", more as u64);
    }
}

fn reviews(all: &[Review<'_>], members: &mut Members) {
    if all.is_empty() {
        return;
    }
    let of_one = |review: &Review<'_>| {
        let mut members = Members::default();
        members.text("name", review.name, NAME).digest("digest", Some(review.digest));
        members.text("verdict", review.verdict.as_str(), NAME).number("us", micros(review.took));
        members.maybe_text("failed", review.failed, NAME).take()
    };
    let named: Vec<Members> = all.iter().take(REVIEWS).map(of_one).collect();
    members.objects("plugins", &named);
    if let Some(more @ 1..) = all.len().checked_sub(REVIEWS) {
        members.number("more_plugins", more as u64);
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
