//! Copies of a corpus with other letters before its names and other names, for what the corpus itself has too little of.
//!
//! Spelling that wavers (أ and ا, ى and ي, ة and ه, marks, tatweel) needs no copies: the full normaliser folds all of it
//! before a model sees a word. Copies are made once, from the seed, and take turns pass by pass, so that a run that goes on
//! after a stop sees what it would have seen.

mod edit;
mod gazetteer;
mod proclitic;

pub use gazetteer::{Gazetteer, Source as GazetteerSource};

use crate::Error;
use crate::data::corpora::Loaded;
use crate::recipe::Source;
use alam::clitics;
use alam::document::{Document, Span};
use alam::segment;
use alam_models::Rng;
use edit::Edit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is changed in the copies of a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Augment {
    /// Copies of each corpus that take turns, one a pass.
    pub copies: usize,
    /// Share of the names that get a proclitic, or another one, where it is known which letters are one and the words
    /// before the name allow it.
    pub proclitics: f32,
    /// Share of the names for which another name of their type and their number of words is put from a gazetteer.
    pub names: f32,
    /// Share of the names without a proclitic for which one of their type in Latin letters is put from a gazetteer.
    pub latin: f32,
}

impl Default for Augment {
    fn default() -> Self {
        Augment { copies: 1, proclitics: 0.0, names: 0.0, latin: 0.0 }
    }
}

impl Augment {
    /// Whether copies differ from the corpus at all.
    pub fn changes(&self) -> bool {
        self.proclitics > 0.0 || self.takes_names()
    }

    /// Whether names are taken from gazetteers.
    fn takes_names(&self) -> bool {
        self.names > 0.0 || self.latin > 0.0
    }

    /// Refuses shares that are none, and copies that would all be the same.
    pub fn check(&self, gazetteers: usize, source: &Source) -> Result<(), Error> {
        if !(1..=1000).contains(&self.copies) {
            return Err(source.error("augment.copies", format!("wanted 1 to 1000, found {}", self.copies)));
        }
        for (key, share) in [("proclitics", self.proclitics), ("names", self.names), ("latin", self.latin)] {
            if !(0.0..=1.0).contains(&share) {
                let message = format!("wanted a share from 0 to 1, found {share}");
                return Err(source.error(&format!("augment.{key}"), message));
            }
        }
        if self.copies > 1 && !self.changes() {
            let message = format!("wanted `proclitics`, `names` or `latin` beside {} copies, found none", self.copies);
            return Err(source.error("augment.copies", message));
        }
        if self.takes_names() && gazetteers == 0 {
            let key = if self.names > 0.0 { "augment.names" } else { "augment.latin" };
            return Err(source.error(key, "wanted `[[gazetteers]]` to take names from, found none"));
        }
        if !self.takes_names() && gazetteers > 0 {
            return Err(source.error(
                "gazetteers",
                "wanted a share of `augment.names` or `augment.latin` that takes from them, found 0",
            ));
        }
        Ok(())
    }

    /// A copy of a corpus: the same for the same seed of `rng`.
    pub fn copy(&self, loaded: &Loaded, gazetteer: &Gazetteer, rng: &mut Rng) -> Loaded {
        let mut copy = loaded.clone();
        if !self.changes() {
            return copy;
        }
        for (document, doubtful) in copy.documents.iter_mut().zip(&mut copy.doubtful) {
            let known = loaded.corpus.knows_clitics().then_some(&*doubtful);
            let edits = self.edits(document, known, gazetteer, rng);
            edit::apply(document, doubtful, &edits);
        }
        copy
    }

    fn edits(
        &self,
        document: &Document,
        doubtful: Option<&BTreeSet<usize>>,
        gazetteer: &Gazetteer,
        rng: &mut Rng,
    ) -> Vec<Edit> {
        let sentences = segment::sentences(document);
        let words: Vec<(Span, bool)> =
            sentences.iter().flat_map(|s| s.words.iter().enumerate().map(|(i, w)| (*w, i == 0))).collect();
        let mut edits: Vec<Edit> = Vec::new();
        for number in 0..document.entities.len() {
            let before = match number {
                0 => 0,
                _ => document.entities[number - 1].span.end().max(edits.last().map_or(0, |e| e.to)),
            };
            edits.extend(self.edit(Place { document, words: &words, number, before }, doubtful, gazetteer, rng));
        }
        edits
    }

