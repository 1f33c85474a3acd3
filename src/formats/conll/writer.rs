//! Columns as they are written.

use crate::Error;
use crate::document::{Document, Span};
use crate::formats::{Writer, write_error};
use crate::reading::Reading;
use crate::segment;
use std::io::Write;

/// Writes columns `token TAG`, parted by a tab, each document behind a `-DOCSTART-`.
///
/// A name that begins or ends inside a word gives the whole word its tag: columns cannot say more. White space that is
/// part of a token becomes `_`. A text that is not read as it is (HTML, broken lines) is written as it is read.
pub struct ConllWriter<W> {
    out: W,
}

impl<W: Write> ConllWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        ConllWriter { out }
    }

    fn sentence(&mut self, document: &Document, words: &[Span]) -> std::io::Result<()> {
        let alignment = crate::align::to_tags(&document.text, words, &document.entities);
        for (word, tag) in words.iter().zip(&alignment.tags) {
            let token: String =
                word.of(&document.text).chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
            writeln!(self.out, "{token}\t{tag}")?;
        }
        writeln!(self.out)
    }
}

impl<W: Write> Writer for ConllWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let read = Reading::document(document);
        let document = read.as_ref().unwrap_or(document);
        let sentences = segment::sentences(document);
        let mut write = || {
            writeln!(self.out, "-DOCSTART-\tO\n")?;
            sentences.iter().filter(|s| !s.words.is_empty()).try_for_each(|s| self.sentence(document, &s.words))
        };
        write().map_err(write_error)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(write_error)
    }
}
