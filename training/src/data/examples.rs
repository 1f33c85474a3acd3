//! Documents to training examples: stretches of pieces with targets, cut into windows anew in every pass.

use crate::data::corpora::Loaded;
use alam::align::to_tags;
use alam::clitics;
use alam::document::{Document, Sentence, Span};
use alam::encode::Encoder;
use alam::labels::{Labels, Tag};
use alam::segment::segment;
use alam_models::Rng;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Documents that are cut at the same time.
const TOGETHER: usize = 4096;

/// A word without a target.
pub const NONE: u8 = u8::MAX;

/// A word of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its first piece in the stretch.
    pub first: u32,
    /// Its tag's id.
    pub tag: u8,
    /// Letters before the name it begins, or [`NONE`].
    pub clitic: u8,
    /// Whether a window may begin with it: it does not stand inside a name.
    pub opens: bool,
}

/// Neighbouring sentences as the network sees them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stretch {
    /// Pieces, without special tokens.
    pub ids: Vec<u32>,
    /// Words that have pieces.
    pub words: Vec<Word>,
    /// The same words as a teacher with a vocabulary of its own reads them.
    pub taught: Taught,
}

/// The words of a stretch in the pieces of another vocabulary; empty without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taught {
    /// Pieces, without special tokens.
    ids: Vec<u32>,
    /// The first piece of each word.
    first: Vec<u32>,
}

impl Taught {
    /// Adds a word. A word that this vocabulary has nothing for is the token 0: it keeps its place.
    fn push(&mut self, pieces: &[u32]) {
        self.first.push(self.ids.len() as u32);
        self.ids.extend_from_slice(if pieces.is_empty() { &[0] } else { pieces });
    }

    fn append(&mut self, other: &Taught) {
        let shift = self.ids.len() as u32;
        self.ids.extend_from_slice(&other.ids);
        self.first.extend(other.first.iter().map(|first| first + shift));
    }

    /// Where word `word` begins; behind the last one the number of pieces.
    pub fn first(&self, word: usize) -> u32 {
        self.first.get(word).copied().unwrap_or(self.ids.len() as u32)
    }

