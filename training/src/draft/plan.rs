//! How long a run learns, and in what steps.

/// What the size of the data decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    /// Steps of the run.
    pub(super) steps: u64,
    /// Tokens of a step.
    pub(super) batch_tokens: usize,
    /// The highest learning rate.
    pub(super) learning_rate: f32,
    /// Steps between evaluations.
    pub(super) evaluate_every: u64,
}

/// Tokens of a word, about.
const TOKENS: f64 = 1.2;
/// Evaluations of a run.
const EVALUATIONS: u64 = 4;

impl Plan {
    /// For so many words beside so many on which nothing shall change, of which a model that has learnt names before needs to see each less often.
    pub(super) fn of(words: usize, kept: usize, known: bool) -> Plan {
        let tokens = (words + kept) as f64 * TOKENS;
        let (batch_tokens, passes) = match words {
            0..8_000 => (512, 10.0),
            8_000..40_000 => (1024, 8.0),
            40_000..200_000 => (2048, 5.0),
            _ => (2048, 3.0),
        };
        // From nothing, the same data has to say more.
        let (passes, least, learning_rate) = if known { (passes, 60.0, 2e-4) } else { (2.0 * passes, 300.0, 5e-4) };
        let steps = (passes * tokens / batch_tokens as f64).clamp(least, 20_000.0).round() as u64;
        Plan { steps, batch_tokens, learning_rate, evaluate_every: steps.div_ceil(EVALUATIONS) }
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn more_words_take_more_steps_and_a_beginner_more_than_one_who_knows() {
        let steps = |words, known| Plan::of(words, 0, known).steps;
        let sizes = [500, 3_000, 30_000, 110_000, 1_000_000];
        assert!(sizes.windows(2).all(|two| steps(two[0], true) <= steps(two[1], true)));
        assert!(sizes.iter().all(|&words| steps(words, false) > steps(words, true)));
        let all = Plan::of(110_000, 0, true);
        assert!(Plan::of(110_000, 11_000, true).steps > all.steps);
        assert!(all.evaluate_every * 4 >= all.steps && all.evaluate_every * 3 < all.steps);
    }
}
