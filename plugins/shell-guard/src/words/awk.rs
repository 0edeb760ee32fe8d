//! Which programs of `awk` only choose, count and print.
//!
//! A closed set of tokens: patterns, `print`, `printf`, `if`, `for (x in y)`, loops that count, assignments, a dozen
//! functions of text and numbers. Nothing that runs, reads or writes something else (`system`, `getline`, `|`, `>`,
//! `close`, …), no environment, no functions of its own, no other loops. Where implementations disagree on where a
//! pattern ends, or on what a byte beyond ASCII hides behind it, the program is refused.

/// Words with a meaning of their own. `for` is looked at more closely.
const KEYWORDS: &str = "BEGIN END print printf if else next exit in for delete";

/// Those that begin a statement: they stand in braces. Some implementations read `BEGIN print > "x"` without them, and
/// there the sign would write.
const STATEMENTS: &str = "print printf if else next exit for delete";

/// The variables of `awk` that say what is at hand or how it is cut.
const VARIABLES: &str = "NR NF FNR FS OFS RS ORS FILENAME RSTART RLENGTH OFMT CONVFMT SUBSEP IGNORECASE";

const FUNCTIONS: &str = "length substr index split tolower toupper sprintf int sub gsub gensub match sqrt log exp sin \
                         cos atan2 rand srand strftime systime mktime strtonum asort asorti";

/// Names in capital letters that are variables of the program, and of no implementation.
const CAPITALS: &str = "A AVG B C COUNT D H I J K M MAX MIN N P S SUM T TOTAL U V X Y Z";

/// Lower-case words that are not names of variables, in whatever implementation.
const RESERVED: &str = "getline system close fflush function func return while do break continue nextfile switch case \
                        default namespace eval include load extension printf print";

