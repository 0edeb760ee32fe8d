//! Case files of a plugin: settings, calls, replies and listed items, and what it should say of each.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::json::commented::{Fields, Node, Report, Source, Span};
use crate::json::{Object, Value};
use crate::plugins::Answered;
use crate::policy::Hints;

/// What a plugin should say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Allow,
    Modify,
    Ask,
    Deny,
    Pass,
    Redact,
    Refuse,
    Keep,
    Rewrite,
    Hide,
    /// The settings are refused.
    Invalid,
}

/// The verdicts on calls, on replies, on listed items, and on settings.
const ON_CALLS: &[(&str, Expected)] =
    &[("allow", Expected::Allow), ("modify", Expected::Modify), ("ask", Expected::Ask), ("deny", Expected::Deny)];
const ON_REPLIES: &[(&str, Expected)] =
    &[("pass", Expected::Pass), ("redact", Expected::Redact), ("refuse", Expected::Refuse)];
const ON_ITEMS: &[(&str, Expected)] =
    &[("keep", Expected::Keep), ("rewrite", Expected::Rewrite), ("hide", Expected::Hide)];
const ON_SETTINGS: &[(&str, Expected)] = &[("invalid", Expected::Invalid)];

/// The cases of one file.
pub(super) struct Cases {
    pub(super) source: Source,
    pub(super) cases: Vec<Case>,
}

/// One call, or only settings, with what the plugin should say.
pub(super) struct Case {
    pub(super) span: Span,
    pub(super) name: String,
    /// The settings as one JSON text.
    pub(super) settings: Vec<u8>,
    /// What the plugin is asked.
    pub(super) asked: Asked,
    pub(super) scene: Scene,
    pub(super) expect: Expectation,
}

/// What a plugin is asked.
pub(super) enum Asked {
    /// Only to take its settings.
    Settings,
    /// To judge a call with this document: for a tool its arguments.
    Call(Value),
    /// To judge what came back of such a call.
    Reply(Value, Answered, Object),
    /// To judge an item that the server lists.
    Item(Object),
}

/// What surrounds a call. Cases have that of their file but for what they say themselves.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) server: String,
    pub(super) aim: Aim,
    /// What the server says of the tool.
    pub(super) hints: Hints,
    pub(super) caller: String,
    pub(super) groups: Vec<String>,
    /// What the client program calls itself.
    pub(super) client: Option<Arc<str>>,
    /// Names, and values as JSON texts, sorted by name.
    pub(super) facts: Vec<(String, String)>,
    pub(super) now: Timestamp,
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    Tool(String),
    Resource(String),
    Prompt(String),
    Method(String),
}

/// What is not said is not looked at.
pub(super) struct Expectation {
    pub(super) verdict: Expected,
    /// The code of the finding.
    pub(super) code: Option<String>,
    /// The place that the finding names.
    pub(super) pointer: Option<String>,
    /// A part of the reason or of the remediation.
    pub(super) text: Option<String>,
    /// What a modified call, a redacted reply, or a rewritten item is then.
    pub(super) becomes: Option<Value>,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            server: "server".to_owned(),
            aim: Aim::Tool("tool".to_owned()),
            hints: Hints::default(),
            caller: "caller".to_owned(),
            groups: Vec::new(),
            client: None,
            facts: Vec::new(),
            now: Timestamp::from_millis(0),
        }
    }
}

impl Cases {
    /// Reads a case file. What is wrong stands in the report.
    pub(super) fn read(report: &mut Report) -> Option<Self> {
        let node = report.parse()?;
        let mut fields = report.fields(&node)?;
        fields.get("$schema");
        fields.get("about").map(|node| report.text(node));
        let settings = fields.get("settings").map(settings_of);
        let scene = Scene::read(&Scene::default(), &mut fields, report);
        let cases = fields.need("cases", report).and_then(|node| report.elements(node));
        fields.finish(report);
        let (scene, cases) = (scene?, cases?);
        let read = cases.iter().map(|node| Case::read(node, settings.as_deref(), &scene, report));
        // All of them, so that all that is wrong is found at once.
        let cases: Vec<Option<Case>> = read.collect();
        Some(Self { source: report.source().clone(), cases: cases.into_iter().collect::<Option<_>>()? })
    }
}

impl Case {
    fn read(node: &Node, shared: Option<&[u8]>, around: &Scene, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let name = fields.get("name").map(|node| report.text(node).map(str::to_owned));
        let settings = fields.get("settings").map(settings_of).or(shared.map(<[u8]>::to_vec));
        let asked = Asked::read(&mut fields, report);
        let scene = Scene::read(around, &mut fields, report);
        let asked = asked?;
        let expect = Expectation::read(&asked, &mut fields, report);
        fields.finish(report);
        let name = match name {
            Some(name) => name?,
            None => asked.in_short(),
        };
        Some(Self {
            span: node.span.clone(),
            name,
            settings: settings.unwrap_or_else(|| b"{}".to_vec()),
            asked,
            scene: scene?,
            expect: expect?,
        })
    }
}

