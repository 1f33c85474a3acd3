//! The temperature of a model's probabilities, fitted on dev sets (Guo et al., "On calibration of modern neural networks",
//! ICML 2017).
//!
//! What is fitted is what a user sees: a name's score is to be the probability that the name is right. The logits are
//! computed once; decoding them at another temperature changes no name, only its score.

use crate::Error;
use crate::data::examples::Stretches;
use crate::data::plan::Plan;
use crate::data::stretch::NONE;
use alam::decode::Decoder;
use alam::labels::{Labels, Tag};
use alam::metrics::{Mode, chunks};
use alam_models::{Input, Model};

/// Temperatures beyond which no model should be: a dev set of a few names must not decide more.
const LIMITS: (f64, f64) = (0.5, 5.0);
/// Points of a grid, and grids, each over the neighbours of the best point of the one before.
const POINTS: usize = 9;
const GRIDS: usize = 5;
/// Probabilities are kept so far from 0 and 1: one sure name that is wrong must not outweigh all others.
const MARGIN: f64 = 1e-6;

/// Logits of a sequence of words, and their right tags.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sequence {
    /// `words * labels`.
    pub(super) logits: Vec<f32>,
    /// One id a word.
    pub(super) tags: Vec<u8>,
}

/// The logits of a dev set's words.
pub(super) fn sequences(
    set: &Stretches,
    model: &Model,
    plan: &Plan,
    special: (&[u32], &[u32]),
) -> Result<Vec<Sequence>, Error> {
    let (before, behind) = special;
    let mut found = Vec::new();
    for windows in plan.pass(std::slice::from_ref(set), 0) {
        let mut input = Input::new(set.token_type);
        for window in &windows {
            let pieces = set.list[window.stretch as usize].pieces(window.first as usize, window.end as usize);
            input.push(&[before, pieces, behind].concat());
        }
        let output = model.forward(&input)?;
        for (window, bound) in windows.iter().zip(&input.bounds) {
            let words = &set.list[window.stretch as usize].words[window.first as usize..window.end as usize];
            let first = words.first().map_or(0, |word| word.first);
            let mut sequence = Sequence::default();
            for word in words.iter().filter(|word| word.tag != NONE) {
                let token = bound + before.len() + (word.first - first) as usize;
                sequence.logits.extend_from_slice(output.tags.row(token));
                sequence.tags.push(word.tag);
            }
            found.push(sequence);
        }
    }
    Ok(found)
}

/// The temperature with the least negative log-likelihood of names being right or wrong; `None` if there are no names.
/// `counts` says which types are looked at.
pub(super) fn fit(
    sequences: &[Sequence],
    labels: &Labels,
    decoder: &Decoder,
    counts: &dyn Fn(&str) -> bool,
) -> Option<f32> {
    let loss = |temperature: f64| {
        let (mut sum, mut names) = (0.0, 0);
        for sequence in sequences {
            for (score, right) in scored(sequence, labels, (decoder, temperature as f32), counts) {
                let likelihood = if right { score } else { 1.0 - score };
                sum -= likelihood.clamp(MARGIN, 1.0 - MARGIN).ln();
                names += 1;
            }
        }
        (names > 0).then(|| sum / f64::from(names))
    };
    loss(1.0)?;
    let (mut low, mut high) = (LIMITS.0.ln(), LIMITS.1.ln());
    let mut best = 0.0;
    for _ in 0..GRIDS {
        let step = (high - low) / (POINTS - 1) as f64;
        let grid = (0..POINTS).map(|i| low + step * i as f64);
        let losses = grid.filter_map(|t| loss(t.exp()).map(|loss| (t, loss)));
        best = losses.min_by(|a, b| a.1.total_cmp(&b.1))?.0;
        (low, high) = ((best - step).max(LIMITS.0.ln()), (best + step).min(LIMITS.1.ln()));
    }
    Some((best.exp() * 1000.0).round() as f32 / 1000.0)
}

/// The names that are found in a sequence: the score of each, and whether it is right.
fn scored(
    sequence: &Sequence,
    labels: &Labels,
    (decoder, temperature): (&Decoder, f32),
    counts: &dyn Fn(&str) -> bool,
) -> Vec<(f64, bool)> {
    let decoded = decoder.decode(&sequence.logits, temperature);
    let named = |ids: &mut dyn Iterator<Item = usize>| -> Vec<Tag> {
        ids.filter_map(|id| labels.tags().get(id).cloned()).collect()
    };
    let gold = chunks(&named(&mut sequence.tags.iter().map(|&id| id.into())), Mode::Default);
    let found = chunks(&named(&mut decoded.tags.iter().copied()), Mode::Default);
    let score = |words: &[f32]| (words.iter().map(|&p| f64::from(p).ln()).sum::<f64>() / words.len() as f64).exp();
    let found = found.iter().filter(|name| counts(&name.label));
    found.map(|name| (score(&decoded.scores[name.start..name.end]), gold.contains(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alam::decode::Decoding;

    /// One word with a margin of `logit` for its first tag of a name, right or not.
    fn word(logit: f32, right: bool) -> Sequence {
        Sequence { logits: vec![0.0, logit, -50.0], tags: vec![u8::from(right)] }
    }

    fn fitted(sequences: &[Sequence]) -> Option<f32> {
        let labels = Labels::of_types(&["PER"]);
        let decoder = Decoder::new(&labels, Decoding::Constrained);
        fit(sequences, &labels, &decoder, &|_| true)
    }

    #[test]
    fn a_model_that_brags_is_cooled_down_to_what_it_is_worth() {
        // Three of four are right at a logit of 4 ln 3: at temperature 4 the score is 3/4.
        let logit = 4.0 * 3f32.ln();
        let words: Vec<Sequence> = [true, true, true, false].map(|right| word(logit, right)).into();
        let temperature = fitted(&words).unwrap();
        assert!((temperature - 4.0).abs() < 0.02, "{temperature}");
    }

    #[test]
    fn honest_scores_stay_as_they_are() {
        let words: Vec<Sequence> = [true, true, true, false].map(|right| word(3f32.ln(), right)).into();
        assert!((fitted(&words).unwrap() - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_few_names_cannot_drive_the_temperature_out_of_its_limits() {
        assert_eq!(fitted(&[word(1.0, true)]), Some(0.5));
        assert_eq!(fitted(&[word(9.0, false)]), Some(5.0));
    }

    #[test]
    fn without_names_there_is_nothing_to_fit() {
        assert_eq!(fitted(&[]), None);
        assert_eq!(fitted(&[word(-3.0, true)]), None);
        let labels = Labels::of_types(&["PER"]);
        let decoder = Decoder::new(&labels, Decoding::Constrained);
        assert_eq!(fit(&[word(3.0, true)], &labels, &decoder, &|label| label != "PER"), None);
    }
}
