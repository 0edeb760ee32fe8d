//! Which queries of `psql` and `mysql` only ask a database how it is.
//!
//! A closed grammar: `SHOW` of states, and one `SELECT` from the catalogues and the statistics that servers keep of
//! themselves, with functions that compute. Of other tables only how many rows they have. No name in quotes, no comment,
//! no backslash, no second statement; nothing that changes, locks, runs, or reads a file; and none of the catalogues in
//! which passwords are.

mod settings;

use super::one_of;

/// What a query may be asked from; `x_*` is all that begins so.
const RELATIONS: &str = "pg_stat_* pg_statio_* pg_database pg_locks pg_replication_slots pg_class pg_namespace pg_tables \
                         pg_indexes pg_index pg_extension pg_roles pg_tablespace pg_prepared_xacts pg_am \
                         pg_available_extensions pg_constraint pg_attribute pg_type pg_views pg_matviews pg_sequences pg_inherits \
                         pg_publication pg_publication_tables pg_replication_origin_status pg_partitioned_table pg_depend \
                         pg_trigger pg_event_trigger pg_policies pg_user pg_group pg_auth_members pg_cursors \
                         pg_prepared_statements pg_shmem_allocations pg_backend_memory_contexts pg_buffercache \
                         pg_language pg_collation pg_opclass pg_operator pg_description pg_config pg_wait_events \
                         pg_available_extension_versions information_schema.tables \
                         information_schema.columns information_schema.schemata information_schema.processlist \
                         information_schema.engines information_schema.plugins information_schema.statistics \
                         information_schema.partitions information_schema.table_constraints \
                         information_schema.key_column_usage information_schema.innodb_* \
                         information_schema.global_status performance_schema.events_* \
                         performance_schema.replication_* performance_schema.data_locks \
                         performance_schema.data_lock_waits performance_schema.threads \
                         performance_schema.processlist performance_schema.global_status \
                         performance_schema.table_io_* performance_schema.file_summary_* \
                         performance_schema.memory_summary_* performance_schema.metadata_locks \
                         performance_schema.table_handles performance_schema.error_log \
                         performance_schema.socket_* performance_schema.session_status \
                         performance_schema.hosts performance_schema.accounts \
                         performance_schema.users information_schema.files \
                         information_schema.views information_schema.events information_schema.triggers \
                         information_schema.referential_constraints information_schema.table_statistics \
                         information_schema.index_statistics information_schema.client_statistics \
                         information_schema.user_statistics information_schema.metadata_lock_info sys.innodb_lock_waits sys.processlist sys.session \
                         sys.schema_* sys.statement_analysis sys.statements_* sys.host_summary sys.user_summary \
                         sys.memory_* sys.io_* sys.metrics sys.waits_* sys.latest_file_io sys.version \
                         system.processes system.parts system.parts_columns system.part_log system.detached_parts \
                         system.replicas system.replication_queue system.replicated_fetches system.merges system.mutations \
                         system.moves system.metrics system.metric_log system.asynchronous_metrics \
                         system.asynchronous_metric_log system.events system.errors system.disks \
                         system.storage_policies system.clusters system.columns system.query_log \
                         system.query_thread_log system.text_log system.crash_log system.trace_log \
                         system.distribution_queue system.distributed_ddl_queue system.dns_cache system.build_options \
                         system.one system.data_skipping_indices system.kafka_consumers system.warnings \
                         system.session_log system.view_refreshes";

/// Functions that may be asked from: what lies where the server keeps its logs, and how far it is.
const SOURCES: &str = "pg_ls_waldir pg_ls_logdir pg_ls_tmpdir pg_ls_archive_statusdir pg_control_checkpoint pg_control_system \
                       pg_control_init pg_control_recovery pg_last_committed_xact pg_lock_status";

