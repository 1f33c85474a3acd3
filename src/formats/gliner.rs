//! Sentences for GLiNER, one JSON list: `tokenized_text` with `ner`, a list of `[first, last, "TYPE"]` by words, both included
//! (<https://github.com/urchade/GLiNER>, `data.json` of its training script). Sentences, since it learns from some 384 words at most.
//!
//! A name that begins or ends inside a word is the whole word here; one over the end of a sentence is two.

use super::Writer;
use super::list::List;
use crate::Error;
use crate::align::among;
use crate::document::{Document, Entity, Span};
use crate::segment;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Example<'a> {
    tokenized_text: Vec<&'a str>,
    ner: Vec<(usize, usize, &'a str)>,
}

/// Writes one JSON list, a sentence a line.
pub struct GlinerWriter<W> {
    list: List<W>,
}

impl<W: Write> GlinerWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        GlinerWriter { list: List::new(out) }
    }
}

/// The words that a name stands in; `None` where that is none of these.
fn words_of(entity: &Entity, words: &[Span]) -> Option<(usize, usize)> {
    let first = words.partition_point(|word| word.end() <= entity.span.start());
    let behind = words.partition_point(|word| word.start() < entity.span.end());
    (first < behind).then(|| (first, behind - 1))
}

impl<W: Write> Writer for GlinerWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let sentences = segment::sentences(document);
        for sentence in sentences.iter().filter(|sentence| !sentence.words.is_empty()) {
            let name = |entity: &Entity| words_of(entity, &sentence.words).map(|range| (range, entity.label.clone()));
            let names: Vec<_> = among(&document.entities, &sentence.words).iter().filter_map(name).collect();
            self.list.push(&Example {
                tokenized_text: sentence.words.iter().map(|word| word.of(&document.text)).collect(),
                ner: names.iter().map(|((first, last), label)| (*first, *last, &**label)).collect(),
            })?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.list.flush()
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.list.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn sentences_have_their_names_by_words() {
        let mut bytes = Vec::new();
        let mut writer = GlinerWriter::new(&mut bytes);
        writer.write(&samples::document("زار لبوتين مصر.\nعاد", &[("PER", "بوتين"), ("LOC", "مصر")])).unwrap();
        writer.finish().unwrap();
        let found: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let first = serde_json::json!({
            "tokenized_text": ["زار", "لبوتين", "مصر", "."], "ner": [[1, 1, "PER"], [2, 2, "LOC"]],
        });
        assert_eq!(found, serde_json::json!([first, {"tokenized_text": ["عاد"], "ner": []}]));
    }
}
