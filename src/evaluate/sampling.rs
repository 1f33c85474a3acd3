//! How much of a score, or of the difference of two, is chance.
//!
//! Documents are drawn, not names: names of a document are not independent. Where a corpus marks no documents, its
//! sentences stand for them.

use crate::metrics::Tally;
use alam_models::Rng;

/// How often is drawn, and from which seed: the same numbers give the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Number of draws.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { draws: 1000, seed: 1 }
    }
}

/// 95 of 100 draws lie in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// 2.5 % of the draws are below.
    pub low: f64,
    /// 2.5 % of the draws are above.
    pub high: f64,
}

/// Two predictions for the same documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Micro F1 of the first less that of the second.
    pub difference: f64,
    /// 95 % interval of the difference, if documents like these were drawn again.
    pub interval: Interval,
    /// Probability of a difference at least so large if the two were equally good: of each document, which prediction is
    /// whose is decided by lot (approximate randomisation; Yeh, "More accurate tests for the statistical significance of
    /// result differences", COLING 2000).
    pub p: f64,
}

impl Sampling {
    /// Percentile bootstrap of the micro F1 (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).
    pub fn interval(self, documents: &[Tally]) -> Interval {
        let mut random = Rng::new(self.seed);
        self.of_draws(|| {
            let drawn = (0..documents.len()).map(|_| documents[random.below(documents.len())]);
            f1(drawn)
        })
    }

    /// Whether two predictions differ by more than chance; `a[i]` and `b[i]` are of the same document.
    ///
    /// Where one list is longer, what is only in it is left out.
    pub fn compare(self, a: &[Tally], b: &[Tally]) -> Comparison {
        let pairs: Vec<(Tally, Tally)> = a.iter().copied().zip(b.iter().copied()).collect();
        let difference = |pairs: &[(Tally, Tally)]| f1(pairs.iter().map(|p| p.0)) - f1(pairs.iter().map(|p| p.1));
        let observed = difference(&pairs);
        let mut random = Rng::new(self.seed);
        let mut drawn = pairs.clone();
        let interval = self.of_draws(|| {
            drawn.iter_mut().for_each(|pair| *pair = pairs[random.below(pairs.len())]);
            difference(&drawn)
        });
        let mut at_least = 0;
        for _ in 0..self.draws {
            for (drawn, &(a, b)) in drawn.iter_mut().zip(&pairs) {
                *drawn = if random.below(2) == 0 { (a, b) } else { (b, a) };
            }
            // Sums in another order differ in their last bits.
            at_least += usize::from(difference(&drawn).abs() >= observed.abs() - 1e-12);
        }
        Comparison { difference: observed, interval, p: (at_least + 1) as f64 / (self.draws + 1) as f64 }
    }

    fn of_draws(self, draw: impl FnMut() -> f64) -> Interval {
        let mut draws: Vec<f64> = std::iter::repeat_with(draw).take(self.draws).collect();
        draws.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (share * (draws.len() as f64 - 1.0)).round() as usize;
            draws.get(index).copied().unwrap_or_default()
        };
        Interval { low: at(0.025), high: at(0.975) }
    }
}

fn f1(documents: impl Iterator<Item = Tally>) -> f64 {
    documents.fold(Tally::default(), Tally::plus).score().f1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents with ten names each, so many of them found.
    fn documents(found: &[usize]) -> Vec<Tally> {
        found.iter().map(|&correct| Tally { correct, predicted: 10, gold: 10 }).collect()
    }

    #[test]
    fn an_interval_is_where_it_should_be_and_the_same_each_time() {
        let found: Vec<usize> = (0..200).map(|i| if i % 2 == 0 { 6 } else { 8 }).collect();
        let interval = Sampling::default().interval(&documents(&found));
        // The standard error of the mean of 0.6 and 0.8 over 200 documents is 0.1 / sqrt(200).
        assert!((interval.low - (0.7 - 1.96 * 0.00707)).abs() < 0.002, "{interval:?}");
        assert!((interval.high - (0.7 + 1.96 * 0.00707)).abs() < 0.002, "{interval:?}");
        assert_eq!(interval, Sampling::default().interval(&documents(&found)));
        assert_ne!(interval, Sampling { seed: 2, ..Sampling::default() }.interval(&documents(&found)));
    }

    #[test]
    fn a_difference_in_every_document_is_no_chance_and_none_is_nothing_but() {
        let (good, bad) = (documents(&[9; 40]), documents(&[7; 40]));
        let comparison = Sampling::default().compare(&good, &bad);
        assert!((comparison.difference - 0.2).abs() < 1e-9);
        assert!(comparison.p < 0.002 && comparison.interval.low > 0.0, "{comparison:?}");
        assert_eq!(Sampling::default().compare(&good, &good).p, 1.0);
        let mixed = documents(&(0..40).map(|i| if i % 2 == 0 { 9 } else { 7 }).collect::<Vec<_>>());
        let other = documents(&(0..40).map(|i| if i % 2 == 0 { 7 } else { 9 }).collect::<Vec<_>>());
        assert!(Sampling::default().compare(&mixed, &other).p > 0.9);
    }

    #[test]
    fn no_documents_are_no_reason_to_fall() {
        assert_eq!(Sampling::default().interval(&[]), Interval { low: 0.0, high: 0.0 });
        assert_eq!(Sampling::default().compare(&[], &[]).p, 1.0);
    }
}
