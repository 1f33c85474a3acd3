//! Operations with gradients for training on the CPU, fused.
//!
//! Each stands in candle's graph as a custom operation of one tensor, the activations; the parameters it uses are held by
//! the operation itself, and their gradients go straight into the sums of [`crate::parameters`]. So nothing is allocated,
//! cleared or added up per parameter and step, and activations needed again are kept where the operation is.
//! The definition of each is the stock graph in [`crate::encoder`]; tests compare values and gradients.

pub(crate) mod attention;
pub(crate) mod block;
pub(crate) mod buffer;
pub(crate) mod embed;
pub(crate) mod linear;
pub(crate) mod loss;
pub(crate) mod masked;
pub(crate) mod norm;
pub(crate) mod rows;
pub(crate) mod sampled;

use candle_core::{CpuStorage, Layout, Result, Tensor};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows that one task of a pass over activations takes: fixed, so that sums over rows do not depend on the threads.
pub(crate) const ROWS: usize = 64;

/// The contiguous numbers behind an operation's argument.
pub(crate) fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&values[start..end]),
        _ => candle_core::bail!("wanted contiguous f32 numbers"),
    }
}

/// A gradient that is about to be changed in place.
pub(crate) fn take(gradient: &Tensor) -> Result<Vec<f32>> {
    gradient.flatten_all()?.to_vec1()
}

/// What a forward pass keeps for its backward pass.
#[derive(Debug, Default)]
pub(crate) struct Kept<T>(Mutex<Option<T>>);

impl<T> Kept<T> {
    pub(crate) fn new() -> Self {
        Kept(Mutex::new(None))
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, value: T) {
        *self.lock() = Some(value);
    }

    /// Takes it out: a graph is walked back once.
    pub(crate) fn take(&self) -> Result<T> {
        match self.lock().take() {
            Some(value) => Ok(value),
            None => candle_core::bail!("a graph of fused operations can be walked back once only"),
        }
    }
}
