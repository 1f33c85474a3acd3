//! Guessing masked pieces.

use super::front::Front;
use crate::encoder::stock::log_softmax;
use crate::encoder::{Mode, Network, Path};
use crate::ops::Kept;
use crate::ops::masked::{Decoder, Guesses};
use crate::parameters::Parameter;
use crate::weights::Weights;
use crate::{Arithmetic, Error, Rng};
use candle_core::{DType, Tensor};
use std::sync::{Arc, Mutex, PoisonError};

/// Guesses masked pieces: a layer, GELU, norm, and the word table as decoder.
#[derive(Debug)]
pub struct MaskedHead {
    front: Front,
    table: Arc<Parameter>,
    bias: Arc<Parameter>,
}

impl MaskedHead {
    /// Adds the head to a network; its weights are named `masked.dense`, `masked.norm`, `masked.bias`.
    pub fn new(network: &mut Network, weights: &Weights, rng: &mut Rng) -> Result<MaskedHead, Error> {
        let (e, h, vocab) =
            (network.config().embedding_size, network.config().hidden_size, network.config().vocab_size);
        let (front, bias) = network.extend(weights, rng, |builder| {
            let front =
                Front { linear: builder.linear("masked.dense", e, h)?, norm: Some(builder.norm("masked.norm", e)?) };
            Ok((front, builder.parameter("masked.bias", &[vocab])?))
        })?;
        Ok(MaskedHead { front, table: network.word_table().clone(), bias })
    }

    /// Mean cross-entropy of the pieces at `rows`, and what was guessed there; `seed` decides what is drawn.
    pub fn loss(
        &self,
        network: &Network,
        hidden: &Tensor,
        (rows, targets): (&[u32], &[u32]),
        seed: u64,
    ) -> Result<(Tensor, Guesses), Error> {
        let x = network.rows(hidden, rows, Mode::Eval.dropout(0.0))?;
        let x = self.front.forward(network, &x)?;
        if network.path() == Path::Stock {
            return self.stock_loss(&x, targets, seed);
        }
        let guesses = Arc::new(Mutex::new(Guesses::default()));
        let op = Decoder {
            table: self.table.clone(),
            bias: self.bias.clone(),
            arithmetic: network.arithmetic,
            targets: targets.to_vec(),
            seed: seed as u32,
            guesses: guesses.clone(),
            kept: Kept::new(),
        };
        let loss = x.apply_op1(op)?;
        let guesses = guesses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((loss, guesses))
    }

    fn stock_loss(&self, x: &Tensor, targets: &[u32], seed: u64) -> Result<(Tensor, Guesses), Error> {
        let (table, x16) = (self.table.var.as_tensor().t()?, x);
        let logits = match self.front.linear.arithmetic {
            Arithmetic::F32 => x16.matmul(&table)?,
            Arithmetic::Bf16 => {
                x16.to_dtype(DType::BF16)?.matmul(&table.to_dtype(DType::BF16)?)?.to_dtype(DType::F32)?
            }
        };
        let logits = logits.broadcast_add(self.bias.var.as_tensor())?;
        let logs = log_softmax(&logits)?;
        let index = Tensor::from_slice(targets, (targets.len(), 1), x.device())?;
        let loss = logs.gather(&index, 1)?.mean_all()?.neg()?;
        // Drawing by Gumbel noise: the largest of logit plus noise is a draw from the softmax (Gumbel 1954).
        let mut rng = Rng::new(seed);
        let noise: Vec<f32> =
            (0..logs.elem_count()).map(|_| -(-(rng.uniform().max(1e-9)).ln()).max(1e-9).ln()).collect();
        let noisy = (logs.detach() + Tensor::from_vec(noise, logs.shape(), x.device())?)?;
        let best: Vec<u32> = logs.detach().argmax(1)?.to_vec1()?;
        let correct = best.iter().zip(targets).filter(|(a, b)| a == b).count();
        Ok((loss, Guesses { correct, drawn: noisy.argmax(1)?.to_vec1()? }))
    }
}
