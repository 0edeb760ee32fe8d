//! `doorward plugin inspect`: what a component is, before anybody uses it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::json::sheet::Sheet;
use crate::json::{Limits, Value, scan};
use crate::plugins::Anatomy;

use super::super::{Format, Outcome, runtime};
use super::{as_text, component, host, print_faults};

/// The longest settings schema that is shown in JSON, in bytes.
const SCHEMA: usize = 1 << 20;

/// What the interfaces that a plugin may import let it do; the first part of a name that fits counts.
const CAPABILITIES: [(&str, &str); 9] = [
    ("doorward:plugin/types", ""),
    ("doorward:plugin/document", "reads the document of the call"),
    ("doorward:plugin/log", "writes lines to the gateway's log"),
    ("wasi:cli/std", "prints to the gateway's log; its standard input is empty"),
    ("wasi:cli/exit", "ends itself, which refuses the call"),
    ("wasi:cli/", "asks for arguments, environment and terminal, and finds none"),
    ("wasi:clocks/", "reads clocks, which stand still at the time of the call"),
    ("wasi:random/", "rolls dice, which fall alike in every call"),
    ("wasi:io/", ""),
];

/// Shows the component that is meant. Exit status 1 if the gateway would not load it.
pub(super) fn inspect(meant: &Path, format: Format) -> Result<Outcome> {
    let component = component(meant)?;
    let host = host()?;
    match runtime()?.block_on(host.examine(&component.bytes)) {
        Err(faults) => {
            print_faults(&component.name, &faults, &host.seen());
            Ok(Outcome::Findings)
        }
        Ok(anatomy) => {
            match format {
                Format::Text => print!("{}", as_table(&anatomy, component.bytes.len())),
                Format::Json => println!("{}", as_text(&as_json(&anatomy, component.bytes.len()))),
            }
            Ok(Outcome::Fine)
        }
    }
}

/// A component in one line.
pub(super) fn as_sentence(anatomy: &Anatomy, size: usize) -> String {
    let told = &anatomy.description;
    let hooks = anatomy.hooks.join(", ");
    format!("{} {}, {hooks}, {}, sha256 {}", told.name, told.version, as_size(size), anatomy.digest)
}

fn as_table(anatomy: &Anatomy, size: usize) -> String {
    let told = &anatomy.description;
    let mut out = String::new();
    let mut row = |what: &str, value: &str| {
        let _infallible = writeln!(out, "{what:9} {value}");
    };
    row("name", &format!("{} {}", told.name, told.version));
    row("summary", &told.summary);
    row("hooks", &anatomy.hooks.join(", "));
    row("tools", &if told.tools.is_empty() { "any".to_owned() } else { told.tools.join(", ") });
    row("contract", &format!("doorward:plugin@{}", anatomy.contract));
    row("size", &as_size(size));
    row("sha256", &anatomy.digest.to_string());
    for (index, capability) in capabilities(anatomy).into_iter().enumerate() {
        row(if index == 0 { "may" } else { "" }, capability);
    }
    for (index, import) in anatomy.imports.iter().enumerate() {
        row(if index == 0 { "imports" } else { "" }, import);
    }
    match &told.settings_schema {
        None => row("settings", "it gives no schema of them"),
        Some(schema) => {
            row("settings", "");
            for line in laid_out(schema).lines() {
                row("", line);
            }
        }
    }
    out
}

fn as_json(anatomy: &Anatomy, size: usize) -> Value {
    let told = &anatomy.description;
    let words = |words: &[String]| Value::from(words.iter().map(|word| word.as_str().into()).collect::<Vec<Value>>());
    let schema = told.settings_schema.as_deref().map_or(Value::Null, |schema| {
        // Whoever reads it wants a schema; where it is none, its text.
        scan(schema.as_bytes(), &Limits::request(SCHEMA)).unwrap_or_else(|_| schema.into())
    });
    Value::from([
        ("name", told.name.as_str().into()),
        ("version", told.version.as_str().into()),
        ("summary", told.summary.as_str().into()),
        ("hooks", words(&anatomy.hooks)),
        ("tools", words(&told.tools)),
        ("contract", anatomy.contract.as_str().into()),
        ("size", (size as u64).into()),
        ("sha256", anatomy.digest.to_string().into()),
        ("capabilities", capabilities(anatomy).into_iter().map(Value::from).collect::<Vec<_>>().into()),
        ("imports", words(&anatomy.imports)),
        ("settings_schema", schema),
    ])
}

/// What a component may do, by what it imports.
fn capabilities(anatomy: &Anatomy) -> BTreeSet<&'static str> {
    let capability = |import: &String| {
        CAPABILITIES.iter().find(|(prefix, _)| import.starts_with(prefix)).map_or("", |(_, capability)| *capability)
    };
    anatomy.imports.iter().map(capability).filter(|capability| !capability.is_empty()).collect()
}

/// A JSON text laid out for people, where it is one.
fn laid_out(text: &str) -> String {
    let value = scan(text.as_bytes(), &Limits::request(SCHEMA));
    value.map_or_else(|_| text.to_owned(), |value| Sheet::from(value).to_text(""))
}

/// A number of bytes, for people.
pub(super) fn as_size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
