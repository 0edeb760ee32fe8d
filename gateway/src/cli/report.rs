//! Findings, as a terminal shows them: the file, the place, the text, what is wrong and what to do.

mod excerpt;
pub(super) mod junit;
pub(super) mod sarif;
pub(super) mod tried;

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Level, SourceCode};

use crate::json::Value;
use crate::json::commented::{Code, Finding, Severity};

use excerpt::Excerpt;

/// Prints findings to stderr.
pub(super) fn print(findings: &[Finding], color: bool) {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
    for finding in findings {
        let mut out = String::new();
        if handler.render_report(&mut out, &Shown::from(finding)).is_ok() {
            eprintln!("{out}");
        }
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > 0 {
        eprintln!("{errors} error{} found; nothing was started or changed", if errors == 1 { "" } else { "s" });
    }
}

/// Findings as a JSON array, for other programs.
pub(super) fn json(findings: &[Finding]) -> String {
    let findings = findings.iter().map(|finding| {
        let (line, column) = finding.place();
        Value::from([
            ("code", finding.code.name.into()),
            ("severity", finding.severity.name().into()),
            ("file", finding.source.name.as_ref().into()),
            ("line", (line as u64).into()),
            ("column", (column as u64).into()),
            ("message", finding.message.as_str().into()),
            ("help", finding.help.as_deref().map_or(Value::Null, Value::from)),
        ])
    });
    String::from_utf8_lossy(&Value::from(findings.collect::<Vec<_>>()).to_bytes()).into_owned()
}

/// A finding in one line, as compilers write it.
pub(super) fn line(finding: &Finding) -> String {
    let (line, column) = finding.place();
    let help = finding.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}:{line}:{column}: {}{help} [{}]", finding.source.name, finding.message, finding.code.name)
}

#[derive(Debug)]
struct Shown {
    code: Code,
    message: String,
    help: Option<String>,
    level: Level,
    source: Excerpt,
    label: LabeledSpan,
}

impl From<&Finding> for Shown {
    fn from(finding: &Finding) -> Self {
        let (line, column) = finding.place();
        let level = match finding.severity {
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        };
        // The place stands in the sentence too, so that other programs find it there.
        Self {
            code: finding.code,
            message: format!("{}:{line}:{column}: {}", finding.source.name, finding.message),
            help: finding.help.clone(),
            level,
            source: Excerpt::new(&finding.source),
            label: LabeledSpan::underline(excerpt::shortened(&finding.source, &finding.span)),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn severity(&self) -> Option<Level> {
        Some(self.level)
    }

    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code.name))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}
