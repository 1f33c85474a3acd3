//! Lines of a body that comes in pieces, each within a bound.

use bytes::Bytes;

/// A line, or that it was too long and is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Splitter {
    begun: Vec<u8>,
    longest: usize,
    /// The rest of this line is passed over.
    passing: bool,
}

impl Splitter {
    /// For lines of so many bytes at most.
    pub(crate) fn new(longest: usize) -> Splitter {
        Splitter { begun: Vec::new(), longest, passing: false }
    }

    /// The lines that end in a piece. What is behind the last of them waits for the next piece.
    pub(crate) fn lines(&mut self, piece: &Bytes) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut rest = &piece[..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.take(&rest[..end]);
            lines.push(self.end());
            rest = &rest[end + 1..];
        }
        self.take(rest);
        lines
    }

    /// What stands behind the last line feed, if anything does.
    pub(crate) fn last(mut self) -> Option<Line> {
        (self.passing || !self.begun.is_empty()).then(|| self.end())
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.passing || self.begun.len() + bytes.len() > self.longest {
            self.passing = true;
            self.begun = Vec::new();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn end(&mut self) -> Line {
        let line = std::mem::take(&mut self.begun);
        if std::mem::take(&mut self.passing) { Line::TooLong } else { Line::Whole(line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(pieces: &[&[u8]], longest: usize) -> Vec<Line> {
        let mut splitter = Splitter::new(longest);
        let mut lines: Vec<Line> =
            pieces.iter().flat_map(|piece| splitter.lines(&Bytes::copy_from_slice(piece))).collect();
        lines.extend(splitter.last());
        lines
    }

    #[test]
    fn a_line_that_is_too_long_is_one_that_is_passed_over() {
        let whole = |line: &str| Line::Whole(line.into());
        assert_eq!(split(&[b"ab\nabcd", b"efgh\nab", b"c\n"], 4), [whole("ab"), Line::TooLong, whole("abc")]);
        assert_eq!(split(&[b"abcde"], 4), [Line::TooLong]);
        assert_eq!(split(&[b"a\n\nb"], 4), [whole("a"), whole(""), whole("b")]);
        assert!(split(&[b"", b""], 4).is_empty());
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_the_body_comes(text in "[ab\n]{0,40}", cuts in prop::collection::vec(0usize..41, 0..5)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|at| at.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(split(&pieces, 7), split(&[text.as_bytes()], 7));
        }
    }
}
