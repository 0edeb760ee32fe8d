//! What a tool may do, told from its definition by fixed rules: a class, how bad it can get, what says so, and how sure that is.
//!
//! Pure, and not on the path of any call: `doorward scan` proposes a policy from it, and people decide. A definition is the
//! server's own word, so a rule only ever raises the class: the verb of a name is where it begins, and parameters, the
//! description and annotations add to it. What nothing speaks for is taken to change something.

mod family;
mod parameters;
mod recommend;
mod words;

use std::fmt;

use crate::json::Object;

pub use family::{Family, families};
pub use parameters::{Parameter, Role, parameters};
pub use recommend::{Listed, recommend};

use words::Word;

/// What a tool may do, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It only looks.
    Read,
    /// It changes something that can be changed back.
    Write,
    /// It runs what it is given, or starts what somebody else wrote.
    Execute,
    /// It takes away what nothing brings back.
    Destructive,
    /// It moves money.
    Financial,
}

/// How bad it can get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Little.
    Low,
    /// Something.
    Medium,
    /// Much.
    High,
    /// Everything.
    Critical,
}

/// How sure a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Nothing speaks for it, or the definition contradicts itself.
    Low,
    /// One thing speaks for it.
    Medium,
    /// Several things do.
    High,
}

/// What is known of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// What it may do.
    pub class: Class,
    /// How bad it can get.
    pub severity: Severity,
    /// How sure that is.
    pub confidence: Confidence,
    /// What says so.
    pub evidence: Vec<Evidence>,
}

/// Something that speaks for a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it stands.
    pub place: Place,
    /// What stands there.
    pub word: String,
    /// What it speaks for; `None` if only for a severity.
    pub class: Option<Class>,
}

/// Where in a definition something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the name.
    Name,
    /// In the description.
    Description,
    /// Among the parameters.
    Parameter,
    /// Among the annotations, which are the server's own claim.
    Annotation,
}

/// How much of a description is read, in characters.
const DESCRIPTION: usize = 2000;

/// What a definition says of a tool's risk.
pub fn classify(definition: &Object) -> Risk {
    let name = definition.text("name").unwrap_or_default();
    let tokens = words::tokens(name);
    let description: String = definition.text("description").unwrap_or_default().chars().take(DESCRIPTION).collect();
    let parameters = parameters(definition);
    let verb = words::verb(&tokens);
    let mut evidence = Vec::new();
    if let Some((word, class)) = verb {
        evidence.push(Evidence { place: Place::Name, word: word.to_owned(), class: Some(class) });
    }
    let reads = verb.is_some_and(|(_, class)| class == Class::Read);
    let ends = verb.is_some_and(|(word, _)| words::ends(word));
    add_nouns(&tokens, reads || ends, &mut evidence);
    add_parameters(&tokens, &parameters, reads, &mut evidence);
    add_description(&description, &mut evidence);
    let begun = evidence.iter().filter_map(|evidence| evidence.class).max();
    add_annotations(definition, begun.unwrap_or(Class::Write), &mut evidence);

    let class = evidence.iter().filter_map(|evidence| evidence.class).max().unwrap_or(Class::Write);
    let confidence = confidence(class, verb.map(|(_, class)| class), &evidence);
    let severity = severity(class, &tokens, &parameters, &evidence);
    Risk { class, severity, confidence, evidence }
}

/// Words of the name that say what is acted on. A mild verb only looks at it, or ends it.
fn add_nouns(tokens: &[String], mild: bool, evidence: &mut Vec<Evidence>) {
    for token in tokens {
        let class = match words::noun(token) {
            // To look at charges moves no money, and to cancel a command runs nothing.
            Some(_) if mild => None,
            Some(Word::Means(class)) => Some(class),
            Some(Word::Weighs) => None,
            None => continue,
        };
        evidence.push(Evidence { place: Place::Name, word: token.clone(), class });
    }
}

