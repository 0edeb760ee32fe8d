//! JSON with comments, for files that people write: every value keeps its place, and every mistake becomes a finding.
//!
//! The grammar is the `jsonc-parser` crate's, with its liberties (trailing and missing commas, single quotes and so on)
//! switched off. A reader asks a [`Fields`] for the keys that it knows; what nobody asked for is an unknown key.

mod code;
mod lines;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Number, Object, Value};

pub use code::{CODES, Code};
use lines::Lines;

/// How many errors, and how many warnings, are told of one file: the rest would say the same.
const TOLD: usize = 1000;
/// With how many words one that is not known is compared.
const COMPARED: usize = 5000;

/// A place in a file, in bytes.
pub type Span = Range<usize>;

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// What to call it in messages: its path.
    pub name: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// Its lines, once somebody asks for a place.
    lines: Arc<OnceLock<Lines>>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its text.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, its members in their order.
    Object(Vec<Entry>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub name: String,
    /// Where the key stands.
    pub span: Span,
    /// The value.
    pub node: Node,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works, but is probably not what was meant.
    Warning,
    /// Does not work: nothing of the file is used.
    Error,
}

/// Something wrong, where, and what to do about it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub source: Source,
    /// The place in the file.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

/// Collects the findings of one file while it is read.
#[derive(Debug)]
pub struct Report {
    source: Source,
    findings: Vec<Finding>,
    /// How many warnings, and how many errors, were found in the file itself.
    counts: [usize; 2],
}

/// The members of one object that have not been asked for yet.
pub struct Fields<'n> {
    entries: &'n [Entry],
    known: Vec<&'static str>,
    span: Span,
}

impl Source {
    /// A file called `name` that holds `text`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), lines: Arc::default() }
    }

    /// Line and column of a byte, both counted from 1; columns count characters.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        self.lines().place(&self.text, offset)
    }

    /// Where a line begins and where it ends, its newline included; lines count from 1.
    pub fn line(&self, number: usize) -> Span {
        let (start, end) = self.lines().bounds(&self.text, number);
        start..end
    }

    /// How many lines there are.
    pub fn count_lines(&self) -> usize {
        self.lines().len()
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }
}

impl Finding {
    /// Line and column, both counted from 1; columns count characters.
    pub fn place(&self) -> (usize, usize) {
        self.source.place(self.span.start)
    }

    /// Line and column of what follows it.
    pub fn end(&self) -> (usize, usize) {
        self.source.place(self.span.end)
    }
}

impl Severity {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Warning, Self::Error];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Report {
    /// Nothing found yet.
    pub fn new(source: Source) -> Self {
        Self { source, findings: Vec::new(), counts: [0; 2] }
    }

