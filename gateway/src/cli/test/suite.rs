//! Case files: calls, and what should become of them.

use std::path::{Path, PathBuf};

use crate::call::Verdict;
use crate::clock::Timestamp;
use crate::config::{LoadedPolicy, read_policy};
use crate::json::commented::{Fields, Kind, Node, Report, Source, Span};
use crate::json::{Object, Value};
use crate::policy::Session;

use super::super::rehearsal::{Setting, Written, read_now};

/// How many times a call of a history may be repeated.
const TIMES: u64 = 100_000;

const VERDICTS: [(&str, Verdict); 3] = [("allow", Verdict::Allow), ("ask", Verdict::Ask), ("deny", Verdict::Deny)];

/// The cases of one file, and the law that they are tried under.
pub(super) struct Suite {
    pub(super) source: Source,
    pub(super) law: Origin,
    pub(super) server: String,
    pub(super) cases: Vec<Case>,
}

/// Where the law comes from.
pub(super) enum Origin {
    /// These policies; all of them must allow.
    Policies(Vec<LoadedPolicy>),
    /// A whole configuration.
    Config(PathBuf),
}

/// One call with what should become of it.
pub(super) struct Case {
    pub(super) span: Span,
    pub(super) name: String,
    pub(super) caller: Option<String>,
    pub(super) setting: Setting,
    /// What is known of the session before the history.
    pub(super) session: Session,
    pub(super) history: Vec<Past>,
    pub(super) call: Written,
    pub(super) expect: Expectation,
}

/// A call that came before, so often.
pub(super) struct Past {
    pub(super) span: Span,
    /// When; without it, when the one before it came.
    pub(super) now: Option<Timestamp>,
    pub(super) call: Written,
    pub(super) times: u64,
    /// What should have become of it each time; without it, it passed.
    pub(super) expect: Option<Expectation>,
    /// What came of it, where that tells something.
    pub(super) result: Option<Object>,
}

/// What should become of a call. What is not said is not looked at.
pub(super) struct Expectation {
    pub(super) verdict: Verdict,
    /// The rule that decides.
    pub(super) rule: Option<String>,
    /// A part of the reason.
    pub(super) reason: Option<String>,
    /// A part of what the agent reads.
    pub(super) text: Option<String>,
}

impl Suite {
    /// Reads a case file. Paths in it are relative to it. What is wrong stands in the report.
    pub(super) fn read(path: &Path, report: &mut Report) -> Option<Self> {
        let node = report.parse()?;
        let mut fields = report.fields(&node)?;
        fields.get("$schema");
        let version = fields.need("version", report).and_then(|node| report.one_of(node, &[("1", ())]));
        let folder = path.parent().unwrap_or(Path::new(""));
        let law = read_origin(&mut fields, folder, report);
        let server = match fields.get("server") {
            Some(node) => report.text(node).map(str::to_owned),
            None if matches!(law, Some(Origin::Config(_))) => {
                let help = Some("add `\"server\": NAME`, a server of the configuration".to_owned());
                report.error(fields.span(), "`server` is missing", help);
                None
            }
            None => Some("server".to_owned()),
        };
        let cases = fields.need("cases", report).and_then(|node| {
            let cases: Vec<_> = report.elements(node)?.iter().map(|node| Case::read(node, report)).collect();
            cases.into_iter().collect::<Option<Vec<Case>>>()
        });
        fields.finish(report);
        version?;
        Some(Self { source: report.source().clone(), law: law?, server: server?, cases: cases? })
    }
}

impl Case {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let name = fields.need("name", report).and_then(|node| report.text(node)).map(str::to_owned);
        let caller = fields.get("caller").map(|node| report.text(node).map(str::to_owned));
        let setting = Setting::read(&mut fields, report);
        let session = fields.get("session").map_or(Some(Session::default()), |node| read_session(node, report));
        let history = match fields.get("history") {
            Some(node) => {
                let past: Vec<_> = report.elements(node)?.iter().map(|node| Past::read(node, report)).collect();
                past.into_iter().collect()
            }
            None => Some(Vec::new()),
        };
        let call = fields.need("call", report).and_then(|node| read_call(node, report));
        let expect = fields.need("expect", report).and_then(|node| Expectation::read(node, report));
        fields.finish(report);
        let caller = match caller {
            Some(caller) => Some(caller?),
            None => None,
        };
        let (setting, session, history): (Setting, Session, Vec<Past>) = (setting?, session?, history?);
        check_order(&setting, &history, report)?;
        let (span, name) = (node.span.clone(), name?);
        Some(Self { span, name, caller, setting, session, history, call: call?, expect: expect? })
    }
}

