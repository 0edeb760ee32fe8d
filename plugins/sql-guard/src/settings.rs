//! The settings as a policy writes them, and the guard that they make.

use crate::dialect::Dialect;
use crate::tables::{Pattern, Tables};
use doorward_plugin::Finding;
use doorward_plugin::arguments::{Absent, Arguments, Written};
use serde::Deserialize;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    arguments: Vec<String>,
    dialect: Dialect,
    #[serde(default)]
    absent: Absent,
    #[serde(default)]
    opaque: Vec<String>,
    #[serde(default = "reading")]
    statements: Vec<Kind>,
    #[serde(default)]
    tables: WrittenTables,
    #[serde(default)]
    writable: Vec<String>,
    #[serde(default)]
    functions: Functions,
}

/// The tables as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTables {
    allow: Option<Vec<String>>,
    #[serde(default)]
    deny: Vec<String>,
}

/// Functions beside those that are known, and known ones that may not be called.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Functions {
    #[serde(default)]
    pub(crate) add: Vec<String>,
    #[serde(default)]
    pub(crate) remove: Vec<String>,
}

/// A kind of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// `SELECT`, `WITH`, `VALUES`
    Select,
    /// `EXPLAIN` of such a one
    Explain,
    /// `DESCRIBE` a table
    Describe,
    /// `INSERT INTO`
    Insert,
    /// `UPDATE … WHERE`
    Update,
    /// `DELETE FROM … WHERE`
    Delete,
}

/// What statements may do.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) dialect: Dialect,
    pub(crate) statements: Vec<Kind>,
    pub(crate) tables: Tables,
    /// Tables that may be changed.
    pub(crate) writable: Vec<Pattern>,
    /// In small letters.
    pub(crate) functions: Functions,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    pub(crate) arguments: Arguments<()>,
    pub(crate) rules: Rules,
}

impl Kind {
    /// The kind as settings write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Explain => "explain",
            Self::Describe => "describe",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn changes(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Delete)
    }
}

impl Rules {
    /// Whether the word changes something, and no allowed statement begins with it.
    pub(crate) fn is_deed(&self, word: &str) -> bool {
        let is = |deed: &str| word.eq_ignore_ascii_case(deed);
        let is_needed = self.statements.iter().any(|kind| match kind {
            Kind::Insert => is("insert") || is("into"),
            Kind::Update => is("update") || is("set"),
            Kind::Delete => is("delete"),
            Kind::Select | Kind::Explain | Kind::Describe => false,
        });
        !is_needed && self.dialect.is_deed(word)
    }
}

fn reading() -> Vec<Kind> {
    vec![Kind::Select]
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let mut findings = faults(&settings);
        let arguments = arguments(&settings).map_err(|faults| findings.extend(faults)).ok();
        let allow = settings.tables.allow.as_ref().map(|allow| patterns("/tables/allow", allow, &mut findings));
        let deny = patterns("/tables/deny", &settings.tables.deny, &mut findings);
        let writable = patterns("/writable", &settings.writable, &mut findings);
        let small = |names: Vec<String>| names.into_iter().map(|name| name.to_ascii_lowercase()).collect();
        let functions = Functions { add: small(settings.functions.add), remove: small(settings.functions.remove) };
        let (dialect, statements) = (settings.dialect, settings.statements);
        let rules = Rules { dialect, statements, tables: Tables { allow, deny }, writable, functions };
        match arguments {
            Some(arguments) if findings.is_empty() => Ok(Self { arguments, rules }),
            _ => Err(findings),
        }
    }
}

fn arguments(settings: &Settings) -> Result<Arguments<()>, Vec<Finding>> {
    let written = |(index, pointer): (usize, &String)| Written {
        place: format!("/arguments/{index}"),
        pointer: pointer.clone(),
        role: (),
        absent: settings.absent,
    };
    Arguments::read(settings.arguments.iter().enumerate().map(written).collect(), &settings.opaque)
}

fn patterns(place: &str, written: &[String], findings: &mut Vec<Finding>) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for (index, written) in written.iter().enumerate() {
        match Pattern::parse(written) {
            Some(pattern) => patterns.push(pattern),
            None => findings.push(
                Finding::new("tables.invalid", format!("`{written}` is no name of a table"))
                    .at(format!("{place}/{index}"))
                    .instead("write `orders`, `public.orders`, `public.*` or `sales_*`"),
            ),
        }
    }
    patterns
}

fn faults(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if settings.arguments.is_empty() {
        let finding = Finding::new("arguments.empty", "no argument is named, so there is nothing to guard");
        let remedy = "name the arguments that are SQL, for instance `[\"/query\"]`";
        findings.push(finding.at("/arguments").instead(remedy));
    }
    if settings.statements.is_empty() {
        let finding = Finding::new("statements.empty", "no statement is allowed").at("/statements");
        findings.push(finding.instead("name one, for instance `[\"select\"]`"));
    }
    let changes = settings.statements.iter().position(|kind| kind.changes());
    if let Some(index) = changes
        && settings.writable.is_empty()
    {
        let finding = Finding::new("writable.empty", "`writable` does not say which tables may be changed");
        findings.push(finding.at(format!("/statements/{index}")).instead("name them, such as `[\"notes\"]`"));
    }
    if changes.is_none() && !settings.writable.is_empty() {
        let finding = Finding::new("writable.unused", "no statement is allowed that changes a table").at("/writable");
        findings.push(finding.instead("leave it out, or add `insert`, `update` or `delete` to `statements`"));
    }
    let is_everything = |written: &str| written.split('.').all(|part| part == "*");
    if let Some((index, written)) =
        settings.writable.iter().enumerate().find(|(_, written)| is_everything(written.as_str()))
    {
        let finding =
            Finding::new("writable.open", format!("`{written}` is every table")).at(format!("/writable/{index}"));
        findings.push(finding.instead("name the tables that are meant"));
    }
    findings
}
