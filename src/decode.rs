//! Scores to tags: one Viterbi, several transition tables.
//!
//! Tags are chosen by Viterbi, their probabilities by forward-backward (Rabiner, "A Tutorial on Hidden Markov Models",
//! 1989, sections III A and B), both over log-probabilities that are renormalised at every word: a text of 100,000 words
//! is as exact as one of ten.

use crate::labels::Labels;
use serde::{Deserialize, Serialize};

/// How tags are chosen from scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decoding {
    /// The best tag of each word, whatever its neighbours.
    Greedy,
    /// The best sequence in which no `I-` lacks its `B-`.
    #[default]
    Constrained,
}

/// The tags of some words, and how sure they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// One tag id a word.
    pub tags: Vec<usize>,
    /// For each word, the probability of its tag.
    pub scores: Vec<f32>,
}

/// A transition table, ready for many sentences.
#[derive(Debug, Clone)]
pub struct Decoder {
    labels: usize,
    /// What a sequence may begin with: 0, or minus infinity.
    start: Vec<f64>,
    /// Distinct sets of tags that may stand before a tag; few, as every `B-` has the same one.
    before: Sets,
    /// Distinct sets of tags that may stand behind a tag.
    behind: Sets,
}

/// For each tag, one of a few sets of tags.
#[derive(Debug, Clone, Default)]
struct Sets {
    sets: Vec<Vec<usize>>,
    of: Vec<usize>,
}

impl Sets {
    fn new(labels: usize, allowed: impl Fn(usize, usize) -> bool) -> Sets {
        let mut sets = Sets::default();
        for tag in 0..labels {
            let set: Vec<usize> = (0..labels).filter(|&other| allowed(tag, other)).collect();
            let number = sets.sets.iter().position(|s| *s == set).unwrap_or_else(|| {
                sets.sets.push(set);
                sets.sets.len() - 1
            });
            sets.of.push(number);
        }
        sets
    }

    /// For each tag, the logarithm of the sum over its set.
    fn sums(&self, row: &[f64], sums: &mut Vec<f64>) {
        sums.clear();
        sums.extend(self.sets.iter().map(|set| log_sum(set.iter().map(|&i| row[i]))));
    }
}

impl Decoder {
    /// The transitions of a tag set.
    pub fn new(labels: &Labels, decoding: Decoding) -> Decoder {
        let n = labels.tags().len();
        let may = |previous: Option<usize>, next: usize| match decoding {
            Decoding::Greedy => true,
            Decoding::Constrained => labels.may_follow(previous, next),
        };
        Decoder {
            labels: n,
            start: (0..n).map(|next| if may(None, next) { 0.0 } else { f64::NEG_INFINITY }).collect(),
            before: Sets::new(n, |tag, previous| may(Some(previous), tag)),
            behind: Sets::new(n, |tag, next| may(Some(tag), next)),
        }
    }

    /// The best sequence for rows of logits (`words * labels`; a last row that is not whole is passed over), with the
    /// probability of each chosen tag: its posterior by forward-backward over `softmax(logits / temperature)`.
    pub fn decode(&self, rows: &[f32], temperature: f32) -> Decoded {
        let words = rows.len().checked_div(self.labels).unwrap_or(0);
        if words == 0 {
            return Decoded::default();
        }
        let rows = &rows[..words * self.labels];
        let tags = self.best(rows);
        let scores = self.posteriors(rows, temperature, &tags);
        Decoded { tags, scores }
    }

    /// Viterbi. Of equal paths the one with the smaller tag ids wins, so that the result is the same everywhere.
    fn best(&self, rows: &[f32]) -> Vec<usize> {
        let n = self.labels;
        let mut from = vec![0u32; rows.len()];
        let mut score: Vec<f64> = Vec::with_capacity(n);
        let mut bests: Vec<(usize, f64)> = Vec::with_capacity(self.before.sets.len());
        for (word, row) in rows.chunks_exact(n).enumerate() {
            if word == 0 {
                score.extend(row.iter().zip(&self.start).map(|(&x, start)| finite(x) + start));
                continue;
            }
            bests.clear();
            bests.extend(self.before.sets.iter().map(|set| largest(set.iter().map(|&i| (i, score[i])))));
            for tag in 0..n {
                let (previous, best) = bests[self.before.of[tag]];
                from[word * n + tag] = previous as u32;
                score[tag] = best + finite(row[tag]);
            }
            // Only differences matter, and sums over a long text would lose their last digits.
            let top = score.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            score.iter_mut().for_each(|s| *s -= top);
        }
        let mut tag = largest(score.iter().copied().enumerate()).0;
        let mut tags = vec![tag; rows.len() / n];
        for word in (1..tags.len()).rev() {
            tag = from[word * n + tag] as usize;
            tags[word - 1] = tag;
        }
        tags
    }

    fn posteriors(&self, rows: &[f32], temperature: f32, tags: &[usize]) -> Vec<f32> {
        let (n, words) = (self.labels, tags.len());
        let mut emission: Vec<f64> = rows.iter().map(|&x| finite(x) / f64::from(temperature)).collect();
        emission.chunks_exact_mut(n).for_each(normalise);
        let mut sums = Vec::new();
        let mut forward = emission.clone();
        forward[..n].iter_mut().zip(&self.start).for_each(|(f, start)| *f += start);
        normalise(&mut forward[..n]);
        for word in 1..words {
            let (past, row) = forward[(word - 1) * n..(word + 1) * n].split_at_mut(n);
            self.before.sums(past, &mut sums);
            row.iter_mut().zip(&self.before.of).for_each(|(f, &set)| *f += sums[set]);
            normalise(row);
        }
        let mut scores = vec![0.0; words];
        let mut backward = vec![0.0; n];
        let mut joint = vec![0.0; n];
        for word in (0..words).rev() {
            let row = &forward[word * n..(word + 1) * n];
            joint.iter_mut().zip(row.iter().zip(&backward)).for_each(|(j, (f, b))| *j = f + b);
            normalise(&mut joint);
            scores[word] = joint[tags[word]].exp().clamp(0.0, 1.0) as f32;
            let ahead = &emission[word * n..(word + 1) * n];
            backward.iter_mut().zip(ahead).for_each(|(b, e)| *b += e);
            self.behind.sums(&backward, &mut sums);
            backward.iter_mut().zip(&self.behind.of).for_each(|(b, &set)| *b = sums[set]);
            normalise(&mut backward);
        }
        scores
    }
}

/// [`Decoder::decode`] for one sequence: the tag ids and the probability of each.
pub fn decode(labels: &Labels, decoding: Decoding, rows: &[f32], temperature: f32) -> (Vec<usize>, Vec<f32>) {
    let Decoded { tags, scores } = Decoder::new(labels, decoding).decode(rows, temperature);
    (tags, scores)
}

/// A logit that is not a number says nothing good of its tag; an infinite one is merely very large.
fn finite(logit: f32) -> f64 {
    if logit.is_nan() { f64::from(f32::MIN) } else { f64::from(logit.clamp(f32::MIN, f32::MAX)) }
}

fn largest(scores: impl Iterator<Item = (usize, f64)>) -> (usize, f64) {
    scores.fold((0, f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best })
}

/// `ln(sum(exp(x)))`, minus infinity for nothing.
fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY { top } else { top + values.map(|x| (x - top).exp()).sum::<f64>().ln() }
}

/// Makes log-probabilities sum to one.
fn normalise(row: &mut [f64]) {
    let sum = log_sum(row.iter().copied());
    if sum != f64::NEG_INFINITY {
        row.iter_mut().for_each(|x| *x -= sum);
    }
}

#[cfg(test)]
mod tests;
