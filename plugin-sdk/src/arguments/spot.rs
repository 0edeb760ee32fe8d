//! Where arguments stand: a JSON pointer in which `*` stands for any element or member.

use crate::{Document, Value, pointer};

/// The longest pointer, in tokens; documents are no deeper.
const MAX_TOKENS: usize = 32;

#[derive(Debug, Clone)]
pub(super) struct Spot {
    written: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Any,
    This(String),
}

impl Spot {
    /// None where it is malformed, or the whole document.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let token = |token: String| if token == "*" { Token::Any } else { Token::This(token) };
        let tokens: Vec<_> = pointer::parse(written)?.into_iter().map(token).collect();
        let is_good = (1..=MAX_TOKENS).contains(&tokens.len());
        is_good.then(|| Self { written: written.to_owned(), tokens })
    }

    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Whether the pointer leads just there. A call may have a thousand, so nothing is taken apart for this.
    pub(super) fn is_at(&self, pointer: &str) -> bool {
        self.tokens.len() == depth(pointer) && self.agrees(pointer)
    }

    /// Whether the pointer leads there or beneath.
    pub(super) fn holds(&self, pointer: &str) -> bool {
        self.tokens.len() <= depth(pointer) && self.agrees(pointer)
    }

    /// Whether the pointer leads there or to what is on the way to it.
    pub(super) fn lies_within(&self, pointer: &str) -> bool {
        depth(pointer) <= self.tokens.len() && self.agrees(pointer)
    }

    /// Whether the same value could be at or beneath both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.tokens.iter().zip(&other.tokens).all(|pair| match pair {
            (Token::This(one), Token::This(other)) => one == other,
            _ => true,
        })
    }

    fn agrees(&self, pointer: &str) -> bool {
        self.tokens.iter().zip(pointer.split('/').skip(1)).all(|(wanted, token)| match wanted {
            Token::Any => true,
            Token::This(wanted) if !token.contains('~') => wanted == token,
            Token::This(wanted) => pointer::unescape(token).is_some_and(|token| *wanted == token),
        })
    }

    /// The pointers in the document that might be there; none where there are more than `most`.
    pub(super) fn places(&self, document: &Document<'_>, most: usize) -> Option<Vec<String>> {
        let mut places = vec![String::new()];
        for token in &self.tokens {
            places = match token {
                Token::This(name) => places.iter().map(|place| pointer::join(place, name)).collect(),
                Token::Any => {
                    let mut children = Vec::new();
                    for place in &places {
                        children.extend(beneath(document, place, most)?);
                        if children.len() > most {
                            return None;
                        }
                    }
                    children
                }
            };
        }
        (places.len() <= most).then_some(places)
    }
}

/// How many tokens a pointer has.
pub(super) fn depth(pointer: &str) -> usize {
    pointer.bytes().filter(|byte| *byte == b'/').count()
}

/// The pointers to the elements or members of the value at `place`; none where there are more than `most`.
fn beneath(document: &Document<'_>, place: &str, most: usize) -> Option<Vec<String>> {
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let Some(value) = document.at(place) else {
        return Some(Vec::new());
    };
    let names: Vec<String> = match value.value() {
        Value::Array(len) if len <= most => (0..len).map(|index| index.to_string()).collect(),
        Value::Array(_) => return None,
        _ => value.keys(most).ok()?,
    };
    Some(names.iter().map(|name| pointer::join(place, name)).collect())
}
