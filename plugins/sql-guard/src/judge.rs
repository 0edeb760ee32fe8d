//! Walks through the statements of one call. The first that is not allowed decides.

use crate::lexer::{self, Unclear};
use crate::settings::{Guard, Rules};
use crate::walk;
use doorward_plugin::{Document, Finding, Value};
use sqlparser::ast::Statement;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// How deep the parser may go for one statement.
const MAX_RECURSION: usize = 50;

/// The most statements of a call.
const MAX_STATEMENTS: usize = 64;

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    if found.is_empty() {
        return Err(Finding::new("argument.missing", "none of the guarded arguments is in the call"));
    }
    if found.len() > MAX_STATEMENTS {
        let reason = format!("the call has {} statements, and {MAX_STATEMENTS} are read", found.len());
        return Err(Finding::new("sql.complex", reason).instead("send fewer in one call"));
    }
    let mut count = 0;
    found.iter().try_for_each(|found| {
        let judged = match &found.value {
            Value::Text(text) => check_text(&guard.rules, text, &mut count),
            _ => Err(Finding::new("argument.type", "a guarded argument is not a string").instead("send a string")),
        };
        judged.map_err(|finding| finding.at(&found.pointer))
    })
}

/// `count` is how many tokens the call has had so far.
fn check_text(rules: &Rules, text: &str, count: &mut usize) -> Result<(), Finding> {
    let tokens = lexer::split(text, rules.dialect)?;
    *count += tokens.len();
    if *count > 2 * lexer::MAX_TOKENS {
        return Err(Finding::new("sql.complex", "the statements of the call have too many parts together")
            .instead("send fewer in one call"));
    }
    let tokens = one_statement(tokens)?;
    if let Some(deed) = tokens.iter().find_map(|token| deed(rules, token)) {
        let reason = format!("`{deed}` is a word that changes something");
        return Err(Finding::new("sql.deed", reason).instead("if it is a name, put it in quotes"));
    }
    if let Some(function) = (0..tokens.len()).find_map(|at| apart(rules, tokens.get(at..)?)) {
        let reason =
            format!("a blank stands between `{function}` and its `(`: the server takes it for another function");
        return Err(Finding::new("sql.blank", reason).instead("leave the blank out"));
    }
    let statement = parse(rules, tokens)?;
    walk::check(rules, &statement)
}

/// One `;` may end the statement.
fn one_statement(mut tokens: Vec<Token>) -> Result<Vec<Token>, Finding> {
    while matches!(tokens.last(), Some(Token::Whitespace(_))) {
        tokens.pop();
    }
    tokens.pop_if(|token| *token == Token::SemiColon);
    if tokens.contains(&Token::SemiColon) {
        return Err(Finding::new("sql.statements", "there is more than one statement").instead("send one at a time"));
    }
    if tokens.iter().all(|token| matches!(token, Token::Whitespace(_))) {
        return Err(Finding::new("sql.empty", "there is no statement").instead("send one"));
    }
    Ok(tokens)
}

fn deed<'a>(rules: &Rules, token: &'a Token) -> Option<&'a str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() && rules.is_deed(&word.value) => Some(&word.value),
        _ => None,
    }
}

/// A function that is one of the server's own only where its `(` follows at once; else MySQL looks for one that somebody
/// made.
fn apart<'a>(rules: &Rules, tokens: &'a [Token]) -> Option<&'a str> {
    let [Token::Word(word), Token::Whitespace(_), behind @ ..] = tokens else { return None };
    let next = behind.iter().find(|token| !matches!(token, Token::Whitespace(_)));
    let is_apart = word.quote_style.is_none() && next == Some(&Token::LParen);
    (is_apart && rules.dialect.needs_near_bracket(&word.value)).then_some(&word.value)
}

fn parse(rules: &Rules, tokens: Vec<Token>) -> Result<Statement, Finding> {
    let unclear = || {
        Finding::new("sql.syntax", "this is not read as a statement")
            .instead("send one plain statement, with strings as `'…'`")
    };
    let mut parser = Parser::new(rules.dialect.grammar()).with_recursion_limit(MAX_RECURSION).with_tokens(tokens);
    let statement = parser.parse_statement().map_err(|_| unclear())?;
    // Not by the parser's own loop over statements: that one stops at `END`, and what stands behind it would not be read.
    if parser.peek_token_ref().token == Token::EOF { Ok(statement) } else { Err(unclear()) }
}

impl From<Unclear> for Finding {
    fn from(unclear: Unclear) -> Self {
        let Unclear { code, reason, remedy, at } = unclear;
        Self::new(code, format!("{reason} (at character {at})")).instead(remedy)
    }
}
