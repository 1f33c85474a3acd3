//! Precision, recall and F1 exactly as seqeval computes them, in its strict and its default mode.
//!
//! Names are read from tags in one of two ways ([`Mode`]), counted by type ([`Counts`]) and divided into [`Scores`]. A
//! division by zero is 0. Reference: seqeval 1.2.2 (<https://github.com/chakki-works/seqeval>), whose default mode is
//! that of `conlleval`, the scorer of the CoNLL-2000 and CoNLL-2003 shared tasks.

use crate::Error;
use crate::document::Entity;
use crate::labels::Tag;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How names are read from tags that are not well formed; on well-formed IOB2 the two agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A name begins with a `B-`; an `I-` that continues nothing is no name (seqeval with `mode="strict", scheme=IOB2`).
    #[default]
    Strict,
    /// An `I-` that continues nothing begins a name (seqeval's default, `conlleval`).
    Default,
}

/// A name among tags: words `start..end` of its sequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chunk {
    /// First word.
    pub start: usize,
    /// Behind the last word.
    pub end: usize,
    /// Its type.
    pub label: Arc<str>,
}

/// The names of one sequence of tags, in order.
pub fn chunks(tags: &[Tag], mode: Mode) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (i, tag) in tags.iter().enumerate() {
        match tag {
            Tag::O => {}
            Tag::B(label) => chunks.push(Chunk { start: i, end: i + 1, label: label.clone() }),
            Tag::I(label) => match chunks.last_mut() {
                Some(last) if last.end == i && last.label == *label => last.end = i + 1,
                _ if mode == Mode::Default => chunks.push(Chunk { start: i, end: i + 1, label: label.clone() }),
                _ => {}
            },
        }
    }
    chunks
}

/// How many names there are of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Predicted names that are gold, with the same bounds and the same type.
    pub correct: usize,
    /// Predicted names.
    pub predicted: usize,
    /// Gold names.
    pub gold: usize,
}

impl Tally {
    /// Both together.
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            correct: self.correct + other.correct,
            predicted: self.predicted + other.predicted,
            gold: self.gold + other.gold,
        }
    }

    /// Precision, recall and F1 of these counts.
    pub fn score(self) -> Score {
        let precision = ratio(self.correct as f64, self.predicted as f64);
        let recall = ratio(self.correct as f64, self.gold as f64);
        let f1 = ratio(2.0 * precision * recall, precision + recall);
        Score { precision, recall, f1, support: self.gold }
    }
}

/// 0 where nothing is to be divided by.
fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}

/// Fractions between 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// Share of the predicted names that are right.
    pub precision: f64,
    /// Share of the gold names that were found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Number of gold names.
    pub support: usize,
}

/// Names counted by type, over as many documents as are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    types: BTreeMap<Arc<str>, Tally>,
}

impl Counts {
    /// Adds one text's names, right where bounds (bytes) and type agree.
    pub fn add(&mut self, gold: &[Entity], predicted: &[Entity]) {
        let key = |entity: &Entity| (entity.label.clone(), entity.span.start(), entity.span.end());
        self.add_names(gold.iter().map(key).collect(), predicted.iter().map(key).collect());
    }

    /// Adds one sequence of tags; an error if there are not as many predicted as gold ones.
    pub fn add_tags(&mut self, gold: &[Tag], predicted: &[Tag], mode: Mode) -> Result<(), Error> {
        if gold.len() != predicted.len() {
            let message = format!("wanted as many tags as gold has, {}, found {}", gold.len(), predicted.len());
            return Err(Error::config("predicted tags", message));
        }
        let key = |chunk: Chunk| (chunk.label, chunk.start, chunk.end);
        let names = |tags| chunks(tags, mode).into_iter().map(key).collect();
        self.add_names(names(gold), names(predicted));
        Ok(())
    }

