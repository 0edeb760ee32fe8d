//! Holds the recogniser against real shells: what it accepts, bash and dash must split into the same words.
//!
//! No command is ever run. The names in the generated texts are functions that print their arguments, `PATH` leads
//! nowhere, files cannot grow, and the alphabet spells no builtin. `DOORWARD_SHELL_SAMPLES` raises the number of
//! texts and draws fresh ones.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "starts real shells, as often as asked")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod shells {
    pub(crate) mod expected;
    pub(crate) mod samples;
    pub(crate) mod shell;
}

use doorward_plugin::shell::{Command, Redirection, recognise};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use shells::expected::expected;
use shells::shell::{SHELLS, Shell};

const BATCH: usize = 1000;

#[test]
fn random_texts_that_are_accepted_split_alike_in_every_shell() {
    // Of a soup of tokens about a seventh is accepted.
    compare(&shells::samples::soup(), 60_000, 5_000);
}

#[test]
fn well_formed_texts_are_accepted_and_split_alike_in_every_shell() {
    compare(&shells::samples::well_formed(), 10_000, 10_000);
}

#[test]
fn curated_texts_split_alike_in_every_shell() {
    let accepted = check(shells::samples::CURATED.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(accepted, shells::samples::CURATED.len(), "every curated text is accepted");
}

/// Draws `count` texts; at least `least` of them must be accepted, or the comparison proves nothing.
fn compare(strategy: &impl Strategy<Value = String>, count: usize, least: usize) {
    let asked = std::env::var("DOORWARD_SHELL_SAMPLES").ok().and_then(|count| count.parse().ok());
    let mut runner = match asked {
        Some(_) => TestRunner::default(),
        None => TestRunner::deterministic(),
    };
    let (count, least) = (asked.unwrap_or(count), least * asked.unwrap_or(count) / count);
    let mut accepted = 0;
    for _ in 0..count.div_ceil(BATCH) {
        let draw = |_| strategy.new_tree(&mut runner).expect("a text is drawn").current();
        accepted += check((0..BATCH).map(draw).collect());
    }
    println!("{accepted} of {count} texts accepted, and split alike by {}", SHELLS.map(|shell| shell.title).join(", "));
    assert!(accepted >= least, "only {accepted} of {count} texts were accepted");
}

/// Compares the texts that are accepted in every shell there is, and counts them.
fn check(texts: Vec<String>) -> usize {
    let accepted: Vec<_> = texts
        .into_iter()
        .filter_map(|text| recognise(&text).ok().map(|commands| (text, commands)))
        .filter(|(_, commands)| commands.iter().all(is_comparable))
        .collect();
    for shell in SHELLS.iter().filter(|shell| shell.is_there()) {
        let seen = Shell::run(shell, &accepted);
        for ((text, commands), seen) in accepted.iter().zip(&seen) {
            assert_eq!(&expected(commands), seen, "{} on {text:?}", shell.title);
        }
        assert_eq!(seen.len(), accepted.len(), "{} stopped at {:?}", shell.title, accepted.get(seen.len()));
    }
    accepted.len()
}

/// Whether the shells would run it: the name is one of the functions, and no file is read that may not be there.
fn is_comparable(command: &Command) -> bool {
    let reads_nothing = command.redirections.iter().all(|redirection| match redirection {
        Redirection::Read(path) => path.text() == "/dev/null",
        _ => true,
    });
    reads_nothing && ["p0", "p1", "f0", "f1"].contains(&command.name.as_str())
}