fn add_parameters(tokens: &[String], parameters: &[Parameter], reads: bool, evidence: &mut Vec<Evidence>) {
    let has = |role: Role| parameters.iter().any(|parameter| parameter.role == role);
    let database = tokens.iter().any(|token| words::is_database(token)) || has(Role::Database);
    let sends = has(Role::Url) || has(Role::Host);
    for parameter in parameters {
        let class = match parameter.role {
            Role::Command | Role::Script | Role::Program | Role::Arguments => Some(Class::Execute),
            Role::Query if database => Some(Class::Execute),
            Role::Output | Role::Content => Some(Class::Write),
            Role::Payload | Role::Method if sends => Some(Class::Write),
            Role::Amount if has(Role::Currency) && !reads => Some(Class::Financial),
            Role::Repeat if has(Role::Command) => None,
            Role::Secret | Role::Url | Role::Host | Role::Path | Role::Force => None,
            _ => continue,
        };
        evidence.push(Evidence { place: Place::Parameter, word: parameter.pointer.clone(), class });
    }
}

/// What the description begins with, and what it says outright, wherever that stands.
fn add_description(description: &str, evidence: &mut Vec<Evidence>) {
    let lower = description.to_lowercase();
    let first = lower.split(|letter: char| !letter.is_alphanumeric()).find(|word| !word.is_empty());
    if let Some((word, class)) = first.and_then(words::leading_verb) {
        evidence.push(Evidence { place: Place::Description, word: word.to_owned(), class: Some(class) });
    }
    for (phrase, class) in words::PHRASES {
        if lower.contains(phrase) {
            evidence.push(Evidence { place: Place::Description, word: phrase.to_owned(), class: Some(class) });
        }
    }
}

/// Annotations are claims: those that raise are taken, and none of those that lower.
fn add_annotations(definition: &Object, so_far: Class, evidence: &mut Vec<Evidence>) {
    let Some(annotations) = definition.object("annotations") else { return };
    let says = |name: &str| annotations.get(name).and_then(crate::json::Value::as_bool);
    let mut add = |word: &str, class| {
        evidence.push(Evidence { place: Place::Annotation, word: word.to_owned(), class });
    };
    match (says("readOnlyHint"), says("destructiveHint")) {
        (Some(true), _) if so_far > Class::Read => add("readOnlyHint, which the rest contradicts", None),
        (Some(true), _) => add("readOnlyHint", Some(Class::Read)),
        (_, Some(true)) => add("destructiveHint", Some(Class::Destructive)),
        (Some(false), _) => add("readOnlyHint: false", Some(Class::Write)),
        (None, _) => {}
    }
    if says("openWorldHint") == Some(true) {
        add("openWorldHint", None);
    }
}

fn confidence(class: Class, verb: Option<Class>, evidence: &[Evidence]) -> Confidence {
    let mut places: Vec<Place> = Vec::new();
    for found in evidence.iter().filter(|found| found.class == Some(class)) {
        if !places.contains(&found.place) {
            places.push(found.place);
        }
    }
    match (places.len(), verb) {
        (0, _) => Confidence::Low,
        (_, Some(Class::Read)) if class > Class::Read => Confidence::Low,
        (1, _) => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn severity(class: Class, tokens: &[String], parameters: &[Parameter], evidence: &[Evidence]) -> Severity {
    let has = |role: Role| parameters.iter().any(|parameter| parameter.role == role);
    let weighs = tokens.iter().any(|token| matches!(words::noun(token), Some(Word::Weighs)));
    let open = has(Role::Url) || has(Role::Host) || evidence.iter().any(|found| found.word == "openWorldHint");
    match class {
        Class::Financial => Severity::Critical,
        Class::Destructive if has(Role::Force) || tokens.iter().any(|token| token == "all") => Severity::Critical,
        Class::Execute if has(Role::Command) || has(Role::Script) => Severity::Critical,
        Class::Destructive | Class::Execute => Severity::High,
        Class::Write if weighs || has(Role::Secret) || has(Role::Repeat) || (open && has(Role::Path)) => Severity::High,
        Class::Write => Severity::Medium,
        Class::Read if weighs || has(Role::Secret) => Severity::High,
        Class::Read if open || has(Role::Path) => Severity::Medium,
        Class::Read => Severity::Low,
    }
}

impl Class {
    /// The word, for tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Destructive => "destructive",
            Self::Financial => "financial",
        }
    }
}

impl Severity {
    /// The word, for tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Confidence {
    /// The word, for tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::Name => "name",
            Place::Description => "description",
            Place::Parameter => "parameter",
            Place::Annotation => "annotation",
        };
        write!(f, "{place} `{}`", self.word)
    }
}

#[cfg(test)]
mod tests;
