//! Sentences and words of raw Arabic text, as spans of the original.

use crate::document::Sentence;

/// Cuts a text into sentences of words. Every character that is not white space or invisible belongs to exactly one word.
pub fn segment(text: &str) -> Vec<Sentence> {
    let _ = text;
    todo!()
}
