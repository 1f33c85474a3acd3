//! Cross-entropy against classes, and against distributions.

use crate::Error;
use crate::encoder::stock::log_softmax;
use crate::ops::Kept;
use crate::ops::loss::{CrossEntropy, Targets};
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
        let (rows, classes) = logits.dims2()?;
        if targets.len() != rows || targets.iter().any(|&t| t as usize >= classes) {
            return Err(Error::Input(format!(
                "targets: wanted {rows} classes below {classes}, found {}",
                targets.len()
            )));
        }
        let weight = |(i, &t): (usize, &u32)| {
            self.class_weights.get(t as usize).unwrap_or(&1.0) * row_weights.get(i).unwrap_or(&1.0)
        };
        let weights = targets.iter().enumerate().map(weight).collect();
        self.mean(logits, Targets::Classes(targets.to_vec()), weights)
    }

    /// The same against one distribution a row (`rows x classes`, row-major): what a student learns from its teacher.
    pub fn soft_cross_entropy(&self, logits: &Tensor, targets: &[f32], row_weights: &[f32]) -> Result<Tensor, Error> {
        let (rows, classes) = logits.dims2()?;
        if targets.len() != rows * classes {
            let found = targets.len();
            return Err(Error::Input(format!(
                "targets: wanted {rows} distributions over {classes}, found {found} numbers"
            )));
        }
        let weights = (0..rows).map(|i| *row_weights.get(i).unwrap_or(&1.0)).collect();
        self.mean(logits, Targets::Distributions(targets.to_vec()), weights)
    }

    fn mean(&self, logits: &Tensor, targets: Targets, weights: Vec<f32>) -> Result<Tensor, Error> {
        if logits.device().is_cpu() {
            let op = CrossEntropy { targets, weights, smoothing: self.smoothing, kept: Kept::new() };
            return Ok(logits.contiguous()?.apply_op1(op)?);
        }
        let (rows, classes) = logits.dims2()?;
        let mut wanted = vec![self.smoothing / classes as f32; rows * classes];
        let total: f32 = weights.iter().sum();
        for (r, row) in wanted.chunks_mut(classes).enumerate() {
            match &targets {
                Targets::Classes(ids) => row[ids[r] as usize] += 1.0 - self.smoothing,
                Targets::Distributions(p) => {
                    row.iter_mut().zip(&p[r * classes..]).for_each(|(w, p)| *w += (1.0 - self.smoothing) * p);
                }
            }
            row.iter_mut().for_each(|w| *w *= weights[r] / total);
        }
        let wanted = Tensor::from_vec(wanted, (rows, classes), logits.device())?;
        Ok((log_softmax(logits)? * wanted)?.sum_all()?.neg()?)
    }
}