/// What computes, and asks nothing but the time, the version and the size of things.
const FUNCTIONS: &str = "abs age array_agg array_length avg bool_or cardinality ceil char_length clock_timestamp \
                         coalesce concat concat_ws count current_database current_user database date date_format date_trunc \
                         extract floor format_bytes format_type from_unixtime greatest group_concat ifnull \
                         inet_server_addr inet_server_port justify_interval lag least left length lower ltrim max min \
                         mod now nullif pg_backend_pid pg_blocking_pids pg_conf_load_time pg_current_wal_lsn \
                         pg_database_size pg_get_userbyid pg_indexes_size pg_is_in_recovery \
                         pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp \
                         pg_postmaster_start_time pg_relation_size pg_size_pretty pg_table_size \
                         pg_tablespace_size pg_total_relation_size pg_wal_lsn_diff rank regexp_replace replace \
                         right round row_number rtrim sec_to_time split_part \
                         any anylast argmax argmin array_to_string arraystringconcat bool_and btrim connection_id countif \
                         curdate current_date current_schema current_time current_timestamp currentdatabase curtime \
                         date_add date_diff date_part date_sub datediff dense_rank empty exp first_value \
                         format format_pico_time format_time formatreadablequantity formatreadablesize \
                         formatreadabletimedelta from_days has host hostname hour hex if inet_ntoa \
                         initcap instr int isnull json_agg json_build_object json_object last_value like ln locate log \
                         log10 make_interval maxif minute multiif mxid_age normalizequery notempty now64 \
                         ntile num_nulls obj_description pg_client_encoding pg_column_size pg_current_snapshot \
                         pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_describe_object pg_encoding_to_char \
                         pg_get_constraintdef pg_get_expr pg_get_indexdef pg_get_viewdef pg_get_partkeydef \
                         pg_is_wal_replay_paused pg_get_wal_replay_pause_state pg_get_replication_slots \
                         pg_jit_available pg_my_temp_schema pg_safe_snapshot_blocking_pids \
                         pg_size_bytes pg_snapshot_xmin pg_snapshot_xmax pg_stat_get_activity pg_table_is_visible \
                         pg_walfile_name pg_walfile_name_offset pg_xact_commit_timestamp position power quantile \
                         quantiles quote_ident row_to_json schema sign sqrt stddev strpos sumif \
                         sys.format_bytes sys.format_time time_to_sec to_regclass to_timestamp today todate todatetime \
                         tohour tointervalday tointervalhour tointervalminute tominute tostartofday tostartoffiveminutes \
                         tostartofhour tostartofinterval tostartofminute tostring touint64 toyyyymm txid_current_snapshot \
                         uniq uniqexact uptime variance yesterday string_agg substr substring \
                         substring_index sum timediff timestampdiff to_char trim trunc unix_timestamp upper user \
                         version";

/// Words of the language behind which a bracket may open.
const OPENING: &str = "all and any as by case distinct else exists filter from having in join not on or over select then \
                       when where";

/// Words that do more than ask, in whatever dialect and place.
const FORBIDDEN: &str = "alter analyze begin call commit copy create deallocate delete discard do drop dumpfile \
                         execute explain export fetch for grant handler import insert into kill lateral listen load \
                         lock merge move notify only outfile prepare procedure purge refresh reindex release rename \
                         reset returning revoke rollback rows savepoint set source start straight_join system table \
                         settings tablesample tee truncate unlisten unlock update use vacuum values window with";

/// The states that `SHOW` shows, and what may stand around them.
const SHOWN: &str = "full global session processlist status variables databases schemas tables engines engine innodb \
                     master slave replica replicas binary logs plugins open table index indexes keys columns fields \
                     collation charset warnings errors mutex hosts all slaves storage character set performance_schema \
                     triggers events procedure function privileges extended local authors contributors profiles";

/// What the condition of a `SHOW` is made of, beside names of columns.
const CONDITIONS: &str = "and or not in like is null between regexp rlike";

/// The settings of PostgreSQL that name a password or a program, and what shows the digests of passwords.
const HIDDEN: &str = "all grants primary_conninfo ssl_passphrase_command archive_command restore_command \
                      recovery_end_command archive_cleanup_command";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    /// A number or a string.
    Value,
    Sign(char),
    /// `::`
    Cast,
}