    /// The file.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Reads the whole file; a text that is no JSON is a finding.
    pub fn parse(&mut self) -> Option<Node> {
        let options = ParseOptions {
            allow_comments: true,
            allow_loose_object_property_names: false,
            allow_trailing_commas: true,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let text = Arc::clone(&self.source.text);
        match parse_to_ast(&text, &CollectOptions::default(), &options) {
            Ok(parsed) => match parsed.value {
                Some(value) => Some(self.node(value)),
                None => {
                    self.error_of(code::MISSING, 0..0, "the file is empty", Some("write at least `{}`".to_owned()));
                    None
                }
            },
            Err(error) => {
                let range = error.range();
                self.error_of(code::SYNTAX, range.start..range.end, format!("no valid JSON: {}", error.kind()), None);
                None
            }
        }
    }

    /// Notes an error.
    pub fn error(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.note(Severity::Error, Code::of(Severity::Error), span, message.into(), help);
    }

    /// Notes an error of a kind of its own.
    pub fn error_of(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        self.note(Severity::Error, code, span, message.into(), help);
    }

    /// Notes a warning.
    pub fn warn(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.note(Severity::Warning, Code::of(Severity::Warning), span, message.into(), help);
    }

    /// Notes a warning of a kind of its own.
    pub fn warn_of(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        self.note(Severity::Warning, code, span, message.into(), help);
    }

    /// Whether one error more would still be told: what is dear to say need not be found out for the others.
    pub fn has_room(&self) -> bool {
        let [_, errors] = self.counts;
        errors < TOLD
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Takes over what was found in another file.
    pub fn append(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    /// What was found, in the order of the file.
    pub fn into_findings(mut self) -> Vec<Finding> {
        for (severity, count) in Severity::ALL.into_iter().zip(self.counts) {
            if let Some(more @ 1..) = count.checked_sub(TOLD) {
                let end = self.source.text.len();
                let (source, message) = (self.source.clone(), format!("{more} {}s more were found", severity.name()));
                let help = Some("mend those that are told first".to_owned());
                self.findings.push(Finding { code: code::MORE, severity, source, span: end..end, message, help });
            }
        }
        self.findings.sort_by(|a, b| (&a.source.name, a.span.start).cmp(&(&b.source.name, b.span.start)));
        self.findings
    }

    /// Opens an object.
    pub fn fields<'n>(&mut self, node: &'n Node) -> Option<Fields<'n>> {
        match &node.kind {
            Kind::Object(entries) => Some(Fields { entries, known: Vec::new(), span: node.span.clone() }),
            _ => self.expected("an object", node),
        }
    }

    /// Opens an array.
    pub fn elements<'n>(&mut self, node: &'n Node) -> Option<&'n [Node]> {
        match &node.kind {
            Kind::Array(elements) => Some(elements),
            _ => self.expected("an array", node),
        }
    }

    /// Opens an object whose keys are names that the user chose.
    pub fn entries<'n>(&mut self, node: &'n Node) -> Option<&'n [Entry]> {
        match &node.kind {
            Kind::Object(entries) => Some(entries),
            _ => self.expected("an object", node),
        }
    }

    /// Reads a string.
    pub fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        match &node.kind {
            Kind::Text(text) => Some(text),
            _ => self.expected("a string", node),
        }
    }

    /// Reads `true` or `false`.
    pub fn boolean(&mut self, node: &Node) -> Option<bool> {
        match &node.kind {
            Kind::Bool(truth) => Some(*truth),
            _ => self.expected("`true` or `false`", node),
        }
    }

    /// Reads a whole number that is not negative.
    pub fn count(&mut self, node: &Node) -> Option<u64> {
        match &node.kind {
            Kind::Number(text) if text.parse::<u64>().is_ok() => text.parse().ok(),
            _ => self.expected("a whole number", node),
        }
    }

    /// Reads one of a few words.
    pub fn one_of<T: Copy>(&mut self, node: &Node, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(node)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{text}` is not one of {}", quoted(&known));
        self.error_of(
            code::WORD,
            node.span.clone(),
            message,
            nearest(text, &known).map(|word| format!("did you mean `{word}`?")),
        );
        None
    }

    fn expected<T>(&mut self, what: &str, node: &Node) -> Option<T> {
        self.error_of(code::KIND, node.span.clone(), format!("expected {what}, found {}", node.found()), None);
        None
    }

    fn note(&mut self, severity: Severity, code: Code, span: Span, message: String, help: Option<String>) {
        let [warnings, errors] = &mut self.counts;
        let count = if severity == Severity::Error { errors } else { warnings };
        *count += 1;
        if *count <= TOLD {
            self.findings.push(Finding { code, severity, source: self.source.clone(), span, message, help });
        }
    }

    fn node(&mut self, value: ast::Value<'_>) -> Node {
        let range = value.range();
        let span = range.start..range.end;
        let kind = match value {
            ast::Value::NullKeyword(_) => Kind::Null,
            ast::Value::BooleanLit(literal) => Kind::Bool(literal.value),
            ast::Value::NumberLit(literal) => Kind::Number(literal.value.to_owned()),
            ast::Value::StringLit(literal) => Kind::Text(literal.value.into_owned()),
            ast::Value::Array(array) => {
                Kind::Array(array.elements.into_iter().map(|element| self.node(element)).collect())
            }
            ast::Value::Object(object) => Kind::Object(self.members(object)),
        };
        Node { span, kind }
    }

    fn members(&mut self, object: ast::Object<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
        let mut names = HashSet::with_capacity(object.properties.len());
        for property in object.properties {
            let range = property.name.range();
            let span = range.start..range.end;
            let name = property.name.into_string();
            if !names.insert(name.clone()) {
                self.error_of(
                    code::TWICE,
                    span,
                    format!("`{name}` is written twice"),
                    Some("keep one of them".to_owned()),
                );
                continue;
            }
            let node = self.node(property.value);
            entries.push(Entry { name, span, node });
        }
        entries
    }
}

impl<'n> Fields<'n> {
    /// The value of a key that may be left out.
    pub fn get(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.push(name);
        self.entries.iter().find(|entry| entry.name == name).map(|entry| &entry.node)
    }

    /// The value of a key that must be there.
    pub fn need(&mut self, name: &'static str, report: &mut Report) -> Option<&'n Node> {
        let found = self.get(name);
        if found.is_none() {
            let start = self.span.start;
            let help = Some(format!("add `\"{name}\": …` here"));
            report.error_of(code::MISSING, start..start + 1, format!("`{name}` is missing"), help);
        }
        found
    }

    /// Where the object stands.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Ends the reading: every key that nobody asked for is an error.
    pub fn finish(self, report: &mut Report) {
        for entry in self.entries {
            if self.known.contains(&entry.name.as_str()) {
                continue;
            }
            let help = match nearest(&entry.name, &self.known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys here are {}", quoted(&self.known)),
            };
            report.error_of(code::UNKNOWN, entry.span.clone(), format!("unknown key `{}`", entry.name), Some(help));
        }
    }
}

impl Node {
    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(truth) => Value::Bool(*truth),
            Kind::Number(text) => Value::Number(Number::from_scanned(text)),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Array(elements) => Value::Array(elements.iter().map(Self::to_value).collect()),
            Kind::Object(entries) => {
                let members = entries.iter().map(|entry| (entry.name.clone(), entry.node.to_value()));
                Value::Object(Object::from_scanned(members.collect()))
            }
        }
    }

    fn found(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }
}

/// The word that was most probably meant, if one is near. Of very many words only the first are looked at.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    let most = 1 + word.len() / 4;
    // What is much longer or shorter is never near, and need not be compared.
    let near = known.iter().take(COMPARED).filter(|known| known.len().abs_diff(word.len()) <= 4 * most);
    let distances = near.map(|known| (strsim::damerau_levenshtein(word, known), *known));
    let (distance, near) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= most).then_some(near)
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
