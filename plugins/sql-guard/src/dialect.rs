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

    /// How many signs at the beginning of the text the server takes for one operator; somebody may have made it. A `+` or
    /// `-` at its end belongs to what follows, unless the rest cannot be one of the standard's.
    pub(crate) fn run_of_signs(self, text: &str) -> usize {
        if !matches!(self, Self::Postgres | Self::Generic) {
            return 0;
        }
        let end = text.find(|c: char| !"+-*/<>=~!@#%^&|`?".contains(c)).unwrap_or(text.len());
        let run = text.get(..end).unwrap_or_default();
        match run.contains(|c: char| "~!@#%^&|`?".contains(c)) {
            true => run.len(),
            false => run.trim_end_matches(['+', '-']).len().max(1),
        }
    }

    /// Whether a word is one of the server's own functions only where a bracket follows without a blank.
    pub(crate) fn needs_near_bracket(self, word: &str) -> bool {
        let is_known = || NEAR.split_ascii_whitespace().any(|near| near.eq_ignore_ascii_case(word));
        matches!(self, Self::Mysql | Self::Generic) && is_known()
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

/// Functions of MySQL and MariaDB whose names are no words of the language by themselves.
const NEAR: &str = "adddate bit_and bit_or bit_xor count cume_dist curdate curtime date_add date_sub dense_rank extract first_value \
     group_concat grouping json_arrayagg json_objectagg lag last_value lead max mid min now nth_value ntile percent_rank \
     percentile_cont percentile_disc position rank row_number session_user std stddev stddev_pop stddev_samp subdate \
     substr substring sum sysdate system_user trim var_pop var_samp variance";

/// What changes something, in all dialects.
const DEEDS: &str =
    "alter create delete drop dumpfile grant insert into merge outfile procedure revoke truncate update";

/// What begins a statement in SQL Server, or reads elsewhere; all of it is reserved there.
const DEEDS_OF_MSSQL: &str = "add backup begin break browse bulk checkpoint close commit compute continue cursor database dbcc deallocate \
     declare deny disk dump exec execute exit file go goto holdlock if kill lineno load off offsets open \
     opendatasource openquery openrowset openxml option print proc raiserror read readtext reconfigure replication \
     restore return revert rowguidcol save schema securityaudit set setuser shutdown statistics tablesample textsize \
     throw tran transaction trigger tsequal updatetext use waitfor while writetext";
