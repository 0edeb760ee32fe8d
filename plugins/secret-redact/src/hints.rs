//! Where a text has one of the words that rules begin with. Every letter of every reply is looked at here, and of most
//! replies nowhere else.

use crate::find::Broken;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, StartKind};
use std::ops::Range;

/// Each letter has to wait for what the one before it led to. So a long text is looked at in several places at once, which do
/// not wait for each other: in so many lanes of so many bytes.
const LANES: usize = 4;
const LANE: usize = 1 << 10;

/// The hints of all rules, in whatever case.
#[derive(Debug)]
pub(crate) struct Hints {
    automaton: DFA,
    start: StateID,
    longest: usize,
    /// The rule of each hint.
    owners: Vec<usize>,
}

impl Hints {
    /// Of hints, each with its rule.
    pub(crate) fn new(hints: &[(&str, usize)]) -> Result<Self, Broken> {
        let mut builder = DFA::builder();
        let builder = builder.ascii_case_insensitive(true).start_kind(StartKind::Unanchored);
        let automaton = builder.build(hints.iter().map(|(hint, _)| hint)).map_err(|_| Broken)?;
        let start = automaton.start_state(Anchored::No).map_err(|_| Broken)?;
        let longest = automaton.max_pattern_len();
        Ok(Self { automaton, start, longest, owners: hints.iter().map(|(_, owner)| *owner).collect() })
    }

    /// Tells the rule and the place of each hint in the text, also of those within others; what ends first comes first.
    pub(crate) fn each(&self, text: &str, mut tell: impl FnMut(usize, Range<usize>)) {
        let (blocks, rest) = text.as_bytes().as_chunks::<{ LANES * LANE }>();
        let mut state = self.start;
        for (index, block) in blocks.iter().enumerate() {
            state = self.side_by_side(state, index * LANES * LANE, block, &mut tell);
        }
        self.one_by_one(state, text.len() - rest.len(), rest, &mut tell);
    }

    /// The block that begins at `at`; from a state to that in which it ends.
    fn side_by_side(
        &self,
        state: StateID,
        at: usize,
        block: &[u8; LANES * LANE],
        tell: &mut impl FnMut(usize, Range<usize>),
    ) -> StateID {
        let (lanes, _) = block.as_chunks::<LANE>();
        let [one, two, three, four] = lanes else { return state };
        let mut states = [state, self.start, self.start, self.start];
        let mut found = Vec::new();
        for (index, (((a, b), c), d)) in one.iter().zip(two).zip(three).zip(four).enumerate() {
            for (state, byte) in states.iter_mut().zip([a, b, c, d]) {
                *state = self.automaton.next_state(Anchored::No, *state, *byte);
            }
            if states.iter().any(|state| self.automaton.is_match(*state)) {
                for (lane, state) in states.iter().enumerate() {
                    self.ending(*state, at + lane * LANE + index + 1, &mut |owner, hint| found.push((owner, hint)));
                }
            }
        }
        // What begins in a lane may end in the next one.
        for (lane, (state, next)) in states.iter().zip([two, three, four]).enumerate() {
            let end = at + (lane + 1) * LANE;
            self.one_by_one(*state, end, next.get(..self.longest).unwrap_or(next), &mut |owner, hint| {
                found.extend((hint.start < end).then_some((owner, hint)));
            });
        }
        found.sort_by_key(|(_, hint)| hint.end);
        found.into_iter().for_each(|(owner, hint)| tell(owner, hint));
        // Behind more than the longest hint it is the same, wherever one began.
        states.last().copied().unwrap_or(state)
    }

    fn one_by_one(&self, mut state: StateID, at: usize, bytes: &[u8], tell: &mut impl FnMut(usize, Range<usize>)) {
        for (index, byte) in bytes.iter().enumerate() {
            state = self.automaton.next_state(Anchored::No, state, *byte);
            self.ending(state, at + index + 1, tell);
        }
    }

    /// The hints that end in this state.
    #[inline]
    fn ending(&self, state: StateID, end: usize, tell: &mut impl FnMut(usize, Range<usize>)) {
        if !self.automaton.is_match(state) {
            return;
        }
        for index in 0..self.automaton.match_len(state) {
            let hint = self.automaton.match_pattern(state, index);
            if let Some(owner) = self.owners.get(hint.as_usize()) {
                tell(*owner, end - self.automaton.pattern_len(hint)..end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Hints, LANE, LANES};

    fn found(text: &str) -> Vec<(usize, usize, usize)> {
        let hints = Hints::new(&[("pwd", 7), ("_pwd", 7), ("token", 8)]).expect("they are well-formed");
        let mut found = Vec::new();
        hints.each(text, |owner, hint| found.push((owner, hint.start, hint.end)));
        found
    }

    #[test]
    fn hints_are_told_in_the_order_of_their_ends_and_in_whatever_case() {
        assert_eq!(found("ToKeN _PWD pw d"), [(8, 0, 5), (7, 6, 10), (7, 7, 10)]);
        assert_eq!(found(""), []);
    }

    #[test]
    fn a_hint_is_told_once_wherever_it_stands_in_a_long_text() {
        for at in (1..=2 * LANES).flat_map(|lane| lane * LANE - 6..=lane * LANE + 1) {
            let text = format!("{}token{}pwd", ".".repeat(at), ".".repeat(2 * LANES * LANE));
            let end = text.len();
            assert_eq!(found(&text), [(8, at, at + 5), (7, end - 3, end)], "{at}");
        }
    }

    #[test]
    fn lanes_tell_what_one_after_the_other_would() {
        let text = "to_pwdtoken tok ".repeat(LANES * LANE / 4);
        let single: Vec<_> = (0..text.len() / 16)
            .flat_map(|index| {
                [
                    (7, index * 16 + 2, index * 16 + 6),
                    (7, index * 16 + 3, index * 16 + 6),
                    (8, index * 16 + 6, index * 16 + 11),
                ]
            })
            .collect();
        assert_eq!(found(&text), single);
    }
}
