//! Entity spans to one tag a word, and back.

use crate::document::{Entity, Span};
use crate::labels::Tag;

/// What entities become on words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alignment {
    /// One tag a word.
    pub tags: Vec<Tag>,
    /// For each word, the letters of it (bytes) that come before the name it begins: a proclitic. 0 for most.
    pub cuts: Vec<usize>,
    /// Edges that no word boundary or proclitic can honour: an end inside a word, a start inside a later word.
    pub broken: Vec<Span>,
}

/// Gives every word its tag. A name that begins inside its first word gives the word its tag and is kept in `cuts`.
pub fn to_tags(text: &str, words: &[Span], entities: &[Entity]) -> Alignment {
    let _ = (text, words, entities);
    todo!()
}

/// The names that tags stand for; `scores[i]` is the probability of word `i`'s tag, and a name's score is that of its words
/// together (their geometric mean). An `I-` that continues nothing begins a name, as in `conlleval`.
pub fn to_entities(words: &[Span], tags: &[Tag], scores: Option<&[f32]>) -> Vec<Entity> {
    let _ = (words, tags, scores);
    todo!()
}
