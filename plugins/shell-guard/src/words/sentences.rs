//! Sentences of a closed list: what a program is asked in one word of the shell, or through a pipe.
//!
//! Sentences are separated by ` | `, and the words of a sentence by blanks. A word may have synonyms behind slashes; `_` stands
//! for one plain word, and `*` at the end for any number of them.

/// The longest text that is held against a list.
const MAX_TEXT: usize = 256;

/// Whether the text is one of the sentences.
pub(super) fn is_one_of(sentences: &str, text: &str) -> bool {
    text.len() <= MAX_TEXT && sentences.split(" | ").any(|sentence| is(sentence, text))
}

fn is(sentence: &str, text: &str) -> bool {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    for expected in sentence.split(' ') {
        if expected == "*" {
            return words.all(is_plain);
        }
        let fits = |word: &str| match expected {
            "_" => is_plain(word),
            _ => expected.split('/').any(|synonym| synonym == word),
        };
        if !words.next().is_some_and(fits) {
            return false;
        }
    }
    words.next().is_none()
}

/// A name, a number or an address; no flag, nothing that splits or pipes.
fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "_.:@%,/-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_one_of;

    #[test]
    fn a_text_is_held_against_every_sentence() {
        let sentences = "show info | show/sh stat _ | get *";
        for text in ["show info", "show  info ", "sh stat web", "get", "get a b/c"] {
            assert!(is_one_of(sentences, text), "{text}");
        }
        for text in ["", "show", "show info x", "show stat", "show stat -1", "show stat a;b", "get a|b", "get 'a'"] {
            assert!(!is_one_of(sentences, text), "{text}");
        }
    }
}
