//! Which tables may be read.

use crate::dialect::Dialect;
use doorward_plugin::Finding;
use sqlparser::ast::Ident;

/// A name of a table as settings write it, in as many parts as in the statement: `orders`, `public.*`, `sales_*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<String>);

/// The tables that may be read: those that one of `allow` names, where there is one, and none of `deny`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) allow: Option<Vec<Pattern>>,
    pub(crate) deny: Vec<Pattern>,
}

/// Where servers keep what is none of an agent's business: accounts, their passwords, what others do. In small letters.
const SYSTEM: &[&str] =
    &["pg_catalog", "pg_toast", "mysql", "performance_schema", "sys", "master", "msdb", "model", "tempdb"];

/// Functions of SQLite that look like tables, and tables that are made of files: `SELECT data FROM fsdir WHERE path = 'x'`.
const BEGINNINGS: &[&str] = &[
    "#mysql50#",
    "bytecode",
    "carray",
    "completion",
    "csv",
    "dbstat",
    "explain",
    "fsdir",
    "fts3tokenize",
    "generate_series",
    "pg_",
    "pragma_",
    "sqlite_",
    "stmt",
    "sys",
    "tables_used",
    "vtablog",
    "zipfile",
];

/// Of those, what tells nothing but how the tables look.
const HARMLESS: &[&str] = &[
    "sqlite_master",
    "sqlite_schema",
    "sqlite_sequence",
    "sqlite_stat1",
    "sqlite_stat4",
    "sqlite_temp_master",
    "sqlite_temp_schema",
];

/// What `information_schema` tells of passwords, and of what others do.
const TELLING: &[&str] = &["_pg_", "innodb_", "processlist", "user_mapping_options"];

impl Pattern {
    /// None where it is none.
    pub(crate) fn parse(written: &str) -> Option<Self> {
        let is_good = |part: &str| {
            let name = part.strip_suffix('*').unwrap_or(part);
            !part.is_empty() && !name.contains('*') && name.chars().all(|c| c.is_alphanumeric() || " _-$#@".contains(c))
        };
        let parts: Vec<_> = written.split('.').map(str::to_owned).collect();
        (parts.len() <= 4 && parts.iter().all(|part| is_good(part))).then_some(Self(parts))
    }

    /// Whether it is every name.
    pub(crate) fn is_everything(&self) -> bool {
        self.0 == ["*"]
    }

    /// Whether the pattern surely names the table. A name in quotes is taken as it is written, another one in any case, but
    /// for MySQL, which tells `a` from `A` on most machines.
    pub(crate) fn is_of(&self, names: &[&Ident], dialect: Dialect) -> bool {
        let tells_case = matches!(dialect, Dialect::Mysql | Dialect::Generic);
        meets(&self.0, names, |name| name.quote_style.is_none() && !tells_case)
    }

    /// Whether the pattern might name the table, with what stands before it left out on either side.
    fn might_be(&self, names: &[&Ident]) -> bool {
        let shortest = self.0.len().min(names.len());
        let own = self.0.get(self.0.len() - shortest..).unwrap_or_default();
        meets(own, names.get(names.len() - shortest..).unwrap_or_default(), |_| true)
    }
}

/// Whether parts of a pattern are those of a name, one by one.
fn meets(parts: &[String], names: &[&Ident], ignores_case: impl Fn(&Ident) -> bool) -> bool {
    let is_part = |(pattern, name): (&String, &&Ident)| {
        let same = |pattern: &str, text: &str| match ignores_case(name) {
            true => pattern.eq_ignore_ascii_case(text),
            false => pattern == text,
        };
        match pattern.strip_suffix('*') {
            Some(beginning) => name.value.get(..beginning.len()).is_some_and(|text| same(beginning, text)),
            None => same(pattern, &name.value),
        }
    };
    parts.len() == names.len() && parts.iter().zip(names).all(is_part)
}

impl Tables {
    pub(crate) fn check(&self, names: &[&Ident], dialect: Dialect) -> Result<(), Finding> {
        let is_named = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.is_of(names, dialect));
        let outside = || Finding::new("table.outside", "the table is none of those that may be read");
        if self.deny.iter().any(|pattern| pattern.might_be(names)) {
            return Err(outside().instead("read another one"));
        }
        // `*` alone says nothing of a system's own tables.
        let is_exact =
            self.allow.iter().flatten().any(|pattern| !pattern.is_everything() && pattern.is_of(names, dialect));
        if is_exact {
            return Ok(());
        }
        if is_system(names, dialect) {
            return Err(Finding::new("table.system", "the table is one of the server's own")
                .instead("read `information_schema`, if anything, or name the table in the policy"));
        }
        match &self.allow {
            Some(allow) if !is_named(allow) && !allow.iter().any(Pattern::is_everything) => {
                Err(outside().instead(listed(allow)))
            }
            _ => Ok(()),
        }
    }
}

fn is_system(names: &[&Ident], dialect: Dialect) -> bool {
    let parts: Vec<_> = names.iter().map(|name| name.value.to_ascii_lowercase()).collect();
    let (table, before) = match parts.split_last() {
        Some((table, before)) => (table.as_str(), before),
        None => return true,
    };
    // `master..sysdatabases`, `server.database.schema.table`
    let reaches_out = dialect == Dialect::Mssql && before.len() > 1;
    let begins = |beginnings: &[&str]| {
        let is_here = |beginning: &str| beginning != "sys" || dialect == Dialect::Mssql;
        beginnings.iter().any(|beginning| table.starts_with(beginning) && is_here(beginning))
    };
    let is_telling = before.iter().any(|part| part == "information_schema") && begins(TELLING);
    reaches_out
        || is_telling
        || before.iter().any(|part| SYSTEM.contains(&part.as_str()))
        || before.iter().any(|part| part.starts_with("#mysql50#"))
        || (begins(BEGINNINGS) && !HARMLESS.contains(&table))
}

fn listed(allow: &[Pattern]) -> String {
    const MOST: usize = 8;
    let shown: Vec<_> = allow.iter().take(MOST).map(|pattern| format!("`{}`", pattern.0.join("."))).collect();
    format!("allowed: {}", shown.join(", "))
}
