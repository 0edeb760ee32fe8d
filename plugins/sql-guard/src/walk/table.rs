//! What a query reads from.

use super::name::{folded, parts};
use super::{Walk, unread};
use doorward_plugin::Finding;
use sqlparser::ast::{
    Expr, FunctionArg, Join, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableFunctionArgs,
    TableWithJoins,
};

impl Walk<'_> {
    pub(super) fn tables(&mut self, tables: &[TableWithJoins]) -> Result<(), Finding> {
        tables.iter().try_for_each(|TableWithJoins { relation, joins }| {
            self.factor(relation)?;
            joins.iter().try_for_each(|join| self.join(join))
        })
    }

    fn join(&mut self, join: &Join) -> Result<(), Finding> {
        let Join { relation, global: false, join_operator } = join else { return Err(unread("a global join")) };
        self.factor(relation)?;
        match join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::CrossJoin(constraint)
            | JoinOperator::StraightJoin(constraint) => match constraint {
                JoinConstraint::On(expression) => self.expression(expression),
                JoinConstraint::Using(columns) => columns.iter().try_for_each(|column| self.names(column).map(|_| ())),
                JoinConstraint::Natural | JoinConstraint::None => Ok(()),
            },
            JoinOperator::CrossApply | JoinOperator::OuterApply => Ok(()),
            JoinOperator::Semi(_)
            | JoinOperator::LeftSemi(_)
            | JoinOperator::RightSemi(_)
            | JoinOperator::Anti(_)
            | JoinOperator::LeftAnti(_)
            | JoinOperator::RightAnti(_)
            | JoinOperator::AsOf { .. }
            | JoinOperator::ArrayJoin
            | JoinOperator::LeftArrayJoin
            | JoinOperator::InnerArrayJoin => Err(unread("a join of this kind")),
        }
    }

    pub(super) fn factor(&mut self, factor: &TableFactor) -> Result<(), Finding> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version: None,
                with_ordinality: _,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } => {
                if !partitions.is_empty() || !index_hints.is_empty() || !with_hints.iter().all(is_harmless_hint) {
                    return Err(unread("a hint or a part of a table"));
                }
                self.alias(alias.as_ref())?;
                match args {
                    None => self.table_name(name),
                    Some(TableFunctionArgs { args, settings: None }) => self.source(name, args, alias.as_ref()),
                    Some(_) => Err(unread("a function with settings")),
                }
            }
            TableFactor::Derived { lateral: _, subquery, alias, sample: None } => {
                self.alias(alias.as_ref())?;
                self.query(subquery)
            }
            TableFactor::Function { lateral: _, name, args, with_ordinality: _, alias } => {
                self.alias(alias.as_ref())?;
                self.source(name, args, alias.as_ref())
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: false,
                with_offset_alias: None,
                with_ordinality: _,
            } => {
                self.alias(alias.as_ref())?;
                self.fields.add("unnest", alias.as_ref(), self.rules.dialect);
                self.expressions(array_exprs)
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                self.alias(alias.as_ref())?;
                self.tables(std::slice::from_ref(table_with_joins))
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::OpenJsonTable { .. }
            | TableFactor::Pivot { .. }
            | TableFactor::Unpivot { .. }
            | TableFactor::UnpivotExpr { .. }
            | TableFactor::MatchRecognize { .. }
            | TableFactor::XmlTable { .. }
            | TableFactor::SemanticView { .. } => Err(unread("such a table")),
        }
    }

    pub(super) fn table_name(&mut self, name: &ObjectName) -> Result<(), Finding> {
        let names = self.names(name)?;
        if let [name] = names.as_slice()
            && self.queries.contains(&folded(name, self.rules.dialect))
        {
            return Ok(());
        }
        self.rules.tables.check(&names, self.rules.dialect)
    }

    /// A function in the place of a table.
    fn source(
        &mut self,
        name: &ObjectName,
        arguments: &[FunctionArg],
        alias: Option<&TableAlias>,
    ) -> Result<(), Finding> {
        self.function_name(name)?;
        let function = parts(name)?.last().map(|name| name.value.to_ascii_lowercase()).unwrap_or_default();
        self.fields.add(&function, alias, self.rules.dialect);
        self.arguments(arguments)
    }

    /// What a table, a function or a query is called.
    pub(super) fn alias(&self, alias: Option<&TableAlias>) -> Result<(), Finding> {
        let Some(TableAlias { explicit: _, name, columns, at }) = alias else { return Ok(()) };
        if at.is_some() || columns.iter().any(|column| column.data_type.is_some()) {
            return Err(unread("a table with types of its own"));
        }
        self.name(name)?;
        columns.iter().try_for_each(|column| self.name(&column.name))
    }
}

/// Hints that change nothing but which locks are waited for.
fn is_harmless_hint(hint: &Expr) -> bool {
    let Expr::Identifier(name) = hint else { return false };
    ["nolock", "readpast", "readuncommitted", "readcommitted", "snapshot"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&name.value))
}
