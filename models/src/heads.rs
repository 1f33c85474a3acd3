//! Losses and the heads of pretraining.

use crate::Error;
use candle_core::Tensor;

/// How a row of logits is compared with its target.
#[derive(Debug, Clone, Default)]
pub struct Loss {
    /// Mass taken from the target and spread over all classes.
    pub smoothing: f32,
    /// One weight a class; empty for all 1.
    pub class_weights: Vec<f32>,
}

impl Loss {
    /// Weighted mean cross-entropy of `logits` (`rows x classes`) against class indices, each row times its own weight
    /// (`row_weights`; empty for all 1). A scalar with gradient.
    pub fn cross_entropy(&self, logits: &Tensor, targets: &[u32], row_weights: &[f32]) -> Result<Tensor, Error> {
        let _ = (logits, targets, row_weights);
        todo!()
    }
}
