//! The two interpreters that operators cut text with: with programs of a closed grammar, and never with another one.

use crate::rule::Kind::{Awk, AwkSetting, Read, Sed, Text};
use crate::rule::{Rule, Style, any, rule};

pub(super) const RULES: &[Rule] = &[
    // Neither `-f`, `-i` and `-E`, which read programs, nor `-o` and `-p`, which write.
    Rule {
        takes: &[("-F", Text), ("-v", AwkSetting)],
        first: Some((Awk, "")),
        rest: any(Read),
        style: Style::Early,
        ..rule("awk gawk mawk nawk")
    },
    // Neither `-i`, which writes, nor `-f`, which reads a program.
    Rule {
        flags: "-n -E -r -u -z -s --quiet --silent --regexp-extended --unbuffered --null-data --separate",
        takes: &[("-e --expression", Sed)],
        first: Some((Sed, "-e --expression")),
        rest: any(Read),
        ..rule("sed")
    },
];
