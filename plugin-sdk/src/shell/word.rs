//! Words and names of commands: what a shell hands to a program, and what it would still do to it first.
//!
//! A word that is neither a pattern nor in the home directory reaches the program as its text, byte for byte. The
//! other two depend on the machine, so they say so, and the plugin decides.

use super::refusal::{Code, Refusal};

/// One word, with its quotes removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub(super) text: String,
    pub(super) at: usize,
    pub(super) home: bool,
    pub(super) quoted: bool,
    pub(super) wild: Vec<usize>,
}

impl Word {
    /// The word as the program gets it, before the shell expands a pattern or `~`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the word begins, as a byte offset into what was read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether the word is `~` or begins with `~/`, unquoted: the shell puts the home directory there.
    pub fn in_home(&self) -> bool {
        self.home
    }

    /// Whether the word has an unquoted `*`, `?` or `[`: the shell puts the matching file names there, if there are
    /// any.
    pub fn is_pattern(&self) -> bool {
        !self.wild.is_empty()
    }

    /// The byte offsets, within the text, of the unquoted `*`, `?` and `[`.
    pub fn wild(&self) -> &[usize] {
        &self.wild
    }

    /// Whether the word is a pattern that can only become one name: every wild part is a class of one letter or
    /// digit, as in `[n]ginx`.
    pub fn is_one_choice(&self) -> bool {
        let is_single = |at: &usize| {
            let class = self.text.get(*at..).and_then(|rest| rest.strip_prefix('['));
            class.is_some_and(|class| {
                class.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && class.get(1..).is_some_and(|rest| rest.starts_with(']'))
            })
        };
        !self.home && self.is_pattern() && self.wild.iter().all(is_single)
    }

    /// Whether the program gets exactly the text, whatever the machine.
    pub fn is_plain(&self) -> bool {
        !self.home && self.wild.is_empty()
    }
}

/// The name of a command: bare, or in `/bin`, `/sbin`, `/usr/bin` or `/usr/sbin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    bare: String,
    at: usize,
}

/// Words that the grammar of some shell gives a meaning of their own where a command could stand.
const RESERVED: &[&str] = &[
    "!",
    "[[",
    "]]",
    "{",
    "}",
    "case",
    "coproc",
    "do",
    "done",
    "elif",
    "else",
    "end",
    "esac",
    "fi",
    "for",
    "foreach",
    "function",
    "if",
    "in",
    "namespace",
    "nocorrect",
    "repeat",
    "select",
    "then",
    "time",
    "until",
    "while",
];

/// Where the programs of the system are, which only the superuser can put there.
const DIRECTORIES: &[&str] = &["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"];

impl Name {
    /// The name without its directory.
    pub fn as_str(&self) -> &str {
        &self.bare
    }

    /// Where the name begins, as a byte offset into what was read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The name that a word is where a command could stand.
    pub fn parse(word: &Word) -> Result<Self, Refusal> {
        let refuse = |code| Err(Refusal::new(code, &word.text, word.at));
        if RESERVED.contains(&word.text.as_str()) {
            return refuse(Code::Reserved);
        }
        if is_assignment(&word.text) {
            return refuse(Code::Assignment);
        }
        let is_test = word.text == "[";
        if word.quoted || word.home || (word.is_pattern() && !is_test) {
            return refuse(Code::Name);
        }
        let bare = DIRECTORIES.iter().find_map(|directory| word.text.strip_prefix(directory)).unwrap_or(&word.text);
        if !is_test && !is_bare(bare) {
            return refuse(Code::Name);
        }
        Ok(Self { bare: bare.to_owned(), at: word.at })
    }
}

fn is_bare(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.+".contains(c))
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        let name = name.split('[').next().unwrap_or_default();
        let name = name.strip_suffix('+').unwrap_or(name);
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
