//! Losses on rows of logits; the gradient is found on the way forward.

use super::{Kept, slice};
use crate::kernels::elementwise::softmax;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// What rows of logits are compared with.
#[derive(Debug)]
pub(crate) enum Targets {
    /// One class a row.
    Classes(Vec<u32>),
    /// One distribution a row, over the same number of classes.
    Distributions(Vec<f32>),
}

/// Weighted mean cross-entropy.
#[derive(Debug)]
pub(crate) struct CrossEntropy {
    pub(crate) targets: Targets,
    /// One a row; class weights are in them.
    pub(crate) weights: Vec<f32>,
    pub(crate) smoothing: f32,
    pub(crate) kept: Kept<Vec<f32>>,
}

impl CustomOp1 for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross-entropy"
    }

    fn cpu_fwd(&self, logits: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let logits = slice(logits, layout)?;
        let classes = layout.shape().dims2()?.1;
        let total: f32 = self.weights.iter().sum();
        let mut gradient = logits.to_vec();
        let mut loss = 0f64;
        for (r, (row, logits)) in gradient.chunks_mut(classes).zip(logits.chunks(classes)).enumerate() {
            let log_sum = softmax(row, 1.0);
            let weight = self.weights[r] / total;
            let mut wanted = vec![self.smoothing / classes as f32; classes];
            match &self.targets {
                Targets::Classes(ids) => wanted[ids[r] as usize] += 1.0 - self.smoothing,
                Targets::Distributions(p) => {
                    let p = &p[r * classes..(r + 1) * classes];
                    wanted.iter_mut().zip(p).for_each(|(w, p)| *w += (1.0 - self.smoothing) * p);
                }
            }
            for ((p, wanted), logit) in row.iter_mut().zip(&wanted).zip(logits) {
                loss += f64::from(weight * wanted * (log_sum - logit));
                *p = weight * (*p - wanted);
            }
        }
        self.kept.put(gradient);
        Ok((CpuStorage::F32(vec![loss as f32]), Shape::from(())))
    }

    fn bwd(&self, logits: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let factor = gradient.to_scalar::<f32>()?;
        let mut back = self.kept.take()?;
        back.iter_mut().for_each(|g| *g *= factor);
        Ok(Some(Tensor::from_vec(back, logits.shape(), logits.device())?))
    }
}

/// Mean binary cross-entropy of one logit a row.
#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) targets: Vec<f32>,
    pub(crate) kept: Kept<Vec<f32>>,
}

impl CustomOp1 for Binary {
    fn name(&self) -> &'static str {
        "binary cross-entropy"
    }

    fn cpu_fwd(&self, logits: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let logits = slice(logits, layout)?;
        let part = 1.0 / logits.len().max(1) as f32;
        let mut loss = 0f64;
        let pairs = logits.iter().zip(&self.targets);
        let gradient = pairs.map(|(&x, &t)| {
            loss += f64::from(x.max(0.0) - x * t + (-x.abs()).exp().ln_1p());
            part * (1.0 / (1.0 + (-x).exp()) - t)
        });
        self.kept.put(gradient.collect());
        Ok((CpuStorage::F32(vec![loss as f32 * part]), Shape::from(())))
    }

    fn bwd(&self, logits: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let factor = gradient.to_scalar::<f32>()?;
        let mut back = self.kept.take()?;
        back.iter_mut().for_each(|g| *g *= factor);
        Ok(Some(Tensor::from_vec(back, logits.shape(), logits.device())?))
    }
}
