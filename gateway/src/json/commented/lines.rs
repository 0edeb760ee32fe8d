//! The lines of a text, found once: a place in a text of many megabytes is told without reading what stands before it.

/// How far apart, in bytes, characters are counted ahead: a text may be one long line.
const STRIDE: usize = 4096;

/// Where lines begin, and how many characters stand before certain places.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<usize>,
    /// The characters before every multiple of the stride. A character counts where it begins.
    counted: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        let mut counted = vec![0];
        let mut so_far = 0;
        for chunk in text.as_bytes().chunks(STRIDE) {
            so_far += count(chunk);
            counted.push(so_far);
        }
        Self { starts, counted }
    }

    /// Line and column of a byte of the same text, both counted from 1.
    pub(super) fn place(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let (start, _) = self.bounds(text, line);
        (line, self.before(text, offset) - self.before(text, start) + 1)
    }

    /// Where a line begins and where it ends, its newline included. Lines count from 1; one too far is the last.
    pub(super) fn bounds(&self, text: &str, line: usize) -> (usize, usize) {
        let start = self.starts.get(line.saturating_sub(1)).or(self.starts.last()).copied().unwrap_or_default();
        (start, self.starts.get(line.max(1)).copied().unwrap_or(text.len()))
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    fn before(&self, text: &str, offset: usize) -> usize {
        let block = offset / STRIDE;
        let counted = self.counted.get(block).copied().unwrap_or_default();
        counted + text.as_bytes().get(block * STRIDE..offset).map_or(0, count)
    }
}

/// How many characters begin in a piece of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_that_of_counting_from_the_beginning() {
        let wide = "äb€𝄞".repeat(3000);
        let many = "xä\r\ny\n\n".repeat(2000);
        for text in ["", "\n", "a\nb", &wide, &many] {
            let lines = Lines::of(text);
            assert_eq!(lines.len(), text.matches('\n').count() + 1);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                if offset > 100 && offset % 97 != 0 && offset + 100 < text.len() {
                    continue;
                }
                let before = &text[..offset];
                let start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let want = (before.matches('\n').count() + 1, text[start..offset].chars().count() + 1);
                assert_eq!(lines.place(text, offset), want, "{offset}");
            }
            assert_eq!(lines.place(text, text.len() + 9), lines.place(text, text.len()));
        }
    }

    #[test]
    fn lines_have_bounds() {
        let text = "ab\nc\n";
        let lines = Lines::of(text);
        assert_eq!([1, 2, 3, 4].map(|line| lines.bounds(text, line)), [(0, 3), (3, 5), (5, 5), (5, 5)]);
    }
}
