//! The functions and types that every server of a dialect has, and that only compute, as data.
//!
//! A function that is not here may read files, sleep, lock, connect, change settings or run what it is told; on many
//! servers some do. So this is a list of what is allowed, never of what is not.

use crate::dialect::Dialect;

/// Whether a function, in small letters, is one of those.
pub(crate) fn is_known(name: &str, dialect: Dialect) -> bool {
    let more = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
        Dialect::Sqlite => SQLITE,
        Dialect::Mssql => MSSQL,
        Dialect::Generic => "",
    };
    has(EVERYWHERE, name) || has(more, name)
}

/// Whether a type, in small letters, is one that servers have beside those that the parser knows.
pub(crate) fn is_type(name: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres | Dialect::Generic => has(POSTGRES_TYPES, name),
        Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => has(TYPES, name),
    }
}

fn has(words: &str, wanted: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == wanted)
}

const TYPES: &str = "date datetime2 datetimeoffset int2 int4 int8 interval money name nchar ntext numeric nvarchar smalldatetime \
     smallmoney time uniqueidentifier year";

const POSTGRES_TYPES: &str = "bpchar cidr citext date hstore inet int2 int4 int8 interval jsonpath macaddr macaddr8 money name numeric oid time \
     timestamptz timetz tsquery tsvector xid";

const EVERYWHERE: &str = "abs acos asin atan atan2 avg ceil ceiling char_length character_length coalesce concat concat_ws cos cot count \
     cume_dist current_date current_time current_timestamp current_user degrees dense_rank exp first_value floor \
     greatest lag last_value lead least left length ln localtime localtimestamp log log10 lower ltrim max min mod \
     nth_value ntile nullif octet_length percent_rank percentile_cont percentile_disc pi pow power radians rank \
     replace reverse right round row_number rtrim session_user sign sin sqrt stddev stddev_pop stddev_samp substr \
     substring sum tan trim upper var_pop var_samp variance";

const POSTGRES: &str = "age array array_agg array_append array_cat array_dims array_length array_lower array_ndims array_position \
     array_positions array_prepend array_remove array_replace array_to_json array_to_string array_upper ascii bit_and \
     bit_length bit_or bool_and bool_or btrim cardinality cbrt chr clock_timestamp corr covar_pop covar_samp \
     current_catalog current_database current_schema date date_bin date_part date_trunc decode div encode every \
     extract format gcd generate_series generate_subscripts grouping initcap isfinite json_agg json_array_elements \
     json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text \
     json_extract_path json_extract_path_text json_object json_object_agg json_object_keys json_strip_nulls \
     json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array \
     jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object \
     jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_query jsonb_path_query_array \
     jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_typeof justify_days justify_hours \
     justify_interval lcm lpad make_date make_interval make_time make_timestamp make_timestamptz md5 mode now \
     num_nonnulls num_nulls overlay parse_ident phraseto_tsquery plainto_tsquery position quote_ident quote_literal \
     quote_nullable range_agg regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace \
     regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 \
     regr_slope row row_to_json rpad scale sha224 sha256 sha384 sha512 similarity split_part starts_with \
     statement_timestamp string_agg string_to_array string_to_table strpos timeofday to_char to_date to_hex to_json \
     to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp translate trunc ts_headline ts_rank \
     ts_rank_cd unnest version websearch_to_tsquery width_bucket";

const MYSQL: &str = "adddate addtime any_value ascii bin bit_and bit_count bit_length bit_or bit_xor char char_length conv convert_tz \
     crc32 curdate curtime database date date_add date_format date_sub datediff day dayname dayofmonth dayofweek \
     dayofyear elt extract field find_in_set format from_base64 from_days from_unixtime group_concat grouping hex hour \
     if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa instr is_ipv4 is_ipv6 is_uuid isnull json_array json_arrayagg \
     json_contains json_contains_path json_depth json_extract json_keys json_length json_object json_objectagg \
     json_overlaps json_pretty json_quote json_search json_type json_unquote json_valid json_value last_day lcase \
     locate log2 lpad makedate maketime md5 microsecond mid minute month monthname now oct ord period_add period_diff \
     position quarter regexp_instr regexp_like regexp_replace regexp_substr rpad schema sec_to_time second sha sha1 \
     sha2 soundex space std str_to_date strcmp subdate substring_index subtime sysdate time time_format time_to_sec \
     timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds ucase unhex unix_timestamp utc_date \
     utc_time utc_timestamp values version week weekday weekofyear year yearweek";

const SQLITE: &str = "bm25 changes char date datetime format glob group_concat hex highlight ifnull iif instr json json_array \
     json_array_length json_each json_extract json_group_array json_group_object json_insert json_object json_patch \
     json_quote json_remove json_replace json_set json_tree json_type json_valid julianday last_insert_rowid like log2 \
     printf quote random snippet soundex sqlite_version strftime time timediff total typeof unicode unixepoch";

const MSSQL: &str = "ascii char charindex checksum choose count_big datalength date_bucket dateadd datediff datediff_big datefromparts \
     datename datepart datetime2fromparts datetimefromparts datetrunc day db_name difference eomonth format getdate \
     getutcdate grouping hashbytes iif isdate isjson isnull isnumeric json_query json_value len month nchar newid \
     object_id object_name parsename patindex quotename replicate schema_name soundex space square stdev stdevp str \
     string_agg string_escape string_split stuff switchoffset sysdatetime sysdatetimeoffset sysutcdatetime \
     todatetimeoffset translate try_cast try_convert try_parse unicode var varp year";

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = &'static str> {
        [EVERYWHERE, POSTGRES, MYSQL, SQLITE, MSSQL].into_iter().flat_map(str::split_ascii_whitespace)
    }

    #[test]
    fn no_list_has_what_reads_sleeps_runs_or_sets() {
        let deeds = "file sleep load _lock exec dblink lo_ copy pg_ set_ setval nextval benchmark system shell notify \
                     query_to openrowset extension terminate reload xml blob";
        for deed in deeds.split_ascii_whitespace() {
            let found: Vec<_> = all().filter(|name| name.contains(deed) && !HARMLESS.contains(name)).collect();
            assert!(found.is_empty(), "{deed}: {found:?}");
        }
    }

    /// Names that only look like it.
    const HARMLESS: &[&str] = &["sqlite_version"];

    #[test]
    fn names_are_in_small_letters() {
        for name in all().chain(TYPES.split_ascii_whitespace()).chain(POSTGRES_TYPES.split_ascii_whitespace()) {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
        }
    }
}
