//! Changes of a document's text that take its names and words along.

use alam::document::{Document, Span};
use std::collections::BTreeSet;

/// Bytes `from..to` of a text are written anew, and a name begins in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where a word begins.
    pub(super) from: usize,
    /// Where a word ends.
    pub(super) to: usize,
    /// Words with single spaces between them.
    pub(super) written: String,
    /// Where in them the name begins.
    pub(super) start: usize,
    /// Its number.
    pub(super) entity: usize,
}

/// Applies edits that are in order and disjoint.
pub(super) fn apply(document: &mut Document, doubtful: &mut BTreeSet<usize>, edits: &[Edit]) {
    if edits.is_empty() {
        return;
    }
    let moved = |at: usize| {
        let behind = edits.partition_point(|e| e.to <= at);
        let passed = &edits[..behind];
        let (taken, given) = passed.iter().fold((0, 0), |(t, g), e| (t + e.to - e.from, g + e.written.len()));
        at - taken + given
    };
    let mut text = String::with_capacity(document.text.len() + edits.len() * 8);
    let mut copied = 0;
    for edit in edits {
        text.push_str(&document.text[copied..edit.from]);
        text.push_str(&edit.written);
        copied = edit.to;
    }
    text.push_str(&document.text[copied..]);
    let span = |start, end| Span::new(&text, start, end).ok();

    let mut starts: Vec<usize> = document.entities.iter().map(|e| moved(e.span.start())).collect();
    edits.iter().for_each(|e| starts[e.entity] = moved(e.from) + e.start);
    let mut entities = std::mem::take(&mut document.entities);
    for (entity, start) in entities.iter_mut().zip(starts) {
        if let Some(span) = span(start, moved(entity.span.end())) {
            entity.span = span;
            entity.token_span = span;
        }
    }
    for sentence in document.sentences.iter_mut().flatten() {
        let mut words = Vec::with_capacity(sentence.words.len());
        for word in &sentence.words {
            match edits.get(edits.partition_point(|e| e.to <= word.start())) {
                Some(edit) if edit.from == word.start() => {
                    let begin = moved(edit.from);
                    let pieces = edit.written.split(' ').filter(|piece| !piece.is_empty());
                    let place = |piece: &str| piece.as_ptr() as usize - edit.written.as_ptr() as usize;
                    words.extend(pieces.filter_map(|p| span(begin + place(p), begin + place(p) + p.len())));
                }
                Some(edit) if edit.from < word.start() => {}
                _ => words.extend(span(moved(word.start()), moved(word.end()))),
            }
        }
        sentence.words = words;
    }
    *doubtful = doubtful.iter().map(|&at| moved(at)).collect();
    document.entities = entities;
    document.text = text;
}
