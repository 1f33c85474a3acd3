//! Comparing predictions with gold: scores, how sure they are, what kind of errors there are and which.
//!
//! A name is right if its bounds and its type are those of a gold name. Scores are [`crate::metrics`]'; the rest is here:
//! gold and predictions are read from files and paired ([`gold`], [`predictions`]), on the gold's own words or as running
//! text ([`running`]); then come error classes ([`errors`]), intervals and tests by resampling documents ([`sampling`]),
//! whether a model's probabilities mean what they say ([`calibration`]), and where names begin that are written together
//! with a particle ([`onsets`]).

pub mod calibration;
pub mod errors;
pub mod gold;
pub mod onsets;
mod pair;
pub mod predictions;
pub mod running;
pub mod sampling;

pub use pair::Pair;

use crate::metrics::{Counts, Scores, Tally};
use calibration::Calibration;
use errors::Errors;
use sampling::{Interval, Sampling};

/// What can be said of predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Number of documents.
    pub documents: usize,
    /// Names counted by type.
    pub counts: Counts,
    /// Precision, recall and F1 of these counts.
    pub scores: Scores,
    /// 95 % interval of the micro F1, if documents like these were drawn again.
    pub interval: Interval,
    /// What went wrong.
    pub errors: Errors,
    /// How far probabilities can be trusted; `None` if there are none.
    pub calibration: Option<Calibration>,
}

/// Scores predictions.
pub fn evaluate(pairs: &[Pair], sampling: Sampling) -> Evaluation {
    let mut counts = Counts::default();
    pairs.iter().for_each(|pair| counts.merge(&pair.counts()));
    Evaluation {
        documents: pairs.len(),
        scores: counts.scores(),
        counts,
        interval: sampling.interval(&tallies(pairs)),
        errors: Errors::of(pairs),
        calibration: Calibration::of(pairs),
    }
}

/// The counts of each document, all types together: what is resampled.
pub fn tallies(pairs: &[Pair]) -> Vec<Tally> {
    pairs.iter().map(|pair| pair.counts().total()).collect()
}

#[cfg(test)]
mod examples {
    use super::Pair;
    use crate::document::{Entity, Span};

    /// A pair of a text with its names as `(letters, type, probability)`; without one, the name is gold.
    pub(super) fn pair(text: &str, names: &[(&str, &str, Option<f32>)]) -> Pair {
        let mut pair = Pair { id: "d".into(), text: text.into(), ..Pair::default() };
        for (letters, label, score) in names {
            let start = text.find(letters).unwrap();
            let entity = Entity::new(Span::new(text, start, start + letters.len()).unwrap(), *label);
            match score {
                None => pair.gold.push(entity),
                Some(score) => pair.predicted.push(entity.with_score(*score)),
            }
        }
        pair
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evaluation_is_of_all_documents_together() {
        let a = examples::pair(
            "زار سامي عمان",
            &[("سامي", "PER", None), ("عمان", "LOC", None), ("عمان", "LOC", Some(0.9))],
        );
        let b = examples::pair("عاد سامي", &[("سامي", "PER", None), ("سامي", "PER", Some(0.8))]);
        let evaluation = evaluate(&[a, b], Sampling::default());
        assert_eq!(evaluation.documents, 2);
        assert_eq!((evaluation.scores.micro.precision, evaluation.scores.micro.recall), (1.0, 2.0 / 3.0));
        assert!(evaluation.interval.low <= evaluation.scores.micro.f1);
        assert!(evaluation.interval.high >= evaluation.scores.micro.f1);
        assert_eq!(evaluation.errors.count(errors::Class::Missed), 1);
        assert!(evaluation.calibration.is_some());
    }
}
