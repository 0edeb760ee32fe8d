//! Splits a text into tokens that every server splits alike, and hands them to the parser: nothing reads the text twice.
//!
//! The differences between servers are where statements hide: what ends a string, what is a comment, what runs within
//! one. So there are no comments, no strings with prefixes or dollars, no backslash where it might escape, and a word
//! ends where a blank or an operator begins.

use crate::dialect::Dialect;
use sqlparser::tokenizer::{Token, Whitespace};
use std::iter::Peekable;
use std::str::CharIndices;

/// The longest text, in bytes.
pub(crate) const MAX_TEXT: usize = 8192;
/// The most tokens, blanks aside.
pub(crate) const MAX_TOKENS: usize = 800;
/// The most brackets and `CASE`s within each other.
pub(crate) const MAX_DEPTH: usize = 12;

/// The most joins: the parser goes deeper with each.
pub(crate) const MAX_JOINS: usize = 24;

/// Why a text is not split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclear {
    pub(crate) code: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) remedy: &'static str,
    /// Where, in characters.
    pub(crate) at: usize,
}

/// Operators of more than one character, the longest first.
const OPERATORS: &[(&str, Token)] = &[
    ("!~*", Token::ExclamationMarkTildeAsterisk),
    ("#>>", Token::HashLongArrow),
    ("->>", Token::LongArrow),
    ("<=>", Token::Spaceship),
    ("!~", Token::ExclamationMarkTilde),
    ("!=", Token::Neq),
    ("#>", Token::HashArrow),
    ("->", Token::Arrow),
    ("::", Token::DoubleColon),
    ("<=", Token::LtEq),
    ("<>", Token::Neq),
    ("<<", Token::ShiftLeft),
    ("<@", Token::ArrowAt),
    ("==", Token::DoubleEq),
    (">=", Token::GtEq),
    (">>", Token::ShiftRight),
    ("@>", Token::AtArrow),
    ("@@", Token::AtAt),
    ("||", Token::StringConcat),
    ("~*", Token::TildeAsterisk),
];

/// Splits the text.
pub(crate) fn split(text: &str, dialect: Dialect) -> Result<Vec<Token>, Unclear> {
    if text.len() > MAX_TEXT {
        return Err(unclear("sql.long", "the statement is longer than 8192 bytes", "send a shorter one", 0));
    }
    let mut lexer = Lexer { text, dialect, chars: text.char_indices().peekable() };
    let (mut tokens, mut count, mut joins, mut depth) = (Vec::new(), 0, 0, 0_usize);
    while let Some(token) = lexer.next()? {
        match &token {
            Token::Whitespace(_) => {}
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            Token::Word(word) if is_bare(word.quote_style, &word.value, "case") => depth += 1,
            Token::Word(word) if is_bare(word.quote_style, &word.value, "end") => depth = depth.saturating_sub(1),
            Token::Word(word) if is_bare(word.quote_style, &word.value, "join") => joins += 1,
            _ => {}
        }
        count += usize::from(!matches!(token, Token::Whitespace(_)));
        if count > MAX_TOKENS || depth > MAX_DEPTH || joins > MAX_JOINS {
            let (reason, remedy) =
                ("the statement has too many parts, or too many within each other", "send a simpler one");
            return Err(lexer.unclear("sql.complex", reason, remedy));
        }
        tokens.push(token);
    }
    Ok(tokens)
}

fn is_bare(quote: Option<char>, word: &str, wanted: &str) -> bool {
    quote.is_none() && word.eq_ignore_ascii_case(wanted)
}

