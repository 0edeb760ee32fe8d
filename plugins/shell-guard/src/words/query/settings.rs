//! Which queries ask PostgreSQL for settings by their names, and for none that hides something.

use super::HIDDEN;
use crate::words::one_of;

const COLUMNS: &str = "name setting unit context source short_desc boot_val reset_val pending_restart vartype min_val max_val \
                       category enumvals";

/// `select name, setting from pg_settings where name in ('work_mem', 'max_connections') order by 1`
pub(super) fn are_asked(text: &str) -> bool {
    if let Some(name) = text.strip_prefix("select current_setting(").and_then(|rest| rest.strip_suffix(')')) {
        return is_name(name);
    }
    let Some((columns, rest)) =
        text.strip_prefix("select ").and_then(|text| text.split_once(" from pg_settings where "))
    else {
        return false;
    };
    let (condition, order) = rest.split_once(" order by ").unwrap_or((rest, "1"));
    columns.split(',').all(|column| one_of(COLUMNS, column.trim()))
        && condition.split(" or ").all(|condition| condition.trim().strip_prefix("name ").is_some_and(is_open))
        && matches!(order.trim(), "1" | "name" | "category" | "1;" | "name;")
}

/// `= 'a'`, `in ('a', 'b')` or `like 'a%'`
fn is_open(condition: &str) -> bool {
    let condition = condition.trim();
    if let Some(name) = condition.strip_prefix("= ").or_else(|| condition.strip_prefix('=')) {
        return is_name(name);
    }
    if let Some(names) = condition.strip_prefix("in ").or_else(|| condition.strip_prefix("in")) {
        let names = names.trim().strip_prefix('(').and_then(|names| names.strip_suffix(')'));
        return names.is_some_and(|names| names.split(',').all(is_name));
    }
    let pattern = condition.strip_prefix("like ").or_else(|| condition.strip_prefix("ilike ")).and_then(quoted);
    pattern.is_some_and(|pattern| {
        let is_plain = pattern.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '%');
        is_plain && !HIDDEN.split_ascii_whitespace().any(|hidden| is_like(hidden.as_bytes(), pattern.as_bytes()))
    })
}

fn is_name(text: &str) -> bool {
    quoted(text).is_some_and(|name| {
        name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !one_of(HIDDEN, name)
    })
}

fn quoted(text: &str) -> Option<&str> {
    text.trim().strip_prefix('\'')?.strip_suffix('\'')
}

/// Whether the name is one that the pattern is for, in which `%` stands for any text and `_` for any character.
fn is_like(name: &[u8], pattern: &[u8]) -> bool {
    // Which beginnings of the pattern the name so far is of.
    let mut fits = vec![false; pattern.len() + 1];
    let follow = |fits: &mut Vec<bool>| {
        for (at, sign) in pattern.iter().enumerate() {
            if *sign == b'%'
                && fits.get(at) == Some(&true)
                && let Some(next) = fits.get_mut(at + 1)
            {
                *next = true;
            }
        }
    };
    if let Some(first) = fits.first_mut() {
        *first = true;
    }
    follow(&mut fits);
    for byte in name {
        let mut next = vec![false; pattern.len() + 1];
        for (at, sign) in pattern.iter().enumerate().filter(|(at, _)| fits.get(*at) == Some(&true)) {
            let to = if *sign == b'%' { at } else { at + 1 };
            let is_fit = matches!(*sign, b'%' | b'_') || sign == byte;
            if let Some(next) = next.get_mut(to).filter(|_| is_fit) {
                *next = true;
            }
        }
        follow(&mut next);
        fits = next;
    }
    fits.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::are_asked;

    #[test]
    fn settings_are_asked_for_by_names_that_hide_nothing() {
        for query in [
            "select name, setting from pg_settings where name = 'work_mem'",
            "select current_setting('max_connections')",
            "select name,setting,unit from pg_settings where name in ('work_mem','max_connections') order by 1",
            "select name, setting from pg_settings where name like '%vacuum%'",
            "select name, setting from pg_settings where name like 'autovacuum%' or name = 'work_mem' order by name",
        ] {
            assert!(are_asked(query), "{query}");
        }
        for query in [
            "select current_setting('primary_conninfo')",
            "select current_setting('a'), pg_read_file('b')",
            "select current_setting('my.secret')",
            "select * from pg_settings where name = 'work_mem'",
            "select name, setting from pg_settings",
            "select name, setting from pg_settings where true",
            "select name, setting from pg_settings where name = 'primary_conninfo'",
            "select name, setting from pg_settings where name like '%'",
            "select name, setting from pg_settings where name like '%command'",
            "select name, setting from pg_settings where name like 'primary_%'",
            "select name, setting from pg_settings where name like '%_conn_nfo'",
            "select name, setting from pg_settings where name = 'a' or true",
            "select name, setting from pg_settings where name = 'a' or 'a'='a'",
            "select name, setting from pg_settings where name = 'a' union select 'x'",
            "select name, setting from pg_settings where name <> 'a'",
            "select name, setting from pg_settings where name in ('a', 'ssl_passphrase_command')",
            "select name, setting from pg_settings where name in (select 'a')",
            "select pg_read_file('x') from pg_settings where name = 'a'",
            "select name, setting from pg_settings where name = 'my.secret'",
            "select name, setting from pg_settings where name = 'a' order by (select 1)",
        ] {
            assert!(!are_asked(query), "{query}");
        }
    }
}
