//! Words that a server of a dialect keeps to itself: bare, they are never names there, as data.
//!
//! The parser takes some of them for names where it finds no better use. The server then reads the statement otherwise:
//! `SELECT a OR FROM users` is an expression to the one, and a column and a table to the other.

use crate::dialect::Dialect;

/// Whether a bare word is none of the names that the server has.
pub(crate) fn is_reserved(word: &str, dialect: Dialect) -> bool {
    let has = |words: &str| words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word));
    match dialect {
        Dialect::Postgres => has(POSTGRES),
        Dialect::Mysql => has(MYSQL),
        Dialect::Sqlite => has(SQLITE),
        Dialect::Mssql => has(MSSQL),
        Dialect::Generic => [POSTGRES, MYSQL, SQLITE, MSSQL].into_iter().any(has),
    }
}

/// Whether the word, though reserved, is a value by itself.
pub(crate) fn is_value(word: &str) -> bool {
    VALUES.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

const VALUES: &str = "current_catalog current_date current_role current_schema current_time current_timestamp current_user default \
     localtime localtimestamp session_user system_user user utc_date utc_time utc_timestamp";

/// `pg_get_keywords()`, categories R and T.
const POSTGRES: &str = "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation \
     column concurrently constraint create cross current_catalog current_date current_role current_schema current_time \
     current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze \
     from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like \
     limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary \
     references returning right select session_user similar some symmetric system_user table tablesample then to \
     trailing true union unique user using variadic verbose when where window with";

/// Of MariaDB, and the clauses of MySQL.
const MYSQL: &str = "accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade \
     case change char character check collate column condition constraint continue convert create cross current_date \
     current_role current_time current_timestamp current_user cursor databases day_hour day_microsecond day_minute \
     day_second dec decimal declare default delayed delete desc describe deterministic distinct distinctrow div double \
     drop each else elseif enclosed escaped except exists exit explain false fetch float float4 float8 for force \
     foreign from fulltext grant group having high_priority hour_microsecond hour_minute hour_second if ignore in \
     index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is \
     iterate join key keys kill lateral leading leave left like limit linear lines load localtime localtimestamp lock \
     long longblob longtext loop low_priority match maxvalue mediumblob mediumint mediumtext middleint \
     minute_microsecond minute_second mod modifies natural no_write_to_binlog not null numeric offset on optimize \
     optionally or order out outer outfile over partition precision primary procedure purge range read read_write \
     reads real recursive references regexp release rename repeat replace require resignal restrict return returning \
     revoke right rlike rows schemas second_microsecond select sensitive separator set show signal smallint spatial \
     specific sql sql_big_result sql_buffer_result sql_calc_found_rows sql_no_cache sql_small_result sqlexception \
     sqlstate sqlwarning ssl starting straight_join table terminated then tinyblob tinyint tinytext to trailing trigger \
     true undo union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary \
     varchar varcharacter varying when where while window with write xor year_month zerofill";

const SQLITE: &str = "add all alter and as autoincrement between case cast check collate commit constraint create cross default \
     deferrable delete distinct drop else escape except exists foreign from full group having in index inner insert \
     intersect into is isnull join left limit natural not notnull null on or order outer primary raise references \
     returning right select set table then to transaction union unique update using values when where";

/// Beside those of which [`is_deed`](Dialect::is_deed) knows.
const MSSQL: &str = "all alter and any as asc authorization between by cascade case check clustered coalesce collate column constraint \
     contains containstable convert create cross current current_date current_time current_timestamp current_user \
     default delete desc distinct distributed double drop else end errlvl escape except exists external fetch \
     fillfactor for foreign freetext freetexttable from full function grant group having identity identity_insert \
     identitycol in index inner insert intersect into is join key left like merge national nocheck nonclustered not \
     null nullif of on or order outer over percent pivot plan precision primary public references revoke right \
     rollback rowcount rule select semantickeyphrasetable some system_user table then to top truncate try_convert \
     union unique unpivot update user values varying view when where with within";
