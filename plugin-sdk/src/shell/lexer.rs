//! Cuts a text into words, redirections and operators, and refuses what shells would not all cut alike.
//!
//! One pass, one character ahead. Every character that is not named here is refused, so a construct nobody thought of
//! is a refusal too.

use super::Redirection;
use super::refusal::{Code, Refusal};
use super::word::Word;

pub(super) enum Token {
    Word(Word),
    Redirect(Redirection),
    And,
    Or,
    Pipe,
    Semicolon,
    Newline,
    End,
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    rest: &'a str,
    /// Whether the character before `rest` parts words. A redirection must not cling to a word: `22>&1` is a word to
    /// one shell and a redirection to another.
    parted: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, rest: text, parted: true }
    }

    /// The next token and where it begins.
    pub(super) fn token(&mut self) -> Result<(usize, Token), Refusal> {
        while let Some(' ' | '\t') = self.peek() {
            self.bump();
            self.parted = true;
        }
        let at = self.at();
        let parted = std::mem::replace(&mut self.parted, true);
        let token = match self.peek() {
            None => Token::End,
            Some('\n') => self.take(Token::Newline),
            Some(';') if self.sees(";;") => return self.refuse(Code::Empty, ";;"),
            Some(';') => self.take(Token::Semicolon),
            Some('&') if self.sees("&&") => self.take_two(Token::And),
            Some('&') if self.sees("&>") => return self.refuse(Code::Redirection, "&>"),
            Some('&') => return self.refuse(Code::Background, "&"),
            Some('|') if self.sees("||") => self.take_two(Token::Or),
            Some('|') if self.sees("|&") => return self.refuse(Code::Redirection, "|&"),
            Some('|') => self.take(Token::Pipe),
            Some('#') => return self.refuse(Code::Comment, "#"),
            Some(_) if self.is_redirection() => Token::Redirect(self.redirection(parted)?),
            Some(_) => {
                self.parted = false;
                Token::Word(self.word()?)
            }
        };
        Ok((at, token))
    }

    /// Whether digits, if any, and then `<` or `>` stand here.
    fn is_redirection(&self) -> bool {
        self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['<', '>'])
    }

    fn redirection(&mut self, parted: bool) -> Result<Redirection, Refusal> {
        for opening in ["<(", ">("] {
            if self.sees(opening) {
                return self.refuse(Code::ProcessSubstitution, opening);
            }
        }
        if self.sees("<<") {
            return self.refuse(Code::HereDocument, "<<");
        }
        if !parted {
            return self.refuse(Code::Redirection, clip(self.rest));
        }
        for (spelling, redirection) in [
            ("2>&1", Redirection::ErrorsToOutput),
            ("1>&2", Redirection::OutputToErrors),
            (">&2", Redirection::OutputToErrors),
        ] {
            if let Some(rest) = self.rest.strip_prefix(spelling) {
                // `2>&1>x` and `2>&10` mean something else.
                if rest.starts_with(|c| !" \t\n;|&".contains(c)) {
                    return self.refuse(Code::Redirection, clip(self.rest));
                }
                self.rest = rest;
                return Ok(redirection);
            }
        }
        if self.sees("<") && !self.sees("<&") && !self.sees("<>") {
            return self.read();
        }
        for spelling in ["2>>", "2>", "1>>", "1>", ">>", ">"] {
            if let Some(rest) = self.rest.strip_prefix(spelling) {
                if rest.starts_with(['&', '|', '(', '<', '>']) {
                    return self.refuse(Code::Redirection, clip(self.rest));
                }
                return self.discard(rest);
            }
        }
        self.refuse(Code::Redirection, clip(self.rest))
    }

    fn read(&mut self) -> Result<Redirection, Refusal> {
        let (at, operator) = (self.at(), self.rest);
        self.bump();
        match self.target()? {
            Some(word) if word.is_pattern() => Err(Refusal::new(Code::Redirection, &word.text, word.at)),
            Some(word) => Ok(Redirection::Read(word)),
            None => Err(Refusal::new(Code::Redirection, clip(operator), at)),
        }
    }

    fn discard(&mut self, rest: &'a str) -> Result<Redirection, Refusal> {
        let (at, operator) = (self.at(), self.rest);
        self.rest = rest;
        match self.target()? {
            Some(word) if word.is_plain() && word.text == "/dev/null" => Ok(Redirection::Discard),
            _ => Err(Refusal::new(Code::Write, clip(operator), at)),
        }
    }

    /// The word behind a redirection, where there is one.
    fn target(&mut self) -> Result<Option<Word>, Refusal> {
        while let Some(' ' | '\t') = self.peek() {
            self.bump();
        }
        match self.peek() {
            None | Some('\n' | ';' | '&' | '|' | '<' | '>') => Ok(None),
            Some('#') => self.refuse(Code::Comment, "#"),
            // `> 2>&1` and the like: a digit that belongs to the next redirection.
            Some(_) if self.is_redirection() => Ok(None),
            Some(_) => {
                let word = self.word()?;
                self.parted = false;
                Ok(Some(word))
            }
        }
    }

    fn word(&mut self) -> Result<Word, Refusal> {
        let mut word = Word { text: String::new(), at: self.at(), home: false, quoted: false, wild: Vec::new() };
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' => break,
                '\'' => self.single(&mut word)?,
                '"' => self.double(&mut word)?,
                '\\' => self.escaped(&mut word)?,
                '~' => self.tilde(&mut word)?,
                '*' | '?' | '[' => {
                    word.wild.push(word.text.len());
                    self.keep(&mut word, c);
                }
                '!' if !self.next_is(" \t\n=") => return self.refuse(Code::History, clip(self.rest)),
                '{' | '}' => return self.refuse(Code::Brace, clip(self.rest)),
                '(' | ')' => return self.refuse(Code::Group, clip(self.rest)),
                // The same at the end of a word, as in `^$`.
                '$' if !word.text.is_empty() && self.next_is(" \t\n") => self.keep(&mut word, c),
                '!'..='~' if c != '$' && c != '`' => self.keep(&mut word, c),
                _ => return self.unreadable(Code::NonAscii),
            }
        }
        Ok(word)
    }

    /// `'...'`: everything stands for itself.
    fn single(&mut self, word: &mut Word) -> Result<(), Refusal> {
        let (at, opening) = (self.at(), self.rest);
        word.quoted = true;
        self.bump();
        while let Some(c) = self.peek() {
            match c {
                '\'' => {
                    self.bump();
                    return Ok(());
                }
                '\n' => return self.refuse(Code::QuotedNewline, "\n"),
                _ if is_text(c) => self.keep(word, c),
                _ => return self.unreadable(Code::Invisible),
            }
        }
        Err(Refusal::new(Code::Quote, clip(opening), at))
    }

    /// `"..."`: a backslash before `$`, a backtick, `"` or another backslash takes its meaning; before anything else
    /// it stays. Behind a character beyond ASCII it may be half of another one to a shell whose characters are not those
    /// of UTF-8, as in GBK, and then take no meaning from anything.
    fn double(&mut self, word: &mut Word) -> Result<(), Refusal> {
        let (at, opening) = (self.at(), self.rest);
        word.quoted = true;
        self.bump();
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.bump();
                    return Ok(());
                }
                '\\' if self.sees("\\\n") => return self.refuse(Code::Continuation, "\\"),
                '\\' if word.text.ends_with(|c: char| !c.is_ascii()) => {
                    return self.refuse(Code::NonAscii, clip(self.rest));
                }
                '\\' if self.next_is("$`\"\\") => {
                    self.bump();
                    if let Some(c) = self.peek() {
                        self.keep(word, c);
                    }
                }
                '\n' => return self.refuse(Code::QuotedNewline, "\n"),
                '!' if !self.next_is(" \t\"=") => return self.refuse(Code::History, clip(self.rest)),
                // At the end of the quotes there is no name for it to expand: it stands for itself, as in `"error$"`.
                '$' if self.sees("$\"") => self.keep(word, c),
                '$' if !self.sees("$(") => return self.refuse(Code::Expansion, clip(self.rest)),
                _ if is_text(c) && c != '$' && c != '`' => self.keep(word, c),
                _ => return self.unreadable(Code::Invisible),
            }
        }
        Err(Refusal::new(Code::Quote, clip(opening), at))
    }

    fn escaped(&mut self, word: &mut Word) -> Result<(), Refusal> {
        if self.sees("\\\n") {
            return self.refuse(Code::Continuation, "\\");
        }
        if !self.rest.chars().nth(1).is_some_and(|c| matches!(c, ' '..='~')) {
            return self.refuse(Code::Escape, clip(self.rest));
        }
        word.quoted = true;
        self.bump();
        if let Some(c) = self.peek() {
            self.keep(word, c);
        }
        Ok(())
    }

    /// `~` and `~/...` at the beginning are the home directory; behind `=` or `:` shells disagree; elsewhere it is a
    /// character.
    fn tilde(&mut self, word: &mut Word) -> Result<(), Refusal> {
        let begins = word.text.is_empty() && !word.quoted;
        if begins && self.next_is("/ \t\n;&|") {
            word.home = true;
        } else if begins || word.text.ends_with(['=', ':']) {
            return self.refuse(Code::Tilde, clip(self.rest));
        }
        self.keep(word, '~');
        Ok(())
    }

    /// Refuses the character that stands here; `otherwise` where it has no code of its own.
    fn unreadable<T>(&self, otherwise: Code) -> Result<T, Refusal> {
        let mut two = self.rest.chars();
        match (two.next(), two.next()) {
            (Some('$'), Some('(')) => self.refuse(Code::Substitution, "$("),
            (Some('$'), Some('\'' | '"')) => self.refuse(Code::DollarQuote, clip(self.rest)),
            (Some('$'), _) => self.refuse(Code::Expansion, clip(self.rest)),
            (Some('`'), _) => self.refuse(Code::Substitution, clip(self.rest)),
            (Some('\r'), _) => self.refuse(Code::CarriageReturn, "\r"),
            (Some(c), _) if c.is_control() => self.refuse(Code::Control, clip(self.rest)),
            _ => self.refuse(otherwise, clip(self.rest)),
        }
    }

    fn refuse<T>(&self, code: Code, token: &str) -> Result<T, Refusal> {
        Err(Refusal::new(code, token, self.at()))
    }

    fn keep(&mut self, word: &mut Word, c: char) {
        word.text.push(c);
        self.bump();
    }

    fn take(&mut self, token: Token) -> Token {
        self.bump();
        token
    }

    fn take_two(&mut self, token: Token) -> Token {
        self.bump();
        self.bump();
        token
    }

    fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn sees(&self, prefix: &str) -> bool {
        self.rest.starts_with(prefix)
    }

    /// Whether the character after this one is among `wanted`, or this one is the last.
    fn next_is(&self, wanted: &str) -> bool {
        self.rest.chars().nth(1).is_none_or(|c| wanted.contains(c))
    }

    fn bump(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }
}

