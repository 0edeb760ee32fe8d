//! What the recogniser accepts, an unrelated parser for bash must read as the same commands and words.
//!
//! It may not decide: it takes exponential time on unclosed parentheses. What is refused is not shown to it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod shells {
    pub(crate) mod samples;
}

use brush_parser::ast::{AndOr, Command, CommandPrefixOrSuffixItem, Pipeline, SimpleCommand};
use brush_parser::word::{self, TildeExpr, WordPiece, WordPieceWithSource};
use brush_parser::{Parser, ParserOptions};
use doorward_plugin::shell::recognise;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Name and words, redirections left out.
type Words = Vec<String>;

#[test]
fn random_texts_that_are_accepted_are_read_alike() {
    compare(&shells::samples::soup(), 60_000, 5_000);
}

#[test]
fn well_formed_texts_are_read_alike() {
    compare(&shells::samples::well_formed(), 10_000, 10_000);
}

#[test]
fn curated_texts_are_read_alike() {
    for text in shells::samples::CURATED {
        assert!(check(text), "{text:?} is accepted");
    }
}

fn compare(strategy: &impl Strategy<Value = String>, count: usize, least: usize) {
    let mut runner = TestRunner::deterministic();
    let texts = (0..count).map(|_| strategy.new_tree(&mut runner).expect("a text is drawn").current());
    let accepted = texts.filter(|text| check(text)).count();
    println!("{accepted} of {count} texts accepted, and read alike");
    assert!(accepted >= least, "only {accepted} of {count} texts were accepted");
}

/// Compares a text that is accepted; false where it is not.
fn check(text: &str) -> bool {
    let Ok(commands) = recognise(text) else { return false };
    let ours: Vec<Words> = commands
        .iter()
        .map(|command| {
            let words = command.words.iter().map(|word| word.text().to_owned());
            std::iter::once(command.name.as_str().to_owned()).chain(words).collect()
        })
        .collect();
    assert_eq!(Some(ours), opinion(text), "{text:?}");
    true
}

/// The commands as the parser reads them; none where it finds anything but simple commands.
fn opinion(text: &str) -> Option<Vec<Words>> {
    let options = ParserOptions::default();
    let program = Parser::new(text.as_bytes(), &options).parse_program().ok()?;
    let mut all = Vec::new();
    for item in program.complete_commands.iter().flat_map(|list| &list.0) {
        let more = item.0.additional.iter().map(|next| match next {
            AndOr::And(pipeline) | AndOr::Or(pipeline) => pipeline,
        });
        for pipeline in std::iter::once(&item.0.first).chain(more) {
            all.extend(words_of(pipeline, &options)?);
        }
    }
    Some(all)
}

fn words_of(pipeline: &Pipeline, options: &ParserOptions) -> Option<Vec<Words>> {
    let is_plain = pipeline.timed.is_none() && !pipeline.bang;
    let commands = pipeline.seq.iter().map(|command| match command {
        Command::Simple(command) if command.prefix.is_none() => simple(command, options),
        _ => None,
    });
    commands.collect::<Option<_>>().filter(|_| is_plain)
}

fn simple(command: &SimpleCommand, options: &ParserOptions) -> Option<Words> {
    let mut words = vec![text_of(&command.word_or_name.as_ref()?.value, options)?];
    for item in command.suffix.iter().flat_map(|suffix| &suffix.0) {
        match item {
            CommandPrefixOrSuffixItem::Word(word) | CommandPrefixOrSuffixItem::AssignmentWord(_, word) => {
                words.push(text_of(&word.value, options)?);
            }
            CommandPrefixOrSuffixItem::IoRedirect(_) => {}
            CommandPrefixOrSuffixItem::ProcessSubstitution(..) => return None,
        }
    }
    Some(words)
}

fn text_of(word: &str, options: &ParserOptions) -> Option<String> {
    joined(&word::parse(word, options).ok()?)
}

fn joined(pieces: &[WordPieceWithSource]) -> Option<String> {
    pieces
        .iter()
        .map(|piece| match &piece.piece {
            WordPiece::Text(text) | WordPiece::SingleQuotedText(text) => Some(text.clone()),
            WordPiece::DoubleQuotedSequence(pieces) => joined(pieces),
            WordPiece::EscapeSequence(text) => text.strip_prefix('\\').map(str::to_owned),
            WordPiece::TildeExpansion(TildeExpr::Home) => Some("~".to_owned()),
            _ => None,
        })
        .collect()
}