#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    /// A string or a pattern.
    Text,
    Name(&'a str),
    Sign(&'a str),
}

/// Whether `program` is one of them.
pub(super) fn is_harmless(program: &str) -> bool {
    program.is_ascii() && tokens(program).is_some_and(|tokens| are_bounded(&tokens))
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
            '"' => {
                let behind = string(rest)?;
                // It may be a format.
                let is_narrow = rest.strip_suffix(behind).is_some_and(super::is_narrow);
                is_narrow.then_some((Token::Text, behind))?
            }
            '/' if begins_expression(tokens.last()) => (Token::Text, pattern(rest)?),
            '/' if is_divisible(tokens.last()) && !rest.starts_with("/=") => {
                (Token::Sign("/"), rest.strip_prefix('/')?)
            }
            '0'..='9' | '.' => {
                let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                (Token::Number(rest.strip_suffix(behind)?), behind)
            }
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
        Some(Token::Number(_) | Token::Sign("]")) => true,
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
                chars.next().filter(|(_, c)| "\\\"/ntrsdwbf.|[]{}*+?()^$-&<>01234567".contains(*c))?;
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

/// What every implementation gives a meaning of its own is in small letters or in capitals throughout.
fn is_variable(name: &str) -> bool {
    one_of(CAPITALS, name)
        || (name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !one_of(RESERVED, name))
}

/// `>` compares only in a pattern and in brackets; else it writes.
fn are_bounded(tokens: &[Token<'_>]) -> bool {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        let behind = tokens.get(at + 1..).unwrap_or_default();
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
            Token::Sign(">") => (braces == 0 || brackets > 0) && behind.first() != Some(&Token::Sign(">")),
            Token::Name("for") if braces > 0 => is_over_keys(behind) || counts(tokens, behind),
            Token::Name(name) if one_of(STATEMENTS, name) => braces > 0,
            _ => true,
        };
        if !is_right {
            return false;
        }
    }
    braces == 0 && brackets == 0
}

/// `(x in y)`
fn is_over_keys(header: &[Token<'_>]) -> bool {
    let [open, key, Token::Name("in"), all, close, ..] = header else { return false };
    *open == Token::Sign("(") && is_name(key) && is_name(all) && *close == Token::Sign(")")
}

/// `(i = 1; i <= NF; i++)`, or downwards, where nothing else in the program sets `i` or the number of fields.
fn counts(tokens: &[Token<'_>], header: &[Token<'_>]) -> bool {
    let mut parts = header.split(|token| *token == Token::Sign(";"));
    let (Some([Token::Sign("("), Token::Name(counter), Token::Sign("="), begin @ ..]), Some(test), Some(step)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let [Token::Name(tested), Token::Sign(sign @ ("<" | "<=" | ">" | ">=")), end @ ..] = test else { return false };
    let (stepped, change) = match step {
        [Token::Name(stepped), Token::Sign(change @ ("++" | "--")), Token::Sign(")"), ..]
        | [Token::Sign(change @ ("++" | "--")), Token::Name(stepped), Token::Sign(")"), ..] => (stepped, change),
        [Token::Name(stepped), Token::Sign(change @ ("+=" | "-=")), Token::Number(by), Token::Sign(")"), ..]
            if by.starts_with(|c: char| ('1'..='9').contains(&c)) =>
        {
            (stepped, change)
        }
        _ => return false,
    };
    let comes_closer = sign.starts_with('<') == change.starts_with('+');
    // Once in the header, where it begins, and once where it steps.
    let is_left_alone = settings(tokens, counter) == 2 * headers(tokens, counter);
    tested == counter
        && stepped == counter
        && comes_closer
        && is_left_alone
        && settings(tokens, "NF") == 0
        && !widens(tokens)
        && (is_bound(begin) || is_counted(tokens, header, begin))
        && (is_bound(end) || is_counted(tokens, header, end))
}

/// A variable that is set once, before the loop begins, to how many parts there are of something.
fn is_counted(tokens: &[Token<'_>], header: &[Token<'_>], end: &[Token<'_>]) -> bool {
    let [Token::Name(name)] = end else { return false };
    let before = tokens.get(..tokens.len().saturating_sub(header.len())).unwrap_or_default();
    let is_count = |window: &[Token<'_>]| {
        let [Token::Name(set), Token::Sign("="), Token::Name(function), Token::Sign("(")] = window else {
            return false;
        };
        set == name && one_of("split length asort asorti", function)
    };
    is_variable(name) && settings(tokens, name) == 1 && before.windows(4).any(is_count)
}

/// A number of up to six digits or one of the counts that `awk` keeps, perhaps with a number added or taken away.
fn is_bound(tokens: &[Token<'_>]) -> bool {
    let is_count = |token: &Token<'_>| match token {
        Token::Number(digits) => digits.len() <= 6,
        Token::Name(name) => one_of("NF NR FNR", name),
        _ => false,
    };
    match tokens {
        [count] => is_count(count),
        [count, Token::Sign("-" | "+"), Token::Number(_)] => is_count(count),
        _ => false,
    }
}

/// How many loops begin by setting the variable.
fn headers(tokens: &[Token<'_>], name: &str) -> usize {
    let is_header = |window: &&[Token<'_>]| matches!(window, [Token::Name("for"), Token::Sign("("), Token::Name(counter), Token::Sign("=")] if *counter == name);
    tokens.windows(4).filter(is_header).count()
}

/// How often the variable may be set: before or behind it stands what sets, or it is given to a function that does.
fn settings(tokens: &[Token<'_>], name: &str) -> usize {
    let is_key = |at: usize| {
        let before = at.checked_sub(2).and_then(|start| tokens.get(start..at));
        matches!(before, Some([Token::Name("for"), Token::Sign("(")])) && tokens.get(at + 1) == Some(&Token::Name("in"))
    };
    let sets = |at: usize| match (at.checked_sub(1).and_then(|before| tokens.get(before)), tokens.get(at + 1)) {
        (_, Some(Token::Sign("=" | "+=" | "-=" | "*=" | "++" | "--"))) => true,
        (_, Some(Token::Sign("%" | "^"))) => tokens.get(at + 2) == Some(&Token::Sign("=")),
        (Some(Token::Sign("++" | "--")), _) => true,
        (Some(Token::Sign(",")), Some(Token::Sign(")" | ","))) => calls_a_setter(tokens),
        _ => false,
    };
    tokens.iter().enumerate().filter(|(at, token)| **token == Token::Name(name) && (sets(*at) || is_key(*at))).count()
}

/// Whether a function is called that sets what it is given.
fn calls_a_setter(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| matches!(token, Token::Name("sub" | "gsub" | "split" | "match" | "asort" | "asorti")))
}

/// Whether a field may be set by a sum, as in `$(NF+1)=1`, and so make one more of them.
fn widens(tokens: &[Token<'_>]) -> bool {
    let sets = |window: &[Token<'_>]| {
        matches!(window, [Token::Sign(")" | "++" | "--"), Token::Sign("=" | "+=" | "-=" | "*=" | "++" | "--")])
            || matches!(window, [Token::Sign("$"), Token::Sign("++" | "--")])
    };
    tokens.windows(2).any(sets)
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(token, Token::Name(_))
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
