//! What a scan found, for people and for programs.

use std::fmt::Write as _;

use crate::json::Value;
use crate::json::is_visible;
use crate::pins::{Standing, digest_of};
use crate::risk::{Class, Family};

use super::Found;

/// How much of a name and of the evidence is shown.
const NAME: usize = 40;
const EVIDENCE: usize = 80;

/// A line for each tool, then what changed, the families and a sum.
pub(super) fn as_text(found: &[Found], families: &[Family]) -> String {
    let names: Vec<String> = found.iter().map(|found| shown(&found.tool.name, NAME)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(4);
    let mut out = format!("{:width$}  class        severity  sure    pin       evidence\n", "tool");
    for (found, name) in found.iter().zip(&names) {
        let risk = &found.tool.risk;
        let evidence: Vec<String> = risk.evidence.iter().map(ToString::to_string).collect();
        let _infallible = writeln!(
            out,
            "{name:width$}  {:11}  {:8}  {:6}  {:8}  {}",
            risk.class.as_str(),
            risk.severity.as_str(),
            risk.confidence.as_str(),
            word(found.standing),
            shown(&evidence.join(", "), EVIDENCE),
        );
    }
    for found in found.iter().filter(|found| found.standing == Standing::Changed) {
        let _infallible = writeln!(out, "\n{} changed:", shown(&found.tool.name, NAME));
        for difference in &found.differences {
            let _infallible = writeln!(out, "{difference}");
        }
    }
    for family in families {
        let all: Vec<String> = family.siblings.iter().map(|name| shown(name, NAME)).collect();
        let _infallible = write!(out, "\n{} can be reached as {} too", shown(&family.head, NAME), all.join(", "));
    }
    let classes = [Class::Read, Class::Write, Class::Execute, Class::Destructive, Class::Financial];
    let counts = classes.map(|class| (class, found.iter().filter(|found| found.tool.risk.class == class).count()));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(class, count)| format!("{count} {}", class.as_str()));
    let _infallible = writeln!(out, "\n{} tools: {}", found.len(), counts.collect::<Vec<_>>().join(", "));
    out
}

/// The same as one object.
pub(super) fn as_json(found: &[Found], families: &[Family], server: &str) -> Value {
    let tools = found.iter().map(|found| {
        let risk = &found.tool.risk;
        let evidence: Vec<Value> = risk.evidence.iter().map(|evidence| evidence.to_string().into()).collect();
        let differences = found.differences.iter().map(|difference| {
            let side = |side: &Option<String>| side.as_deref().map_or(Value::Null, Value::from);
            Value::from([
                ("pointer", difference.pointer.as_str().into()),
                ("old", side(&difference.old)),
                ("new", side(&difference.new)),
            ])
        });
        Value::from([
            ("name", found.tool.name.as_str().into()),
            ("class", risk.class.as_str().into()),
            ("severity", risk.severity.as_str().into()),
            ("confidence", risk.confidence.as_str().into()),
            ("evidence", evidence.into()),
            ("sha256", digest_of(&found.definition).to_string().into()),
            ("pin", word(found.standing).into()),
            ("differences", differences.collect::<Vec<_>>().into()),
        ])
    });
    let families = families.iter().map(|family| {
        let siblings: Vec<Value> = family.siblings.iter().map(|name| name.as_str().into()).collect();
        Value::from([("head", family.head.as_str().into()), ("siblings", siblings.into())])
    });
    Value::from([
        ("server", server.into()),
        ("tools", tools.collect::<Vec<_>>().into()),
        ("families", families.collect::<Vec<_>>().into()),
    ])
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Pinned => "pinned",
        Standing::Changed => "CHANGED",
        Standing::Unpinned => "unpinned",
    }
}

/// What a server wrote, short, on one line, and nothing of it hidden.
fn shown(text: &str, most: usize) -> String {
    let cut = if text.chars().nth(most).is_some() { "…" } else { "" };
    let letter =
        |letter: char| if is_visible(letter) { letter.to_string() } else { letter.escape_unicode().to_string() };
    text.chars().take(most).map(letter).collect::<String>() + cut
}
