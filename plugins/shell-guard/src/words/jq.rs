//! Which programs of `jq` look at nothing but their input, and come to their end.

use super::one_of;

/// With these it looks at the environment, at modules and at files.
const FORBIDDEN: &str = "env get_search_list import include modulemeta";

/// These go on for ever, or may, where they are called.
const ENDLESS: &str = "combinations repeat until while";

/// The same as words: a function may call itself.
const WORDS: &str = "def infinite";

/// What matches nothing is found at the same place again and again by some versions.
const EMPTY: &[&str] = &["gsub(\"\"", "gsub(\"^\"", "gsub(\"$\""];

/// The most digits of a number in a range.
const MOST_DIGITS: usize = 6;

/// Whether `program` is one of them.
pub(super) fn is_harmless(program: &str) -> bool {
    let mut words = program.split(|c: char| !is_of_word(c)).map(str::to_ascii_lowercase);
    !words.any(|word| one_of(FORBIDDEN, &word))
        && !EMPTY.iter().any(|call| program.contains(call))
        && !WORDS.split(' ').any(|word| uses(program, word).next().is_some())
        && !ENDLESS.split(' ').any(|name| uses(program, name).any(is_call))
        && uses(program, "recurse").all(|behind| !is_call(behind) || comes_down(behind))
        && uses(program, "range").all(|behind| !is_call(behind) || is_short(behind))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What stands behind each use of the name. What is called so in a document is no function.
fn uses<'a>(program: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    program.match_indices(name).filter_map(move |(at, _)| {
        let (before, behind) = (program.get(..at)?, program.get(at + name.len()..)?);
        let is_other = before.ends_with(|c| is_of_word(c) || ".$\"".contains(c)) || behind.starts_with(is_of_word);
        (!is_other).then_some(behind)
    })
}

fn is_call(behind: &str) -> bool {
    behind.trim_start().starts_with('(')
}

/// A step to all that lies beneath comes to its end; one to a name finds nothing there for ever.
fn comes_down(behind: &str) -> bool {
    let step = behind.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(step, _)| step.trim());
    step.is_some_and(|step| {
        step.starts_with('.') && step.contains("[]") && step.chars().all(|c| is_of_word(c) || ".[]?\"".contains(c))
    })
}

/// Whether no number in the range is large.
fn is_short(behind: &str) -> bool {
    let range = behind.split([')', '|']).next().unwrap_or_default();
    let mut numbers = range.split(|c: char| !(c.is_ascii_digit() || c == 'e' || c == 'E'));
    !range.contains('$')
        && !numbers.any(|number| {
            let digits = number.trim_start_matches(|c: char| c.is_ascii_digit());
            number.len() - digits.len() > MOST_DIGITS || (!digits.is_empty() && digits.len() < number.len())
        })
}
