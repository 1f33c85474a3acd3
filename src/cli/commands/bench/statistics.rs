//! A median, and the interval that holds the true one 95 times of 100.

use serde::Serialize;

/// A figure that was measured several times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Figure {
    pub(super) median: f64,
    /// The lower end of the interval.
    pub(super) low: f64,
    /// Its upper end.
    pub(super) high: f64,
}

impl Figure {
    /// By order statistics, which suppose nothing of how the values are spread (Conover, "Practical Nonparametric
    /// Statistics", 3.2). Below six values the interval from the least to the greatest is too narrow, and there is no wider
    /// one. `None` of no value.
    pub(super) fn of(values: &[f64]) -> Option<Figure> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (n, left_out) = (sorted.len(), left_out(sorted.len()));
        let middle = |i: usize| sorted.get(i).copied();
        let median = (middle(n.checked_sub(1)? / 2)? + middle(n / 2)?) / 2.0;
        Some(Figure { median, low: middle(left_out)?, high: middle(n - 1 - left_out)? })
    }

    /// The same quantity in other units.
    pub(super) fn map(self, f: impl Fn(f64) -> f64) -> Figure {
        Figure { median: f(self.median), low: f(self.low), high: f(self.high) }
    }
}

/// How many of `n` values may be left out at either end: the median lies beyond the `k` least with probability
/// P(Binomial(n, 1/2) < k), which must stay within 2.5 %.
fn left_out(n: usize) -> usize {
    let mut log_term = n as f64 * 0.5f64.ln();
    let mut sum = log_term.exp();
    let mut k = 0;
    while k + 1 < n.div_ceil(2) {
        log_term += ((n - k) as f64 / (k + 1) as f64).ln();
        let next = sum + log_term.exp();
        if next > 0.025 {
            break;
        }
        sum = next;
        k += 1;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;
    use alam_models::Rng;

    #[test]
    fn as_many_are_left_out_as_the_tables_say() {
        // Conover's table of confidence intervals for the median, 95 %: ranks (1, 6), (2, 9), (6, 15), (40, 61).
        for (n, rank) in [(6, 1), (10, 2), (20, 6), (100, 40)] {
            assert_eq!(left_out(n) + 1, rank, "{n}");
        }
        assert_eq!([0, 1, 2, 5].map(left_out), [0; 4]);
    }

    #[test]
    fn the_median_is_the_middle_of_the_values() {
        assert_eq!(Figure::of(&[]), None);
        assert_eq!(Figure::of(&[3.0]), Some(Figure { median: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(Figure::of(&[4.0, 1.0, 2.0, 9.0]), Some(Figure { median: 3.0, low: 1.0, high: 9.0 }));
    }

    #[test]
    fn the_interval_holds_the_true_median_as_often_as_it_says() {
        let mut rng = Rng::new(5);
        let held = (0..2000).filter(|_| {
            let values: Vec<f64> = (0..10).map(|_| f64::from(rng.normal()).exp()).collect();
            Figure::of(&values).is_some_and(|f| f.low <= 1.0 && 1.0 <= f.high)
        });
        let share = held.count() as f64 / 2000.0;
        assert!((0.95..1.0).contains(&share), "{share}");
    }
}
