//! Which windows go through the model together.

/// Groups of indices into `lengths`, sorted by length, no group over `budget` tokens in all unless it is one window.
pub fn plan(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let _ = (lengths, budget);
    todo!()
}