struct Lexer<'a> {
    text: &'a str,
    dialect: Dialect,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Lexer<'a> {
    fn rest(&mut self) -> &'a str {
        let at = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text.get(at..).unwrap_or_default()
    }

    fn skip(&mut self, bytes: usize) {
        let end = self.text.len() - self.rest().len() + bytes;
        while self.chars.next_if(|(at, _)| *at < end).is_some() {}
    }

    fn next(&mut self) -> Result<Option<Token>, Unclear> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return Ok(None) };
        let token = match c {
            ' ' => self.one(Token::Whitespace(Whitespace::Space)),
            '\t' => self.one(Token::Whitespace(Whitespace::Tab)),
            '\n' => self.one(Token::Whitespace(Whitespace::Newline)),
            _ if rest.starts_with("--") || rest.starts_with("/*") => return Err(self.comment()),
            '#' if self.dialect != Dialect::Postgres => return Err(self.comment()),
            '\'' => self.string()?,
            _ if c.is_ascii_alphabetic() || c == '_' => self.word()?,
            _ if c.is_ascii_digit() => self.number()?,
            '.' if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => self.number()?,
            _ => match self.quoted()? {
                Some(token) => token,
                None => self.operator(c)?,
            },
        };
        Ok(Some(token))
    }

    fn one(&mut self, token: Token) -> Token {
        self.chars.next();
        token
    }

    /// A quote is doubled to stand in the string.
    fn string(&mut self) -> Result<Token, Unclear> {
        let mut text = String::new();
        self.chars.next();
        loop {
            let Some((_, c)) = self.chars.next() else {
                return Err(self.unclear("sql.string", "a string does not end", "close it by `'`"));
            };
            match c {
                '\'' if self.chars.next_if(|(_, c)| *c == '\'').is_none() => break,
                '\\' if !self.dialect.has_plain_backslashes() => {
                    let reason = "a string has a `\\` in it, which some servers read and others do not";
                    return Err(self.unclear("sql.backslash", reason, "leave it out"));
                }
                '\n' | '\t' => text.push(c),
                _ if !is_plain(c) => {
                    let reason = "a string has a character in it that servers may change into another one";
                    return Err(self.unclear("sql.letters", reason, "leave it out"));
                }
                _ => text.push(c),
            }
        }
        Ok(Token::SingleQuotedString(text))
    }

    /// A name in quotes; none where no quotes begin here.
    fn quoted(&mut self) -> Result<Option<Token>, Unclear> {
        let rest = self.rest();
        let quotes = self.dialect.quotes().iter().find(|(open, _)| rest.starts_with(*open));
        let Some((open, close)) = quotes else { return Ok(None) };
        let inner = rest.get(open.len_utf8()..).unwrap_or_default();
        let end = inner.find(*close);
        let name = end.and_then(|end| inner.get(..end)).unwrap_or_default();
        let is_name = |c: char| c.is_ascii_alphanumeric() || " _-$.#@".contains(c) || (!c.is_ascii() && is_plain(c));
        let behind = inner.get(name.len() + close.len_utf8()..).unwrap_or_default();
        if name.is_empty() || name.trim() != name || !name.chars().all(is_name) || behind.starts_with(*close) {
            return Err(self.unclear("sql.name", "a name in quotes is not plain", "use letters, digits and blanks"));
        }
        self.skip(open.len_utf8() + name.len() + close.len_utf8());
        Ok(Some(Token::make_word(name, Some(*open))))
    }

    fn word(&mut self) -> Result<Token, Unclear> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if behind.starts_with(['\'', '"', '$', '`', '#', '\\']) || behind.starts_with(|c: char| !c.is_ascii()) {
            let reason = "a word runs into a quote or a sign, which servers read in their own ways";
            return Err(self.unclear("sql.word", reason, "put a blank between, and write strings as `'…'`"));
        }
        self.skip(end);
        Ok(Token::make_word(word, None))
    }

    fn number(&mut self) -> Result<Token, Unclear> {
        let rest = self.rest();
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let tail = |end: usize| rest.get(end..).unwrap_or_default();
        let mut end = digits(rest);
        if tail(end).starts_with('.') {
            end += 1 + digits(tail(end + 1));
        }
        if let Some(power) = tail(end).strip_prefix(['e', 'E']) {
            let sign = usize::from(power.starts_with(['+', '-']));
            let power = digits(power.get(sign..).unwrap_or_default());
            end += if power > 0 { 1 + sign + power } else { 0 };
        }
        let number = rest.get(..end).unwrap_or_default();
        let runs_on = tail(end).starts_with(|c: char| c.is_alphanumeric() || "_.'\"`$#@\\".contains(c));
        if number.ends_with('.') || runs_on {
            let reason = "a number runs into something else, which servers read in their own ways";
            return Err(self.unclear("sql.number", reason, "put a blank between, and write decimal numbers"));
        }
        self.skip(end);
        Ok(Token::Number(number.to_owned(), false))
    }

    fn operator(&mut self, c: char) -> Result<Token, Unclear> {
        let rest = self.rest();
        let run = self.dialect.run_of_signs(rest);
        let is_here = |operator: &str| match operator.contains(['#', '@', '~']) {
            true => self.dialect == Dialect::Postgres,
            false => operator != "==" || self.dialect == Dialect::Sqlite,
        };
        let found = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator) && is_here(operator));
        if run > found.map_or(1, |(operator, _)| operator.len()) {
            let reason = "signs stand side by side that the server may take for one operator";
            return Err(self.unclear("sql.operator", reason, "put blanks between operators"));
        }
        if let Some((operator, token)) = found {
            self.skip(operator.len());
            return Ok(token.clone());
        }
        if let Some(token) = self.parameter(c) {
            return Ok(token);
        }
        let token = match c {
            '+' => Token::Plus,
            '-' => Token::Minus,
            '*' => Token::Mul,
            '/' => Token::Div,
            '%' => Token::Mod,
            '=' => Token::Eq,
            '<' => Token::Lt,
            '>' => Token::Gt,
            '.' => Token::Period,
            ',' => Token::Comma,
            '(' => Token::LParen,
            ')' => Token::RParen,
            ';' => Token::SemiColon,
            '|' => Token::Pipe,
            '~' => Token::Tilde,
            '&' if !rest.starts_with("&'") && !rest.starts_with("&\"") => Token::Ampersand,
            '[' if self.dialect == Dialect::Postgres => Token::LBracket,
            ']' if self.dialect == Dialect::Postgres => Token::RBracket,
            ':' if self.dialect == Dialect::Postgres => Token::Colon,
            _ => {
                let reason = "the statement has a character in it that is not read";
                return Err(self.unclear("sql.character", reason, "leave it out, or put it in a string"));
            }
        };
        Ok(self.one(token))
    }

    /// `?`, `:name`, and where the dialect has them `$1` and `@name`.
    fn parameter(&mut self, c: char) -> Option<Token> {
        let behind = self.rest().get(1..).unwrap_or_default();
        let end = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(behind.len());
        let name = behind.get(..end).unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let is_parameter = match c {
            '?' => name.is_empty(),
            ':' => is_name,
            '$' => is_number && self.dialect == Dialect::Postgres,
            '@' => is_name && self.dialect.has_at_parameters(),
            _ => false,
        };
        if !is_parameter || behind.get(end..).is_some_and(|rest| rest.starts_with(['\'', '"', '$', '`', '?'])) {
            return None;
        }
        self.skip(1 + end);
        Some(Token::Placeholder(format!("{c}{name}")))
    }

    fn comment(&mut self) -> Unclear {
        let reason = "the statement has a comment in it, and servers differ in what they run of one";
        self.unclear("sql.comment", reason, "leave comments out, and put a blank between two `-`")
    }

    fn unclear(&mut self, code: &'static str, reason: &'static str, remedy: &'static str) -> Unclear {
        let end = self.text.len() - self.rest().len();
        let at = self.text.get(..end).unwrap_or_default().chars().count();
        unclear(code, reason, remedy, at)
    }
}

fn unclear(code: &'static str, reason: &'static str, remedy: &'static str, at: usize) -> Unclear {
    Unclear { code, reason, remedy, at }
}

/// Whether a character stays what it is when a server stores it in another encoding. What looks like a quote may become
/// one.
fn is_plain(c: char) -> bool {
    const DOUBTFUL: [(char, char); 4] =
        [('\u{2b0}', '\u{36f}'), ('\u{2000}', '\u{2bff}'), ('\u{3000}', '\u{303f}'), ('\u{ff00}', '\u{ffff}')];
    match c.is_ascii() {
        true => c.is_ascii_graphic() || c == ' ',
        false => c.is_alphanumeric() && !DOUBTFUL.iter().any(|(first, last)| (*first..=*last).contains(&c)),
    }
}
