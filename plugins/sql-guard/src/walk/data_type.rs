//! Types that a server has by itself: to cast to another one calls what somebody wrote.

use super::name::parts;
use super::{Walk, unread};
use crate::dialect::Dialect;
use crate::functions;
use doorward_plugin::Finding;
use sqlparser::ast::{ArrayElemTypeDef, DataType, Ident};

impl Walk<'_> {
    pub(super) fn check_type(&self, data_type: &DataType) -> Result<(), Finding> {
        match data_type {
            DataType::Array(
                ArrayElemTypeDef::AngleBracket(inner)
                | ArrayElemTypeDef::SquareBracket(inner, _)
                | ArrayElemTypeDef::Parenthesis(inner)
                | ArrayElemTypeDef::Qualified(inner, _),
            )
            | DataType::Nullable(inner)
            | DataType::LowCardinality(inner) => self.check_type(inner),
            DataType::Custom(name, modifiers) => match parts(name)?.as_slice() {
                [name] if modifiers.is_empty() => self.type_name(name),
                _ => Err(unknown()),
            },
            DataType::Table(_)
            | DataType::NamedTable { .. }
            | DataType::Map(..)
            | DataType::Tuple(_)
            | DataType::Nested(_)
            | DataType::Enum(..)
            | DataType::Set(_)
            | DataType::Struct(..)
            | DataType::Union(_)
            | DataType::Trigger
            | DataType::AnyType => Err(unread("such a type")),
            // There, what the server does not know may be a type that somebody made, with functions of its own.
            _ if matches!(self.rules.dialect, Dialect::Postgres | Dialect::Generic) && !is_of_postgres(data_type) => {
                Err(unknown())
            }
            _ => Ok(()),
        }
    }

    /// The type before a string: `DATE '2026-01-01'`. Where a server has none such, `string (1) 'x'` calls a function.
    pub(super) fn literal_type(&self, data_type: &DataType) -> Result<(), Finding> {
        let is_of_all = matches!(
            data_type,
            DataType::Date | DataType::Datetime(None) | DataType::Time(None, _) | DataType::Timestamp(None, _)
        );
        match is_of_all || self.rules.dialect == Dialect::Postgres {
            true => self.check_type(data_type),
            false => Err(unknown()),
        }
    }

    /// A type that the parser does not know.
    pub(super) fn type_name(&self, name: &Ident) -> Result<(), Finding> {
        match name.quote_style.is_none() && functions::is_type(&name.value.to_ascii_lowercase(), self.rules.dialect) {
            true => Ok(()),
            false => Err(unknown()),
        }
    }
}

fn unknown() -> Finding {
    Finding::new("type.unknown", "the type is none that every server of this kind has")
        .instead("cast to a type such as `text`, `integer` or `timestamp`")
}

/// Of the types that the parser knows, those of PostgreSQL.
fn is_of_postgres(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Character(_)
            | DataType::Char(_)
            | DataType::CharacterVarying(_)
            | DataType::CharVarying(_)
            | DataType::Varchar(_)
            | DataType::Uuid
            | DataType::Numeric(_)
            | DataType::Decimal(_)
            | DataType::Dec(_)
            | DataType::Float(_)
            | DataType::Int2(_)
            | DataType::SmallInt(_)
            | DataType::Int(_)
            | DataType::Int4(_)
            | DataType::Int8(_)
            | DataType::Integer(_)
            | DataType::BigInt(_)
            | DataType::Float4
            | DataType::Real
            | DataType::Float8
            | DataType::DoublePrecision
            | DataType::Bool
            | DataType::Boolean
            | DataType::Date
            | DataType::Time(..)
            | DataType::Timestamp(..)
            | DataType::Interval { .. }
            | DataType::JSON
            | DataType::JSONB
            | DataType::Regclass
            | DataType::Text
            | DataType::Bytea
            | DataType::Bit(_)
            | DataType::BitVarying(_)
            | DataType::VarBit(_)
            | DataType::GeometricType(_)
            | DataType::TsVector
            | DataType::TsQuery
    )
}
