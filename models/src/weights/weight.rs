//! Weights in memory.

use std::collections::BTreeMap;

/// A weight as this crate reads it: row-major f32.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, row-major.
    pub values: Vec<f32>,
}

/// Weights by the names of the table in [`crate::weights`].
pub type Weights = BTreeMap<String, Weight>;

/// Outputs of the clitic head: 0 to 3 proclitic letters.
pub const CLITIC_OUTPUTS: usize = 4;
