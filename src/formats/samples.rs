//! Documents for the tests of formats.

use crate::document::{Document, Entity, Span};
use proptest::prelude::*;

/// A document called `sample`, its names found by their letters, each after the one before.
pub(super) fn document(text: &str, names: &[(&str, &str)]) -> Document {
    let mut from = 0;
    let entities = names.iter().map(|(label, name)| {
        let start = from + text[from..].find(name).unwrap();
        from = start + name.len();
        Entity::new(Span::new(text, start, from).unwrap(), *label)
    });
    let entities = entities.collect();
    Document { id: "sample".into(), text: text.into(), entities, ..Document::default() }
}

/// Random text with random names, anywhere on characters, that begin and end with a letter.
pub(super) fn documents() -> impl Strategy<Value = Document> {
    let text = "[ابتلموي😀<>&\"',\u{64B}\u{FEFF}\r\n ]{1,60}";
    let names = proptest::collection::vec((0usize..60, 1usize..6, 0u8..=100, 0usize..3), 0..6);
    (text, names).prop_map(|(text, names)| {
        let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let mut entities: Vec<Entity> = Vec::new();
        for (start, length, score, label) in names {
            let (Some(&first), Some(&last)) = (starts.get(start), starts.get(start + length)) else { continue };
            let span = Span::new(&text, first, last).unwrap();
            let name = span.of(&text);
            let whole = name.starts_with(char::is_alphabetic) && name.ends_with(char::is_alphabetic);
            if whole && entities.iter().all(|e| !e.span.overlaps(span)) {
                entities.push(Entity::new(span, ["PER", "LOC", "ORG"][label]).with_score(f32::from(score) / 100.0));
            }
        }
        entities.sort_by_key(|e| e.span);
        Document { id: "sample".into(), text, entities, ..Document::default() }
    })
}
