//! Case files of a plugin: settings, calls, and what it should say of each.

use crate::clock::Timestamp;
use crate::json::Value;
use crate::json::commented::{Fields, Node, Report, Source, Span};

/// What a plugin should say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Allow,
    Ask,
    Deny,
    /// The settings are refused.
    Invalid,
}

const VERDICTS: [(&str, Expected); 4] =
    [("allow", Expected::Allow), ("ask", Expected::Ask), ("deny", Expected::Deny), ("invalid", Expected::Invalid)];

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
    /// The document of the call: for a tool its arguments. None where only settings are tried.
    pub(super) call: Option<Value>,
    pub(super) scene: Scene,
    pub(super) expect: Expectation,
}

/// What surrounds a call. Cases have that of their file but for what they say themselves.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) server: String,
    pub(super) aim: Aim,
    pub(super) caller: String,
    pub(super) groups: Vec<String>,
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
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            server: "server".to_owned(),
            aim: Aim::Tool("tool".to_owned()),
            caller: "caller".to_owned(),
            groups: Vec::new(),
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
        let call = fields.get("call").map(Node::to_value);
        let scene = Scene::read(around, &mut fields, report);
        let expect = Expectation::read(&mut fields, report);
        if call.is_none() && expect.as_ref().is_some_and(|expect| expect.verdict != Expected::Invalid) {
            fields.need("call", report);
        }
        fields.finish(report);
        let name = match name {
            Some(name) => name?,
            None => call.as_ref().map_or_else(|| "settings".to_owned(), in_short),
        };
        Some(Self {
            span: node.span.clone(),
            name,
            settings: settings.unwrap_or_else(|| b"{}".to_vec()),
            call,
            scene: scene?,
            expect: expect?,
        })
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
    fn read(fields: &mut Fields<'_>, report: &mut Report) -> Option<Self> {
        let verdict = fields.need("verdict", report).and_then(|node| report.one_of(node, &VERDICTS));
        let mut text = |name: &'static str| fields.get(name).map(|node| report.text(node).map(str::to_owned));
        let (code, pointer, part) = (text("code"), text("pointer"), text("text"));
        Some(Self {
            verdict: verdict?,
            code: code.map_or(Some(None), |code| code.map(Some))?,
            pointer: pointer.map_or(Some(None), |pointer| pointer.map(Some))?,
            text: part.map_or(Some(None), |part| part.map(Some))?,
        })
    }
}

impl Expected {
    /// What it is called in case files.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
            Self::Invalid => "invalid",
        }
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
