//! The definition of the posteriors: forward-backward over log-probabilities, which never vanish.

use super::transitions::{Decoder, Sets};

/// For each word, the probability of its tag.
pub(super) fn posteriors(decoder: &Decoder, rows: &[f32], temperature: f32, tags: &[usize]) -> Vec<f32> {
    let (n, words) = (decoder.labels, tags.len());
    let mut emission: Vec<f64> = rows.iter().map(|&x| finite(x) / f64::from(temperature)).collect();
    emission.chunks_exact_mut(n).for_each(normalise);
    let mut sums = Vec::new();
    let mut forward = emission.clone();
    forward[..n].iter_mut().zip(&decoder.start).for_each(|(f, start)| *f += start.ln());
    normalise(&mut forward[..n]);
    for word in 1..words {
        let (past, row) = forward[(word - 1) * n..(word + 1) * n].split_at_mut(n);
        log_sums(&decoder.before, past, &mut sums);
        row.iter_mut().zip(&decoder.before.of).for_each(|(f, &set)| *f += sums[set]);
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
        log_sums(&decoder.behind, &backward, &mut sums);
        backward.iter_mut().zip(&decoder.behind.of).for_each(|(b, &set)| *b = sums[set]);
        normalise(&mut backward);
    }
    scores
}

/// The logarithm of the sum over each set.
fn log_sums(sets: &Sets, row: &[f64], sums: &mut Vec<f64>) {
    sums.clear();
    sums.extend(sets.sets.iter().map(|set| log_sum(set.iter().map(|&i| row[i]))));
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

/// A logit that is not a number says nothing good of its tag; an infinite one is merely very large.
pub(super) fn finite(logit: f32) -> f64 {
    if logit.is_nan() { f64::from(f32::MIN) } else { f64::from(logit.clamp(f32::MIN, f32::MAX)) }
}
