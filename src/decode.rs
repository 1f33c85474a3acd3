//! Scores to tags: one Viterbi, several transition tables.

use crate::labels::Labels;
use serde::{Deserialize, Serialize};

/// How tags are chosen from scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decoding {
    /// The best tag of each word, whatever its neighbours.
    Greedy,
    /// The best sequence in which no `I-` lacks its `B-`.
    #[default]
    Constrained,
}

/// The best sequence of tag ids for rows of logits (`rows.len() = words * labels`), with the probability of each chosen tag
/// under the constraint: its posterior by forward-backward over `softmax(logits / temperature)`.
pub fn decode(labels: &Labels, decoding: Decoding, rows: &[f32], temperature: f32) -> (Vec<usize>, Vec<f32>) {
    let _ = (labels, decoding, rows, temperature);
    todo!()
}
