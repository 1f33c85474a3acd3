//! Sentences and words of raw Arabic text, as spans of the original.
//!
//! One pass, no state but the place: what a word is depends on its own characters and the few behind it, so that a text
//! of any length costs the same per byte.

pub(crate) mod class;
mod sentence;
mod word;

use crate::document::{Document, Sentence, Span};
use class::Class;
use std::borrow::Cow;

/// The sentences that a document has, or else those of its text.
pub fn sentences(document: &Document) -> Cow<'_, [Sentence]> {
    match &document.sentences {
        Some(sentences) => Cow::Borrowed(sentences),
        None => Cow::Owned(segment(&document.text)),
    }
}

/// Cuts a text into sentences of words. Every character that is not white space or invisible belongs to exactly one word.
///
/// Control characters count as white space. Invisible characters (bidi marks, joiners, BOM) inside a word belong to it,
/// at its edges they belong to none.
pub fn segment(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut words: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match Class::of(c) {
            Class::Space | Class::Invisible => at += c.len_utf8(),
            Class::Newline => {
                at += c.len_utf8();
                finish(&mut sentences, &mut words);
            }
            class => {
                let end = word::end(text, at, c, class);
                words.extend(Span::new(text, at, end));
                at = end;
                if class == Class::Symbol && sentence::ends(text, &words) {
                    at = sentence::closers(text, at, &mut words);
                    if !sentence::goes_on(text, at) {
                        finish(&mut sentences, &mut words);
                    }
                }
            }
        }
    }
    finish(&mut sentences, &mut words);
    sentences
}

fn finish(sentences: &mut Vec<Sentence>, words: &mut Vec<Span>) {
    if !words.is_empty() {
        sentences.push(Sentence { words: std::mem::take(words) });
    }
}

#[cfg(test)]
mod tests;
