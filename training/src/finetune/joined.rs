//! Copies of dev sets in which neighbouring sentences stand as one.
//!
//! Sentences of usual length do not say whether a model finds the names late in a window: in these every window is full.

use crate::Error;
use crate::data::corpora::Loaded;
use crate::run::evaluation::JOINED;
use alam::document::{Document, Entity, Sentence, Span};
use alam::encode::Encoder;
use alam::segment;
use std::collections::BTreeSet;

/// The copy of a dev set: neighbouring sentences of a document (of a file of sentences) are one, as far as a window of the
/// encoder holds them.
pub(super) fn joined(set: &Loaded, encoder: &Encoder) -> Result<Loaded, Error> {
    let room = encoder.room();
    let mut documents: Vec<Document> = Vec::new();
    // Tokens of the last document, where it is one sentence and its neighbour may follow in the same text.
    let mut open: Option<usize> = None;
    for document in &set.documents {
        let follows = document.sentences.is_some();
        let (sentences, tokens) = merged(document, encoder, room);
        let alone = follows && sentences.len() == 1;
        let document = Document { sentences: Some(sentences), ..document.clone() };
        match (documents.last_mut(), open) {
            (Some(last), Some(held)) if alone && held + tokens <= room => {
                append(last, &document)?;
                open = Some(held + tokens);
            }
            _ => {
                documents.push(document);
                open = alone.then_some(tokens);
            }
        }
    }
    let mut corpus = set.corpus.clone();
    corpus.name = Some(format!("{}{JOINED}", corpus.name()));
    let doubtful = vec![BTreeSet::new(); documents.len()];
    Ok(Loaded { corpus, token_type: set.token_type, documents, doubtful, joined: true })
}

/// The sentences of a document joined, and the tokens of the last one.
fn merged(document: &Document, encoder: &Encoder, room: usize) -> (Vec<Sentence>, usize) {
    let sentences = segment::sentences(document).into_owned();
    let mut merged: Vec<Sentence> = Vec::new();
    let mut held = 0;
    for sentence in sentences {
        let tokens: usize = sentence.words.iter().map(|word| encoder.pieces(word.of(&document.text)).len()).sum();
        match merged.last_mut() {
            Some(last) if held + tokens <= room => {
                last.words.extend(sentence.words);
                held += tokens;
            }
            _ => {
                merged.push(sentence);
                held = tokens;
            }
        }
    }
    (merged, held)
}

/// Puts a document of one sentence behind another, and their sentences together.
fn append(to: &mut Document, more: &Document) -> Result<(), Error> {
    to.text.push(' ');
    let shift = to.text.len();
    to.text += &more.text;
    let text = &to.text;
    let moved = |span: Span| Span::new(text, span.start() + shift, span.end() + shift);
    let words = more.sentences.iter().flatten().flat_map(|sentence| &sentence.words);
    let words = words.map(|word| moved(*word)).collect::<Result<Vec<Span>, _>>()?;
    if let Some(last) = to.sentences.as_mut().and_then(|sentences| sentences.last_mut()) {
        last.words.extend(words);
    }
    for entity in &more.entities {
        let (span, token_span) = (moved(entity.span)?, moved(entity.token_span)?);
        to.entities.push(Entity { span, token_span, ..entity.clone() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::corpus::Corpus;
    use crate::model::samples::model;
    use alam::normalise::Normaliser;

    fn encoder(window: usize) -> Encoder {
        let bytes = std::fs::read(model().path().join("tokenizer.json")).unwrap();
        Encoder::new(&bytes, "t", Normaliser::FULL, window, 0).unwrap()
    }

    fn loaded(documents: Vec<Document>) -> Loaded {
        let corpus: Corpus = toml::from_str("name = \"dev\"\npath = \"dev.conll\"").unwrap();
        let doubtful = vec![BTreeSet::new(); documents.len()];
        Loaded { corpus, token_type: 0, documents, doubtful, joined: false }
    }

    /// A sentence of a CoNLL file, whose first word is a name.
    fn sentence(text: &str) -> Document {
        let sentences = segment::segment(text);
        let entities = vec![Entity::new(sentences[0].words[0], "PER")];
        Document { text: text.into(), sentences: Some(sentences), entities, ..Document::default() }
    }

    #[test]
    fn sentences_of_a_file_become_one_with_their_names_in_place() {
        let set = loaded(vec![sentence("سامي زار عمان"), sentence("ليلى في بيروت"), sentence("سامي عاد")]);
        let copy = joined(&set, &encoder(64)).unwrap();
        assert_eq!((copy.corpus.name(), copy.joined, copy.documents.len()), ("dev joined", true, 1));
        let document = &copy.documents[0];
        assert_eq!(document.text, "سامي زار عمان ليلى في بيروت سامي عاد");
        let names: Vec<&str> = document.entities.iter().map(|e| e.span.of(&document.text)).collect();
        assert_eq!(names, ["سامي", "ليلى", "سامي"]);
        let words: Vec<&str> =
            document.sentences.iter().flatten().flat_map(|s| &s.words).map(|w| w.of(&document.text)).collect();
        assert_eq!(words.join(" "), document.text);
        assert_eq!(document.sentences.as_ref().unwrap().len(), 1);
    }

    #[test]
    fn no_stretch_is_longer_than_a_window_and_no_word_is_lost() {
        let encoder = encoder(16);
        let texts: Vec<String> = (1..30).map(|i| ["سامي", "زار", "عمان", "أمس"].repeat(1 + i % 4).join(" ")).collect();
        let of_file = loaded(texts.iter().map(|text| sentence(text)).collect());
        let text = texts.join(" .\n");
        let of_text = loaded(vec![Document { text, ..Document::default() }]);
        for set in [of_file, of_text] {
            let copy = joined(&set, &encoder).unwrap();
            let words = |set: &Loaded| -> Vec<String> {
                let of = |d: &Document| {
                    segment::sentences(d).iter().flat_map(|s| &s.words).map(|w| w.of(&d.text).to_owned()).collect()
                };
                set.documents.iter().flat_map(|d| -> Vec<String> { of(d) }).collect()
            };
            assert_eq!(words(&copy), words(&set));
            let mut full = 0;
            for document in &copy.documents {
                for sentence in document.sentences.iter().flatten() {
                    let windows = encoder.encode(&document.text, &sentence.words);
                    full += usize::from(windows[0].ids.len() > 12);
                    let alone: usize = sentence.words.iter().map(|w| encoder.pieces(w.of(&document.text)).len()).sum();
                    assert!(windows.len() == 1 || alone > 14, "{windows:?}");
                }
            }
            assert!(full >= 3, "{full}");
        }
    }
}
