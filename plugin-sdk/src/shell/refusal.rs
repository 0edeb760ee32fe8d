//! Why a text was not recognised: one code for each construct that some shell would give a meaning of its own.
//!
//! Codes are for programs and stay; sentences are for people and may improve. The offending text is cut short and made
//! printable before anybody sees it.

use std::fmt;

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// More than [`MAX_BYTES`](super::MAX_BYTES).
    TooLong,
    /// More than [`MAX_COMMANDS`](super::MAX_COMMANDS).
    TooManyCommands,
    /// More than [`MAX_WORDS`](super::MAX_WORDS).
    TooManyWords,
    /// A control character, NUL included.
    Control,
    /// A carriage return: a blank to some, a part of the word to others, Enter to a terminal.
    CarriageReturn,
    /// A character beyond ASCII outside quotes.
    NonAscii,
    /// A character that cannot be seen, or that turns the direction of writing.
    Invisible,
    /// `$name`, `${...}` and every other `$` outside single quotes.
    Expansion,
    /// `$(...)` or a backtick.
    Substitution,
    /// `$'...'` or `$"..."`.
    DollarQuote,
    /// `&` behind a command.
    Background,
    /// `(` or `)`: a subshell, a function or an extended pattern.
    Group,
    /// `{` or `}`: a group, or a brace expansion in some shells.
    Brace,
    /// `<<` or `<<<`.
    HereDocument,
    /// `<(...)` or `>(...)`.
    ProcessSubstitution,
    /// `>` or `>>` to anything but `/dev/null`.
    Write,
    /// A redirection that is not among the accepted ones.
    Redirection,
    /// `NAME=value` where a command should stand.
    Assignment,
    /// A backslash at the end of a line.
    Continuation,
    /// A backslash with nothing, or nothing printable, behind it.
    Escape,
    /// `#` at the beginning of a word.
    Comment,
    /// `!` where an interactive shell would look into its history.
    History,
    /// `~` in a place where shells disagree, or with a user's name.
    Tilde,
    /// A word with a meaning of its own, such as `if` or `time`.
    Reserved,
    /// A name that is not bare and not in `/bin` or `/usr/bin`.
    Name,
    /// A quote without its partner.
    Quote,
    /// A newline within quotes.
    QuotedNewline,
    /// No command where one should stand.
    Empty,
}

impl Code {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "shell.too-long",
            Self::TooManyCommands => "shell.too-many-commands",
            Self::TooManyWords => "shell.too-many-words",
            Self::Control => "shell.control",
            Self::CarriageReturn => "shell.carriage-return",
            Self::NonAscii => "shell.non-ascii",
            Self::Invisible => "shell.invisible",
            Self::Expansion => "shell.expansion",
            Self::Substitution => "shell.substitution",
            Self::DollarQuote => "shell.dollar-quote",
            Self::Background => "shell.background",
            Self::Group => "shell.group",
            Self::Brace => "shell.brace",
            Self::HereDocument => "shell.here-document",
            Self::ProcessSubstitution => "shell.process-substitution",
            Self::Write => "shell.write",
            Self::Redirection => "shell.redirection",
            Self::Assignment => "shell.assignment",
            Self::Continuation => "shell.continuation",
            Self::Escape => "shell.escape",
            Self::Comment => "shell.comment",
            Self::History => "shell.history",
            Self::Tilde => "shell.tilde",
            Self::Reserved => "shell.reserved",
            Self::Name => "shell.name",
            Self::Quote => "shell.quote",
            Self::QuotedNewline => "shell.quoted-newline",
            Self::Empty => "shell.empty",
        }
    }

    /// What the offending text is, to be read behind it.
    fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "the text is longer than 16 KiB",
            Self::TooManyCommands => "this is the 65th command, and 64 are read",
            Self::TooManyWords => "this is the 513th word, and 512 are read",
            Self::Control => "a control character",
            Self::CarriageReturn => "a carriage return",
            Self::NonAscii => "a character beyond ASCII outside quotes, or with a backslash behind it",
            Self::Invisible => "an invisible character",
            Self::Expansion => "an expansion, whose value cannot be known beforehand",
            Self::Substitution => "a command within the command",
            Self::DollarQuote => "a quote that only some shells know",
            Self::Background => "it would leave the command in the background",
            Self::Group => "a subshell, a function or an extended pattern",
            Self::Brace => "a group or a brace expansion",
            Self::HereDocument => "a here-document",
            Self::ProcessSubstitution => "a command within the command",
            Self::Write => "it writes to a file",
            Self::Redirection => "a redirection that is not among the accepted ones",
            Self::Assignment => "an assignment",
            Self::Continuation => "a backslash at the end of a line",
            Self::Escape => "a backslash with nothing printable behind it",
            Self::Comment => "a comment",
            Self::History => "an interactive shell would look into its history here",
            Self::Tilde => "shells disagree on a `~` in this place",
            Self::Reserved => "a word of the shell's own grammar",
            Self::Name => "not a plain name of a command",
            Self::Quote => "a quote without its partner",
            Self::QuotedNewline => "a newline within quotes",
            Self::Empty => "a command is missing here",
        }
    }

    /// What would be accepted instead.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::TooLong | Self::TooManyCommands | Self::TooManyWords => "send several shorter commands",
            Self::Control | Self::CarriageReturn | Self::Invisible => "send printable text, tabs and newlines only",
            Self::NonAscii => "put the text in single quotes",
            Self::Expansion | Self::DollarQuote => "write the value out, or put a literal `$` in single quotes",
            Self::Substitution | Self::ProcessSubstitution => "send the inner command first and use its output",
            Self::Background => "let the command end by itself, or join commands with `&&`, `||`, `;` or `|`",
            Self::Group | Self::Brace => "write the commands and words out, or put a literal bracket in single quotes",
            Self::HereDocument => "pipe the text in with `echo`",
            Self::Write | Self::Redirection => {
                "only `2>&1`, `>&2`, `> /dev/null`, `2> /dev/null` and `< path` are accepted, with a blank before them"
            }
            Self::Assignment => "write the value where it is used",
            Self::Continuation => "write the command on one line",
            Self::Escape => "put the text in single quotes",
            Self::Comment => "leave the comment out, or put a literal `#` in quotes",
            Self::History => "put the `!` in single quotes or a blank behind it",
            Self::Tilde => "write the path out, or begin the word with `~/`",
            Self::Reserved => "send simple commands joined by `&&`, `||`, `;` or `|`",
            Self::Name => "write the bare name of a command, unquoted",
            Self::Quote => "close the quote",
            Self::QuotedNewline => "keep quoted text on one line",
            Self::Empty => "put a simple command on both sides of an operator",
        }
    }
}

/// A text was not recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    code: Code,
    token: String,
    at: usize,
}

impl Refusal {
    pub(super) fn new(code: Code, token: &str, at: usize) -> Self {
        Self { code, token: printable(token), at }
    }

    /// What stands in the way.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The offending text, cut short and printable; empty where the text ends too early.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Where it begins, as a byte offset into what was read.
    pub fn at(&self) -> usize {
        self.at
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sentence, at) = (self.code.sentence(), self.at);
        match self.token.as_str() {
            "" => write!(f, "at position {at}: {sentence}"),
            token => write!(f, "`{token}` at position {at}: {sentence}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// At most 40 characters, the ones that a terminal would act on spelt out.
pub(crate) fn printable(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        match c {
            ' '..='~' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => out.extend(c.escape_default()),
        }
    }
    out
}
