//! The JSON of spaCy's `Doc.to_json`, a line a document, for `Doc.from_json`. Offsets are code points.
//!
//! spaCy's tokens and the single spaces behind them make up the whole text, and names are runs of tokens. So a word that
//! a name begins inside is two tokens here, and other white space is a token, as spaCy's own tokenizers have it.

use super::Writer;
use super::offsets::{OffsetUnit, Offsets};
use crate::Error;
use crate::document::Document;
use crate::segment;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write;

#[derive(Serialize)]
struct Doc<'a> {
    text: &'a str,
    ents: Vec<Ent<'a>>,
    tokens: Vec<Token>,
}

#[derive(Serialize)]
struct Ent<'a> {
    start: usize,
    end: usize,
    label: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Token {
    id: usize,
    start: usize,
    end: usize,
}

/// Byte ranges of tokens.
pub(super) fn tokens(document: &Document) -> Vec<(usize, usize)> {
    let sentences = segment::sentences(document);
    let words = sentences.iter().flat_map(|s| &s.words).map(|w| (w.start(), w.end()));
    let names = document.entities.iter().map(|e| (e.span.start(), e.span.end()));
    let edges: BTreeSet<usize> = words.chain(names).flat_map(|(a, b)| [a, b]).chain([0, document.text.len()]).collect();
    let edges: Vec<usize> = edges.into_iter().collect();
    let mut tokens: Vec<(usize, usize)> = Vec::new();
    for pair in edges.windows(2) {
        let (mut start, end) = (pair[0], pair[1]);
        let piece = &document.text[start..end];
        // A single space behind a token is that token's.
        if piece.starts_with(' ') && !tokens.is_empty() && piece.trim().is_empty() {
            start += 1;
        }
        if start < end {
            tokens.push((start, end));
        }
    }
    tokens
}

/// Writes a JSON object a line.
pub struct SpacyWriter<W> {
    out: W,
}

impl<W: Write> SpacyWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        SpacyWriter { out }
    }
}

impl<W: Write> Writer for SpacyWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let map = Offsets::new(&document.text, OffsetUnit::Char);
        let ents = document.entities.iter().map(|e| Ent {
            start: map.of_byte(e.span.start()),
            end: map.of_byte(e.span.end()),
            label: &e.label,
        });
        let tokens = tokens(document).into_iter().enumerate();
        let tokens = tokens.map(|(id, (start, end))| Token { id, start: map.of_byte(start), end: map.of_byte(end) });
        super::json_line(&mut self.out, &Doc { text: &document.text, ents: ents.collect(), tokens: tokens.collect() })
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_word_is_cut_where_a_name_begins_in_it() {
        let document = samples::document("زار لبوتين.", &[("PER", "بوتين")]);
        let mut bytes = Vec::new();
        SpacyWriter::new(&mut bytes).write(&document).unwrap();
        let wanted = "{\"text\":\"زار لبوتين.\",\"ents\":[{\"start\":5,\"end\":10,\"label\":\"PER\"}],\"tokens\":[\
            {\"id\":0,\"start\":0,\"end\":3},{\"id\":1,\"start\":4,\"end\":5},{\"id\":2,\"start\":5,\"end\":10},\
            {\"id\":3,\"start\":10,\"end\":11}]}\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }

    proptest! {
        /// How `Doc.from_json` puts a text together again: tokens, and a space where the next does not follow at once.
        #[test]
        fn tokens_and_single_spaces_are_the_text(document in samples::documents()) {
            let tokens = tokens(&document);
            let mut text = String::new();
            for (index, &(start, end)) in tokens.iter().enumerate() {
                text.push_str(&document.text[start..end]);
                let next = tokens.get(index + 1).map_or(document.text.len(), |t| t.0);
                if next > end {
                    text.push(' ');
                }
            }
            prop_assert_eq!(&text, &document.text);
            for entity in &document.entities {
                prop_assert!(tokens.iter().any(|t| t.0 == entity.span.start()));
                prop_assert!(tokens.iter().any(|t| t.1 == entity.span.end()));
            }
        }
    }
}
