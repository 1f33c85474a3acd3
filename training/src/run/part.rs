//! What an objective gives the loop at a time.

use candle_core::Tensor;

/// One part of a step.
#[derive(Debug)]
pub struct Part {
    /// The mean loss of the part, a scalar with gradient.
    pub loss: Tensor,
    /// What that mean counts for in the step's mean: its number of targets, say. Positive.
    pub weight: f32,
    /// Tokens that went through the network.
    pub tokens: usize,
    /// Words that they stand for; 0 where words are not known.
    pub words: usize,
}
