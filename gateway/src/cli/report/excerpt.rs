//! The part of a file that is shown beside a finding: of a file of many megabytes only its neighbourhood is read.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::json::commented::{Source, Span};

/// How much of a line is shown to either side of what is underlined, in bytes.
const AROUND: usize = 160;
/// How much is underlined at most.
const UNDERLINED: usize = 400;

/// A file, of which excerpts are shown.
#[derive(Debug)]
pub(super) struct Excerpt(Source);

impl Excerpt {
    pub(super) fn new(source: &Source) -> Self {
        Self(source.clone())
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Self(source) = self;
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        if end > source.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = source.place(start).0.saturating_sub(before).max(1);
        let last = source.place(end).0.saturating_add(after).min(source.count_lines());
        let from = boundary(source, source.line(first).start.max(start.saturating_sub(AROUND)));
        let to = boundary(source, source.line(last).end.min(end.saturating_add(AROUND)));
        let (line, column) = source.place(from);
        let data = source.text.get(from..to).unwrap_or_default().as_bytes();
        let span = SourceSpan::from((from, data.len()));
        let name = source.name.to_string();
        let lines = last + 1 - first.min(last);
        Ok(Box::new(MietteSpanContents::new_named(name, data, span, line - 1, column - 1, lines)))
    }
}

/// What is underlined of a span: its beginning, if it is long.
pub(super) fn shortened(source: &Source, span: &Span) -> Span {
    let end = source.text.len();
    let start = boundary(source, span.start.min(end));
    start..boundary(source, span.end.min(end).min(start.saturating_add(UNDERLINED)))
}

/// The place itself, or the next before it at which a character begins.
fn boundary(source: &Source, place: usize) -> usize {
    (0..=place).rev().find(|place| source.text.is_char_boundary(*place)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use miette::SourceCode as _;

    use super::*;

    #[test]
    fn an_excerpt_is_the_neighbourhood_of_a_place() {
        let text = format!("a\nb\n{}ö{}\nc\nd\n", "x".repeat(1000), "y".repeat(1000));
        let source = Source::new("f", text.as_str());
        let excerpt = Excerpt::new(&source);
        let contents = excerpt.read_span(&SourceSpan::from((1004, 2)), 1, 1).unwrap();
        assert_eq!((contents.line(), contents.column()), (2, 840));
        assert_eq!(contents.data().len(), 160 + 2 + 160);
        let contents = excerpt.read_span(&SourceSpan::from((0, 1)), 1, 1).unwrap();
        assert_eq!((contents.data(), contents.line()), (&b"a\nb\n"[..], 0));
        assert!(excerpt.read_span(&SourceSpan::from((text.len(), 1)), 1, 1).is_err());
        assert_eq!(shortened(&source, &(4..text.len())), 4..404);
        assert_eq!(shortened(&source, &(text.len() + 5..text.len() + 6)), text.len()..text.len());
    }
}