impl Past {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let now = fields.get("now").map(|node| read_now(node, report));
        let call = fields.need("call", report).and_then(|node| read_call(node, report));
        let expect = fields.get("expect").map(|node| Expectation::read(node, report));
        let times = match fields.get("times") {
            Some(node) => report.count(node).filter(|times| (1..=TIMES).contains(times)).or_else(|| {
                report.error(node.span.clone(), format!("a call is repeated 1 to {TIMES} times"), None);
                None
            }),
            None => Some(1),
        };
        let result = fields.get("result").map(|node| match node.to_value() {
            Value::Object(result) => Some(result),
            _ => report.entries(node).and(None),
        });
        fields.finish(report);
        let result = match result {
            Some(result) => Some(result?),
            None => None,
        };
        let expect = match expect {
            Some(expect) => Some(expect?),
            None => None,
        };
        let now = match now {
            Some(now) => Some(now?),
            None => None,
        };
        Some(Self { span: node.span.clone(), now, call: call?, times: times?, expect, result })
    }
}

impl Expectation {
    /// `"deny"`, or `{"verdict": "deny", "rule": …, "reason": …, "text": …}`.
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        if let Kind::Text(_) = node.kind {
            return Some(Self { verdict: report.one_of(node, &VERDICTS)?, rule: None, reason: None, text: None });
        }
        let mut fields = report.fields(node)?;
        let verdict = fields.need("verdict", report).and_then(|node| report.one_of(node, &VERDICTS));
        let rule = fields.get("rule").and_then(|node| report.text(node)).map(str::to_owned);
        let reason = fields.get("reason").and_then(|node| report.text(node)).map(str::to_owned);
        let text = fields.get("text").and_then(|node| report.text(node)).map(str::to_owned);
        fields.finish(report);
        Some(Self { verdict: verdict?, rule, reason, text })
    }
}

fn read_call(node: &Node, report: &mut Report) -> Option<Written> {
    let mut fields = report.fields(node)?;
    let call = Written::read(&mut fields, report);
    fields.finish(report);
    call
}

/// Time goes on.
fn check_order(setting: &Setting, history: &[Past], report: &mut Report) -> Option<()> {
    let mut latest: Option<Timestamp> = None;
    for past in history {
        if past.now.is_some() && past.now < latest {
            let help = Some("write what came first before what came later".to_owned());
            report.error(past.span.clone(), "this came before what stands above it", help);
            return None;
        }
        latest = past.now.or(latest);
    }
    if let (Some(past), true) = (history.last(), setting.now.is_some() && setting.now < latest) {
        let help = Some("let `now` of the case be later".to_owned());
        report.error(past.span.clone(), "this came after the call of the case", help);
        return None;
    }
    Some(())
}

/// Reads `{"labels": […], "facts": {NAME: {KEY: VALUE}}}`.
fn read_session(node: &Node, report: &mut Report) -> Option<Session> {
    let mut session = Session::default();
    let mut fields = report.fields(node)?;
    if let Some(node) = fields.get("labels") {
        for label in report.elements(node)? {
            session.mark(report.text(label)?);
        }
    }
    if let Some(node) = fields.get("facts") {
        for fact in report.entries(node)? {
            for key in report.entries(&fact.node)? {
                session.remember(fact.name.as_str(), key.name.as_str(), key.node.to_value());
            }
        }
    }
    fields.finish(report);
    Some(session)
}

/// Reads `policy`, a path or a list of paths, or `config`.
fn read_origin(fields: &mut Fields<'_>, folder: &Path, report: &mut Report) -> Option<Origin> {
    match (fields.get("policy"), fields.get("config")) {
        (Some(node), None) => {
            let nodes = match &node.kind {
                Kind::Array(nodes) => nodes.as_slice(),
                _ => std::slice::from_ref(node),
            };
            let policies: Vec<_> = nodes.iter().map(|node| read_one_policy(node, folder, report)).collect();
            Some(Origin::Policies(policies.into_iter().collect::<Option<_>>()?))
        }
        (None, Some(node)) => Some(Origin::Config(folder.join(report.text(node)?))),
        _ => {
            let help = "write `\"policy\": PATH`, or `\"config\": PATH` and `\"server\": NAME`".to_owned();
            report.error(fields.span(), "cases are tried under a `policy` or a `config`", Some(help));
            None
        }
    }
}

fn read_one_policy(node: &Node, folder: &Path, report: &mut Report) -> Option<LoadedPolicy> {
    match read_policy(&folder.join(report.text(node)?)) {
        Ok((policy, findings)) => {
            report.append(findings);
            policy
        }
        Err(unreadable) => {
            let help = Some("the path is relative to this file".to_owned());
            report.error(node.span.clone(), unreadable.to_string(), help);
            None
        }
    }
}
