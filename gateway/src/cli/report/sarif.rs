//! Findings as SARIF 2.1.0, for code hosts that show them beside the lines.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use crate::json::commented::{Code, Finding};
use crate::json::{Object, Value};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log with one run. `codes` are all that there are.
pub(in crate::cli) fn log(findings: &[Finding], codes: &[Code]) -> String {
    let rules: Vec<Value> = codes.iter().map(rule).collect();
    let driver = Value::from([
        ("name", "doorward".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("rules", rules.into()),
    ]);
    let run = Value::from([
        ("tool", Value::from([("driver", driver)])),
        ("columnKind", "unicodeCodePoints".into()),
        ("results", findings.iter().map(|finding| result(finding, codes)).collect::<Vec<_>>().into()),
    ]);
    let log = Value::from([("$schema", SCHEMA.into()), ("version", "2.1.0".into()), ("runs", vec![run].into())]);
    String::from_utf8_lossy(&log.to_bytes()).into_owned()
}

fn rule(code: &Code) -> Value {
    Value::from([
        ("id", code.name.into()),
        ("shortDescription", Value::from([("text", code.about.into())])),
        ("help", Value::from([("text", format!("{} See docs/operations.md.", code.about).into())])),
    ])
}

fn result(finding: &Finding, codes: &[Code]) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let ((line, column), (end_line, end_column)) = (finding.place(), finding.end());
    let places = [("startLine", line), ("startColumn", column), ("endLine", end_line), ("endColumn", end_column)];
    let region = Value::from(places.map(|(name, number)| (name, (number as u64).into())));
    let file = Value::from([("uri", uri(&finding.source.name).into())]);
    let location = Value::from([("artifactLocation", file), ("region", region)]);
    let mut result = Object::from([
        ("ruleId", finding.code.name.into()),
        ("level", finding.severity.name().into()),
        ("message", Value::from([("text", text.into())])),
        ("locations", vec![Value::from([("physicalLocation", location)])].into()),
    ]);
    if let Some(place) = codes.iter().position(|code| *code == finding.code) {
        result.insert("ruleIndex", place as u64);
    }
    result.into()
}

/// A path as a relative or absolute reference (RFC 3986).
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    let path = path.replace('\\', "/");
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