/// What stands at the beginning of `rest`, up to the next blank: for a message.
fn clip(rest: &str) -> &str {
    rest.split([' ', '\t', '\n']).next().unwrap_or_default()
}

/// What may stand within quotes: everything that can be seen, blanks and tabs.
fn is_text(c: char) -> bool {
    matches!(c, '\t' | ' '..='~') || (!c.is_ascii() && !c.is_control() && !is_invisible(c))
}

/// Characters that are not seen, or that turn the direction of what follows.
const INVISIBLE: &[std::ops::RangeInclusive<u32>] = &[
    // Soft hyphen, grapheme joiner, Arabic letter mark, fillers and vowels without a body.
    0xad..=0xad,
    0x34f..=0x34f,
    0x61c..=0x61c,
    0x115f..=0x1160,
    0x17b4..=0x17b5,
    0x180b..=0x180f,
    0x3164..=0x3164,
    0xffa0..=0xffa0,
    // Zero-width, directions, separators of lines, invisible operators, byte order mark, annotations.
    0x200b..=0x200f,
    0x2028..=0x202e,
    0x2060..=0x206f,
    0xfeff..=0xfeff,
    0xfff0..=0xfffb,
    // Musical format, variation selectors, tags.
    0x1d173..=0x1d17a,
    0xfe00..=0xfe0f,
    0xe0000..=0xe0fff,
];

fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&u32::from(c)))
}
