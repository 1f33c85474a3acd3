//! What is scored.

use crate::evaluate::Pair;
use crate::evaluate::gold::Gold;

/// Gold, and what was found.
pub(crate) struct Scored {
    pub(crate) gold: Vec<Gold>,
    /// One for each gold document.
    pub(crate) pairs: Vec<Pair>,
    /// The same documents with the other predictions, if there are any.
    pub(crate) against: Option<Vec<Pair>>,
}
