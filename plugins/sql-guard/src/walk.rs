//! Walks through a statement. Every part is named here, whether it is allowed or not: what the parser learns to read in
//! another version does not compile until somebody has looked at it.

mod data_type;
mod expression;
mod field;
mod name;
mod query;
mod table;

use crate::dialect::Dialect;
use crate::settings::{Kind, Rules};
use doorward_plugin::Finding;
use field::Fields;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, FromTable, Insert, ObjectName, Statement, TableFactor, TableObject,
    TableWithJoins, Update, UpdateTableFromKind,
};

/// Whether the statement only does what the rules say.
pub(crate) fn check(rules: &Rules, statement: &Statement) -> Result<(), Finding> {
    let mut walk = Walk { rules, queries: Vec::new(), fields: Fields::default(), depth: 0 };
    walk.statement(statement)?;
    walk.fields.check(rules.dialect)
}

/// The most expressions within each other; long chains of operators are one.
const MAX_DEPTH: usize = 64;

/// A walk, and the names of the queries (`WITH`) that are in sight, as the server folds them.
struct Walk<'a> {
    rules: &'a Rules,
    queries: Vec<String>,
    fields: Fields,
    /// How many expressions are around the one at hand.
    depth: usize,
}

impl Walk<'_> {
    fn statement(&mut self, statement: &Statement) -> Result<(), Finding> {
        match statement {
            Statement::Query(query) => {
                self.kind(Kind::Select)?;
                self.query(query)
            }
            Statement::Explain {
                describe_alias: _,
                analyze: false,
                verbose: _,
                query_plan: _,
                estimate: false,
                statement,
                format: None,
                options: None,
            } => {
                self.kind(Kind::Explain)?;
                match &**statement {
                    inner @ Statement::Query(_) => self.statement(inner),
                    _ => Err(unread("an explanation of anything but a query")),
                }
            }
            Statement::Explain { .. } => Err(Finding::new("sql.explain", "the statement would be run to be explained")
                .instead("write `EXPLAIN` and the query, without options")),
            Statement::ExplainTable { describe_alias: _, hive_format: None, has_table_keyword: _, table_name } => {
                self.kind(Kind::Describe)?;
                self.table_name(table_name)
            }
            Statement::Insert(insert) => {
                self.kind(Kind::Insert)?;
                self.insert(insert)
            }
            Statement::Update(update) => {
                self.kind(Kind::Update)?;
                self.update(update)
            }
            Statement::Delete(delete) => {
                self.kind(Kind::Delete)?;
                self.delete(delete)
            }
            _ => Err(self.not_allowed()),
        }
    }

    fn kind(&self, kind: Kind) -> Result<(), Finding> {
        if self.rules.statements.contains(&kind) { Ok(()) } else { Err(self.not_allowed()) }
    }

    fn not_allowed(&self) -> Finding {
        let allowed: Vec<_> = self.rules.statements.iter().map(|kind| format!("`{}`", kind.name())).collect();
        Finding::new("statement.kind", "a statement of this kind is not allowed")
            .instead(format!("allowed: {}", allowed.join(", ")))
    }

    fn insert(&mut self, insert: &Insert) -> Result<(), Finding> {
        let Insert {
            insert_token: _,
            optimizer_hints,
            or: None,
            ignore: _,
            into: _,
            table: TableObject::TableName(table),
            table_alias: None,
            columns,
            overwrite: false,
            source: Some(source),
            assignments,
            partitioned: None,
            after_columns,
            has_table_keyword: false,
            on: None,
            returning: None,
            output: None,
            replace_into: false,
            priority: None,
            insert_alias: None,
            settings: None,
            format_clause: None,
            multi_table_insert_type: None,
            multi_table_into_clauses,
            multi_table_when_clauses,
            multi_table_else_clause: None,
        } = insert
        else {
            return Err(unread("anything but `INSERT INTO table (columns)` with values or a query"));
        };
        let is_plain = optimizer_hints.is_empty()
            && assignments.is_empty()
            && after_columns.is_empty()
            && multi_table_into_clauses.is_empty()
            && multi_table_when_clauses.is_empty();
        if !is_plain {
            return Err(unread("an `INSERT` with more than columns and values"));
        }
        columns.iter().try_for_each(|column| self.names(column).map(|_| ()))?;
        self.written(table)?;
        self.query(source)
    }

    fn update(&mut self, update: &Update) -> Result<(), Finding> {
        let Update {
            update_token: _,
            optimizer_hints,
            table: TableWithJoins { relation, joins },
            assignments,
            from,
            selection,
            returning: None,
            output: None,
            or: None,
            order_by,
            limit,
        } = update
        else {
            return Err(unread("an `UPDATE` that returns something or takes conflicts"));
        };
        if !optimizer_hints.is_empty() || !joins.is_empty() {
            return Err(unread("an `UPDATE` of more than one table"));
        }
        self.written_factor(relation)?;
        for Assignment { target, value } in assignments {
            let AssignmentTarget::ColumnName(column) = target else { return Err(unread("an assignment to a tuple")) };
            self.names(column)?;
            self.expression(value)?;
        }
        match from {
            None => {}
            // There the table to change may be an alias of what stands behind `FROM`.
            Some(_) if self.rules.dialect == Dialect::Mssql => return Err(unread("`FROM` in an `UPDATE`")),
            Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) => {
                self.tables(tables)?;
            }
        }
        self.condition(selection.as_ref())?;
        self.orders(order_by)?;
        self.expressions(limit)
    }

    fn delete(&mut self, delete: &Delete) -> Result<(), Finding> {
        let Delete {
            delete_token: _,
            optimizer_hints,
            tables,
            from: FromTable::WithFromKeyword(from),
            using: None,
            selection,
            returning: None,
            output: None,
            order_by,
            limit,
        } = delete
        else {
            return Err(unread("anything but `DELETE FROM table WHERE …`"));
        };
        let [TableWithJoins { relation, joins }] = from.as_slice() else {
            return Err(unread("a `DELETE` from more than one table"));
        };
        if !optimizer_hints.is_empty() || !tables.is_empty() || !joins.is_empty() {
            return Err(unread("a `DELETE` from more than one table"));
        }
        self.written_factor(relation)?;
        self.condition(selection.as_ref())?;
        self.orders(order_by)?;
        self.expressions(limit)
    }

    /// What is changed must be chosen.
    fn condition(&mut self, selection: Option<&sqlparser::ast::Expr>) -> Result<(), Finding> {
        let all = || Finding::new("statement.all", "the statement would change every row").instead("add `WHERE`");
        self.expression(selection.ok_or_else(all)?)
    }

    fn written_factor(&mut self, factor: &TableFactor) -> Result<(), Finding> {
        match factor {
            TableFactor::Table { name, .. } => {
                self.written(name)?;
                self.factor(factor)
            }
            _ => Err(unread("a change of anything but a table")),
        }
    }

    fn written(&mut self, table: &ObjectName) -> Result<(), Finding> {
        let names = self.names(table)?;
        match self.rules.writable.iter().any(|pattern| pattern.is_of(&names, self.rules.dialect)) {
            true => Ok(()),
            false => Err(Finding::new("table.written", "the table is none of those that may be changed")),
        }
    }
}

fn unread(what: &str) -> Finding {
    Finding::new("sql.unread", format!("{what} is not allowed")).instead("write a simpler statement")
}
