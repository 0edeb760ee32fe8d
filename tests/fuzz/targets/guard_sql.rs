//! Any text for a statement, in every dialect: what is let through is one query for the parser too, and has no way out.
#![no_main]

#[path = "guards.rs"]
mod guards;

use std::sync::LazyLock;

use doorward_plugin::Validator;
use guards::is_allowed;
use libfuzzer_sys::fuzz_target;
use sql_guard::SqlGuard;
use sqlparser::ast::{SetExpr, Statement};
use sqlparser::dialect::{AnsiDialect, Dialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

fn guard(dialect: &str) -> SqlGuard {
    SqlGuard::from_json(&format!(
        r#"{{"arguments": ["/query"], "dialect": "{dialect}", "tables": {{"allow": ["orders", "t", "u"]}}}}"#
    ))
    .expect("the settings are right")
}

static GUARDS: LazyLock<[(SqlGuard, Box<dyn Dialect + Send + Sync>); 5]> = LazyLock::new(|| {
    [
        (guard("postgres"), Box::new(PostgreSqlDialect {})),
        (guard("mysql"), Box::new(MySqlDialect {})),
        (guard("sqlite"), Box::new(SQLiteDialect {})),
        (guard("mssql"), Box::new(MsSqlDialect {})),
        (guard("generic"), Box::new(AnsiDialect {})),
    ]
});

fuzz_target!(|text: &str| {
    for (guard, dialect) in &*GUARDS {
        if !is_allowed(guard, "query", text) {
            continue;
        }
        let outside: String = text.split('\'').step_by(2).collect();
        // The parser's own lexer takes some letters otherwise than a server does: parameters, variables, names that begin with
        // `_`. What it reads at all says the same.
        let Ok(statements) = Parser::parse_sql(&**dialect, text) else { continue };
        let [Statement::Query(query)] = statements.as_slice() else { panic!("{text:?}: {statements:?}") };
        let changes = matches!(*query.body, SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_));
        assert!(!changes && query.locks.is_empty(), "{text:?}");
        assert!(!outside.contains("--") && !outside.contains("/*"), "{text:?}");
        let bare = outside.replace([' ', '\n', '\t'], "").to_lowercase();
        assert!(!bare.contains("pg_sleep(") && !bare.contains("load_file("), "{text:?}");
    }
});
