//! What is compared.

use crate::document::Entity;
use crate::metrics::Counts;

/// A text with what its names are, and what they were taken to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pair {
    /// The document's name.
    pub id: String,
    /// The document's text; spans of both lists are its.
    pub text: String,
    /// The right names.
    pub gold: Vec<Entity>,
    /// The names to be scored.
    pub predicted: Vec<Entity>,
}

impl Pair {
    /// Its names counted.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        counts.add(&self.gold, &self.predicted);
        counts
    }
}
