//! Whether a model's probabilities mean what they say: of names with 0.9, nine in ten should be right.

use super::{Pair, errors};
use crate::metrics::{Score, Tally};

/// Bins of equal width that names are sorted into by their probability.
const BINS: usize = 10;
/// Thresholds of the table.
const THRESHOLDS: [f32; 8] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// Calibration of predicted names.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Expected calibration error: by how much probability and precision differ, on average over names (Guo et al., "On
    /// calibration of modern neural networks", ICML 2017, equation 3; ten bins).
    pub error: f64,
    /// What is left if only names of a probability from the threshold up are kept.
    pub thresholds: Vec<Threshold>,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Names below it are left out.
    pub at: f32,
    /// How many names are kept.
    pub kept: usize,
    /// Their scores, all types together.
    pub score: Score,
}

impl Calibration {
    /// Of all predicted names; `None` if there is none, or one without a probability.
    pub fn of(pairs: &[Pair]) -> Option<Calibration> {
        let mut names: Vec<(f32, bool)> = Vec::new();
        let mut gold = 0;
        for pair in pairs {
            gold += pair.gold.len();
            let all = errors::all(&pair.gold);
            for entity in &pair.predicted {
                names.push((entity.score?, all.contains(&errors::key(entity))));
            }
        }
        if names.is_empty() {
            return None;
        }
        let row = |&at: &f32| {
            let kept: Vec<_> = names.iter().filter(|name| name.0 >= at).collect();
            let correct = kept.iter().filter(|name| name.1).count();
            Threshold { at, kept: kept.len(), score: Tally { correct, predicted: kept.len(), gold }.score() }
        };
        Some(Calibration { error: error(&names), thresholds: THRESHOLDS.iter().map(row).collect() })
    }
}

fn error(names: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); BINS];
    for &(score, right) in names {
        let bin = &mut bins[((score * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += f64::from(score);
        bin.1 += f64::from(u8::from(right));
    }
    bins.iter().map(|(scores, right)| f64::abs(scores - right)).sum::<f64>() / names.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::examples::pair;
    use super::*;

    fn right(score: f32) -> Pair {
        pair("قال سامي", &[("سامي", "PER", None), ("سامي", "PER", Some(score))])
    }

    fn wrong(score: f32) -> Pair {
        pair("قال سامي", &[("سامي", "LOC", Some(score))])
    }

    #[test]
    fn honest_probabilities_have_no_error_and_bragging_ones_have() {
        let honest = Calibration::of(&[right(0.5), wrong(0.5)]).unwrap();
        assert!(honest.error < 1e-6);
        let bragging = Calibration::of(&[right(1.0), wrong(1.0), wrong(1.0), wrong(1.0)]).unwrap();
        assert!((bragging.error - 0.75).abs() < 1e-6);
        let both_ways = Calibration::of(&[right(0.55), wrong(0.95)]).unwrap();
        assert!((both_ways.error - (0.45 + 0.95) / 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_threshold_trades_recall_for_precision() {
        let calibration = Calibration::of(&[right(0.9), right(0.55), wrong(0.5)]).unwrap();
        let row = |at: f32| *calibration.thresholds.iter().find(|row| row.at == at).unwrap();
        assert_eq!((row(0.0).kept, row(0.0).score.recall), (3, 1.0));
        assert_eq!((row(0.6).kept, row(0.6).score.precision, row(0.6).score.recall), (1, 1.0, 0.5));
        assert_eq!((row(0.99).kept, row(0.99).score.precision), (0, 0.0));
    }

    #[test]
    fn names_without_probabilities_have_no_calibration() {
        assert_eq!(Calibration::of(&[pair("قال سامي", &[("سامي", "PER", None)])]), None);
        let mut bare = right(0.5);
        bare.predicted[0].score = None;
        assert_eq!(Calibration::of(&[right(0.5), bare]), None);
    }
}
