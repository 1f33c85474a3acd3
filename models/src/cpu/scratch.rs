//! Working memory of the threads: allocated at first, then handed on.

use crate::kernels::attention::Workspace;
use crate::kernels::pack::Quantised;
use std::sync::Mutex;

/// What one block of work needs.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Where the block's sequences begin, counted from its first token, and where the last one ends.
    pub(super) bounds: Vec<usize>,
    /// Number of the block's tokens. The memory below may hold more than they need.
    pub(super) tokens: usize,
    /// Hidden states, one row a token.
    pub(super) hidden: Vec<f32>,
    /// As wide as queries, keys and values together, or as the feed-forward part.
    pub(super) wide: Vec<f32>,
    /// As wide as the hidden states.
    pub(super) other: Vec<f32>,
    /// The input of a product, in bytes.
    pub(super) quantised: Quantised,
    /// Attention's own.
    pub(super) work: Workspace,
}

/// The first `n` elements, of which memory that grows when it must holds whatever was there before.
pub(super) fn first(memory: &mut Vec<f32>, n: usize) -> &mut [f32] {
    if memory.len() < n {
        memory.resize(n, 0.0);
    }
    &mut memory[..n]
}

/// Scratch memory that no thread uses now.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Scratch>>);

impl Pool {
    pub(super) fn take(&self) -> Scratch {
        self.0.lock().map(|mut free| free.pop()).ok().flatten().unwrap_or_default()
    }

    pub(super) fn give(&self, scratch: Scratch) {
        if let Ok(mut free) = self.0.lock() {
            free.push(scratch);
        }
    }
}
