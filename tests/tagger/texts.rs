//! Texts to tag, and what is compared of their names.

use alam::{Document, Entity};

/// Sentences of news, with everything that is hard in them.
pub(crate) fn sentences() -> Vec<&'static str> {
    include_str!("../../src/cli/commands/bench/sentences.txt").lines().collect()
}

/// So many documents of one to six sentences, each a line or glued to the one before.
pub(crate) fn documents(number: usize) -> Vec<Document> {
    let sentences = sentences();
    let text = |i: usize| {
        let lines = (0..1 + i % 6).map(|k| sentences[(7 * i + k) % sentences.len()]);
        lines.collect::<Vec<_>>().join(["\n", " ", "\r\n\r\n"][i % 3])
    };
    (0..number).map(|i| Document { id: i.to_string(), text: text(i), ..Document::default() }).collect()
}

/// A name as a plain value: where it is, counted from `base`, what it is, and every bit of its score.
pub(crate) type Plain = (usize, usize, usize, usize, String, u32, Option<String>);

pub(crate) fn plain(entities: &[Entity], base: usize) -> Vec<Plain> {
    let plain = |e: &Entity| {
        let (name, token) = (e.span, e.token_span);
        let ends = (name.start() - base, name.end() - base, token.start() - base, token.end() - base);
        let score = e.score.unwrap().to_bits();
        (ends.0, ends.1, ends.2, ends.3, e.label.to_string(), score, e.canonical.clone())
    };
    entities.iter().map(plain).collect()
}
