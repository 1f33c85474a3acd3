//! Telling which tokens were replaced.

use super::front::Front;
use crate::encoder::Network;
use crate::ops::Kept;
use crate::ops::linear::Linear;
use crate::ops::loss::Binary;
use crate::weights::Weights;
use crate::{Error, Rng};
use candle_core::Tensor;

/// Tells which tokens were replaced (ELECTRA's discriminator): a layer, GELU, one logit a token.
#[derive(Debug)]
pub struct DetectionHead {
    front: Front,
    prediction: Linear,
}

impl DetectionHead {
    /// Adds the head to a network; its weights are named `detection.dense` and `detection.prediction`.
    pub fn new(network: &mut Network, weights: &Weights, rng: &mut Rng) -> Result<DetectionHead, Error> {
        let h = network.config().hidden_size;
        network.extend(weights, rng, |builder| {
            let front = Front { linear: builder.linear("detection.dense", h, h)?, norm: None };
            Ok(DetectionHead { front, prediction: builder.linear("detection.prediction", 1, h)? })
        })
    }

    /// Mean binary cross-entropy over all tokens (1: replaced), and the logits.
    pub fn loss(&self, network: &Network, hidden: &Tensor, replaced: &[f32]) -> Result<(Tensor, Vec<f32>), Error> {
        let x = self.front.forward(network, hidden)?;
        let logits = network.linear(&self.prediction, &x)?;
        let values = logits.flatten_all()?.to_vec1()?;
        if logits.device().is_cpu() {
            let op = Binary { targets: replaced.to_vec(), kept: Kept::new() };
            return Ok((logits.apply_op1(op)?, values));
        }
        let x = logits.flatten_all()?;
        let wanted = Tensor::from_slice(replaced, replaced.len(), x.device())?;
        // max(x, 0) - x t + ln(1 + e^-|x|), which cannot overflow.
        let soft = (x.abs()?.neg()?.exp()? + 1.0)?.log()?;
        let loss = ((x.relu()? - (&x * &wanted)?)? + soft)?.mean_all()?;
        Ok((loss, values))
    }
}
