//! Queries: `WITH`, `SELECT`, `VALUES`, and what stands around them.

use super::name::folded;
use super::{Walk, unread};
use crate::dialect::Dialect;
use doorward_plugin::Finding;
use sqlparser::ast::{
    Cte, Distinct, Expr, Fetch, GroupByExpr, GroupByWithModifier, LimitClause, NamedWindowDefinition, NamedWindowExpr,
    Offset, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, OrderBySort, Parens, Query, Select, SelectFlavor,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Top, TopQuantity, Values, WildcardAdditionalOptions, With,
};

impl Walk<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Result<(), Finding> {
        let in_sight = self.queries.len();
        let done = self.query_in_sight(query);
        self.queries.truncate(in_sight);
        done
    }

    fn query_in_sight(&mut self, query: &Query) -> Result<(), Finding> {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause: None,
            settings: None,
            format_clause: None,
            pipe_operators,
        } = query
        else {
            return Err(unread("a clause behind the query"));
        };
        if !locks.is_empty() {
            return Err(Finding::new("sql.lock", "the query would lock what it reads").instead("leave `FOR …` out"));
        }
        if !pipe_operators.is_empty() {
            return Err(unread("a pipe"));
        }
        if let Some(with) = with {
            self.with(with)?;
        }
        self.body(body)?;
        if let Some(OrderBy { kind, interpolate }) = order_by {
            let OrderByKind::Expressions(orders) = kind else { return Err(unread("`ORDER BY ALL`")) };
            if interpolate.is_some() {
                return Err(unread("`INTERPOLATE`"));
            }
            self.orders(orders)?;
        }
        match limit_clause {
            None => {}
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) => {
                self.expressions(limit)?;
                self.expressions(offset.as_ref().map(|Offset { value, rows: _ }| value))?;
                self.expressions(limit_by)?;
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => self.expressions([offset, limit])?,
        }
        match fetch {
            None => Ok(()),
            Some(Fetch { with_ties: _, percent: _, quantity }) => self.expressions(quantity),
        }
    }

    /// A query sees those before it; itself only where it may be recursive. Else the name is a table's.
    fn with(&mut self, with: &With) -> Result<(), Finding> {
        let With { with_token: _, recursive, cte_tables } = with;
        for Cte { alias, query, from, materialized: _, closing_paren_token: _ } in cte_tables {
            if from.is_some() {
                return Err(unread("`FROM` behind a query of `WITH`"));
            }
            self.alias(Some(alias))?;
            let name = folded(&alias.name, self.rules.dialect);
            let is_recursive = *recursive || self.rules.dialect.is_recursive_anyway();
            if is_recursive {
                self.queries.push(name.clone());
            }
            self.query(query)?;
            if !is_recursive {
                self.queries.push(name);
            }
        }
        Ok(())
    }

    /// Long chains of `UNION` lean to the left.
    fn body(&mut self, body: &SetExpr) -> Result<(), Finding> {
        let mut body = body;
        loop {
            match body {
                SetExpr::Select(select) => return self.select(select),
                SetExpr::Query(query) => return self.query(query),
                SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
                    self.body(right)?;
                    body = left;
                }
                SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
                    return rows.iter().try_for_each(|row| {
                        let Parens { opening_token: _, content, closing_token: _ } = row;
                        self.expressions(content)
                    });
                }
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                    return Err(Finding::new("sql.change", "there is a change within the query")
                        .instead("send the query without it"));
                }
                SetExpr::Table(_) => return Err(unread("`TABLE`")),
            }
        }
    }

    fn select(&mut self, select: &Select) -> Result<(), Finding> {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers: _,
            top,
            top_before_distinct: _,
            projection,
            exclude: None,
            into,
            from,
            lateral_views,
            prewhere: None,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify: None,
            window_before_qualify: _,
            value_table_mode: None,
            flavor: SelectFlavor::Standard,
        } = select
        else {
            return Err(unread("a clause of this `SELECT`"));
        };
        if into.is_some() {
            return Err(Finding::new("sql.change", "the query would write what it reads").instead("leave `INTO` out"));
        }
        let is_plain = optimizer_hints.is_empty()
            && lateral_views.is_empty()
            && connect_by.is_empty()
            && cluster_by.is_empty()
            && distribute_by.is_empty()
            && sort_by.is_empty();
        if !is_plain {
            return Err(unread("a clause of this `SELECT`"));
        }
        if let Some(Distinct::On(expressions)) = distinct {
            self.expressions(expressions)?;
        }
        if top.is_some() && self.rules.dialect != Dialect::Mssql {
            return Err(unread("`TOP`"));
        }
        if let Some(Top { with_ties: _, percent: _, quantity: Some(TopQuantity::Expr(expression)) }) = top {
            self.expression(expression)?;
        }
        self.tables(from)?;
        projection.iter().try_for_each(|item| self.item(item))?;
        self.expressions(selection)?;
        self.groups(group_by)?;
        self.expressions(having)?;
        named_window.iter().try_for_each(|NamedWindowDefinition(name, window)| {
            self.name(name)?;
            match window {
                NamedWindowExpr::NamedWindow(name) => self.name(name),
                NamedWindowExpr::WindowSpec(window) => self.window(window),
            }
        })
    }

    fn item(&mut self, item: &SelectItem) -> Result<(), Finding> {
        match item {
            SelectItem::UnnamedExpr(expr) => self.expression(expr),
            SelectItem::ExprWithAlias { expr, alias } if alias.quote_style == Some('\'') => self.labelled(expr),
            SelectItem::ExprWithAlias { expr, alias } => {
                self.name(alias)?;
                self.expression(expr)
            }
            SelectItem::Wildcard(options) => wildcard(options),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                self.names(name)?;
                wildcard(options)
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _)
            | SelectItem::ExprWithAliases { .. } => Err(unread("such a column")),
        }
    }

    /// `a 'x'`: a column and its label for some servers, for others a string of the type `a`.
    fn labelled(&mut self, expression: &Expr) -> Result<(), Finding> {
        match (self.rules.dialect, expression) {
            (Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql, _) => self.expression(expression),
            (Dialect::Postgres, Expr::Identifier(name)) => self.type_name(name),
            _ => Err(unread("a string behind an expression")),
        }
    }

    fn groups(&mut self, groups: &GroupByExpr) -> Result<(), Finding> {
        match groups {
            GroupByExpr::All(_) => Err(unread("`GROUP BY ALL`")),
            GroupByExpr::Expressions(expressions, modifiers) => {
                self.expressions(expressions)?;
                modifiers.iter().try_for_each(|modifier| match modifier {
                    GroupByWithModifier::Rollup | GroupByWithModifier::Cube | GroupByWithModifier::Totals => Ok(()),
                    GroupByWithModifier::GroupingSets(expression) => self.expression(expression),
                })
            }
        }
    }

    pub(super) fn orders(&mut self, orders: &[OrderByExpr]) -> Result<(), Finding> {
        orders.iter().try_for_each(|OrderByExpr { expr, options, with_fill }| {
            let OrderByOptions { sort, nulls_first: _ } = options;
            if with_fill.is_some() || matches!(sort, Some(OrderBySort::Using(_))) {
                return Err(unread("an order by an operator"));
            }
            self.expression(expr)
        })
    }
}

fn wildcard(options: &WildcardAdditionalOptions) -> Result<(), Finding> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike: None,
        opt_exclude: None,
        opt_except: None,
        opt_replace: None,
        opt_rename: None,
        opt_alias: None,
    } = options
    else {
        return Err(unread("a `*` with more than itself"));
    };
    Ok(())
}