    fn edit(
        &self,
        place: Place<'_>,
        doubtful: Option<&BTreeSet<usize>>,
        gazetteer: &Gazetteer,
        rng: &mut Rng,
    ) -> Option<Edit> {
        let text = &place.document.text;
        let entity = &place.document.entities[place.number];
        let behind = place.words.partition_point(|(w, _)| w.start() <= entity.span.start());
        let at = behind.checked_sub(1)?;
        let word = place.words[at].0;
        let ends = place.words.partition_point(|(w, _)| w.end() < entity.span.end());
        let last = place.words.get(ends)?.0;
        let cut = entity.span.start() - word.start();
        let class = clitics::class_of(word.of(text), cut)?;
        let next = place.document.entities.get(place.number + 1).map_or(text.len(), |e| e.span.start());
        if last.end() != entity.span.end() || word.start() < place.before || last.end() > next {
            return None;
        }
        let decided = doubtful.is_some_and(|d| !d.contains(&word.start()));
        let one_choice = clitics::cuts(word.of(text)).iter().filter(|c| c.is_some()).count() == 1;
        if !decided && !one_choice {
            return None;
        }
        if self.latin > 0.0 && rng.uniform() < self.latin {
            let whole = cut == 0 && word.start() == entity.span.start();
            if let Some(name) = whole.then(|| gazetteer.draw_latin(&entity.label, rng)).flatten() {
                let (from, to) = (entity.span.start(), entity.span.end());
                return Some(Edit { from, to, written: name.to_owned(), start: 0, entity: place.number });
            }
        }
        let (draw_name, draw_proclitic) = (rng.uniform() < self.names, rng.uniform() < self.proclitics);
        let (old, article) = proclitic::written(&text[word.start()..entity.span.start()], class);
        let count = text[entity.span.start()..entity.span.end()].split_whitespace().count();
        let other = draw_name.then(|| gazetteer.draw(&entity.label, count, rng)).flatten();
        let context = place.context(at);
        let new = (draw_proclitic && decided).then(|| proclitic::choose(&old, &context, rng)).flatten();
        if other.is_none() && new.is_none() {
            return None;
        }
        let merged = new.as_ref().is_some_and(|new| new.merges);
        let from = if merged { place.words[at - 1].0.start() } else { word.start() };
        let proclitics = new.map_or(old, |new| new.letters);
        let (to, name) = match other {
            Some(name) => (entity.span.end(), name.to_owned()),
            // The article that stands in the letters cut off comes back.
            None => {
                let to = word.end().min(entity.span.end());
                let own = &text[entity.span.start()..to];
                (to, if article { format!("ال{own}") } else { own.to_owned() })
            }
        };
        let (written, start) = clitics::join(&proclitics, &name);
        Some(Edit { from, to, written, start, entity: place.number })
    }
}

/// A name in its text.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    document: &'a Document,
    /// All words, and whether they are the first of a sentence.
    words: &'a [(Span, bool)],
    /// The name's number.
    number: usize,
    /// Up to where the text is another name's.
    before: usize,
}

impl<'a> Place<'a> {
    /// What stands before word `at`.
    fn context(&self, at: usize) -> proclitic::Context<'a> {
        let text: &'a str = &self.document.text;
        let (word, first) = self.words[at];
        if first || at == 0 {
            return proclitic::Context::Start;
        }
        let before = self.words[at - 1].0;
        if before.start() < self.before {
            return proclitic::Context::Name;
        }
        let adjacent = &text[before.end()..word.start()] == " ";
        proclitic::Context::Word { word: before.of(text), adjacent }
    }
}

#[cfg(test)]
mod tests;
