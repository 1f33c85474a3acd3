//! Documents to training examples: stretches of pieces with targets.

use super::corpora::Loaded;
use super::stretch::{NONE, Stretch, Word};
use alam::align::to_tags;
use alam::clitics;
use alam::document::{Document, Sentence, Span};
use alam::encode::Encoder;
use alam::labels::{Labels, Tag};
use alam::segment;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Documents that are cut at the same time.
const TOGETHER: usize = 4096;

/// The stretches of a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretches {
    /// In the corpus's order.
    pub list: Vec<Stretch>,
    /// Their token type.
    pub token_type: u32,
    /// How often a pass goes through them.
    pub weight: f64,
    /// When they are gone through, if copies of a corpus take turns.
    pub turn: Turn,
    /// Edges of names that no word boundary can honour.
    pub broken: usize,
}

/// The place of a copy among those of its corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Its number.
    pub copy: u64,
    /// How many there are.
    pub of: u64,
}

impl Turn {
    /// The one copy of a corpus.
    pub const ONLY: Turn = Turn { copy: 0, of: 1 };

    /// Whether it is gone through in that round.
    pub(super) fn is_at(self, round: u64) -> bool {
        round % self.of.max(1) == self.copy
    }
}

impl Stretches {
    /// The stretches of a corpus for a model, and for a teacher where that has an encoder of its own.
    pub fn new(loaded: &Loaded, labels: &Labels, encoder: &Encoder, teacher: Option<&Encoder>) -> Stretches {
        let mut list: Vec<Stretch> = Vec::new();
        let mut broken = 0;
        let join = loaded.corpus.join;
        let documents: Vec<_> = loaded.documents.iter().zip(&loaded.doubtful).collect();
        for some in documents.chunks(TOGETHER) {
            let cut = some.par_iter().map(|&(document, doubtful)| {
                let doubtful = loaded.corpus.knows_clitics().then_some(doubtful);
                let sentences = segment::sentences(document);
                let cut = |s: &Sentence| stretch((document, &s.words), doubtful, labels, (encoder, teacher));
                (document.sentences.is_some(), sentences.iter().map(cut).collect::<Vec<_>>())
            });
            // A document of CoNLL is a sentence, and its neighbour may follow in the same text.
            for (mut follows, sentences) in cut.collect::<Vec<_>>() {
                for (stretch, edges) in sentences {
                    broken += edges;
                    match list.last_mut() {
                        _ if stretch.words.is_empty() => continue,
                        Some(last) if follows && last.ids.len() + stretch.ids.len() <= join => last.append(&stretch),
                        _ => list.push(stretch),
                    }
                    follows = true;
                }
            }
        }
        if loaded.corpus.unlabelled {
            list.iter_mut().flat_map(|s| &mut s.words).for_each(|word| word.tag = NONE);
        }
        Stretches { list, token_type: loaded.token_type, weight: loaded.corpus.weight, turn: Turn::ONLY, broken }
    }

    /// A line about a corpus and what became of it.
    pub fn describe(&self, loaded: &Loaded) -> String {
        let words = || self.list.iter().flat_map(|s| &s.words);
        let names: usize = loaded.documents.iter().map(|d| d.entities.len()).sum();
        let mut line = format!(
            "{}: {} documents, {} words, {names} names, {} pieces in {} stretches",
            loaded.corpus.name(),
            loaded.documents.len(),
            words().count(),
            self.list.iter().map(|s| s.ids.len()).sum::<usize>(),
            self.list.len()
        );
        let decided = words().filter(|w| w.clitic != NONE).count();
        let cut = words().filter(|w| !matches!(w.clitic, 0 | NONE)).count();
        if decided > 0 {
            line += &format!(", {cut} proclitics in {decided} places");
        }
        if self.broken > 0 {
            line += &format!(", {} edges of names inside words", self.broken);
        }
        line
    }
}

fn stretch(
    (document, words): (&Document, &[Span]),
    doubtful: Option<&BTreeSet<usize>>,
    labels: &Labels,
    (encoder, teacher): (&Encoder, Option<&Encoder>),
) -> (Stretch, usize) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return (Stretch::default(), 0) };
    let inside = first.cover(*last);
    let from = document.entities.partition_point(|e| e.span.end() <= inside.start());
    let to = document.entities.partition_point(|e| e.span.start() < inside.end());
    let alignment = to_tags(&document.text, words, &document.entities[from..to.max(from)]);
    let mut stretch = Stretch::default();
    for ((word, tag), cut) in words.iter().zip(&alignment.tags).zip(&alignment.cuts) {
        let letters = word.of(&document.text);
        let pieces = encoder.pieces(letters);
        if pieces.is_empty() {
            continue;
        }
        let clitic = match (tag, doubtful) {
            (Tag::B(_), Some(doubtful)) if !doubtful.contains(&word.start()) => clitic_target(letters, *cut),
            _ => NONE,
        };
        let tag_id = labels.id(tag).map_or(NONE, |id| id as u8);
        let opens = !matches!(tag, Tag::I(_));
        stretch.words.push(Word { first: stretch.ids.len() as u32, tag: tag_id, clitic, opens });
        stretch.ids.extend(pieces);
        if let Some(teacher) = teacher {
            stretch.taught.push(&teacher.pieces(letters));
        }
    }
    (stretch, alignment.broken.len())
}

/// The class of the clitic head, where there is something to decide.
fn clitic_target(word: &str, cut: usize) -> u8 {
    let choices = clitics::cuts(word).iter().filter(|c| c.is_some()).count();
    match clitics::class_of(word, cut) {
        Some(class) if choices > 1 => class as u8,
        _ => NONE,
    }
}
