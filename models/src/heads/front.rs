//! What stands in front of a head of pretraining: a layer with GELU, and norm where there is one.

use crate::Error;
use crate::encoder::{Network, Path, stock};
use crate::ops::Kept;
use crate::ops::linear::Linear;
use crate::ops::masked::Transform;
use crate::ops::norm::Norm;
use candle_core::Tensor;

/// The layer, and the norm where there is one.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) linear: Linear,
    pub(super) norm: Option<Norm>,
}

impl Front {
    pub(super) fn forward(&self, network: &Network, x: &Tensor) -> Result<Tensor, Error> {
        match network.path() {
            Path::Fused => {
                let op = Transform { linear: self.linear.clone(), norm: self.norm.clone(), kept: Kept::new() };
                Ok(x.apply_op1(op)?)
            }
            Path::Stock => {
                let x = stock::linear(&self.linear, x)?.gelu_erf()?;
                Ok(match &self.norm {
                    Some(norm) => stock::norm(norm, &x)?,
                    None => x,
                })
            }
        }
    }
}
