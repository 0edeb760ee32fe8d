//! Which programs of `awk` only choose, count and print.
//!
//! A closed set of tokens: patterns, `print`, `printf`, `if`, `for (x in y)`, assignments, a dozen functions of text and
//! numbers. Nothing that runs, reads or writes something else (`system`, `getline`, `|`, `>`, `close`, …), no
//! environment, no functions of its own, no other loops. Where implementations disagree on where a pattern ends, the
//! program is refused.

/// Words with a meaning of their own. `for` is looked at more closely.
const KEYWORDS: &str = "BEGIN END print printf if else next exit in for delete";

/// The variables of `awk` that say what is at hand or how it is cut.
const VARIABLES: &str = "NR NF FNR FS OFS RS ORS FILENAME RSTART RLENGTH OFMT CONVFMT SUBSEP IGNORECASE";

const FUNCTIONS: &str = "length substr index split tolower toupper sprintf int sub gsub gensub match sqrt log exp \
                         strftime systime";

/// Lower-case words that are not names of variables, in whatever implementation.
const RESERVED: &str = "getline system close fflush function func return while do break continue nextfile switch case \
                        default namespace eval include load extension printf print";

#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Number,
    /// A string or a pattern.
    Text,
    Name(&'a str),
    Sign(&'a str),
}

/// Whether `program` is one of them.
pub(super) fn is_harmless(program: &str) -> bool {
    tokens(program).is_some_and(|tokens| are_bounded(&tokens))
}

/// `-v` may set these.
pub(super) fn is_setting(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_variable(name) || one_of(VARIABLES, name))
}

/// Longest first, so that `>=` is not taken for `>`.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "!~", "++", "--", "+=", "-=", "*=", "{", "}", "(", ")", "[", "]", ";", ",",
    "$", "+", "-", "*", "%", "^", "!", "<", ">", "~", "?", ":", "=",
];

fn tokens(program: &str) -> Option<Vec<Token<'_>>> {
    let (mut tokens, mut rest) = (Vec::new(), program);
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(first) = rest.chars().next() else { return Some(tokens) };
        let (token, behind) = match first {
            '"' => (Token::Text, string(rest)?),
            '/' if begins_expression(tokens.last()) => (Token::Text, pattern(rest)?),
            '/' if is_divisible(tokens.last()) && !rest.starts_with("/=") => {
                (Token::Sign("/"), rest.strip_prefix('/')?)
            }
            '0'..='9' | '.' => (Token::Number, rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')),
            'A'..='Z' | 'a'..='z' | '_' => {
                let behind = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
                (Token::Name(name(rest.strip_suffix(behind)?, behind)?), behind)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
                (Token::Sign(sign), rest.strip_prefix(sign)?)
            }
        };
        tokens.push(token);
        rest = behind;
    }
}

/// Whether what comes next can only begin an expression, so that a slash begins a pattern.
fn begins_expression(before: Option<&Token<'_>>) -> bool {
    match before {
        None => true,
        Some(Token::Sign(sign)) => ["{", "}", "(", ",", ";", "!", "~", "!~", "&&", "||"].contains(sign),
        Some(_) => false,
    }
}

/// Whether what comes before can only be divided. Behind `print` or `if (x)` a slash would begin a pattern for some,
/// and a quote in it hide what follows.
fn is_divisible(before: Option<&Token<'_>>) -> bool {
    match before {
        Some(Token::Number | Token::Sign("]")) => true,
        Some(Token::Name(name)) => {
            one_of(VARIABLES, name) || (is_variable(name) && !one_of(KEYWORDS, name) && !one_of(FUNCTIONS, name))
        }
        _ => false,
    }
}

fn string(rest: &str) -> Option<&str> {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return rest.get(at + 1..),
            '\\' => {
                chars.next().filter(|(_, c)| "\\\"/ntr.|[]*+?()^$-".contains(*c))?;
            }
            _ => {}
        }
    }
    None
}

/// A slash or a backslash within brackets would end the pattern for some and not for others.
fn pattern(rest: &str) -> Option<&str> {
    let mut chars = rest.char_indices().skip(1).peekable();
    let mut is_within_brackets = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '/' | '\\' if is_within_brackets => return None,
            '/' => return rest.get(at + 1..),
            '\\' => {
                chars.next()?;
            }
            '[' if is_within_brackets && chars.next_if(|(_, c)| *c == ':').is_some() => {
                while chars.next_if(|(_, c)| c.is_ascii_lowercase()).is_some() {}
                chars.next_if(|(_, c)| *c == ':')?;
                chars.next_if(|(_, c)| *c == ']')?;
            }
            '[' if is_within_brackets => return None,
            '[' => {
                is_within_brackets = true;
                chars.next_if(|(_, c)| *c == '^');
                chars.next_if(|(_, c)| *c == ']');
            }
            ']' => is_within_brackets = false,
            _ => {}
        }
    }
    None
}

fn name<'a>(name: &'a str, behind: &str) -> Option<&'a str> {
    let is_called = behind.trim_start_matches([' ', '\t']).starts_with('(');
    let is_known = one_of(KEYWORDS, name) || one_of(VARIABLES, name) || one_of(FUNCTIONS, name);
    (is_known || (is_variable(name) && !is_called)).then_some(name)
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !one_of(RESERVED, name)
}

/// `>` compares only in a pattern and in brackets; else it writes. `for` must not count.
fn are_bounded(tokens: &[Token<'_>]) -> bool {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        let is_right = match token {
            Token::Sign("{") if brackets > 0 => false,
            Token::Sign("{") => {
                braces += 1;
                true
            }
            Token::Sign("}") => take_one(&mut braces) && brackets == 0,
            Token::Sign("(") => {
                brackets += 1;
                true
            }
            Token::Sign(")") => take_one(&mut brackets),
            Token::Sign(">") => braces == 0 || brackets > 0,
            Token::Name("for") => matches!(
                tokens.get(at + 1..at + 6),
                Some([Token::Sign("("), Token::Name(_), Token::Name("in"), Token::Name(_), Token::Sign(")")])
            ),
            _ => true,
        };
        if !is_right {
            return false;
        }
    }
    braces == 0 && brackets == 0
}

fn take_one(count: &mut usize) -> bool {
    let is_open = *count > 0;
    *count = count.saturating_sub(1);
    is_open
}

fn one_of(words: &str, text: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == text)
}

#[cfg(test)]
mod tests;