    /// A name that is given twice counts once, as in seqeval.
    fn add_names(&mut self, gold: BTreeSet<(Arc<str>, usize, usize)>, predicted: BTreeSet<(Arc<str>, usize, usize)>) {
        for name in &predicted {
            let tally = self.types.entry(name.0.clone()).or_default();
            tally.predicted += 1;
            tally.correct += usize::from(gold.contains(name));
        }
        for (label, ..) in gold {
            self.types.entry(label).or_default().gold += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Counts) {
        for (label, tally) in &other.types {
            let sum = self.types.entry(label.clone()).or_default();
            *sum = sum.plus(*tally);
        }
    }

    /// The counts of each type, sorted by its name.
    pub fn types(&self) -> &BTreeMap<Arc<str>, Tally> {
        &self.types
    }

    /// All types together.
    pub fn total(&self) -> Tally {
        self.types.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }

    /// The scores of these counts.
    pub fn scores(&self) -> Scores {
        let types: BTreeMap<Arc<str>, Score> =
            self.types.iter().map(|(label, tally)| (label.clone(), tally.score())).collect();
        let macro_average = average(types.values().map(|score| (*score, 1.0)));
        let weighted = average(types.values().map(|score| (*score, score.support as f64)));
        Scores { micro: self.total().score(), macro_average, weighted, types }
    }
}

/// The mean of scores by weight; its support is the sum.
fn average(scores: impl Iterator<Item = (Score, f64)>) -> Score {
    let mut sum = Score::default();
    let mut weights = 0.0;
    for (score, weight) in scores {
        sum.precision += weight * score.precision;
        sum.recall += weight * score.recall;
        sum.f1 += weight * score.f1;
        sum.support += score.support;
        weights += weight;
    }
    Score {
        precision: ratio(sum.precision, weights),
        recall: ratio(sum.recall, weights),
        f1: ratio(sum.f1, weights),
        support: sum.support,
    }
}

/// Scores of all types, and their averages. A type is there if gold or the prediction has a name of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// Over all names, whatever their type.
    pub micro: Score,
    /// The mean over types.
    pub macro_average: Score,
    /// The mean over types, weighted by their number of gold names.
    pub weighted: Score,
    /// Each type's own, sorted by its name.
    pub types: BTreeMap<Arc<str>, Score>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    fn tags(line: &str) -> Vec<Tag> {
        line.split(' ')
            .map(|tag| match tag.split_once('-') {
                Some(("B", label)) => Tag::B(label.into()),
                Some((_, label)) => Tag::I(label.into()),
                None => Tag::O,
            })
            .collect()
    }

    fn names(line: &str, mode: Mode) -> Vec<(usize, usize, String)> {
        chunks(&tags(line), mode).into_iter().map(|c| (c.start, c.end, c.label.to_string())).collect()
    }

    #[test]
    fn strict_needs_a_beginning_and_default_does_not() {
        let line = "I-PER I-PER O B-LOC I-PER I-LOC";
        assert_eq!(names(line, Mode::Strict), [(3, 4, "LOC".into())]);
        let all = [(0, 2, "PER".into()), (3, 4, "LOC".into()), (4, 5, "PER".into()), (5, 6, "LOC".into())];
        assert_eq!(names(line, Mode::Default), all);
    }

    #[test]
    fn a_new_beginning_ends_the_name_before() {
        for mode in [Mode::Strict, Mode::Default] {
            assert_eq!(names("B-PER B-PER I-PER", mode), [(0, 1, "PER".into()), (1, 3, "PER".into())]);
        }
    }

    #[test]
    fn nothing_to_divide_by_is_zero() {
        let mut counts = Counts::default();
        assert_eq!(counts.scores(), Scores::default());
        counts.add_tags(&tags("B-PER O"), &tags("O O"), Mode::Strict).unwrap();
        let scores = counts.scores();
        assert_eq!((scores.micro.precision, scores.micro.recall, scores.micro.f1), (0.0, 0.0, 0.0));
        assert_eq!(scores.types["PER"].support, 1);
    }

    #[test]
    fn spans_count_only_with_both_bounds_and_the_type() {
        let text = "زار محمود درويش بيروت";
        let entity = |name: &str, label: &str| {
            let start = text.find(name).unwrap();
            Entity::new(Span::new(text, start, start + name.len()).unwrap(), label)
        };
        let gold = [entity("محمود درويش", "PER"), entity("بيروت", "LOC")];
        let mut counts = Counts::default();
        counts.add(&gold, &[entity("درويش", "PER"), entity("بيروت", "LOC")]);
        counts.add(&gold, &[entity("محمود درويش", "ORG"), entity("بيروت", "LOC")]);
        assert_eq!(counts.total(), Tally { correct: 2, predicted: 4, gold: 4 });
        assert_eq!(counts.types()["LOC"], Tally { correct: 2, predicted: 2, gold: 2 });
        assert_eq!(counts.scores().macro_average.f1, (1.0 + 0.0 + 0.0) / 3.0);
    }

    #[test]
    fn merging_is_counting_all_at_once() {
        let (a, b) = (tags("B-PER I-PER O"), tags("B-PER O B-LOC"));
        let mut both = Counts::default();
        both.add_tags(&a, &b, Mode::Strict).unwrap();
        both.add_tags(&b, &b, Mode::Strict).unwrap();
        let (mut first, mut second) = (Counts::default(), Counts::default());
        first.add_tags(&a, &b, Mode::Strict).unwrap();
        second.add_tags(&b, &b, Mode::Strict).unwrap();
        first.merge(&second);
        assert_eq!(first, both);
    }

    #[test]
    fn tags_that_are_missing_are_an_error() {
        let error = Counts::default().add_tags(&tags("O O"), &tags("O"), Mode::Strict).unwrap_err();
        assert_eq!(error.to_string(), "predicted tags: wanted as many tags as gold has, 2, found 1");
    }
}
