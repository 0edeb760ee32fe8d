//! A strict recogniser for the shell commands that can be told apart without running a shell.
//!
//! What it accepts, every POSIX shell splits into the same commands and the same words; the tests hold it against
//! bash and dash. Everything else is refused with a code, the offending text and its position. It repairs nothing,
//! guesses nothing, knows no program and no path: which commands may run is for the plugin to say.
//!
//! Linear in the length of the text, and bounded: [`MAX_BYTES`], [`MAX_COMMANDS`], [`MAX_WORDS`].

mod lexer;
mod refusal;
#[cfg(test)]
mod tests;
mod word;

pub use refusal::{Code, Refusal};
pub use word::{Name, Word};

use lexer::{Lexer, Token};

/// The longest text that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;
/// The most commands in one text.
pub const MAX_COMMANDS: usize = 64;
/// The most words in one text, names of commands and targets of redirections included.
pub const MAX_WORDS: usize = 512;

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// How it hangs together with the command before it.
    pub connector: Connector,
    /// The program.
    pub name: Name,
    /// The words after the name, in order.
    pub words: Vec<Word>,
    /// The redirections, in order.
    pub redirections: Vec<Redirection>,
}

/// What stands between a command and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// Nothing: the first command.
    Start,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `;` or a newline.
    Then,
}

/// The redirections that are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirection {
    /// `2>&1`
    ErrorsToOutput,
    /// `>&2` or `1>&2`
    OutputToErrors,
    /// `> /dev/null`, `1> /dev/null` or `2> /dev/null`, also with `>>`.
    Discard,
    /// `< path`; the path is for the plugin to judge, and is never a pattern.
    Read(Word),
}

/// Splits `text` into commands, or says what stands in the way. The answer is never empty.
pub fn recognise(text: &str) -> Result<Vec<Command>, Refusal> {
    if text.len() > MAX_BYTES {
        return Err(Refusal::new(Code::TooLong, "", MAX_BYTES));
    }
    let mut parser = Parser { lexer: Lexer::new(text), done: Vec::new(), open: None, next: Connector::Start, words: 0 };
    while parser.step()? {}
    Ok(parser.done)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    done: Vec<Command>,
    open: Option<Command>,
    /// How the next command will hang together with the one before it.
    next: Connector,
    words: usize,
}

impl Parser<'_> {
    /// Takes one token; false at the end.
    fn step(&mut self) -> Result<bool, Refusal> {
        let (at, token) = self.lexer.token()?;
        match token {
            Token::Word(word) => self.word(word)?,
            Token::Redirect(redirection) => self.redirect(at, redirection)?,
            Token::And => self.connect(at, "&&", Connector::And)?,
            Token::Or => self.connect(at, "||", Connector::Or)?,
            Token::Pipe => self.connect(at, "|", Connector::Pipe)?,
            Token::Semicolon => self.connect(at, ";", Connector::Then)?,
            // Between commands and after an operator, newlines mean nothing.
            Token::Newline if self.open.is_none() => {}
            Token::Newline => self.connect(at, "\n", Connector::Then)?,
            Token::End => {
                self.end(at)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn word(&mut self, word: Word) -> Result<(), Refusal> {
        self.count(&word)?;
        match &mut self.open {
            Some(command) => command.words.push(word),
            None if self.done.len() == MAX_COMMANDS => {
                return Err(Refusal::new(Code::TooManyCommands, word.text(), word.at()));
            }
            None => {
                self.open = Some(Command {
                    connector: self.next,
                    name: Name::parse(&word)?,
                    words: Vec::new(),
                    redirections: Vec::new(),
                });
            }
        }
        Ok(())
    }

    fn redirect(&mut self, at: usize, redirection: Redirection) -> Result<(), Refusal> {
        if let Redirection::Read(path) = &redirection {
            self.count(path)?;
        }
        match &mut self.open {
            Some(command) => command.redirections.push(redirection),
            None => return Err(Refusal::new(Code::Empty, "", at)),
        }
        Ok(())
    }

    fn connect(&mut self, at: usize, token: &str, connector: Connector) -> Result<(), Refusal> {
        let Some(command) = self.open.take() else {
            return Err(Refusal::new(Code::Empty, token, at));
        };
        self.done.push(command);
        self.next = connector;
        Ok(())
    }

    fn end(&mut self, at: usize) -> Result<(), Refusal> {
        match (self.open.take(), self.next) {
            (Some(command), _) => self.done.push(command),
            (None, Connector::Then) => {}
            (None, _) => return Err(Refusal::new(Code::Empty, "", at)),
        }
        Ok(())
    }

    fn count(&mut self, word: &Word) -> Result<(), Refusal> {
        self.words += 1;
        if self.words > MAX_WORDS {
            return Err(Refusal::new(Code::TooManyWords, word.text(), word.at()));
        }
        Ok(())
    }
}
