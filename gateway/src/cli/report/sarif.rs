//! Findings as SARIF 2.1.0, for code hosts that show them beside the lines.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use crate::json::Value;
use crate::json::commented::{Finding, Severity};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log with one run.
pub(in crate::cli) fn log(findings: &[Finding]) -> String {
    let rules = Severity::ALL.map(|severity| Value::from([("id", severity.name().into())]));
    let driver = Value::from([
        ("name", "doorward".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("rules", rules.to_vec().into()),
    ]);
    let run = Value::from([
        ("tool", Value::from([("driver", driver)])),
        ("columnKind", "unicodeCodePoints".into()),
        ("results", findings.iter().map(result).collect::<Vec<_>>().into()),
    ]);
    let log = Value::from([("$schema", SCHEMA.into()), ("version", "2.1.0".into()), ("runs", vec![run].into())]);
    String::from_utf8_lossy(&log.to_bytes()).into_owned()
}

fn result(finding: &Finding) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let ((line, column), (end_line, end_column)) = (finding.place(), finding.end());
    let places = [("startLine", line), ("startColumn", column), ("endLine", end_line), ("endColumn", end_column)];
    let region = Value::from(places.map(|(name, number)| (name, (number as u64).into())));
    let file = Value::from([("uri", uri(&finding.source.name).into())]);
    let location = Value::from([("artifactLocation", file), ("region", region)]);
    Value::from([
        ("ruleId", finding.severity.name().into()),
        ("level", finding.severity.name().into()),
        ("message", Value::from([("text", text.into())])),
        ("locations", vec![Value::from([("physicalLocation", location)])].into()),
    ])
}

/// A path as a relative or absolute reference (RFC 3986).
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    let path = path.replace('\\', "/");
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
