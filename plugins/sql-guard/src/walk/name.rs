//! Names: of tables, columns, queries, windows and so on.

use super::{Walk, unread};
use crate::dialect::Dialect;
use crate::reserved;
use doorward_plugin::Finding;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

impl Walk<'_> {
    /// The parts of a name.
    pub(super) fn names<'n>(&self, name: &'n ObjectName) -> Result<Vec<&'n Ident>, Finding> {
        let names = parts(name)?;
        names.iter().try_for_each(|name| self.name(name))?;
        Ok(names)
    }

    /// Whether the server takes for a name what the parser does.
    pub(super) fn name(&self, name: &Ident) -> Result<(), Finding> {
        match name.quote_style {
            Some('\'') => Err(unread("a string as a name")),
            None if reserved::is_reserved(&name.value, self.rules.dialect) => {
                let reason = format!("`{}` stands where a name should, and is a word of the language", name.value);
                Err(Finding::new("sql.reserved", reason).instead("if it is a name, put it in quotes"))
            }
            _ => Ok(()),
        }
    }

    /// Some words of the language are values: `CURRENT_USER`.
    pub(super) fn value_or_name(&self, name: &Ident) -> Result<(), Finding> {
        match name.quote_style.is_none() && reserved::is_value(&name.value) {
            true => Ok(()),
            false => self.name(name),
        }
    }
}

/// A name as the server compares it. Where that depends on its settings, names differ by their case too.
pub(super) fn folded(name: &Ident, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres if name.quote_style.is_none() => name.value.to_ascii_lowercase(),
        _ => name.value.clone(),
    }
}

/// The parts of a name, whatever they are.
pub(super) fn parts(name: &ObjectName) -> Result<Vec<&Ident>, Finding> {
    let mut names = Vec::new();
    for part in &name.0 {
        match part {
            ObjectNamePart::Identifier(name) => names.push(name),
            ObjectNamePart::Function(_) => return Err(unread("a name that is computed")),
        }
    }
    Ok(names)
}