/// Whether the text is one of them.
pub(super) fn is_harmless(text: &str) -> bool {
    let text = text.trim();
    if let Some(asked) = text.strip_prefix('\\') {
        return describes(asked.trim_end_matches(';').trim_end());
    }
    let text = ["\\G", "\\g", ";"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let lower = text.trim_end_matches(';').to_ascii_lowercase();
    if settings::are_asked(lower.trim_end()) {
        return true;
    }
    let Some(tokens) = tokens(&lower) else { return false };
    match tokens.as_slice() {
        [Token::Name("show"), rest @ ..] => shows(rest),
        // What a table consists of, and a catalogue as it is.
        [Token::Name("describe" | "desc"), Token::Name(name)] => !one_of(FORBIDDEN, name) && !one_of("user", name),
        [Token::Name("table"), Token::Name(name)] => is_relation(name),
        [Token::Name("status")] => true,
        // How many rows there are, and nothing of what is in them.
        [Token::Name("select"), count @ .., Token::Name("from"), Token::Name(_)] if counts(count) => true,
        [Token::Name("select"), ..] => selects(&tokens),
        _ => false,
    }
}

/// `\l`, `\dt+ public.*` and the like, without a word that `psql` would run.
fn describes(asked: &str) -> bool {
    const ASKED: &str = "conninfo d da db dconfig dd di dm dn do dp ds dt du dv dx l timing x z";
    let (name, pattern) = asked.split_once(' ').unwrap_or((asked, ""));
    let is_plain = pattern.trim().chars().all(|c| c.is_ascii_alphanumeric() || "_.*".contains(c));
    one_of(ASKED, name.strip_suffix('+').unwrap_or(name)) && is_plain
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    loop {
        rest = rest.trim_start_matches(' ');
        let Some(first) = rest.chars().next() else { return Some(tokens) };
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        let (token, behind) = match first {
            'a'..='z' | '_' => {
                let behind = rest.trim_start_matches(is_name);
                // `e'\x41'` is a string of another kind.
                let name = rest.strip_suffix(behind).filter(|_| !behind.starts_with('\''))?;
                (Token::Name(name.strip_prefix("pg_catalog.").unwrap_or(name)), behind)
            }
            '@' => {
                let name = rest.strip_prefix("@@")?;
                let behind = name.trim_start_matches(is_name);
                (behind.len() < name.len()).then_some((Token::Value, behind))?
            }
            '0'..='9' => (Token::Value, rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')),
            '\'' => (Token::Value, string(rest)?),
            '"' if tokens.last() == Some(&Token::Name("as")) => (Token::Value, alias(rest)?),
            ':' => (Token::Cast, rest.strip_prefix("::")?),
            '-' if rest.starts_with("--") => return None,
            '/' if rest.starts_with("/*") => return None,
            '(' | ')' | ',' | '=' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '!' | '|' | '~' => {
                (Token::Sign(first), rest.strip_prefix(first)?)
            }
            _ => return None,
        };
        tokens.push(token);
        rest = behind;
    }
}

/// A quote within is written twice, which is two strings to this and one to the server.
fn string(rest: &str) -> Option<&str> {
    let (text, behind) = rest.strip_prefix('\'')?.split_once('\'')?;
    text.chars().all(|c| c.is_ascii() && c != '\\').then_some(behind)
}

/// The heading of a column: anywhere else such a name could be that of anything.
fn alias(rest: &str) -> Option<&str> {
    let (text, behind) = rest.strip_prefix('"')?.split_once('"')?;
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " _%()/.-".contains(c));
    (is_plain && !text.is_empty() && !behind.trim_start().starts_with(['(', '.', '"'])).then_some(behind)
}

fn shows(rest: &[Token<'_>]) -> bool {
    let (words, like) = match rest {
        [words @ .., Token::Name("like"), Token::Value] => (words, true),
        words => match words.iter().position(|word| *word == Token::Name("where")) {
            Some(at) => (words.get(..at).unwrap_or_default(), is_condition(words.get(at + 1..).unwrap_or_default())),
            None => (words, false),
        },
    };
    if words.len() < rest.len() && !like {
        return false;
    }
    let (words, is_from) = match words {
        [words @ .., Token::Name("from" | "in"), Token::Name(_)] => (words, true),
        words => (words, false),
    };
    match words {
        [Token::Name("create"), Token::Name("table"), Token::Name(_)] => !like && !is_from,
        [Token::Name(setting)] if !one_of(SHOWN, setting) => {
            let is_plain = setting.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
            !like && !is_from && is_plain && !one_of(HIDDEN, setting) && !one_of(FORBIDDEN, setting)
        }
        [] | [Token::Name("all")] => false,
        words => words.iter().all(|word| matches!(word, Token::Name(name) if one_of(SHOWN, name))),
    }
}

/// `variable_name in ('a', 'b')`, without a function and a query within.
fn is_condition(tokens: &[Token<'_>]) -> bool {
    let is_plain = |(at, token): (usize, &Token<'_>)| match token {
        Token::Name(name) => {
            let opens = tokens.get(at + 1) == Some(&Token::Sign('('));
            let is_column =
                (*name == "rows" || !one_of(FORBIDDEN, name)) && !matches!(*name, "select" | "from" | "join" | "union");
            is_column && (!opens || matches!(*name, "in" | "and" | "or" | "not"))
        }
        Token::Value => true,
        Token::Cast => false,
        Token::Sign(_) => true,
    };
    let is_one = |token: &Token<'_>| {
        matches!(token, Token::Name(name) if one_of(CONDITIONS, name)) || matches!(token, Token::Sign('=' | '<' | '>'))
    };
    !tokens.is_empty() && tokens.iter().any(is_one) && tokens.iter().enumerate().all(is_plain)
}

/// `count(*)`
fn counts(tokens: &[Token<'_>]) -> bool {
    tokens == [Token::Name("count"), Token::Sign('('), Token::Sign('*'), Token::Sign(')')]
}

/// In which clause of a query, or in no query of its own, a bracket stands.
#[derive(Clone, Copy, PartialEq)]
enum Clause {
    /// Of a function, or of a list.
    None,
    /// What is shown, grouped or ordered by: several, separated by commas.
    List,
    /// The relation comes next.
    Source,
    /// Behind it, where a comma would bring another one.
    Condition,
}

fn selects(tokens: &[Token<'_>]) -> bool {
    let mut clauses = vec![Clause::None];
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let opens = tokens.get(at + 1) == Some(&Token::Sign('('));
        let Some(clause) = clauses.last_mut() else { return false };
        let is_right = match token {
            Token::Name("select") => {
                let is_first = at == 0 || before == Some(&Token::Sign('('));
                let is_joined = matches!(before, Some(Token::Name("union" | "all" | "except" | "intersect")));
                let was = std::mem::replace(clause, Clause::List);
                !opens && ((is_first && was == Clause::None) || (is_joined && was != Clause::None))
            }
            Token::Name("from" | "join") => {
                if *clause != Clause::None {
                    *clause = Clause::Source;
                }
                !opens || *clause == Clause::None
            }
            Token::Name("on" | "using" | "where" | "having") => {
                let was =
                    std::mem::replace(clause, if *clause == Clause::None { Clause::None } else { Clause::Condition });
                was != Clause::Source
            }
            Token::Name("by") => {
                let was = std::mem::replace(clause, if *clause == Clause::None { Clause::None } else { Clause::List });
                was != Clause::Source
            }
            Token::Name(name) if *clause == Clause::Source => {
                *clause = Clause::Condition;
                if opens { one_of(SOURCES, name) } else { is_relation(name) }
            }
            // A column in one dialect, and in others a query where a name comes next.
            Token::Name("table" | "rows") => matches!(
                tokens.get(at + 1),
                None | Some(
                    Token::Sign(',' | ')' | '/' | '=') | Token::Name("asc" | "desc" | "limit" | "order" | "where")
                )
            ),
            Token::Name(name) => {
                !one_of(FORBIDDEN, name) && (!opens || one_of(FUNCTIONS, name) || one_of(OPENING, name))
            }
            _ if *clause == Clause::Source => false,
            Token::Sign(',') => *clause != Clause::Condition,
            Token::Sign('(') => {
                clauses.push(Clause::None);
                true
            }
            Token::Sign(')') => {
                clauses.pop();
                !clauses.is_empty()
            }
            // `1(…)` and `)(…)` are nothing.
            Token::Value | Token::Cast | Token::Sign(_) => true,
        };
        if !is_right {
            return false;
        }
    }
    matches!(clauses.as_slice(), [Clause::List | Clause::Condition])
}

fn is_relation(name: &str) -> bool {
    RELATIONS.split_ascii_whitespace().any(|known| match known.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == known,
    })
}

#[cfg(test)]
mod tests;
