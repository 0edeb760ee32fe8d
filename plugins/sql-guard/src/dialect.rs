//! The dialects, and in what servers that speak them differ.

use serde::Deserialize;
use sqlparser::dialect::{
    AnsiDialect, Dialect as Grammar, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};

/// What the server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dialect {
    /// PostgreSQL
    Postgres,
    /// MySQL and MariaDB
    Mysql,
    /// SQLite
    Sqlite,
    /// SQL Server
    Mssql,
    /// What all of them read alike.
    Generic,
}

impl Dialect {
    pub(crate) fn grammar(self) -> &'static dyn Grammar {
        match self {
            Self::Postgres => &PostgreSqlDialect {},
            Self::Mysql => &MySqlDialect {},
            Self::Sqlite => &SQLiteDialect {},
            Self::Mssql => &MsSqlDialect {},
            Self::Generic => &AnsiDialect {},
        }
    }

    /// What stands around names: `"` is a string for some servers of MySQL.
    pub(crate) fn quotes(self) -> &'static [(char, char)] {
        match self {
            Self::Postgres => &[('"', '"')],
            Self::Mysql => &[('`', '`')],
            Self::Sqlite => &[('"', '"'), ('`', '`'), ('[', ']')],
            Self::Mssql => &[('"', '"'), ('[', ']')],
            Self::Generic => &[],
        }
    }

    /// Whether `\` in a string is nothing but itself, whatever the server's settings.
    pub(crate) fn has_plain_backslashes(self) -> bool {
        matches!(self, Self::Sqlite | Self::Mssql)
    }

    /// Whether `@name` is a parameter.
    pub(crate) fn has_at_parameters(self) -> bool {
        matches!(self, Self::Sqlite | Self::Mssql)
    }

    /// Whether a query may name itself without `RECURSIVE`.
    pub(crate) fn is_recursive_anyway(self) -> bool {
        self == Self::Mssql
    }

    /// Whether a word does something wherever it stands, and so must not be a bare name. SQL Server begins a new
    /// statement with some of them without a `;`.
    pub(crate) fn is_deed(self, word: &str) -> bool {
        let is = |deeds: &str| deeds.split_ascii_whitespace().any(|deed| deed.eq_ignore_ascii_case(word));
        is(DEEDS) || (self == Self::Mssql && is(DEEDS_OF_MSSQL))
    }
}

/// What changes something, in all dialects.
const DEEDS: &str =
    "alter create delete drop dumpfile grant insert into merge outfile procedure revoke truncate update";

/// What begins a statement in SQL Server, or reads elsewhere; all of it is reserved there.
const DEEDS_OF_MSSQL: &str = "add backup begin break browse bulk checkpoint close commit compute continue cursor database dbcc deallocate \
     declare deny disk dump exec execute exit file go goto holdlock if kill lineno load off offsets open \
     opendatasource openquery openrowset openxml option print proc raiserror read readtext reconfigure replication \
     restore return revert rowguidcol save schema securityaudit set setuser shutdown statistics tablesample textsize \
     throw tran transaction trigger tsequal updatetext use waitfor while writetext";
