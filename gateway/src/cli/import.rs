//! `doorward policy import`.

use std::path::Path;

use anyhow::Result;

use crate::import::{self, Imported};
use crate::json::Value;
use crate::json::commented::Source;

use super::{Format, Outcome, file, report};

/// Says a policy of Intercept in our language, on stdout or in a file, and on stderr what it means differently.
pub(super) fn import(path: &Path, output: Option<&Path>, format: Format, color: bool) -> Result<Outcome> {
    let source = file::read(path)?;
    let (imported, findings) = import::import(&source);
    let Some(imported) = imported else {
        match format {
            Format::Text => report::print(&findings, color),
            Format::Json => eprintln!("{}", report::json(&findings)),
        }
        return Ok(Outcome::Findings);
    };
    match output {
        Some(output) => file::write(output, &imported.text)?,
        None => print!("{}", imported.text),
    }
    match format {
        Format::Text => eprint!("{}", as_text(&imported, &source)),
        Format::Json => eprintln!("{}", String::from_utf8_lossy(&as_json(&imported, &source).to_bytes())),
    }
    Ok(Outcome::Fine)
}

fn as_text(imported: &Imported, source: &Source) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for (title, needs_a_look) in [("look at this", true), ("what changed in meaning", false)] {
        let found: Vec<_> =
            imported.changes.iter(source).filter(|(change, _)| change.needs_a_look() == needs_a_look).collect();
        if !found.is_empty() {
            let _infallible = writeln!(out, "{title}:");
        }
        for (change, lines) in found {
            let _infallible = writeln!(out, "  {}: {}", places(&source.name, &lines), change.sentence());
        }
    }
    out
}

/// `policy.yaml:5, 6`, and not more lines than anybody reads.
fn places(name: &str, lines: &[usize]) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<String> = lines.iter().take(MOST).map(ToString::to_string).collect();
    if lines.len() > MOST {
        shown.push("…".to_owned());
    }
    format!("{name}:{}", shown.join(", "))
}

fn as_json(imported: &Imported, source: &Source) -> Value {
    let changes = imported.changes.iter(source).map(|(change, lines)| {
        let lines: Vec<Value> = lines.into_iter().map(|line| (line as u64).into()).collect();
        Value::from([
            ("change", format!("{change:?}").into()),
            ("message", change.sentence().into()),
            ("look", change.needs_a_look().into()),
            ("lines", lines.into()),
        ])
    });
    Value::from([("file", source.name.as_ref().into()), ("changes", changes.collect::<Vec<_>>().into())])
}