impl Asked {
    /// `call`, with `reply` or `error` where it has come back, or `item`.
    fn read(fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let object = |node: &Node, report: &mut Report| {
            report.entries(node)?;
            node.to_value().as_object().cloned()
        };
        let call = fields.get("call").map(Node::to_value);
        let of_call = call.clone().unwrap_or_else(|| Object::new().into());
        let (reply, error, item) = (fields.get("reply"), fields.get("error"), fields.get("item"));
        match (reply, error, item) {
            (None, None, None) => Some(call.map_or(Self::Settings, Self::Call)),
            (Some(node), None, None) => Some(Self::Reply(of_call, Answered::Result, object(node, report)?)),
            (None, Some(node), None) => Some(Self::Reply(of_call, Answered::Error, object(node, report)?)),
            (None, None, Some(node)) if call.is_none() => Some(Self::Item(object(node, report)?)),
            _ => {
                let help = "write `call`, `call` with `reply` or with `error`, or `item`".to_owned();
                report.error(fields.span(), "a case asks one thing", Some(help));
                None
            }
        }
    }

    /// As the name of a case.
    fn in_short(&self) -> String {
        match self {
            Self::Settings => "settings".to_owned(),
            Self::Call(document) => in_short(document),
            Self::Reply(_, _, object) | Self::Item(object) => in_short(&object.clone().into()),
        }
    }
}

impl Scene {
    /// A scene like `around`, but for what is written here.
    fn read(around: &Self, fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let mut scene = around.clone();
        let mut text = |name: &'static str, report: &mut Report| match fields.get(name) {
            Some(node) => report.text(node).map(|text| Some(text.to_owned())),
            None => Some(None),
        };
        let aims = [
            ("tool", Aim::Tool as fn(String) -> Aim),
            ("resource", Aim::Resource),
            ("prompt", Aim::Prompt),
            ("method", Aim::Method),
        ];
        for (name, aim) in aims {
            if let Some(named) = text(name, report)? {
                scene.aim = aim(named);
            }
        }
        for (name, place) in [("server", &mut scene.server), ("caller", &mut scene.caller)] {
            if let Some(named) = text(name, report)? {
                *place = named;
            }
        }
        if let Some(client) = text("client", report)? {
            scene.client = Some(client.into());
        }
        if let Some(node) = fields.get("annotations") {
            report.entries(node)?;
            scene.hints = node.to_value().as_object().map(Hints::read).unwrap_or_default();
        }
        if let Some(node) = fields.get("groups") {
            let groups = report.elements(node)?.iter().map(|node| report.text(node).map(str::to_owned));
            scene.groups = groups.collect::<Option<_>>()?;
        }
        if let Some(node) = fields.get("facts") {
            let facts = report.entries(node)?.iter();
            scene.facts = facts.map(|entry| (entry.name.clone(), text_of(&entry.node.to_value()))).collect();
            scene.facts.sort();
        }
        if let Some(node) = fields.get("now") {
            let now = Timestamp::from_rfc3339(report.text(node)?);
            if now.is_none() {
                let help = Some("write it like `2026-11-21T10:00:00Z`".to_owned());
                report.error(node.span.clone(), "this is no time", help);
            }
            scene.now = now?;
        }
        Some(scene)
    }
}

impl Expectation {
    fn read(asked: &Asked, fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let own = match asked {
            Asked::Settings => &[],
            Asked::Call(_) => ON_CALLS,
            Asked::Reply(..) => ON_REPLIES,
            Asked::Item(_) => ON_ITEMS,
        };
        let words = [own, ON_SETTINGS].concat();
        let verdict = fields.need("verdict", report).and_then(|node| report.one_of(node, &words));
        let becomes = fields.get("becomes").map(Node::to_value);
        let mut text = |name: &'static str| fields.get(name).map(|node| report.text(node).map(str::to_owned));
        let (code, pointer, part) = (text("code"), text("pointer"), text("text"));
        Some(Self {
            verdict: verdict?,
            code: code.map_or(Some(None), |code| code.map(Some))?,
            pointer: pointer.map_or(Some(None), |pointer| pointer.map(Some))?,
            text: part.map_or(Some(None), |part| part.map(Some))?,
            becomes,
        })
    }
}

impl Expected {
    /// What it is called in case files.
    pub(super) fn as_str(self) -> &'static str {
        let all = [ON_CALLS, ON_REPLIES, ON_ITEMS, ON_SETTINGS].into_iter().flatten();
        all.into_iter().find(|(_, verdict)| *verdict == self).map_or("", |(word, _)| word)
    }
}

fn settings_of(node: &Node) -> Vec<u8> {
    node.to_value().to_bytes()
}

fn text_of(value: &Value) -> String {
    String::from_utf8_lossy(&value.to_bytes()).into_owned()
}

/// A call as the name of a case.
fn in_short(call: &Value) -> String {
    const LONGEST: usize = 100;
    let text = text_of(call);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