    /// The pieces of words `first..end`.
    pub fn pieces(&self, first: usize, end: usize) -> &[u32] {
        &self.ids[self.first(first) as usize..self.first(end) as usize]
    }
}

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

    fn is_at(self, round: u64) -> bool {
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
                let sentences = match &document.sentences {
                    Some(sentences) => Cow::Borrowed(sentences),
                    None => Cow::Owned(segment(&document.text)),
                };
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

impl Stretch {
    fn append(&mut self, other: &Stretch) {
        let shift = self.ids.len() as u32;
        self.ids.extend_from_slice(&other.ids);
        self.words.extend(other.words.iter().map(|w| Word { first: w.first + shift, ..*w }));
        self.taught.append(&other.taught);
    }

    /// The pieces of words `first..end`.
    pub fn pieces(&self, first: usize, end: usize) -> &[u32] {
        let bound = |word: usize| self.words.get(word).map_or(self.ids.len(), |w| w.first as usize);
        &self.ids[bound(first)..bound(end)]
    }

    /// Cuts the stretch into windows of at most `room` pieces each, drawn anew; names stay whole where they can.
    fn windows(&self, rng: &mut Rng, room: (usize, usize)) -> Vec<(usize, usize)> {
        let mut windows = Vec::new();
        let mut first = 0;
        while first < self.words.len() {
            let begin = self.words[first].first as usize;
            let rest_fits = self.ids.len() - begin <= room.1;
            let most = if rest_fits { room.1 } else { room.0 + rng.below(room.1 - room.0 + 1) };
            let mut end = self.words.partition_point(|w| (w.first as usize) <= begin + most);
            // Word `end - 1` begins within the window, but may not end within it; the last one does if the stretch does.
            if self.ids.len() > begin + most {
                end -= 1;
                let whole = (first + 1..=end).rev().find(|&w| self.words[w].opens);
                end = whole.unwrap_or(end.max(first + 1));
            }
            windows.push((first, end));
            first = end;
        }
        windows
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

/// A window: words `first..end` of a stretch of a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The corpus.
    pub corpus: u32,
    /// The stretch in it.
    pub stretch: u32,
    /// First word.
    pub first: u32,
    /// Behind the last word.
    pub end: u32,
    /// Tokens, special ones included.
    pub tokens: u32,
}

/// How a pass is cut and batched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What the pass's randomness comes from.
    pub seed: u64,
    /// Shortest and longest window, in tokens with the special ones; a stretch that fits is one window.
    pub window: (usize, usize),
    /// Special tokens a window.
    pub special: usize,
    /// Tokens of a batch at most.
    pub budget: usize,
}

/// Batches sorted by length within as many windows as fill so many of them; larger pools pad less, smaller ones mix more.
const POOL: usize = 32;

impl Plan {
    /// The batches of a pass: the same for the same plan, corpora and number. All windows of a batch are of one token type.
    pub fn pass(&self, corpora: &[Stretches], pass: u64) -> Vec<Vec<Window>> {
        let mut rng = Rng::new(self.seed).fork(pass.wrapping_add(1));
        let mut types: Vec<u32> = corpora.iter().map(|c| c.token_type).collect();
        types.sort_unstable();
        types.dedup();
        let mut batches = Vec::new();
        for token_type in types {
            let mut windows = Vec::new();
            for (number, corpus) in corpora.iter().enumerate().filter(|(_, c)| c.token_type == token_type) {
                self.draw((corpus, number as u32), pass, &mut rng, &mut windows);
            }
            rng.shuffle(&mut windows);
            self.batch(windows, &mut batches);
        }
        rng.shuffle(&mut batches);
        batches
    }

    fn draw(&self, (corpus, number): (&Stretches, u32), pass: u64, rng: &mut Rng, windows: &mut Vec<Window>) {
        let rounds = corpus.weight.ceil() as u64;
        let room = (self.window.0 - self.special, self.window.1 - self.special);
        for (index, stretch) in corpus.list.iter().enumerate() {
            let repeats = corpus.weight.floor() + f64::from(u8::from(f64::from(rng.uniform()) < corpus.weight.fract()));
            for _ in (0..repeats as u64).filter(|repeat| corpus.turn.is_at(pass * rounds + repeat)) {
                windows.extend(stretch.windows(rng, room).into_iter().map(|(first, end)| Window {
                    corpus: number,
                    stretch: index as u32,
                    first: first as u32,
                    end: end as u32,
                    tokens: (stretch.pieces(first, end).len() + self.special) as u32,
                }));
            }
        }
    }

    fn batch(&self, windows: Vec<Window>, batches: &mut Vec<Vec<Window>>) {
        let mut pool: Vec<Window> = Vec::new();
        let mut tokens = 0;
        let last = windows.len().saturating_sub(1);
        for (i, window) in windows.into_iter().enumerate() {
            pool.push(window);
            tokens += window.tokens as usize;
            if tokens < POOL * self.budget && i != last {
                continue;
            }
            pool.sort_by_key(|w| w.tokens);
            let mut batch = Vec::new();
            let mut filled = 0;
            for window in pool.drain(..) {
                if filled + window.tokens as usize > self.budget && !batch.is_empty() {
                    batches.push(std::mem::take(&mut batch));
                    filled = 0;
                }
                filled += window.tokens as usize;
                batch.push(window);
            }
            batches.push(batch);
            tokens = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(pieces: &[usize], inside: &[usize]) -> Stretch {
        let mut stretch = Stretch::default();
        for (i, &n) in pieces.iter().enumerate() {
            let first = stretch.ids.len() as u32;
            stretch.words.push(Word { first, tag: 0, clitic: NONE, opens: !inside.contains(&i) });
            stretch.ids.extend((0..n).map(|p| (100 * i + p) as u32));
        }
        stretch
    }

    fn corpora(seed: u64) -> Vec<Stretches> {
        let mut rng = Rng::new(seed);
        (0..3)
            .map(|c| {
                let list = (0..200)
                    .map(|_| {
                        let pieces: Vec<usize> = (0..1 + rng.below(60)).map(|_| 1 + rng.below(3)).collect();
                        stretch(&pieces, &[])
                    })
                    .collect();
                Stretches { list, token_type: c / 2, weight: 1.0 + f64::from(c) * 0.5, turn: Turn::ONLY, broken: 0 }
            })
            .collect()
    }

    const PLAN: Plan = Plan { seed: 5, window: (24, 48), special: 2, budget: 200 };

    #[test]
    fn windows_cover_every_word_once_and_keep_names_whole() {
        let mut rng = Rng::new(3);
        for _ in 0..500 {
            let pieces: Vec<usize> = (0..1 + rng.below(80)).map(|_| 1 + rng.below(4)).collect();
            let inside: Vec<usize> = (1..pieces.len()).filter(|i| i % 4 != 0).collect();
            let stretch = stretch(&pieces, &inside);
            let windows = stretch.windows(&mut rng, (22, 46));
            assert_eq!(windows[0].0, 0);
            assert_eq!(windows.last().unwrap().1, pieces.len());
            assert!(windows.windows(2).all(|w| w[0].1 == w[1].0));
            for &(first, end) in &windows {
                assert!(first < end && stretch.pieces(first, end).len() <= 46, "{windows:?}");
                assert!(first % 4 == 0, "{windows:?}");
            }
        }
    }

    #[test]
    fn words_keep_their_pieces_in_another_vocabulary() {
        let mut taught = Taught::default();
        [&[5, 6][..], &[], &[7]].iter().for_each(|pieces| taught.push(pieces));
        let mut both = taught.clone();
        both.append(&taught);
        assert_eq!((both.first(0), both.first(2), both.first(4), both.first(6)), (0, 3, 6, 8));
        assert_eq!(both.pieces(1, 4), [0, 7, 5, 6]);
        assert_eq!(both.pieces(5, 6), [7]);
        assert!(both.pieces(3, 3).is_empty());
    }

    #[test]
    fn a_name_longer_than_a_window_is_cut_after_all() {
        let stretch = stretch(&[4; 40], &(1..40).collect::<Vec<_>>());
        let windows = stretch.windows(&mut Rng::new(1), (10, 10));
        assert!(windows.iter().all(|&(first, end)| end > first && stretch.pieces(first, end).len() <= 10));
    }

    #[test]
    fn a_pass_is_the_same_each_time_and_another_pass_is_not() {
        let corpora = corpora(1);
        assert_eq!(PLAN.pass(&corpora, 0), PLAN.pass(&corpora, 0));
        assert_ne!(PLAN.pass(&corpora, 0), PLAN.pass(&corpora, 1));
        assert_ne!(PLAN.pass(&corpora, 0), Plan { seed: 6, ..PLAN }.pass(&corpora, 0));
    }

    #[test]
    fn batches_keep_to_the_budget_and_to_one_token_type_and_weights_repeat() {
        let corpora = corpora(2);
        let batches = PLAN.pass(&corpora, 0);
        let mut words = [0; 3];
        for batch in &batches {
            assert!(batch.iter().map(|w| w.tokens).sum::<u32>() <= 200);
            assert!(batch.iter().all(|w| w.corpus / 2 == batch[0].corpus / 2));
            batch.iter().for_each(|w| words[w.corpus as usize] += w.end - w.first);
        }
        let all = |c: usize| corpora[c].list.iter().map(|s| s.words.len()).sum::<usize>() as f64;
        assert_eq!(f64::from(words[0]), all(0));
        assert_eq!(f64::from(words[2]), 2.0 * all(2));
        assert!((1.3..1.7).contains(&(f64::from(words[1]) / all(1))));
    }

    #[test]
    fn copies_of_a_corpus_take_turns() {
        let mut corpora = corpora(4);
        corpora.truncate(1);
        corpora[0].weight = 2.0;
        let copies: Vec<Stretches> =
            (0..3).map(|copy| Stretches { turn: Turn { copy, of: 3 }, ..corpora[0].clone() }).collect();
        let mut rounds = Vec::new();
        for pass in 0..3 {
            let windows = PLAN.pass(&copies, pass).concat();
            let words = |copy: u32| windows.iter().filter(|w| w.corpus == copy).map(|w| w.end - w.first).sum::<u32>();
            rounds.push([0, 1, 2].map(|copy| words(copy) as usize));
        }
        let all = corpora[0].list.iter().map(|s| s.words.len()).sum::<usize>();
        assert_eq!(rounds, [[all, all, 0], [all, 0, all], [0, all, all]]);
    }

    #[test]
    fn a_batch_holds_windows_of_like_lengths() {
        let batches = PLAN.pass(&corpora(3), 0);
        let padding: u32 = batches
            .iter()
            .map(|b| {
                b.iter().map(|w| w.tokens).max().unwrap() * b.len() as u32 - b.iter().map(|w| w.tokens).sum::<u32>()
            })
            .sum();
        let tokens: u32 = batches.iter().flatten().map(|w| w.tokens).sum();
        assert!(f64::from(padding) < 0.1 * f64::from(tokens), "{padding} of {tokens}");
    }
}
