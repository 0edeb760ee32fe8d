//! Codes: what kind of finding something is, under a name that stays.

use super::Severity;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name, for programs and for people who look it up.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub about: &'static str,
}

/// What can be wrong with any file that people write.
pub const CODES: [Code; 9] = [SYNTAX, TWICE, UNKNOWN, MISSING, KIND, WORD, WRONG, DOUBTFUL, MORE];

pub(super) const SYNTAX: Code = Code { name: "json.syntax", about: "The text is no JSON with comments." };
pub(super) const TWICE: Code = Code { name: "key.twice", about: "A key is written twice in one object." };
pub(super) const UNKNOWN: Code = Code { name: "key.unknown", about: "Nothing reads this key." };
pub(super) const MISSING: Code = Code { name: "key.missing", about: "A key that must be there is not." };
pub(super) const KIND: Code = Code { name: "value.type", about: "A value is of another type than its key takes." };
pub(super) const WORD: Code = Code { name: "value.word", about: "A word is none of those that its key takes." };
pub(super) const WRONG: Code = Code { name: "value.wrong", about: "A value cannot be used; the message says why." };
pub(super) const DOUBTFUL: Code = Code { name: "value.doubtful", about: "A value works, and is probably not meant." };
pub(super) const MORE: Code = Code { name: "findings.more", about: "More was found than is shown." };

impl Code {
    /// The code of what is nothing more particular.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Warning => DOUBTFUL,
            Severity::Error => WRONG,
        }
    }
}
