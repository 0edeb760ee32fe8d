//! Programs that run the command behind them and change nothing in it: that command is judged as if it stood alone.
//!
//! `sudo` changes who runs it, which only the settings can allow.

use crate::rule::Kind::{Count, Name, OneOf, Plain};
use crate::rule::{Rule, Style, rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-p -f -v --preserve-status --foreground --verbose",
        takes: &[("-k --kill-after", Count), ("-s --signal", Name)],
        first: Some((Count, "")),
        style: Style::Prefix,
        ..rule("timeout")
    },
    Rule { takes: &[("-n --adjustment", Count)], digits: true, style: Style::Prefix, ..rule("nice") },
    // Not `-p`, which is for processes that run already.
    Rule {
        flags: "-t --ignore",
        takes: &[("-c --class", OneOf("1 2 3 realtime best-effort idle")), ("-n --classdata", Count)],
        style: Style::Prefix,
        ..rule("ionice")
    },
    Rule { takes: &[("-i -o -e --input --output --error", OneOf("L 0"))], style: Style::Prefix, ..rule("stdbuf") },
    // No flags and no assignments, so that it does nothing at all.
    Rule { style: Style::Prefix, ..rule("env") },
    // Neither `-i` and `-s`, which start a shell, nor `-e`, which edits, nor what keeps or sets an environment.
    Rule {
        flags: "-n -H --non-interactive --set-home",
        takes: &[("-u --user -g --group", Plain)],
        style: Style::Prefix,
        ..rule("sudo")
    },
];
