//! What the present parameters are worth.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What stands behind a dev set's name for its copy with neighbouring sentences joined.
pub(crate) const JOINED: &str = " joined";

/// What an evaluation found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What the best checkpoint is chosen by; the higher the better.
    pub score: f64,
    /// Everything that was measured, by name, in fractions: `dev/micro/f1`, `masked/accuracy`.
    pub numbers: BTreeMap<String, f64>,
}
