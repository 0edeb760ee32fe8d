//! Findings as SARIF 2.1.0, for code hosts that show them beside the lines.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use serde_json::{Value, json};

use crate::json::commented::{Finding, Severity};

/// A log with one run.
pub(in crate::cli) fn log(findings: &[Finding]) -> String {
    let results: Vec<Value> = findings.iter().map(result).collect();
    let rules: Vec<Value> = Severity::ALL.map(|severity| json!({ "id": severity.name() })).to_vec();
    let driver = json!({ "name": "doorward", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{log:#}")
}

fn result(finding: &Finding) -> Value {
    let (line, column) = finding.place();
    let (end_line, end_column) = finding.end();
    let text = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let region = json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    json!({
        "ruleId": finding.severity.name(),
        "level": finding.severity.name(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&finding.source.name) }, "region": region } }],
    })
}

/// A path as a relative or absolute reference (RFC 3986).
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    let path = path.replace('\\', "/");
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
