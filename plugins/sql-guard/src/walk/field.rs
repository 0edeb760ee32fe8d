//! Columns of functions. In PostgreSQL `x.f` calls the function `f` where `x` is what a function in `FROM` returns and has
//! no such column: `SELECT x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) AS x`.

use super::name::folded;
use crate::dialect::Dialect;
use crate::functions;
use doorward_plugin::Finding;
use sqlparser::ast::{Ident, TableAlias};

/// The functions in `FROM`, and all columns that are named behind a dot. Which of them belong together depends on where they
/// stand; any two of one name must fit.
#[derive(Debug, Default)]
pub(super) struct Fields {
    sources: Vec<Source>,
    used: Vec<Field>,
}

/// A function in `FROM`, by the name that it has there, in small letters.
#[derive(Debug)]
struct Source {
    name: String,
    columns: Vec<String>,
}

/// `source.column`
#[derive(Debug)]
struct Field {
    source: String,
    column: String,
}

/// Functions whose columns have names of their own.
const NAMED: &[(&str, &[&str])] = &[
    ("json_array_elements", &["value"]),
    ("json_array_elements_text", &["value"]),
    ("json_each", &["key", "value"]),
    ("json_each_text", &["key", "value"]),
    ("jsonb_array_elements", &["value"]),
    ("jsonb_array_elements_text", &["value"]),
    ("jsonb_each", &["key", "value"]),
    ("jsonb_each_text", &["key", "value"]),
];

impl Fields {
    /// A function in `FROM`, by its name in small letters. One that is known has a single column of its alias's name, if
    /// none are listed.
    pub(super) fn add(&mut self, function: &str, alias: Option<&TableAlias>, dialect: Dialect) {
        let name = match alias {
            Some(alias) => folded(&alias.name, dialect),
            // What the server makes of it.
            None if function == "trim" => "btrim".to_owned(),
            None => function.to_owned(),
        };
        let listed = alias.map_or(&[][..], |alias| &alias.columns);
        let mut columns: Vec<_> = listed.iter().map(|column| folded(&column.name, dialect)).collect();
        if columns.is_empty() {
            match NAMED.iter().find(|(known, _)| *known == function) {
                Some((_, named)) => columns.extend(named.iter().map(|&column| column.to_owned())),
                None if functions::is_known(function, dialect) => columns.push(name.clone()),
                None => {}
            }
        }
        self.sources.push(Source { name: name.to_ascii_lowercase(), columns });
    }

    /// A column behind a dot.
    pub(super) fn note(&mut self, parts: &[Ident], dialect: Dialect) {
        if let [.., source, column] = parts {
            let (source, column) = (source.value.to_ascii_lowercase(), folded(column, dialect));
            self.used.push(Field { source, column });
        }
    }

    pub(super) fn check(&self, dialect: Dialect) -> Result<(), Finding> {
        let fits = |field: &Field| {
            self.sources.iter().all(|source| source.name != field.source || source.columns.contains(&field.column))
        };
        match self.used.iter().find(|field| !fits(field)) {
            Some(field) if matches!(dialect, Dialect::Postgres | Dialect::Generic) => {
                let Field { source, column } = field;
                let reason = format!("`{source}.{column}` may call a function: `{source}` is one, without that column");
                let remedy = format!("name its columns, as in `AS {source}(a, b)`, or leave `{source}.` out");
                Err(Finding::new("function.field", reason).instead(remedy))
            }
            _ => Ok(()),
        }
    }
}
