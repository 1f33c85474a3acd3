//! Word vectors by skip-gram with negative sampling (Mikolov et al., 2013), over pieces: a cheap first value for the word
//! table of an encoder.

use crate::Rng;
use crate::kernels::elementwise::{accumulate, dot};
use rayon::prelude::*;

/// What decides a training of vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Numbers in a vector.
    pub width: usize,
    /// Pieces to each side at most; each place draws its own from 1 to this.
    pub window: usize,
    /// Pieces drawn against each pair.
    pub negatives: usize,
    /// Learning rate at the beginning; it falls linearly to a ten-thousandth of it.
    pub rate: f32,
    /// Pieces with a larger share of the text than this are passed over at times (Mikolov's `t`).
    pub frequent: f64,
}

/// Vectors in training.
#[derive(Debug, Clone)]
pub struct Vectors {
    settings: Settings,
    /// One a piece: what is wanted.
    input: Vec<f32>,
    /// One a piece as context.
    output: Vec<f32>,
    /// Pieces drawn as negatives, in proportion to their counts to the power 0.75.
    table: Vec<u32>,
    /// The chance of a piece to be kept.
    keep: Vec<f32>,
}

/// Entries of the table of negatives.
const TABLE: usize = 1 << 20;

impl Vectors {
    /// Small random vectors for pieces of these counts.
    pub fn new(settings: Settings, counts: &[u64], rng: &mut Rng) -> Vectors {
        let width = settings.width;
        let mut input = vec![0.0; counts.len() * width];
        input.iter_mut().for_each(|x| *x = (rng.uniform() - 0.5) / width as f32);
        let powers: Vec<f64> = counts.iter().map(|&n| (n as f64).powf(0.75)).collect();
        let (total, words) = (powers.iter().sum::<f64>().max(1.0), counts.iter().sum::<u64>().max(1) as f64);
        let (mut table, mut sum) = (Vec::with_capacity(TABLE), 0.0);
        for (id, power) in powers.iter().enumerate() {
            sum += power / total;
            while table.len() < TABLE && (table.len() as f64) < sum * TABLE as f64 {
                table.push(id as u32);
            }
        }
        let keep = |&n: &u64| {
            let share = (n as f64 / words).max(1e-12) / settings.frequent;
            (1.0 / share.sqrt() + 1.0 / share).min(1.0) as f32
        };
        Vectors {
            settings,
            input,
            output: vec![0.0; counts.len() * width],
            table,
            keep: counts.iter().map(keep).collect(),
        }
    }

    /// Learns from sequences of pieces; `progress` goes from 0 to 1 over the whole training. The sequences are split among
    /// `parts` copies that learn side by side and are averaged at the end, so the result does not depend on the threads.
    pub fn learn(&mut self, sequences: &[Vec<u32>], progress: f32, parts: usize, rng: &mut Rng) {
        let rate = self.settings.rate * (1.0 - progress).max(1e-4);
        let parts = parts.clamp(1, sequences.len().max(1));
        let jobs: Vec<(Rng, Vectors)> = (0..parts).map(|i| (rng.fork(i as u64), self.clone())).collect();
        let copies: Vec<Vectors> = jobs
            .into_par_iter()
            .enumerate()
            .map(|(i, (mut rng, mut copy))| {
                sequences.iter().skip(i).step_by(parts).for_each(|s| copy.sequence(s, rate, &mut rng));
                copy
            })
            .collect();
        let share = 1.0 / parts as f32;
        let mean = |to: &mut [f32], of: fn(&Vectors) -> &[f32]| {
            to.par_iter_mut().enumerate().for_each(|(i, x)| *x = copies.iter().map(|c| of(c)[i]).sum::<f32>() * share);
        };
        mean(&mut self.input, |v| &v.input);
        mean(&mut self.output, |v| &v.output);
    }

    fn sequence(&mut self, ids: &[u32], rate: f32, rng: &mut Rng) {
        let kept: Vec<u32> = ids.iter().copied().filter(|&id| rng.uniform() < self.keep[id as usize]).collect();
        let mut change = vec![0.0; self.settings.width];
        for (i, &centre) in kept.iter().enumerate() {
            let reach = 1 + rng.below(self.settings.window);
            let before = &kept[i.saturating_sub(reach)..i];
            let behind = &kept[i + 1..kept.len().min(i + reach + 1)];
            for &context in before.iter().chain(behind) {
                self.pair(centre, context, rate, (&mut change, rng));
            }
        }
    }

    /// One pair with its negatives.
    fn pair(&mut self, centre: u32, context: u32, rate: f32, (change, rng): (&mut [f32], &mut Rng)) {
        let width = self.settings.width;
        let place = |id: u32| id as usize * width..(id as usize + 1) * width;
        change.fill(0.0);
        for n in 0..=self.settings.negatives {
            let (other, label) = if n == 0 { (context, 1.0) } else { (self.table[rng.below(self.table.len())], 0.0) };
            if n > 0 && other == context {
                continue;
            }
            let (vector, output) = (&self.input[place(centre)], &mut self.output[place(other)]);
            let score = 1.0 / (1.0 + (-dot(vector, output)).exp());
            let step = rate * (label - score);
            accumulate(change, output, step);
            accumulate(output, vector, step);
        }
        accumulate(&mut self.input[place(centre)], change, 1.0);
    }

    /// The vectors, one row a piece, scaled to a standard deviation.
    pub fn scaled(&self, deviation: f32) -> Vec<f32> {
        let squares: f64 = self.input.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let factor = f64::from(deviation) / (squares / self.input.len().max(1) as f64).sqrt().max(1e-12);
        self.input.iter().map(|&x| (f64::from(x) * factor) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, Vectors};
    use crate::Rng;

    /// Pieces 0-4 keep company, and so do 5-9.
    fn text(rng: &mut Rng) -> Vec<Vec<u32>> {
        (0..400).map(|s| (0..20).map(|_| (s % 2 * 5) as u32 + rng.below(5) as u32).collect()).collect()
    }

    fn learnt(parts: usize) -> Vec<f32> {
        let settings = Settings { width: 16, window: 3, negatives: 3, rate: 0.05, frequent: 1.0 };
        let mut rng = Rng::new(4);
        let text = text(&mut rng);
        let mut vectors = Vectors::new(settings, &[800; 10], &mut rng);
        for round in 0..10 {
            vectors.learn(&text, round as f32 / 10.0, parts, &mut rng);
        }
        vectors.scaled(1.0)
    }

    #[test]
    fn pieces_that_keep_company_are_alike() {
        let vectors = learnt(2);
        let cosine = |a: usize, b: usize| {
            let (a, b) = (&vectors[a * 16..(a + 1) * 16], &vectors[b * 16..(b + 1) * 16]);
            let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
            dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
        };
        assert!(cosine(0, 3) > cosine(0, 7) + 0.5, "{} {}", cosine(0, 3), cosine(0, 7));
        assert!(cosine(6, 9) > cosine(2, 9) + 0.5, "{} {}", cosine(6, 9), cosine(2, 9));
    }

    #[test]
    fn the_same_seed_gives_the_same_vectors() {
        assert_eq!(learnt(3), learnt(3));
    }
}
