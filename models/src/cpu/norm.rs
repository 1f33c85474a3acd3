//! A layer norm.

use super::source::Source;
use crate::Error;
use crate::kernels::Kernels;

/// Gain, bias, and what is added to the variance.
#[derive(Debug)]
pub(super) struct Norm {
    gain: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    /// The norm `name` of rows of `width`.
    pub(super) fn new(source: Source<'_>, name: &str, (width, epsilon): (usize, f32)) -> Result<Norm, Error> {
        Ok(Norm {
            gain: source.floats(&format!("{name}.weight"), &[width])?.into_owned(),
            bias: source.floats(&format!("{name}.bias"), &[width])?.into_owned(),
            epsilon,
        })
    }

    pub(super) fn apply(&self, kernels: &Kernels, x: &mut [f32]) {
        kernels.layer_norm(x, &self.gain, &self.bias, self.epsilon);
    }
}
