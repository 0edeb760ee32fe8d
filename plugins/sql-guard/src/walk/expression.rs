//! Expressions: values, operators, functions and types.

use super::name::parts;
use super::{MAX_DEPTH, Walk, unread};
use crate::dialect::Dialect;
use crate::functions;
use doorward_plugin::Finding;
use sqlparser::ast::{
    AccessExpr, Array, BinaryOperator, CaseWhen, CastKind, CeilFloorKind, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, Interval, ObjectName, Subscript,
    TypedString, UnaryOperator, Value, ValueWithSpan, WindowFrame, WindowFrameBound, WindowSpec, WindowType,
};

impl Walk<'_> {
    pub(super) fn expressions<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>) -> Result<(), Finding> {
        all.into_iter().try_for_each(|expression| self.expression(expression))
    }

    /// Long chains of operators lean to the left.
    pub(super) fn expression(&mut self, expression: &Expr) -> Result<(), Finding> {
        let mut expression = expression;
        while let Expr::BinaryOp { left, op, right } = expression {
            operator(op)?;
            self.expression(right)?;
            expression = left;
        }
        if self.depth == MAX_DEPTH {
            return Err(Finding::new("sql.complex", "the statement has too much within each other")
                .instead("send a simpler one"));
        }
        self.depth += 1;
        let done = self.inner(expression);
        self.depth -= 1;
        done
    }

    /// An expression that is no chain of operators.
    fn inner(&mut self, expression: &Expr) -> Result<(), Finding> {
        match expression {
            Expr::BinaryOp { .. } | Expr::Wildcard(_) => Ok(()),
            Expr::Identifier(name) => self.value_or_name(name),
            Expr::CompoundIdentifier(parts) => self.field(parts),
            Expr::Value(ValueWithSpan { value, span: _ }) => check_value(value),
            Expr::Nested(inner)
            | Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner)
            | Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsNull(inner)
            | Expr::IsNotNull(inner)
            | Expr::IsUnknown(inner)
            | Expr::IsNotUnknown(inner) => self.expression(inner),
            Expr::IsDistinctFrom(one, other) | Expr::IsNotDistinctFrom(one, other) => {
                self.expressions([&**one, &**other])
            }
            Expr::InList { expr, list, negated: _ } => {
                self.expression(expr)?;
                self.expressions(list)
            }
            Expr::InSubquery { expr, subquery, negated: _ } => {
                self.expression(expr)?;
                self.query(subquery)
            }
            Expr::Exists { subquery, negated: _ } | Expr::Subquery(subquery) => self.query(subquery),
            Expr::Between { expr, negated: _, low, high } => self.expressions([&**expr, &**low, &**high]),
            Expr::Like { negated: _, any: _, expr, pattern, escape_char }
            | Expr::ILike { negated: _, any: _, expr, pattern, escape_char }
            | Expr::SimilarTo { negated: _, expr, pattern, escape_char } => {
                self.expressions([&**expr, &**pattern])?;
                self.expressions(escape_char.as_deref())
            }
            Expr::RLike { negated: _, expr, pattern, regexp: _ } => self.expressions([&**expr, &**pattern]),
            // There they are functions that somebody made.
            Expr::AnyOp { .. } | Expr::AllOp { .. } | Expr::Interval(_) if self.rules.dialect == Dialect::Sqlite => {
                Err(unread("such an expression"))
            }
            Expr::AnyOp { left, compare_op, right, is_some: _ } | Expr::AllOp { left, compare_op, right } => {
                operator(compare_op)?;
                self.expressions([&**left, &**right])
            }
            Expr::UnaryOp { op, expr } => match op {
                UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Not | UnaryOperator::BitwiseNot => {
                    self.expression(expr)
                }
                _ => Err(unread("such an operator")),
            },
            Expr::Cast { kind, expr, data_type, format: None } => {
                if *kind == CastKind::SafeCast {
                    return Err(unread("such a cast"));
                }
                self.check_type(data_type)?;
                self.expression(expr)
            }
            Expr::Convert {
                is_try: _,
                expr,
                data_type: Some(data_type),
                charset: None,
                target_before_value: _,
                styles,
            } => {
                self.check_type(data_type)?;
                self.expression(expr)?;
                self.expressions(styles)
            }
            Expr::AtTimeZone { timestamp, time_zone } => self.expressions([&**timestamp, &**time_zone]),
            Expr::Extract { field: _, syntax: _, expr } => self.expression(expr),
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                if let CeilFloorKind::Scale(ValueWithSpan { value, span: _ }) = field {
                    check_value(value)?;
                }
                self.expression(expr)
            }
            Expr::Position { expr, r#in } => self.expressions([&**expr, &**r#in]),
            Expr::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                self.expression(expr)?;
                self.expressions(substring_from.as_deref())?;
                self.expressions(substring_for.as_deref())
            }
            Expr::Trim { trim_where: _, trim_what, expr, trim_characters } => {
                self.expressions(trim_what.as_deref())?;
                self.expressions(trim_characters.iter().flatten())?;
                self.expression(expr)
            }
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                self.expressions([&**expr, &**overlay_what, &**overlay_from])?;
                self.expressions(overlay_for.as_deref())
            }
            Expr::Collate { expr, collation } => {
                self.names(collation)?;
                self.expression(expr)
            }
            Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: _ }) => {
                self.literal_type(data_type)?;
                check_value(&value.value)
            }
            Expr::Function(function) => self.function(function),
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.expressions(operand.as_deref())?;
                conditions
                    .iter()
                    .try_for_each(|CaseWhen { condition, result }| self.expressions([condition, result]))?;
                self.expressions(else_result.as_deref())
            }
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                sets.iter().try_for_each(|set| self.expressions(set))
            }
            Expr::Tuple(parts) => self.expressions(parts),
            Expr::Array(Array { elem, named: _ }) => self.expressions(elem),
            Expr::Interval(Interval {
                value,
                leading_field: _,
                leading_precision: _,
                last_field: _,
                fractional_seconds_precision: _,
            }) => self.expression(value),
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.expression(root)?;
                access_chain.iter().try_for_each(|access| self.access(access))
            }
            Expr::QualifiedWildcard(name, _) => self.names(name).map(|_| ()),
            Expr::Cast { .. }
            | Expr::Convert { .. }
            | Expr::Dictionary(_)
            | Expr::InUnnest { .. }
            | Expr::IsJson { .. }
            | Expr::IsNormalized { .. }
            | Expr::JsonAccess { .. }
            | Expr::Lambda(_)
            | Expr::Map(_)
            | Expr::MatchAgainst { .. }
            | Expr::MemberOf(_)
            | Expr::Named { .. }
            | Expr::OuterJoin(_)
            | Expr::Prefixed { .. }
            | Expr::Prior(_)
            | Expr::Struct { .. } => Err(unread("such an expression")),
        }
    }

    /// `table.column`, `sequence.nextval`. Behind a dot every word is a name.
    fn field(&mut self, parts: &[Ident]) -> Result<(), Finding> {
        parts.first().map_or(Ok(()), |first| self.name(first))?;
        let is_step = |part: &Ident| ["nextval", "currval"].iter().any(|step| part.value.eq_ignore_ascii_case(step));
        if parts.last().is_some_and(is_step) {
            return Err(unread("a step of a sequence"));
        }
        self.fields.note(parts, self.rules.dialect);
        Ok(())
    }

    /// `a[1]`, `a[1:2]`. A dot behind an expression might call a function by its name.
    fn access(&mut self, access: &AccessExpr) -> Result<(), Finding> {
        match access {
            AccessExpr::Dot(_) => Err(unread("a field of an expression")),
            AccessExpr::Subscript(Subscript::Index { index }) => self.expression(index),
            AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
                self.expressions([lower_bound, upper_bound, stride].into_iter().flatten())
            }
        }
    }

    fn function(&mut self, function: &Function) -> Result<(), Finding> {
        let Function {
            name,
            uses_odbc_syntax: false,
            parameters: FunctionArguments::None,
            args,
            within_group,
            filter,
            null_treatment: _,
            over,
        } = function
        else {
            return Err(unread("a function of this form"));
        };
        self.function_name(name)?;
        match args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => self.query(query)?,
            FunctionArguments::List(FunctionArgumentList { duplicate_treatment: _, args, clauses }) => {
                self.arguments(args)?;
                clauses.iter().try_for_each(|clause| self.clause(clause))?;
            }
        }
        self.orders(within_group)?;
        self.expressions(filter.as_deref())?;
        match over {
            None => Ok(()),
            Some(WindowType::NamedWindow(name)) => self.name(name),
            Some(WindowType::WindowSpec(window)) => self.window(window),
        }
    }

    /// Only a bare name is one of the server's own functions; in quotes or behind a schema it may be anything.
    pub(super) fn function_name(&self, name: &ObjectName) -> Result<(), Finding> {
        let unknown = |shown: &str| {
            Finding::new("function.unknown", format!("`{shown}` is none of the functions that may be called"))
                .instead("leave it out, or name it under `functions` in the policy")
        };
        let names = parts(name)?;
        let written: Vec<_> = names.iter().map(|name| name.value.to_ascii_lowercase()).collect();
        let written = written.join(".");
        let shown: String = written.chars().take(40).collect();
        let functions = &self.rules.functions;
        if functions.remove.contains(&written) {
            return Err(unknown(&shown));
        }
        let is_bare = matches!(names.as_slice(), [name] if name.quote_style.is_none());
        match functions.add.contains(&written) || (is_bare && functions::is_known(&written, self.rules.dialect)) {
            true => Ok(()),
            false => Err(unknown(&shown)),
        }
    }

    pub(super) fn arguments(&mut self, arguments: &[FunctionArg]) -> Result<(), Finding> {
        arguments.iter().try_for_each(|argument| match argument {
            FunctionArg::Unnamed(argument) => self.argument(argument),
            FunctionArg::Named { name, arg, operator: _ } => {
                self.name(name)?;
                self.argument(arg)
            }
            FunctionArg::ExprNamed { .. } => Err(unread("an argument of this form")),
        })
    }

    fn argument(&mut self, argument: &FunctionArgExpr) -> Result<(), Finding> {
        match argument {
            FunctionArgExpr::Expr(expression) => self.expression(expression),
            FunctionArgExpr::Wildcard => Ok(()),
            FunctionArgExpr::QualifiedWildcard(name) => self.names(name).map(|_| ()),
            FunctionArgExpr::WildcardWithOptions(_) => Err(unread("a `*` with more than itself")),
        }
    }

    fn clause(&mut self, clause: &FunctionArgumentClause) -> Result<(), Finding> {
        match clause {
            FunctionArgumentClause::IgnoreOrRespectNulls(_) => Ok(()),
            FunctionArgumentClause::OrderBy(orders) => self.orders(orders),
            FunctionArgumentClause::Limit(expression) => self.expression(expression),
            FunctionArgumentClause::Separator(ValueWithSpan { value, span: _ }) => check_value(value),
            FunctionArgumentClause::Where(_)
            | FunctionArgumentClause::OnOverflow(_)
            | FunctionArgumentClause::Having(_)
            | FunctionArgumentClause::JsonNullClause(_)
            | FunctionArgumentClause::JsonReturningClause(_) => Err(unread("a clause within a function")),
        }
    }

    pub(super) fn window(&mut self, window: &WindowSpec) -> Result<(), Finding> {
        let WindowSpec { window_name, partition_by, order_by, window_frame } = window;
        window_name.iter().try_for_each(|name| self.name(name))?;
        self.expressions(partition_by)?;
        self.orders(order_by)?;
        let Some(WindowFrame { units: _, start_bound, end_bound }) = window_frame else { return Ok(()) };
        [Some(start_bound), end_bound.as_ref()].into_iter().flatten().try_for_each(|bound| match bound {
            WindowFrameBound::CurrentRow => Ok(()),
            WindowFrameBound::Preceding(expression) | WindowFrameBound::Following(expression) => {
                self.expressions(expression.as_deref())
            }
        })
    }
}

/// The lexer makes no others; the parser makes some of words.
fn check_value(value: &Value) -> Result<(), Finding> {
    match value {
        Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null | Value::Placeholder(_) => {
            Ok(())
        }
        _ => Err(unread("a value of this form")),
    }
}

fn operator(operator: &BinaryOperator) -> Result<(), Finding> {
    match operator {
        BinaryOperator::Custom(_) | BinaryOperator::PGCustomBinaryOperator(_) | BinaryOperator::Assignment => {
            Err(unread("an operator by name"))
        }
        _ => Ok(()),
    }
}
