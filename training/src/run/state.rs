//! How far a run is: everything that it goes on from.

use crate::run::evaluation::Evaluation;
use alam_models::Rng;
use alam_models::weights::Weights;
use serde::{Deserialize, Serialize};

/// Everything about a run that is not a tensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// Steps that the optimiser counts.
    pub optimiser_steps: u64,
    /// The source of dropout.
    pub dropout: Rng,
    /// The objective's own state.
    pub objective: serde_json::Value,
    /// The best evaluation so far.
    pub best: Option<Best>,
    /// Evaluations since the best one.
    pub misses: u32,
    /// Seconds of training so far, over all sessions.
    pub seconds: f64,
    /// Tokens that went through the network.
    pub tokens: u64,
    /// Words that they stand for.
    pub words: u64,
    /// Losses that no line of the metrics has told yet.
    #[serde(default)]
    pub losses: Losses,
    /// The recipe's text.
    pub recipe: String,
}

/// The best evaluation so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Best {
    /// The step behind which it was made.
    pub step: u64,
    /// What it found.
    pub evaluation: Evaluation,
}

/// Losses since the last line of the metrics, by what each counts for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Losses {
    sum: f64,
    weight: f64,
}

impl Losses {
    /// Adds one.
    pub fn add(&mut self, loss: f32, weight: f32) {
        self.sum += f64::from(loss) * f64::from(weight);
        self.weight += f64::from(weight);
    }

    /// Their mean; no number where there are none.
    pub fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

/// The tensors of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tensors {
    /// Parameters by name.
    pub weights: Weights,
    /// The optimiser's moments by name.
    pub optimiser: Weights,
}
