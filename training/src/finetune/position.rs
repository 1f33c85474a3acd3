//! Where in its data a fine-tuning is.

use serde::{Deserialize, Serialize};

/// The stream of the run's seed that hides pieces.
const NOISE: u64 = 0xa065;

/// A batch of a pass over the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    pub(super) pass: u64,
    pub(super) batch: usize,
}

impl Position {
    /// The stream that the batch's noise comes from.
    pub(super) fn noise(self) -> u64 {
        NOISE ^ (self.pass << 24) ^ self.batch as u64
    }
}
