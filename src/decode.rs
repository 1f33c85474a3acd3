//! Scores to tags: one Viterbi, several transition tables.
//!
//! Tags are chosen by Viterbi, their probabilities by forward-backward (Rabiner, "A Tutorial on Hidden Markov Models",
//! 1989, sections III A and B, scaled as in V A): a text of 100,000 words is as exact as one of ten. Scores so far apart
//! that probabilities vanish are left to the definition, `logarithms`, which is many times slower.

mod logarithms;
mod transitions;

pub use transitions::{Decoder, Decoding};

use crate::labels::Labels;
use logarithms::finite;

/// The tags of some words, and how sure they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// One tag id a word.
    pub tags: Vec<usize>,
    /// For each word, the probability of its tag.
    pub scores: Vec<f32>,
}

impl Decoder {
    /// The best sequence for rows of logits (`words * labels`; a last row that is not whole is passed over), with the
    /// probability of each chosen tag: its posterior by forward-backward over `softmax(logits / temperature)`.
    pub fn decode(&self, rows: &[f32], temperature: f32) -> Decoded {
        let words = rows.len().checked_div(self.labels).unwrap_or(0);
        if words == 0 {
            return Decoded::default();
        }
        let rows = &rows[..words * self.labels];
        let tags = self.largest_of_each(rows).unwrap_or_else(|| self.best(rows));
        let scores = self.posteriors(rows, temperature, &tags);
        let scores = scores.unwrap_or_else(|| logarithms::posteriors(self, rows, temperature, &tags));
        Decoded { tags, scores }
    }

    /// The largest logit of each word, where that is a sequence that the table allows: there is no better one then.
    fn largest_of_each(&self, rows: &[f32]) -> Option<Vec<usize>> {
        let mut tags: Vec<usize> = Vec::with_capacity(rows.len() / self.labels);
        for row in rows.chunks_exact(self.labels) {
            let mut tag = 0;
            for (i, &x) in row.iter().enumerate() {
                if finite(x) > finite(row[tag]) {
                    tag = i;
                }
            }
            let allowed = match tags.last() {
                None => self.start[tag] == 1.0,
                Some(previous) => self.before.set(tag).contains(previous),
            };
            tags.push(allowed.then_some(tag)?);
        }
        Some(tags)
    }

    /// Viterbi. Of equal paths the one with the smaller tag ids wins, so that the result is the same everywhere.
    fn best(&self, rows: &[f32]) -> Vec<usize> {
        let n = self.labels;
        let mut from = vec![0u32; rows.len()];
        let mut score: Vec<f64> = Vec::with_capacity(n);
        let mut bests: Vec<(usize, f64)> = Vec::with_capacity(self.before.sets.len());
        for (word, row) in rows.chunks_exact(n).enumerate() {
            if word == 0 {
                score.extend(row.iter().zip(&self.start).map(|(&x, start)| finite(x) + start.ln()));
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

    /// The probability of each tag; `None` where a number was too small to say it.
    fn posteriors(&self, rows: &[f32], temperature: f32, tags: &[usize]) -> Option<Vec<f32>> {
        let n = self.labels;
        let mut emission = vec![0.0; rows.len()];
        for (row, logits) in emission.chunks_exact_mut(n).zip(rows.chunks_exact(n)) {
            exponentials(logits, temperature, row);
        }
        let mut sums = vec![0.0; self.before.sets.len().max(self.behind.sets.len())];
        let mut forward = vec![0.0; rows.len()];
        let (mut past, mut rest) = forward.split_at_mut(n);
        product(&self.start, &emission[..n], past);
        scale(past)?;
        for here in emission.chunks_exact(n).skip(1) {
            let row;
            (row, rest) = rest.split_at_mut(n);
            self.before.sums(past, &mut sums, row);
            row.iter_mut().zip(here).for_each(|(f, e)| *f *= e);
            scale(row)?;
            past = row;
        }
        let (mut backward, mut ahead) = (vec![1.0; n], vec![0.0; n]);
        let mut scores = vec![0.0; tags.len()];
        for word in (0..tags.len()).rev() {
            let row = word * n..(word + 1) * n;
            product(&backward, &forward[row.clone()], &mut ahead);
            let all: f64 = ahead.iter().sum();
            if all < SMALLEST {
                return None;
            }
            scores[word] = (ahead[tags[word]] / all) as f32;
            product(&backward, &emission[row], &mut ahead);
            self.behind.sums(&ahead, &mut sums, &mut backward);
            scale(&mut backward)?;
        }
        Some(scores)
    }
}

/// [`Decoder::decode`] for one sequence: the tag ids and the probability of each.
pub fn decode(labels: &Labels, decoding: Decoding, rows: &[f32], temperature: f32) -> (Vec<usize>, Vec<f32>) {
    let Decoded { tags, scores } = Decoder::new(labels, decoding).decode(rows, temperature);
    (tags, scores)
}

fn largest(scores: impl Iterator<Item = (usize, f64)>) -> (usize, f64) {
    scores.fold((0, f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best })
}

/// Probabilities are told apart down to 1e-308. What is lost below that does not count beside this.
const SMALLEST: f64 = 1e-250;

/// `exp((x - greatest) / temperature)`.
fn exponentials(logits: &[f32], temperature: f32, to: &mut [f64]) {
    let top = logits.iter().map(|&x| finite(x)).fold(f64::NEG_INFINITY, f64::max);
    let inverse = 1.0 / f64::from(temperature);
    to.iter_mut().zip(logits).for_each(|(to, &x)| *to = ((finite(x) - top) * inverse).exp());
}

fn product(a: &[f64], b: &[f64], to: &mut [f64]) {
    to.iter_mut().zip(a.iter().zip(b)).for_each(|(to, (a, b))| *to = a * b);
}

/// Makes probabilities sum to one; `None` where they have all but vanished.
fn scale(row: &mut [f64]) -> Option<()> {
    let sum: f64 = row.iter().sum();
    let inverse = 1.0 / sum;
    row.iter_mut().for_each(|x| *x *= inverse);
    (sum >= SMALLEST).then_some(())
}

#[cfg(test)]
mod tests;
